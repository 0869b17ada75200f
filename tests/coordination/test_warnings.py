from datetime import date

import pytest

from coordination.warnings import Fact, Facts, Sign, months_before, signs

TODAY = date(2026, 6, 15)
QUIET = {"today": TODAY, "last_meeting": date(2026, 5, 1), "has_support": True}


def codes(**facts) -> list[str]:
    return [sign.code for sign in signs(Facts(**QUIET | facts))]


def test_nothing_to_tell():
    assert codes() == []


@pytest.mark.parametrize(
    ("last", "following", "expected"),
    [
        (date(2025, 6, 15), None, []),
        (date(2025, 6, 14), None, ["no_recent_meeting"]),
        (date(2025, 6, 14), date(2026, 7, 1), []),
        (None, None, ["no_meeting"]),
        (None, date(2026, 7, 1), []),
    ],
)
def test_a_year_without_a_meeting(last, following, expected):
    assert codes(last_meeting=last, next_meeting=following) == expected


def test_a_meeting_that_passed_without_being_logged_is_told_instead_of_silence():
    unlogged = Fact("Réunion de coordination", date(2026, 6, 1), "/r/1")
    assert signs(Facts(**QUIET | {"last_meeting": None, "unlogged_meetings": [unlogged]})) == [
        Sign(
            "meeting_not_logged",
            "« Réunion de coordination » était prévue le 1er juin 2026 : a-t-elle eu lieu ?",
            "/r/1",
            is_late=True,
        )
    ]


def test_overdue_actions_are_told_once():
    late = Fact("Appeler l’épicerie", date(2026, 6, 1), "/a/1")
    (one,) = signs(Facts(**QUIET, overdue_actions=[late]))
    assert (one.code, one.url, one.is_late) == ("overdue_actions", "/a/1", True)
    (two,) = signs(Facts(**QUIET, overdue_actions=[late, Fact("Autre", date(2026, 5, 2))]))
    assert two.text == "2 actions sont en retard, la plus ancienne depuis le 2 mai 2026."


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 14), ["funding_deadline_passed"]),
        (date(2026, 6, 15), ["funding_deadline"]),
        (date(2026, 7, 15), ["funding_deadline"]),
        (date(2026, 7, 16), []),
    ],
)
def test_a_funding_deadline_near_or_passed(day, expected):
    assert codes(funding_deadlines=[Fact("MMPT", day)]) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 6, 14), []), (date(2026, 6, 15), ["term"]), (date(2026, 12, 15), ["term"]), (date(2026, 12, 16), [])],
)
def test_an_election_or_the_end_of_a_mandate_within_six_months(day, expected):
    assert codes(terms=[Fact("Élections municipales", day)]) == expected


def test_no_political_support():
    assert codes(has_support=False) == ["no_support"]


@pytest.mark.parametrize(("day", "expected"), [(date(2025, 12, 15), []), (date(2025, 12, 14), ["silent_project"])])
def test_a_project_without_news_for_six_months(day, expected):
    assert codes(projects=[Fact("Stockage", day)]) == expected


def test_what_is_late_comes_first():
    found = signs(
        Facts(
            today=TODAY,
            last_meeting=date(2020, 1, 1),
            overdue_actions=[Fact("Appeler", date(2026, 6, 1))],
            funding_deadlines=[Fact("ARS", date(2026, 6, 20)), Fact("MMPT", date(2026, 6, 1))],
        )
    )
    assert [sign.code for sign in found] == [
        "overdue_actions",
        "funding_deadline_passed",
        "no_recent_meeting",
        "funding_deadline",
        "no_support",
    ]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 6, 15), 12, date(2025, 6, 15)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected
