"""Writes on minutes: what they say, the actions this makes, and what nobody may overwrite unread."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts import audit
from accounts.models import User
from actors.models import Actor, Member
from alimactiv.text import normalised
from coordination.actions import ActionFields, change_action, create_action
from coordination.models import ActionItem, Meeting, Minutes, Outcome
from coordination.records import delete_record

State = Minutes.State


class StaleMinutesError(Exception):
    """Someone saved these minutes since they were read: nothing was written. ``minutes`` is what they are now."""

    def __init__(self, minutes: Minutes):
        super().__init__(minutes)
        self.minutes = minutes


class FinalMinutesError(Exception):
    """Final minutes are not written in any more: nothing was."""


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome as typed. ``pk`` is the one it rewrites, if any; owner and day are for actions only."""

    kind: str
    text: str
    owner_member: Member | None = None
    owner_actor: Actor | None = None
    due_on: date | None = None
    pk: int | None = None

    @property
    def owner(self) -> str:
        return str(self.owner_member or self.owner_actor or "")

    @property
    def kind_label(self) -> str:
        return Outcome.Kind(self.kind).label

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomeRow":
        """The row that would write this outcome."""
        return cls(
            kind=outcome.kind,
            text=outcome.text,
            owner_member=outcome.owner_member,
            owner_actor=outcome.owner_actor,
            due_on=outcome.due_on,
            pk=outcome.pk,
        )


@transaction.atomic
def start_minutes(*, meeting: Meeting, by: User) -> Minutes:
    """The meeting's minutes; an empty draft if there are none yet."""
    minutes, is_new = Minutes.objects.get_or_create(meeting=meeting, defaults={"changed_by": by})
    if is_new:
        index(minutes)
        audit.note(minutes, "création", by=by)
    return minutes


@transaction.atomic
def save_minutes(*, minutes: Minutes, version: int, text: str, rows: Iterable[OutcomeRow], by: User) -> Minutes:
    """Writes minutes that were read at ``version``, and gives them as they are now.

    Saving again what they already say changes nothing, whatever the version. Raises ``StaleMinutesError`` if someone
    saved something else since, ``FinalMinutesError`` if they are final.
    """
    current = Minutes.objects.select_for_update().get(pk=minutes.pk)
    rows = list(rows)
    if says(current, text, rows):
        return current
    if current.state == State.FINAL:
        raise FinalMinutesError
    if current.version != version:
        raise StaleMinutesError(current)
    before = audit.values(current)
    current.text, current.changed_by = text, by
    current.save()
    write_outcomes(minutes=current, rows=rows, by=by)
    audit.note(current, "modification", by=by, before=before, version=current.version)
    return current


def says(minutes: Minutes, text: str, rows: list[OutcomeRow]) -> bool:
    """Whether minutes say exactly this (which outcome is which apart: a row just added has no number yet)."""
    outcomes = minutes.outcomes.select_related("owner_member", "owner_actor")
    written = [_content(OutcomeRow.of(outcome)) for outcome in outcomes]
    return minutes.text == text and written == [_content(row) for row in rows]


def _content(row: OutcomeRow) -> tuple:
    if row.kind != Outcome.Kind.ACTION:
        return (row.kind, row.text)
    return (row.kind, row.text, row.owner_member, None if row.owner_member else row.owner_actor, row.due_on)


@transaction.atomic
def write_outcomes(*, minutes: Minutes, rows: Iterable[OutcomeRow], by: User) -> None:
    """Makes the outcomes those of ``rows``, in their order: rewrites, adds, removes.

    Each action outcome has its own action, made with it, and changed where it changes; the action of an outcome that
    is removed, or is no action any more, goes to the bin. Raises the version: who read the former one is told when
    they save. Whoever rewrites minutes they read before calls ``save_minutes``.
    """
    existing = {o.pk: o for o in minutes.outcomes.select_related("action", "owner_member", "owner_actor")}
    for position, row in enumerate(rows):
        outcome = existing.pop(row.pk, None) or Outcome(minutes=minutes)
        _write(outcome, row, position, by)
    for outcome in existing.values():
        outcome.delete()
        _bin(outcome.action, by)
    minutes.version += 1
    minutes.save(update_fields=["version"])
    index(minutes)


def _write(outcome: Outcome, row: OutcomeRow, position: int, by: User) -> None:
    is_action = row.kind == Outcome.Kind.ACTION
    former, action = OutcomeRow.of(outcome), outcome.action
    outcome.position, outcome.kind, outcome.text = position, row.kind, row.text
    outcome.owner_member = row.owner_member if is_action else None
    outcome.owner_actor = row.owner_actor if is_action and not row.owner_member else None
    outcome.due_on = row.due_on if is_action else None
    outcome.action = _follow(action, outcome, former, by) if is_action else None
    outcome.project = outcome.project if row.kind == Outcome.Kind.DECISION else None
    outcome.save()
    if not is_action:
        _bin(action, by)


def _follow(action: ActionItem | None, outcome: Outcome, former: OutcomeRow, by: User) -> ActionItem:
    """The outcome's action: made, or changed in what the outcome changes. What was passed on or put off stays so."""
    said = ActionFields(outcome.text, outcome.owner_member, outcome.owner_actor, outcome.due_on)
    if action is None:
        meeting = outcome.minutes.meeting
        return create_action(territory=meeting.territory, meeting=meeting, fields=said, by=by)
    if action.deleted_at:
        return action
    owners = (said.owner_member, said.owner_actor)
    if owners == (former.owner_member, former.owner_actor):
        owners = (action.owner_member, action.owner_actor)
    fields = ActionFields(
        said.title if said.title != former.text else action.title,
        *owners,
        said.due_on if said.due_on != former.due_on else action.due_on,
    )
    change_action(action=action, fields=fields, by=by)
    return action


def _bin(action: ActionItem | None, by: User) -> None:
    if action and action.deleted_at is None:
        delete_record(record=action, by=by)


def index(minutes: Minutes) -> None:
    """Keeps what searches read: title, text and outcomes. Whoever changes a meeting's title calls it too."""
    outcomes = minutes.outcomes.values_list("text", flat=True)
    minutes.search_text = normalised(" ".join([minutes.meeting.title, minutes.text, *outcomes]))
    Minutes.objects.filter(pk=minutes.pk).update(search_text=minutes.search_text)
