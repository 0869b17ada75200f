"""The audit row that every operation leaves."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.models import EXPORT, AuditEntry, User

ANONYMOUS_LINK = "lien reçu par courriel"
TERMINAL = "commande sur le serveur"


def subject_of(record: models.Model | type[models.Model]) -> str:
    """The name a record has in audit entries, mails and links: ``meeting:12``; ``meeting`` for all of them at once."""
    name = str(record._meta.model_name)
    return name if isinstance(record, type) else f"{name}:{record.pk}"


def values(record: models.Model) -> dict[str, str]:
    """A record's own fields in words, to be compared after a change."""
    fields = (f for f in record._meta.concrete_fields if f.editable and not f.primary_key)
    return {str(f.verbose_name): _word(getattr(record, f.name), dict(f.flatchoices)) for f in fields}


def _word(value: Any, choices: dict[Any, Any]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(_word(one, choices) for one in value)
    return str(choices.get(value, value))


def note(
    record: models.Model, action: str, *, by: User | None, before: dict[str, str] | None = None, **more: Any
) -> AuditEntry | None:
    """Write what was done to ``record``; with ``before``, only what differs, and nothing if nothing does.

    ``by`` carries the way it signed in (``accounts.middleware``); ``more`` adds words of the action's own.
    """
    changes: dict[str, Any] = dict(more)
    if before is not None:
        after = values(record)
        changes |= {name: [before.get(name, ""), word] for name, word in after.items() if before.get(name, "") != word}
        if not changes:
            return None
    entry = _entry(record, action, by, ANONYMOUS_LINK, changes)
    entry.save()
    return entry


def note_export(record: models.Model | type[models.Model], what: str, *, by: User | None, **words: Any) -> None:
    """Write that data left the site as a file: ``what``, as « du classeur ». By nobody: from a terminal.

    A page does so by POST: a GET writes nothing. A command writes its file in the same transaction: what could not be
    written leaves no entry.
    """
    _entry(record, f"{EXPORT} {what}", by, TERMINAL, words).save()


def note_all(notes: Iterable[tuple[models.Model, str, dict[str, Any]]], *, by: User | None) -> None:
    """Write at once what was done to many records: each with the action and its words. By nobody: from a terminal."""
    entries = [_entry(record, action, by, TERMINAL, words) for record, action, words in notes]
    AuditEntry.objects.bulk_create(entries, 1000)


def _entry(
    record: models.Model | type[models.Model], action: str, by: User | None, otherwise: str, changes: dict[str, Any]
) -> AuditEntry:
    sign_in = getattr(by, "sign_in", "") if by else otherwise
    return AuditEntry(subject=subject_of(record), action=action, by=by, sign_in=sign_in, changes=changes)
