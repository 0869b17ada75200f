"""How long a questionnaire takes, for what its mails and its first page announce."""

import math
from collections.abc import Iterable

from evaluation.models import Question

Kind = Question.Kind
SECONDS = {
    Kind.TEXT: 90,
    Kind.NUMBER: 15,
    Kind.DATE: 20,
    Kind.YES_NO: 12,
    Kind.SINGLE: 15,
    Kind.MULTIPLE: 25,
    Kind.SCALE: 12,
}
SECONDS_A_ROW = 8
ROUNDED_TO = 5


def minutes(questions: Iterable[Question]) -> int:
    """Minutes to answer ``questions`` if all are asked, rounded up to five: an estimate, whose seconds are ours."""
    seconds = sum(
        SECONDS_A_ROW * len(question.items.all()) if question.kind == Kind.GRID else SECONDS[question.kind]
        for question in questions
    )
    return max(ROUNDED_TO, math.ceil(seconds / 60 / ROUNDED_TO) * ROUNDED_TO)
