"""Writes on minutes: their outcomes, the actions these make, and what nobody may overwrite unread."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors.models import Actor, Member
from alimactiv.text import normalised
from coordination.actions import ActionFields, change_action, create_action
from coordination.models import ActionItem, Meeting, Minutes, Outcome


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome as typed. ``pk`` is the one it rewrites, if any; owner and day are for actions only."""

    kind: str
    text: str
    owner_member: Member | None = None
    owner_actor: Actor | None = None
    due_on: date | None = None
    pk: int | None = None


@transaction.atomic
def start_minutes(*, meeting: Meeting, by: User) -> Minutes:
    """The meeting's minutes; an empty draft if there are none yet."""
    minutes, is_new = Minutes.objects.get_or_create(meeting=meeting, defaults={"changed_by": by})
    if is_new:
        index(minutes)
        audit.note(minutes, "création", by=by)
    return minutes


@transaction.atomic
def write_outcomes(*, minutes: Minutes, rows: Iterable[OutcomeRow], by: User) -> None:
    """Makes the outcomes those of ``rows``, in their order: rewrites, adds, removes.

    Each action outcome has its own action, made and changed with it; the action of an outcome that is removed, or
    is no action any more, goes to the bin. Whoever rewrites minutes they read before uses ``save_minutes``.
    """
    existing = {o.pk: o for o in minutes.outcomes.select_related("action", "action__territory")}
    for position, row in enumerate(rows):
        outcome = existing.pop(row.pk, None) or Outcome(minutes=minutes)
        outcome.position, outcome.kind, outcome.text = position, row.kind, row.text
        unneeded = outcome.action if row.kind != Outcome.Kind.ACTION else None
        outcome.action = _action_of(outcome, row, by) if row.kind == Outcome.Kind.ACTION else None
        if row.kind != Outcome.Kind.DECISION:
            outcome.project = None
        outcome.save()
        _drop(unneeded, by)
    for outcome in existing.values():
        outcome.delete()
        _drop(outcome.action, by)
    index(minutes)


def _action_of(outcome: Outcome, row: OutcomeRow, by: User) -> ActionItem:
    fields = ActionFields(title=row.text, owner_member=row.owner_member, owner_actor=row.owner_actor, due_on=row.due_on)
    if outcome.action:
        change_action(action=outcome.action, fields=fields, by=by)
        return outcome.action
    meeting = outcome.minutes.meeting
    return create_action(territory=meeting.territory, meeting=meeting, fields=fields, by=by)


def _drop(action: ActionItem | None, by: User) -> None:
    if action and action.deleted_at is None:
        action.deleted_at, action.deleted_by = timezone.now(), by
        action.save(update_fields=["deleted_at", "deleted_by"])
        audit.note(action, "suppression", by=by)


def index(minutes: Minutes) -> None:
    """Keeps what searches read: title, text and outcomes. Whoever changes a meeting's title calls it too."""
    outcomes = minutes.outcomes.values_list("text", flat=True)
    minutes.search_text = normalised(" ".join([minutes.meeting.title, minutes.text, *outcomes]))
    Minutes.objects.filter(pk=minutes.pk).update(search_text=minutes.search_text)
