"""The structures of local food aid, as the directory tells of them."""

from datetime import date
from uuid import uuid4

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from alimactiv.text import normalised
from territories.models import Coordinator, Territory

OWN_SOURCE = "alimactiv"
"""The first part of the identifiers given here (data·inclusion: ``source--id``)."""


def new_uid() -> str:
    """An identifier that stays the same wherever the entry is exported to: ``alimactiv--3f2a…``."""
    return f"{OWN_SOURCE}--{uuid4().hex}"


class Visibility(models.TextChoices):
    """Who may read it. Professionals: whoever signs in and coordinates a territory, or is of a structure."""

    PUBLIC = "public", "tout le monde"
    PROFESSIONALS = "professionals", "professionnel·les connecté·es"
    COORDINATION = "coordination", "coordination du territoire seulement"


class Audience(models.IntegerChoices):
    """How far a reader sees, from everyone to who coordinates the territory."""

    EVERYONE = 0
    PROFESSIONALS = 1
    COORDINATION = 2


class ActorQuerySet(models.QuerySet):
    def listed(self):
        """Those that were not merged into another."""
        return self.filter(merged_into=None)

    def active(self, on: date | None = None):
        """Listed ones that have not ceased."""
        return self.listed().filter(Q(ended_on=None) | Q(ended_on__gt=on or timezone.localdate()))

    def of(self, territory: Territory):
        """Those at work on a territory, or on one inside it."""
        return self.filter(pk__in=at_work_on(territory))

    def kept_by(self, user):
        """Those whose entries this person keeps as a coordinator: staff all, others those of their territories."""
        return self if user.is_staff else self.filter(pk__in=self._kept_by(user))

    def edited_by(self, user):
        """Those whose entries this person changes: as their coordinator, or as a member with this right."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(pk__in=self._edited_by(user))

    def known_from_inside(self, user):
        """Those that this person keeps as a coordinator, or is a member of, whatever their rights."""
        members = self.model._meta.get_field("members").related_model.objects.of(user)
        return self if user.is_staff else self.filter(pk__in=self._kept_by(user).union(_actors_of(members)))

    def _kept_by(self, user):
        """Keys, as those of ``_edited_by``."""
        mine = Coordinator.objects.filter(user_id=user.pk).order_by().values("territory")
        return Actor.territories.through.objects.filter(territory__in=mine).values("actor")

    def _edited_by(self, user):
        """One list: for "kept or edited", PostgreSQL reads all the entries of the country."""
        members = self.model._meta.get_field("members").related_model.objects.editors_of_entries().of(user)
        return self._kept_by(user).union(_actors_of(members))

    def without_member(self):
        """Those of whom nobody is there any more: all left, their accounts were closed, or there never was anybody."""
        return self.filter(~Exists(self._active_members()))

    def without_manager(self):
        """Those of whom someone is there, but nobody who invites others."""
        members = self._active_members()
        return self.filter(Exists(members), ~Exists(members.filter(access="manager")))

    def _active_members(self):
        members = self.model._meta.get_field("members").related_model.objects
        return members.active().filter(actor=OuterRef("pk"))

    def published(self):
        """Those that a territory has published: of a published directory, and meant for everyone."""
        through = Actor.territories.through.objects
        shown = through.filter(actor=OuterRef("pk"), territory__directory__is_published=True)
        return self.filter(Exists(shown), visibility=Visibility.PUBLIC)

    def visible_to(self, user):
        """Whose entry this person may read; what of it is ``actors.visibility``'s to say."""
        if not user.is_authenticated:
            return self.published()  # without "or", PostgreSQL looks at the entry asked for, not at all of them
        if user.is_staff:
            return self
        mine = Q(pk__in=self._edited_by(user))
        if is_professional(user):
            return self.filter(mine | ~Q(visibility=Visibility.COORDINATION))
        return self.filter(mine | Q(pk__in=self.published().values("pk")))


def _actors_of(members):
    return members.order_by().values("actor")


def at_work_on(territory: Territory):
    """The keys of ``ActorQuerySet.of``, as a query for whatever has an actor."""
    return Actor.territories.through.objects.filter(territory__in=territory.keys_inside()).values("actor")


def is_professional(user) -> bool:
    """Whether what is meant for professionals may be shown to this person."""
    if not user.is_authenticated:
        return False
    if user.is_staff or user.is_steering_reader or user.coordinations.exists():
        return True
    return user.memberships.current().filter(actor__merged_into=None).exists()


