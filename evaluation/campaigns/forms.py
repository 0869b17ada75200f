from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils import timezone

from actors.models import Trainee
from alimactiv.forms import DateInput
from evaluation.campaigns import texts
from evaluation.campaigns.operations import DAY_TAKEN
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Campaign, Invitation, Step, Version
from territories.models import TrainingSession

Kind = Step.Kind
LASTS = timedelta(days=7 + max(default.days for default in DEFAULT_STEPS))
"""A new campaign closes a week after its calls begin."""
AHEAD, LONGEST = timedelta(days=3 * 365), timedelta(days=365)
"""How far ahead a campaign may open, and how long it may last; nothing of it is a longer time away."""
LONGEST_TEXT = 10_000
PHONE_HELP = "Numéro professionnel, pour un rappel au téléphone seulement."


class CampaignForm(forms.ModelForm):
    """A campaign in preparation."""

    class Meta:
        model = Campaign
        fields = ["title", "version", "opens_on", "closes_on", "one_per_territory", "sender_name", "reply_to"]
        widgets = {"opens_on": DateInput, "closes_on": DateInput}
        labels = {"opens_on": "Invitations le", "closes_on": "Réponses jusqu’au"}
        help_texts = {
            "title": "Pour vous y retrouver : les personnes invitées ne le voient pas.",
            "opens_on": "L’annonce part quelques jours avant, les relances se comptent à partir de ce jour.",
            "closes_on": "Ce jour-là compris. Vous pourrez prolonger.",
            "sender_name": "Il signe les courriels et s’affiche comme leur expéditeur.",
            "reply_to": "C’est là qu’arrivent les réponses aux courriels : une adresse que quelqu’un lit.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        versions = Version.objects.select_related("questionnaire").order_by("questionnaire__title", "-number")
        self.fields["version"].queryset = versions
        self.fields["version"].empty_label = "à choisir"

    def clean_opens_on(self) -> date:
        opens_on = self.cleaned_data["opens_on"]
        if opens_on < timezone.localdate():
            raise ValidationError("Ce jour est passé : choisissez aujourd’hui ou plus tard.")
        if opens_on > timezone.localdate() + AHEAD:
            raise ValidationError("Choisissez un jour d’ici à trois ans.")
        return opens_on

    def clean(self):
        data = super().clean()
        opens_on, closes_on = data.get("opens_on"), data.get("closes_on")
        if opens_on and closes_on and closes_on <= opens_on:
            self.add_error("closes_on", "La clôture vient après les invitations.")
        elif opens_on and closes_on and closes_on > opens_on + LONGEST:
            self.add_error("closes_on", "La clôture vient dans l’année qui suit les invitations.")
        return data


class NewCampaignForm(CampaignForm):
    """The same, with the sessions whose trainees it asks."""

    sessions = forms.TypedMultipleChoiceField(
        label="Sessions",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leurs personnes formées seront destinataires. Vous pourrez ensuite cocher et décocher chacune.",
        error_messages={"required": "Choisissez au moins une session."},
    )

    def __init__(self, *args, sessions: Iterable[TrainingSession], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sessions"].choices = [(each.number, f"{each} ({each.region}, {each.years})") for each in sessions]


class RunningCampaignForm(forms.ModelForm):
    """What may still change once a campaign is launched; its end is moved by extending it."""

    class Meta(CampaignForm.Meta):
        fields = ["title", "one_per_territory", "sender_name", "reply_to"]


class ExtendForm(forms.Form):
    closes_on = forms.DateField(label="Réponses jusqu’au", widget=DateInput)

    def clean_closes_on(self) -> date:
        closes_on = self.cleaned_data["closes_on"]
        if closes_on > timezone.localdate() + LONGEST:
            raise ValidationError("Choisissez un jour d’ici à un an.")
        return closes_on


class RecipientsForm(forms.Form):
    """Of the trainees ``shown``, those ``kept``: one added meanwhile is left as they are."""

    shown = forms.ModelMultipleChoiceField(Trainee.objects.none(), required=False, widget=forms.MultipleHiddenInput)
    kept = forms.ModelMultipleChoiceField(Trainee.objects.none(), required=False)

    def __init__(self, *args, campaign: Campaign, **kwargs):
        super().__init__(*args, **kwargs)
        of_evaluation = Trainee.objects.filter(participation__cases__evaluation=campaign.evaluation_id)
        self.fields["shown"].queryset = self.fields["kept"].queryset = of_evaluation


class ContactForm(forms.ModelForm):
    """Name, address and number of someone asked; all that a campaign keeps of them."""

    class Meta:
        model = Invitation
        fields = ["name", "email", "phone"]
        help_texts = {"phone": PHONE_HELP}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.input_type = "tel"

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self):
        data = super().clean()
        if not data.get("email") and not data.get("phone") and not self.errors:
            self.add_error(
                "email", "Donnez une adresse ou un téléphone : sans l’un des deux, on ne peut rien demander."
            )
        return data


class NewRecipientForm(ContactForm):
    """One more person, for a territory: a trainee that the campaign does not ask, or anyone."""

    trainee = forms.ModelChoiceField(
        Trainee.objects.none(),
        label="Personne formée",
        required=False,
        empty_label="une autre personne, nommée ci-dessous",
        help_text="Les personnes formées en poste que la campagne ne sollicite pas encore.",
    )
    field_order = ["trainee", "case", "name", "email", "phone"]

    class Meta(ContactForm.Meta):
        fields = ["case", "name", "email", "phone"]

    def __init__(self, *args, campaign: Campaign, **kwargs):
        super().__init__(*args, instance=Invitation(campaign=campaign), **kwargs)
        cases = campaign.evaluation.cases.counted().select_related("participation__session")
        self.cases = {case.participation_id: case for case in cases}
        asked = campaign.invitations.standing().filter(trainee__isnull=False).values("trainee")
        in_post = Q(in_post_until=None) | Q(in_post_until__gte=timezone.localdate())
        self.fields["trainee"].queryset = (
            Trainee.objects.filter(in_post, participation__in=self.cases).exclude(pk__in=asked).order_by("name")
        )
        self.fields["trainee"].label_from_instance = lambda one: f"{one} – {self.cases[one.participation_id]}"
        self.fields["case"].queryset = cases
        self.fields["case"].label_from_instance = lambda case: f"{case} ({case.participation.session})"
        self.fields["case"].empty_label = "à choisir"
        self.fields["case"].required = self.fields["name"].required = False

    def clean(self):
        trainee = self.cleaned_data.get("trainee")
        if not trainee:
            for name in ("case", "name"):
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, "À remplir, ou choisissez une personne formée.")
            return super().clean()
        if self.cleaned_data.get("name") or self.cleaned_data.get("email"):
            self.add_error("trainee", "Choisissez une personne de la liste, ou nommez-en une autre : pas les deux.")
        self.instance.trainee = trainee
        self.cleaned_data |= {
            "case": self.cases[trainee.participation_id],
            "name": trainee.name,
            "email": trainee.email,
            "phone": trainee.phone,
        }
        return self.cleaned_data


