from django import forms
from django.db.models import Q

from actors.models import Actor, Trainee
from alimactiv.forms import DateInput
from territories.models import Participation


class TraineeForm(forms.ModelForm):
    """A person trained; their structure is one known on the territory, or a new one named here."""

    new_actor_name = forms.CharField(
        label="Nom de la nouvelle structure",
        required=False,
        max_length=200,
        help_text="Si elle n’est pas dans la liste ci-dessus.",
    )
    new_actor_kind = forms.ChoiceField(
        label="Type de la nouvelle structure", required=False, choices=[("", "à choisir"), *Actor.Kind.choices]
    )
    field_order = ["name", "role", "email", "phone", "actor", "new_actor_name", "new_actor_kind", "in_post_until"]

    class Meta:
        model = Trainee
        fields = ["name", "role", "email", "phone", "actor", "in_post_until"]
        help_texts = {"phone": "Numéro professionnel, pour un rappel au téléphone seulement."}
        labels = {"in_post_until": "En poste jusqu’au"}
        widgets = {"in_post_until": DateInput}

    def __init__(self, *args, participation: Participation, instance: Trainee | None = None, **kwargs):
        super().__init__(*args, instance=instance or Trainee(participation=participation), **kwargs)
        of_territory = Q(territories=participation.territory) | Q(pk=self.instance.actor_id)
        self.fields["actor"].queryset = Actor.objects.filter(of_territory).distinct()
        self.fields["actor"].empty_label = "aucune"
        for name in ("name", "role", "email", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.input_type = "tel"

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        others = Trainee.objects.filter(participation=self.instance.participation).exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise forms.ValidationError("Une autre personne formée ici a déjà cette adresse.")
        return email

    def clean(self):
        data = super().clean()
        name, kind = data.get("new_actor_name"), data.get("new_actor_kind")
        if name and data.get("actor"):
            self.add_error("new_actor_name", "Choisissez une structure de la liste, ou nommez-en une nouvelle.")
        elif name and not kind:
            self.add_error("new_actor_kind", "Dites de quel type de structure il s’agit.")
        elif name and self.fields["actor"].queryset.filter(name__iexact=name, kind=kind).exists():
            self.add_error("new_actor_name", "Cette structure est déjà dans la liste ci-dessus.")
        elif kind and not name:
            self.add_error("new_actor_name", "Donnez le nom de la nouvelle structure.")
        return data
