"""What the site keeps about people: each app says it of its own records in its ``privacy.py``.

One declaration serves all: the register that anyone can read, the export and the erasure of a person's data, and
what is forgotten in time (``privacy/``). Source: RGPD art. 5, 13 to 17 and 30; contacts are kept three years after the
last contact (CNIL).
"""

import json
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet
from django.utils import timezone

from accounts.models import AccountChange, AuditEntry, User
from alimactiv.french import dated

ERASED = "Personne effacée"
YEAR = timedelta(days=365)
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


@dataclass(frozen=True)
class Trace:
    """Columns in which the site itself wrote down what was there, whoever it was about: names go from them too.

    ``blank`` takes their place: nothing, where the words may be put back one day.
    """

    model: type[Model]
    columns: tuple[str, ...]
    blank: str = "[effacé]"

    def rows(self, words: Collection[str]) -> QuerySet:
        found = (holds(column, word) for column in self.columns for word in words)
        return self.model._default_manager.filter(reduce(or_, found))

    def erase(self, words: Collection[str]) -> int:
        """How many rows held one of ``words``."""
        pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
        rows = list(self.rows(words))
        for row in rows:
            for column in self.columns:
                setattr(row, column, self._without(getattr(row, column), pattern))
            row.save(update_fields=self.columns)
        return len(rows)

    def _without(self, value: Any, pattern: re.Pattern) -> Any:
        if isinstance(value, str):
            return pattern.sub(self.blank, value)
        if isinstance(value, list):
            return [self._without(one, pattern) for one in value]
        if isinstance(value, dict):
            return {self._without(key, pattern): self._without(one, pattern) for key, one in value.items()}
        return value


def holds(column: str, word: str) -> Q:
    """Rows whose text or JSON has ``word``, in any case: SQLite keeps JSON with its accents escaped."""
    return Q(**{f"{column}__icontains": word}) | Q(**{f"{column}__icontains": json.dumps(word)[1:-1]})


def delete(rows: QuerySet) -> int:
    return rows.delete()[0]


def in_words(rows: QuerySet, **labels: str) -> Rows:
    """Each row as words under labels, in French: ``in_words(users, name="nom")``."""
    choices = [dict(_field(rows.model, path).flatchoices) for path in labels]
    return [
        {
            label: said(kinds.get(value, value) if kinds else value)
            for label, value, kinds in zip(labels.values(), row, choices, strict=True)
        }
        for row in rows.values_list(*labels)
    ]


def _field(model: type[Model], path: str) -> Field:
    *ways, last = path.split("__")
    for way in ways:
        model = model._meta.get_field(way).related_model
    return model._meta.get_field(last)


def said(value: Any) -> str:
    """A value as someone who does not know the site reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return dated(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return dated(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(said, value))
    if isinstance(value, dict):
        return "\u00a0; ".join(f"{key}\u00a0: {said(one)}" for key, one in value.items())
    return str(value)


# What this app keeps ------------------------------------------------------------------------------


def _find_account(email: str) -> Rows:
    account = {
        "email": "adresse",
        "name": "nom",
        "is_staff": "équipe ANSA",
        "is_steering_reader": "comité de pilotage",
        "is_active": "peut se connecter",
        "date_joined": "compte ouvert le",
        "last_login": "dernière connexion",
    }
    device = {"user_agent": "appareil", "ip": "adresse IP", "created_at": "connecté le", "last_seen_at": "vu le"}
    factor = {"type": "second facteur", "created_at": "ajouté le", "last_used_at": "utilisé le"}
    linked = {"provider": "connexion liée", "uid": "identifiant chez elle", "extra_data": "reçu d’elle"}
    return [
        *in_words(User.objects.filter(email=email), **account),
        *in_words(UserSession.objects.filter(user__email=email), **device),
        *in_words(Authenticator.objects.filter(user__email=email), **factor),
        *in_words(SocialAccount.objects.filter(user__email=email), **linked),
        *in_words(AccountChange.objects.filter(user__email=email), at="le", what="changement du compte"),
        *_signed(email),
    ]


def _signed(email: str) -> Rows:
    """How many records of each kind lead to the account: what it decided, wrote, brought in, was given."""
    told_apart = {AccountChange, AuditEntry, Authenticator, EmailAddress, SocialAccount, UserSession}
    found = []
    for model in set(apps.get_models()) - told_apart:
        names = [field.name for field in model._meta.concrete_fields if field.related_model is User]
        if names:
            rows = model._default_manager.filter(reduce(or_, (Q(**{f"{name}__email": email}) for name in names)))
            found.append((str(model._meta.verbose_name_plural), rows.count()))
    return [{"signés par le compte": kind, "nombre": str(count)} for kind, count in sorted(found) if count]


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
    """Without the values, which may be about others."""
    rows = AuditEntry.objects.filter(Q(by__email=email) | _about(email)).select_related("by")
    return [
        {
            "le": said(entry.at),
            "action": entry.action,
            "sur": _named(entry.subject),
            "par": "vous" if entry.by and entry.by.email == email else "une autre personne, ou une commande",
        }
        for entry in rows
    ]


def _named(subject: str) -> str:
    """``meeting:12`` as ``réunion n° 12``."""
    code, _, number = subject.partition(":")
    kinds = {model._meta.model_name: str(model._meta.verbose_name) for model in apps.get_models()}
    return f"{kinds.get(code, code)} n°\u00a0{number}" if number else kinds.get(code, code)


def _erase_traces(email: str) -> int:
    """Who did what keeps its account, erased with it; the address goes from what was written down."""
    changed = 0
    for entry in AuditEntry.objects.filter(_about(email)):
        entry.changes = _without(entry.changes, email)
        entry.save(update_fields=["changes"])
        changed += 1
    return changed


def _about(email: str) -> Q:
    return holds("changes", email)


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
        data="Adresse de courriel, nom affiché, rôle, dates d’ouverture et de dernière connexion ; appareil et adresse "
        "IP de chaque session ouverte.",
        purpose="Ouvrir le site à qui doit y travailler, et à personne d’autre.",
        basis="Intérêt légitime (art. 6.1.f) ; mission d’intérêt public pour les collectivités.",
        kept="Trois ans après la dernière connexion, puis effacé, après un avertissement de trente jours. L’appareil "
        "et l’adresse IP : jusqu’à la fin de la session.",
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
TRACES = [Trace(AuditEntry, ("changes",)), Trace(AccountChange, ("what",))]
FORGETTINGS = [
    Forgetting(
        "Journal des modifications de plus de trois ans",
        3 * YEAR,
        lambda before: AuditEntry.objects.filter(at__lt=before),
        delete,
    ),
]
