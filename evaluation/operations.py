"""Writes that touch more than one row."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from evaluation.criteria import NOTHING
from evaluation.models import Case, Criterion, Ruling


@transaction.atomic
def rule(*, case: Case, criterion: Criterion, value: str, reason: str, date: datetime.date | None = None, by) -> Ruling:
    """Decide on a cell, superseding the ruling in force; returns the one in force afterwards.

    The same decision as the one in force (value, reason and date) changes nothing. ``by`` is the person who
    decides, ``None`` for a workbook imported by command. Raises ``ValidationError`` for ``nothing``, whose verdict
    is always derived (contract, "Verdicts", rule 2), without a reason, and for a value that is no decision.
    """
    if criterion.code == NOTHING:
        raise ValidationError("« Rien n’a été mis en œuvre » se déduit des démarches : cela ne s’arbitre pas.")
    if value not in Ruling.Value:
        raise ValidationError({"value": "Une décision dit oui ou non."})
    if not reason.strip():
        raise ValidationError({"reason": "Une décision a un motif."})
    former = _lock_in_force(case, criterion)
    if former and (former.value, former.reason, former.date) == (value, reason, date):
        return former
    if former:
        _end(former, by=by)
    ruling = Ruling.objects.create(case=case, criterion=criterion, value=value, reason=reason, date=date, by=by)
    if former:
        former.superseded_by = ruling
        former.save(update_fields=["superseded_by"])
    return ruling


@transaction.atomic
def withdraw_ruling(*, ruling: Ruling, by) -> Ruling | None:
    """Undo a decision: end the ruling in force, and put back in force the one that it had superseded, as a new row.

    Returns that new ruling, if any. Raises ``ValidationError`` if ``ruling`` is no longer in force.
    """
    in_force = _lock_in_force(ruling.case, ruling.criterion)
    if in_force != ruling:
        raise ValidationError("Cet arbitrage n’est plus en vigueur : un autre l’a remplacé, ou il a été retiré.")
    _end(in_force, by=by)
    former = in_force.would_restore
    if former is None:
        return None
    return Ruling.objects.create(
        case=former.case,
        criterion=former.criterion,
        value=former.value,
        reason=former.reason,
        date=former.date,
        by=by,
        restores=former,
    )


def _lock_in_force(case: Case, criterion: Criterion) -> Ruling | None:
    """The ruling in force, once nobody else is deciding on this case."""
    Case.objects.select_for_update().get(pk=case.pk)
    return Ruling.objects.in_force().filter(case=case, criterion=criterion).first()


def _end(ruling: Ruling, *, by) -> None:
    ruling.ended_at = timezone.now()
    ruling.ended_by = by
    ruling.save(update_fields=["ended_at", "ended_by"])
