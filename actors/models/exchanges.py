"""Imports of the directory, and the editions of its printed week."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from territories.models import Territory


class DirectoryImport(models.Model):
    """A file of entries read into the directory. ``changes`` holds what it takes to undo the whole of it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "reçu"
        CHECKED = "checked", "vérifié"
        RUNNING = "running", "en cours"
        DONE = "done", "fait"
        FAILED = "failed", "en échec"
        UNDONE = "undone", "annulé"

    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="directory_imports", verbose_name="territoire"
    )
    file_name = models.CharField("fichier", max_length=200)
    content = models.BinaryField(null=True)
    """The file as it came, until the import ended."""
    mapping = models.JSONField("colonnes", default=dict)
    state = models.CharField("état", max_length=10, choices=State, default=State.UPLOADED)
    done = models.PositiveIntegerField("lignes traitées", default=0)
    total = models.PositiveIntegerField("lignes", default=0)
    counts = models.JSONField("bilan", default=dict)
    problems = models.JSONField("problèmes", default=list)
    changes = models.JSONField(default=list)
    reason = models.TextField("raison de l’échec", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    created_at = models.DateTimeField("le", default=timezone.now)
    beat_at = models.DateTimeField(null=True)
    """When its worker last showed that it lives."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "import de l’annuaire"
        verbose_name_plural = "imports de l’annuaire"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name}, {timezone.localdate(self.created_at)}"


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
