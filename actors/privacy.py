"""What the directory and the training keep about people."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from accounts.privacy import ERASED, YEAR, Forgetting, Holding, Rows, Trace, delete, in_words
from actors.freshness.addressees import CHECK
from actors.models import Actor, CheckCall, Confirmation, DirectoryImport, Joining, Member, Merge, Proposal, Trainee
from actors.models.people import JOINING_LINK_LIFE
from outbox.models import Mail
from territories.models import Coordinator

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""For a member of whom nothing dated is left: what was dated is older than the audit's memory."""


def _find_members(email: str) -> Rows:
    fields = {
        "name": "nom",
        "role": "fonction",
        "access": "droits",
        "actor__name": "structure",
        "left_on": "parti·e le",
    }
    return in_words(Member.objects.filter(email__iexact=email), **fields)


def _erase_members(email: str) -> int:
    """That someone of the structure came to a meeting still counts."""
    today = timezone.localdate()
    return Member.objects.filter(email__iexact=email).update(name=ERASED, email="", role="", user=None, left_on=today)


def _member_contacts() -> Iterable[tuple[str, datetime]]:
    """When they were added, last came to a meeting, answered an invitation or confirmed the entry by a link."""
    members = list(Member.objects.exclude(email="").prefetch_related("attendances__meeting"))
    made = dict(AuditEntry.objects.filter(subject__startswith="member:").values_list("subject", "at"))
    for member in members:
        came = [row.meeting.starts_at for row in member.attendances.all() if row.present]
        replied = [row.replied_at for row in member.attendances.all() if row.replied_at]
        yield member.email.lower(), max([*came, *replied, made.get(subject_of(member), UNDATED)])
    yield from _answers_by_link()


def _answers_by_link() -> Iterable[tuple[str, datetime]]:
    """Nothing says who opened a link: each person whom the structure's answer may have come from."""
    by_link = Confirmation.objects.filter(role=Confirmation.Role.STRUCTURE, by=None, by_phone=False)
    answered = dict(by_link.order_by().values_list("actor").annotate(Max("at")))
    subjects = {f"actor:{actor}": moment for actor, moment in answered.items()}
    asked = Mail.objects.filter(purpose=CHECK, state=Mail.State.SENT, subject__in=subjects)
    known = {email.lower() for email in Member.objects.exclude(email="").values_list("email", flat=True)}
    for address, subject, sent in asked.values_list("recipient", "subject", "sent_at"):
        if address in known and sent <= subjects[subject]:
            yield address, subjects[subject]


def _find_trainees(email: str) -> Rows:
    fields = {
        "name": "nom",
        "role": "fonction",
        "phone": "téléphone",
        "participation__territory__name": "territoire",
        "participation__session__number": "session",
        "in_post_until": "en poste jusqu’au",
    }
    return in_words(Trainee.objects.filter(email__iexact=email), **fields)


def _erase_trainees(email: str) -> int:
    return _forget_trainees(Trainee.objects.filter(email__iexact=email))


def _forget_trainees(rows: QuerySet) -> int:
    return rows.update(name=ERASED, email="", phone="", role="", user=None)


def _unreachable_trainees(before: datetime) -> QuerySet:
    """Nobody can warn them. A session ends with its last year."""
    rows = Trainee.objects.filter(email="", user=None, participation__session__end_year__lt=before.year)
    return rows.exclude(invitations__added_at__gte=before).exclude(name=ERASED)


def _trainee_contacts() -> Iterable[tuple[str, datetime]]:
    rows = Trainee.objects.exclude(email="").values_list("email", "participation__session__end_year")
    for email, year in rows:
        yield email.lower(), datetime(year, 12, 31, tzinfo=UTC)


