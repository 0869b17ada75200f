from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from actors.models import Actor, Member
from coordination.models.actions import ActionItem
from coordination.models.activities import MutualisationProject
from coordination.models.meetings import Attendance, Meeting
from coordination.models.record import kept_by, read_by, words_start


class MinutesQuerySet(models.QuerySet):
    def alive(self):
        """Those of meetings that nobody deleted."""
        return self.filter(meeting__deleted_at=None)

    def matching(self, text: str):
        return self.filter(words_start(text))

    def visible_to(self, user):
        """Staff and a territory's coordinators see all, members of its actors what was sent to be read."""
        if user.is_staff:
            return self
        seen = self.filter(meeting__territory__in=read_by(user))
        return seen.filter(Q(meeting__territory__in=kept_by(user)) | ~Q(state=Minutes.State.DRAFT))


class Minutes(models.Model):
    """A meeting's minutes: draft, sent to those who came, then final."""

    class State(models.TextChoices):
        DRAFT = "draft", "brouillon"
        SENT = "sent", "envoyé pour relecture"
        FINAL = "final", "définitif"

    meeting = models.OneToOneField(Meeting, models.CASCADE, related_name="minutes")
    state = models.CharField("état", max_length=5, choices=State, default=State.DRAFT)
    text = models.TextField(
        "texte libre", blank=True, help_text="Aucune donnée sur des personnes accueillies : ni nom, ni situation."
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    """Raised by every save: who writes over a version they did not read is told, and loses nothing."""
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    final_at = models.DateTimeField(null=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    """Title, text and outcomes, unaccented and lower case."""

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = "compte rendu"
        verbose_name_plural = "comptes rendus"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False) | Q(final_at__isnull=False),
                name="minutes_sent_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"Compte rendu – {self.meeting}"

    def get_absolute_url(self) -> str:
        return reverse("coordination:minutes", args=[self.meeting.territory_id, self.meeting_id])


class Outcome(models.Model):
    """One thing minutes record: an information, a decision, or an action with who and by when."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "information"
        DECISION = "decision", "décision"
        ACTION = "action", "action"

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="outcomes")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    text = models.CharField("contenu", max_length=500)
    owner_member = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="personne chargée"
    )
    owner_actor = models.ForeignKey(
        Actor, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="structure chargée"
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    """With the owners: what the meeting said. Its action may be passed on or put off later; minutes stay."""
    action = models.OneToOneField(
        ActionItem, models.SET_NULL, null=True, blank=True, editable=False, related_name="outcome"
    )
    project = models.ForeignKey(
        MutualisationProject,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name="projet qui en découle",
    )

    class Meta:
        verbose_name = "relevé"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="action") | Q(action__isnull=True), name="outcome_action_only_of_actions"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def owner(self) -> str:
        return str(self.owner_member or self.owner_actor or "")


class Correction(models.Model):
    """A change that someone who came proposes before minutes are final."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposée"
        ACCEPTED = "accepted", "retenue"
        DECLINED = "declined", "écartée"

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="corrections")
    attendance = models.ForeignKey(Attendance, models.RESTRICT, related_name="corrections")
    text = models.TextField("correction proposée", max_length=2000)
    state = models.CharField("suite donnée", max_length=8, choices=State, default=State.PROPOSED)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "correction"
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.text[:80]
