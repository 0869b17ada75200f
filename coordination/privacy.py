"""What a territory's logbook keeps about people."""

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.privacy import ERASED, YEAR, Forgetting, Holding, Rows, delete, in_words
from actors.models import Member
from coordination.models import ActionItem, Attendance, CalendarFeed


def _find(email: str) -> Rows:
    fields = {"meeting__title": "réunion", "meeting__starts_at": "le", "present": "présence", "reply": "réponse"}
    presences = in_words(Attendance.objects.filter(member__email__iexact=email), **fields)
    given = in_words(
        ActionItem.objects.filter(owner_member__email__iexact=email), title="action", state="état", due_on="pour le"
    )
    feeds = CalendarFeed.objects.filter(user__email=email)
    return presences + given + in_words(feeds, territory__name="calendrier privé de", created_at="demandé le")


def _erase(email: str) -> int:
    """Comes before the member is erased. That someone of the structure came still counts."""
    feeds = delete(CalendarFeed.objects.filter(user__email=email))
    return feeds + Attendance.objects.filter(member__email__iexact=email).exclude(name="").update(name=ERASED)


def _unreachable_members(before: datetime) -> QuerySet:
    """Nobody can warn them: neither added, changed nor asked to a meeting since."""
    subject = Concat(Value("member:"), Cast(OuterRef("pk"), CharField()))
    rows = Member.objects.filter(~Exists(AuditEntry.objects.filter(subject=subject, at__gte=before)))
    return rows.filter(email="", user=None).exclude(name=ERASED).exclude(attendances__meeting__starts_at__gte=before)


def _forget_members(rows: QuerySet) -> int:
    members = list(rows.values_list("pk", flat=True))
    Attendance.objects.filter(member__in=members).exclude(name="").update(name=ERASED)
    return Member.objects.filter(pk__in=members).update(name=ERASED, role="", left_on=timezone.localdate())


HOLDINGS = [
    Holding(
        code="logbook",
        title="Présences, actions et comptes rendus",
        people="Les personnes invitées aux réunions, présentes, ou chargées d’une action.",
        data="Nom, structure, réponse à l’invitation, présence, action à faire ; calendriers privés.",
        purpose="Se réunir, décider et savoir qui fait quoi.",
        basis="Intérêt légitime (art. 6.1.f).",
        kept="Avec la réunion ; le nom est effacé avec le membre. Un nom saisi sans adresse s’efface à la main, sur "
        "la page de la réunion, comme un nom écrit dans un compte rendu.",
        seen_by="La coordination du territoire, l’équipe de l’ANSA et les membres des structures présentes.",
        find=_find,
        erase=_erase,
    ),
]
TRACES = []
FORGETTINGS = [
    Forgetting(
        "Membres sans adresse, que personne n’a vus depuis trois ans",
        3 * YEAR,
        _unreachable_members,
        _forget_members,
    ),
]
