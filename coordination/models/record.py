from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from territories.models import Territory

UNDO_FOR = timedelta(days=30)


class RecordQuerySet(models.QuerySet):
    def alive(self):
        """Those that nobody deleted."""
        return self.filter(deleted_at=None)

    def in_bin(self):
        """Deleted ones that can still be brought back."""
        return self.filter(deleted_at__gt=timezone.now() - UNDO_FOR)

    def beyond_undo(self):
        """Deleted so long ago that they may be forgotten."""
        return self.filter(deleted_at__lte=timezone.now() - UNDO_FOR)

    def visible_to(self, user):
        """Staff see all, coordinators what is of their territories, an actor's members what its territories keep."""
        if user.is_staff:
            return self
        return self.filter(Q(territory__coordinators__user=user) | Q(territory__actors__members__user=user)).distinct()


class Record(models.Model):
    """What a territory's logbook keeps. Deleting hides it for 30 days, then it is forgotten."""

    territory = models.ForeignKey(Territory, models.PROTECT, related_name="%(class)ss", verbose_name="territoire")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class Theme(models.TextChoices):
    """The report's five themes (part II)."""

    KNOWLEDGE = "knowledge", "connaissance et coordination des acteurs"
    LOGISTICS = "logistics", "coordination logistique"
    HEALTH = "health", "mieux manger et lien avec la santé"
    READABILITY = "readability", "harmonisation et lisibilité de l’aide"
    LOCAL = "local", "coopérations à l’échelle locale"


class Timing(models.TextChoices):
    """When a record falls, against the years of the territory's training."""

    BEFORE = "before", "avant la formation"
    DURING = "during", "pendant la formation"
    AFTER = "after", "après la formation"
