"""The constraints of questionnaires' tables."""

import pytest
from django.db import IntegrityError, transaction

from evaluation.models import Question, Version
from tests.factories import ItemFactory, QuestionFactory, VersionFactory

pytestmark = pytest.mark.django_db
SCALE = {"kind": "scale", "minimum": 1, "maximum": 5}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("question_criterion_for_yes_no_only", {"kind": "text", "criterion_id": "meeting"}),
        ("question_scale_has_ends", SCALE | {"minimum": None}),
        ("question_scale_has_ends", SCALE | {"maximum": None}),
        ("question_scale_has_ends", SCALE | {"maximum": 1}),
    ],
)
def test_a_question_makes_sense(name, wrong):
    with pytest.raises(IntegrityError, match=name):
        QuestionFactory(**wrong)


def test_what_makes_sense_is_taken():
    QuestionFactory(kind="yes_no", criterion_id="meeting")
    QuestionFactory(**SCALE)
    QuestionFactory(kind="number", maximum=3)


def test_a_row_conditions_with_its_question():
    item = ItemFactory(question__kind="grid")
    QuestionFactory(condition_question=item.question, condition_item=item)
    with pytest.raises(IntegrityError, match="question_condition_item_of_question"):
        QuestionFactory(condition_item=item)


def test_a_question_does_not_depend_on_itself():
    question = QuestionFactory(kind="yes_no")
    QuestionFactory(condition_question=question)
    with pytest.raises(IntegrityError, match="question_condition_on_another"), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(condition_question=question)


def test_a_version_has_its_number():
    version = VersionFactory()
    VersionFactory(number=version.number)
    with pytest.raises(IntegrityError, match=r"version_number_once|evaluation_version\.number"):
        VersionFactory(questionnaire=version.questionnaire, number=version.number)


def test_a_version_goes_with_the_conditions_among_its_questions():
    item = ItemFactory(question__kind="grid")
    version = item.question.page.version
    QuestionFactory(page=item.question.page, condition_question=item.question, condition_item=item)
    version.delete()
    assert not Version.objects.filter(pk=version.pk).exists()
    assert not Question.objects.filter(pk=item.question_id).exists()
