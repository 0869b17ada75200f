"""The form of one page of a questionnaire: what was answered, what the logbook knows, and what to choose between."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from alimactiv.forms import DateInput
from evaluation.answering.operations import Given, Saved
from evaluation.answering.prefill import Hint, Hints
from evaluation.models import Answer, Item, Question
from evaluation.questionnaires import values

Kind = Question.Kind
MINE, THEIRS = "mine", "theirs"
_MARK = re.compile(r"([0-9]{1,9})\.([0-9a-f]{12})")


def mark(revision: int, shown: Any) -> str:
    """What a page says it showed of a question: the answer's revision (0: none yet), and a digest of the value."""
    return f"{revision}.{_digest(shown)}"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Option:
    """One thing to tick."""

    name: str
    value: str
    label: str
    id: str
    is_ticked: bool


@dataclass(frozen=True)
class Row:
    """A row of a grid: its label, what may be said of it, what the logbook says."""

    id: str
    label: str
    options: list[Option]
    hint: Hint | None


@dataclass(frozen=True)
class Line:
    """A question as the page shows it."""

    question: Question
    bound: BoundField
    mark: str
    options: list[Option] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    hint: Hint | None = None
    is_proposed: bool = False
    """Whether what the logbook knows is ticked beforehand: nothing is stored yet."""
    condition: str = ""
    """Where the page itself decides whether it is asked, in words: « oui » à « Y a-t-il eu des réunions ? »."""
    asked_by: str = ""
    """Likewise, the name of the input that decides."""
    conflict: Answer | None = None
    """What another device saved meanwhile."""

    @property
    def is_group(self) -> bool:
        return self.bound.field.widget.use_fieldset

    @property
    def mark_name(self) -> str:
        return _mark_name(self.question)

    @property
    def choice_name(self) -> str:
        return _choice_name(self.question)

    @property
    def mine(self) -> str:
        """Choosing one's own answer over the one saved meanwhile, which is named: a third one would ask again."""
        return f"{MINE}.{self.conflict.revision}"

    @property
    def conflict_origin(self) -> str:
        return "Saisi pour vous par l’équipe" if self.conflict.saved_by_id else "Sur un autre appareil"

    @property
    def theirs_in_words(self) -> str:
        return values.words(self.question, self.conflict.value)

    @property
    def mine_in_words(self) -> str:
        return values.words(self.question, self.bound.form.cleaned_data[self.bound.name])


class PageForm(forms.Form):
    """``questions``, with what is ``stored`` of them (answers by question's id) and what the logbook knows (``hints``).

    ``among`` are all those of their page, where only some are shown. Reads what was posted of them, whether all or
    some: a question is given if its mark is. After saving, ``tell`` makes it show what became of them.
    """

    def __init__(
        self,
        questions: Iterable[Question],
        data: MultiValueDict | None = None,
        *,
        among: Iterable[Question] | None = None,
        stored: Mapping[int, Answer] | None = None,
        hints: Hints | None = None,
    ):
        super().__init__(data)
        self.questions = list(questions)
        self.among = {question.pk: question for question in among or self.questions}
        self.stored = stored or {}
        self.hints = hints or Hints()
        self.saved = Saved({})
        for question in self.questions:
            name = field_name(question)
            self.fields[name] = AnswerField(question)
            self.initial[name] = self._shown(question)

    def _shown(self, question: Question) -> Any:
        """The stored answer; where there never was one, what the logbook knows."""
        answer = self.stored.get(question.pk)
        return answer.value if answer else self.hints.value(question)

    def given(self) -> list[Given]:
        """What can be saved of what was posted: the answers without errors, save where the other device's is chosen."""
        self.is_valid()
        found = []
        for question in self.questions:
            name = field_name(question)
            posted = self.data.get(_mark_name(question))
            choice, _, chosen_over = self.data.get(_choice_name(question), "").partition(".")
            if posted is None or name not in self.cleaned_data or choice == THEIRS:
                continue
            value = self.cleaned_data[name]
            revision, shown = _read_mark(posted)
            if choice == MINE and re.fullmatch("[0-9]{1,9}", chosen_over):
                found.append(Given(question.pk, value, int(chosen_over)))
            else:
                found.append(Given(question.pk, value, revision, is_touched=_digest(value) != shown))
        return found

    @property
    def shown_as_stored(self) -> list[Question]:
        """The questions where what was posted is not what to show: the other device's answer is chosen, or is newer
        than a page left as it was; or nothing was posted."""
        if not self.is_bound:
            return []
        posted = posted_questions(self.data, self.questions)
        return [
            question
            for question in self.questions
            if question not in posted
            or question.pk in self.saved.outdated
            or self.data.get(_choice_name(question)) == THEIRS
        ]

    def tell(self, saved: Saved) -> None:
        """Show what is stored now, and what to choose between."""
        self.stored, self.saved = saved.answers, saved

    @property
    def is_kept(self) -> bool:
        """Whether all that was posted is saved, or given up knowingly."""
        return not self.errors and not self.saved.conflicts

    def lines(self) -> list[Line]:
        as_stored = self.shown_as_stored
        stored = PageForm(as_stored, among=self.among.values(), stored=self.stored, hints=self.hints)
        return [(stored if question in as_stored else self)._line(question) for question in self.questions]

    def _line(self, question: Question) -> Line:
        bound = self[field_name(question)]
        value = bound.value()
        on = self._decides(question)
        return Line(
            question=question,
            bound=bound,
            mark=self._mark(question),
            options=_options(bound, value),
            rows=_rows(bound, value, self.hints) if question.kind == Kind.GRID else [],
            hint=self.hints.of(question),
            is_proposed=question.pk not in self.stored and self.hints.value(question) is not None,
            condition=_condition(question, on) if on else "",
            asked_by=_asked_by(question, on) if on else "",
            conflict=self.stored[question.pk] if question.pk in self.saved.conflicts else None,
        )

    def _decides(self, question: Question) -> Question | None:
        """The question of the same page on which ``question`` depends."""
        on = self.among.get(question.condition_question_id)
        return on if on and on.page_id == question.page_id else None

    def _mark(self, question: Question) -> str:
        """Of what was posted and not saved, what was before their eyes stays: a newer answer is still news to them."""
        if self.is_bound and question.pk not in self.saved.settled:
            return self.data[_mark_name(question)]
        answer = self.stored.get(question.pk)
        return mark(answer.revision if answer else 0, self._shown(question))


