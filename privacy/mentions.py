"""A person's name where no column says that it is theirs: in what the site wrote down, and in what people wrote."""

from functools import reduce
from operator import or_

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models

from accounts.privacy import ERASED, Rows, holds
from privacy.register import TRACES

NAMING = ("nom", "téléphone")
"""The labels under which ``Holding.find`` gives a person's names and telephones."""
TEXTS = (models.CharField, models.TextField, models.JSONField)


def names_in(found: dict[str, Rows]) -> set[str]:
    """What leads to a person in any text. A lone word does not: it may be many people's first name."""
    values = {row.get(label, "").strip() for rows in found.values() for row in rows for label in NAMING}
    return {value for value in values if " " in value or value.isdecimal()} - {ERASED}


def erase(words: set[str]) -> int:
    """Take ``words`` out of what the site itself wrote down; how many rows had some."""
    return sum(trace.erase(words) for trace in TRACES) if words else 0


def left(words: set[str]) -> list[str]:
    """Where ``words`` still stand, in any text of any table: what people wrote, for someone to read again.

    By the kind of record, the column, and the numbers of the rows.
    """
    return [f"{place} (n° {', '.join(map(str, found))})" for place, found in _found(words) if found] if words else []


def _found(words: set[str]):
    for model in set(apps.get_models()) - {Session}:
        for field in model._meta.concrete_fields:
            if isinstance(field, TEXTS) and not field.choices:
                found = reduce(or_, (holds(field.name, word) for word in words))
                place = f"{model._meta.verbose_name}, {field.verbose_name} – {model._meta.db_table}.{field.column}"
                yield place, list(model._default_manager.filter(found).order_by("pk").values_list("pk", flat=True))
