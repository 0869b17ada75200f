from django import forms

from evaluation.models import Ruling


class RulingForm(forms.Form):
    """A decision on a cell."""

    value = forms.ChoiceField(label="Décision", choices=Ruling.Value.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Ce qui vous fait trancher. Il reste dans l’historique. Aucune donnée sur des personnes accueillies.",
    )
