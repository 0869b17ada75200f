"""What the team types of a questionnaire: its name, its texts, its pages, its questions and when they are asked."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.http import QueryDict

from coordination.forms.rows import RowFormSet, as_typed, rows_of
from evaluation.criteria import KIND_HEADINGS, Kind
from evaluation.models import Criterion, Evidence, Item, Page, Question, Questionnaire, Version
from evaluation.questionnaires.checks import possible_values
from evaluation.questionnaires.structure import (
    CHOICES,
    Condition,
    ItemPart,
    Key,
    PagePart,
    QuestionPart,
    Structure,
)
from evaluation.questionnaires.wording import value_words

CHANGED_MEANWHILE = (
    "Quelqu’un d’autre a modifié cette partie pendant que vous écriviez. Vos textes sont ci-dessous : comparez avec ce "
    "qui est enregistré (dans un autre onglet), puis enregistrez de nouveau pour garder les vôtres."
)
Choices = Sequence[tuple[str, Any]]


def criterion_choices() -> Choices:
    """Every criterion, by kind."""
    criteria = list(Criterion.objects.in_order())
    return [
        ("", "aucun"),
        *(
            (KIND_HEADINGS[kind], [(one.code, one.label) for one in criteria if one.family.kind == kind])
            for kind in Kind
        ),
    ]


class QuestionnaireForm(forms.ModelForm):
    class Meta:
        model = Questionnaire
        fields = ["title", "purpose"]
        help_texts = {"purpose": "Une phrase, pour l’équipe : à qui il s’adresse, à quel moment."}

    def clean_title(self) -> str:
        title = self.cleaned_data["title"]
        if Questionnaire.objects.filter(title__iexact=title).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Un questionnaire porte déjà ce titre.")
        return title


class NewQuestionnaireForm(QuestionnaireForm):
    copied = forms.ModelChoiceField(
        Version.objects.select_related("questionnaire"),
        label="Partir de",
        required=False,
        empty_label="une page vide",
        help_text="Les pages, les questions, leurs conditions et leurs critères sont copiés ; les réponses, non.",
    )


class PartForm(forms.Form):
    """A part of a questionnaire; ``seen`` remembers how it was when it was read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, part: Structure | PagePart | QuestionPart, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(part, name, None) for name in self.fields} | {
            "seen": _fingerprint(part),
            **self.initial,
        }

    def is_outdated(self, stored: Structure | PagePart | QuestionPart) -> bool:
        """Whether ``stored``, the part as it is now, is no longer what was read. It counts as read from then on."""
        if self.cleaned_data["seen"] == _fingerprint(stored):
            return False
        self.data = self.data.copy()
        self.data["seen"] = _fingerprint(stored)
        return True

    def values(self) -> dict[str, Any]:
        """What was typed, by the name of the part's field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def typed(self) -> dict[str, Any]:
        """What was typed, unchecked: to be shown again as it was."""
        return as_typed(self, self.data)


def _fingerprint(part: Structure | PagePart | QuestionPart) -> str:
    """Of what one form changes: not of what the part holds that has its own."""
    told = [getattr(part, one.name) for one in fields(part) if one.name not in ("pages", "questions")]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


class TextsForm(PartForm):
    introduction = forms.CharField(
        label="Introduction",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Sur la première page, qui dit déjà d’elle-même qui demande, pour quel territoire, jusqu’à quand, "
        "combien de minutes cela prend et ce que deviennent les réponses.",
    )
    thanks = forms.CharField(
        label="Remerciement",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une fois les réponses envoyées.",
    )


class PageForm(PartForm):
    title = forms.CharField(label="Titre de la page", max_length=Page._meta.get_field("title").max_length)
    help = forms.CharField(
        label="Explication",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="En haut de la page, avant ses questions.",
    )


class QuestionForm(PartForm):
    """A question of ``part.kind``, which does not change; its items are typed beside (``ItemFormSet``)."""

    label = forms.CharField(label="Question", max_length=Question._meta.get_field("label").max_length)
    help = forms.CharField(label="Aide", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    required = forms.BooleanField(label="Réponse obligatoire", required=False)
    criterion = forms.ChoiceField(
        label="Critère renseigné",
        required=False,
        help_text="La réponse (oui, non, je ne sais pas) devient un constat « déclaré » de ce critère.",
    )
    minimum = forms.IntegerField(label="Le plus petit nombre")
    maximum = forms.IntegerField(label="Le plus grand nombre")
    low_label = forms.CharField(label="Sens du plus petit", max_length=80, required=False)
    high_label = forms.CharField(label="Sens du plus grand", max_length=80, required=False)

    OF_KIND = {
        "criterion": [Question.Kind.YES_NO],
        "minimum": [Question.Kind.NUMBER, Question.Kind.SCALE],
        "maximum": [Question.Kind.NUMBER, Question.Kind.SCALE],
        "low_label": [Question.Kind.SCALE],
        "high_label": [Question.Kind.SCALE],
    }

    def __init__(self, *args, part: QuestionPart, criteria: Choices, **kwargs):
        super().__init__(*args, part=part, **kwargs)
        self.fields["criterion"].choices = criteria
        for name, kinds in self.OF_KIND.items():
            if part.kind not in kinds:
                del self.fields[name]
        if part.kind == Question.Kind.NUMBER:
            self.fields["minimum"].required = self.fields["maximum"].required = False
        if part.kind == Question.Kind.TEXT:
            self.fields[
                "help"
            ].help_text = "Sous chaque texte libre, la page rappelle de ne rien écrire sur une personne accueillie."

    def clean_criterion(self) -> str | None:
        return self.cleaned_data["criterion"] or None


class ItemForm(forms.Form):
    """An option of a choice, or a row of a grid; an empty one is none. ``known``: the question's items by key."""

    label = forms.CharField(label="Intitulé", max_length=Item._meta.get_field("label").max_length)
    criterion = forms.ChoiceField(label="Critère renseigné", required=False)
    value = forms.ChoiceField(
        label="Ce que dit ce choix du critère", choices=Evidence.Value.choices, initial=Evidence.Value.YES
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, criteria: Choices, kind: str, known: dict[str, Key], **kwargs):
        super().__init__(*args, **kwargs | {"empty_permitted": True, "use_required_attribute": False})
        self.fields["criterion"].choices = criteria
        self.known = known
        if kind not in CHOICES:
            del self.fields["value"]

    def has_changed(self) -> bool:
        typed = as_typed(self, self.data) if self.is_bound else {}
        return bool(typed.get("label") or typed.get("criterion"))

    @property
    def item(self) -> ItemPart:
        data = self.cleaned_data
        key = self.known.get(data["key"])
        return ItemPart(
            data["label"],
            data["criterion"] or None,
            data.get("value", Evidence.Value.YES),
            **({} if key is None else {"key": key}),
        )


