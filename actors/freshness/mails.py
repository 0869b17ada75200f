"""The mails about the freshness of entries, decided and written at the moment they leave."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Min
from django.template.loader import render_to_string

from accounts.models import User
from actors.freshness.addressees import CHECK, addressees, known_addresses
from actors.freshness.content import audience_at, content_of
from actors.freshness.rhythm import asked_about, states
from actors.models import Actor, CheckRound, Proposal
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import Message, NoLongerDue, Purpose
from territories.models import Coordinator, Territory

NEW_LINK, PROPOSALS, DECIDED = "directory_link", "directory_proposals", "directory_proposal_decided"
LEFT_ALONE = "directory_proposals_left_alone"
LINK_DAYS = 30
WAITED = timedelta(days=7)
"""How long a proposal waits where nobody coordinates before the team hears of it."""
CHECK_TEMPLATES = ("actors/freshness/email/check.txt", "actors/freshness/email/check.html")
NEW_LINK_TEMPLATES = ("actors/freshness/email/new_link.txt", "actors/freshness/email/new_link.html")
PROPOSALS_TEMPLATES = ("actors/freshness/email/proposals.txt", "actors/freshness/email/proposals.html")
LEFT_ALONE_TEMPLATES = ("actors/freshness/email/left_alone.txt", "actors/freshness/email/left_alone.html")
DECIDED_TEMPLATES = ("actors/freshness/email/decided.txt", "actors/freshness/email/decided.html")


@transaction.atomic
def render_check(mail: Mail, links: MailLinks) -> Message:
    """Is this entry still right? It holds the entry, as does whoever confirms it: one of them sees the other."""
    now = mail.claimed_at
    actor = asked_about(now).select_for_update(of=("self",)).filter(pk=_number(mail.subject)).first()
    if actor is None:
        raise NoLongerDue("Cette structure a cessé, a rejoint une autre fiche, ou n’a plus rien à vérifier.")
    if actor.is_not_asked:
        raise NoLongerDue("La coordination a choisi de ne plus relancer cette structure.")
    check, _, number = mail.step.partition(".")
    found = CheckRound.objects.open().filter(pk=check, actor=actor, to_call_since=None).first()
    if found is None:
        raise NoLongerDue("La structure a répondu depuis, ou elle est à joindre par téléphone.")
    if mail.recipient not in addressees([actor])[actor.pk].reached:
        raise NoLongerDue("Ce n’est plus à cette adresse qu’il faut écrire pour cette structure.")
    freshness = states([actor], now)[actor.pk]
    if not (freshness.due or found.by_hand):
        raise NoLongerDue("Il n’y a plus rien à vérifier.")
    asked = freshness.due or list(freshness.sections)
    content = content_of(actor, audience_at(actor, mail.recipient))
    context = {
        "actor": actor,
        "territory": _territory(actor),
        "sections": [(content[section], freshness.sections[section]) for section in asked if section in content],
        "is_second": number == "2",
        "days": LINK_DAYS,
        "link": links.page("freshness:check", links.token(CHECK, days=LINK_DAYS)),
    }
    return _message(actor, f"Votre fiche est-elle juste ? {actor}", CHECK_TEMPLATES, context)


def render_new_link(mail: Mail, links: MailLinks) -> Message:
    """A link in place of one that works no more, for the same address, if it is still the structure's."""
    actor = Actor.objects.active().filter(pk=_number(mail.subject)).first()
    if actor is None or mail.recipient not in known_addresses(actor):
        raise NoLongerDue("Cette adresse n’est plus celle de la structure.")
    link = links.page("freshness:check", links.token(CHECK, days=LINK_DAYS))
    context = {"actor": actor, "territory": _territory(actor), "days": LINK_DAYS, "link": link}
    return _message(actor, f"Votre nouveau lien : {actor}", NEW_LINK_TEMPLATES, context)


