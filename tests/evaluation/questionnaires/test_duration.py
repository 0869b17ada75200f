"""How long a questionnaire is said to take: ``evaluation/questionnaires/duration.py``."""

import pytest

from evaluation.models import Question
from evaluation.questionnaires.duration import ROUNDED_TO, SECONDS, SECONDS_A_ROW, minutes
from tests.factories import ItemFactory, QuestionFactory

pytestmark = pytest.mark.django_db
Kind = Question.Kind


def test_every_kind_of_question_takes_its_time():
    assert {*SECONDS, Kind.GRID} == set(Kind)


def test_a_few_questions_take_five_minutes_and_one_second_more_ten():
    rows = ROUNDED_TO * 60 // SECONDS_A_ROW
    grid = QuestionFactory(kind=Kind.GRID)
    ItemFactory.create_batch(rows, question=grid)
    assert minutes([grid]) == ROUNDED_TO
    assert minutes([grid, QuestionFactory(kind=Kind.YES_NO)]) == 2 * ROUNDED_TO


def test_nothing_asked_takes_the_least():
    assert minutes([]) == ROUNDED_TO
