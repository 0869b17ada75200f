from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from actors.exchange import exporting
from actors.exchange.exporting import FORMATS
from actors.models import Actor
from territories.models import Territory


class Command(BaseCommand):
    help = (
        "Écrit l'annuaire dans un fichier. csv et xlsx : toutes les fiches, sans les personnes à joindre sauf avec "
        "--contacts, importables ailleurs. data-inclusion et geojson : ce qui est destiné à tout le monde, en activité."
    )

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=list(FORMATS), required=True, help="forme du fichier")
        parser.add_argument("--output", type=Path, required=True, help="fichier à écrire")
        parser.add_argument("--territory", metavar="CODE", help="code INSEE ou SIREN ; sans lui, toutes les fiches")
        parser.add_argument(
            "--contacts",
            action="store_true",
            help="avec les personnes à joindre (données personnelles), en csv et xlsx",
        )

    def handle(self, *, output: Path, territory: str | None, contacts: bool, **options):
        wanted = FORMATS[options["format"]]
        with_contacts = contacts and not wanted.public
        actors, of = Actor.objects.all(), None
        if territory:
            try:
                of = Territory.objects.coded(territory)
            except (Territory.DoesNotExist, Territory.MultipleObjectsReturned) as error:
                raise CommandError(error) from None
            actors = actors.of(of)
        entries = list(exporting.entries_for(actors, wanted))
        content = wanted.render(entries, with_contacts)
        try:
            with transaction.atomic():
                exporting.note(wanted, territory=of, entries=len(entries), with_contacts=with_contacts, by=None)
                output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"Impossible d'écrire {output} : {error.strerror}.") from None
        self.stdout.write(f"{len(entries)} fiche(s) écrite(s) dans {output}.")
