"""The questionnaire that ships asks once of every criterion that ships, and of nobody what does not concern them."""

from collections import Counter

import pytest

from evaluation.criteria import ACTIVITIES, NOTHING, SHIPPED_CODES, STILL_ACTIVE
from evaluation.models import Question, Questionnaire, Version
from evaluation.questionnaires import default, rows
from evaluation.questionnaires.checks import check
from evaluation.questionnaires.conditions import asked
from evaluation.questionnaires.duration import minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> Version:
    questionnaire = Questionnaire.objects.get(title=default.TITLE)
    return Version.objects.in_full().get(questionnaire=questionnaire)


def feeding(version: Version, code: str) -> Question:
    """The question that asks of a criterion."""
    return next(
        one for one in version.questions if code in {one.criterion_id, *(item.criterion_id for item in one.items.all())}
    )


def item_of(question: Question, code: str):
    return next(item for item in question.items.all() if item.criterion_id == code)


def test_every_criterion_that_ships_is_asked_of_once(version):
    told = [question.criterion_id for question in version.questions if question.criterion_id]
    told += [item.criterion_id for question in version.questions for item in question.items.all() if item.criterion_id]
    assert Counter(told) == Counter(SHIPPED_CODES)


def test_it_is_sound(version):
    check(rows.read(version))


def test_it_takes_ten_minutes(version):
    assert minutes(version.questions) == 10


def test_who_did_nothing_is_not_asked_what(version):
    anything, activities = feeding(version, NOTHING), feeding(version, ACTIVITIES[0])
    said_nothing = asked(version.questions, {anything.pk: item_of(anything, NOTHING).pk})
    assert activities not in said_nothing
    assert feeding(version, "brake.people.lack_of_time") in said_nothing
    others = [item.pk for item in anything.items.all() if item.criterion_id != NOTHING]
    assert all(activities in asked(version.questions, {anything.pk: other}) for other in others)


@pytest.mark.parametrize(("value", "is_asked"), [("yes", True), ("no", False), ("unknown", True)])
def test_whether_it_still_meets_is_asked_unless_it_never_did(version, value, is_asked):
    anything, activities = feeding(version, NOTHING), feeding(version, "meeting")
    some = next(item.pk for item in anything.items.all() if item.criterion_id is None)
    values = {anything.pk: some, activities.pk: {str(item_of(activities, "meeting").pk): value}}
    assert (feeding(version, STILL_ACTIVE) in asked(version.questions, values)) is is_asked


def test_only_saying_nothing_says_nothing(version):
    """« Oui » to the first question must not deny what the contract derives."""
    items = [item for question in version.questions for item in question.items.all() if item.criterion_id == NOTHING]
    assert [item.value for item in items] == ["yes"]


def test_installing_again_changes_nothing(version):
    version.introduction = "Changée par l’équipe"
    version.save()
    before = list(Version.objects.values())
    assert default.install() == version.questionnaire
    assert list(Version.objects.values()) == before


def test_installing_after_everything_was_emptied():
    Questionnaire.objects.all().delete()
    default.install()
    version = Version.objects.in_full().get()
    assert rows.read(version).numbered() == default.STRUCTURE.numbered()


def test_kinds_of_every_sort_are_asked(version):
    assert {question.kind for question in version.questions} == set(Question.Kind)
