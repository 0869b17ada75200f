"""What the mails about a meeting say, read at the moment they leave; each carries the meeting for a calendar."""

from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import linebreaks, urlize

from coordination import ics
from coordination.agenda import total_minutes
from coordination.invitations import CANCELLATION, INVITATION, REPLY, UPDATE, awaits_replies, days_open, rows_of_address
from coordination.models import Attendance, Meeting
from outbox.links import MailLinks, absolute
from outbox.models import Mail
from outbox.purposes import Attachment, Message, NoLongerDue, Purpose

Reply = Attendance.Reply


def render_invitation(mail: Mail, links: MailLinks) -> Message:
    meeting, rows = _to_come(mail)
    if any(row.reply != Reply.NONE for row in rows):
        raise NoLongerDue("Cette personne a déjà répondu.")
    return _message(
        mail,
        meeting,
        rows,
        f"Invitation : {meeting.title}",
        "coordination/email/meeting_invitation.txt",
        _reply_to(meeting, links),
    )


def render_update(mail: Mail, links: MailLinks) -> Message:
    meeting, rows = _to_come(mail)
    if mail.step != str(meeting.sequence):
        raise NoLongerDue("La réunion a encore changé depuis.")
    if all(row.reply == Reply.NO for row in rows):
        raise NoLongerDue("Cette personne a répondu qu’elle ne vient pas.")
    return _message(
        mail,
        meeting,
        rows,
        f"Changement : {meeting.title}",
        "coordination/email/meeting_update.txt",
        _reply_to(meeting, links),
    )


def render_cancellation(mail: Mail, links: MailLinks) -> Message:
    meeting, rows = _found(mail)
    if meeting.status != Meeting.Status.CANCELLED:
        raise NoLongerDue("La réunion n’est plus annulée.")
    return _message(mail, meeting, rows, f"Annulée : {meeting.title}", "coordination/email/meeting_cancelled.txt")


def organiser(meeting: Meeting) -> ics.Contact:
    """Who calls a meeting: the person who made it, or the site if their account is gone."""
    person = meeting.created_by
    email = person.email if person else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return ics.Contact(f"Coordination de {meeting.territory}", email)


def _found(mail: Mail) -> tuple[Meeting, list[Attendance]]:
    """The mail's meeting, and those it is for. Raises ``NoLongerDue`` if either is gone."""
    meetings = Meeting.objects.alive().select_related("territory", "created_by")
    meeting = meetings.filter(pk=int(mail.subject.rpartition(":")[2])).first()
    if meeting is None:
        raise NoLongerDue("La réunion a été supprimée.")
    rows = rows_of_address(meeting, mail.recipient)
    if not rows:
        raise NoLongerDue("Cette personne n’est plus invitée, ou son adresse a changé.")
    return meeting, rows


def _to_come(mail: Mail) -> tuple[Meeting, list[Attendance]]:
    meeting, rows = _found(mail)
    if not awaits_replies(meeting):
        raise NoLongerDue("La réunion est passée ou annulée.")
    return meeting, rows


def _reply_to(meeting: Meeting, links: MailLinks) -> str:
    return links.page("coordination:meeting_reply", links.token(REPLY, days=days_open(meeting)))


def _message(
    mail: Mail, meeting: Meeting, rows: list[Attendance], subject: str, template: str, reply_link: str = ""
) -> Message:
    points = list(meeting.agenda.all())
    context = {
        "meeting": meeting,
        "territory": meeting.territory,
        "name": rows[0].member.name,
        "points": points,
        "total": total_minutes(points),
        "reply_link": reply_link,
    }
    text = render_to_string(template, context).strip()
    caller = organiser(meeting)
    return Message(
        subject=subject,
        text=text,
        html=urlize(linebreaks(text, autoescape=True)),
        attachments=(_calendar(meeting, caller, ics.Contact(rows[0].member.name, mail.recipient)),),
        reply_to=caller.email if meeting.created_by else "",
        sender_name=caller.name,
    )


def _calendar(meeting: Meeting, caller: ics.Contact, guest: ics.Contact) -> Attachment:
    is_cancelled = meeting.status == Meeting.Status.CANCELLED
    method = ics.CANCEL if is_cancelled else ics.REQUEST
    event = ics.event_of(meeting, page=absolute(meeting.get_absolute_url()))
    return Attachment(
        "annulation.ics" if is_cancelled else "invitation.ics",
        ics.write([event], method=method, organiser=caller, attendee=guest),
        f"text/calendar; charset=utf-8; method={method}",
    )


PURPOSES = [
    Purpose(INVITATION, "les invitations aux réunions", render_invitation),
    Purpose(UPDATE, "les changements des réunions", render_update),
    Purpose(CANCELLATION, "les annulations de réunions", render_cancellation, urgent=True),
]
