"""The forms of an entry as a whole: a new one, who reads it, where it is at work, its end."""

from django import forms
from django.utils import timezone

from actors.forms.entries import phone_field
from actors.forms.food_services import KINDS
from actors.forms.parts import ReadNumberField
from actors.locating import locate
from actors.models import Actor, FoodService, Site, Visibility
from actors.numbers import siret
from alimactiv.forms import DateInput, name_blank_choice
from territories.models import Territory

VISIBILITIES = [
    (Visibility.PUBLIC, "Tout le monde, une fois l’annuaire du territoire publié"),
    (Visibility.PROFESSIONALS, "Les professionnel·les connecté·es"),
    (Visibility.COORDINATION, "La coordination du territoire et la structure seulement"),
]


class NewEntryForm(forms.ModelForm):
    """A structure new to the directory, with its first place and first service: enough to be found and written to."""

    groups = [
        ("La structure", ["name", "kind", "siret", "phone", "email"]),
        ("Son premier lieu", ["address", "postcode", "city"]),
        ("Son premier service", ["service_kind"]),
        ("", ["visibility"]),
    ]
    siret = ReadNumberField(
        read=siret, label="SIRET", max_length=30, help_text="Si elle en a un.", widget=forms.TextInput
    )
    phone = phone_field("Téléphone", "Le numéro que l’on peut donner au public.")
    address = forms.CharField(label="Adresse", required=False, max_length=200, help_text="Numéro et voie.")
    postcode = forms.RegexField(
        r"^[0-9]{5}$",
        label="Code postal",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    city = forms.CharField(label="Commune", required=False, max_length=100)
    service_kind = forms.ChoiceField(
        label="Type d’aide",
        required=False,
        choices=[("", "aucun pour l’instant"), *KINDS],
        help_text="Vous direz ensuite pour qui, à quelles conditions et à quelles heures.",
    )
    visibility = forms.ChoiceField(label="Qui voit la fiche", choices=VISIBILITIES, widget=forms.RadioSelect)
    field_order = [name for _, names in groups for name in names]

    class Meta:
        model = Actor
        fields = ["name", "kind", "siret", "phone", "email", "visibility"]
        labels = {"name": "Nom de la structure", "kind": "Type de structure"}
        help_texts = {"email": "Celle de la structure : on y demandera de vérifier la fiche."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["kind"], "à choisir")
        self.initial["visibility"] = ""
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields, heading by heading."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        data = super().clean()
        if data.get("address") and not data.get("city"):
            self.add_error("city", "Dites dans quelle commune est cette adresse.")
        return data

    @property
    def site(self) -> Site | None:
        """The first place, unsaved, as a valid form says it."""
        data = self.cleaned_data
        if not data["city"]:
            return None
        site = Site(address=data["address"], postcode=data["postcode"], city=data["city"])
        locate(site, point_is_given=False)
        return site

    @property
    def service(self) -> FoodService | None:
        """The first service, unsaved, as a valid form says it."""
        kind = self.cleaned_data["service_kind"]
        return FoodService(kind=kind) if kind else None


class VisibilityForm(forms.Form):
    """Who reads an entry."""

    visibility = forms.ChoiceField(label="Qui voit la fiche", choices=VISIBILITIES, widget=forms.RadioSelect)


class TerritoriesForm(forms.Form):
    """On which of the territories that one keeps a structure is at work."""

    territories = forms.ModelMultipleChoiceField(
        Territory.objects.none(),
        label="La structure est à l’œuvre dans",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, mine, others: list[Territory], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["territories"].queryset = mine
        self.others = others

    def clean_territories(self):
        chosen = self.cleaned_data["territories"]
        if not chosen and not self.others:
            raise forms.ValidationError(
                "Une structure est au moins dans un territoire. Si elle a cessé son activité, notez-le plutôt."
            )
        return chosen


class EndingForm(forms.Form):
    """The day something ended."""

    on = forms.DateField(label="Depuis le", widget=DateInput, initial=timezone.localdate)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Ce jour n’est pas encore venu : notez-le une fois qu’il a eu lieu.")
        return day
