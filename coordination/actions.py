"""Writes on actions: what somebody is to do by a day. The audit entries of an action are its history."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import User
from actors.models import Actor, Member
from coordination.models import ActionItem, Meeting
from coordination.records import change_record, create_record
from outbox.operations import ask, ask_many
from territories.models import Territory

ASSIGNED = "action_assigned"
REMINDER = "action_reminder"
NOTICE = timedelta(days=7)
"""A reminder leaves so long before an action is due, another one when it is so late."""


@dataclass(frozen=True)
class ActionFields:
    """What is asked: at most one of the two owners, a person or a whole structure."""

    title: str
    owner_member: Member | None = None
    owner_actor: Actor | None = None
    due_on: date | None = None


@transaction.atomic
def create_action(
    *, territory: Territory, fields: ActionFields, by: User, meeting: Meeting | None = None
) -> ActionItem:
    """Keeps a new action. Nobody is told yet: ``minutes`` does when they are sent, ``give_action`` at once."""
    action = ActionItem(territory=territory, meeting=meeting)
    _fill(action, fields)
    return create_record(record=action, by=by)


@transaction.atomic
def give_action(*, territory: Territory, fields: ActionFields, by: User) -> ActionItem:
    """Keeps a new action that comes from no minutes, and tells its owners."""
    action = create_action(territory=territory, fields=fields, by=by)
    tell_owners(action)
    return action


@transaction.atomic
def change_action(*, action: ActionItem, fields: ActionFields, by: User) -> bool:
    """Rewrites what is asked; says whether anything differs. The state is ``set_state``'s."""
    _fill(action, fields)
    return change_record(record=action, by=by)


@transaction.atomic
def pass_on_action(*, action: ActionItem, fields: ActionFields, by: User) -> bool:
    """``change_action`` from the list of actions: new owners are told, unless minutes will tell them."""
    former = (action.owner_member_id, action.owner_actor_id)
    changed = change_action(action=action, fields=fields, by=by)
    if (action.owner_member_id, action.owner_actor_id) != former and not action.is_unsent:
        tell_owners(action)
    return changed


@transaction.atomic
def set_state(*, action: ActionItem, state: str, by: User) -> None:
    """Closes an action today (done, dropped), or opens it again."""
    action.state = state
    action.closed_on = None if state == ActionItem.State.OPEN else timezone.localdate()
    change_record(record=action, by=by)


def tell_owners(action: ActionItem) -> None:
    """Asks for the mail that gives this action to its owners; once for each of them."""
    for member in action.people():
        ask(purpose=ASSIGNED, subject=subject_of(action), recipient=member.email)


@transaction.atomic
def ask_reminders(today: date) -> None:
    """Asks for the reminders of the open actions due within ``NOTICE``, or late by that much.

    One mail for all that a person has to do by the same day; asking again changes nothing, and what was done or put
    off since is left out when it is sent.
    """
    wanted: dict[str, set[tuple[str, str]]] = {}
    for action in ActionItem.objects.open().announced().due_by(today + NOTICE).with_owners():
        is_late = action.due_on <= today - NOTICE
        if action.due_on < today and not is_late:
            continue
        step = reminder_step(action.due_on, is_late=is_late)
        wanted.setdefault(step, set()).update((subject_of(m), m.email) for m in action.people())
    for step, pairs in wanted.items():
        ask_many(purpose=REMINDER, step=step, wanted=sorted(pairs))


def reminder_step(due_on: date, *, is_late: bool) -> str:
    return f"{due_on.isoformat()} {'late' if is_late else 'soon'}"


def _fill(action: ActionItem, fields: ActionFields) -> None:
    action.title = fields.title
    action.owner_member = fields.owner_member
    action.owner_actor = None if fields.owner_member else fields.owner_actor
    action.due_on = fields.due_on
