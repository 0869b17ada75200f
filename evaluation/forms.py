from django import forms

from evaluation.models import Ruling


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
