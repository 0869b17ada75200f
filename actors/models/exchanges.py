"""Imports of the directory, and the editions of its printed week."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from territories.models import Territory


class DirectoryImportQuerySet(models.QuerySet):
    def under_way(self):
        """Those that a worker has, or is to take."""
        return self.filter(state__in=[DirectoryImport.State.QUEUED, DirectoryImport.State.RUNNING])

    def silent_since(self, moment: datetime):
        """Under way, but of which no worker has said anything since ``moment``."""
        return self.under_way().filter(beat_at__lt=moment)


class DirectoryImport(models.Model):
    """A file of entries read into the directory. ``changes`` holds what it takes to undo the whole of it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "reçu"
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        CHECKED = "checked", "vérifié"
        DONE = "done", "fait"
        FAILED = "failed", "en échec"
        UNDONE = "undone", "annulé"

    class Step(models.TextChoices):
        """What a worker is asked to do."""

        CHECK = "check", "Vérification"
        WRITE = "write", "Import"
        INDEX = "index", "Mise à jour de la recherche"
        UNDO = "undo", "Annulation"

    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="directory_imports", verbose_name="territoire"
    )
    file_name = models.CharField("fichier", max_length=200)
    content = models.BinaryField(null=True)
    """The file as it came, until the import ended."""
    mapping = models.JSONField("colonnes", default=dict)
    state = models.CharField("état", max_length=10, choices=State, default=State.UPLOADED)
    step = models.CharField("étape", max_length=10, choices=Step, default=Step.CHECK)
    attempts = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField("lignes traitées", default=0)
    total = models.PositiveIntegerField("lignes", default=0)
    counts = models.JSONField("bilan", default=dict)
    problems = models.JSONField("problèmes", default=list)
    changes = models.JSONField(default=list)
    reason = models.TextField("raison de l’échec", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    """Who asked for its last step: with their rights, and in their name."""
    created_at = models.DateTimeField("le", default=timezone.now)
    beat_at = models.DateTimeField(null=True)
    """When its worker last showed that it lives."""
    ended_at = models.DateTimeField(null=True)

    objects = DirectoryImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import de l’annuaire"
        verbose_name_plural = "imports de l’annuaire"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name}, {timezone.localdate(self.created_at)}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


class WeekEdition(models.Model):
    """A printed week as it was, to tell what changed since: ``content`` holds its lines."""

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="week_editions", verbose_name="territoire")
    number = models.PositiveIntegerField("numéro")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    content = models.JSONField("contenu")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    created_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "édition du semainier"
        verbose_name_plural = "éditions du semainier"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "number"], name="week_edition_number_once"),
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="week_edition_lasts"),
        ]

    def __str__(self) -> str:
        return f"Semainier de {self.territory}, n° {self.number}"
