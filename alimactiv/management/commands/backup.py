from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from alimactiv import backups


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers déposés dans un seul fichier .tar, que « restore » remet en place."

    def add_arguments(self, parser):
        parser.add_argument("target", type=Path, metavar="FICHIER.tar")

    def handle(self, *, target: Path, **options):
        try:
            manifest = backups.make(target)
        except (backups.BackupError, OSError) as error:
            raise CommandError(f"Aucune sauvegarde n'a été faite : {error}") from error
        count = len(manifest["files"]) - 1
        self.stdout.write(f"{target} : la base et {count} fichier(s) déposé(s), {target.stat().st_size} octets.")
