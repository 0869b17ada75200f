from allauth.account import forms as allauth_forms
from django import forms

from accounts.models import User


class ConfirmLoginCodeForm(allauth_forms.ConfirmLoginCodeForm):
    """The code of the mail; a telephone shows its digits for it."""

    code = forms.CharField(
        label="Code reçu par courriel",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )


class PeopleSearchForm(forms.Form):
    q = forms.CharField(
        label="Nom ou adresse de courriel",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class PersonForm(forms.ModelForm):
    role = forms.ChoiceField(
        label="Rôle",
        choices=[
            (User.Role.STAFF, "Équipe ANSA : tout lire, tout gérer"),
            (User.Role.STEERING_READER, "Comité de pilotage : lire les évaluations"),
            (User.Role.NONE, "Sans rôle national : voit les territoires qu’on lui confie"),
        ],
        initial=User.Role.NONE,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["email", "name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        if self.instance.pk:
            self.initial["role"] = self.instance.role

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_role(self) -> User.Role:
        return User.Role(self.cleaned_data["role"])


class NewPersonForm(PersonForm):
    notify = forms.BooleanField(
        label="Prévenir par courriel",
        help_text="Un court message explique comment se connecter.",
        required=False,
        initial=True,
    )
