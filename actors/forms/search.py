"""The search of the directory as people fill it in; its names are those that the address keeps."""

from django import forms

from actors import whereabouts
from actors.distance import Point
from actors.models import FoodService
from actors.search import DEFAULT_RADIUS, RADII, Day, Search
from alimactiv.forms import TimeInput
from alimactiv.french import clock
from territories.models import Territory

AROUND_ME = "Autour de moi"
FOLDED = ("rayon", "type", "public", "jour", "heure", "sans_papiers")
LABELS = {Day.TODAY: "aujourd’hui"}


class SearchForm(forms.Form):
    """Once it is valid, ``search`` is what it asks for."""

    q = forms.CharField(label="Quoi\u00a0: colis, repas, une association…", max_length=100, required=False)
    ou = forms.CharField(label="Où\u00a0: commune, code postal ou adresse", max_length=200, required=False)
    rayon = forms.TypedChoiceField(
        label="Jusqu’à",
        coerce=int,
        empty_value=DEFAULT_RADIUS,
        initial=DEFAULT_RADIUS,
        choices=[(radius, f"{radius}\u00a0km") for radius in RADII],
        required=False,
    )
    ouvert = forms.BooleanField(label="Ouvert maintenant", required=False)
    gratuit = forms.BooleanField(label="Gratuit", required=False)
    sans_papiers = forms.BooleanField(label="Sans papiers à montrer", required=False)
    type = forms.ChoiceField(label="Type d’aide", required=False, choices=[("", "tous"), *FoodService.Kind.choices])
    public = forms.ChoiceField(
        label="Pour qui", required=False, choices=[("", "tout le monde"), *FoodService.Public.choices]
    )
    jour = forms.ChoiceField(
        label="Jour",
        required=False,
        choices=[("", "n’importe lequel"), *((day.value, LABELS.get(day, day.value)) for day in Day)],
    )
    heure = forms.TimeField(label="Heure", required=False, widget=TimeInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def __init__(self, data, *, territory: Territory | None = None):
        data = data.copy()
        data["rayon"] = data.get("rayon") or str(DEFAULT_RADIUS)  # what the list of choices shows
        super().__init__(data, auto_id="%s", use_required_attribute=False)
        self.territory = territory
        self.place: whereabouts.Whereabouts | None = None

    def clean(self):
        data = super().clean()
        written = data.get("ou", "")
        point = (data.get("lat"), data.get("lon"))
        if None not in point and written in ("", AROUND_ME):
            self.place = whereabouts.here(Point(*point))
        elif written == AROUND_ME:
            self.add_error("ou", "Votre position n’est pas connue\u00a0: écrivez le nom de votre commune.")
        elif written:
            self.place = whereabouts.find(written)
            if self.place is None:
                instead = "le nom de la commune" if written.isdigit() else "le nom de la commune, ou son code postal"
                self.add_error("ou", f"Nous ne trouvons pas «\u00a0{written}\u00a0». Essayez {instead}.")
        return data

    @property
    def is_asking(self) -> bool:
        """Whether anything is asked for, beyond how far."""
        return any(self.data.get(name) for name in self.fields if name != "rayon")

    @property
    def narrowed(self) -> list[str]:
        """What the folded questions ask, in words; none if they ask nothing."""
        data = self.cleaned_data
        said = (
            [f"{data['rayon']}\u00a0km"] if self.place and data.get("rayon", DEFAULT_RADIUS) != DEFAULT_RADIUS else []
        )
        said += [dict(self.fields[name].choices)[data[name]] for name in ("type", "public", "jour") if data.get(name)]
        said += [clock(data["heure"])] if data.get("heure") else []
        return [*said, *(["sans papiers"] if data.get("sans_papiers") else [])]

    @property
    def has_folded_errors(self) -> bool:
        return any(name in self.errors for name in FOLDED)

    @property
    def search(self) -> Search:
        data = self.cleaned_data
        return Search(
            text=data["q"],
            place=self.place,
            radius=data["rayon"],
            kind=data["type"],
            public=data["public"],
            is_free=data["gratuit"],
            without_papers=data["sans_papiers"],
            day=Day(data["jour"]) if data["jour"] else None,
            hour=data["heure"],
            is_open_now=data["ouvert"],
            territory=self.territory,
        )
