"""Every write on a record of the logbook that is not a subject of its own: audited, and deletions can be undone."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coordination.models import (
    ActionItem,
    Diagnostic,
    Document,
    Meeting,
    MutualisationProject,
    OtherAction,
    PoliticalSupport,
)
from coordination.models import Mapping as ActorMapping
from coordination.models.record import Record

RECORDS: tuple[type[Record], ...] = (
    Document,
    Meeting,
    ActionItem,
    ActorMapping,
    Diagnostic,
    MutualisationProject,
    OtherAction,
    PoliticalSupport,
)
"""Every kind of record, those that belong to others first."""

Related = Mapping[str, Iterable[models.Model]]
"""By the name of a relation: all its rows (new ones, for those that a record owns; actors, for those it names)."""


class CannotRestoreError(Exception):
    """The record is no longer in the bin."""


class ChangedMeanwhileError(Exception):
    """Someone changed or deleted the record since it was read; ``stored`` is how it stands."""

    def __init__(self, stored: Record):
        super().__init__(stored)
        self.stored = stored


@transaction.atomic
def create_record(*, record: Record, by: User, related: Related | None = None) -> Record:
    """Keeps a new record, with what belongs to it."""
    record.created_by = by
    record.save()
    _set_related(record, related or {})
    audit.note(record, "création", by=by)
    return record


@transaction.atomic
def change_record(*, record: Record, by: User, related: Related | None = None, read_at: datetime | None = None) -> bool:
    """Keeps ``record`` as it now stands; a relation that ``related`` names gets exactly these rows.

    Says whether anything differs: when nothing does, nothing is written. ``read_at`` is the ``changed_at`` of the
    record that its editor had read: raises ``ChangedMeanwhileError`` if it is another one by now.
    """
    stored = type(record).objects.select_for_update().get(pk=record.pk)
    if stored.deleted_at or (read_at and stored.changed_at != read_at):
        raise ChangedMeanwhileError(stored)
    before, related_before = audit.values(stored), _related_words(record, related or {})
    _set_related(record, related or {})
    after = _related_words(record, related or {})
    changes = {name: [related_before[name], word] for name, word in after.items() if related_before[name] != word}
    if audit.note(record, "modification", by=by, before=before, **changes) is None:
        return False
    record.save()
    return True


@transaction.atomic
def delete_record(*, record: Record, by: User) -> None:
    """Puts a record in the bin, for 30 days, with the documents attached to it."""
    now = timezone.now()
    for one in [record, *_documents(record).alive()]:
        one.deleted_at, one.deleted_by = now, by
        one.save(update_fields=["deleted_at", "deleted_by"])
        audit.note(one, "suppression", by=by)


@transaction.atomic
def restore_record(*, record: Record, by: User) -> None:
    """Brings a record back, with the documents that went to the bin with it.

    Raises ``CannotRestoreError`` if it is not in the bin: brought back already, or deleted more than 30 days ago.
    """
    stored = type(record).objects.select_for_update().in_bin().filter(pk=record.pk).first()
    if stored is None:
        raise CannotRestoreError
    for one in [stored, *_documents(stored).filter(deleted_at=stored.deleted_at)]:
        one.deleted_at = one.deleted_by = None
        one.save(update_fields=["deleted_at", "deleted_by"])
        audit.note(one, "rétablissement", by=by)
    record.deleted_at = record.deleted_by = None


@transaction.atomic
def forget_deleted() -> int:
    """Forgets for good what has been in the bin for more than 30 days, files too. Returns how many records."""
    count = 0
    for model in RECORDS:
        for record in model.objects.beyond_undo().select_for_update():
            documents = [record] if model is Document else list(_documents(record))
            for document in documents:
                transaction.on_commit(lambda name=document.file.name: default_storage.delete(name))
            record.delete()
            count += 1
    return count


def _documents(record: Record):
    return record.documents.all() if hasattr(record, "documents") else Document.objects.none()


def _set_related(record: Record, related: Related) -> None:
    for name, rows in related.items():
        relation = record._meta.get_field(name)
        if relation.many_to_many:
            getattr(record, name).set(rows)
            continue
        getattr(record, name).all().delete()
        for row in rows:
            setattr(row, relation.field.name, record)
            row.save(force_insert=True)


def _related_words(record: Record, related: Related) -> dict[str, str]:
    """The rows of each relation in words, one a line, under the name readers know it by."""
    words = {}
    for name in related:
        relation = record._meta.get_field(name)
        rows = getattr(record, name).all()
        title = relation.verbose_name if relation.many_to_many else relation.related_model._meta.verbose_name_plural
        words[str(title)] = "\n".join(str(r) if relation.many_to_many else _row_words(r, relation) for r in rows)
    return words


def _row_words(row: models.Model, relation) -> str:
    values = audit.values(row)
    values.pop(str(relation.field.verbose_name), None)
    return ", ".join(f"{name} : {word}" for name, word in values.items() if word)