def _find_contacts(email: str) -> Rows:
    fields = {
        "name": "structure",
        "contact_name": "nom",
        "contact_role": "fonction",
        "contact_phone": "téléphone",
        "contact_visibility": "qui les voit",
    }
    own = in_words(Actor.objects.filter(email__iexact=email), name="structure", email="adresse de la structure")
    return in_words(Actor.objects.filter(contact_email__iexact=email), **fields) + own


def _erase_contacts(email: str) -> int:
    own = Actor.objects.filter(email__iexact=email).update(email="")
    return own + _forget_contacts(Actor.objects.filter(contact_email__iexact=email))


def _forget_contacts(rows: QuerySet) -> int:
    return rows.update(contact_name="", contact_role="", contact_phone="", contact_email="")


def _directory_contacts() -> Iterable[tuple[str, datetime]]:
    """When their entry was made, or someone last confirmed a part of it."""
    named = Actor.objects.exclude(contact_email="").order_by().annotate(confirmed=Max("confirmations__at"))
    for email, made, confirmed in named.values_list("contact_email", "created_at", "confirmed"):
        yield email.lower(), max(filter(None, (made, confirmed)))


def _unreachable_contacts(before: datetime) -> QuerySet:
    """Nobody can warn them."""
    rows = Actor.objects.filter(contact_email="", created_at__lt=before)
    rows = rows.exclude(contact_name="", contact_role="", contact_phone="")
    return rows.exclude(confirmations__at__gte=before)


def _find_arrivals(email: str) -> Rows:
    joining = {
        "name": "nom",
        "role": "fonction",
        "actor__name": "structure",
        "state": "demande",
        "message": "message",
        "created_at": "le",
    }
    proposal = {
        "author_name": "nom",
        "actor__name": "proposition sur",
        "after": "proposé",
        "comment": "commentaire",
        "state": "décision",
        "created_at": "le",
    }
    proposals = Proposal.objects.filter(author_email__iexact=email)
    return in_words(Joining.objects.filter(email=email), **joining) + in_words(proposals, **proposal)


def _erase_arrivals(email: str) -> int:
    proposals = Proposal.objects.filter(author_email__iexact=email).update(author_name="", author_email="", comment="")
    return proposals + delete(Joining.objects.filter(email=email))


def _find_coordinations(email: str) -> Rows:
    return in_words(Coordinator.objects.filter(user__email=email), territory__name="coordonne", since="depuis le")


def _erase_coordinations(email: str) -> int:
    return delete(Coordinator.objects.filter(user__email=email))


