"""What one says at the end, or instead of answering."""

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from evaluation.models import Response
from evaluation.questionnaires.values import MAX_TEXT


class QuotingForm(forms.Form):
    """What may be made of one's own words: nothing is ticked beforehand."""

    quoting = forms.ChoiceField(
        label="Pouvons-nous citer ce que vous avez écrit ?",
        choices=[
            (Response.Quoting.NAMED, "Oui, avec mon nom, ma structure et mon territoire"),
            (Response.Quoting.TERRITORY, "Oui, en nommant seulement mon territoire"),
            (Response.Quoting.NONE, "Non, ne pas me citer"),
        ],
        widget=forms.RadioSelect,
        help_text="Dans le rapport ou une présentation, une phrase de vous peut éclairer un chiffre. Dans tous "
        "les cas, vos réponses comptent.",
        error_messages={"required": "Dites si l’on peut vous citer, ou non."},
    )


class DeclineForm(forms.Form):
    """Why one does not answer, if one likes to say."""

    REASONS = (
        "Je n’ai pas le temps",
        "Je ne m’occupe plus de ce sujet",
        "Quelqu’un d’autre répond pour mon territoire",
        "Je préfère ne pas dire ce que nous faisons",
    )

    reasons = forms.MultipleChoiceField(
        label="Pourquoi ?",
        choices=[(reason, reason) for reason in REASONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label="Autre chose à nous dire",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MAX_TEXT,
        required=False,
        validators=[ProhibitNullCharactersValidator()],
        help_text="Aucune donnée sur des personnes accueillies.",
    )

    @property
    def reason(self) -> str:
        """All that was said, on one line each."""
        return "\n".join([*self.cleaned_data["reasons"], *filter(None, [self.cleaned_data["words"]])])


class HandOnForm(forms.Form):
    """Who answers instead."""

    name = forms.CharField(label="Son prénom et son nom", max_length=120, error_messages={"required": "Qui est-ce ?"})
    email = forms.EmailField(
        label="Son adresse de courriel professionnelle",
        error_messages={"required": "Sans adresse, nous ne pouvons pas lui écrire."},
    )
    with_answers = forms.BooleanField(
        label="Lui transmettre les réponses que j’ai déjà données",
        required=False,
        help_text="Elle pourra les lire et les changer. Sinon, elles ne sont ni transmises ni comptées.",
    )
    agreed = forms.BooleanField(
        label="J’ai prévenu cette personne, et elle accepte de recevoir ce questionnaire",
        error_messages={"required": "Demandez-lui d’abord son accord."},
    )

    def __init__(self, *args, has_answers: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_answers:
            del self.fields["with_answers"]
