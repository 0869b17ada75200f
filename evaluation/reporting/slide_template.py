"""The template of the slides: the one that ships, or the last one that the team gave."""

import hashlib

from django.core.files import File
from django.db import transaction

from accounts import audit
from accounts.models import User
from evaluation.models import SlideTemplate


def in_force() -> SlideTemplate | None:
    """``None``: the one that ships."""
    return SlideTemplate.objects.select_related("by").first()


def digest() -> str:
    """What tells one template from another; empty for the one that ships."""
    found = in_force()
    return found.sha256 if found else ""


def read(template: SlideTemplate) -> bytes:
    with template.file.open("rb") as file:
        return file.read()


@transaction.atomic
def replace(*, file: File, name: str, by: User) -> SlideTemplate:
    """Make slides from ``file`` from now on; those that are made already are made again when asked for."""
    sha256 = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    template = SlideTemplate(name=name, sha256=sha256, by=by)
    template.file.save(name, file, save=False)
    template.save()
    audit.note(template, "modèle de diaporama déposé", by=by, fichier=name)
    return template


@transaction.atomic
def remove(*, by: User) -> None:
    """Come back to the template that ships. The files go once the change is kept."""
    for template in SlideTemplate.objects.all():
        audit.note(template, "modèle de diaporama retiré", by=by, fichier=template.name)
        transaction.on_commit(lambda file=template.file: file.storage.delete(file.name))
        template.delete()