class ItemFormSet(RowFormSet):
    @property
    def items(self) -> tuple[ItemPart, ...]:
        return tuple(form.item for form in self.forms if form.has_changed())

    def with_moved(self, data: QueryDict, button: str) -> "ItemFormSet":
        """The same rows as typed, unchecked, once a row's button was pressed: ``up-2`` or ``down-0``."""
        formset = self.as_typed(data)
        rows = formset.initial
        direction, _, number = button.partition("-")
        at = int(number) if number.isdecimal() else len(rows)
        to = at + {"up": -1, "down": 1}.get(direction, 0)
        if at < len(rows) and 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        return formset


ItemRows = rows_of(ItemForm, ItemFormSet)


def items_formset(data: QueryDict | None, *, part: QuestionPart, criteria: Choices) -> ItemFormSet:
    """The items of ``part``, to be changed."""
    known = {str(item.key): item.key for item in part.items}
    initial = [
        {"label": item.label, "criterion": item.criterion or "", "value": item.value, "key": item.key}
        for item in part.items
    ]
    row_kwargs = {"criteria": criteria, "kind": part.kind, "known": known}
    return ItemRows(data, prefix="item", initial=initial, row_kwargs=row_kwargs)


Source = tuple[QuestionPart, ItemPart | None]
"""What a condition may be about: a question, or a row of a grid."""


def sources(structure: Structure, question: Key) -> dict[str, Source]:
    """What ``question`` may depend on, all asked before it, by the word that names it in a form."""
    found: dict[str, Source] = {}
    for on in structure.before(question):
        if on.kind == Question.Kind.GRID:
            found |= {f"{on.key}-{item.key}": (on, item) for item in on.items}
        elif possible_values(on):
            found[str(on.key)] = (on, None)
    return found


class SourceForm(forms.Form):
    """On which answer a question depends."""

    on = forms.ChoiceField(label="Selon la réponse à")

    def __init__(self, *args, sources: dict[str, Source], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].choices = _source_choices(sources)


def _source_choices(found: dict[str, Source]) -> Iterable[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = []
    for name, (on, item) in found.items():
        if item is None:
            choices.append((name, on.label))
        elif choices and choices[-1][0] == on.label:
            choices[-1][1].append((name, item.label))
        else:
            choices.append((on.label, [(name, item.label)]))
    return choices


class ConditionForm(forms.Form):
    """Which answers to ``source`` have the question asked."""

    values = forms.MultipleChoiceField(
        label="La poser si la réponse est",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une réponse."},
    )

    def __init__(self, *args, source: Source, **kwargs):
        super().__init__(*args, **kwargs)
        self.on, self.row = source
        self.known = {str(value): value for value in possible_values(self.on)}
        self.fields["values"].choices = [(name, value_words(self.on, value)) for name, value in self.known.items()]

    @property
    def condition(self) -> Condition:
        values = tuple(self.known[name] for name in self.cleaned_data["values"])
        return Condition(self.on.key, values, self.row.key if self.row else None)
