"""A record's history in words, from the audit entries."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from accounts.audit import subject_of
from accounts.models import AuditEntry


@dataclass(frozen=True)
class Change:
    """A field's words before and after; ``before`` is ``None`` for what the action only tells."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Event:
    """Something done to a record: ``sign_in`` says through which way its author came."""

    at: datetime
    action: str
    who: str
    sign_in: str
    changes: list[Change]


def history_of(record: models.Model) -> list[Event]:
    """All that was done to the record, the latest first."""
    entries = AuditEntry.objects.filter(subject=subject_of(record)).select_related("by")
    return [Event(e.at, e.action, str(e.by or ""), e.sign_in, _changes(e.changes)) for e in entries]


def _changes(changes: dict) -> list[Change]:
    found = []
    for name, value in changes.items():
        if isinstance(value, list) and len(value) == 2:
            found.append(Change(name, str(value[0]), str(value[1])))
        else:
            found.append(Change(name, None, str(value)))
    return found
