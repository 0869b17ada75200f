"""What the mails about minutes and actions say, read at the moment they leave."""

from django.template.loader import render_to_string
from django.utils.html import linebreaks, urlize

from accounts.audit import subject_of
from actors.models import Member
from alimactiv.french import dated
from coordination.actions import ASSIGNED, REMINDER, reminder_step
from coordination.models import ActionItem, Attendance, Minutes
from coordination.sending import FINAL, REVIEW, final_step, recipients, sent_step
from coordination.sheets import minutes_pdf, with_contents
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import Attachment, Message, NoLongerDue, Purpose
from territories.models import Territory

REVIEW_DAYS = 60


def _key(mail: Mail) -> int:
    return int(mail.subject.rpartition(":")[2])


def _message(subject: str, template: str, territory: Territory, attachments=(), **context) -> Message:
    text = render_to_string(template, context | {"territory": territory}).strip()
    coordinator = territory.coordinators.select_related("user").order_by("pk").first()
    return Message(
        subject=subject,
        text=text,
        html=linebreaks(urlize(text, autoescape=True)),
        attachments=tuple(attachments),
        reply_to=coordinator.user.email if coordinator else "",
        sender_name=f"Coordination de {territory}",
    )


def _minutes(mail: Mail, state: str, why: str) -> Minutes:
    """What the mail is about. Raises ``NoLongerDue`` if it is deleted, or not in this state any more."""
    minutes = with_contents(Minutes.objects.alive()).filter(pk=_key(mail)).first()
    if minutes is None:
        raise NoLongerDue("La réunion a été supprimée.")
    if minutes.state != state:
        raise NoLongerDue(why)
    return minutes


def _attendance(mail: Mail, minutes: Minutes) -> Attendance:
    for attendance in recipients(minutes.meeting).written:
        if attendance.member.email.lower() == mail.recipient:
            return attendance
    raise NoLongerDue("Cette personne n’est plus parmi les présent·es, ou son adresse a changé.")


def _pdf(minutes: Minutes) -> Attachment:
    return Attachment(pdf_name(minutes), minutes_pdf(minutes), "application/pdf")


def pdf_name(minutes: Minutes) -> str:
    return f"compte-rendu-{minutes.meeting.starts_at:%Y-%m-%d}.pdf"


def render_review(mail: Mail, links: MailLinks) -> Message:
    minutes = _minutes(mail, Minutes.State.SENT, "Le compte rendu n’est plus en relecture.")
    if mail.step != sent_step(minutes):
        raise NoLongerDue("Le compte rendu a été repris, puis envoyé à nouveau.")
    attendance = _attendance(mail, minutes)
    token = links.token(REVIEW, days=REVIEW_DAYS, subject=subject_of(attendance))
    return _message(
        f"À relire : {minutes.meeting.title}",
        "coordination/email/minutes_review.txt",
        minutes.meeting.territory,
        [_pdf(minutes)],
        meeting=minutes.meeting,
        link=links.page("coordination:minutes_review", token),
    )


def render_final(mail: Mail, links: MailLinks) -> Message:
    minutes = _minutes(mail, Minutes.State.FINAL, "Le compte rendu a été repris.")
    if mail.step != final_step(minutes):
        raise NoLongerDue("Le compte rendu a été repris, puis rendu définitif à nouveau.")
    _attendance(mail, minutes)
    title = f"Compte rendu définitif : {minutes.meeting.title}"
    territory = minutes.meeting.territory
    return _message(title, "coordination/email/minutes_final.txt", territory, [_pdf(minutes)], meeting=minutes.meeting)


def render_assigned(mail: Mail, links: MailLinks) -> Message:
    """Of minutes, all that they ask of this address; or one action that was given apart."""
    found = ActionItem.objects.open().announced().with_owners()
    if mail.subject.startswith("minutes:"):
        found = found.filter(outcome__minutes=_key(mail)).exclude(outcome__minutes__state=Minutes.State.DRAFT)
    else:
        found = found.filter(pk=_key(mail))
    found = found.select_related("territory", "meeting")
    actions = [a for a in found if mail.recipient in {m.email.lower() for m in a.people()}]
    if not actions:
        raise NoLongerDue("Il n’y a plus rien à faire pour cette personne.")
    title = "Une action vous est confiée" if len(actions) == 1 else f"{len(actions)} actions vous sont confiées"
    return _message(
        title,
        "coordination/email/action_assigned.txt",
        actions[0].territory,
        actions=actions,
        meeting=actions[0].meeting,
        link=_mine(mail, links),
    )


def render_reminder(mail: Mail, links: MailLinks) -> Message:
    """All that a member still has to do by the day of this reminder."""
    member = Member.objects.current().filter(pk=_key(mail), email__iexact=mail.recipient).first()
    found = ActionItem.objects.open().announced().with_owners().select_related("territory") if member else []
    is_late = mail.step.endswith("late")
    actions = [
        a for a in found if a.due_on and reminder_step(a.due_on, is_late=is_late) == mail.step and member in a.people()
    ]
    if not actions:
        raise NoLongerDue("Tout est fait, ou reporté.")
    day = actions[0].due_on
    title = f"À faire pour le {dated(day)}" if not is_late else f"En retard depuis le {dated(day)}"
    return _message(
        title,
        "coordination/email/action_reminder.txt",
        actions[0].territory,
        actions=actions,
        day=day,
        is_late=is_late,
        link=_mine(mail, links) if member.user_id else "",
    )


def _mine(mail: Mail, links: MailLinks) -> str:
    """Where a person with an account marks their actions done; empty for the others."""
    has_account = Member.objects.current().filter(email__iexact=mail.recipient, user__isnull=False).exists()
    return links.page("coordination:my_actions") if has_account else ""


PURPOSES = [
    Purpose(REVIEW, "les comptes rendus à relire", render_review),
    Purpose(FINAL, "les comptes rendus définitifs", render_final),
    Purpose(ASSIGNED, "les actions qui vous sont confiées", render_assigned),
    Purpose(REMINDER, "les rappels d’actions", render_reminder),
]
