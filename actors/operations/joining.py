"""Arrivals in a structure and departures from it: invitations, claims, rights. ``by`` is nobody for a mailed link.

A structure's log (``accounts.audit``) tells each of them.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import subject_of
from accounts.models import User
from accounts.operations import open_account
from actors.membership import bereft, deciders_of
from actors.models import Actor, Joining, Member
from actors.operations.people import save_member
from outbox import links
from outbox import operations as outbox
from outbox.models import Mail
from territories.models import Coordinator

INVITATION = "membership_invitation"
"""The purpose of an invitation's mail, and of its link."""
CLAIM = "membership_claim"
"""The purpose of the mail that proves the address of who claims to be of a structure, and of its link."""
TO_DECIDE, DECIDED = "membership_claim_to_decide", "membership_claim_decided"
WITHOUT_MEMBER = "structure_without_member"

State = Joining.State
WIDEST_FIRST = [Member.Access.MANAGER, Member.Access.EDITOR, Member.Access.ATTENDS]


class AlreadySettledError(Exception):
    """Someone accepted, declined, approved or refused meanwhile."""


@transaction.atomic
def invite(*, actor: Actor, name: str, email: str, role: str, access: str, by: User) -> Joining:
    """Asks a colleague to join, by mail. Raises ``IntegrityError`` if this address already has an open arrival."""
    joining = Joining.objects.create(
        actor=actor, name=name, email=email.lower(), role=role, access=access, invited_by=by
    )
    audit.note(actor, "invitation d’une personne", by=by, personne=name, droits=joining.get_access_display())
    _write(joining)
    return joining


@transaction.atomic
def send_again(*, joining: Joining, by: User) -> bool:
    """Writes once more to who has not answered, with a new link; the links sent before stop working.

    Says whether a mail was asked for: none is while one still waits to leave. Raises ``AlreadySettledError``.
    """
    joining = _locked(joining, State.SENT)
    if not _write(joining):
        return False
    joining.created_at = timezone.now()
    joining.save(update_fields=["created_at"])
    audit.note(joining.actor, "invitation renvoyée", by=by, personne=joining.name)
    return True


@transaction.atomic
def revoke(*, joining: Joining, by: User) -> None:
    """Takes an invitation back: its link opens nothing more. Raises ``AlreadySettledError``."""
    joining = _locked(joining, State.SENT)
    _settle(joining, State.REFUSED, by=by, reason="invitation annulée")
    audit.note(joining.actor, "invitation annulée", by=by, personne=joining.name)


@transaction.atomic
def accept(*, joining: Joining, by: User | None = None) -> Member:
    """The person invited joins, and gets an account if they have none. Raises ``AlreadySettledError``."""
    joining = _locked(joining, State.SENT)
    _settle(joining, State.ACCEPTED, by=by)
    return _admit(joining, by=by)


@transaction.atomic
def decline(*, joining: Joining) -> None:
    """The person invited does not want to join. Raises ``AlreadySettledError``."""
    joining = _locked(joining, State.SENT)
    _settle(joining, State.REFUSED, by=None, reason="déclinée par la personne")
    audit.note(joining.actor, "invitation déclinée", by=None, personne=joining.name)


@transaction.atomic
def claim(*, actor: Actor, name: str, email: str, role: str, message: str, by: User | None = None) -> Joining:
    """Someone says that they are of a structure. Unless they are signed in with this address, a mail proves it first.

    One who is already on the way (an invitation, an earlier claim) is written to again instead.
    """
    email = email.lower()
    Actor.objects.select_for_update().get(pk=actor.pk)  # pressed twice: the second one finds the first
    joining = Joining.objects.open().select_for_update().filter(actor=actor, email=email).first()
    if joining is None:
        joining = Joining.objects.create(
            actor=actor, name=name, email=email, role=role, message=message, is_claim=True, invited_by=None
        )
    if by and by.email == email and joining.is_claim:
        return prove(joining=joining, by=by) if joining.state == State.SENT else joining
    if joining.state == State.SENT:
        _write(joining)
    return joining


@transaction.atomic
def prove(*, joining: Joining, by: User | None = None) -> Joining:
    """The address of a claim is its author's: now it waits for approval, and who decides is told.

    Not before does the structure's log tell it: anybody types any name. Raises ``AlreadySettledError``.
    """
    joining = _locked(joining, State.SENT)
    joining.state = State.PENDING
    joining.save(update_fields=["state"])
    audit.note(joining.actor, "demande à être membre", by=by, personne=joining.name)
    _close_letters(joining)
    outbox.ask_many(purpose=TO_DECIDE, wanted=[(subject_of(joining), one) for one in deciders_of(joining.actor)])
    return joining


