from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from territories import coordinates
from territories.models import Territory


class Command(BaseCommand):
    help = (
        "Donne leurs coordonnées aux territoires, par code, depuis un fichier de la forme de geo.api.gouv.fr : liste "
        "JSON (code, centre, contour) ou FeatureCollection GeoJSON. Tout ou rien."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FICHIER")
        parser.add_argument(
            "--kind", choices=Territory.Kind.values, default="", help="seulement les territoires de ce type"
        )
        parser.add_argument("--overwrite", action="store_true", help="remplace aussi les coordonnées déjà connues")

    def handle(self, *args, file, kind, overwrite, **options):
        try:
            changes = coordinates.load(coordinates.read(file), kind=kind, overwrite=overwrite)
        except coordinates.CoordinatesError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{changes.placed} territoires placés.")
        if changes.kept:
            self.stdout.write(f"{changes.kept} avaient d'autres coordonnées et les gardent ; --overwrite les remplace.")
        if changes.unknown:
            self.stdout.write("Codes inconnus : " + ", ".join(changes.unknown))
