"""What is asked of who verifies an entry, who reports a mistake in one, and who calls."""

from django import forms
from django.utils import timezone

from actors.forms.parts import ReadNumberField
from actors.models import CheckCall
from actors.numbers import telephone
from alimactiv.forms import DateInput
from alimactiv.french import dated

NO_PERSONAL_DATA = "Rien sur des personnes accueillies : ni nom, ni situation."


class ClosedForm(forms.Form):
    """The structure has closed."""

    closed_on = forms.DateField(label="Depuis quand ?", required=False, widget=DateInput)
    comment = forms.CharField(
        label="Un mot pour la coordination",
        required=False,
        max_length=500,
        help_text=f"Qui a pris la suite, où s’adresser. {NO_PERSONAL_DATA}",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def remark(self) -> str:
        """What is said, as the proposal's comment."""
        since = self.cleaned_data["closed_on"]
        said = "La structure a fermé" + (f", depuis le {dated(since)}." if since else ".")
        return "\n".join(filter(None, [said, self.cleaned_data["comment"]]))


class SomeoneElseForm(forms.Form):
    """Someone else is to be written to."""

    name = forms.CharField(label="Qui faut-il joindre ?", required=False, max_length=120)
    email = forms.EmailField(label="Son adresse de courriel", required=False)
    phone = ReadNumberField(
        read=telephone, label="Son téléphone", max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )
    comment = forms.CharField(
        label="Un mot pour la coordination",
        required=False,
        max_length=500,
        help_text=NO_PERSONAL_DATA,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def remark(self, recipient: str) -> str:
        said = [self.cleaned_data[name] for name in ("name", "email", "phone") if self.cleaned_data[name]]
        instead = f"À la place : {', '.join(said)}." if said else ""
        told = [f"Ce n’est plus à {recipient} qu’il faut écrire.", instead, self.cleaned_data["comment"]]
        return "\n".join(filter(None, told))


class AuthorForm(forms.Form):
    """Who reports a mistake: their address if they want an answer. ``website`` is a trap: people do not see it."""

    email = forms.EmailField(
        label="Votre adresse de courriel",
        required=False,
        help_text="Seulement si vous voulez savoir ce que devient votre message. Elle est effacée au bout d’un an.",
    )
    website = forms.CharField(
        label="Ne remplissez pas ce champ",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @property
    def is_by_a_machine(self) -> bool:
        return bool(self.cleaned_data["website"])


class RemarkForm(AuthorForm):
    """What is wrong, in words."""

    comment = forms.CharField(
        label="Qu’est-ce qui est faux, ou manque ?",
        max_length=1000,
        help_text=NO_PERSONAL_DATA,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites en quelques mots ce qui est à corriger."},
    )
    field_order = ["comment", "email", "website"]


class CallForm(forms.ModelForm):
    """What came of a call."""

    class Meta:
        model = CheckCall
        fields = ["result", "call_again_on", "note"]
        labels = {"result": "Résultat de l’appel", "call_again_on": "Rappeler le", "note": "Note"}
        help_texts = {"call_again_on": "Si la personne a demandé à être rappelée.", "note": NO_PERSONAL_DATA}
        widgets = {"result": forms.RadioSelect, "call_again_on": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reached = CheckCall.Result.REACHED
        choices = [(code, label.capitalize()) for code, label in CheckCall.Result.choices if code != reached]
        self.fields["result"].choices = choices

    def clean(self):
        data = super().clean()
        is_later = data.get("result") == CheckCall.Result.LATER
        day = data.get("call_again_on")
        if is_later and day is None and "call_again_on" not in self.errors:
            self.add_error("call_again_on", "Dites quel jour rappeler.")
        elif is_later and day and day < timezone.localdate():
            self.add_error("call_again_on", "Ce jour est passé.")
        elif not is_later:
            data["call_again_on"] = None
        return data


class NotAskedForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi ne plus la relancer ?",
        max_length=200,
        error_messages={"required": "Dites pourquoi, pour qui reprendra ce travail."},
    )


class DecisionForm(forms.Form):
    """What the coordinator says of a proposal: needed to refuse it."""

    reason = forms.CharField(
        label="Un mot à la personne",
        required=False,
        max_length=300,
        help_text="Envoyé avec la décision, si elle a laissé son adresse. Nécessaire pour refuser.",
    )