def render_proposals(mail: Mail, links: MailLinks) -> Message:
    """What waits for a coordinator's decision on a territory, all in one mail."""
    territory = Territory.objects.filter(pk=_number(mail.subject)).first()
    pending = Proposal.objects.pending().filter(actor__in=Actor.objects.listed().filter(territories=territory))
    proposals = list(pending.select_related("actor").order_by("created_at", "pk"))
    if territory is None or not proposals:
        raise NoLongerDue("Aucune proposition n’attend plus.")
    if not Coordinator.objects.filter(territory=territory, user__email__iexact=mail.recipient).exists():
        raise NoLongerDue("Cette personne ne coordonne plus ce territoire.")
    context = {
        "territory": territory,
        "proposals": proposals,
        "link": links.page("freshness:proposal_list", territory.pk),
    }
    count = len(proposals)
    title = "1 proposition attend" if count == 1 else f"{count} propositions attendent"
    return Message(
        subject=f"Annuaire de {territory} : {title} votre avis",
        **_bodies(PROPOSALS_TEMPLATES, context),
        sender_name="Annuaire",
    )


def render_left_alone(mail: Mail, links: MailLinks) -> Message:
    """The territories without an active coordinator where proposals wait, for the team."""
    if not User.objects.filter(is_staff=True, is_active=True, email__iexact=mail.recipient).exists():
        raise NoLongerDue("Cette personne n’est plus de l’équipe.")
    waiting = Proposal.objects.left_alone(mail.claimed_at - WAITED)
    territories = Territory.objects.filter(actors__proposals__in=waiting)
    counted = territories.annotate(
        count=Count("actors__proposals", distinct=True), oldest=Min("actors__proposals__created_at")
    )
    rows = [(one, links.page("freshness:proposal_list", one.pk)) for one in counted.order_by("oldest", "pk")]
    if not rows:
        raise NoLongerDue("Aucune proposition n’attend plus sans coordination.")
    count = len(rows)
    title = "1 territoire sans coordination" if count == 1 else f"{count} territoires sans coordination"
    return Message(
        subject=f"Annuaire : des propositions attendent sur {title}",
        **_bodies(LEFT_ALONE_TEMPLATES, {"rows": rows}),
        sender_name="Annuaire",
    )


def render_decided(mail: Mail, links: MailLinks) -> Message:
    """What became of a proposal, to who made it."""
    proposal = Proposal.objects.select_related("actor").filter(pk=_number(mail.subject)).first()
    if proposal is None or proposal.author_email.lower() != mail.recipient:
        raise NoLongerDue("L’adresse de la personne n’est plus gardée.")
    if proposal.state == Proposal.State.PENDING:
        raise NoLongerDue("La proposition est de nouveau à examiner.")
    context = {"proposal": proposal, "actor": proposal.actor, "territory": _territory(proposal.actor)}
    return _message(proposal.actor, f"Votre proposition pour {proposal.actor}", DECIDED_TEMPLATES, context)


def _territory(actor: Actor) -> Territory | None:
    return actor.territories.order_by("pk").first()


def _message(actor: Actor, subject: str, templates: tuple[str, str], context: dict) -> Message:
    """Answers go to a coordinator of the structure's territories, if there is one."""
    coordinators = Coordinator.objects.filter(territory__in=actor.territories.all(), user__is_active=True)
    coordinator = coordinators.select_related("user").order_by("territory", "pk").first()
    return Message(
        subject=subject,
        **_bodies(templates, context),
        reply_to=coordinator.user.email if coordinator else "",
        sender_name=f"Annuaire de {context['territory']}" if context["territory"] else "",
    )


def _bodies(templates: tuple[str, str], context: dict) -> dict[str, str]:
    text, html = (render_to_string(template, context).strip() for template in templates)
    return {"text": text, "html": html}


def _number(name: str) -> int:
    """The key in a name like ``actor:12``."""
    return int(name.rpartition(":")[2])


PURPOSES = [
    Purpose(CHECK, "les demandes de vérifier votre fiche", render_check),
    Purpose(NEW_LINK, "les liens demandés", render_new_link, urgent=True, can_opt_out=False),
    Purpose(PROPOSALS, "les annonces de propositions pour l’annuaire", render_proposals),
    Purpose(LEFT_ALONE, "les propositions pour l’annuaire qui attendent sans coordination", render_left_alone),
    Purpose(DECIDED, "les suites données à vos propositions", render_decided),
]
