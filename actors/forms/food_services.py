"""The form of a food service: what help, for whom, on what conditions."""

from django import forms
from django.utils.text import capfirst

from actors.forms.parts import PartForm
from actors.models import FoodService, Section


class FoodServiceForm(PartForm):
    """A help that the structure offers, at one of its places or at stops."""

    section, noun = Section.SERVICES, "service"
    groups = [
        ("L’aide", ["kind", "name", "description"]),
        ("Où", ["site", "is_itinerant"]),
        ("Pour qui", ["publics", "publics_note"]),
        ("À quelles conditions", ["fee", "fee_note", "papers", "referral", "registration", "conditions"]),
        ("Sur place", ["choice", "products", "languages", "capacity", "capacity_unit"]),
        ("", ["visibility"]),
    ]

    class Meta:
        model = FoodService
        fields = [
            "kind",
            "name",
            "description",
            "site",
            "is_itinerant",
            "publics",
            "publics_note",
            "fee",
            "fee_note",
            "papers",
            "referral",
            "registration",
            "conditions",
            "choice",
            "products",
            "languages",
            "capacity",
            "capacity_unit",
            "visibility",
        ]
        labels = {
            "papers": "Des papiers sont-ils demandés ?",
            "referral": "Faut-il être orienté·e par un service social ?",
            "registration": "Faut-il s’inscrire ou prendre rendez-vous ?",
            "conditions": "Autres conditions",
            "is_itinerant": "Service itinérant, avec des arrêts à plusieurs endroits",
            "visibility": "Qui voit ce service",
        }
        help_texts = {
            "description": "En phrases courtes. Rien sur des personnes accueillies : ni nom, ni situation.",
            "papers": "Pièce d’identité, titre de séjour, justificatif de ressources ou de domicile.",
            "capacity": "Combien de personnes, de foyers, de repas ou de colis, d’ordinaire.",
            "visibility": "Jamais plus largement que la fiche elle-même.",
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "fee": forms.RadioSelect,
            "papers": forms.RadioSelect,
            "referral": forms.RadioSelect,
            "registration": forms.RadioSelect,
            "choice": forms.RadioSelect,
            "visibility": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        actor = self.instance.actor
        self.fields["site"].queryset = actor.sites.all()
        self.fields["site"].empty_label = "aucun lieu fixe"
        self.fields["kind"].choices = [("", "à choisir"), *KINDS]
        self.fields["capacity_unit"].choices = [("", "à choisir"), *FoodService.CapacityUnit.choices]

    def clean(self):
        data = super().clean()
        if data.get("capacity") is not None and not data.get("capacity_unit"):
            self.add_error("capacity_unit", "Dites ce que compte ce nombre.")
        if data.get("is_itinerant"):
            if data.get("site"):
                self.add_error("site", "Un service itinérant n’a pas de lieu fixe : choisissez « aucun lieu fixe ».")
            if self.instance.opening_hours:
                self.add_error(
                    "is_itinerant",
                    "Ce service a des horaires pour tout le service. Videz-les d’abord : "
                    "un service itinérant a les siens à chaque arrêt.",
                )
        elif self.instance.pk and self.instance.is_itinerant and self.instance.stops.exists():
            self.add_error("is_itinerant", "Ce service a des arrêts : retirez-les d’abord.")
        return data


KINDS = [(code, capfirst(label)) for code, label in FoodService.Kind.choices]
