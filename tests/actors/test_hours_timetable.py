from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from actors.hours.calendar import PARIS
from actors.hours.reading import Hours, check
from actors.hours.timetable import (
    Addition,
    Closure,
    PublicHolidays,
    SchoolHolidays,
    Season,
    Slot,
    Timetable,
    Weeks,
    parse,
    write,
)
from tests.actors import random_timetables as random

ZONES = {"93": "C", "69": "A", "59": "B", "2A": ""}
MINUTES = int(timedelta(days=730) / timedelta(minutes=1))


@settings(max_examples=200)
@given(random.timetables())
def test_what_is_written_is_read_back(timetable):
    text = write(timetable)
    assert parse(text) == timetable
    if len(text) <= 2000:
        assert check(text) == text


@settings(max_examples=120)
@given(random.timetables(), st.sampled_from(sorted(ZONES)), st.lists(st.integers(0, MINUTES - 1), min_size=10))
def test_the_text_says_what_was_typed_on_every_minute_of_two_years(timetable, department, minutes):
    text = write(timetable)
    hours = Hours(text, department)
    expected = random.spans_of(timetable, ZONES[department])
    found = [(span.starts_at.astimezone(UTC), span.ends_at.astimezone(UTC)) for span in hours.between(*random.WINDOW)]
    assert found == expected, text
    for at in (random.WINDOW[0] + timedelta(minutes=m) for m in minutes):
        assert hours.is_open(at) == any(start <= at < end for start, end in expected), (text, at)


@settings(max_examples=60)
@given(random.timetables(), st.randoms(use_true_random=False))
def test_rules_in_another_order_are_not_misread(timetable, order):
    """Whatever ``parse`` makes of a text, opens at the very minutes of that text."""
    rules = write(timetable).split("; ")
    order.shuffle(rules)
    text = "; ".join(rules)
    found = parse(text)
    if found is not None and not found.day_break and Hours(text).between(*random.WINDOW):
        assert Hours(write(found), "93").between(*random.WINDOW) == Hours(text, "93").between(*random.WINDOW), text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("24/7", "24/7"),
        ("Mo-Su", "24/7"),
        ("  Mo-Fr   9:00-12:00 ", "Mo-Fr 09:00-12:00"),
        ("Mo, We 09:00-12:00, 14:00-17:00", "Mo,We 09:00-12:00,14:00-17:00"),
        ("Fr-Mo 09:00-12:00", "Mo,Fr-Su 09:00-12:00"),
        ("09:00-12:00", "Mo-Su 09:00-12:00"),
        ("Mo-Fr 09:00-12:00; Mo-Fr 14:00-17:00", "Mo-Fr 14:00-17:00"),
        ("Mo-Fr 09:00-12:00, Mo-Fr 14:00-17:00", "Mo-Fr 09:00-12:00,14:00-17:00"),
        ("Mo-Fr 09:00-12:00; We off", "Mo,Tu,Th,Fr 09:00-12:00"),
        ("Mo-Fr 09:00-12:00; PH,SH off", "Mo-Fr 09:00-12:00; SH off; PH off"),
        ("Mo-Fr 09:00-12:00; PH closed", "Mo-Fr 09:00-12:00; PH off"),
        ("Mo 09:00-12:00; 2026 Aug 01-24 off", "Mo 09:00-12:00; 2026 Aug 01-2026 Aug 24 off"),
        ("Mo 09:00-12:00; 2026 Aug off", "Mo 09:00-12:00; 2026 Aug 01-2026 Aug 31 off"),
        ("Mo 09:00-12:00; Aug off", "Mo 09:00-12:00; Aug 01-Aug 31 off"),
        ("Mo 09:00-12:00; Dec 25,Jan 01 off", "Mo 09:00-12:00; Jan 01 off; Dec 25 off"),
        ("Sep-Jun Mo 09:00-12:00", "Sep 01-Jun 30 Mo 09:00-12:00"),
        ("week 1-53/2 Mo 09:00-12:00", "week 01-53/2 Mo 09:00-12:00"),
        ("week 2-52/2 Mo 09:00-12:00", "week 02-53/2 Mo 09:00-12:00"),
        ("We[1,3] 09:00-12:00", "We[1,3] 09:00-12:00"),
        ("Mo-Fr 22:00-02:00; PH off", "Mo-Fr 22:00-02:00; PH 02:00-26:00 off"),
        ("", ""),
    ],
)
def test_what_others_write_is_read(text, written):
    assert write(parse(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "lundi de 9 h à 12 h",
        "Mo-Fr 09:00+",
        "Mo-Fr sunrise-12:00",
        'Mo-Fr 09:00-12:00 "sur rendez-vous"',
        "Mo-Fr 09:00-12:00 || Sa 09:00-12:00",
        "Mo-Fr,PH 09:00-12:00",
        "PH 09:00-12:00",
        "Mo-Fr 09:00-12:00; PH 09:00-10:00",
        "Mo-Fr 09:00-12:00; SH Mo 09:00-10:00",
        "Mo-Fr 09:00-12:00; SH,Mo 09:00-10:00",
        "Mo-Fr 09:00-12:00; SH Mo off",
        "2026 Aug 01-24 off; Mo-Fr 09:00-12:00",
        "Mo-Fr 09:00-12:00; 2026 Nov 11 09:00-10:00; 2026 Nov 01-30 off",
        "Mo-Fr 09:00-12:00; Aug off; PH unknown",
        "Mo-Fr 09:00-12:00, 2026 Nov 11 14:00-16:00",
        "Mo-Fr 09:00-12:00; 2026 Nov 11-12 14:00-16:00",
        "Mo-Fr 09:00-12:00; 2026 Nov 11 14:00-16:00 off",
        "Jul-Aug Mo 09:00-12:00; Dec Mo 10:00-12:00; Mar Mo 11:00-12:00",
        "Fr 22:00-02:00; Sa 09:00-12:00",
        "Fr 22:00-02:00; Sa off",
        "week 01-53/3 Mo 09:00-12:00",
        "week 20 Mo 09:00-12:00",
        "week 02-53/2 Mo[1] 09:00-12:00",
        "Mo 09:00-12:00; 2026 Feb 30 off",
        "Mo 09:00-12:00/00:30",
        "unknown",
    ],
)
def test_what_says_more_than_a_timetable_is_left_as_it_is(text):
    assert parse(text) is None


