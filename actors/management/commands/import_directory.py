from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from actors import listing
from actors.exchange import reading
from actors.exchange.planning import Plan, counted, plan
from actors.operations.exchange import Change, write_import
from alimactiv.tabular import MAX_BYTES
from territories.models import Territory


class Command(BaseCommand):
    help = (
        "Importe des fiches dans l'annuaire (.csv, .xlsx, data·inclusion .json, .geojson), sans rien supprimer. S'il y "
        "a un problème, rien n'est écrit, sauf avec --skip-problems : les lignes en ordre le sont alors."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="fichier à lire ; ses colonnes sont reconnues à leur nom")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui changerait, sans rien écrire")
        parser.add_argument("--territory", metavar="CODE", help="où agissent les fiches qui ne le disent pas")
        parser.add_argument("--skip-problems", action="store_true", help="laisser de côté les lignes en problème")

    def handle(
        self, *, file: Path, dry_run: bool, territory: str | None, skip_problems: bool, verbosity: int, **options
    ):
        rows = self._rows(file)
        where = self._territory(territory)
        with transaction.atomic():
            found = plan(rows, territory=where, locked=not dry_run)
            problems = [*self.problems, *found.problems]
            self._tell(found, problems, verbosity)
            if problems and not skip_problems:
                raise CommandError(f"Fichier refusé, rien n'a été écrit : {len(problems)} problème(s).")
            changes: list[Change] = []
            if not dry_run:
                changes = write_import(plan=found, file_name=file.name, by=None)
        listing.refresh(change["actor"] for change in changes)
        self.stdout.write("Essai à blanc : rien n'a été écrit." if dry_run else "Import terminé.")

    def _rows(self, file: Path) -> list[reading.Row]:
        """The file's rows; what is wrong with some is in ``problems``. Raises ``CommandError`` for the whole."""
        try:
            is_large = file.stat().st_size > MAX_BYTES
            content = b" " * (MAX_BYTES + 1) if is_large else file.read_bytes()
        except OSError as error:
            raise CommandError(f"Impossible de lire {file} : {error.strerror}.") from None
        source = reading.read(content, file.name)
        self.problems = source.problems
        if source.is_refused:
            for problem in source.problems:
                self.stderr.write(str(problem))
            raise CommandError(f"Fichier refusé, rien n'a été écrit : {len(source.problems)} problème(s).")
        mapping = reading.guess(source)
        if not {"structure_nom", "structure_id"} & set(mapping.values()) and not source.is_ours:
            raise CommandError("Aucune colonne n'est reconnue comme le nom de la structure : appelez-la « Structure ».")
        for column in source.columns:
            if column not in mapping:
                self.stdout.write(f"Colonne laissée de côté : {column}")
        for note in source.notes:
            self.stdout.write(f"À regarder : {note}")
        return reading.renamed(source, mapping)

    def _territory(self, code: str | None) -> Territory | None:
        try:
            return Territory.objects.coded(code) if code else None
        except (Territory.DoesNotExist, Territory.MultipleObjectsReturned) as error:
            raise CommandError(error) from None

    def _tell(self, found: Plan, problems: list, verbosity: int) -> None:
        for problem in problems:
            self.stderr.write(str(problem))
        if not verbosity:
            return
        for note in found.notes:
            self.stdout.write(f"À regarder : {note}")
        for words, counts in counted(found.touched).items():
            told = (
                f"{counts['added']} ajout(s), {counts['changed']} mise(s) à jour, {counts['unchanged']} sans changement"
            )
            self.stdout.write(f"{words} : {told}")
