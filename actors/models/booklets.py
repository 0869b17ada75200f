"""The booklets that were asked for, made by a worker and kept for a while."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from territories.models import Territory

KEPT_FOR = timedelta(days=30)


class BookletPrintQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(state__in=[BookletPrint.State.QUEUED, BookletPrint.State.RUNNING])

    def silent_since(self, moment: datetime):
        """Under way, but of which no worker has said anything since ``moment``."""
        return self.under_way().filter(beat_at__lt=moment)

    def forgettable(self):
        """Asked for so long ago that what they say is no longer true."""
        return self.filter(created_at__lt=timezone.now() - KEPT_FOR)


class BookletPrint(models.Model):
    """A booklet of a territory's directory, with the choices it was asked for with. The document is in ``content``."""

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "prêt"
        FAILED = "failed", "interrompu"

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="booklets", verbose_name="territoire")
    choices = models.JSONField("choix", default=dict)
    for_professionals = models.BooleanField("pour les professionnel·les", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    count = models.PositiveIntegerField("fiches", default=0)
    content = models.BinaryField(null=True)
    reason = models.TextField("raison de l’interruption", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    created_at = models.DateTimeField("demandé le", default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)
    """When a worker last showed that it lives."""

    objects = BookletPrintQuerySet.as_manager()

    class Meta:
        verbose_name = "livret"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(content__isnull=False), name="booklet_done_has_content"
            )
        ]

    def __str__(self) -> str:
        return f"Livret de {self.territory}, {timezone.localdate(self.created_at)}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def file_name(self) -> str:
        whom = "-professionnels" if self.for_professionals else ""
        return f"livret-{self.territory.slug}{whom}-{timezone.localdate(self.created_at):%Y-%m-%d}.pdf"