def test_halves_of_an_idea_are_refused():
    slots = (Slot(0, 540, 720),)
    with pytest.raises(ValueError, match="season"):
        Timetable(slots=slots, other_season=Season((7, 1), (8, 31)))
    with pytest.raises(ValueError, match="season"):
        Timetable(slots=slots, other_slots=slots)
    with pytest.raises(ValueError, match="school"):
        Timetable(slots=slots, school_holidays=SchoolHolidays.OWN)
    with pytest.raises(ValueError, match="school"):
        Timetable(slots=slots, school_slots=slots)


def test_two_timetables_that_say_the_same_are_equal():
    monday, tuesday = Slot(0, 540, 720), Slot(1, 540, 720)
    assert Timetable(slots=(tuesday, monday, monday)) == Timetable(slots=(monday, tuesday))


def test_all_that_can_be_typed_in_one_text():
    timetable = Timetable(
        slots=(
            *(Slot(day, 540, 720) for day in range(5)),
            Slot(1, 840, 1050),
            Slot(5, 600, 720, Weeks.EVEN),
            Slot(6, 600, 720, Weeks.FIRST),
        ),
        season=Season((9, 15), (6, 30)),
        school_holidays=SchoolHolidays.CLOSED,
        public_holidays=PublicHolidays.CLOSED,
        yearly_closures=(Season((8, 1), (8, 31)),),
        closures=(Closure(date(2026, 12, 20), date(2027, 1, 3)),),
        additions=(Addition(date(2026, 11, 11), 540, 720),),
    )
    assert write(timetable) == (
        "Sep 15-Jun 30 Mo,We-Fr 09:00-12:00; Sep 15-Jun 30 Tu 09:00-12:00,14:00-17:30; "
        "Sep 15-Jun 30 week 02-53/2 Sa 10:00-12:00; Sep 15-Jun 30 Su[1] 10:00-12:00; SH off; PH off; "
        "Aug 01-Aug 31 off; 2026 Dec 20-2027 Jan 03 off; 2026 Nov 11 09:00-12:00"
    )


def test_a_day_closed_closes_its_own_night():
    """The library alone would cut the night before, and keep the end of the night that is not held."""
    timetable = parse("Mo-Su 22:00-04:00; 2026 Aug 05 off")
    night = datetime(2026, 8, 5, 12, tzinfo=PARIS), datetime(2026, 8, 6, 12, tzinfo=PARIS)
    before = datetime(2026, 8, 4, 12, tzinfo=PARIS), datetime(2026, 8, 5, 12, tzinfo=PARIS)
    hours = Hours(write(timetable))
    assert hours.between(*night) == []
    assert [(span.starts_at.hour, span.ends_at.hour) for span in hours.between(*before)] == [(22, 4)]


@pytest.mark.parametrize(
    ("weeks", "mondays"),
    [
        (Weeks.ODD, [date(2026, 12, 14), date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 18)]),
        (Weeks.EVEN, [date(2026, 12, 21), date(2027, 1, 11)]),
    ],
)
def test_weeks_53_and_1_are_both_odd(weeks, mondays):
    text = write(Timetable(slots=(Slot(0, 540, 720, weeks),)))
    spans = Hours(text).between(datetime(2026, 12, 14, tzinfo=UTC), datetime(2027, 1, 19, tzinfo=UTC))
    assert [span.starts_at.date() for span in spans] == mondays


@given(random.timetables())
@settings(max_examples=50)
def test_the_library_takes_what_is_written(timetable):
    text = write(timetable)
    assert str(OpeningHours(str(OpeningHours(text)))) == str(OpeningHours(text))
