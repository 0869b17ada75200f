"""What the mails about arrivals and departures say, read at the moment they leave."""

from django.template.loader import render_to_string
from django.utils.html import linebreaks, urlize

from actors.membership import bereft, deciders_of
from actors.models import JOINING_LINK_LIFE, Actor, Joining, Member
from actors.operations.joining import CLAIM, DECIDED, INVITATION, TO_DECIDE, WITHOUT_MEMBER
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import Message, NoLongerDue, Purpose
from territories.models import Coordinator

State = Joining.State


def render_invitation(mail: Mail, links: MailLinks) -> Message:
    joining = _joining(mail, State.SENT)
    return _message(
        f"Invitation : {joining.actor}",
        "actors/email/membership_invitation.txt",
        joining=joining,
        link=links.page("membership:invitation", links.token(INVITATION, days=JOINING_LINK_LIFE.days)),
        reply_to=joining.invited_by.email if joining.invited_by else "",
    )


def render_claim(mail: Mail, links: MailLinks) -> Message:
    joining = _joining(mail, State.SENT)
    if Member.objects.active().filter(actor=joining.actor, email__iexact=joining.email, user__isnull=False).exists():
        sign_in = links.page("account_login")
        return _message(
            f"Vous êtes déjà membre : {joining.actor}",
            "actors/email/membership_already.txt",
            joining=joining,
            link=sign_in,
        )
    return _message(
        f"Votre demande : {joining.actor}",
        "actors/email/membership_claim.txt",
        joining=joining,
        link=links.page("membership:claim_prove", links.token(CLAIM, days=JOINING_LINK_LIFE.days)),
    )


def render_to_decide(mail: Mail, links: MailLinks) -> Message:
    joining = _joining(mail, State.PENDING)
    if mail.recipient not in deciders_of(joining.actor):
        raise NoLongerDue("Cette personne ne décide plus des membres de cette structure.")
    link = links.page("membership:decide", joining.pk)
    return _message(
        f"Demande à examiner : {joining.actor}",
        "actors/email/membership_to_decide.txt",
        joining=joining,
        link=link,
    )


def render_decided(mail: Mail, links: MailLinks) -> Message:
    joining = _joining(mail, State.ACCEPTED, State.REFUSED)
    is_accepted = joining.state == State.ACCEPTED
    return _message(
        f"{'Demande acceptée' if is_accepted else 'Votre demande'} : {joining.actor}",
        "actors/email/membership_decided.txt",
        joining=joining,
        is_accepted=is_accepted,
        link=links.page("account_login"),
    )


def render_without_member(mail: Mail, links: MailLinks) -> Message:
    """All the structures that this coordinator is to be told of: the others' mails then have nothing to tell."""
    since = Mail.objects.filter(purpose=WITHOUT_MEMBER, recipient=mail.recipient, state=Mail.State.SENT)
    if since.filter(sent_at__gte=mail.created_at).exists():
        raise NoLongerDue("Dit dans un autre courriel.")
    rows = Coordinator.objects.filter(user__email=mail.recipient, user__is_active=True).select_related("territory")
    territories = [row.territory for row in rows]
    found = bereft(Actor.objects.filter(territories__in=territories).distinct())
    if not any((f"actor:{actor.pk}", step) == (mail.subject, mail.step) for actor, step in found):
        raise NoLongerDue("Cette structure a de nouveau quelqu’un, ou n’est plus suivie par cette personne.")
    actors = list({actor.pk: actor for actor, _ in found}.values())
    is_one = len(actors) == 1
    return _message(
        f"{actors[0]} n’a plus personne" if is_one else f"{len(actors)} structures n’ont plus personne",
        "actors/email/membership_without_member.txt",
        actors=actors,
        pages=[(one, links.page("membership:list", one.pk)) for one in territories],
    )


def _joining(mail: Mail, *states: str) -> Joining:
    """The arrival that the mail is about. Raises ``NoLongerDue`` if it is not in one of these states any more."""
    found = Joining.objects.select_related("actor", "invited_by").filter(pk=mail.subject.rpartition(":")[2]).first()
    if found is None or found.state not in states or found.actor.merged_into_id:
        raise NoLongerDue("La personne a répondu, quelqu’un a décidé, ou la structure a été réunie à une autre.")
    return found


def _message(subject: str, template: str, *, reply_to: str = "", **context) -> Message:
    text = render_to_string(template, context).strip()
    return Message(subject=subject, text=text, html=linebreaks(urlize(text, autoescape=True)), reply_to=reply_to)


PURPOSES = [
    Purpose(INVITATION, "les invitations à rejoindre une structure", render_invitation),
    Purpose(CLAIM, "les réponses à vos demandes pour une structure", render_claim, urgent=True),
    Purpose(TO_DECIDE, "les demandes de personnes qui disent être d’une structure", render_to_decide),
    Purpose(DECIDED, "ce qui est décidé de vos demandes pour une structure", render_decided),
    Purpose(WITHOUT_MEMBER, "les structures qui n’ont plus personne", render_without_member),
]
