from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from territories.models import Participation, Territory


class Actor(models.Model):
    """A structure that takes part in local food aid."""

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

    name = models.CharField("nom", max_length=200)
    kind = models.CharField("type", max_length=20, choices=Kind)
    territories = models.ManyToManyField(Territory, related_name="actors", blank=True, verbose_name="territoires")

    class Meta:
        verbose_name = "acteur"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Trainee(models.Model):
    """A person trained in a session for a territory: two or three per participation.

    Kept: what is needed to write to the person about the training, nothing else.
    """

    participation = models.ForeignKey(
        Participation, models.CASCADE, related_name="trainees", verbose_name="participation"
    )
    actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="trainees", verbose_name="structure"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="trainings")
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse de courriel", blank=True)
    phone = models.CharField("téléphone professionnel", max_length=30, blank=True)
    role = models.CharField("fonction", max_length=120, blank=True)
    in_post_until = models.DateField(
        "en poste jusqu'au", null=True, blank=True, help_text="À remplir quand la personne a quitté son poste."
    )

    class Meta:
        verbose_name = "personne formée"
        verbose_name_plural = "personnes formées"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "participation",
                Lower("email"),
                condition=~Q(email=""),
                name="trainee_once_per_participation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet):
    def current(self):
        """Those who have not left their structure."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=timezone.localdate()))

    def of(self, user):
        """The current memberships of this person."""
        return self.current().filter(user=user)


class Member(models.Model):
    """A person through whom a structure takes part: invited to meetings, written to, given actions.

    Personal, never public. ``user`` is set once the person has an account.
    """

    actor = models.ForeignKey(Actor, models.PROTECT, related_name="members", verbose_name="structure")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse de courriel", blank=True)
    role = models.CharField("fonction", max_length=120, blank=True)
    left_on = models.DateField("parti·e le", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre d'une structure"
        verbose_name_plural = "membres des structures"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("actor", Lower("email"), condition=~Q(email=""), name="member_once_per_actor")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_left(self) -> bool:
        return self.left_on is not None and self.left_on <= timezone.localdate()
