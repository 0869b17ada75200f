import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse

from evaluation.models.dossier import Evaluation


def _upload_path(run: "ImportRun", filename: str) -> str:
    return f"imports/{run.pk}{'.zip' if filename.lower().endswith('.zip') else '.xlsx'}"


class ImportRun(models.Model):
    """A workbook handed in on the upload page, and how its import went. Read by a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminé"
        REFUSED = "refused", "refusé"
        FAILED = "failed", "interrompu"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField("classeur", upload_to=_upload_path)
    filename = models.CharField("nom du fichier", max_length=200)
    dry_run = models.BooleanField("à blanc", default=True)
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
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        return reverse("evaluation:import_run", args=[self.pk])
