"""Who joins a structure, with which rights, and who leaves it."""

from django import forms
from django.utils import timezone

from actors.models import Actor, Joining, Member
from alimactiv.forms import DateInput

OFF = {"autocomplete": "off"}


class InvitationForm(forms.ModelForm):
    """A colleague to invite to ``actor``."""

    class Meta:
        model = Joining
        fields = ["name", "email", "role", "access"]
        help_texts = {
            "email": "L’invitation part à cette adresse\u00a0; elle servira ensuite à se connecter.",
            "access": "Vous pourrez en changer à tout moment.",
        }
        widgets = {
            "name": forms.TextInput(attrs=OFF),
            "email": forms.EmailInput(attrs=OFF),
            "role": forms.TextInput(attrs=OFF),
            "access": forms.RadioSelect,
        }

    def __init__(self, *args, actor: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["access"].choices = Member.Access.choices

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        # Of those noted without an account: the invitation opens it.
        known = Member.objects.current().filter(actor=self.actor, email__iexact=email)
        if known.filter(user__isnull=False).exists():
            raise forms.ValidationError("Cette personne est déjà parmi les membres, avec un compte.")
        joining = Joining.objects.open().filter(actor=self.actor, email=email).first()
        if joining and joining.is_claim:
            raise forms.ValidationError(
                "Cette personne a demandé elle-même à être membre\u00a0: sa demande est en cours."
            )
        if joining:
            raise forms.ValidationError("Une invitation à cette adresse attend déjà sa réponse\u00a0: renvoyez-la.")
        return email


class ClaimForm(forms.Form):
    """« C’est ma structure »: who says so. With ``user``, the name and the address are the account's."""

    name = forms.CharField(label="Votre nom", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label="Votre adresse de courriel",
        help_text="De préférence votre adresse dans la structure. Un courriel y sera envoyé pour la vérifier.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    role = forms.CharField(label="Votre fonction dans la structure", max_length=120, required=False)
    message = forms.CharField(
        label="Un mot pour la personne qui examinera votre demande",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Rien sur des personnes accueillies\u00a0: ni nom, ni situation.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user if user.is_authenticated else None
        if self.user:
            self.initial["name"] = self.user.name
            del self.fields["email"]

    def clean(self):
        data = super().clean()
        if self.user:
            data["email"] = self.user.email
        return data


class ApprovalForm(forms.Form):
    """The rights of someone whose claim is approved."""

    access = forms.ChoiceField(
        label="Droits", choices=Member.Access.choices, initial=Member.Access.EDITOR, widget=forms.RadioSelect
    )


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Raison du refus",
        max_length=300,
        help_text="Elle est envoyée à la personne. Ne nommez aucun membre de la structure.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AccessForm(forms.ModelForm):
    """Someone's rights on the structure's entry."""

    class Meta:
        model = Member
        fields = ["access", "role"]
        widgets = {"access": forms.RadioSelect, "role": forms.TextInput(attrs=OFF)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["access"].choices = Member.Access.choices


class LeavingForm(forms.ModelForm):
    """The day someone left their structure; none if they are back."""

    class Meta:
        model = Member
        fields = ["left_on"]
        widgets = {"left_on": DateInput}
        labels = {"left_on": "Parti·e le"}
        help_texts = {"left_on": "Laissez vide si cette personne est de retour."}

    def clean_left_on(self):
        day = self.cleaned_data["left_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(
                "Ce jour n’est pas encore venu\u00a0: notez le départ une fois qu’il a eu lieu."
            )
        return day
