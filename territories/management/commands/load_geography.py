from pathlib import Path

from django.core.management.base import BaseCommand

from territories import geography


class Command(BaseCommand):
    help = (
        "Charge le découpage officiel (data/geography/territories.csv.gz). Peut être relancée sans risque : elle "
        "garde les coordonnées, les départements et les dates de fin déjà saisis."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=geography.FILE, metavar="FICHIER")

    def handle(self, *args, file, **options):
        changes = geography.load(geography.read(file))
        if not changes:
            self.stdout.write("Découpage officiel : rien n'a changé.")
            return
        self.stdout.write(
            f"Découpage officiel : {changes.added} territoires ajoutés, {changes.updated} mis à jour, "
            f"{changes.mergers} réunis à un autre ; "
            f"{changes.links_added} rattachements ajoutés, {changes.links_removed} retirés."
        )
        if changes.no_longer_official:
            self.stdout.write(
                "Ne sont plus dans le découpage officiel, et restent comme territoires ordinaires : "
                + ", ".join(changes.no_longer_official)
            )
