from datetime import date

from django import forms
from django.contrib.auth import get_user_model
from django.urls import reverse_lazy

from alimactiv.forms import DateInput
from alimactiv.french import dated
from territories.models import Participation, Territory, TrainingSession

CHOICES_SHOWN = 20
"""How many territories a search shows at most: past that, one types more."""


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Nom ou code",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class TerritoryField(forms.ModelChoiceField):
    """Any territory, among those that a search shows."""

    def __init__(self, **kwargs):
        super().__init__(Territory.objects.all(), empty_label=None, widget=forms.RadioSelect, **kwargs)

    def offer(self, territories: list[Territory]) -> None:
        self.widget.choices = [(territory.pk, self.label_from_instance(territory)) for territory in territories]

    def label_from_instance(self, territory: Territory) -> str:
        where = f", {territory.department}" if territory.department else ""
        ended = f", jusqu’au {dated(territory.valid_to)}" if territory.is_over else ""
        return f"{territory.name} – {territory.get_kind_display()}{where}, code {territory.code}{ended}"


class TerritoryChoiceForm(forms.Form):
    """Search for a territory in ``q``, then tick it: with htmx as one types, otherwise by the button « Chercher ».

    That button posts the form with ``search`` in it: show the form again with ``initial=request.POST``.
    """

    q = forms.CharField(
        label="Chercher un territoire",
        required=False,
        max_length=100,
        help_text="Le début de son nom, ou son code INSEE ou SIREN.",
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "hx-get": reverse_lazy("territories:territory_search"),
                "hx-trigger": "input changed delay:250ms, search",
                "hx-target": "#territory-choices",
            }
        ),
    )
    territory = TerritoryField(
        label="Territoire", error_messages={"required": "Cherchez un territoire, puis choisissez-le dans la liste."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text, chosen = str(self["q"].value() or ""), str(self["territory"].value() or "")
        found = list(Territory.objects.search(text)[:CHOICES_SHOWN])
        if chosen.isdecimal() and all(str(territory.pk) != chosen for territory in found):
            found = [*Territory.objects.filter(pk=chosen), *found]
        self.fields["territory"].offer(found)
        self.has_choices = bool(found)
        self.has_all_choices = len(found) < CHOICES_SHOWN


class MergeForm(TerritoryChoiceForm):
    """Into what a territory was merged, and when it ended."""

    valid_to = forms.DateField(label="Dernier jour d’existence", widget=DateInput)

    def __init__(self, *args, merged: Territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.merged = merged

    def clean_territory(self) -> Territory:
        into = self.cleaned_data["territory"]
        seen = into
        while seen is not None:
            if seen == self.merged:
                raise forms.ValidationError("Un territoire ne peut pas être réuni à lui-même.")
            seen = seen.merged_into
        return into

    def clean_valid_to(self) -> date:
        last_day = self.cleaned_data["valid_to"]
        if self.merged.valid_from and last_day < self.merged.valid_from:
            raise forms.ValidationError(f"Ce territoire existe depuis le {dated(self.merged.valid_from)}.")
        return last_day


class TerritoryForm(forms.ModelForm):
    """A territory's identity; of an official one, only what the official geography does not say."""

    department = forms.ChoiceField(label="Département", required=False)
    latitude = forms.FloatField(
        label="Latitude",
        required=False,
        min_value=-90,
        max_value=90,
        localize=True,
        help_text="En degrés, par exemple 48,9362 et 2,3574. Elles placent un point sur la carte : le centre suffit.",
    )
    longitude = forms.FloatField(label="Longitude", required=False, min_value=-180, max_value=180, localize=True)

    class Meta:
        model = Territory
        fields = ["name", "kind", "code", "department", "population", "latitude", "longitude", "valid_from", "valid_to"]
        widgets = {"valid_from": DateInput, "valid_to": DateInput}
        labels = {"valid_to": "A existé jusqu’au"}
        help_texts = {
            "valid_from": "À remplir si sa création compte pour vous, par exemple après une fusion.",
            "valid_to": "À remplir s’il n’existe plus.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", "aucun"), *Territory.objects.department_choices()]
        if self.instance.is_official:
            for name in ("name", "kind", "code", "population"):
                del self.fields[name]

    def clean(self):
        data = super().clean()
        for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if not self.errors and data.get(one) is None and data.get(other) is not None:
                self.add_error(one, "Donnez la latitude et la longitude, ou aucune des deux.")
        if data.get("valid_from") and data.get("valid_to") and data["valid_from"] > data["valid_to"]:
            self.add_error("valid_to", "Ce jour précède celui de sa création.")
        if "valid_to" in data and data["valid_to"] is None and self.instance.merged_into_id:
            self.add_error("valid_to", "Ce territoire a été réuni à un autre : il lui faut un dernier jour.")
        if not data.get("department") and self.instance.pk and self.instance.participations.exists():
            self.add_error("department", "Ce territoire prend part à une session : il lui faut un département.")
        same = Territory.objects.filter(kind=data.get("kind"), code=data.get("code")).exclude(pk=self.instance.pk)
        if found := same.first():
            self.add_error("code", f"« {found.name} », du même type, a déjà ce code.")
        return data


class CoordinatorForm(forms.Form):
    email = forms.EmailField(
        label="Adresse de courriel",
        help_text="Si cette adresse n’a pas encore de compte, il sera ouvert.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label="Nom affiché",
        required=False,
        max_length=120,
        help_text="Pour un nouveau compte seulement.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    notify = forms.BooleanField(
        label="Prévenir par courriel à l’ouverture du compte",
        help_text="Un court message explique comment se connecter.",
        required=False,
        initial=True,
    )

    def __init__(self, *args, territory: Territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.territory = territory

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if self.territory.coordinators.filter(user__email=email).exists():
            raise forms.ValidationError("Cette personne coordonne déjà ce territoire.")
        if get_user_model().objects.filter(email=email, is_active=False).exists():
            raise forms.ValidationError("Ce compte est désactivé : réactivez-le d’abord, sur la page « Personnes ».")
        return email


class SessionForm(forms.ModelForm):
    class Meta:
        model = TrainingSession
        fields = ["number", "region", "start_year", "end_year", "status"]
        error_messages = {"number": {"unique": "Une session porte déjà ce numéro."}}

    def clean(self):
        data = super().clean()
        for name in ("start_year", "end_year"):
            if data.get(name) and not 2000 <= data[name] <= 2100:
                self.add_error(name, "Écrivez l’année en quatre chiffres, par exemple 2024.")
        if data.get("start_year") and data.get("end_year") and data["start_year"] > data["end_year"]:
            self.add_error("end_year", "La session ne peut pas finir avant d’avoir commencé.")
        return data


class ParticipationForm(forms.ModelForm):
    class Meta:
        model = Participation
        fields = ["status", "comment"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 3})}


class NewParticipationForm(TerritoryChoiceForm, ParticipationForm):
    """A territory's part in ``session``, chosen by a search."""

    class Meta(ParticipationForm.Meta):
        fields = ["territory", "status", "comment"]

    def __init__(self, *args, session: TrainingSession, **kwargs):
        super().__init__(*args, instance=Participation(session=session), **kwargs)

    def clean_territory(self) -> Territory:
        territory = self.cleaned_data["territory"]
        if not territory.department:  # a région, say: no workbook can carry it, no figure count it
            raise forms.ValidationError(f"{territory} n’est d’aucun département : l’évaluation ne saurait le compter.")
        if self.instance.session.participations.filter(territory=territory).exists():
            raise forms.ValidationError(f"{territory} prend déjà part à cette session.")
        return territory
