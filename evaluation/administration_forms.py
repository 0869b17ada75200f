"""Forms of the administration pages and of entry by hand."""

from collections.abc import Iterable

from django import forms

from alimactiv.forms import DateInput
from alimactiv.french import dated
from evaluation.criteria import KIND_HEADINGS, Kind
from evaluation.figures import COUNTS, DEPARTMENT, FORMULAS, is_figure_code
from evaluation.models import (
    Case,
    Criterion,
    Evaluation,
    Evidence,
    Family,
    Interview,
    PublishedFigure,
    Respondents,
)
from territories.models import TrainingSession

# These words stand after a case in the addresses of its pages, where a criterion's code may stand too.
RESERVED_CRITERION_CODES = frozenset({"entretien", "fiche", "nom", "repondants", "reponses", "retirer"})
NO_PERSONAL_DATA = (
    "N’écrivez rien ici sur une personne en particulier : ni nom, ni situation, ni santé d’une personne accueillie."
)


class EvaluationForm(forms.ModelForm):
    """Open an evaluation."""

    class Meta:
        model = Evaluation
        fields = ["code", "title", "as_of", "active_months"]
        widgets = {"as_of": DateInput}
        help_texts = {
            "code": "Il figure dans les adresses et les classeurs, et ne change plus : « session-4 », par exemple."
        }

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if Evaluation.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError("Une évaluation a déjà ce code.")
        return code


class EvaluationEditForm(forms.ModelForm):
    """Edit an evaluation, save its code."""

    class Meta:
        model = Evaluation
        fields = ["title", "as_of", "active_months"]
        widgets = {"as_of": DateInput}


