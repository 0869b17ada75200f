import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.criteria import NOTHING
from evaluation.models.criteria import Criterion
from evaluation.models.dossier import Case


class EvidenceQuerySet(models.QuerySet):
    def dated_by(self, as_of: datetime.date):
        """Those that count for a state of play: undated, or dated on or before it (contract, "Verdicts")."""
        return self.filter(Q(date=None) | Q(date__lte=as_of))


class Evidence(models.Model):
    """A statement kept for an evaluation: for this case, this criterion holds, does not hold, or is unknown.

    Evidence from the logbook and from answered questionnaires is derived when read and never stored here.
    """

    class Value(models.TextChoices):
        YES = "yes", "oui"
        NO = "no", "non"
        UNKNOWN = "unknown", "inconnu"

    class Source(models.TextChoices):
        """What said it, from the weakest grade to the strongest (docs/evaluation.md, "Judging an evaluation")."""

        QUESTIONNAIRE = "questionnaire", "questionnaire"
        INTERVIEW = "interview", "entretien"
        DOCUMENT = "document", "document"
        LOGBOOK = "logbook", "journal"

    GRADES = {
        Source.QUESTIONNAIRE: "déclaré",
        Source.INTERVIEW: "recueilli en entretien",
        Source.DOCUMENT: "documenté",
        Source.LOGBOOK: "consigné",
    }

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence", verbose_name="cas")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="evidence", verbose_name="critère")
    value = models.CharField("valeur", max_length=10, choices=Value)
    source = models.CharField("source", max_length=15, choices=Source)
    reference = models.TextField("référence", blank=True)
    date = models.DateField("date", null=True, blank=True)
    quote = models.TextField("citation", blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "constat"
        ordering = ["-date", "source", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["case", "criterion", "source", "reference"], name="evidence_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.case} – {self.criterion_id} : {self.get_value_display()}"

    @property
    def grade(self) -> str:
        return self.GRADES[self.source]

    @property
    def rank(self) -> int:
        """From 1, the weakest grade, to 4."""
        return list(self.GRADES).index(self.source) + 1


class RulingQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(ended_at=None)


class Ruling(models.Model):
    """A human decision on a cell. Never overwritten: a later one supersedes it, or it is withdrawn."""

    class Value(models.TextChoices):
        YES = "yes", "oui"
        NO = "no", "non"

    case = models.ForeignKey(Case, models.CASCADE, related_name="rulings", verbose_name="cas")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="rulings", verbose_name="critère")
    value = models.CharField("décision", max_length=3, choices=Value)
    reason = models.TextField("motif")
    date = models.DateField("date de la décision", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="rulings", verbose_name="par"
    )
    made_at = models.DateTimeField("enregistré le", auto_now_add=True)
    ended_at = models.DateTimeField("remplacé ou retiré le", null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    superseded_by = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="supersedes")
    restores = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text="La décision que le retrait d'une autre a remise en vigueur.",
    )

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = "arbitrage"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "criterion"], condition=Q(ended_at=None), name="ruling_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(criterion=NOTHING), name="ruling_never_on_nothing"),
            models.CheckConstraint(condition=~Q(reason=""), name="ruling_has_reason"),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(ended_at__isnull=False), name="ruling_superseded_is_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} – {self.criterion_id} : {self.get_value_display()}"

    @property
    def would_restore(self) -> "Ruling | None":
        """The decision that withdrawing this one puts back in force: the one it superseded, if any."""
        first = self
        while first.restores:
            first = first.restores
        return getattr(first, "supersedes", None)
