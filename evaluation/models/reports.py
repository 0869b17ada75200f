import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from evaluation.models.dossier import Evaluation

SMALLEST_THRESHOLD = 3
"""« moins de 2 » would tell that there is one."""


class Recommendation(models.Model):
    """What the report recommends, or what is planned next, as the team writes it."""

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", "recommandation"
        NEXT_STEP = "next_step", "suite prévue"

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="recommendations")
    kind = models.CharField("nature", max_length=15, choices=Kind, default=Kind.RECOMMENDATION)
    heading = models.CharField("intitulé", max_length=200)
    text = models.TextField(
        "texte",
        blank=True,
        help_text="Mise en forme : **gras**, une ligne « - » par point. Aucune donnée sur des personnes accueillies.",
    )
    funding = models.CharField("financement", max_length=200, blank=True, help_text="Qui paie, ou « à identifier ».")
    position = models.PositiveIntegerField("rang", default=0)

    class Meta:
        verbose_name = "recommandation ou suite"
        verbose_name_plural = "recommandations et suites"
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return self.heading


class ReportSection(models.Model):
    """A section of an evaluation's report as its editor chose it: its place, and a commentary (Markdown).

    ``digest`` is that of the section's computed part when the commentary was written: another one by now tells that
    the figures beneath it changed. Without rows, a report has every section in the usual order.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="report_sections")
    code = models.CharField("rubrique", max_length=30)
    position = models.PositiveIntegerField("place", default=0)
    is_shown = models.BooleanField("dans le rapport", default=True)
    commentary = models.TextField("commentaire", blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "rubrique du rapport"
        verbose_name_plural = "rubriques des rapports"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "code"], name="report_section_once")]

    def __str__(self) -> str:
        return self.code


class FrozenError(Exception):
    """A snapshot is never changed, nor deleted."""


class AlteredError(Exception):
    """A snapshot's content is no longer what was frozen."""


class ReportSnapshotQuerySet(models.QuerySet):
    def without_content(self):
        """For lists: the content is large, and a list shows none of it."""
        return self.defer("content").select_related("by")

    def update(self, **fields):
        raise FrozenError("a snapshot is never changed")

    def bulk_update(self, *args, **options):
        raise FrozenError("a snapshot is never changed")

    def delete(self):
        raise FrozenError("a snapshot is never deleted")

    delete.queryset_only = True


class ReportSnapshot(models.Model):
    """A report as it stood one day, whole and for good: every format is rendered from it.

    ``content`` is canonical JSON (``evaluation.report.canonical``), ``sha256`` that of its bytes. ``named`` are the
    cases (ids) whose territory agreed to be named in a public one. An evaluation that has one is never
    deleted.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField("numéro")
    title = models.CharField("titre", max_length=200)
    made_at = models.DateTimeField("figé le", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    content = models.TextField(editable=False)
    sha256 = models.CharField("empreinte", max_length=64)
    public = models.BooleanField("version publique", default=False)
    threshold = models.PositiveIntegerField("seuil", default=0)
    named = models.JSONField("territoires nommés", default=list)

    objects = ReportSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport figé"
        verbose_name_plural = "rapports figés"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="snapshot_number_once"),
            models.CheckConstraint(
                condition=Q(public=False, threshold=0) | Q(public=True, threshold__gte=SMALLEST_THRESHOLD),
                name="snapshot_public_has_threshold",
            ),
        ]

    def __str__(self) -> str:
        return f"Rapport n° {self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise FrozenError("a snapshot is never changed")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("evaluation:snapshot", args=[self.evaluation.code, self.number])

    def delete(self, *args, **kwargs):
        raise FrozenError("a snapshot is never deleted")

    @property
    def is_intact(self) -> bool:
        """Whether the content is still what was frozen."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256

    @property
    def as_values(self) -> dict[str, Any]:
        """The content, as renderers take it. Raises ``AlteredError`` rather than give another than what was frozen."""
        if not self.is_intact:
            raise AlteredError(f"snapshot {self.pk}")
        return json.loads(self.content)


def _template_path(template: "SlideTemplate", filename: str) -> str:
    return f"slide_templates/{template.sha256}.pptx"


class SlideTemplate(models.Model):
    """A .pptx whose layouts, fonts and colours the slides take instead of those that ship; the last one given."""

    file = models.FileField("modèle", upload_to=_template_path)
    name = models.CharField("nom du fichier", max_length=150)
    sha256 = models.CharField("empreinte", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("déposé le", default=timezone.now)

    class Meta:
        verbose_name = "modèle de diaporama"
        verbose_name_plural = "modèles de diaporama"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name


class RenderingQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=[Rendering.State.QUEUED, Rendering.State.RUNNING])

    def silent_since(self, moment: datetime):
        """Under way, but of which no worker has said anything since ``moment``."""
        return self.under_way().filter(heartbeat_at__lt=moment)


def _path(rendering: "Rendering", filename: str) -> str:
    return f"reports/{rendering.pk}/{filename}"


class Rendering(models.Model):
    """One format of one snapshot: asked for once, made by a worker, kept. One at a time per snapshot."""

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "prêt"
        FAILED = "failed", "interrompu"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    snapshot = models.ForeignKey(ReportSnapshot, models.CASCADE, related_name="renderings")
    format = models.CharField("format", max_length=10)
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    stage = models.CharField("étape", max_length=60, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.TextField("raison de l’interruption", blank=True)
    file = models.FileField(upload_to=_path, blank=True)
    size = models.PositiveIntegerField("taille (octets)", default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    template = models.CharField(max_length=64, blank=True)
    """The digest of the template its slides were made with; empty: the one that ships, or no slides."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par")
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        verbose_name = "mise en forme d’un rapport"
        verbose_name_plural = "mises en forme de rapports"
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "format"], name="rendering_once_per_format"),
            models.UniqueConstraint(fields=["snapshot"], condition=Q(state="running"), name="rendering_one_at_a_time"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(file=""), name="rendering_done_has_file"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} – {self.format}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class ReportOpening(models.Model):
    """That a link was used to read a report, or to take a format away: who was sent it, when, what."""

    READ = "read"

    snapshot = models.ForeignKey(ReportSnapshot, models.CASCADE, related_name="openings")
    recipient = models.EmailField("destinataire")
    at = models.DateTimeField("le", default=timezone.now)
    what = models.CharField("quoi", max_length=10)

    class Meta:
        verbose_name = "ouverture d’un rapport"
        verbose_name_plural = "ouvertures de rapports"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.recipient} – {self.what}"
