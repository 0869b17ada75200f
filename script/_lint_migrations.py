"""Looks at each new migration, as PostgreSQL would run it, for what the version that still serves could not bear.

A column that goes or changes its name, one that must be filled and has no default in the database, another type: these
fail. An index that locks its table while it is made is only said: it matters to who has millions of rows.

What was released is beside the point: those migrations ran. A release moves ``RELEASED`` to its last ones.
"""

import logging
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent

RELEASED = {
    "accounts": "0003_auditentry",
    "actors": "0009_booklets",
    "coordination": "0001_initial",
    "evaluation": "0008_reports",
    "outbox": "0002_pulse",
    "privacy": "0001_initial",
    "territories": "0002_coordinates_both",
}
"""The last migration of each app that ran on a public site; all of an app that is not here are looked at."""


def unreleased(loader: MigrationLoader, released: dict[str, str]) -> list[Migration]:
    """The site's own migrations that came after ``released``, in their order within each app."""
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    found = sorted(loader.disk_migrations.items())
    return [migration for (app, name), migration in found if app in ours and name > released.get(app, "")]


def lint(released: dict[str, str]) -> list[str]:
    """Print what is said of each new migration; the names of those that must not run while the site serves."""
    from django_migration_linter import MigrationLinter  # asks for the settings

    linter, refused = MigrationLinter(str(ROOT), no_cache=True), []
    for migration in unreleased(linter.migration_loader, released):
        before = linter.nb_erroneous
        linter.lint_migration(migration)
        if linter.nb_erroneous > before:
            refused.append(f"{migration.app_label}.{migration.name}")
    return refused


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alimactiv.settings")
    django.setup()
    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    if found := lint(RELEASED):
        sys.exit(f"Ces migrations arrêteraient la version qui tourne encore : {', '.join(found)}.")
    print("Aucune nouvelle migration n'arrête la version qui tourne encore.")
