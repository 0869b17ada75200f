from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluation.models.criteria import Criterion
from evaluation.models.evidence import Evidence


class QuestionnaireQuerySet(models.QuerySet):
    def with_versions(self):
        """With the versions of each, the newest first, and what uses them."""
        return self.prefetch_related(models.Prefetch("versions", Version.objects.with_uses().order_by("-number")))


class Questionnaire(models.Model):
    """A questionnaire through its versions: what is asked is a version's."""

    title = models.CharField("titre", max_length=200)
    purpose = models.CharField("à quoi il sert", max_length=300, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:questionnaire", args=[self.pk])


class VersionQuerySet(models.QuerySet):
    def in_full(self):
        """With the pages, their questions and their items, in order: four queries."""
        return self.select_related("questionnaire").prefetch_related("pages__questions__items")

    def with_uses(self):
        """With their campaigns, and ``begun``: how many persons began to answer."""
        begun = models.Count("campaigns__invitations__response")
        return self.annotate(begun=begun).select_related("created_by").prefetch_related("campaigns__evaluation")


class Version(models.Model):
    """What a questionnaire asks, in the order it asks it. Once somebody answered it, it stays as it is."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("version")
    introduction = models.TextField("introduction", blank=True)
    thanks = models.TextField("remerciement", blank=True)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version du questionnaire"
        verbose_name_plural = "versions des questionnaires"
        ordering = ["questionnaire", "-number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire} (version {self.number})"

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:version", args=[self.questionnaire_id, self.number])

    @property
    def questions(self) -> list["Question"]:
        """In the order they are asked; no query after ``in_full``."""
        return [question for page in self.pages.all() for question in page.questions.all()]


class Page(models.Model):
    """Questions that are asked together."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="pages")
    title = models.CharField("titre", max_length=200)
    help = models.TextField("explication", blank=True)
    position = models.PositiveIntegerField("rang")

    class Meta:
        verbose_name = "page"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question. Its answer may say something of criteria: by itself (yes/no), by an option chosen, or row by row.

    It is asked when the question it depends on (an earlier one) has one of ``condition_values``, and always without.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "texte libre"
        NUMBER = "number", "nombre"
        DATE = "date", "date"
        YES_NO = "yes_no", "oui, non, ne sait pas"
        SINGLE = "single", "un choix"
        MULTIPLE = "multiple", "plusieurs choix"
        SCALE = "scale", "échelle"
        GRID = "grid", "grille de critères"

    WITH_ITEMS = (Kind.SINGLE, Kind.MULTIPLE, Kind.GRID)

    page = models.ForeignKey(Page, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField("rang")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    label = models.CharField("question", max_length=300)
    help = models.TextField("aide", blank=True)
    required = models.BooleanField("réponse obligatoire", default=False)
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name="critère renseigné"
    )
    minimum = models.IntegerField("de", null=True, blank=True)
    maximum = models.IntegerField("à", null=True, blank=True)
    low_label = models.CharField("sens du plus bas", max_length=80, blank=True)
    high_label = models.CharField("sens du plus haut", max_length=80, blank=True)
    condition_question = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="dependants", verbose_name="posée selon"
    )
    condition_item = models.ForeignKey(
        "Item", models.RESTRICT, null=True, blank=True, related_name="dependants", verbose_name="ligne de la grille"
    )
    condition_values = models.JSONField("si la réponse est", default=list, blank=True)
    """As texts: values of ``Evidence.Value`` for a yes/no or a grid's row, ids of items, numbers of a scale."""

    class Meta:
        verbose_name = "question"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(criterion=None) | Q(kind="yes_no"), name="question_criterion_for_yes_no_only"
            ),
            models.CheckConstraint(
                condition=~Q(kind="scale")
                | Q(minimum__isnull=False, maximum__isnull=False, maximum__gt=models.F("minimum")),
                name="question_scale_has_ends",
            ),
            models.CheckConstraint(
                condition=Q(condition_item=None) | Q(condition_question__isnull=False),
                name="question_condition_item_of_question",
            ),
            models.CheckConstraint(
                condition=Q(condition_question=None) | ~Q(condition_question=models.F("pk")),
                name="question_condition_on_another",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Item(models.Model):
    """An option of a choice, or a row of a grid. A chosen option says ``value`` of its criterion."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField("rang")
    label = models.CharField("intitulé", max_length=200)
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="critère renseigné"
    )
    value = models.CharField("ce que dit ce choix", max_length=10, choices=Evidence.Value, default=Evidence.Value.YES)

    class Meta:
        verbose_name = "choix ou ligne"
        verbose_name_plural = "choix et lignes"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
