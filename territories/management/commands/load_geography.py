from django.core.management.base import BaseCommand

from territories import geography


class Command(BaseCommand):
    help = (
        "Charge le découpage officiel (data/geography/territories.csv.gz). Peut être relancée sans risque : elle "
        "garde les coordonnées, les départements et les dates de fin déjà saisis."
    )

    def handle(self, *args, **options):
        changes = geography.load(geography.read())
        if not changes:
            self.stdout.write("Découpage officiel : rien n'a changé.")
            return
        self.stdout.write(
            f"Découpage officiel : {changes.added} territoires ajoutés, {changes.updated} mis à jour ; "
            f"{changes.links_added} rattachements ajoutés, {changes.links_removed} retirés."
        )
        if changes.no_longer_official:
            self.stdout.write(
                "Ne sont plus dans le découpage officiel, et restent comme territoires ordinaires : "
                + ", ".join(changes.no_longer_official)
            )
