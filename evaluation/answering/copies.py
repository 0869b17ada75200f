"""The mail with one's own answers, to the address that was invited, read at the moment it leaves."""

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import linebreaks, urlize

from evaluation.answering.journey import read
from evaluation.answering.operations import COPY
from evaluation.campaigns.mails import works_until
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Invitation
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import Message, NoLongerDue, Purpose


def render(mail: Mail, links: MailLinks) -> Message:
    invitations = Invitation.objects.standing().select_related("campaign__evaluation", "case", "response")
    invitation = invitations.filter(pk=int(mail.subject.rpartition(":")[2])).first()
    if invitation is None or invitation.email.lower() != mail.recipient:
        raise NoLongerDue("Cette personne n’est plus sollicitée, ou son adresse a changé.")
    campaign, now = invitation.campaign, timezone.now()
    days = (works_until(campaign) - now).days + 1
    context = {
        "invitation": invitation,
        "campaign": campaign,
        "response": invitation.response,
        "stages": read(invitation.response).stages,
        "link": links.page("answering:start", links.token(QUESTIONNAIRE, days=days)) if campaign.is_open else "",
    }
    text = render_to_string("evaluation/answering/copy.txt", context).strip()
    return Message(
        subject=f"Vos réponses : {campaign.version.questionnaire}",
        text=text,
        html=urlize(linebreaks(text, autoescape=True)),
        reply_to=campaign.reply_to,
        sender_name=campaign.sender_name,
    )


PURPOSE = Purpose(COPY, "les copies de vos réponses", render, urgent=True, can_opt_out=False)
