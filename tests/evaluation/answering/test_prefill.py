"""What the logbook already says of the questions: ``evaluation/answering/prefill.py``."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from evaluation.answering.prefill import Hint, hints
from tests.factories import (
    CaseFactory,
    DiagnosticFactory,
    ItemFactory,
    MappingFactory,
    MeetingFactory,
    OtherActionFactory,
    ProjectFactory,
    QuestionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(evaluation__as_of=date(2026, 6, 30))


def hint(case, code: str) -> Hint | None:
    question = QuestionFactory(kind="yes_no", criterion_id=code)
    return hints(case, [question]).of(question)


def meet(case, *days: date, **how) -> None:
    for day in days:
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        MeetingFactory(territory=case.participation.territory, starts_at=moment, **how)


def test_one_record_is_told(case):
    meet(case, date(2026, 3, 12))
    assert hint(case, "meeting") == Hint("yes", "une réunion, le 12 mars 2026")


def test_several_are_counted_and_the_last_dated(case):
    meet(case, date(2026, 3, 12), date(2025, 11, 3))
    assert hint(case, "meeting") == Hint("yes", "deux réunions, la dernière le 12 mars 2026")


def test_many_are_counted_in_figures(case):
    meet(case, *[date(2026, 3, day) for day in range(1, 12)])
    assert hint(case, "meeting").words == "11 réunions, la dernière le 11 mars 2026"


@pytest.mark.parametrize(
    ("factory", "code", "more", "words"),
    [
        (MappingFactory, "mapping", {}, "une cartographie terminée, le 2 février 2026"),
        (DiagnosticFactory, "diagnostic", {}, "un diagnostic terminé, le 2 février 2026"),
        (
            ProjectFactory,
            "mutualisation",
            {"stage": "finished"},
            "un projet de mutualisation mené à bien, le 2 février 2026",
        ),
        (OtherActionFactory, "other", {}, "une autre action terminée, le 2 février 2026"),
    ],
)
def test_each_kind_of_record_has_its_words(case, factory, code, more, words):
    factory(territory=case.participation.territory, finished_on=date(2026, 2, 2), **more)
    assert hint(case, code) == Hint("yes", words)
    factory(territory=case.participation.territory, finished_on=date(2026, 1, 1), **more)
    assert hint(case, code).words.startswith("deux ")
    assert hint(case, code).words.endswith(" le 2 février 2026")


@pytest.mark.parametrize(("last", "value"), [(date(2025, 7, 1), "yes"), (date(2025, 6, 29), "no")])
def test_whether_the_coordination_is_still_active_follows_its_last_meeting(case, last, value):
    meet(case, date(2024, 1, 8), last)
    found = hint(case, "still_active")
    assert found.value == value
    assert found.words.startswith("dernière réunion le ")


def test_what_is_elsewhere_to_come_or_called_off_is_not_told(case):
    MeetingFactory(territory=TerritoryFactory(), starts_at=datetime(2026, 3, 12, 9, tzinfo=UTC))
    meet(case, date(2026, 3, 13), status="cancelled")
    meet(case, timezone.localdate() + timedelta(days=3))
    assert hint(case, "meeting") is None


def test_of_a_grid_the_rows_are_told(case):
    meet(case, date(2026, 3, 12))
    grid = QuestionFactory(kind="grid")
    rows = {code: ItemFactory(question=grid, criterion_id=code) for code in ("mapping", "meeting")}
    found = hints(case, [grid])
    assert found.value(grid) == {str(rows["meeting"].pk): "yes"}
    assert found.of(grid) is None
    assert found.of(grid, rows["mapping"]) is None
    assert found.of(grid, rows["meeting"]).words == "une réunion, le 12 mars 2026"


def test_what_no_logbook_knows_asks_nothing_of_the_database(case, django_assert_num_queries):
    questions = [
        QuestionFactory(kind="text"),
        QuestionFactory(kind="yes_no", criterion_id="outcome.regional_links"),
        QuestionFactory(kind="yes_no", criterion_id=None),
    ]
    with django_assert_num_queries(0):
        found = hints(case, questions)
    assert [found.value(question) for question in questions] == [None] * 3
