from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit
from evaluation.models import Evaluation
from evaluation.workbook import exporting


class Command(BaseCommand):
    help = "Écrit une évaluation comme classeur, importable sur un autre site."

    def add_arguments(self, parser):
        parser.add_argument("code", help="code de l'évaluation")
        parser.add_argument(
            "--output", type=Path, required=True, help="fichier .xlsx ou .zip, ou dossier de fichiers CSV"
        )

    def handle(self, *, code: str, output: Path, **options):
        try:
            evaluation = Evaluation.objects.named(code)
        except Evaluation.DoesNotExist as error:
            raise CommandError(error) from None
        words = {"évaluation": evaluation.title, "format": output.suffix.casefold() or "dossier"}
        try:
            with transaction.atomic():
                audit.note_export(evaluation, "du classeur d’évaluation", by=None, **words)
                exporting.write(evaluation, output)
        except OSError as error:
            raise CommandError(f"Impossible d'écrire {output} : {error.strerror}.") from None
        self.stdout.write(f"Évaluation « {evaluation.code} » écrite dans {output}.")
