"""What the coverage of a territory is asked for, and what of it goes into a diagnosis."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst

from actors.coverage.reading import COUNTED, Month, usual_month
from actors.models import FoodService
from alimactiv.french import dated
from coordination.coverage import Finding, open_diagnostics
from coordination.models import Diagnostic
from territories.models import Territory

MONTHS = 12
"""How many one chooses from, this one first."""


class CoverageForm(forms.Form):
    """In the address; what is not in it, or makes no sense, is as usual."""

    mois = forms.ChoiceField(label="Mois")
    pour = forms.ChoiceField(
        label="Public", required=False, choices=[("", "tout le monde"), *FoodService.Public.choices]
    )
    types = forms.MultipleChoiceField(
        label="Types d’aide comptés",
        required=False,
        choices=FoodService.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict, *, today: date):
        usual = usual_month(today)
        months = [Month.of(today.replace(day=1))]
        while len(months) < MONTHS:
            months.append(months[-1].following)
        self.months = {month.code: month for month in sorted({*months, usual}, key=lambda month: month.start)}
        super().__init__(
            {
                "mois": data.get("mois") if data.get("mois") in self.months else usual.code,
                "pour": data.get("pour") if data.get("pour") in FoodService.Public.values else "",
                "types": [kind for kind in data.getlist("types") if kind in FoodService.Kind.values] or list(COUNTED),
            }
        )
        self.fields["mois"].choices = [
            (code, capfirst(dated(month.start, "F Y"))) for code, month in self.months.items()
        ]
        self.full_clean()

    @property
    def month(self) -> Month:
        return self.months[self.cleaned_data["mois"]]

    @property
    def kinds(self) -> list[str]:
        return self.cleaned_data["types"]

    @property
    def public(self) -> str:
        return self.cleaned_data["pour"]

    @property
    def is_usual(self) -> bool:
        """Whether these are the kinds counted unless told."""
        return set(self.kinds) == set(COUNTED)

    @property
    def about(self) -> str:
        """For whom and of what, where that is not everyone and as usual."""
        public = FoodService.Public(self.public).label if self.public else ""
        kinds = "" if self.is_usual else ", ".join(FoodService.Kind(kind).label for kind in self.kinds)
        return "\N{NO-BREAK SPACE}; ".join(filter(None, (public, kinds)))

    @property
    def fields_kept(self) -> list[tuple[str, str]]:
        """What the form that saves sends again."""
        kinds = [("types", kind) for kind in self.kinds]
        return [("mois", self.month.code), ("pour", self.public), *kinds]


class SaveForm(forms.Form):
    """Which gaps go into which diagnosis."""

    constats = forms.MultipleChoiceField(
        label="Ce qui sera noté",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins un constat.",
            "invalid_choice": "L’annuaire a changé entre-temps : relisez la liste, puis enregistrez.",
        },
    )
    diagnostic = forms.ModelChoiceField(
        label="Dans",
        queryset=Diagnostic.objects.none(),
        required=False,
        empty_label="un nouveau diagnostic",
        error_messages={"invalid_choice": "Ce diagnostic n’est plus ouvert : choisissez-en un autre."},
    )

    def __init__(self, data=None, *, territory: Territory, found: list[Finding]):
        self.found = {finding.text: finding for finding in found}
        super().__init__(data, initial={"constats": list(self.found)})
        self.fields["constats"].choices = [(text, text) for text in self.found]
        open_now = open_diagnostics(territory)
        self.fields["diagnostic"].queryset = Diagnostic.objects.filter(pk__in=[one.pk for one in open_now])
        if not open_now:
            self.fields["diagnostic"].widget = forms.HiddenInput()

    @property
    def chosen(self) -> list[Finding]:
        return [self.found[text] for text in self.cleaned_data["constats"]]