class ReplaceForm(forms.ModelForm):
    """Who takes over from someone who left: a new trainee of the same territory."""

    left_on = forms.DateField(
        label="La personne remplacée était en poste jusqu’au",
        widget=DateInput,
        help_text="Ce jour est aussi noté sur sa fiche.",
    )
    field_order = ["left_on", "name", "role", "email", "phone"]

    class Meta:
        model = Trainee
        fields = ["name", "role", "email", "phone"]
        help_texts = {"phone": PHONE_HELP}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("name", "role", "email", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["email"].required = True
        self.fields["phone"].widget.input_type = "tel"

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_left_on(self) -> date:
        left_on = self.cleaned_data["left_on"]
        if left_on > timezone.localdate():
            raise ValidationError("Attendez ce jour : jusque-là, la personne est en poste.")
        return left_on


class StepForm(forms.ModelForm):
    """When a step is and what it says; the day only while the campaign is in preparation."""

    class Meta:
        model = Step
        fields = ["days", "subject", "text", "partial_subject", "partial_text"]
        labels = {"subject": "Objet", "text": "Texte", "days": "Jours après les invitations"}
        help_texts = {
            "partial_subject": "Pour qui a commencé à répondre.",
            "partial_text": "Pour qui a commencé à répondre. Vide : le même texte que pour les autres.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        step = self.instance
        unused = set()
        if step.campaign.state != Campaign.State.DRAFT or step.kind in (Kind.INVITATION, Kind.EXTRA):
            unused.add("days")
        if step.kind in (Kind.NOTICE, Kind.CALL):
            unused |= {"partial_subject", "partial_text"}
        if step.kind == Kind.CALL:
            unused.add("subject")
            self.fields["text"].label = "Ce que dit la personne qui appelle"
        for name in unused:
            del self.fields[name]
        for name in {"days", "subject"} & set(self.fields):
            self.fields[name].required = True
        if step.kind == Kind.NOTICE and "days" in self.fields:
            self.fields["days"].help_text = "Négatif : -3, trois jours avant les invitations."
        for name in ("text", "partial_text"):
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = 14
                self.fields[name].validators.append(MaxLengthValidator(LONGEST_TEXT))

    def clean_days(self) -> int:
        days, step = self.cleaned_data["days"], self.instance
        if step.kind == Kind.NOTICE and days >= 0:
            raise ValidationError("Une annonce vient avant les invitations : écrivez un nombre négatif.")
        if step.kind != Kind.NOTICE and days < 1:
            raise ValidationError("Cette étape vient après les invitations : écrivez 1 ou plus.")
        if abs(days) > LONGEST.days:
            raise ValidationError("Une étape vient dans l’année, avant ou après les invitations.")
        if step.campaign.steps.exclude(pk=step.pk).filter(days=days).exists():
            raise ValidationError(DAY_TAKEN)
        return days

    def clean(self):
        data = super().clean()
        for name in self.fields:
            if name != "days":
                setattr(self.instance, name, data.get(name, ""))
        try:
            texts.check(self.instance)
        except ValidationError as error:
            for name, found in error.error_dict.items():
                if name not in self.errors:
                    self.add_error(name, found)
        return data
