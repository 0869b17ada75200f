"""The index of the directory: derived from the entries by ``actors/listing.py``, never typed in."""

from django.db import models
from django.db.models import Q

from actors.models.actors import Actor, Audience, is_professional
from actors.models.places import FoodService, Place, Site, Stop
from alimactiv.fields import ChoiceListField


class ListingQuerySet(models.QuerySet):
    def for_everyone(self):
        """What anybody finds, signed in or not."""
        return self.filter(audience=Audience.EVERYONE)

    def visible_to(self, user):
        """What this person finds: as far as their audience reaches, and the entries that they keep or edit."""
        if not user.is_authenticated:
            return self.for_everyone()
        if user.is_staff:
            return self
        reached = Audience.PROFESSIONALS if is_professional(user) else Audience.EVERYONE
        mine = Actor.objects.edited_by(user).values("pk")
        return self.filter(Q(audience__lte=reached) | Q(actor__in=mine))


class Listing(models.Model):
    """One thing that a search finds and a map shows: a service at one of its places, or a structure that has none.

    An itinerant service has one for each stop. Everything that searches filter by is here, in one table.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="listings")
    service = models.ForeignKey(FoodService, models.CASCADE, null=True, related_name="listings")
    stop = models.ForeignKey(Stop, models.CASCADE, null=True, related_name="listings")
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="listings")
    """Where it is, when that is no stop: the service's site, or else the structure's own."""
    audience = models.PositiveSmallIntegerField(choices=Audience)
    """Who may find it; ``COORDINATION``: those who keep or edit the entry."""
    search_text = models.TextField()
    """What words are looked up in, unaccented and lower case, with a space before and after."""
    actor_kind = models.CharField(max_length=20, choices=Actor.Kind)
    kind = models.CharField(max_length=20, choices=FoodService.Kind, blank=True)
    publics = ChoiceListField(choices=FoodService.Public)
    fee = models.CharField(max_length=15, choices=FoodService.Fee, default=FoodService.Fee.UNKNOWN)
    papers = models.CharField(max_length=10, choices=FoodService.Need, default=FoodService.Need.UNKNOWN)
    insee_code = models.CharField(max_length=5, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = "entrée de l’index"
        verbose_name_plural = "index de l’annuaire"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["latitude", "longitude"], name="listing_place"),
            models.Index(fields=["insee_code"], name="listing_commune"),
            models.Index(fields=["kind"], name="listing_kind"),
        ]

    def __str__(self) -> str:
        return str(self.service or self.actor)

    @property
    def place(self) -> Place | None:
        return self.stop or self.site

    @property
    def opening_hours(self) -> str:
        """In OSM syntax; empty when they are not known."""
        return (self.stop or self.service).opening_hours if self.service else ""


class Opening(models.Model):
    """When a listing is open, for the days to come (``actors/listing.py`` says how many)."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="openings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = "ouverture"
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="opening_span")]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="opening_lasts")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at} – {self.ends_at}"


class Word(models.Model):
    """A word of some listing's ``search_text``: what a mistyped one may have meant (``actors/spelling.py``)."""

    text = models.CharField(max_length=40, primary_key=True)

    class Meta:
        verbose_name = "mot de l’index"
        verbose_name_plural = "mots de l’index"

    def __str__(self) -> str:
        return self.text
