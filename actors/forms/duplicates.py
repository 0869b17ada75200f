from django import forms

from actors.merging import ABSORBED, KEPT, Choice
from territories.models import Territory


class TypedForm(forms.Form):
    """What is typed of a new entry, as far as it is typed."""

    name = forms.CharField(required=False, max_length=200)
    siret = forms.CharField(required=False, max_length=30)
    city = forms.CharField(required=False, max_length=100)
    postcode = forms.CharField(required=False, max_length=10)
    territory = forms.ModelChoiceField(Territory.objects.all(), required=False)
    exclude = forms.IntegerField(required=False)


class MergeForm(forms.Form):
    """For each difference, the value that the entry kept has from now on."""

    def __init__(self, *args, choices: list[Choice], **kwargs):
        super().__init__(*args, **kwargs)
        for choice in choices:
            self.fields[choice.code] = forms.ChoiceField(
                label=choice.label,
                choices=[(KEPT, choice.kept or "(rien)"), (ABSORBED, choice.absorbed or "(rien)")],
                initial=choice.default,
                widget=forms.RadioSelect,
            )