@transaction.atomic
def approve(*, joining: Joining, access: str, by: User) -> Member:
    """Who claimed becomes a member with these rights, and is told. Raises ``AlreadySettledError``."""
    joining = _locked(joining, State.PENDING)
    joining.access = access
    _settle(joining, State.ACCEPTED, by=by)
    outbox.ask(purpose=DECIDED, subject=subject_of(joining), recipient=joining.email)
    return _admit(joining, by=by)


@transaction.atomic
def refuse(*, joining: Joining, reason: str, by: User) -> None:
    """Who claimed does not become a member, and is told why. Raises ``AlreadySettledError``."""
    joining = _locked(joining, State.PENDING)
    _settle(joining, State.REFUSED, by=by, reason=reason)
    audit.note(joining.actor, "demande refusée", by=by, personne=joining.name, raison=reason)
    outbox.ask(purpose=DECIDED, subject=subject_of(joining), recipient=joining.email)


@transaction.atomic
def change_access(*, member: Member, access: str, role: str, by: User) -> None:
    """Gives someone other rights on the structure's entry, or corrects what they do there."""
    member.access, member.role = access, role
    save_member(member=member, by=by)


@transaction.atomic
def leave(*, member: Member, by: User) -> None:
    """Someone leaves their structure today. What they did stays."""
    member.left_on = timezone.localdate()
    save_member(member=member, by=by)


@transaction.atomic
def tell_bereft_structures() -> None:
    """Asks for the mails that tell coordinators which structures lost their last member or manager.

    To be called each day: asking again changes nothing, and one mail tells all that is to be told by then.
    """
    coordinated = Actor.objects.filter(territories__coordinators__user__is_active=True)
    wanted: dict[str, set[tuple[str, str]]] = {}
    found = bereft(Actor.objects.filter(pk__in=coordinated.values("pk")))
    addresses = _coordinators_of({actor.pk for actor, _ in found})
    for actor, step in found:
        wanted.setdefault(step, set()).update((subject_of(actor), one) for one in addresses.get(actor.pk, ()))
    for step, pairs in wanted.items():
        outbox.ask_many(purpose=WITHOUT_MEMBER, step=step, wanted=sorted(pairs))


def _coordinators_of(actors: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = Coordinator.objects.filter(user__is_active=True, territory__actors__in=actors)
    for actor, address in rows.values_list("territory__actors", "user__email"):
        found.setdefault(actor, set()).add(address)
    return found


def _locked(joining: Joining, state: str) -> Joining:
    """The arrival as it is now. Raises ``AlreadySettledError`` if it is not in ``state`` any more."""
    found = Joining.objects.select_for_update().select_related("actor").filter(pk=joining.pk, state=state).first()
    if found is None:
        raise AlreadySettledError
    return found


def _settle(joining: Joining, state: str, *, by: User | None, reason: str = "") -> None:
    joining.state, joining.reason = state, reason
    joining.decided_by, joining.decided_at = by, timezone.now()
    joining.save()
    _close_letters(joining)


def _write(joining: Joining) -> bool:
    """Asks for the mail with a link; not while one of them still waits to leave, which is said."""
    purpose = CLAIM if joining.is_claim else INVITATION
    letters = Mail.objects.filter(purpose=purpose, subject=subject_of(joining))
    if letters.filter(state__in=[Mail.State.DUE, Mail.State.CLAIMED]).exists():
        return False
    links.revoke(purpose=purpose, subject=subject_of(joining))
    outbox.ask(purpose=purpose, subject=subject_of(joining), step=str(letters.count() + 1), recipient=joining.email)
    return True


def _close_letters(joining: Joining) -> None:
    for purpose in (INVITATION, CLAIM):
        links.revoke(purpose=purpose, subject=subject_of(joining))
        outbox.cancel(purpose=purpose, subject=subject_of(joining), reason="cette personne a répondu, ou on a décidé")


def _admit(joining: Joining, *, by: User | None) -> Member:
    """Makes a member of someone who arrives; one who had left is back, and nobody loses rights by it."""
    _open_account(joining, by=by)
    known = Member.objects.select_for_update().filter(actor=joining.actor, email__iexact=joining.email).first()
    member = known or Member(actor=joining.actor, email=joining.email, name=joining.name, access=joining.access)
    if known and not known.has_left:
        member.access = min(known.access, joining.access, key=WIDEST_FIRST.index)
    else:
        member.access, member.left_on = joining.access, None
    member.role = joining.role or member.role
    return save_member(member=member, by=by)


def _open_account(joining: Joining, *, by: User | None) -> None:
    if User.objects.filter(email=joining.email).exists():
        return
    try:
        with transaction.atomic():
            open_account(by=by, email=joining.email, name=joining.name, role=User.Role.NONE)
    except IntegrityError:  # opened at this very moment, from another page
        return
