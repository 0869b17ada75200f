from collections.abc import Iterable

from django import forms
from django.db.models import QuerySet

from evaluation.criteria import KIND_HEADINGS, Kind
from evaluation.models import Case, Criterion, Evidence, Ruling
from evaluation.verbatims import STATES, Wanted


class RulingForm(forms.Form):
    """A decision on a cell."""

    value = forms.ChoiceField(
        label="Décision",
        choices=Ruling.Value.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez oui ou non."},
    )
    reason = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": "Écrivez ce qui vous fait trancher."},
        help_text="Ce qui vous fait trancher. Il reste dans l’historique. Aucune donnée sur des personnes accueillies.",
    )


class CriterionField(forms.ModelChoiceField):
    """Criteria under the name of their kind."""

    def __init__(self, **kwargs):
        super().__init__(Criterion.objects.none(), **kwargs)

    def offer(self, criteria: Iterable[Criterion]) -> None:
        criteria = list(criteria)
        self.queryset = Criterion.objects.all()
        groups = [(KIND_HEADINGS[kind], [c for c in criteria if c.family.kind == kind]) for kind in Kind]
        offered = [(heading, [(c.pk, c.label) for c in found]) for heading, found in groups if found]
        self.choices = [("", self.empty_label), *offered]


class CodingForm(forms.Form):
    """What a free text says of a criterion. ``revision`` is the text's that was read."""

    criterion = CriterionField(
        label="Critère",
        empty_label="Choisir…",
        error_messages={"required": "Choisissez le critère dont parle ce texte."},
    )
    value = forms.ChoiceField(
        label="Ce que dit le texte",
        choices=Evidence.Value.choices,
        initial=Evidence.Value.YES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez oui, non ou inconnu."},
    )
    excerpt = forms.CharField(
        label="Extrait",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        help_text="Les mots qui le disent, copiés du texte. Vide : tout le texte.",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, criteria: Iterable[Criterion], only: Criterion | None = None, **kwargs):
        """With ``only``, what is said of that criterion is corrected."""
        super().__init__(data, **kwargs)
        self.fields["criterion"].offer(criteria)
        if only:
            self.fields["criterion"].disabled = True
            self.initial["criterion"] = only.pk


class VerbatimForm(forms.Form):
    """What to look for among verbatims; an address that asks for what is not offered looks for less."""

    territoire = forms.ModelChoiceField(Case.objects.none(), required=False, label="Territoire", empty_label="tous")
    critere = CriterionField(required=False, label="Critère", empty_label="tous")
    question = forms.ChoiceField(required=False, label="Question")
    etat = forms.ChoiceField(
        required=False, label="Codage", choices=[("", "tous"), *((code, word) for code, word in STATES.items())]
    )
    mots = forms.CharField(required=False, label="Mots", max_length=100)

    def __init__(self, data, *, cases: QuerySet[Case], criteria: Iterable[Criterion], questions: Iterable[str]):
        super().__init__(data)
        self.fields["territoire"].queryset = cases
        self.fields["critere"].offer(criteria)
        self.fields["question"].choices = [("", "toutes"), *((label, label) for label in questions)]

    @property
    def wanted(self) -> Wanted:
        self.is_valid()
        found = self.cleaned_data
        return Wanted(
            case=found.get("territoire"),
            criterion=found.get("critere"),
            question=found.get("question", ""),
            state=found.get("etat", ""),
            words=found.get("mots", ""),
        )
