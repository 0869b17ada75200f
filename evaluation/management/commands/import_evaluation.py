from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from evaluation.workbook.importing import check, write


class Command(BaseCommand):
    help = "Importe un classeur d'évaluation (dossier de CSV, .zip ou .xlsx) : tout ou rien, sans rien supprimer."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="dossier de fichiers CSV, archive .zip ou classeur .xlsx")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui changerait, sans rien écrire")

    def handle(self, *, path: Path, dry_run: bool, verbosity: int, **options):
        outcome = write(check(path), dry_run=dry_run)
        if outcome.refused:
            problems = outcome.workbook.problems
            for problem in problems:
                self.stderr.write(str(problem))
            raise CommandError(f"Classeur refusé, rien n'a été écrit : {len(problems)} problème(s).")
        for table, changes in outcome.changes.items() if verbosity else ():
            counts = f"{changes.added} ajout(s), {changes.updated} mise(s) à jour, {changes.unchanged} sans changement"
            self.stdout.write(f"{table} : {counts}")
            for change in changes.changes:
                if change.fields:
                    words = "; ".join(f"{name} « {old} » → « {new} »" for name, (old, new) in change.fields.items())
                    self.stdout.write(f"  {change.label} : {words}")
        self.stdout.write("Essai à blanc : rien n'a été écrit." if dry_run else "Import terminé.")
