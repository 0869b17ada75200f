"""Keeping what is entered by hand about an evaluation; each write leaves its trace on the case, or the evaluation."""

from django.db import models, transaction

from accounts import audit
from accounts.models import User
from evaluation.models import Case, Evaluation, Evidence, Interview, PublishedFigure, Recommendation, Respondents

Recorded = Evidence | Interview | Respondents | PublishedFigure | Recommendation


@transaction.atomic
def keep(*, row: Recorded, by: User) -> None:
    """Save a new or corrected row; saying nothing new leaves no trace."""
    stored = type(row).objects.filter(pk=row.pk).first() if row.pk else None
    before, after = (audit.values(stored) if stored else {}), audit.values(row)
    row.save()
    changes = {name: [before.get(name, ""), word] for name, word in after.items() if before.get(name, "") != word}
    if changes:
        audit.note(_owner(row), _action(row, "correction" if stored else "ajout"), by=by, **changes)


@transaction.atomic
def remove(*, row: Recorded, by: User) -> None:
    """Delete a row; what it said stays in the trace."""
    said = {name: word for name, word in audit.values(row).items() if word}
    audit.note(_owner(row), _action(row, "suppression"), by=by, **said)
    row.delete()


def _owner(row: Recorded) -> Case | Evaluation:
    return row.evaluation if isinstance(row, PublishedFigure | Recommendation) else row.case


def _action(row: models.Model, done: str) -> str:
    return f"{row._meta.verbose_name} : {done}"
