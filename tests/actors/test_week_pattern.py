"""The regular week found in openings (``actors/week/pattern.py``)."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.week.pattern import EVEN, EVERY, LAST, ODD, Change, Slot, by_day, find

DAY = timedelta(days=1)
MONDAY = date(2026, 1, 5)  # of the second ISO week
MORNING, NOON = Slot(time(9), time(12)), Slot(time(10), time(12))


def days_from(start: date, weeks: int) -> list[date]:
    return [start + n * DAY for n in range(7 * weeks)]


def mondays(weeks: int = 12) -> list[date]:
    return [MONDAY + 7 * n * DAY for n in range(weeks)]


def found(openings: dict, weeks: int = 12):
    return find(openings, MONDAY, MONDAY + (7 * weeks - 1) * DAY)


def regular(pattern) -> list[tuple[int, Slot, str]]:
    return [(weekday, one.slot, one.weeks) for weekday, ones in enumerate(pattern.days) for one in ones]


slots = st.sampled_from(
    [
        MORNING,
        NOON,
        Slot(time(14), time(17, 30)),
        Slot(time(22), time(2)),
        Slot(time(0), time(0)),
        Slot(time(9), time(17)),
    ]
)


@st.composite
def openings(draw):
    """Days of a regular week, of alternate weeks, of closures and additions, or of nothing regular at all."""
    start = draw(st.dates(date(2024, 1, 1), date(2028, 12, 31)))
    length = draw(st.integers(1, 120))
    dates = [start + n * DAY for n in range(length)]
    weekly = draw(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 1)), st.sets(slots, max_size=2)))
    days = {day: set(weekly.get((day.weekday(), day.isocalendar().week % 2), ())) for day in dates}
    for at, several in draw(st.lists(st.tuples(st.integers(0, length - 1), st.integers(1, 30)), max_size=3)):
        for day in dates[at : at + several]:
            days[day] = set()
    for at, several in draw(st.lists(st.tuples(st.integers(0, length - 1), st.integers(1, 30)), max_size=2)):
        other = draw(slots)
        for day in dates[at : at + several]:
            days[day] = days[day] and {other}
    for at in draw(st.lists(st.integers(0, length - 1), max_size=12)):
        days[dates[at]] ^= {draw(slots)}
    return start, dates[-1], {day: tuple(sorted(slots)) for day, slots in days.items() if slots}


@given(openings())
def test_the_week_and_its_changes_tell_every_day(drawn):
    start, end, days = drawn
    pattern = find(days, start, end)
    told = {start + n * DAY: pattern.on(start + n * DAY) for n in range((end - start).days + 1)}
    assert {day: slots for day, slots in told.items() if slots} == days


@given(openings())
def test_a_change_says_something_else_than_the_week(drawn):
    start, end, days = drawn
    pattern = find(days, start, end)
    for change in pattern.changes:
        covered = [start + n * DAY for n in range((end - start).days + 1) if change.covers(start + n * DAY)]
        assert any(days.get(day, ()) == change.now != pattern.regular_on(day) for day in covered)


def test_what_is_open_each_week_is_regular():
    pattern = found(dict.fromkeys(mondays(), (MORNING,)))
    assert regular(pattern) == [(0, MORNING, EVERY)]
    assert pattern.changes == ()


@pytest.mark.parametrize(("first", "weeks"), [(0, EVEN), (1, ODD)])
def test_alternate_weeks_are_said(first, weeks):
    pattern = found(dict.fromkeys(mondays()[first::2], (MORNING,)))
    assert regular(pattern) == [(0, MORNING, weeks)]
    assert pattern.changes == ()


@pytest.mark.parametrize(
    ("chosen", "weeks"),
    [
        (lambda day: day.day <= 7, "1"),
        (lambda day: day.day <= 7 or 15 <= day.day <= 21, "1,3"),
        (lambda day: (day + 7 * DAY).month != day.month, LAST),
    ],
)
def test_weeks_of_the_month_are_said(chosen, weeks):
    # Through months of four and of five Mondays: the last and the fourth are not the same.
    pattern = found({day: (MORNING,) for day in mondays(26) if chosen(day)}, weeks=26)
    assert regular(pattern) == [(0, MORNING, weeks)]
    assert pattern.changes == ()


def test_a_closure_is_one_change_from_its_first_day_to_its_last():
    days = {day: (MORNING,) for day in days_from(MONDAY, 12) if day.weekday() < 5}
    for day in days_from(MONDAY + 14 * DAY, 2):
        days.pop(day, None)
    assert found(days).changes == (Change(date(2026, 1, 19), date(2026, 1, 30)),)


def test_a_day_closed_once_and_one_open_once_are_changes():
    days = {day: (MORNING,) for day in days_from(MONDAY, 12) if day.weekday() < 5}
    del days[date(2026, 1, 21)]
    days[date(2026, 1, 31)] = (NOON,)
    closed = Change(date(2026, 1, 21), date(2026, 1, 21))
    added = Change(date(2026, 1, 31), date(2026, 1, 31), now=(NOON,))
    assert found(days).changes == (closed, added)


def test_other_hours_for_some_weeks_are_one_change_for_that_weekday():
    days = {day: (MORNING,) for day in days_from(MONDAY, 12) if day.weekday() in {0, 3}}
    days |= dict.fromkeys(mondays()[2:5], (NOON,))
    assert found(days).changes == (Change(mondays()[2], mondays()[4], (NOON,), (MORNING,), weekday=0),)


def test_what_is_too_rare_to_be_regular_is_dated():
    days = dict.fromkeys([mondays()[3], mondays()[9]], (MORNING,))
    pattern = found(days)
    assert regular(pattern) == []
    assert [change.starts_on for change in pattern.changes] == list(days)


@pytest.mark.parametrize(
    ("slot", "half_days"),
    [
        (Slot(time(9), time(12, 30)), ["morning"]),
        (Slot(time(11, 30), time(13, 30)), ["afternoon"]),
        (Slot(time(9), time(17)), ["morning", "afternoon"]),
        (Slot(time(17), time(19)), ["afternoon"]),
        (Slot(time(17), time(19, 30)), ["evening"]),
        (Slot(time(22), time(2)), ["evening"]),
        (Slot(time(0), time(0)), ["morning", "afternoon", "evening"]),
    ],
)
def test_a_slot_is_of_the_half_days_that_it_takes(slot, half_days):
    assert slot.half_days == half_days


def test_a_night_stays_whole_and_what_never_closes_is_cut_at_midnight():
    night = (datetime(2026, 1, 5, 22), datetime(2026, 1, 6, 7), False)
    assert by_day([night], MONDAY, MONDAY + DAY) == {MONDAY: (Slot(time(22), time(7)),)}
    always = (datetime(2026, 1, 4), datetime(2026, 1, 8), False)
    whole = (Slot(time(0), time(0)),)
    assert by_day([always], MONDAY, MONDAY + DAY) == {MONDAY: whole, MONDAY + DAY: whole}


def test_other_hours_for_two_weeks_are_one_change_that_leaves_other_days_alone():
    days = {day: (MORNING,) for day in days_from(MONDAY, 12) if day.weekday() < 5}
    days |= {day: (NOON,) for day in days_from(MONDAY + 14 * DAY, 2) if day.weekday() < 5}
    pattern = found(days)
    assert pattern.changes == (Change(date(2026, 1, 19), date(2026, 1, 30), (NOON,), (MORNING,)),)
    assert {day: pattern.on(day) for day in days_from(MONDAY, 12) if pattern.on(day)} == days
