"""What one asks of a territory's week: its names are those that the address keeps."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from actors.models import Actor, FoodService
from actors.week.languages import FRENCH, LANGUAGES
from actors.week.rendering import FORMAT_NAMES, Format
from actors.week.schedule import LENGTH, Selection, shown
from alimactiv.forms import DateInput
from territories.models import Territory

LONGEST = timedelta(weeks=26)
FARTHEST = timedelta(days=730)


class WeekForm(forms.Form):
    """Once it is valid: ``start`` and ``end``, both included, ``selection`` and ``language``."""

    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="Au", required=False, widget=DateInput)
    type = forms.MultipleChoiceField(
        label="Types d’aide",
        required=False,
        choices=FoodService.Kind,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché\u00a0: tous ceux où l’on se rend.",
    )
    public = forms.MultipleChoiceField(
        label="Pour qui",
        required=False,
        choices=FoodService.Public,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché\u00a0: tout le monde.",
    )
    langue = forms.ChoiceField(
        label="Langue", required=False, choices=[(one.code, one.name) for one in LANGUAGES.values()]
    )

    fiche = forms.ModelMultipleChoiceField(
        label="Fiches",
        queryset=Actor.objects.none(),
        required=False,
        widget=forms.MultipleHiddenInput,
        help_text="Rien de coché\u00a0: toutes celles qui sont pour tout le monde.",
    )

    def __init__(self, data, *, territory: Territory, first_day: date):
        super().__init__(data, use_required_attribute=False)
        if "fiche" in self.data:
            self.fields["fiche"].queryset = _choosable(territory)
        self.start, self.end = first_day, first_day + LENGTH
        self.selection, self.language = Selection(), FRENCH

    def clean_du(self) -> date | None:
        return self._near("du")

    def clean_au(self) -> date | None:
        return self._near("au")

    def _near(self, name: str) -> date | None:
        day = self.cleaned_data[name]
        if day and abs(day - timezone.localdate()) > FARTHEST:
            raise forms.ValidationError("Choisissez une date à moins de deux ans d’ici.")
        return day

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        start = data["du"] or min(self.start, data["au"] or self.start)
        end = data["au"] or start + LENGTH
        if end < start:
            self.add_error("au", "La fin est avant le début.")
        elif end - start > LONGEST:
            self.add_error("au", "Choisissez au plus six mois\u00a0: les horaires changent d’ici là.")
        else:
            self.start, self.end = start, end
            entries = tuple(actor.pk for actor in data["fiche"])
            self.selection = Selection(entries=entries, kinds=tuple(data["type"]), publics=tuple(data["public"]))
            self.language = data["langue"] or FRENCH
        return data


def _choosable(territory: Territory):
    return shown(territory).filter(services__isnull=False).distinct().order_by("name", "pk")


class PrepareForm(WeekForm):
    """The same for the coordination, who also chooses entries, and the ``format`` of the document to look at."""

    format = forms.ChoiceField(
        label="Format",
        required=False,
        choices=[
            (Format.A4, "A4, à afficher"),
            (Format.A3, "A3, à afficher"),
            (Format.LARGE, "A4 en gros caractères, à donner"),
        ],
    )
    field_order = ("du", "au", "type", "public", "fiche", "langue", "format")

    def __init__(self, data, *, territory: Territory, first_day: date):
        super().__init__(data, territory=territory, first_day=first_day)
        self.fields["fiche"].queryset = _choosable(territory)
        self.fields["fiche"].widget = forms.CheckboxSelectMultiple(choices=self.fields["fiche"].choices)


class EditionForm(forms.Form):
    contact = forms.CharField(
        label="Qui appeler",
        required=False,
        max_length=200,
        help_text="Imprimé en bas\u00a0: le numéro ou l’adresse d’un accueil, et non ceux d’une personne.",
    )


class DocumentForm(forms.Form):
    """How to print an edition: what is missing or unknown is as usual."""

    format = forms.ChoiceField(required=False, choices=list(FORMAT_NAMES.items()))
    langue = forms.ChoiceField(required=False, choices=[(code, code) for code in LANGUAGES])
    changements = forms.BooleanField(required=False)
