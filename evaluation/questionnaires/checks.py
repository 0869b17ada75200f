"""What makes a questionnaire sound: conditions on earlier questions only, choices that can be chosen from."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from evaluation.models import Evidence, Question
from evaluation.questionnaires.structure import CHOICES, Key, QuestionPart, Structure

Kind = Question.Kind
MAX_STEPS = 11
"""The points of a scale at most: 0 to 10."""


def check(structure: Structure) -> None:
    """Raises ``ValidationError`` with all that is wrong, in words."""
    problems = [problem for question in structure.questions for problem in _shape_problems(question)]
    problems = problems or list(_condition_problems(structure))
    if problems:
        raise ValidationError(problems)


def possible_values(on: QuestionPart) -> list[Key]:
    """What a condition on that question (or on a row of it) may be about; nothing for a text, a number, a date."""
    if on.kind in CHOICES:
        return [item.key for item in on.items]
    if on.kind == Kind.SCALE:
        return [str(step) for step in range(on.minimum, on.maximum + 1)]
    if on.kind in (Kind.YES_NO, Kind.GRID):
        return list(Evidence.Value)
    return []


def _condition_problems(structure: Structure) -> Iterator[str]:
    everything = {question.key: question for question in structure.questions}
    earlier: set[Key] = set()
    for question in structure.questions:
        if question.condition:
            yield from _condition_problem(question, everything.get(question.condition.question), earlier)
        earlier.add(question.key)


def _condition_problem(question: QuestionPart, on: QuestionPart | None, earlier: set[Key]) -> Iterator[str]:
    condition = question.condition
    change_first = "Changez d’abord cette condition."
    if on is None:
        yield f"« {question.label} » n’est posée que selon la réponse à une question qui disparaîtrait. {change_first}"
    elif on.key not in earlier:
        yield f"« {question.label} » n’est posée que selon la réponse à « {on.label} » : elle doit venir après."
    elif (on.kind == Kind.GRID) != (condition.item is not None) or (condition.item and not on.item(condition.item)):
        yield f"« {question.label} » dépend d’une ligne de « {on.label} » qui disparaîtrait. {change_first}"
    elif not condition.values or not set(condition.values) <= set(possible_values(on)):
        yield f"« {question.label} » dépend d’une réponse à « {on.label} » qui disparaîtrait. {change_first}"


def _shape_problems(question: QuestionPart) -> Iterator[str]:
    labels = [item.label.casefold() for item in question.items]
    if question.kind in CHOICES and len(labels) < 2:
        yield f"« {question.label} » demande au moins deux choix."
    if question.kind == Kind.GRID and not labels:
        yield f"« {question.label} » demande au moins une ligne."
    if len(labels) > len(set(labels)):
        yield f"« {question.label} » a deux fois le même intitulé."
    ends = (question.minimum, question.maximum)
    if question.kind == Kind.SCALE and (None in ends or not 0 < ends[1] - ends[0] < MAX_STEPS):
        yield f"L’échelle de « {question.label} » va d’un nombre à un plus grand, en {MAX_STEPS} degrés au plus."
    if question.kind == Kind.NUMBER and None not in ends and ends[0] > ends[1]:
        yield f"Le plus petit nombre de « {question.label} » dépasse le plus grand."
