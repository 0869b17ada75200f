from django import forms


class BounceForm(forms.Form):
    """An address from which an answer came that it does not take mail."""

    address = forms.EmailField(label="Adresse", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    reason = forms.CharField(label="Ce que dit la réponse", max_length=500)

    def clean_address(self) -> str:
        return self.cleaned_data["address"].lower()
