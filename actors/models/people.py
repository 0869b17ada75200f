from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from actors.models.actors import Actor
from territories.models import Participation


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

    def active(self):
        """Current ones who can still be reached: their account, if they have one, was not closed."""
        return self.current().filter(Q(user=None) | Q(user__is_active=True))

    def editors_of_entries(self):
        """Those who change their structure's entry."""
        return self.filter(access__in=[Member.Access.MANAGER, Member.Access.EDITOR])

    def of(self, user):
        """The current memberships of this person."""
        return self.current().filter(user=user)


class Member(models.Model):
    """A person through whom a structure takes part: invited to meetings, written to, given actions.

    Personal, never public. ``user`` is set once the person has an account.
    """

    class Access(models.TextChoices):
        """What one may do with the structure's entry."""

        MANAGER = "manager", "référent·e : tient la fiche et ses membres"
        EDITOR = "editor", "contribue : tient la fiche"
        ATTENDS = "attends", "participe aux réunions seulement"

    actor = models.ForeignKey(Actor, models.PROTECT, related_name="members", verbose_name="structure")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse de courriel", blank=True)
    role = models.CharField("fonction", max_length=120, blank=True)
    access = models.CharField("droits", max_length=10, choices=Access, default=Access.EDITOR)
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


JOINING_LINK_LIFE = timedelta(days=30)
"""For how long the link of an invitation, or of a claim's mail, works."""


class JoiningQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for someone: for the person's own answer, or for an approval."""
        return self.filter(state__in=[Joining.State.SENT, Joining.State.PENDING])

    def to_decide(self):
        """Claims whose author proved their address: someone of the structure or its coordinator approves them."""
        return self.filter(state=Joining.State.PENDING)

    def unanswered(self):
        """Invitations that the person has not answered yet."""
        return self.filter(state=Joining.State.SENT, is_claim=False)

    def unproven(self):
        """Claims whose author has not proved their address."""
        return self.filter(state=Joining.State.SENT, is_claim=True)


class Joining(models.Model):
    """Someone on the way to be a member: invited by a member or coordinator, or claiming to be of the structure.

    Who claims first proves their address by a mailed link (``sent``), then waits for approval (``pending``).
    """

    class State(models.TextChoices):
        SENT = "sent", "courriel envoyé, sans réponse"
        PENDING = "pending", "à approuver"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="joinings", verbose_name="structure")
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse de courriel")
    role = models.CharField("fonction", max_length=120, blank=True)
    access = models.CharField("droits", max_length=10, choices=Member.Access, default=Member.Access.EDITOR)
    message = models.TextField("message", blank=True, max_length=1000)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="invité·e par"
    )
    is_claim = models.BooleanField("demande de la personne elle-même", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.SENT)
    reason = models.CharField("raison", max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = JoiningQuerySet.as_manager()

    class Meta:
        verbose_name = "arrivée dans une structure"
        verbose_name_plural = "arrivées dans les structures"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="joining_email_lower_case"),
            models.UniqueConstraint(
                fields=["actor", "email"], condition=Q(state__in=["sent", "pending"]), name="joining_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} – {self.actor}"
