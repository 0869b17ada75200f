from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from actors.models import Actor, Member
from alimactiv.text import normalised
from territories.models import Coordinator, Territory

UNDO_FOR = timedelta(days=30)


def words_start(text: str) -> Q:
    """Every word of ``text`` starts a word of ``search_text``: read row by row, so narrow to a territory first."""
    found = Q()
    for word in normalised(text).split():
        found &= Q(search_text__startswith=word) | Q(search_text__contains=f" {word}")
    return found


def kept_by(user) -> QuerySet:
    """The keys of the territories that this person coordinates."""
    return Coordinator.objects.filter(user=user).order_by().values("territory")


def read_by(user) -> QuerySet:
    """Those that this person coordinates, or takes part in as a member of a structure."""
    as_member = Actor.territories.through.objects.filter(actor__in=Member.objects.of(user).values("actor"))
    # One list: as joins, or as "in one or another", PostgreSQL reads all structures, or records, of the country.
    return kept_by(user).union(as_member.values("territory"))


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

    def matching(self, text: str):
        """Those whose texts have every word of ``text`` as the start of one of their words."""
        return self.filter(words_start(text))

    def visible_to(self, user):
        """Staff see all, coordinators what is of their territories, an actor's members what its territories keep."""
        return self if user.is_staff else self.filter(territory__in=read_by(user))


class KeptRecordQuerySet(RecordQuerySet):
    def finished_by(self, day: date):
        """Those finished on or before ``day``: what an evaluation counts."""
        return self.alive().filter(finished_on__lte=day)

    def visible_to(self, user):
        """Staff see all, coordinators what is of their territories; members of actors see none."""
        return self if user.is_staff else self.filter(territory__coordinators__user=user)


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

    search_text = models.TextField(editable=False, default="")
    """What is typed in it, unaccented and lower case."""

    objects = RecordQuerySet.as_manager()

    slug = ""
    """The kind's name in addresses: ``/journal/12/<slug>/34/``."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.search_text = normalised(" ".join(self.own_words()))
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("coordination:record", args=[self.territory_id, self.slug, self.pk])

    def own_words(self) -> list[str]:
        """The texts typed in its own fields, chosen ones left out."""
        typed = (f for f in self._meta.concrete_fields if f.editable and not f.choices)
        return [getattr(self, f.attname) for f in typed if isinstance(f, models.CharField | models.TextField)]


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
