"""What an import changes, told to people: table by table, row by row, before and after."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models

SHOWN_CHANGES = 200

# The tables as told of an import. A participation is a fact of its session, its case belongs to the evaluation.
TABLE_WORDS = {
    "evaluation": "Évaluation",
    "sessions": "Sessions",
    "territoires": "Territoires",
    "participations": "Participations",
    "perimetre": "Périmètre de l’évaluation",
    "repondants": "Répondants",
    "entretiens": "Entretiens",
    "constats": "Constats",
    "arbitrages": "Arbitrages",
    "chiffres_publies": "Chiffres publiés",
}


@dataclass(frozen=True)
class Change:
    """A row added (``fields`` empty) or updated (each field's words before and after)."""

    label: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class TableChanges:
    """What an import does to one table; of the changes, the first ``SHOWN_CHANGES`` are told in full."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)

    def tell(self, change: Change) -> None:
        if len(self.changes) < SHOWN_CHANGES:
            self.changes.append(change)

    def as_json(self) -> dict:
        return asdict(self)


def words(row: models.Model, name: str) -> str:
    """A field as people call it."""
    return str(row._meta.get_field(name).verbose_name)


def said(row: models.Model, name: str, pair: tuple) -> tuple[str, str]:
    """A field's values before and after, as people say them."""
    choices = dict(row._meta.get_field(name).flatchoices)
    return tuple(_plain(choices.get(value, value)) for value in pair)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else str(value)
