from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit
from actors.booklet.content import Choices, compose
from actors.booklet.rendering import render
from territories.models import Territory


class Command(BaseCommand):
    help = "Écrit le livret de l'annuaire d'un territoire en PDF (A5) : ce qui est destiné à tout le monde."

    def add_arguments(self, parser):
        parser.add_argument("code", help="code INSEE ou SIREN du territoire")
        parser.add_argument("--output", type=Path, required=True, help="fichier .pdf")
        parser.add_argument(
            "--professionals",
            action="store_true",
            help="avec ce qui n'est montré qu'aux professionnels, personnes à joindre comprises",
        )

    def handle(self, *, code: str, output: Path, professionals: bool, **options):
        if output.suffix.casefold() != ".pdf":
            raise CommandError("Le nom du fichier doit finir par .pdf.")
        try:
            territory = Territory.objects.coded(code)
        except (Territory.DoesNotExist, Territory.MultipleObjectsReturned) as error:
            raise CommandError(error) from None
        booklet = compose(territory, Choices(for_professionals=professionals))
        data = render(booklet)
        try:
            with transaction.atomic():
                if professionals:
                    audit.note_export(territory, "du livret des professionnels", by=None, territoire=str(territory))
                output.write_bytes(data)
        except OSError as error:
            raise CommandError(f"Impossible d'écrire {output} : {error.strerror}.") from None
        self.stdout.write(f"Livret de {territory} ({len(booklet.cards)} fiche(s)) écrit dans {output}.")
