from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit
from evaluation.models import Evaluation
from evaluation.report import as_json, build
from evaluation.reporting.formats import FORMATS
from evaluation.reporting.layout import chosen


class Command(BaseCommand):
    help = "Écrit le rapport d'une évaluation tel que les données le font à l'instant, sans rien figer."

    def add_arguments(self, parser):
        parser.add_argument("code", help="code de l'évaluation")
        parser.add_argument("--output", type=Path, required=True, help="fichier .pdf, .xlsx ou .pptx")

    def handle(self, *, code: str, output: Path, **options):
        by_suffix = {one.suffix: one for one in FORMATS.values()}
        wanted = by_suffix.get(output.suffix.casefold())
        if wanted is None:
            raise CommandError(f"Le nom du fichier doit finir par {', '.join(sorted(by_suffix))}.")
        try:
            evaluation = Evaluation.objects.named(code)
        except Evaluation.DoesNotExist as error:
            raise CommandError(error) from None
        content = wanted.render(as_json(build(evaluation, chosen=chosen(evaluation))))
        words = {"rapport": f"{evaluation.title}, non figé", "format": wanted.label}
        try:
            with transaction.atomic():
                audit.note_export(evaluation, "du rapport", by=None, **words)
                output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Impossible d'écrire {output} : {error.strerror}.") from None
        self.stdout.write(f"Rapport « {evaluation.code} » écrit dans {output}.")
