from django.core.validators import RegexValidator
from django.db import models

from evaluation.criteria import KIND_LABELS, Kind

code_validator = RegexValidator(
    r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$",
    "Un code s'écrit en minuscules sans accent, chiffres et « _ », ses parties séparées par des points.",
)


class Family(models.Model):
    """A group of criteria of one kind, as the report groups them (part III)."""

    code = models.CharField("code", max_length=60, primary_key=True, validators=[code_validator])
    kind = models.CharField("nature", max_length=10, choices=list(KIND_LABELS.items()))
    label = models.CharField("intitulé", max_length=200)
    position = models.PositiveIntegerField("rang", default=100)

    class Meta:
        verbose_name = "famille"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label


class CriterionQuerySet(models.QuerySet):
    def in_order(self):
        """Activities, brakes, success conditions, outcomes; then by family and rank."""
        kind_rank = models.Case(
            *(models.When(family__kind=kind, then=rank) for rank, kind in enumerate(Kind)),
            output_field=models.IntegerField(),
        )
        return self.select_related("family").order_by(kind_rank, "family__position", "family_id", "position", "code")


class Criterion(models.Model):
    """One thing an evaluation asks of a participation. The codes that ship are in ``evaluation/criteria.py``."""

    code = models.CharField("code", max_length=100, primary_key=True, validators=[code_validator])
    family = models.ForeignKey(Family, models.PROTECT, related_name="criteria", verbose_name="famille")
    label = models.CharField("intitulé", max_length=200)
    position = models.PositiveIntegerField("rang", default=100)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ["family__position", "position", "code"]

    def __str__(self) -> str:
        return self.label
