"""What was confirmed when, what waits to be confirmed, and what outsiders propose."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from actors.models.actors import Actor


class Section(models.TextChoices):
    """The parts of an entry, each confirmed at its own rhythm."""

    HOURS = "hours", "Horaires"
    PLACES = "places", "Lieux"
    SERVICES = "services", "Services"
    CONTACT = "contact", "Contacts et présentation"
    SUPPLY = "supply", "Besoins, surplus et logistique"


class ConfirmationQuerySet(models.QuerySet):
    def latest_each(self):
        """The last one of each section of each entry, by section."""
        newer = self.model.objects.filter(
            actor=models.OuterRef("actor"), section=models.OuterRef("section"), at__gt=models.OuterRef("at")
        )
        return self.filter(~models.Exists(newer))


class Confirmation(models.Model):
    """Someone said that a section is right, or made it so. Public: when, and the role; never who."""

    class Role(models.TextChoices):
        STRUCTURE = "structure", "la structure"
        COORDINATION = "coordination", "la coordination du territoire"
        TEAM = "team", "l’équipe d’Alim’Activ"

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="confirmations", verbose_name="structure")
    section = models.CharField("partie", max_length=10, choices=Section)
    at = models.DateTimeField("le", default=timezone.now)
    role = models.CharField("par", max_length=15, choices=Role)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    by_phone = models.BooleanField("au téléphone", default=False)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = "confirmation"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["actor", "section", "-at"], name="confirmation_of_section")]

    def __str__(self) -> str:
        return f"{self.actor} – {self.get_section_display()} – {timezone.localdate(self.at)}"


class CheckRoundQuerySet(models.QuerySet):
    def open(self):
        """Those that nobody answered yet."""
        return self.filter(closed_at=None)


class CheckRound(models.Model):
    """An entry being asked about: two mails, then the coordinator's call list, until someone answers."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "répondu par le lien ou le compte"
        PHONED = "phoned", "répondu au téléphone"
        DROPPED = "dropped", "abandonné"

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="check_rounds", verbose_name="structure")
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    by_hand = models.BooleanField("demandée par la coordination", default=False)
    """Opened by a person, who wants all of the entry looked at, due or not."""
    to_call_since = models.DateTimeField("à appeler depuis le", null=True, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=10, choices=Outcome, blank=True)

    objects = CheckRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de vérification"
        verbose_name_plural = "demandes de vérification"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["actor"], condition=Q(closed_at=None), name="check_round_one_open"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="check_round_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"Vérification de {self.actor}, {timezone.localdate(self.opened_at)}"


class CheckCall(models.Model):
    """A try to reach a structure by telephone."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", "pas de réponse"
        LATER = "later", "à rappeler"
        WRONG_NUMBER = "wrong_number", "mauvais numéro"
        REACHED = "reached", "jointe"

    round = models.ForeignKey(CheckRound, models.CASCADE, related_name="calls", verbose_name="vérification")
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="par")
    result = models.CharField("résultat", max_length=15, choices=Result)
    call_again_on = models.DateField("rappeler le", null=True, blank=True)
    note = models.CharField("note", max_length=300, blank=True)

    class Meta:
        verbose_name = "appel"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {timezone.localdate(self.at)}"


class ProposalQuerySet(models.QuerySet):
    def pending(self):
        """Those that wait for a decision."""
        return self.filter(state=Proposal.State.PENDING)

    def left_alone(self, since):
        """Those that wait since before this moment, and that no coordinator of the structure's territories reads."""
        pending = self.pending().filter(created_at__lt=since, actor__merged_into=None)
        return pending.exclude(actor__territories__coordinators__user__is_active=True)


class Proposal(models.Model):
    """A change to an entry by someone who may not make it: it waits for the coordinator.

    ``data`` is what was typed in the form named ``form`` (``actors/editing.py``), so that accepting it goes through
    the same checks; ``before`` and ``after`` are the changed fields in words.
    """

    class State(models.TextChoices):
        PENDING = "pending", "à examiner"
        ACCEPTED = "accepted", "acceptée"
        REFUSED = "refused", "refusée"

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="proposals", verbose_name="structure")
    section = models.CharField("partie", max_length=10, choices=Section)
    form = models.CharField(max_length=20)
    target = models.PositiveBigIntegerField(null=True)
    """The row that the form changes (a site, a service…); none for a new one or for the entry itself."""
    data = models.JSONField("saisi", default=dict)
    before = models.JSONField("avant", default=dict)
    after = models.JSONField("après", default=dict)
    comment = models.TextField("commentaire", blank=True, max_length=1000)
    author_name = models.CharField("nom", max_length=120, blank=True)
    author_email = models.EmailField("adresse de courriel", blank=True)
    author_is_contact = models.BooleanField("par l’adresse de contact de la fiche", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField("raison", max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="proposal_decided_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor} – {self.get_section_display()}"
