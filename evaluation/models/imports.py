import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from evaluation.models.dossier import Evaluation


def _upload_path(run: "ImportRun", filename: str) -> str:
    return f"imports/{run.pk}{'.zip' if filename.lower().endswith('.zip') else '.xlsx'}"


class ImportRunQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=[ImportRun.State.QUEUED, ImportRun.State.RUNNING])

    def silent_since(self, moment: datetime):
        """Under way, but of which no worker has said anything since ``moment``."""
        return self.under_way().filter(heartbeat_at__lt=moment)


class ImportRun(models.Model):
    """A workbook handed in on the upload page: checked dry first, then, once confirmed, imported by a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminé"
        REFUSED = "refused", "refusé"
        FAILED = "failed", "interrompu"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField("classeur", upload_to=_upload_path)
    filename = models.CharField("nom du fichier", max_length=200)
    dry_run = models.BooleanField("essai à blanc", default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    stage = models.CharField("étape", max_length=60, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    problems = models.JSONField("problèmes", default=list)
    changes = models.JSONField("changements", default=dict)
    failure = models.TextField("raison de l'interruption", blank=True)
    evaluation = models.ForeignKey(Evaluation, models.SET_NULL, null=True, related_name="imports")
    created_at = models.DateTimeField("déposé le", auto_now_add=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("evaluation:import_run", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether the dry run went well, so that the import may be asked for."""
        return self.dry_run and self.state == self.State.DONE