class Actor(models.Model):
    """A structure that takes part in local food aid, and its entry in the directory.

    What is about one person is in the ``contact_`` fields and in ``Member``: never public unless so chosen.
    """

    class Kind(models.TextChoices):
        ASSOCIATION = "association", "association"
        CCAS = "ccas", "CCAS ou CIAS"
        COMMUNE = "commune", "commune"
        EPCI = "epci", "intercommunalité"
        DEPARTMENT = "department", "département"
        HEALTH = "health", "structure de santé"
        COMPANY = "company", "entreprise"
        CITIZENS = "citizens", "collectif citoyen"
        OTHER = "other", "autre structure"

    class Accreditation(models.TextChoices):
        """Of food aid (code de l'action sociale, art. L. 266-2). Nobody needs it to give: "none" is no fault."""

        UNKNOWN = "unknown", "non renseignée"
        NOT_REQUIRED_PUBLIC = "not_required_public", "personne publique, sans habilitation à demander"
        NATIONAL = "national", "habilitation nationale"
        NATIONAL_VIA_NETWORK = "national_via_network", "habilitation nationale, par son réseau"
        REGIONAL = "regional", "habilitation régionale"
        NONE = "none", "aide sans habilitation"

    uid = models.CharField(max_length=150, unique=True, default=new_uid, editable=False)
    name = models.CharField("nom", max_length=200)
    kind = models.CharField("type", max_length=20, choices=Kind)
    territories = models.ManyToManyField(Territory, related_name="actors", blank=True, verbose_name="territoires")
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[RegexValidator(r"^\d{14}$", "Un SIRET a quatorze chiffres.")],
        help_text="Quatorze chiffres. Beaucoup de structures n’en ont pas : laissez alors vide.",
    )
    accreditation = models.CharField(
        "habilitation à l’aide alimentaire", max_length=20, choices=Accreditation, default=Accreditation.UNKNOWN
    )
    network = models.CharField("réseau ou fédération", max_length=120, blank=True)
    description = models.TextField(
        "présentation", blank=True, help_text="Aucune donnée sur des personnes accueillies : ni nom, ni situation."
    )
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse de courriel", blank=True)
    website = models.URLField("site web", blank=True)
    contact_name = models.CharField("personne à joindre", max_length=120, blank=True)
    contact_role = models.CharField("sa fonction", max_length=120, blank=True)
    contact_phone = models.CharField("son téléphone", max_length=30, blank=True)
    contact_email = models.EmailField("son adresse de courriel", blank=True)
    contact_visibility = models.CharField(
        "qui voit cette personne", max_length=15, choices=Visibility, default=Visibility.COORDINATION
    )
    visibility = models.CharField("qui voit la fiche", max_length=15, choices=Visibility, default="coordination")
    ended_on = models.DateField("a cessé son activité le", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="absorbed", verbose_name="réunie à"
    )
    is_not_asked = models.BooleanField("ne pas relancer", default=False, editable=False)
    not_asked_reason = models.CharField("raison de ne pas relancer", max_length=200, blank=True, editable=False)
    search_name = models.CharField(max_length=200, editable=False, default="", db_index=True)
    """The name, unaccented and lower case."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ActorQuerySet.as_manager()

    class Meta:
        verbose_name = "acteur"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"), name="actor_siret_has_14_digits"
            ),
            models.CheckConstraint(condition=~Q(uid=""), name="actor_has_uid"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="actor_not_merged_in_itself",
            ),
        ]
        indexes = [models.Index(fields=["siret"], name="actor_siret", condition=~Q(siret=""))]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.search_name = normalised(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name", "changed_at"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("directory:entry", args=[self.pk])

    @property
    def has_ended(self) -> bool:
        return self.ended_on is not None and self.ended_on <= timezone.localdate()


class Directory(models.Model):
    """Whether a territory shows its directory to everyone, and with which words."""

    territory = models.OneToOneField(Territory, models.CASCADE, related_name="directory", verbose_name="territoire")
    is_published = models.BooleanField("ouvert à tout le monde", default=False)
    published_at = models.DateTimeField("ouvert le", null=True, editable=False)
    introduction = models.TextField("présentation", blank=True, max_length=2000)
    embedding_sites = models.TextField(
        "sites qui peuvent l’intégrer", blank=True, help_text="Une adresse par ligne, comme https://www.ville.example."
    )

    class Meta:
        verbose_name = "annuaire d’un territoire"
        verbose_name_plural = "annuaires des territoires"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(published_at__isnull=False), name="directory_published_is_dated"
            )
        ]

    def __str__(self) -> str:
        return f"Annuaire de {self.territory}"
