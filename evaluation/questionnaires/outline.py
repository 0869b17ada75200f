"""A version as who prepares it reads it: its pages and questions, when each is asked, what each says of criteria."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.criteria import KIND_LABELS
from evaluation.models import Criterion, Question
from evaluation.questionnaires.structure import ItemPart, PagePart, QuestionPart, Structure
from evaluation.questionnaires.wording import condition_words, said_words


@dataclass(frozen=True)
class QuestionLine:
    """``number`` runs through the whole questionnaire; ``items`` are labels with what each says of a criterion."""

    part: QuestionPart
    number: int
    kind: str
    condition: str
    criterion: str
    items: Sequence[tuple[str, str]]
    dependants: Sequence[str]
    """The questions whose asking depends on this one."""


@dataclass(frozen=True)
class PageLine:
    part: PagePart
    questions: Sequence[QuestionLine]


@dataclass(frozen=True)
class Outline:
    """``unasked``: criteria that nothing asks about; ``repeated``: those that several questions ask about."""

    structure: Structure
    pages: Sequence[PageLine]
    unasked: Sequence[str]
    repeated: Sequence[str]


def outline(structure: Structure) -> Outline:
    """One query: the criteria."""
    names = {one.code: f"{KIND_LABELS[one.family.kind]} « {one.label} »" for one in Criterion.objects.in_order()}
    numbers = {question.key: number for number, question in enumerate(structure.questions, start=1)}
    asked = Counter(code for question in structure.questions for code in _criteria(question))
    return Outline(
        structure=structure,
        pages=[
            PageLine(page, [_line(structure, one, numbers[one.key], names) for one in page.questions])
            for page in structure.pages
        ],
        unasked=[name for code, name in names.items() if code not in asked],
        repeated=[name for code, name in names.items() if asked[code] > 1],
    )


def _line(structure: Structure, question: QuestionPart, number: int, names: Mapping[str, str]) -> QuestionLine:
    return QuestionLine(
        part=question,
        number=number,
        kind=Question.Kind(question.kind).label,
        condition=condition_words(structure, question),
        criterion=names.get(question.criterion, ""),
        items=[(item.label, _said(item, names)) for item in question.items],
        dependants=[
            one.label for one in structure.questions if one.condition and one.condition.question == question.key
        ],
    )


def _said(item: ItemPart, names: Mapping[str, str]) -> str:
    return said_words(names[item.criterion], item.value) if item.criterion else ""


def _criteria(question: QuestionPart) -> set[str]:
    """Those that an answer to it may say something of."""
    return {code for code in [question.criterion, *(item.criterion for item in question.items)] if code}