class AnswerField(forms.Field):
    """One question; the value is its answer's."""

    def __init__(self, question: Question):
        super().__init__(required=False, label=question.label, widget=_widget(question))
        self.question = question

    def clean(self, value: Any) -> Any:
        return values.clean(self.question, value)

    def prepare_value(self, value: Any) -> Any:
        if self.question.kind == Kind.NUMBER and isinstance(value, str):
            return value.replace(".", ",")
        return value


class GridInput(forms.Widget):
    """The rows of a grid, each its own group of radio buttons; drawn by the page."""

    use_fieldset = True

    def __init__(self, items: Iterable[Item]):
        super().__init__()
        self.items = list(items)

    def value_from_datadict(self, data, files, name) -> dict[str, str]:
        said = {str(item.pk): data.get(_row_name(name, item.pk)) for item in self.items}
        return {row: value for row, value in said.items() if value}


def field_name(question: Question) -> str:
    return f"q{question.pk}"


def _mark_name(question: Question) -> str:
    return f"m{question.pk}"


def _choice_name(question: Question) -> str:
    return f"k{question.pk}"


def _row_name(name: str, item_id: int) -> str:
    return f"{name}_{item_id}"


def posted_questions(data: Mapping[str, str], questions: Iterable[Question]) -> list[Question]:
    """Those whose mark was posted."""
    return [question for question in questions if _mark_name(question) in data]


def _read_mark(posted: str) -> tuple[int, str]:
    """What a page says it showed; of what is no mark, that it showed nothing."""
    found = _MARK.fullmatch(posted)
    return (int(found[1]), found[2]) if found else (0, _digest(None))


def _widget(question: Question) -> forms.Widget:
    match question.kind:
        case Kind.TEXT:
            return forms.Textarea(attrs={"rows": 5})
        case Kind.NUMBER:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case Kind.DATE:
            return DateInput()
        case Kind.MULTIPLE:
            return forms.CheckboxSelectMultiple()
        case Kind.GRID:
            return GridInput(question.items.all())
        case _:
            return forms.RadioSelect()


def _options(bound: BoundField, value: Any) -> list[Option]:
    """What may be ticked, for the kinds that have it; ``value`` is an answer's or what was posted."""
    question = bound.field.question
    match question.kind:
        case Kind.YES_NO:
            offered = list(values.YES_NO_WORDS.items())
        case Kind.SCALE:
            offered = [(number, str(number)) for number in range(question.minimum, question.maximum + 1)]
        case Kind.SINGLE | Kind.MULTIPLE:
            offered = [(item.pk, item.label) for item in question.items.all()]
        case _:
            return []
    ticked = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    return _as_options(bound.html_name, offered, ticked)


def _rows(bound: BoundField, value: Any, hints: Hints) -> list[Row]:
    question = bound.field.question
    said = value or {}
    return [
        Row(
            id=f"id_{_row_name(bound.html_name, item.pk)}",
            label=item.label,
            options=_as_options(
                _row_name(bound.html_name, item.pk), values.YES_NO_WORDS.items(), {said.get(str(item.pk))}
            ),
            hint=hints.of(question, item),
        )
        for item in question.items.all()
    ]


def _as_options(name: str, offered: Iterable[tuple[Any, str]], ticked: set[str]) -> list[Option]:
    return [
        Option(name, str(value), label, f"id_{name}_{rank}", str(value) in ticked)
        for rank, (value, label) in enumerate(offered)
    ]


def _asked_by(question: Question, on: Question) -> str:
    row = question.condition_item_id
    return _row_name(field_name(on), row) if row else field_name(on)


def _condition(question: Question, on: Question) -> str:
    """What makes the page ask ``question``, as « oui » ou « non » à « la question »."""
    labels = {str(item.pk): item.label for item in on.items.all()} | {
        str(value): label for value, label in values.YES_NO_WORDS.items()
    }
    about = labels.get(str(question.condition_item_id), on.label)
    wanted = " ou ".join(f"«\u00a0{labels.get(value, value)}\u00a0»" for value in question.condition_values)
    return f"{wanted} à «\u00a0{about}\u00a0»"
