"""Who is asked to a meeting by mail, told of its changes, and what they reply.

A mail is for an address: someone asked for two structures gets one, and replies for both. What the mails say is
``coordination.meeting_mails``, read when they leave.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import subject_of
from accounts.models import User
from coordination.attendance import Candidate, place
from coordination.models import Attendance, Meeting
from outbox import operations as outbox
from outbox.models import Bounce, Mail, OptOut

INVITATION, UPDATE, CANCELLATION = "meeting_invitation", "meeting_update", "meeting_cancelled"
REPLY = "meeting_reply"
"""The purpose of the links that answer an invitation without an account."""
SOON = timedelta(days=2)
"""So near a meeting, its mails do not wait for the next working hour."""

Reply = Attendance.Reply


class TooLateError(Exception):
    """The meeting is over, was cancelled or deleted: nobody replies to it any more."""


@dataclass(frozen=True)
class Preview:
    """What sending would do, by person."""

    written: list[Candidate]
    """They get the mail."""
    already: list[Candidate]
    """They have it, or it is on its way."""
    refused: list[Candidate]
    """They no longer want such mails, or their address takes none."""
    without_address: list[Candidate]
    """To be told otherwise."""


def terms(meeting: Meeting) -> tuple:
    """What an invitation says; a change of it is told."""
    return (meeting.title, meeting.starts_at, meeting.ends_at, meeting.place, meeting.online_link)


def preview(meeting: Meeting, chosen: Iterable[Candidate]) -> Preview:
    asked = _asked(meeting)
    wanted = [(candidate, candidate.email.lower()) for candidate in chosen]
    addresses = {address for _, address in wanted}
    closed = {*OptOut.objects.filter(purpose=INVITATION, address__in=addresses).values_list("address", flat=True)}
    closed |= {*Bounce.objects.filter(address__in=addresses).values_list("address", flat=True)}
    found = Preview([], [], [], [])
    for candidate, address in wanted:
        if not address:
            found.without_address.append(candidate)
        elif address in asked:
            found.already.append(candidate)
        else:
            (found.refused if address in closed else found.written).append(candidate)
    return found


@transaction.atomic
def invite(*, meeting: Meeting, chosen: Iterable[Candidate], by: User) -> int:
    """Asks people to a meeting, by mail where there is an address. Returns how many mails were asked for."""
    chosen = list(chosen)
    before = {row.pk for row in meeting.attendances.filter(invited=True)}
    rows = [place(meeting, candidate.who, invited=True) for candidate in chosen]
    new = [str(row) for row in rows if row.pk not in before]
    if new:
        audit.note(meeting, "invitation", by=by, personnes=", ".join(new))
    addresses = {c.email.lower() for c in chosen if c.email} - _asked(meeting)
    _ask(meeting, INVITATION, addresses)
    return len(addresses)


def ask_updates(meeting: Meeting, *, moved: bool) -> int:
    """Tells those who were written to what changed. If it ``moved``, their replies were about another time: forgotten.

    Otherwise those who do not come are left in peace. Returns how many mails. Inside the caller's transaction.
    """
    if moved:
        meeting.attendances.update(reply=Reply.NONE, replied_at=None)
    outbox.cancel(purpose=UPDATE, subject=subject_of(meeting), reason="la réunion a encore changé")
    return _ask(meeting, UPDATE, _informed(meeting))


def ask_cancellations(meeting: Meeting) -> int:
    """Tells those who were written to, and did not decline, that a meeting is called off. Returns how many mails."""
    return _ask(meeting, CANCELLATION, _informed(meeting))


def cancel_waiting(meeting: Meeting, *, reason: str) -> None:
    """Takes back what has not left yet."""
    for purpose in (INVITATION, UPDATE, CANCELLATION):
        outbox.cancel(purpose=purpose, subject=subject_of(meeting), reason=reason)


@transaction.atomic
def reply(*, meeting: Meeting, rows: Iterable[Attendance], answer: str, by: User | None) -> None:
    """Keeps what someone invited replies, the last time counts. ``by`` is nobody for a link received by mail.

    Raises ``TooLateError`` if the meeting is not to come any more.
    """
    current = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not awaits_replies(current):
        raise TooLateError
    for row in rows:
        before = audit.values(row)
        row.reply, row.replied_at = answer, timezone.now()
        row.save(update_fields=["reply", "replied_at"])
        audit.note(row, "réponse", by=by, before=before)


def awaits_replies(meeting: Meeting) -> bool:
    return meeting.deleted_at is None and meeting.status == Meeting.Status.PLANNED and meeting.end > timezone.now()


def rows_of_address(meeting: Meeting, address: str) -> list[Attendance]:
    """Those invited to a meeting under an address."""
    found = meeting.attendances.filter(invited=True, member__email__iexact=address)
    return list(found.select_related("member", "actor"))


def rows_of_user(meeting: Meeting, user: User) -> list[Attendance]:
    """Those invited to a meeting who are this user."""
    return list(meeting.attendances.filter(invited=True, member__user=user).select_related("member", "actor"))


def days_open(meeting: Meeting) -> int:
    """For how many days the link of a mail that leaves now replies: until the meeting is over."""
    return max(1, math.ceil((meeting.end - timezone.now()) / timedelta(days=1)))


def mails_by_address(meeting: Meeting) -> dict[str, Mail]:
    """The last mail asked for to each address about a meeting."""
    return {mail.recipient: mail for mail in _mails(meeting).order_by("created_at", "pk")}


def _mails(meeting: Meeting):
    return Mail.objects.filter(purpose__in=(INVITATION, UPDATE, CANCELLATION), subject=subject_of(meeting))


def _asked(meeting: Meeting) -> set[str]:
    """The addresses that have an invitation, or soon will."""
    asked = _mails(meeting).filter(purpose=INVITATION).exclude(state=Mail.State.CANCELLED)
    return set(asked.values_list("recipient", flat=True))


def _informed(meeting: Meeting) -> set[str]:
    """The addresses that know of the meeting by mail, of people still invited who did not decline."""
    left = (Mail.State.SENT, Mail.State.CLAIMED, Mail.State.TO_CHECK)
    written = set(_mails(meeting).filter(state__in=left).values_list("recipient", flat=True))
    coming = meeting.attendances.filter(invited=True).exclude(reply=Reply.NO)
    return written & {email.lower() for email in coming.values_list("member__email", flat=True) if email}


def _ask(meeting: Meeting, purpose: str, addresses: set[str]) -> int:
    near = meeting.starts_at - timezone.now() < SOON
    outbox.ask_many(
        purpose=purpose,
        step=str(meeting.sequence),
        wanted=[(subject_of(meeting), address) for address in sorted(addresses)],
        urgent=True if near else None,
    )
    return len(addresses)
