"""The linter of migrations sees what it must, and its list of released ones is true."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from script._lint_migrations import RELEASED, lint, unreleased


def test_what_was_released_exists():
    known = MigrationLoader(None).disk_migrations
    assert [(app, name) for app, name in RELEASED.items() if (app, name) not in known] == []


def test_only_what_came_since_is_looked_at():
    loader = MigrationLoader(None)
    new = unreleased(loader, RELEASED | {"accounts": "0001_initial"})
    since = [one.name for one in new if one.app_label == "accounts"]
    assert since[:2] == ["0002_roles_search_history", "0003_auditentry"]


@pytest.mark.django_db
def test_a_column_that_must_be_filled_without_default_in_the_database_is_refused(capsys):
    if connection.vendor != "postgresql":
        pytest.skip("Il lit le SQL de PostgreSQL")
    assert "accounts.0002_roles_search_history" in lint(RELEASED | {"accounts": "0001_initial"})
    assert "NOT NULL constraint on columns" in capsys.readouterr().out
