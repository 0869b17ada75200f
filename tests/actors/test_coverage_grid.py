"""What is open when and what is far (``actors/coverage/grid.py``): cases by hand, and all of it by brute force."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from actors.coverage import grid
from actors.coverage.grid import WEEK, Cell, Outlet, State, Zone
from actors.coverage.reading import Month
from actors.distance import Point, kilometres
from actors.week.pattern import HALF_DAYS, Slot, by_day
from actors.week.schedule import openings

DAY = timedelta(days=1)
START, END = date(2026, 6, 1), date(2026, 6, 28)  # four weeks, from a Monday
MORNING = Slot(time(9), time(12))


def outlet(name="", days=(), slots=(MORNING,), **about) -> Outlet:
    return Outlet(
        **{
            "name": name,
            "actor": 1,
            "kind": "food_parcel",
            "publics": (),
            "zone": "Centre",
            "openings": dict.fromkeys(days, tuple(slots)),
        }
        | about
    )


def weekly(start: date, times: int) -> list[date]:
    return [start + n * 7 * DAY for n in range(times)]


def test_open_every_week_some_weeks_never():
    cells = grid.grid([outlet("un", weekly(START, 4)), outlet("deux", weekly(START + DAY, 3))], START, END)
    assert (cells[0, "morning"].state, cells[1, "morning"].state) == (State.EVERY, State.SOME)
    assert (cells[1, "morning"].covered, cells[1, "morning"].weeks) == (3, 4)
    assert [one.name for one in cells[0, "morning"].outlets] == ["un"]
    assert set(grid.holes(cells)) == set(WEEK) - {(0, "morning"), (1, "morning")}


def test_two_that_alternate_cover_every_week():
    odd, even = weekly(START, 4)[::2], weekly(START, 4)[1::2]
    cells = grid.grid([outlet("un", odd), outlet("deux", even)], START, END)
    assert cells[0, "morning"].state == State.EVERY


def test_what_one_must_ask_about_is_not_open():
    cells = grid.grid([outlet(days=[START], slots=[Slot(time(9), time(12), ask=True)])], START, END)
    assert cells[0, "morning"] == Cell(4, 0)


def test_a_day_that_the_period_has_not_is_no_hole():
    monday = grid.grid([], START, START)
    assert set(grid.holes(monday)) == {(0, half) for half in HALF_DAYS}


def test_openings_out_of_the_period_do_not_count():
    cells = grid.grid([outlet(days=[START - 7 * DAY, END + DAY])], START, END)
    assert set(grid.holes(cells)) == set(WEEK)


def test_a_zone_has_its_own_and_sees_the_nearest_of_all():
    here, near, far = Point(43.5, 4.8), Point(43.51, 4.8), Point(43.6, 4.8)
    outlets = [
        outlet("loin", weekly(START, 4), zone="Loin", point=far),
        outlet("près", weekly(START, 4), zone="Près", point=near),
        outlet("nulle part", weekly(START, 4), zone="Près"),
        outlet("mardi", weekly(START + DAY, 4), zone="Loin", point=far),
    ]
    zones = [Zone("Ici", here), Zone("Près", near), Zone("Sans point")]
    ici, pres, lost = grid.of_zones(outlets, zones, START, END)
    assert set(grid.holes(ici.cells)) == set(WEEK)
    assert {key: (one.outlet.name, one.distance) for key, one in ici.nearest.items()} == {
        (0, "morning"): ("près", kilometres(here, near)),
        (1, "morning"): ("mardi", kilometres(here, far)),
    }
    assert pres.nearest[0, "morning"].distance == 0
    assert [one.name for one in pres.cells[0, "morning"].outlets] == ["près", "nulle part"]
    assert lost.nearest == {}


def test_what_changes_from_a_month_to_another():
    usual = grid.grid([outlet(days=[*weekly(START, 4), *weekly(START + DAY, 4)])], START, END)
    august = grid.grid([outlet(days=weekly(START + DAY, 2))], START, END)
    found = grid.changes(usual, august)
    assert [(change.half_day, change.is_lost) for change in found] == [((0, "morning"), True), ((1, "morning"), False)]


@pytest.mark.parametrize(("publics", "welcomed"), [((), True), (("students",), True), (("families",), False)])
def test_naming_no_public_welcomes_all(publics, welcomed):
    assert outlet(publics=publics).welcomes("students") is welcomed


# By brute force: the library is asked every quarter of an hour ------------------------------------

QUARTER = timedelta(minutes=15)
hour = st.sampled_from(["08:00-10:00", "09:00-12:00", "09:30-13:30", "11:30-12:30", "14:00-17:00", "18:30-20:00"])
late = st.sampled_from(["16:00-19:30", "22:00-02:00", "00:00-24:00", "09:00-12:00,14:00-18:00"])
days = st.lists(st.sampled_from(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]), min_size=1, max_size=4, unique=True)
when = st.sampled_from(["", "", "week 1-53/2 ", "week 2-53/2 ", "Apr-Oct ", "2026-2028 Aug 01-24 "])
closed = st.sampled_from(["", "; PH off", "; Aug 01-24 off", "; We[2] off", "; Jul-Aug off"])
texts = st.builds(lambda w, d, h, c: f"{w}{','.join(d)} {h}{c}", when, days, st.one_of(hour, late), closed)
months = st.builds(Month, st.integers(2026, 2027), st.integers(1, 12))


def half_days_by_asking(text: str, month: Month) -> set[tuple[date, str]]:
    """The dates and half-days on which it is open, from what the library answers at each quarter of an hour."""
    library = OpeningHours(text, country="FR")
    found, run = set(), []
    at, end = datetime.combine(month.start - DAY, time()), datetime.combine(month.end + 2 * DAY, time())
    while at <= end:
        whole_day = at.hour == at.minute == 0 and run and at - run[0] >= DAY
        if run and (whole_day or not library.is_open(at)):
            found |= {(run[0].date(), half) for half in halves_of(run)}
            run = []
        if library.is_open(at):
            run.append(at)
        at += QUARTER
    return {(day, half) for day, half in found if month.start <= day <= month.end}


def halves_of(run: list[datetime]) -> set[str]:
    hours = dict.fromkeys(HALF_DAYS, 0.0)
    for at in run:
        clock = at.hour + 24 * (at.date() - run[0].date()).days
        hours[next(half for half, (since, until) in HALF_DAYS.items() if since <= clock < until)] += 0.25
    return {half for half, taken in hours.items() if taken > 1} | {max(hours, key=hours.__getitem__)}


@settings(max_examples=40)
@given(st.lists(texts, max_size=3), months)
def test_a_hole_is_when_nothing_is_open_in_any_week(found, month):
    outlets = [outlet(text, openings=openings(text, "", month.start, month.end)) for text in found]
    asked = [half_days_by_asking(text, month) for text in found]
    cells = grid.grid(outlets, month.start, month.end)
    for weekday, half in WEEK:
        open_on = {day for one in asked for day, name in one if (day.weekday(), name) == (weekday, half)}
        cell = cells[weekday, half]
        assert cell.covered == len(open_on)
        assert ((weekday, half) in grid.holes(cells)) == (not open_on)
        names = [
            text
            for text, one in zip(found, asked, strict=True)
            if any((day.weekday(), name) == (weekday, half) for day, name in one)
        ]
        assert [one.name for one in cell.outlets] == names


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-170, 170)), min_size=1, max_size=6))
def test_the_nearest_is_none_farther_than_another(points):
    outlets = [outlet(str(n), [START], point=Point(*point)) for n, point in enumerate(points)]
    zone = Zone("Ici", Point(0, 0))
    found = grid.nearest(zone, grid.grid(outlets, START, END))
    assert found.keys() == {(0, "morning")}
    assert found[0, "morning"].distance == min(kilometres(zone.point, one.point) for one in outlets)


def test_the_spans_of_a_day_are_those_of_the_week():
    """Half-days are the printed week's own: a meal at half past eleven is for noon in both."""
    spans = [(datetime(2026, 6, 1, 11, 30), datetime(2026, 6, 1, 13), False)]
    cells = grid.grid([outlet(openings=by_day(spans, START, END))], START, END)
    assert [key for key, cell in cells.items() if cell.covered] == [(0, "afternoon")]
