"""What a booklet is to hold, and whom the blank form names."""

from django import forms

from actors.booklet.content import BY_KIND, ORDERS, Choices
from actors.booklet.referral import Addressee
from actors.models import FoodService

EVERYONE, PROFESSIONALS = "public", "professionnels"
LONGEST = 1500


class BookletForm(forms.Form):
    whom = forms.ChoiceField(
        label="Pour qui",
        choices=[
            (EVERYONE, "tout le monde : ce que l’annuaire montre au public"),
            (PROFESSIONALS, "les professionnel·les : avec ce qui n’est pas public, contacts compris"),
        ],
        widget=forms.RadioSelect,
        initial=EVERYONE,
    )
    order = forms.ChoiceField(label="Ordre", choices=list(ORDERS.items()), widget=forms.RadioSelect, initial=BY_KIND)
    kinds = forms.MultipleChoiceField(
        label="Types d’aide",
        choices=FoodService.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tous.",
    )
    publics = forms.MultipleChoiceField(
        label="Publics",
        choices=FoodService.Public.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tous. Un service qui ne nomme aucun public est toujours compris.",
    )
    introduction = forms.CharField(
        label="Mot d’introduction",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="En tête du livret. Aucune donnée sur des personnes accueillies : ni nom, ni situation.",
    )

    @property
    def asked(self) -> Choices:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Choices(
            kinds=tuple(data["kinds"]),
            publics=tuple(data["publics"]),
            order=data["order"],
            introduction=data["introduction"],
            for_professionals=data["whom"] == PROFESSIONALS,
        )


class ReferralForm(forms.Form):
    """Whose boxes the blank form has; in the address, for nothing of it is kept."""

    structures = forms.TypedMultipleChoiceField(
        label="Structures à cocher",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : toutes, autant que la page en contient.",
    )

    def __init__(self, data=None, *, found: list[Addressee]):
        super().__init__(data)
        self.fields["structures"].choices = [(row.pk, row.words) for row in found]
