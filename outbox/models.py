from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Lower
from django.utils import timezone

IN_TURN = ("-urgent", "due_at", "pk")


class MailQuerySet(models.QuerySet):
    def due(self, now: datetime):
        """Those whose moment has come, in the order they leave: urgent ones first, then the oldest."""
        return self.filter(state=Mail.State.DUE, due_at__lte=now).order_by(*IN_TURN)

    def gone_since(self, moment: datetime):
        """Those that left, are leaving, or may have left since ``moment``."""
        return self.filter(
            Q(state=Mail.State.SENT, sent_at__gte=moment)
            | Q(state=Mail.State.TO_CHECK, claimed_at__gte=moment)
            | Q(state=Mail.State.CLAIMED)
        )

    def not_handed_over(self):
        """Those still to be sent: also those that a worker has taken, as long as it comes to others first."""
        return self.filter(Q(state=Mail.State.DUE) | Q(state=Mail.State.CLAIMED, turn=0))

    def silent_claims(self, moment: datetime) -> list[tuple[UUID, int | None]]:
        """The claims whose worker showed no life since ``moment``: each with the last turn that came in it."""
        claims = self.filter(state=Mail.State.CLAIMED).order_by().values("claim")
        silent = claims.annotate(seen=Max("claimed_at"), last=Max("turn")).filter(seen__lt=moment)
        return list(silent.values_list("claim", "last"))

    def held_by(self, claim: UUID):
        """What a batch holds: also what was found in doubt while its worker was slow to say what became of it."""
        return self.filter(claim=claim, state__in=[Mail.State.CLAIMED, Mail.State.TO_CHECK])

    def following(self, claim: UUID) -> "Mail | None":
        """The next one of a batch to have its turn."""
        return self.filter(claim=claim, state=Mail.State.CLAIMED, turn=0).order_by(*IN_TURN).first()

    def waiting_for(self, addresses: Iterable[str]):
        """What is to leave, or leaving, for these addresses; locked, in one order, until the transaction ends."""
        return (
            self.select_for_update()
            .filter(recipient__in=addresses, state__in=[Mail.State.DUE, Mail.State.CLAIMED])
            .order_by("pk")
        )


class Mail(models.Model):
    """A mail that is to leave, or left. One row per (purpose, subject, step, recipient): never asked for twice.

    ``subject`` names what it is about (``meeting:12``), ``step`` which of that subject's mails. What it says is
    rendered when it is sent, from the state at that moment.
    """

    class State(models.TextChoices):
        DUE = "due", "à envoyer"
        CLAIMED = "claimed", "en cours d’envoi"
        SENT = "sent", "envoyé"
        CANCELLED = "cancelled", "devenu inutile"
        REFUSED = "refused", "en échec"
        TO_CHECK = "to_check", "à vérifier"

    purpose = models.CharField("objet", max_length=60)
    subject = models.CharField("sujet", max_length=60)
    step = models.CharField("étape", max_length=60, blank=True)
    recipient = models.EmailField("destinataire")
    due_at = models.DateTimeField("à partir du")
    urgent = models.BooleanField("urgent", default=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.DUE)
    claim = models.UUIDField(null=True, editable=False)
    """Which batch of a worker holds it: kept afterwards, so that a late answer still finds its row."""
    claimed_at = models.DateTimeField(null=True, editable=False)
    """When the batch was taken; from its turn on, when it was handed over."""
    turn = models.PositiveIntegerField(null=True, editable=False)
    """Which of its batch it was to be handed over: 0 before, nothing once one knows what became of it."""
    sent_at = models.DateTimeField("envoyé le", null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)
    """After a failure, when to try again."""
    message_id = models.CharField(max_length=200, blank=True, editable=False)
    title = models.CharField("titre", max_length=300, blank=True, editable=False)
    reason = models.TextField("raison", blank=True, editable=False)
    """Why it was not sent, or must be checked."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-due_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="mail_state_due"),
            models.Index(fields=["recipient", "sent_at"], name="mail_recipient_sent"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "subject", "step", "recipient"], name="mail_asked_for_once"),
            models.CheckConstraint(condition=Q(recipient=Lower("recipient")), name="mail_recipient_lower_case"),
            models.CheckConstraint(condition=~Q(recipient=""), name="mail_has_recipient"),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "to_check"]) | Q(claim__isnull=False, claimed_at__isnull=False),
                name="mail_claimed_by_someone",
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="mail_sent_is_dated"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject} {self.step} → {self.recipient}"


class OptOut(models.Model):
    """An address that asked not to receive mails of one purpose any more."""

    address = models.EmailField("adresse")
    purpose = models.CharField("objet", max_length=60)
    since = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "désinscription"
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["address", "purpose"], name="opt_out_once"),
            models.CheckConstraint(condition=Q(address=Lower("address")), name="opt_out_lower_case"),
        ]

    def __str__(self) -> str:
        return f"{self.address} – {self.purpose}"


class Bounce(models.Model):
    """An address that a mail server refused for good: nothing is sent there until someone lifts it."""

    address = models.EmailField("adresse", unique=True)
    reason = models.TextField("raison")
    since = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "adresse refusée"
        verbose_name_plural = "adresses refusées"
        ordering = ["-since", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(address=Lower("address")), name="bounce_lower_case")]

    def __str__(self) -> str:
        return self.address


class LinkQuerySet(models.QuerySet):
    def open(self):
        """Those that still work."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def forgettable(self):
        """Those that stopped working a month ago or more."""
        return self.filter(expires_at__lt=timezone.now() - timedelta(days=30))


class Link(models.Model):
    """A link sent by mail: one purpose, one subject, one recipient; it expires, can be revoked, is hashed at rest."""

    purpose = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    recipient = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = "lien"
        indexes = [models.Index(fields=["purpose", "subject"], name="link_purpose_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject}"


class Pulse(models.Model):
    """When one of the processes behind the pages last showed that it lives (``outbox/health.py``)."""

    class Process(models.TextChoices):
        WORKER = "worker", "le travail de fond"
        BEAT = "beat", "l’horloge des tâches"

    process = models.CharField("processus", max_length=10, choices=Process, primary_key=True)
    at = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "signe de vie"
        verbose_name_plural = "signes de vie"

    def __str__(self) -> str:
        return f"{self.get_process_display()}, {self.at:%Y-%m-%d %H:%M}"
