"""The forms of an entry: what the structure is, how to reach it, its places, what it can lend and lacks."""

from django import forms

from actors.forms.parts import PartForm, ReadNumberField, YesNoField
from actors.locating import locate
from actors.models import Actor, Section, Site, Stop, Supply, SupplyLine
from actors.numbers import siret, telephone
from alimactiv.forms import DateInput, name_blank_choice


def phone_field(label: str, help_text: str = "") -> ReadNumberField:
    return ReadNumberField(
        read=telephone,
        label=label,
        help_text=help_text,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )


class IdentityForm(PartForm):
    """What the structure is."""

    section, noun = Section.CONTACT, "présentation"
    siret = ReadNumberField(
        read=siret,
        label="SIRET",
        max_length=30,
        help_text="Quatorze chiffres, avec ou sans espaces. Beaucoup de structures n’en ont pas : laissez alors vide.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    class Meta:
        model = Actor
        fields = ["name", "kind", "description", "network", "siret", "accreditation"]
        labels = {"name": "Nom de la structure", "kind": "Type de structure"}
        help_texts = {
            "description": "Deux ou trois phrases. Rien sur des personnes accueillies : ni nom, ni situation.",
            "network": "Si la structure fait partie d’un réseau national ou régional.",
            "accreditation": "Lue par les professionnel·les seulement. Elle n’est pas nécessaire pour donner une aide.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["kind"], "à choisir")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class ContactForm(PartForm):
    """How to reach the structure, and whom."""

    section, noun = Section.CONTACT, "contacts"
    groups = [
        ("Pour joindre la structure", ["phone", "email", "website"]),
        (
            "Personne à joindre",
            ["contact_name", "contact_role", "contact_phone", "contact_email", "contact_visibility"],
        ),
    ]
    phone = phone_field("Téléphone", "Le numéro que l’on peut donner au public.")
    email = forms.EmailField(
        label="Adresse de courriel", required=False, help_text="Celle de la structure, pas celle d’une personne."
    )
    website = forms.URLField(label="Site web", required=False, assume_scheme="https", max_length=200)
    contact_phone = phone_field("Son téléphone")
    contact_email = forms.EmailField(label="Son adresse de courriel", required=False)

    class Meta:
        model = Actor
        fields = [
            "phone",
            "email",
            "website",
            "contact_name",
            "contact_role",
            "contact_phone",
            "contact_email",
            "contact_visibility",
        ]
        labels = {
            "contact_name": "Nom",
            "contact_role": "Sa fonction",
            "contact_visibility": "Qui voit cette personne",
        }
        help_texts = {
            "contact_visibility": "Ne la montrez plus largement qu’avec son accord.",
        }
        widgets = {"contact_visibility": forms.RadioSelect}


class PlaceForm(PartForm):
    """An address. Its commune's code and its point on the map are looked for when it changes."""

    postcode = forms.CharField(
        label="Code postal",
        required=False,
        max_length=5,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    latitude = forms.FloatField(
        label="Latitude",
        required=False,
        localize=True,
        help_text="Le point est cherché d’après l’adresse : ne le changez que s’il est mal placé.",
    )
    longitude = forms.FloatField(label="Longitude", required=False, localize=True)

    def clean_postcode(self) -> str:
        postcode = self.cleaned_data["postcode"].replace(" ", "")
        if postcode and not (postcode.isascii() and postcode.isdecimal() and len(postcode) == 5):
            raise forms.ValidationError("Un code postal a cinq chiffres.")
        return postcode

    def clean(self):
        data = super().clean()
        if "latitude" in data and "longitude" in data:
            if (data["latitude"] is None) != (data["longitude"] is None):
                missing = "latitude" if data["latitude"] is None else "longitude"
                self.add_error(missing, "Donnez la latitude et la longitude, ou aucune des deux.")
            for name, limit in (("latitude", 90), ("longitude", 180)):
                if data.get(name) is not None and not -limit <= data[name] <= limit:
                    self.add_error(name, f"Entre −{limit} et {limit} degrés.")
        return data

    def _post_clean(self):
        super()._post_clean()
        changed = set(self.changed_data)
        if not self.errors and changed & {"address", "postcode", "city"}:
            locate(self.instance, point_is_given=bool(changed & {"latitude", "longitude"}))

    @property
    def columns(self) -> list[str]:
        return [*super().columns, "insee_code"]


PLACE = ["name", "address", "address_extra", "postcode", "city", "quarter"]
POINT = ["latitude", "longitude"]
PLACE_LABELS = {"name": "Nom du lieu", "address_extra": "Complément d’adresse"}
PLACE_HELP = {"name": "S’il en a un, comme « Maison de quartier ». Sinon, laissez vide."}


class SiteForm(PlaceForm):
    """A place of the structure."""

    section, noun = Section.PLACES, "lieu"
    groups = [
        ("Adresse", PLACE),
        ("Pour venir", ["access_note", "is_step_free"]),
        ("Sur la carte", POINT),
    ]
    is_step_free = YesNoField(label="Accessible en fauteuil roulant")

    class Meta:
        model = Site
        fields = [*PLACE, "access_note", "is_step_free", *POINT]
        labels = PLACE_LABELS | {"access_note": "Comment venir"}
        help_texts = PLACE_HELP

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data[name] for name in ("name", "address", "city")):
            self.add_error("address", "Donnez une adresse, une commune, ou au moins le nom du lieu.")
        return data


class StopForm(PlaceForm):
    """Where an itinerant service stops."""

    section, noun = Section.PLACES, "arrêt"
    groups = [("Où s’arrête le service", ["service", *PLACE]), ("Sur la carte", POINT)]

    class Meta:
        model = Stop
        fields = ["service", *PLACE, *POINT]
        labels = PLACE_LABELS | {"name": "Nom de l’arrêt", "service": "Service itinérant"}
        help_texts = {"name": "Comme on le dit : « devant la gare », « place du marché »."}

    def __init__(self, *args, instance: Stop, actor: Actor, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        itinerant = actor.services.filter(is_itinerant=True)
        self.fields["service"].queryset = itinerant
        self.fields["service"].empty_label = "à choisir"
        if instance.pk:
            del self.fields["service"]
            self.remember()

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data[name] for name in ("name", "address")):
            self.add_error("name", "Dites où est cet arrêt : son nom ou son adresse.")
        return data


class SupplyForm(PartForm):
    """What the structure has to store and carry with."""

    section, noun = Section.SUPPLY, "logistique"
    has_cold_room = YesNoField(label="Chambre froide")
    has_freezer = YesNoField(label="Congélateur")

    class Meta:
        model = Supply
        fields = ["storage_area", "has_cold_room", "has_freezer", "vehicles", "refrigerated_vehicles", "shares"]
        labels = {
            "storage_area": "Surface de stockage, en m²",
            "vehicles": "Nombre de véhicules",
            "refrigerated_vehicles": "Dont frigorifiques",
        }
        help_texts = {"shares": "Une camionnette le jeudi, une salle, un chariot…"}

    def clean(self):
        data = super().clean()
        if "vehicles" in data and (data.get("refrigerated_vehicles") or 0) > (data["vehicles"] or 0):
            self.add_error("refrigerated_vehicles", "Il ne peut pas y en avoir plus que de véhicules en tout.")
        if data.get("refrigerated_vehicles") == 0 and data.get("vehicles") is None:
            data["refrigerated_vehicles"] = None
        return data


class SupplyLineForm(PartForm):
    """Something that the structure lacks, or has too much of."""

    section, noun = Section.SUPPLY, "besoin ou surplus"

    class Meta:
        model = SupplyLine
        fields = ["direction", "product", "text", "until"]
        labels = {"direction": "Il s’agit", "until": "Jusqu’au"}
        help_texts = {
            "text": "Quoi, combien, à quel rythme. Rien sur des personnes accueillies.",
            "until": "Laissez vide si cela dure.",
        }
        widgets = {"until": DateInput, "direction": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = [
            (SupplyLine.Direction.NEED, "d’un besoin : la structure en manque"),
            (SupplyLine.Direction.SURPLUS, "d’un surplus : la structure en a trop"),
        ]
        name_blank_choice(self.fields["product"], "un autre produit, dit ci-dessous")

    def clean(self):
        data = super().clean()
        if not self.errors and not data["product"] and not data["text"]:
            self.add_error("product", "Choisissez un produit, ou dites lequel en dessous.")
        return data
