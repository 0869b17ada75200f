"""Random timetables, and an oracle of them that shares nothing with the code: day by day, rule by rule."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from vacances_scolaires_france import SchoolHolidayDates

from actors.hours.slots import (
    Addition,
    Closure,
    PublicHolidays,
    SchoolHolidays,
    Season,
    Slot,
    Timetable,
    Weeks,
)

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
PARIS = ZoneInfo("Europe/Paris")
WINDOW = datetime(2026, 1, 1, tzinfo=PARIS).astimezone(UTC), datetime(2028, 1, 1, tzinfo=PARIS).astimezone(UTC)
SCHOOL = SchoolHolidayDates()


@st.composite
def spans(draw, *, crossing: bool):
    """From and to, in minutes; where nights may be crossed, no day begins before the night before is over."""
    quarter = st.integers(32, 95) if crossing else st.integers(0, 95)
    starts = draw(quarter)
    last = 96 + 30 if crossing else 96
    return starts * 15, draw(st.integers(starts + 1, min(last, starts + 96))) * 15


@st.composite
def slots(draw, *, crossing: bool, min_size: int = 0):
    one = st.builds(
        lambda day, span, weeks: Slot(day, *span, weeks),
        st.integers(0, 6),
        spans(crossing=crossing),
        st.sampled_from(Weeks),
    )
    return tuple(draw(st.lists(one, min_size=min_size, max_size=6)))


@st.composite
def seasons(draw):
    days = st.dates(date(2028, 1, 1), date(2028, 12, 31))
    start, end = draw(days), draw(days)
    return Season((start.month, start.day), (end.month, end.day))


DATES = st.dates(FIRST, LAST)


@st.composite
def closures(draw):
    start = draw(DATES)
    return Closure(start, start + timedelta(days=draw(st.integers(0, 40))))


@st.composite
def additions(draw, *, crossing: bool):
    return Addition(draw(DATES), *draw(spans(crossing=crossing)))


@st.composite
def timetables(draw):
    crossing = draw(st.booleans())
    school = draw(st.sampled_from(SchoolHolidays))
    other = draw(st.none() | seasons())
    return Timetable(
        slots=draw(slots(crossing=crossing, min_size=1)),
        season=draw(st.none() | seasons()),
        other_season=other,
        other_slots=draw(slots(crossing=crossing, min_size=1)) if other else (),
        school_holidays=school,
        school_slots=draw(slots(crossing=crossing, min_size=1)) if school == SchoolHolidays.OWN else (),
        public_holidays=draw(st.sampled_from(PublicHolidays)),
        yearly_closures=tuple(draw(st.lists(seasons(), max_size=2))),
        closures=tuple(draw(st.lists(closures(), max_size=3))),
        additions=tuple(draw(st.lists(additions(crossing=crossing), max_size=3))),
    )


# The oracle ---------------------------------------------------------------------------------------


def spans_of(timetable: Timetable, zone: str) -> list[tuple[datetime, datetime]]:
    """When a place in Paris's time is open, from ``FIRST`` to ``LAST``, in universal time; what touches is one."""
    found = []
    day = FIRST - timedelta(days=2)
    while day <= LAST:
        midnight = datetime.combine(day, time())
        for starts, ends in hours_of(timetable, day, zone):
            found.append([instant(midnight + timedelta(minutes=minutes)) for minutes in (starts, ends)])
        day += timedelta(days=1)
    return cut(joined(found))


def joined(spans) -> list[tuple[datetime, datetime]]:
    one: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if one and start <= one[-1][1]:
            one[-1] = one[-1][0], max(one[-1][1], end)
        elif start < end:
            one.append((start, end))
    return one


def cut(spans) -> list[tuple[datetime, datetime]]:
    within = [(max(start, WINDOW[0]), min(end, WINDOW[1])) for start, end in spans]
    return [(start, end) for start, end in within if start < end]


def instant(wall: datetime) -> datetime:
    """The hour skipped in spring is over as it begins; in the hour shown twice, the first one counts."""
    if (wall.date(), wall.hour) in {(date(2026, 3, 29), 2), (date(2027, 3, 28), 2)}:
        wall = wall.replace(hour=3, minute=0)
    return wall.replace(tzinfo=PARIS).astimezone(UTC)


def hours_of(timetable: Timetable, day: date, zone: str) -> list[tuple[int, int]]:
    exceptional = [(one.starts, one.ends) for one in timetable.additions if one.on == day]
    if exceptional:
        return exceptional
    if any(one.start <= day <= one.end for one in timetable.closures):
        return []
    if any(in_season(one, day) for one in timetable.yearly_closures):
        return []
    if timetable.public_holidays != PublicHolidays.AS_USUAL and is_public_holiday(day):
        return []
    on_holiday = bool(zone) and SCHOOL.is_holiday_for_zone(day, zone)
    if on_holiday and timetable.school_holidays == SchoolHolidays.CLOSED:
        return []
    if on_holiday and timetable.school_holidays == SchoolHolidays.OWN:
        return held(timetable.school_slots, day)
    if not on_holiday and timetable.school_holidays == SchoolHolidays.ONLY:
        return []
    if timetable.other_season and in_season(timetable.other_season, day):
        return held(timetable.other_slots, day)
    if timetable.season and not in_season(timetable.season, day):
        return []
    return held(timetable.slots, day)


def held(slots: tuple[Slot, ...], day: date) -> list[tuple[int, int]]:
    return [(s.starts, s.ends) for s in slots if s.weekday == day.weekday() and is_week(s.weeks, day)]


def is_week(weeks: Weeks, day: date) -> bool:
    number = day.isocalendar()[1]
    match weeks:
        case Weeks.EVERY:
            return True
        case Weeks.EVEN:
            return number % 2 == 0
        case Weeks.ODD:
            return number % 2 == 1
        case Weeks.LAST:
            return day.day + 7 > calendar.monthrange(day.year, day.month)[1]
    return (day.day - 1) // 7 + 1 == int(weeks)


def in_season(season: Season, day: date) -> bool:
    at = (day.month, day.day)
    if season.start <= season.end:
        return season.start <= at <= season.end
    return at >= season.start or at <= season.end


def is_public_holiday(day: date) -> bool:
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return (day.month, day.day) in fixed or (day - easter(day.year)).days in (1, 39, 50)


def easter(year: int) -> date:
    """Gauss's reckoning, as corrected by Meeus and Jones."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)
