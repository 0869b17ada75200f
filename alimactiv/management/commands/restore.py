from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from alimactiv import backups


class Command(BaseCommand):
    help = (
        "Remet en place une sauvegarde faite par « backup ». Arrêtez d'abord le site, le travail de fond et l'horloge."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, metavar="FICHIER.tar")
        parser.add_argument("--replace", action="store_true", help="remplace une base qui contient déjà des comptes")

    def handle(self, *, source: Path, replace: bool, **options):
        try:
            manifest = backups.restore(source, replace=replace)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:  # no room or no right beside the backup, for one
            raise CommandError(f"La remise en place s'est arrêtée : {error}") from error
        count = len(manifest["files"]) - 1
        self.stdout.write(f"Sauvegarde du {manifest['made_at']} remise : la base et {count} fichier(s) déposé(s).")
        self.stdout.write("Si le code est plus récent que la sauvegarde, lancez maintenant « migrate ».")
