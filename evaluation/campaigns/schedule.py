"""Which mail of a campaign is due to a person, and why none is. Pure: over steps and ``Progress``, at a moment.

A step is due from its day on, to whoever may still be written to; only the latest one, so that nobody gets a burst
after an outage: what was skipped stays skipped. One taken back before it left (its campaign closed, then was extended;
the person opted out, then in again) is due as long as it is the latest. No mail is asked for while another of the
person's waits, and a reminder waits until ``GAP`` has passed since the person's last mail left (the invitation follows
its notice, and a reminder asked for by hand its asker). Weekends, August and the limits of an address are
``outbox.decisions``'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from evaluation.campaigns import texts
from evaluation.campaigns.progress import LEFT, Progress, Status
from evaluation.campaigns.texts import Words
from evaluation.models import Campaign, Step
from outbox.decisions import OPENS, PARIS
from outbox.models import Mail

Kind = Step.Kind
GAP = timedelta(days=5)
"""What lies at least between two mails to a person, before a reminder."""


@dataclass(frozen=True)
class DefaultStep:
    kind: str
    days: int
    words: Words


DEFAULT_STEPS = (
    DefaultStep(Kind.NOTICE, -3, texts.NOTICE),
    DefaultStep(Kind.INVITATION, 0, texts.INVITATION),
    DefaultStep(Kind.REMINDER, 7, texts.FIRST_REMINDER),
    DefaultStep(Kind.REMINDER, 14, texts.SECOND_REMINDER),
    DefaultStep(Kind.REMINDER, 21, texts.LAST_REMINDER),
    DefaultStep(Kind.CALL, 28, texts.CALL),
)
"""Those of the trials on reminders (domain.md, "Evidence on reminders")."""

NOT_ASKED_ANY_MORE = {
    Status.DONE: "Cette personne a répondu.",
    Status.ENDED: "Cette personne n’est plus sollicitée.",
    Status.DECLINED: "Cette personne a décliné.",
}


@dataclass(frozen=True)
class Hold:
    """Not now: until when, and why in French."""

    until: datetime
    reason: str


# May the person be written to? ---------------------------------------------------------------------


def exclusion(one: Progress, campaign: Campaign, now: datetime) -> str:
    """Why, as things stand, no mail of the campaign is for this person, in French; empty if one may be."""
    today = timezone.localdate(now)
    if campaign.state == Campaign.State.DRAFT:
        return "La campagne n’est pas lancée."
    if campaign.state == Campaign.State.ENDED:
        return "La campagne est arrêtée."
    if today > campaign.closes_on:
        return "La campagne est close."
    if one.status in NOT_ASKED_ANY_MORE:
        return NOT_ASKED_ANY_MORE[one.status]
    if one.covered:
        return "Quelqu’un d’autre a répondu pour ce territoire."
    trainee = one.invitation.trainee
    if trainee and trainee.in_post_until and trainee.in_post_until < today:
        return "Cette personne n’est plus en poste : remplacez-la."
    if not one.invitation.email:
        return "Cette personne n’a pas d’adresse de courriel."
    if one.bounce:
        return f"Son adresse est refusée : {one.bounce}"
    if one.opted_out:
        return "Cette personne ne veut plus de ces courriels."
    return ""


def hold(one: Progress, campaign: Campaign, now: datetime) -> Hold | None:
    """Why a mail that is for this person does not leave right now."""
    today = timezone.localdate(now)
    tomorrow = datetime.combine(today + timedelta(days=1), OPENS, tzinfo=PARIS)
    if campaign.state == Campaign.State.PAUSED:
        return Hold(tomorrow, "La campagne est en pause.")
    if one.wrote_at and timezone.localdate(one.wrote_at) == today:
        return Hold(tomorrow, "Cette personne a répondu à une question aujourd’hui.")
    return None


def outdated(step: Step, campaign: Campaign, now: datetime) -> str:
    """Why a step asked for in time has nothing to say any more, in French; empty if it has."""
    if step.kind == Kind.NOTICE and timezone.localdate(now) >= campaign.opens_on:
        return "L’invitation part : il n’y a plus rien à annoncer."
    return ""


# What is due? ---------------------------------------------------------------------------------------


def due_step(one: Progress, steps: Iterable[Step], campaign: Campaign, now: datetime) -> Step | None:
    """The step whose mail is to be asked for now."""
    step, _ = _due(one, steps, campaign, now)
    return step


def why_not(one: Progress, steps: Iterable[Step], campaign: Campaign, now: datetime) -> str:
    """Why ``due_step`` gives nothing, in French; empty if it gives a step."""
    _, reason = _due(one, steps, campaign, now)
    return reason


def _due(one: Progress, steps: Iterable[Step], campaign: Campaign, now: datetime) -> tuple[Step | None, str]:
    if reason := exclusion(one, campaign, now):
        return None, reason
    if held := hold(one, campaign, now):
        return None, held.reason
    if one.awaits_mail:
        return None, "Un courriel attend déjà de partir."
    step = latest(steps, campaign, timezone.localdate(now))
    if step is None:
        return None, "Aucun courriel n’est prévu à ce jour."
    mail = one.mails.get(step.code)
    if mail and mail.state != Mail.State.CANCELLED:
        return None, _said_of(mail)
    if step.kind == Kind.REMINDER and one.last_left_at and now < one.last_left_at + GAP:
        return None, f"Son dernier courriel date de moins de {GAP.days} jours."
    return step, ""


def _said_of(mail: Mail) -> str:
    if mail.state == Mail.State.REFUSED:
        return f"Le dernier courriel prévu à ce jour n’est pas parti : {mail.reason}"
    return "Le dernier courriel prévu à ce jour lui a été adressé."


def latest(steps: Iterable[Step], campaign: Campaign, today: date) -> Step | None:
    """The last step by mail whose day has come; a notice only before the invitations, and if launched by its day."""
    launched_on = timezone.localdate(campaign.launched_at) if campaign.launched_at else today
    come = [
        step
        for step in steps
        if step.kind != Kind.CALL
        and step.day <= today
        and (step.kind != Kind.NOTICE or (launched_on <= step.day and today < campaign.opens_on))
    ]
    return max(come, key=lambda step: (step.day, step.kind == Kind.EXTRA), default=None)


def to_remind(found: Iterable[Progress], campaign: Campaign, now: datetime) -> list[Progress]:
    """Those whom a reminder asked for by hand now would go to: the silent ones, unless a mail is on its way."""
    return [one for one in found if not exclusion(one, campaign, now) and not one.awaits_mail]


def words_of(step: Step, one: Progress, steps: Sequence[Step]) -> tuple[str, str]:
    """The title and the text of a step for this person, not filled yet.

    The first mail with a link that someone gets is worded as the invitation, whichever step it is: they were added,
    their address was corrected, or the invitation was skipped. What a colleague began and handed on is not theirs.
    """
    if one.status == Status.PARTIAL and one.wrote_at and step.partial_text:
        return step.partial_subject or step.subject, step.partial_text
    linking = {each.code for each in steps if each.kind in texts.CARRY_LINK}
    knows = any(code in linking and mail.state in LEFT for code, mail in one.mails.items())
    if step.kind in texts.CARRY_LINK and not knows:
        step = next((each for each in steps if each.kind == Kind.INVITATION), step)
    return step.subject, step.text
