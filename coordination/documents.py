"""Writes on documents: the file and its row are kept or lost together."""

import hashlib
from typing import BinaryIO

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from coordination.models import Document
from coordination.models.record import Record
from coordination.records import create_record
from coordination.uploads import Accepted


def attach(document: Document, record: Record | None) -> None:
    """Ties a document to one record of its territory, or to none."""
    for name in Document.ATTACHED_TO:
        setattr(document, name, record if record is not None and field_for(record) == name else None)


def field_for(record: Record) -> str:
    """The name under which a document is attached to this record. Raises ``KeyError`` if it cannot be."""
    fields = {Document._meta.get_field(name).related_model: name for name in Document.ATTACHED_TO}
    return fields[type(record)]


def add_document(*, document: Document, file: BinaryIO, accepted: Accepted, by: User) -> Document:
    """Keeps a file that was examined (``uploads.examine``); its name on disk says nothing of it."""
    document.filename, document.media_type, document.size = accepted.name, accepted.media_type, accepted.size
    document.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    document.file.save(accepted.name, File(file), save=False)
    try:
        with transaction.atomic():
            return create_record(record=document, by=by)
    except BaseException:
        document.file.storage.delete(document.file.name)
        raise
