from django import forms

from actors.models import Actor, Member
from alimactiv.forms import name_blank_choice
from alimactiv.text import normalised
from coordination.models import WorkingGroup
from territories.models import Territory


class ActorForm(forms.ModelForm):
    """A structure at work on ``territory``."""

    class Meta:
        model = Actor
        fields = ["name", "kind"]

    def __init__(self, *args, territory: Territory, **kwargs):
        super().__init__(*args, **kwargs)
        self.territory = territory

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        others = self.territory.actors.exclude(pk=self.instance.pk).values_list("name", flat=True)
        if normalised(name) in map(normalised, others):
            raise forms.ValidationError("Une structure de ce territoire porte déjà ce nom.")
        return name


class MemberForm(forms.ModelForm):
    """Someone of a structure."""

    class Meta:
        model = Member
        fields = ["name", "role", "email"]
        help_texts = {"email": "Sans elle, cette personne ne recevra ni invitation ni compte rendu."}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "role": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        others = Member.objects.filter(actor=self.instance.actor, email__iexact=email).exclude(pk=self.instance.pk)
        if email and others.exists():
            raise forms.ValidationError("Une autre personne de cette structure a déjà cette adresse.")
        return email


class GroupForm(forms.ModelForm):
    """A working group's name and theme."""

    class Meta:
        model = WorkingGroup
        fields = ["name", "theme"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name_blank_choice(self.fields["theme"], "aucun en particulier")

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        others = self.instance.territory.working_groups.exclude(pk=self.instance.pk).values_list("name", flat=True)
        if normalised(name) in map(normalised, others):
            raise forms.ValidationError("Un groupe de ce territoire porte déjà ce nom.")
        return name
