from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from evaluation.models.campaigns import Invitation
from evaluation.models.criteria import Criterion
from evaluation.models.dossier import Evaluation
from evaluation.models.evidence import Evidence
from evaluation.models.questionnaires import Question


class ResponseQuerySet(models.QuerySet):
    def submitted(self, evaluation: Evaluation):
        """Those of an evaluation's campaigns that were sent, whenever that was.

        A person handed on or removed afterwards is still a person who answered.
        """
        return self.filter(invitation__campaign__evaluation=evaluation, submitted_at__isnull=False)

    def counted(self, evaluation: Evaluation):
        """Those that count for an evaluation: submitted by its date (contract, "Verdicts")."""
        return self.submitted(evaluation).filter(submitted_at__lte=evaluation.as_of_ends)


class Response(models.Model):
    """What one person answers: begun when they press the button, counted once submitted, changeable until closing."""

    class Quoting(models.TextChoices):
        """What the person allows to be made of their words. Nothing asked yet, nothing allowed."""

        NOT_ASKED = "", "pas encore demandé"
        NAMED = "named", "citer avec le nom et la structure"
        TERRITORY = "territory", "citer en nommant seulement le territoire"
        NONE = "none", "ne pas citer"

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="response")
    started_at = models.DateTimeField("commencée le", default=timezone.now)
    saved_at = models.DateTimeField("dernière réponse enregistrée le", null=True)
    submitted_at = models.DateTimeField("envoyée le", null=True)
    quoting = models.CharField("citation", max_length=10, choices=Quoting, default=Quoting.NOT_ASKED, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse"
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(submitted_at__gte=F("started_at")),
                name="response_submitted_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"réponse de {self.invitation}"

    def get_absolute_url(self) -> str:
        """Where it stands, beside the others of its case."""
        invitation = self.invitation
        page = reverse("evaluation:case_responses", args=[invitation.campaign.evaluation.code, invitation.case_id])
        return f"{page}#reponse-{self.pk}"


class AnswerQuerySet(models.QuerySet):
    def given(self):
        """Those that say something: still asked, and not taken back."""
        return self.filter(is_asked=True, value__isnull=False)

    def counted(self, evaluation: Evaluation):
        """Those that count for an evaluation: given, submitted and last saved by its date."""
        return self.given().filter(
            response__in=Response.objects.counted(evaluation).order_by(), saved_at__lte=evaluation.as_of_ends
        )


class Answer(models.Model):
    """The answer to one question: its shape is its question's kind's (``evaluation/questionnaires/values.py``).

    ``revision`` counts its changes: who saves says which one they had before their eyes, so that two devices never
    overwrite each other unseen. ``is_asked`` tells whether the other answers still lead to the question: if not, the
    answer is kept, and says nothing.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.JSONField("réponse", null=True)
    """``None``: taken back."""
    revision = models.PositiveIntegerField(default=1)
    is_asked = models.BooleanField(default=True)
    is_withheld = models.BooleanField("à ne pas citer", default=False)
    """The team keeps this text to itself, whatever the person agreed to: it tells too much of someone."""
    saved_at = models.DateTimeField("enregistrée le", default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Qui l’a saisie pour la personne ; vide si elle a répondu elle-même.",
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse à une question"
        verbose_name_plural = "réponses aux questions"
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="answer_once_per_question")]

    def __str__(self) -> str:
        return f"{self.question} : {self.value}"


class Coding(models.Model):
    """What a person of the team reads in a free text: that it says oui, non or inconnu of a criterion.

    ``revision`` is the answer's when it was read: a text changed since is to be read again.
    """

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="codings")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="codings", verbose_name="critère")
    value = models.CharField("ce que dit le texte", max_length=10, choices=Evidence.Value, default=Evidence.Value.YES)
    excerpt = models.TextField("extrait", blank=True)
    revision = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "codage"
        constraints = [models.UniqueConstraint(fields=["answer", "criterion"], name="coding_once_per_criterion")]

    def __str__(self) -> str:
        return f"{self.answer} : {self.criterion}"

    @property
    def is_outdated(self) -> bool:
        """The text has changed since it was read."""
        return self.revision != self.answer.revision
