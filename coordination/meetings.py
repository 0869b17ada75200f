"""The life of a meeting: planned, held or cancelled; logged after the fact; the same again later."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coordination import invitations
from coordination.agenda import opening_points, set_agenda
from coordination.attendance import Newcomer, Who, record_present
from coordination.minutes import OutcomeRow, index, start_minutes, write_outcomes
from coordination.models import Attendance, Meeting, Minutes, Outcome

Status = Meeting.Status
WEEKS_BETWEEN = 9
"""« Two months later » falls on the same day of the week: nine weeks."""
NOT_HELD_YET = "Une réunion à venir ne peut pas être déjà tenue."


@transaction.atomic
def create_meeting(*, meeting: Meeting, by: User) -> Meeting:
    """Keeps a new meeting; a planned one opens its agenda with the open actions.

    Raises ``ValidationError`` if it is held in the future.
    """
    _check_day(meeting)
    meeting.created_by = by
    meeting.save()
    audit.note(meeting, "création", by=by)
    if meeting.status == Status.PLANNED:
        set_agenda(meeting=meeting, points=opening_points(meeting), by=by)
    return meeting


@transaction.atomic
def change_meeting(*, meeting: Meeting, by: User) -> int:
    """Keeps what ``meeting`` now says; tells those invited what changed of when and where. Returns how many.

    Raises ``ValidationError`` if it is held in the future.
    """
    _check_day(meeting)
    stored = Meeting.objects.select_for_update().get(pk=meeting.pk)
    before, told = audit.values(stored), invitations.terms(stored)
    if audit.note(meeting, "modification", by=by, before=before) is None:
        return 0
    changed, moved = invitations.terms(meeting) != told, meeting.starts_at != stored.starts_at
    meeting.sequence = stored.sequence + changed
    meeting.save()
    if stored.title != meeting.title and (minutes := Minutes.objects.filter(meeting=meeting).first()):
        index(minutes)
    return invitations.ask_updates(meeting, moved=moved) if changed and invitations.awaits_replies(meeting) else 0


@transaction.atomic
def log_meeting(
    *,
    meeting: Meeting,
    present: Iterable[Who],
    newcomers: Iterable[Newcomer] = (),
    decisions: Iterable[str] = (),
    actions: Iterable[OutcomeRow] = (),
    by: User,
) -> Meeting:
    """Keeps a meeting that was held, new or planned before: who came, what was decided, who does what by when.

    Its minutes are a draft with these outcomes, after those they may have. Raises ``ValidationError`` if it is in
    the future.
    """
    is_new = meeting.pk is None
    before = {} if is_new else audit.values(Meeting.objects.select_for_update().get(pk=meeting.pk))
    meeting.status, meeting.cancel_reason = Status.HELD, ""
    _check_day(meeting)
    meeting.created_by = by if is_new else meeting.created_by
    meeting.save()
    if is_new:
        audit.note(meeting, "création", by=by)
    else:
        audit.note(meeting, "tenue", by=by, before=before)
        invitations.cancel_waiting(meeting, reason="la réunion a eu lieu")
    record_present(meeting=meeting, present=present, newcomers=newcomers, by=by)
    minutes = start_minutes(meeting=meeting, by=by)
    written = [OutcomeRow.of(o) for o in minutes.outcomes.select_related("owner_member", "owner_actor")]
    decided = [OutcomeRow(kind=Outcome.Kind.DECISION, text=text) for text in decisions]
    write_outcomes(minutes=minutes, rows=[*written, *decided, *actions], by=by)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User) -> int:
    """Calls a meeting off, or says that it was not held after all. Those invited are told; returns how many."""
    before = audit.values(meeting)
    was_to_come = invitations.awaits_replies(meeting)
    meeting.status, meeting.cancel_reason = Status.CANCELLED, reason
    meeting.sequence += 1
    meeting.save()
    audit.note(meeting, "annulation", by=by, before=before)
    invitations.cancel_waiting(meeting, reason="la réunion est annulée")
    return invitations.ask_cancellations(meeting) if was_to_come else 0


@transaction.atomic
def reinstate_meeting(*, meeting: Meeting, by: User) -> int:
    """Takes a cancellation back: planned again, or held if it has minutes. Returns how many are told."""
    before = audit.values(meeting)
    meeting.status = Status.HELD if Minutes.objects.filter(meeting=meeting).exists() else Status.PLANNED
    meeting.cancel_reason = ""
    meeting.sequence += 1
    meeting.save()
    audit.note(meeting, "rétablissement", by=by, before=before)
    return invitations.ask_updates(meeting, moved=False) if invitations.awaits_replies(meeting) else 0


@transaction.atomic
def repeat_meeting(*, meeting: Meeting, starts_at: datetime, by: User) -> Meeting:
    """The same again: place, group, length, and those who were asked or came, to be invited."""
    length = meeting.ends_at - meeting.starts_at if meeting.ends_at else None
    copied = ("territory", "title", "working_group", "theme", "place", "online_link")
    again = Meeting(starts_at=starts_at, **{name: getattr(meeting, name) for name in copied})
    again.ends_at = starts_at + length if length else None
    create_meeting(meeting=again, by=by)
    Attendance.objects.bulk_create(
        Attendance(meeting=again, member=row.member, actor=row.actor, name=row.name, invited=True)
        for row in meeting.attendances.select_related("member")
        if not (row.member and row.member.left_on)
    )
    return again


def same_day_later(meeting: Meeting) -> date:
    """The day « same again » proposes: the same day of the week, two months later, never past."""
    day = timezone.localtime(meeting.starts_at).date()
    while (day := day + timedelta(weeks=WEEKS_BETWEEN)) <= timezone.localdate():
        pass
    return day


def _check_day(meeting: Meeting) -> None:
    if meeting.status == Status.HELD and timezone.localtime(meeting.starts_at).date() > timezone.localdate():
        raise ValidationError({"day": NOT_HELD_YET})
