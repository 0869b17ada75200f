"""Writes on actions: what somebody is to do by a day. The audit entries of an action are its history."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors.models import Actor, Member
from coordination.models import ActionItem, Meeting
from territories.models import Territory


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
    action = ActionItem(territory=territory, meeting=meeting, created_by=by)
    _fill(action, fields)
    action.save()
    audit.note(action, "création", by=by)
    return action


@transaction.atomic
def change_action(*, action: ActionItem, fields: ActionFields, by: User) -> bool:
    """Rewrites what is asked; says whether anything differs. The state is ``set_state``'s."""
    before = audit.values(action)
    _fill(action, fields)
    if audit.note(action, "modification", by=by, before=before) is None:
        return False
    action.save()
    return True


@transaction.atomic
def set_state(*, action: ActionItem, state: str, by: User) -> None:
    """Closes an action today (done, dropped), or opens it again."""
    before = audit.values(action)
    action.state = state
    action.closed_on = None if state == ActionItem.State.OPEN else timezone.localdate()
    if audit.note(action, "état", by=by, before=before):
        action.save()


def _fill(action: ActionItem, fields: ActionFields) -> None:
    action.title = fields.title
    action.owner_member = fields.owner_member
    action.owner_actor = None if fields.owner_member else fields.owner_actor
    action.due_on = fields.due_on
