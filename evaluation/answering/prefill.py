"""What a territory's logbook already says of the questions: to confirm or correct, never to be asked again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from alimactiv.french import dated
from evaluation import logbook
from evaluation.criteria import STILL_ACTIVE
from evaluation.models import Case, Item, Question

# One, several, and how the last one is dated.
_NAMES = {
    "meeting": ("une réunion", "réunions", "la dernière le"),
    "mapping": ("une cartographie terminée", "cartographies terminées", "la dernière le"),
    "diagnostic": ("un diagnostic terminé", "diagnostics terminés", "le dernier le"),
    "mutualisation": (
        "un projet de mutualisation mené à bien",
        "projets de mutualisation menés à bien",
        "le dernier le",
    ),
    "other": ("une autre action terminée", "autres actions terminées", "la dernière le"),
}
_NUMBERS = ("deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@dataclass(frozen=True)
class Hint:
    """What the logbook says of a criterion: the answer to propose, and why."""

    value: str
    words: str


@dataclass(frozen=True)
class Hints:
    """By criterion's code."""

    by_criterion: Mapping[str, Hint] = field(default_factory=dict)

    def of(self, question: Question, row: Item | None = None) -> Hint | None:
        """Of a yes/no question, or of a row of a grid."""
        if question.kind == Question.Kind.GRID and row is None:
            return None
        return self.by_criterion.get((row or question).criterion_id)

    def value(self, question: Question) -> str | dict[str, str] | None:
        """The answer to propose to a question; ``None``: nothing is known."""
        if question.kind != Question.Kind.GRID:
            hint = self.of(question)
            return hint.value if hint else None
        rows = {str(item.pk): self.of(question, item) for item in question.items.all()}
        return {row: hint.value for row, hint in rows.items() if hint} or None


def hints(case: Case, questions: Iterable[Question]) -> Hints:
    """What the logbook of the territory of ``case`` (with its participation and evaluation) says today of what these
    questions ask; at most six queries, and none where they ask nothing that a logbook knows."""
    codes = set(_criteria(questions)) & {*_NAMES, STILL_ACTIVE}
    if not codes:
        return Hints()
    said: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for evidence in logbook.evidence(case.evaluation, [case], codes):
        if evidence.date <= timezone.localdate():
            said[evidence.criterion_id].append((evidence.date, evidence.value))
    return Hints({code: _hint(code, sorted(statements)) for code, statements in said.items()})


def _criteria(questions: Iterable[Question]) -> Iterable[str]:
    for question in questions:
        if question.kind == Question.Kind.YES_NO:
            yield question.criterion_id
        elif question.kind == Question.Kind.GRID:
            yield from (item.criterion_id for item in question.items.all())


def _hint(code: str, statements: list[tuple[date, str]]) -> Hint:
    """``statements`` are days and values, the last one last."""
    day, value = statements[-1]
    last = dated(day)
    if code == STILL_ACTIVE:
        return Hint(value, f"dernière réunion le {last}")
    one, several, lately = _NAMES[code]
    count = len(statements)
    if count == 1:
        return Hint(value, f"{one}, le {last}")
    number = _NUMBERS[count - 2] if count - 2 < len(_NUMBERS) else str(count)
    return Hint(value, f"{number} {several}, {lately} {last}")
