"""What the site keeps about people: each app says it of its own records in its ``privacy.py``.

One declaration serves all: the register that anyone can read, the export and the erasure of a person's data, and
what is forgotten in time (``privacy/``). Source: RGPD art. 5, 13 to 17 and 30; contacts are kept three years after the
last contact (CNIL).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from accounts.models import AccountChange, AuditEntry, User

ERASED = "Personne effacée"
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Holding:
    """One kind of personal data: the words of the register, and what is done with one person's rows.

    ``find`` and ``erase`` take an address in lower case. ``erase`` keeps what counts without naming anyone, and
    returns how many rows it changed. ``contacts`` gives each person's address and the last time they were in touch,
    where this data is a way to reach them.
    """

    code: str
    title: str
    people: str
    data: str
    purpose: str
    basis: str
    kept: str
    seen_by: str
    find: Callable[[str], Rows]
    erase: Callable[[str], int]
    contacts: Callable[[], Iterable[tuple[str, datetime]]] = lambda: ()


@dataclass(frozen=True)
class Forgetting:
    """Rows that are of no more use after a time, whoever they are about. ``act`` returns how many it changed."""

    title: str
    after: timedelta
    rows: Callable[[datetime], QuerySet]
    """Those to forget, given the moment before which they are too old."""
    act: Callable[[QuerySet], int]


def delete(rows: QuerySet) -> int:
    return rows.delete()[0]


def in_words(rows: QuerySet, **labels: str) -> Rows:
    """Each row as words under labels: ``in_words(users, name="nom")``."""
    return [
        {label: "" if value is None else str(value) for label, value in zip(labels.values(), row, strict=True)}
        for row in rows.values_list(*labels)
    ]


# What this app keeps ------------------------------------------------------------------------------


def _find_account(email: str) -> Rows:
    fields = {"email": "adresse", "name": "nom", "date_joined": "compte ouvert le", "last_login": "dernière connexion"}
    return in_words(User.objects.filter(email=email), **fields)


def _erase_account(email: str) -> int:
    """The row stays, since decisions refer to it; nothing in it leads to the person any more."""
    user = User.objects.filter(email=email).first()
    if user is None:
        return 0
    for session in UserSession.objects.filter(user=user):
        session.end()
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession, AccountChange):
        model.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = f"effacee-{user.pk}@invalide.invalid", ERASED, False
    user.is_staff = user.is_steering_reader = False
    user.set_unusable_password()
    user.save()
    AccountChange.objects.create(user=user, what="Compte effacé à la demande de la personne, ou au terme du délai.")
    return 1


def _account_contacts() -> Iterable[tuple[str, datetime]]:
    active = User.objects.exclude(email__endswith="@invalide.invalid")
    for email, joined, last in active.values_list("email", "date_joined", "last_login"):
        yield email, last or joined


def _find_traces(email: str) -> Rows:
    fields = {"at": "le", "action": "action", "subject": "sur"}
    own = in_words(AuditEntry.objects.filter(by__email=email), **fields)
    return own + in_words(AuditEntry.objects.filter(_about(email)).exclude(by__email=email), **fields)


def _erase_traces(email: str) -> int:
    """Who did what keeps its account, erased with it; the address goes from what was written down."""
    changed = 0
    for entry in AuditEntry.objects.filter(_about(email)):
        entry.changes = _without(entry.changes, email)
        entry.save(update_fields=["changes"])
        changed += 1
    return changed


def _about(email: str) -> Q:
    return Q(changes__icontains=email)


def _without(value, email: str):
    if isinstance(value, str):
        return "[effacé]" if email in value.lower() else value
    if isinstance(value, list):
        return [_without(one, email) for one in value]
    if isinstance(value, dict):
        # What stands beside the address in one entry (a name, a telephone) is about the same person.
        named = any(email in str(one).lower() for one in value.values())
        return {key: "[effacé]" if named and key in PERSONAL else _without(one, email) for key, one in value.items()}
    return value


PERSONAL = frozenset({"nom", "téléphone", "téléphone professionnel", "adresse de courriel", "fonction", "adresse"})

HOLDINGS = [
    Holding(
        code="accounts",
        title="Comptes",
        people="Les personnes qui se connectent : équipe de l’ANSA, comité de pilotage, coordination, structures.",
        data="Adresse de courriel, nom affiché, rôle, dates d’ouverture et de dernière connexion, appareils connectés.",
        purpose="Ouvrir le site à qui doit y travailler, et à personne d’autre.",
        basis="Intérêt légitime (art. 6.1.f) ; mission d’intérêt public pour les collectivités.",
        kept="Trois ans après la dernière connexion, puis effacé, après un avertissement de trente jours.",
        seen_by="L’équipe de l’ANSA ; le nom, les personnes qui coordonnent le même territoire.",
        find=_find_account,
        erase=_erase_account,
        contacts=_account_contacts,
    ),
    Holding(
        code="audit",
        title="Journal des modifications",
        people="Les personnes qui modifient un enregistrement, ou qu’un enregistrement nomme.",
        data="Qui, quand, quoi, avec les valeurs avant et après.",
        purpose="Savoir d’où vient chaque information, et réparer une erreur.",
        basis="Intérêt légitime (art. 6.1.f).",
        kept="Trois ans.",
        seen_by="Les personnes qui peuvent modifier l’enregistrement.",
        find=_find_traces,
        erase=_erase_traces,
    ),
]
YEAR = timedelta(days=365)
FORGETTINGS = [
    Forgetting(
        "Journal des modifications de plus de trois ans",
        3 * YEAR,
        lambda before: AuditEntry.objects.filter(at__lt=before),
        delete,
    ),
]
