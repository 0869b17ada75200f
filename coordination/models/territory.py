from django.conf import settings
from django.db import models
from django.db.models import F, Q

from actors.models import Actor
from coordination.models.record import KeptRecordQuerySet, Record
from territories.models import Territory


class PoliticalSupport(Record):
    """Who backs the coordination: a structure's roadmap, an elected lead, a mandate."""

    slug = "soutiens"

    structure = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="supports", verbose_name="structure"
    )
    on_roadmap = models.BooleanField("inscrit sur sa feuille de route", null=True, blank=True)
    elected_lead = models.CharField(
        "délégation de l’élu·e référent·e", max_length=200, blank=True, help_text="La délégation, pas le nom."
    )
    mandate_start = models.DateField("début du mandat", null=True, blank=True)
    mandate_end = models.DateField("fin du mandat", null=True, blank=True)
    election_on = models.DateField("prochaine élection", null=True, blank=True)
    commitments = models.TextField("engagements", blank=True)

    objects = KeptRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "soutien politique"
        verbose_name_plural = "soutiens politiques"
        ordering = ["-mandate_start", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mandate_start=None) | Q(mandate_end=None) | Q(mandate_start__lte=F("mandate_end")),
                name="support_mandate_starts_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return self.elected_lead or str(self.structure or "Soutien politique")


class Sharing(models.Model):
    """What a territory lets the territories around it (its département, its EPCI) see beyond counts."""

    territory = models.OneToOneField(Territory, models.CASCADE, related_name="sharing")
    shares_records = models.BooleanField("montrer ses chiffres aux territoires qui l’englobent", default=False)

    class Meta:
        verbose_name = "partage"

    def __str__(self) -> str:
        return str(self.territory)


class CalendarFeedQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody revoked."""
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """A private address under which a person's calendar follows a territory's meetings. Hashed at rest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    territory = models.ForeignKey(Territory, models.CASCADE, null=True, blank=True, related_name="calendar_feeds")
    """``None``: all the meetings this person may see."""
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "flux de calendrier"
        verbose_name_plural = "flux de calendrier"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "territory"], condition=Q(revoked_at=None), name="feed_one_per_territory"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at=None, territory=None), name="feed_one_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.territory or 'tous'}"
