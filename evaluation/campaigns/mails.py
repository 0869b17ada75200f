"""The mails of a campaign: who still gets one, and what it says, decided at the moment it leaves."""

from datetime import datetime, time, timedelta

from django.db import transaction

from alimactiv.french import dated
from evaluation.campaigns import schedule, texts
from evaluation.campaigns.progress import QUESTIONNAIRE, Progress, progress
from evaluation.models import Campaign, Invitation, Question, Step
from evaluation.questionnaires.duration import minutes
from outbox.decisions import PARIS
from outbox.links import MailLinks, absolute
from outbox.models import Mail
from outbox.purposes import Later, Message, NoLongerDue, Purpose

TEST = "questionnaire_test"
DAYS_AFTER_CLOSING = 30
"""How long the links of a closed campaign still say that it is."""
TEST_NOTICE = (
    "Ceci est un essai : voici ce que recevra une personne invitée. Le lien mène à l’aperçu du questionnaire, "
    "et rien de ce qui s’y écrit n’est gardé."
)
SOMEONE = "Camille Exemple"


@transaction.atomic
def render(mail: Mail, links: MailLinks) -> Message:
    """The mail of a step to an invited person, as things stand now.

    It holds the invitation, as does whoever corrects, replaces, removes or prolongs: either this sees what they did,
    or they see the link made here, and close or extend it.
    """
    Invitation.objects.select_for_update().filter(pk=_number(mail.subject)).order_by().first()
    now = mail.claimed_at
    step = Step.objects.select_related("campaign__evaluation").filter(pk=_number(mail.step)).first()
    one = _standing(step, mail) if step else None
    if one is None:
        raise NoLongerDue("Cette étape ou cette personne ne fait plus partie de la campagne.")
    if one.invitation.email.lower() != mail.recipient:
        raise NoLongerDue("L’adresse de cette personne a changé depuis.")
    campaign = step.campaign
    if reason := schedule.exclusion(one, campaign, now) or schedule.outdated(step, campaign, now):
        raise NoLongerDue(reason)
    if held := schedule.hold(one, campaign, now):
        raise Later(held.until, held.reason)
    subject, text = schedule.words_of(step, one, list(campaign.steps.all()))
    filled = values(campaign, name=one.invitation.name, territory=one.invitation.case.label)
    if f"{{{texts.LINK}}}" in text:
        token = links.token(QUESTIONNAIRE, days=(works_until(campaign) - now).days + 1)
        filled[texts.LINK] = links.page("answering:start", token)
    return _message(campaign, subject, text, filled)


def render_test(mail: Mail, links: MailLinks) -> Message:
    """A step as it will read, to who prepares it: its link shows the questionnaire, and is nobody's."""
    steps = Step.objects.select_related("campaign__evaluation", "campaign__version")
    step = steps.filter(pk=_number(mail.subject)).first()
    if step is None:
        raise NoLongerDue("Cette étape n’existe plus.")
    filled = sample_values(step.campaign)
    return _message(step.campaign, f"[Essai] {step.subject}", f"{TEST_NOTICE}\n\n{step.text}", filled)


def values(campaign: Campaign, *, name: str, territory: str) -> dict[str, str]:
    """What the placeholders of a campaign's texts stand for, the link excepted."""
    questions = Question.objects.filter(page__version=campaign.version_id).prefetch_related("items")
    return {
        "nom": name,
        "territoire": territory,
        "evaluation": campaign.evaluation.title,
        "date_ouverture": in_words(campaign.opens_on),
        "date_limite": in_words(campaign.closes_on),
        "duree": str(minutes(questions)),
        "expediteur": campaign.sender_name,
    }


def sample_values(campaign: Campaign, invitation: Invitation | None = None) -> dict[str, str]:
    """The same for a page or a test: of ``invitation``, or of nobody; the link shows the questionnaire."""
    case = invitation.case if invitation else campaign.evaluation.cases.counted().first()
    name = invitation.name if invitation else SOMEONE
    filled = values(campaign, name=name, territory=str(case or "votre territoire"))
    return filled | {texts.LINK: absolute(campaign.version.get_absolute_url())}


def works_until(campaign: Campaign) -> datetime:
    """Until when a campaign's links open something: its questionnaire, then a word that it is closed."""
    day = campaign.closes_on + timedelta(days=1 + DAYS_AFTER_CLOSING)
    return datetime.combine(day, time(), tzinfo=PARIS)


def in_words(day) -> str:
    return dated(day, "l j F Y")


def _standing(step: Step, mail: Mail) -> Progress | None:
    found = step.campaign.invitations.in_full().filter(pk=_number(mail.subject))
    return next(iter(progress(step.campaign, found)), None)


def _number(name: str) -> int:
    """The key in a name like ``step:12``."""
    return int(name.rpartition(":")[2])


def _message(campaign: Campaign, subject: str, text: str, filled: dict[str, str]) -> Message:
    return Message(
        subject=texts.fill_line(subject, filled),
        text=texts.fill(text, filled),
        html=texts.fill_html(text, filled),
        reply_to=campaign.reply_to,
        sender_name=texts.fill_line("{expediteur}", filled),
    )


PURPOSES = [
    Purpose(QUESTIONNAIRE, "les courriels qui demandent de répondre à un questionnaire", render),
    Purpose(TEST, "les essais d’envoi", render_test, urgent=True, can_opt_out=False),
]
