"""Evidence from the logbook (``evaluation/logbook.py``): records turn cells, and turn them back."""

from datetime import UTC, date, datetime

import pytest

from coordination.models import Meeting, MutualisationProject
from coordination.records import delete_record
from evaluation.evidence import read, statements
from evaluation.logbook import activity_starts
from evaluation.models import Evaluation, Evidence
from evaluation.verdicts import Verdict
from evaluation.workbook import exporting, importing
from tests.factories import (
    CaseFactory,
    DiagnosticFactory,
    EvidenceFactory,
    MappingFactory,
    MeetingFactory,
    OtherActionFactory,
    ProjectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 12, 31)


@pytest.fixture
def case():
    return CaseFactory(evaluation__as_of=AS_OF, evaluation__active_months=12)


@pytest.fixture
def territory(case):
    return case.participation.territory


def verdict(case, code: str) -> Verdict:
    return read(case.evaluation).matrix.rows[0].verdict(code)


def said(case, code: str) -> list[tuple]:
    found = statements(case.evaluation, [(case.pk, code)])[case.pk, code]
    return [(s.weighs, s.evidence.source, s.evidence.date, s.record) for s in found]


@pytest.mark.parametrize(
    ("code", "factory", "more"),
    [
        ("mapping", MappingFactory, {}),
        ("diagnostic", DiagnosticFactory, {}),
        ("mutualisation", ProjectFactory, {"stage": MutualisationProject.Stage.FINISHED}),
        ("other", OtherActionFactory, {}),
    ],
)
def test_a_finished_record_says_yes_of_its_kind(case, territory, code, factory, more):
    record = factory(territory=territory, finished_on=AS_OF, **more)
    assert verdict(case, code) is Verdict.YES
    assert said(case, code) == [("yes", "logbook", AS_OF, record)]
    delete_record(record=record, by=UserFactory(is_staff=True))
    assert verdict(case, code) is Verdict.NO_ANSWER
    assert said(case, code) == []


def test_a_record_under_way_says_nothing(case, territory):
    MappingFactory(territory=territory, started_on=date(2025, 1, 1))
    assert verdict(case, "mapping") is Verdict.NO_ANSWER
    assert said(case, "mapping") == []


@pytest.mark.parametrize("stage", ["running", "abandoned"])
def test_a_project_that_is_not_finished_says_nothing(case, territory, stage):
    ProjectFactory(territory=territory, stage=stage, finished_on=AS_OF)
    assert verdict(case, "mutualisation") is Verdict.NO_ANSWER


def test_a_record_dated_after_the_state_of_play_is_left_out_and_shown(case, territory):
    MappingFactory(territory=territory, finished_on=date(2026, 1, 1))
    assert verdict(case, "mapping") is Verdict.NO_ANSWER
    [(weighs, *_)] = said(case, "mapping")
    assert weighs == ""


def test_another_territory_s_records_say_nothing(case):
    MappingFactory(finished_on=AS_OF)
    MeetingFactory(starts_at=datetime(2025, 6, 1, tzinfo=UTC))
    assert verdict(case, "mapping") is Verdict.NO_ANSWER
    assert verdict(case, "meeting") is Verdict.NO_ANSWER
    assert said(case, "meeting") == []


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_only_a_meeting_held_counts(case, territory, status):
    meeting = MeetingFactory(territory=territory, starts_at=datetime(2025, 6, 1, tzinfo=UTC))
    assert verdict(case, "meeting") is verdict(case, "still_active") is Verdict.YES
    Meeting.objects.filter(pk=meeting.pk).update(status=status)
    assert verdict(case, "meeting") is verdict(case, "still_active") is Verdict.NO_ANSWER


@pytest.mark.parametrize(
    ("starts_at", "active"),
    [
        (datetime(2024, 12, 31, 12, tzinfo=UTC), Verdict.YES),  # just within the twelve months
        (datetime(2024, 12, 30, 12, tzinfo=UTC), Verdict.NO),
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), Verdict.YES),  # 23:30 in Paris: still the last day
    ],
)
def test_still_active_is_said_by_the_last_meeting(case, territory, starts_at, active):
    MeetingFactory(territory=territory, starts_at=datetime(2019, 1, 1, tzinfo=UTC))
    last = MeetingFactory(territory=territory, starts_at=starts_at)
    assert verdict(case, "meeting") is Verdict.YES
    assert verdict(case, "still_active") is active
    assert said(case, "still_active") == [(active.code, "logbook", last.day, last)]


def test_a_meeting_after_midnight_in_paris_is_of_the_next_year(case, territory):
    MeetingFactory(territory=territory, starts_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert verdict(case, "meeting") is Verdict.NO_ANSWER


def test_the_logbook_contradicts_what_was_stated(case, territory):
    EvidenceFactory(case=case, criterion_id="meeting", value=Evidence.Value.NO)
    MeetingFactory(territory=territory, starts_at=datetime(2025, 6, 1, tzinfo=UTC))
    assert verdict(case, "meeting") is Verdict.UNCERTAIN
    assert len(said(case, "meeting")) == 2


@pytest.mark.parametrize(
    ("as_of", "months", "start"),
    [
        (date(2025, 12, 31), 12, date(2024, 12, 31)),
        (date(2025, 3, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2025, 1, 15), 13, date(2023, 12, 15)),
    ],
)
def test_the_months_of_activity_end_on_the_same_day(as_of, months, start):
    assert activity_starts(Evaluation(as_of=as_of, active_months=months)) == start


def test_an_export_carries_what_the_logbook_said(case, territory, tmp_path):
    MeetingFactory(territory=territory, starts_at=datetime(2025, 6, 1, tzinfo=UTC))
    exporting.write(case.evaluation, tmp_path)
    before = read(case.evaluation).figures
    Meeting.objects.all().delete()
    assert importing.write(importing.check(tmp_path)).evaluation == case.evaluation
    after = read(case.evaluation).figures
    assert [(f.code, f.certain, f.possible) for f in after.values()] == [
        (f.code, f.certain, f.possible) for f in before.values()
    ]
    assert after["meeting_still_active"].certain == 1
