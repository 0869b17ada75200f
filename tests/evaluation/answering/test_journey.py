"""The way through a questionnaire: ``evaluation/answering/journey.py``."""

import pytest

from evaluation.answering.journey import read
from evaluation.answering.operations import Given, save
from tests.factories import PageFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(page):
    return [page, PageFactory(version=page.version), PageFactory(version=page.version)]


@pytest.fixture
def met(pages):
    return QuestionFactory(page=pages[0], kind="yes_no", required=True)


@pytest.fixture
def when(pages, met):
    return QuestionFactory(page=pages[1], condition_question=met, condition_values=["yes"])


@pytest.fixture
def story(pages):
    return QuestionFactory(page=pages[2])


def answer(response, **values) -> None:
    """By question's id after ``q``."""
    answers = read(response).answers
    given = []
    for name, value in values.items():
        pk = int(name[1:])
        given.append(Given(pk, value, answers[pk].revision if pk in answers else 0))
    save(invitation=response.invitation, given=given)


def titles(journey) -> list[str]:
    return [stage.page.title for stage in journey.stages]


def test_pages_come_as_the_answers_lead_to_them(response, pages, met, when, story):
    assert titles(read(response)) == [pages[0].title, pages[2].title]
    assert read(response).total == 2
    answer(response, **{f"q{met.pk}": "yes"})
    journey = read(response)
    assert titles(journey) == [page.title for page in pages]
    assert (journey.answered, journey.total) == (1, 3)
    assert [stage.number for stage in journey.stages] == [1, 2, 3]


def test_a_page_without_a_question_is_not_gone_through(response, pages, story):
    assert titles(read(response)) == [pages[2].title]


def test_one_goes_on_at_the_first_page_not_seen_to_its_end(response, pages, met, when, story):
    more = QuestionFactory(page=pages[0])
    assert read(response).resumes_at.page == pages[0]
    answer(response, **{f"q{met.pk}": "yes"})
    assert read(response).resumes_at.page == pages[0]
    answer(response, **{f"q{more.pk}": None})
    assert read(response).resumes_at.page == pages[1]
    answer(response, **{f"q{when.pk}": "Hier", f"q{story.pk}": None})
    assert read(response).resumes_at is None
    answer(response, **{f"q{met.pk}": None})
    assert read(response).resumes_at.page == pages[0]


def test_what_is_required_and_asked_is_missing(response, met, when, story):
    assert [one.question for one in read(response).missing] == [met]
    answer(response, **{f"q{met.pk}": "unknown"})
    assert read(response).missing == []


def test_what_a_page_decides_itself_is_laid_out_and_not_counted(response, page):
    met = QuestionFactory(page=page, kind="yes_no")
    when = QuestionFactory(page=page, condition_question=met, condition_values=["yes"])
    then = QuestionFactory(page=page, condition_question=when, condition_values=["Hier"])
    elsewhere = QuestionFactory(page=PageFactory(version=page.version))
    QuestionFactory(page=page, condition_question=elsewhere, condition_values=["x"])
    journey = read(response)
    assert journey.stages[0].shown == [met, when, then]
    assert [one.question for one in journey.stages[0].said] == [met]
    assert journey.total == 2


def test_pages_beside(response, pages, met, story):
    first, last = read(response).stages
    journey = read(response)
    assert journey.beside(first, 1).page == last.page
    assert journey.beside(last, -1).page == first.page
    assert (journey.beside(first, -1), journey.beside(last, 1)) == (None, None)
    assert journey.stage(pages[1].pk) is None


def test_as_many_queries_whatever_there_is(response, page, django_assert_num_queries):
    for pages in (1, 3):
        for _ in range(pages):
            QuestionFactory.create_batch(3, page=PageFactory(version=page.version), kind="single")
        with django_assert_num_queries(5):
            journey = read(response)
            assert journey.resumes_at
            assert journey.total