TEAM = "L’équipe de l’ANSA et la coordination du territoire."
HOLDINGS = [
    Holding(
        code="coordinations",
        title="Qui coordonne quel territoire",
        people="Les personnes qui coordonnent un territoire.",
        data="Compte, territoire, date de début.",
        purpose="Donner accès au journal et à l’annuaire du territoire, et à eux seuls.",
        basis="Mission d’intérêt public (art. 6.1.e).",
        kept="Tant que la personne coordonne, puis avec son compte.",
        seen_by=TEAM,
        find=_find_coordinations,
        erase=_erase_coordinations,
    ),
    Holding(
        code="members",
        title="Membres des structures",
        people="Les personnes par qui une structure participe aux réunions ou tient sa fiche.",
        data="Nom, fonction, adresse de courriel, structure, dates de présence.",
        purpose="Inviter aux réunions, envoyer les comptes rendus, tenir l’annuaire à jour.",
        basis="Intérêt légitime (art. 6.1.f).",
        kept="Trois ans après la dernière présence ou réponse, puis effacé, après un avertissement de trente jours si "
        "une adresse est connue.",
        seen_by=f"{TEAM} Les membres de la même structure.",
        find=_find_members,
        erase=_erase_members,
        contacts=_member_contacts,
    ),
    Holding(
        code="trainees",
        title="Personnes formées",
        people="Les personnes formées dans une session.",
        data="Nom, fonction, adresse et téléphone professionnels, session et territoire.",
        purpose="Organiser la formation et en mesurer les suites.",
        basis="Intérêt légitime (art. 6.1.f).",
        kept="Trois ans après la fin de la session ou le dernier contact, après un avertissement de trente jours si "
        "une adresse est connue.",
        seen_by="L’équipe de l’ANSA.",
        find=_find_trainees,
        erase=_erase_trainees,
        contacts=_trainee_contacts,
    ),
    Holding(
        code="contacts",
        title="Personnes à joindre de l’annuaire",
        people="La personne à joindre d’une structure, si elle l’a indiquée ; qui répond à un appel.",
        data="Nom, fonction, téléphone, adresse de courriel ; fichiers importés, tels quels ; notes des appels.",
        purpose="Joindre la structure, et vérifier sa fiche avec elle.",
        basis="Intérêt légitime (art. 6.1.f) ; consentement pour l’affichage public.",
        kept="Trois ans après la dernière confirmation de la fiche, puis effacé, après un avertissement de trente "
        "jours si une adresse est connue ; effacé sur demande, aussitôt. Un fichier importé : un mois ; la note "
        "d’un appel : un an.",
        seen_by="La coordination seulement, sauf si la structure choisit de l’ouvrir davantage.",
        find=_find_contacts,
        erase=_erase_contacts,
        contacts=_directory_contacts,
    ),
    Holding(
        code="arrivals",
        title="Demandes et propositions pour l’annuaire",
        people="Les personnes qui demandent à rejoindre une structure ou proposent une correction.",
        data="Nom, adresse de courriel, message.",
        purpose="Répondre, et savoir d’où vient un changement.",
        basis="Consentement (art. 6.1.a).",
        kept="Un an après la décision, ou après l’envoi si personne n’a décidé ; une demande dont l’adresse n’est pas "
        "prouvée, trente jours.",
        seen_by=TEAM,
        find=_find_arrivals,
        erase=_erase_arrivals,
    ),
]
TRACES = [
    Trace(Proposal, ("data", "before", "after"), blank=""),
    Trace(Merge, ("moved",), blank=""),
    Trace(DirectoryImport, ("changes", "problems"), blank=""),
]


def _settled(before: datetime) -> Q:
    """Decided before that; or asked for before that, and nobody decided."""
    return Q(decided_at__lt=before) | Q(decided_at=None, created_at__lt=before)


FORGETTINGS = [
    Forgetting(
        "Demandes d’arrivée de plus d’un an",
        YEAR,
        lambda before: Joining.objects.filter(_settled(before)),
        delete,
    ),
    Forgetting(
        "Demandes d’arrivée de plus de trente jours dont l’adresse n’est pas prouvée",
        JOINING_LINK_LIFE,
        lambda before: Joining.objects.unproven().filter(created_at__lt=before),
        delete,
    ),
    Forgetting(
        "Auteurs et commentaires des propositions de plus d’un an",
        YEAR,
        lambda before: Proposal.objects.filter(_settled(before)).exclude(author_email="", author_name="", comment=""),
        lambda rows: rows.update(author_email="", author_name="", comment=""),
    ),
    Forgetting(
        "Notes des appels aux structures de plus d’un an",
        YEAR,
        lambda before: CheckCall.objects.filter(at__lt=before).exclude(note=""),
        lambda rows: rows.update(note=""),
    ),
    Forgetting(
        "Personnes à joindre sans adresse, de fiches que personne n’a confirmées depuis trois ans",
        3 * YEAR,
        _unreachable_contacts,
        _forget_contacts,
    ),
    Forgetting(
        "Personnes formées sans adresse, trois ans après leur session",
        3 * YEAR,
        _unreachable_trainees,
        _forget_trainees,
    ),
    Forgetting(
        "De quoi annuler les imports de plus de trois mois",
        timedelta(days=90),
        lambda before: DirectoryImport.objects.filter(ended_at__lt=before).exclude(changes=[], content=None),
        lambda rows: rows.update(changes=[], content=None),
    ),
]
