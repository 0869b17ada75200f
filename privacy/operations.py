"""A person's data given or erased, and what is forgotten in time."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import AuditEntry, User
from accounts.privacy import Rows, in_words
from outbox import operations as outbox
from outbox.models import Mail
from privacy import mails, mentions, register
from privacy.models import KeptContact
from privacy.register import KEPT, NOTICE

log = logging.getLogger(__name__)

RETENTION = "oubli de ce qui est trop ancien"
"""The action of the audit entry that each run of the retention leaves."""


def export_person(*, email: str, by: User | None) -> dict:
    """All that the site holds of a person, by kind of data: an answer to RGPD art. 15 and 20. Audited."""
    email = email.strip().lower()
    found = _found(email)
    _note("export des données d’une personne", by, adresse=email)
    return {"adresse": email, "données": found}


def _found(email: str) -> dict[str, Rows]:
    found = {holding.title: holding.find(email) for holding in register.HOLDINGS}
    kept = in_words(KeptContact.objects.filter(address=email), at="a demandé à être gardé·e le")
    return {title: rows for title, rows in (found | {"Contact gardé": kept}).items() if rows}


@dataclass(frozen=True)
class Erasure:
    """``changed``: how many rows, by kind of data. ``names``: what led to the person, and may still be written."""

    changed: dict[str, int]
    names: set[str]


@transaction.atomic
def erase_person(*, email: str, by: User | None) -> Erasure:
    """Forget a person (RGPD art. 17). What was counted still counts.

    Raises ``ValidationError`` for the last active account of ANSA's team.
    """
    email = email.strip().lower()
    team = User.objects.select_for_update().active_staff()
    if list(team.values_list("email", flat=True)) == [email]:
        raise ValidationError("C’est le dernier compte actif de l’équipe ANSA : ouvrez-en un autre d’abord.")
    names = mentions.names_in(_found(email))
    changed = {holding.title: holding.erase(email) for holding in register.HOLDINGS}
    KeptContact.objects.filter(address=email).delete()
    changed["Traces de ce qui a changé"] = mentions.erase({email, *names})
    _note("effacement d’une personne", by)
    log.info("a person was erased: %s rows", sum(changed.values()))
    return Erasure({title: count for title, count in changed.items() if count}, names)


@dataclass(frozen=True)
class Outcome:
    """What one run of the retention did, or would do."""

    forgotten: dict[str, int]
    """Rows by kind."""
    warned: list[str]
    erased: list[str]


def apply_retention(*, now: datetime, dry_run: bool) -> Outcome:
    """Forget what is too old, warn who has not been in touch for three years less thirty days, erase who was warned.

    Run as often as one likes: nobody is warned twice for one silence, and nobody erased before thirty days. Each run
    leaves an audit entry with its counts, even if there was nothing to do: that it ran is to be seen.
    """
    contacts = register.last_contacts()  # before what dates them is forgotten
    forgotten = {}
    for forgetting in register.FORGETTINGS:
        rows = forgetting.rows(now - forgetting.after)
        if count := rows.count():
            forgotten[forgetting.title] = count
            if not dry_run:
                forgetting.act(rows)
    warned, erased = [], []
    spared = _last_of_the_team()
    for address, moment in sorted(contacts.items()):
        if address in spared or now - moment < KEPT - NOTICE:
            continue
        warning = _warning(address, moment)
        if warning is None:
            warned.append(address)
            if not dry_run:
                _warn(address, moment)
        elif _is_heard(warning, now) and now - moment >= KEPT:
            erased.append(address)
            if not dry_run:
                erase_person(email=address, by=None)
    if not dry_run:
        people = {"Personnes averties": len(warned), "Personnes effacées": len(erased)}
        _note(RETENTION, None, **forgotten, **people)
        log.info("retention: %s rows, %s warned, %s erased", sum(forgotten.values()), len(warned), len(erased))
    return Outcome(forgotten, warned, erased)


@transaction.atomic
def keep_person(*, email: str, at: datetime) -> None:
    """Someone warned wants to be kept: three years begin again."""
    KeptContact.objects.update_or_create(address=email, defaults={"at": at})
    outbox.cancel(purpose=mails.WARNING.code, subject=mails.SUBJECT, recipient=email, reason="La personne reste.")


def _last_of_the_team() -> set[str]:
    team = list(User.objects.active_staff().values_list("email", flat=True))
    return set(team) if len(team) == 1 else set()


def _step(moment: datetime) -> str:
    return moment.date().isoformat()


def _warning(address: str, moment: datetime) -> Mail | None:
    """The mail that warned of this silence."""
    return Mail.objects.filter(purpose=mails.WARNING.code, step=_step(moment), recipient=address).first()


def _is_heard(warning: Mail, now: datetime) -> bool:
    """It left thirty days ago; or it cannot (a dead address), and was asked for thirty days ago."""
    if warning.state in (Mail.State.DUE, Mail.State.CLAIMED):
        return False
    return now - (warning.sent_at or warning.created_at) >= NOTICE


def _warn(address: str, moment: datetime) -> None:
    outbox.ask(purpose=mails.WARNING.code, subject=mails.SUBJECT, step=_step(moment), recipient=address)


def _note(action: str, by: User | None, **words: str | int) -> None:
    AuditEntry.objects.create(subject="person", action=action, by=by, changes=words)
