from django.core.management.base import BaseCommand
from django.utils import timezone

from privacy import operations


class Command(BaseCommand):
    help = (
        "Oublie ce qui est trop ancien, avertit trente jours avant les personnes dont on n'a plus de nouvelles depuis "
        "trois ans, efface celles qui ont été averties. Chaque dimanche, l'horloge des tâches le fait."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="dit seulement ce qui serait fait, et pour qui")

    def handle(self, *, dry_run: bool, **options):
        outcome = operations.apply_retention(now=timezone.now(), dry_run=dry_run)
        self.stdout.write("Ce qui serait fait :" if dry_run else "Fait :")
        for title, count in outcome.forgotten.items():
            self.stdout.write(f"- {title} : {count}")
        for words, addresses in (("averties", outcome.warned), ("effacées", outcome.erased)):
            self.stdout.write(f"- Personnes {words} : {len(addresses)}")
            if dry_run:
                for address in addresses:
                    self.stdout.write(f"    {address}")
