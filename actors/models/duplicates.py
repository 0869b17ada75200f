"""Entries that are one structure, and those that only look so."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from actors.models.actors import Actor

UNDO_FOR = timedelta(days=30)


class NotDuplicate(models.Model):
    """Someone said that these two are two structures: they are not suggested again."""

    first = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    second = models.ForeignKey(Actor, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "faux doublon"
        verbose_name_plural = "faux doublons"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_duplicate_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class MergeQuerySet(models.QuerySet):
    def undoable(self):
        """Those that can still be taken back."""
        return self.filter(undone_at=None, at__gt=timezone.now() - UNDO_FOR)


class Merge(models.Model):
    """Two entries made one: ``absorbed`` leads to ``kept``. ``moved`` holds what it takes to undo it."""

    kept = models.ForeignKey(Actor, models.CASCADE, related_name="merges", verbose_name="gardée")
    absorbed = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name="absorbée")
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion de doublons"
        verbose_name_plural = "réunions de doublons"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="merge_absorbed_once")
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"