class SessionsForm(forms.Form):
    """Sessions whose participations an evaluation is to examine."""

    numbers = forms.TypedMultipleChoiceField(
        label="Sessions à ajouter",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une session."},
    )

    def __init__(self, *args, sessions: Iterable[tuple[TrainingSession, int]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["numbers"].choices = [
            (session.number, f"{session} ({session.years}) : {missing} participation{'s' if missing > 1 else ''}")
            for session, missing in sessions
        ]


class ScopeForm(forms.Form):
    """Which of the cases ``shown`` are in scope: one that was added meanwhile is left as it is."""

    shown = forms.ModelMultipleChoiceField(Case.objects.none(), required=False, widget=forms.MultipleHiddenInput)
    in_scope = forms.ModelMultipleChoiceField(Case.objects.none(), required=False)

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown"].queryset = self.fields["in_scope"].queryset = evaluation.cases.all()


class LabelForm(forms.Form):
    label = forms.CharField(
        label="Nom du territoire dans cette évaluation",
        max_length=200,
        help_text="Il est le même pour toutes ses participations ; la fiche du territoire ne change pas.",
    )


class FamilyEditForm(forms.ModelForm):
    class Meta:
        model = Family
        fields = ["label", "position"]
        help_texts = {"position": "Les familles d’une même nature se suivent par rang croissant."}


class FamilyForm(FamilyEditForm):
    class Meta(FamilyEditForm.Meta):
        fields = ["kind", "code", "label", "position"]
        help_texts = FamilyEditForm.Meta.help_texts | {
            "code": "En minuscules sans accent, comme « brake.housing ». Il ne change plus."
        }


class FamilyField(forms.ModelChoiceField):
    """Families under the name of their kind."""

    def __init__(self, **kwargs):
        super().__init__(Family.objects.none(), label="Famille", **kwargs)

    def offer(self, families: Iterable[Family]) -> None:
        families = list(families)
        self.queryset = Family.objects.all()
        self.choices = [
            (KIND_HEADINGS[kind], [(family.pk, family.label) for family in families if family.kind == kind])
            for kind in Kind
        ]


class CriterionForm(forms.ModelForm):
    """Add a criterion."""

    family = FamilyField()

    class Meta:
        model = Criterion
        fields = ["family", "code", "label", "position"]
        help_texts = {
            "code": "En minuscules sans accent, comme « brake.people.housing ». Les classeurs l’emploient : il ne "
            "change plus.",
            "position": "Les critères d’une famille se suivent par rang croissant.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["family"].offer(Family.objects.all())

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code in RESERVED_CRITERION_CODES or code.startswith(DEPARTMENT) or is_figure_code(code, (), ()):
            raise forms.ValidationError("Ce code désigne déjà autre chose : choisissez-en un autre.")
        return code


class CriterionEditForm(CriterionForm):
    class Meta(CriterionForm.Meta):
        fields = ["family", "label", "position"]


class ShippedCriterionForm(forms.ModelForm):
    """A criterion that ships with the product stays in its family."""

    class Meta(CriterionForm.Meta):
        fields = ["label", "position"]


class EvidenceForm(forms.ModelForm):
    """A statement entered by hand. Questionnaires and the logbook give theirs by themselves."""

    reference = forms.CharField(
        label="Référence",
        max_length=500,
        help_text="Où le retrouver : titre et page du document, date et structure de l’entretien.",
    )

    class Meta:
        model = Evidence
        fields = ["value", "source", "reference", "date", "quote"]
        widgets = {"value": forms.RadioSelect, "date": DateInput, "quote": forms.Textarea(attrs={"rows": 4})}
        labels = {"value": "Ce que dit la source", "quote": "Citation ou résumé"}
        help_texts = {"quote": NO_PERSONAL_DATA}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        by_hand = [Evidence.Source.INTERVIEW, Evidence.Source.DOCUMENT, self.instance.source]
        self.fields["value"].choices = Evidence.Value.choices
        self.fields["source"].choices = [
            ("", "Choisir…"),
            *(choice for choice in Evidence.Source.choices if choice[0] in by_hand),
        ]
        as_of = self.instance.case.evaluation.as_of
        self.fields["date"].help_text = f"Après le {dated(as_of)}, le constat est gardé mais n’est pas compté."

    def clean(self) -> None:
        super().clean()
        same = Evidence.objects.filter(
            case=self.instance.case,
            criterion=self.instance.criterion_id,
            source=self.cleaned_data.get("source"),
            reference=self.cleaned_data.get("reference"),
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("reference", "Un constat de cette source a déjà cette référence pour ce critère.")


class InterviewForm(forms.ModelForm):
    class Meta:
        model = Interview
        fields = ["date", "structures"]
        widgets = {"date": DateInput, "structures": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"structures": "Des organisations seulement (CCAS, association…), jamais le nom d’une personne."}

    def clean(self):
        super().clean()
        if not (self.cleaned_data.get("date") or self.cleaned_data.get("structures") or self.errors):
            self.add_error("structures", "Dites au moins qui a été rencontré, ou quand.")


class RespondentsForm(forms.ModelForm):
    class Meta:
        model = Respondents
        fields = ["count", "date"]
        widgets = {"date": DateInput}
        help_texts = {
            "count": "Qui ont répondu au questionnaire pour ce territoire, hors des campagnes de ce site, dont les "
            "réponses se comptent d’elles-mêmes. 0 : personne n’a répondu."
        }


class PublishedFigureForm(forms.ModelForm):
    """A figure as a report gives it."""

    code = forms.ChoiceField(label="Chiffre")

    class Meta:
        model = PublishedFigure
        fields = ["code", "value", "reference"]
        widgets = {"reference": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"reference": "Où ce chiffre est publié : document, page."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "Choisir…"), *figure_choices(self.instance.evaluation)]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        same = PublishedFigure.objects.filter(evaluation=self.instance.evaluation, code=code)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Ce chiffre a déjà une valeur publiée : modifiez-la plutôt.")
        return code


def figure_choices(evaluation: Evaluation) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every figure that can be published for an evaluation, by code and label, grouped."""
    departments = set(evaluation.cases.values_list("participation__territory__department", flat=True).order_by())
    departments |= {
        code.removeprefix(DEPARTMENT)
        for code in evaluation.published_figures.values_list("code", flat=True)
        if code.startswith(DEPARTMENT)
    }
    criteria = list(Criterion.objects.in_order())
    return [
        ("Ensemble", [(code, figure.label) for code, figure in (COUNTS | FORMULAS).items()]),
        *(
            (
                KIND_HEADINGS[kind],
                [(criterion.code, criterion.label) for criterion in criteria if criterion.family.kind == kind],
            )
            for kind in Kind
        ),
        (
            "Territoires formés par département",
            [(DEPARTMENT + d, f"Département {d}") for d in sorted(departments) if d],
        ),
    ]
