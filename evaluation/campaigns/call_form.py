"""Noting what came of a call."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from alimactiv.forms import DateInput
from alimactiv.french import dated
from evaluation.models import Call


class CallForm(forms.ModelForm):
    """What came of a call to ``instance.invitation``, with its campaign."""

    class Meta:
        model = Call
        fields = ["outcome", "again_on", "note"]
        widgets = {
            "outcome": forms.RadioSelect,
            "again_on": DateInput,
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"outcome": "Qu’a donné l’appel\u00a0?"}
        help_texts = {
            "again_on": "Seulement si la personne est à rappeler un autre jour.",
            "note": "Ce qui aidera au prochain appel. Aucune donnée sur des personnes accueillies.",
        }
        error_messages = {"outcome": {"required": "Choisissez ce qu’a donné l’appel."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = Call.Outcome.choices  # without an empty one

    def clean_again_on(self):
        """Needed to call again, and of no meaning otherwise."""
        day = self.cleaned_data["again_on"]
        if self.cleaned_data.get("outcome") != Call.Outcome.CALL_AGAIN:
            return None
        closes_on = self.instance.invitation.campaign.closes_on
        if not day:
            raise ValidationError("Choisissez le jour où rappeler.")
        if not timezone.localdate() <= day <= closes_on:
            raise ValidationError(f"Choisissez un jour à venir, avant la clôture du {dated(closes_on)}.")
        return day
