"""Which questions are asked, given the answers so far. Pure: questions with their items, and plain values.

The value of an answer, by the question's kind: ``text`` a text; ``number`` a text (``12.5``); ``date`` a text
(``2026-03-31``); ``yes_no`` one of ``Evidence.Value``; ``single`` an item's id; ``multiple`` a list of ids in the
items' order; ``scale`` an integer; ``grid``, for the rows answered, one of ``Evidence.Value`` by item's id as text.
``None``: not answered, or taken back.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from evaluation.models import Question

Values = Mapping[int, Any]
"""Values by question's id."""


def asked(questions: Iterable[Question], values: Values) -> list[Question]:
    """Those of ``questions``, all those of a version in order, that these answers lead to.

    One that depends on a question that is not asked itself is not asked.
    """
    found: dict[int, Question] = {}
    for question in questions:
        depends_on = question.condition_question_id
        if depends_on is None or (depends_on in found and _holds(question, found[depends_on], values.get(depends_on))):
            found[question.pk] = question
    return list(found.values())


def _holds(question: Question, on: Question, value: Any) -> bool:
    return not _chosen(on, value, question.condition_item_id).isdisjoint(question.condition_values)


def _chosen(question: Question, value: Any, item: int | None) -> set[str]:
    """An answer as the texts that a condition names."""
    if value is None:
        return set()
    if question.kind == Question.Kind.GRID:
        return {value[str(item)]} if str(item) in value else set()
    if question.kind == Question.Kind.MULTIPLE:
        return {str(chosen) for chosen in value}
    return {str(value)}
