import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from coordination.models.activities import Diagnostic, Mapping, MutualisationProject, OtherAction
from coordination.models.meetings import Meeting
from coordination.models.record import Record, RecordQuerySet, kept_by


def _path(document: "Document", filename: str) -> str:
    return f"documents/{document.territory_id}/{uuid.uuid4()}"


class DocumentQuerySet(RecordQuerySet):
    def visible_to(self, user):
        """Staff see all, coordinators what is of their territories, members of actors those of meetings alone."""
        seen = super().visible_to(user)
        return seen if user.is_staff else seen.filter(Q(territory__in=kept_by(user)) | Q(meeting__isnull=False))


class Document(Record):
    """A private file of a territory, served by permission; attached to at most one record."""

    slug = "documents"

    file = models.FileField("fichier", upload_to=_path)
    title = models.CharField("titre", max_length=200)
    filename = models.CharField(max_length=200, editable=False)
    media_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField("taille (octets)", editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="documents")
    mapping = models.ForeignKey(Mapping, models.CASCADE, null=True, blank=True, related_name="documents")
    diagnostic = models.ForeignKey(Diagnostic, models.CASCADE, null=True, blank=True, related_name="documents")
    project = models.ForeignKey(MutualisationProject, models.CASCADE, null=True, blank=True, related_name="documents")
    other_action = models.ForeignKey(OtherAction, models.CASCADE, null=True, blank=True, related_name="documents")

    objects = DocumentQuerySet.as_manager()

    ATTACHED_TO = ("meeting", "mapping", "diagnostic", "project", "other_action")

    class Meta:
        verbose_name = "document"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coordination:document", args=[self.territory_id, self.pk])

    @property
    def attached_to(self) -> Record | None:
        return next(filter(None, (getattr(self, name) for name in self.ATTACHED_TO)), None)
