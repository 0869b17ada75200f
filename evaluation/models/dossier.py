import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone

from territories.models import Participation, Territory

# A code is part of the address of its evaluation's pages, beside these.
RESERVED_CODES = frozenset({"importer", "imports", "criteres", "nouvelle", "partage", "modele-de-diaporama"})

evaluation_code = RegexValidator(
    r"^[^\W_][\w. -]*$",
    "Un code s'écrit en lettres, chiffres, tirets et points, et commence par une lettre ou un chiffre.",
)


def validate_not_reserved(code: str) -> None:
    if code.casefold() in RESERVED_CODES:
        raise ValidationError("Ce mot est réservé : choisissez un autre code.")


class EvaluationQuerySet(models.QuerySet):
    def named(self, code: str) -> "Evaluation":
        """The evaluation of this code, in any case. Raises ``Evaluation.DoesNotExist``, with words to show."""
        # Compared here: SQLite ignores the case of plain letters only.
        wanted = code.strip().casefold()
        found = next((evaluation for evaluation in self if evaluation.code.casefold() == wanted), None)
        if found is None:
            known = ", ".join(evaluation.code for evaluation in self) or "aucune"
            raise self.model.DoesNotExist(f"Aucune évaluation n'a le code « {code} ». Évaluations connues : {known}.")
        return found

    def visible_to(self, user):
        """Staff and steering readers see all, coordinators those that examine one of their territories."""
        if user.is_staff or user.is_steering_reader:
            return self
        return self.filter(cases__participation__territory__coordinators__user=user).distinct()

    def with_counts(self):
        """Adds ``counted``: how many cases the figures count."""
        counted = Case.objects.counted().filter(evaluation=models.OuterRef("pk")).order_by().values("evaluation")
        return self.annotate(counted=Coalesce(models.Subquery(counted.annotate(n=models.Count("pk")).values("n")), 0))


class Evaluation(models.Model):
    """A dossier: the participations examined, all that was gathered about them for it, and the state of play's date."""

    code = models.CharField("code", max_length=60, validators=[evaluation_code, validate_not_reserved])
    title = models.CharField("titre", max_length=200)
    as_of = models.DateField("état des lieux au", help_text="Ce qui est daté d'après ce jour n'est pas compté.")
    active_months = models.PositiveIntegerField(
        "mois d'activité",
        default=12,
        validators=[MinValueValidator(1)],
        help_text="Une coordination est « encore active » si elle s'est réunie dans ce délai.",
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        ordering = ["-as_of", "code"]
        constraints = [
            models.UniqueConstraint(Lower("code"), name="evaluation_code_unique_any_case"),
            models.CheckConstraint(condition=Q(active_months__gte=1), name="evaluation_active_months_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluation:overview", args=[self.code])

    @property
    def as_of_ends(self) -> datetime.datetime:
        """The last moment of ``as_of``, in Paris."""
        return datetime.datetime.combine(self.as_of, datetime.time.max, timezone.get_default_timezone())


class CaseQuerySet(models.QuerySet):
    def counted(self):
        """Those that figures count: trained, and in the evaluation's scope (contract, "Figures")."""
        return self.filter(in_scope=True, participation__status=Participation.Status.TRAINED)

    def not_counted(self):
        return self.exclude(in_scope=True, participation__status=Participation.Status.TRAINED)

    def recorded(self):
        """Those about which anything was gathered or decided, or someone was asked."""
        return self.filter(
            Q(evidence__isnull=False)
            | Q(rulings__isnull=False)
            | Q(respondents__isnull=False)
            | Q(interview__isnull=False)
            | Q(invitations__isnull=False)
        ).distinct()

    def in_full(self):
        """With all that the case's pages tell of it."""
        return self.select_related("participation__session", "participation__territory", "respondents", "interview")

    def visible_to(self, user):
        if user.is_staff or user.is_steering_reader:
            return self
        return self.filter(participation__territory__in=Territory.objects.visible_to(user))


class Case(models.Model):
    """One participation as one evaluation examines it: a row of its matrix.

    ``label`` is the territory's name as the evaluation's workbook gives it.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="cases", verbose_name="évaluation")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="cases", verbose_name="participation")
    label = models.CharField("nom du territoire dans l'évaluation", max_length=200)
    in_scope = models.BooleanField("dans le périmètre", default=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "cas"
        verbose_name_plural = "cas"
        ordering = ["participation__session__number", "label"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "participation"], name="case_once_per_evaluation")]

    def __str__(self) -> str:
        return self.label


class Respondents(models.Model):
    """How many persons answered the questionnaire for a case, besides those who answered a campaign."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="respondents")
    date = models.DateField("date", null=True, blank=True)
    count = models.PositiveIntegerField("nombre de personnes")

    class Meta:
        verbose_name = "nombre de répondants"
        verbose_name_plural = "nombres de répondants"

    def __str__(self) -> str:
        return f"{self.case} : {self.count}"

    def dated_by(self, as_of: datetime.date) -> bool:
        """Whether it counts for a state of play (contract, "Verdicts")."""
        return self.date is None or self.date <= as_of


class Interview(models.Model):
    """An in-depth interview about a case, with the structures met (never persons)."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="interview")
    date = models.DateField("date", null=True, blank=True)
    structures = models.TextField("structures rencontrées", blank=True)

    class Meta:
        verbose_name = "entretien"

    def __str__(self) -> str:
        return str(self.case)


class PublishedFigure(models.Model):
    """A figure as it was published, to hold the computed one against."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="published_figures")
    code = models.CharField("chiffre", max_length=120)
    value = models.PositiveIntegerField("valeur publiée")
    reference = models.TextField("référence", blank=True)

    class Meta:
        verbose_name = "chiffre publié"
        verbose_name_plural = "chiffres publiés"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "code"], name="published_figure_once")]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"
