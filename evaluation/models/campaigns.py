from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from actors.models import Trainee
from evaluation.models.dossier import Case, Evaluation
from evaluation.models.questionnaires import Version


class CampaignQuerySet(models.QuerySet):
    def under_way(self, today: date):
        """Launched, not paused nor ended, and not closed yet: those whose mails may leave."""
        return self.filter(state=Campaign.State.RUNNING, closes_on__gte=today)


class Campaign(models.Model):
    """A questionnaire put to the trainees of an evaluation, from a day to another.

    Days are Paris's; answers are taken through ``closes_on``. ``opens_on`` is D of the steps (domain.md).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "en préparation"
        RUNNING = "running", "lancée"
        PAUSED = "paused", "en pause"
        ENDED = "ended", "arrêtée"

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="campaigns", verbose_name="évaluation")
    version = models.ForeignKey(Version, models.PROTECT, related_name="campaigns", verbose_name="questionnaire")
    title = models.CharField("nom de la campagne", max_length=200)
    opens_on = models.DateField("invitations le")
    closes_on = models.DateField("réponses jusqu’au")
    one_per_territory = models.BooleanField(
        "une seule réponse par territoire",
        default=False,
        help_text="Dès qu’une personne a répondu, on ne relance plus les autres de son territoire.",
    )
    sender_name = models.CharField("nom de l’expéditeur", max_length=100)
    reply_to = models.EmailField("adresse de réponse")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    launched_at = models.DateTimeField("lancée le", null=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gt=F("opens_on")), name="campaign_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(state="draft", launched_at=None) | (~Q(state="draft") & Q(launched_at__isnull=False)),
                name="campaign_launched_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaigns:campaign", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether answers are taken: since the launch (a notice may precede ``opens_on``), pauses included."""
        return self.state in (self.State.RUNNING, self.State.PAUSED) and timezone.localdate() <= self.closes_on

    @property
    def has_invited(self) -> bool:
        """Whether the day of its invitations has come, launched or not."""
        return timezone.localdate() >= self.opens_on

    @property
    def is_over(self) -> bool:
        return self.state == self.State.ENDED or (
            self.state != self.State.DRAFT and timezone.localdate() > self.closes_on
        )

    @property
    def state_in_words(self) -> str:
        """Its state, in French; "close" once the closing date has passed without anyone ending it."""
        return "close" if self.is_over and self.state != self.State.ENDED else self.get_state_display()


class Step(models.Model):
    """One mail of a campaign, or at the end the telephone call: what it says, and when.

    ``days`` after ``opens_on`` (negative before); a one-off reminder asked for by hand has its day, ``on``, instead.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", "annonce"
        INVITATION = "invitation", "invitation"
        REMINDER = "reminder", "relance"
        EXTRA = "extra", "relance à la demande"
        CALL = "call", "appel téléphonique"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    days = models.IntegerField("jours après l’ouverture", null=True, blank=True)
    on = models.DateField("le", null=True, blank=True)
    subject = models.CharField("objet", max_length=200, blank=True)
    text = models.TextField("texte")
    partial_subject = models.CharField("objet, si la réponse est commencée", max_length=200, blank=True)
    partial_text = models.TextField("texte, si la réponse est commencée", blank=True)

    class Meta:
        verbose_name = "étape"
        ordering = [models.functions.Coalesce("days", 10_000), "on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "days"], name="step_one_a_day"),
            models.UniqueConstraint(fields=["campaign", "on"], name="step_one_extra_a_day"),
            models.CheckConstraint(
                condition=Q(kind="extra", on__isnull=False, days=None)
                | (~Q(kind="extra") & Q(on=None, days__isnull=False)),
                name="step_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def day(self) -> date:
        """When it is due at the earliest."""
        return self.on or self.campaign.opens_on + timedelta(days=self.days)

    @property
    def offset(self) -> str:
        """Its days after the invitations, as one writes them (``J−3``, ``J``, ``J+7``); empty for a one-off."""
        if self.days is None:
            return ""
        return f"J{'+' if self.days > 0 else '−'}{abs(self.days)}" if self.days else "J"

    @property
    def code(self) -> str:
        """Its name in the outbox, where a step leaves once."""
        return f"step:{self.pk}"


class InvitationQuerySet(models.QuerySet):
    def standing(self):
        """Those still asked: neither replaced, removed nor handed on."""
        return self.filter(ended_at=None)

    def in_full(self):
        """With all that a line about each needs, besides its mails."""
        return self.select_related(
            "case__participation__session", "case__participation__territory", "trainee__actor", "response"
        )


class Invitation(models.Model):
    """A person asked to answer for a territory. Name and address are their own: corrected here or with the trainee."""

    class Ending(models.TextChoices):
        REPLACED = "replaced", "remplacé·e"
        HANDED_ON = "handed_on", "a transmis à un·e collègue"
        REMOVED = "removed", "retiré·e de la campagne"

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations")
    case = models.ForeignKey(Case, models.PROTECT, related_name="invitations", verbose_name="territoire")
    trainee = models.ForeignKey(Trainee, models.SET_NULL, null=True, blank=True, related_name="invitations")
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse de courriel", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    added_at = models.DateTimeField("ajouté·e le", auto_now_add=True)
    declined_at = models.DateTimeField("a décliné le", null=True, editable=False)
    decline_reason = models.TextField("motif", blank=True)
    ended_at = models.DateTimeField("écarté·e le", null=True, editable=False)
    ending = models.CharField("pourquoi", max_length=10, choices=Ending, blank=True, editable=False)
    successor = models.OneToOneField("self", models.SET_NULL, null=True, editable=False, related_name="predecessor")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à répondre"
        verbose_name_plural = "invitations à répondre"
        ordering = ["case__participation__session__number", "case__label", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "campaign",
                "case",
                Lower("email"),
                condition=~Q(email="") & Q(ended_at=None),
                name="invitation_once_per_person_and_case",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="invitation_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.case})"


class Call(models.Model):
    """A telephone call to someone who does not answer the mails: what came of it."""

    class Outcome(models.TextChoices):
        NO_ANSWER = "no_answer", "pas de réponse"
        WILL_ANSWER = "will_answer", "va répondre par le lien"
        ANSWERED = "answered", "a répondu au téléphone"
        CALL_AGAIN = "call_again", "à rappeler"
        STOP = "stop", "ne souhaite plus être appelé·e"

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="calls")
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    outcome = models.CharField("résultat", max_length=12, choices=Outcome)
    again_on = models.DateField("rappeler le", null=True, blank=True)
    note = models.TextField("note", blank=True)

    class Meta:
        verbose_name = "appel"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="call_again") | Q(again_on__isnull=False), name="call_again_has_its_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invitation} : {self.get_outcome_display()}"
