"""What outsiders propose for an entry, and what the coordinator decides of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors.freshness.mails import DECIDED, LEFT_ALONE, PROPOSALS, WAITED
from actors.models import Actor, Confirmation, Proposal, Section
from actors.operations.entries import PartForm, save_part
from outbox.models import Mail
from outbox.operations import ask, ask_many
from territories.models import Coordinator, Territory

State = Proposal.State


@dataclass(frozen=True)
class Author:
    """Who proposes, as far as they say; ``is_contact``: they hold a link sent to the structure."""

    email: str = ""
    name: str = ""
    is_contact: bool = False


@dataclass(frozen=True)
class Change:
    """A form filled in, to be opened again by ``actors/freshness/parts.py``."""

    form: str
    target: int | None
    data: Mapping[str, list[str]]
    words: Mapping[str, list[str]] = field(default_factory=dict)
    """By field, before and after."""


@transaction.atomic
def propose(
    *, actor: Actor, section: Section, author: Author, change: Change | None = None, comment: str = ""
) -> Proposal:
    """Keeps a change, or a remark alone, until the coordinator decides. It is its own trace."""
    words = change.words if change else {}
    return Proposal.objects.create(
        actor=actor,
        section=section,
        form=change.form if change else "",
        target=change.target if change else None,
        data=dict(change.data) if change else {},
        before={name: before for name, (before, _) in words.items()},
        after={name: after for name, (_, after) in words.items()},
        comment=comment,
        author_name=author.name,
        author_email=author.email.lower(),
        author_is_contact=author.is_contact,
        created_at=timezone.now(),
    )


@transaction.atomic
def accept(*, proposal: Proposal, by: User, form: PartForm | None = None, reason: str = "") -> None:
    """Makes the change so, as ``form`` now says it; a remark alone is only settled.

    Raises ``ValidationError`` if it is decided already, and what ``save_part`` raises.
    """
    _lock(proposal)
    if form:
        role = Confirmation.Role.STRUCTURE if proposal.author_is_contact else Confirmation.Role.COORDINATION
        save_part(form=form, actor=proposal.actor, by=by, role=role)
    _decide(proposal, State.ACCEPTED, reason, by)


@transaction.atomic
def refuse(*, proposal: Proposal, reason: str, by: User) -> None:
    """Leaves the entry as it is. Raises ``ValidationError`` if it is decided already."""
    _lock(proposal)
    _decide(proposal, State.REFUSED, reason, by)


def _lock(proposal: Proposal) -> None:
    if Proposal.objects.select_for_update().get(pk=proposal.pk).state != State.PENDING:
        raise ValidationError("Quelqu’un a décidé de cette proposition entre-temps.")


def _decide(proposal: Proposal, state: str, reason: str, by: User) -> None:
    proposal.state, proposal.reason = state, reason
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    told = {"partie": proposal.get_section_display(), "raison": reason}
    audit.note(
        proposal.actor,
        f"proposition {proposal.get_state_display()}",
        by=by,
        **{name: word for name, word in told.items() if word},
    )
    if proposal.author_email:
        ask(purpose=DECIDED, subject=audit.subject_of(proposal), recipient=proposal.author_email)


@transaction.atomic
def announce(now: datetime) -> None:
    """Tells coordinators of the proposals made since they were last told, in one mail a day for each territory."""
    pending = Proposal.objects.pending().filter(actor__merged_into=None).order_by()
    newest = (
        pending.filter(actor__territories__isnull=False).values_list("actor__territories").annotate(Max("created_at"))
    )
    territories = {audit.subject_of(Territory(pk=key)): (key, at) for key, at in newest}
    told = Mail.objects.filter(purpose=PROPOSALS, subject__in=territories).order_by().values_list("subject")
    told_at = dict(told.annotate(Max("due_at")))
    fresh = {key: name for name, (key, at) in territories.items() if name not in told_at or told_at[name] < at}
    coordinators = Coordinator.objects.filter(territory__in=fresh, user__is_active=True)
    wanted = {(fresh[key], email) for key, email in coordinators.values_list("territory", "user__email")}
    ask_many(purpose=PROPOSALS, step=timezone.localdate(now).isoformat(), wanted=sorted(wanted), due_at=now)


@transaction.atomic
def tell_staff(now: datetime) -> None:
    """Tells the team, once in seven days at most, of what waits for longer where nobody coordinates."""
    since = now - WAITED
    if not Proposal.objects.left_alone(since).filter(actor__territories__isnull=False).exists():
        return
    told = Mail.objects.filter(purpose=LEFT_ALONE, due_at__gt=since).values("recipient")
    staff = User.objects.filter(is_staff=True, is_active=True).exclude(email__in=told)
    wanted = [(audit.subject_of(one), one.email) for one in staff.order_by("pk")]
    ask_many(purpose=LEFT_ALONE, step=timezone.localdate(now).isoformat(), wanted=wanted, due_at=now)
