"""The OSM text that says what people typed, and back.

OSM cuts days at midnight. Where slots run past it, ``write`` closes a day with ``02:00-26:00 off`` instead of ``off``:
the night before keeps its end, and the night of that day goes with it.
"""

from collections import defaultdict

from opening_hours import OpeningHours, ParserError

from actors.hours.notation import DAYS, MONTHS, osm_date, osm_dates, osm_time, tidy
from actors.hours.parsing import BeyondError, timetable_of
from actors.hours.slots import (
    DAY,
    Addition,
    Closure,
    Group,
    PublicHolidays,
    SchoolHolidays,
    Season,
    Slot,
    Timetable,
    Weeks,
    groups,
    runs,
)

__all__ = [
    "DAY",
    "Addition",
    "Closure",
    "PublicHolidays",
    "SchoolHolidays",
    "Season",
    "Slot",
    "Timetable",
    "Weeks",
    "parse",
    "write",
]


def write(timetable: Timetable) -> str:
    """The OSM text, which ``parse`` reads back; empty where nothing is said."""
    return "".join(
        rule if i == 0 else f"{separator} {rule}" for i, (separator, rule) in enumerate(_Writer(timetable).rules())
    )


def parse(text: str) -> Timetable | None:
    """What a text says, as people would type it; None when it says more than that, or is no OSM text at all.

    A closed day written without hours closes its own night, as everywhere here, where OSM would cut at midnight.
    """
    text = tidy(text)
    try:
        return timetable_of(text)
    except BeyondError:
        pass
    try:
        # Rules that take the place of others (``Mo-Fr 09:00-12:00; We off``), said without.
        return timetable_of(str(OpeningHours(text).normalize()))
    except (BeyondError, ParserError):
        return None


class _Writer:
    def __init__(self, timetable: Timetable):
        self.timetable = timetable
        at = timetable.day_break
        self.whole_day = f" {osm_time(at)}-{osm_time(DAY + at)}" if at else ""
        spans = [*timetable.all_slots, *timetable.additions]
        self.is_crossing = any(span.ends > DAY for span in spans)

    def rules(self) -> list[tuple[str, str]]:
        t = self.timetable
        holidays_only = "SH " if t.school_holidays == SchoolHolidays.ONLY else ""
        written = self._slots(t.slots, _season(t.season) + holidays_only)
        if t.other_season:
            written += [self._off(_osm_season(t.other_season))]
            written += self._slots(t.other_slots, _season(t.other_season) + holidays_only)
        if t.school_holidays in (SchoolHolidays.CLOSED, SchoolHolidays.OWN):
            written += [self._off("SH"), *self._slots(t.school_slots, "SH ")]
        if t.public_holidays == PublicHolidays.CLOSED:
            written += [self._off("PH")]
        elif t.public_holidays == PublicHolidays.UNKNOWN:
            # Over the night before, it must add: in place of the day, it would take that night's end away.
            written += [("," if self.whole_day else ";", f"PH{self.whole_day} unknown")]
        written += [self._off(_osm_season(closure)) for closure in t.yearly_closures]
        written += [self._off(osm_dates(closure.start, closure.end)) for closure in t.closures]
        return written + self._additions()

    def _off(self, selector: str) -> tuple[str, str]:
        return ";", f"{selector}{self.whole_day} off"

    def _slots(self, slots: tuple[Slot, ...], prefix: str) -> list[tuple[str, str]]:
        named = groups(slots)
        if not prefix and named == [Group(tuple(range(len(DAYS))), (Weeks.EVERY,), ((0, DAY),))]:
            return [(";", "24/7")]
        days = [day for group in named for day in group.weekdays]
        # Where a day is named twice, or slots run into the next, a rule must add to those before, not take their place.
        separator = "," if self.is_crossing or len(days) != len(set(days)) else ";"
        return [(separator, f"{_dates_and_weeks(prefix, g.weeks[0])}{_weekdays(g)} {_times(g.spans)}") for g in named]

    def _additions(self) -> list[tuple[str, str]]:
        times = defaultdict(list)
        for addition in self.timetable.additions:
            times[addition.on].append((addition.starts, addition.ends))
        written = []
        for on, spans in times.items():
            if self.whole_day:
                written += [self._off(osm_date(on)), (",", f"{osm_date(on)} {_times(spans)}")]
            else:
                written += [(";", f"{osm_date(on)} {_times(spans)}")]
        return written


def _osm_season(season: Season) -> str:
    start, end = (f"{MONTHS[month - 1]} {day:02}" for month, day in (season.start, season.end))
    return start if start == end else f"{start}-{end}"


def _season(season: Season | None) -> str:
    return f"{_osm_season(season)} " if season else ""


def _dates_and_weeks(prefix: str, weeks: Weeks) -> str:
    written = {Weeks.EVEN: "week 02-53/2 ", Weeks.ODD: "week 01-53/2 "}.get(weeks, "")
    # Holidays come after weeks.
    return f"{prefix.removesuffix('SH ')}{written}{'SH ' if prefix.endswith('SH ') else ''}"


def _weekdays(group: Group) -> str:
    """``Mo-We,Fr``, ``We[1,3],Th[1,3]``"""
    if group.weeks[0].is_of_month:
        return ",".join(f"{DAYS[day]}[{','.join(group.weeks)}]" for day in group.weekdays)
    return ",".join(
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[day] for day in run)
        for run in runs(group.weekdays)
    )


def _times(spans) -> str:
    """Up to the same time of the next day, in full: ``09:00-33:00``; some tools take ``09:00-09:00`` for nothing."""
    return ",".join(
        f"{osm_time(starts)}-{osm_time(ends - DAY if DAY < ends < starts + DAY else ends)}" for starts, ends in spans
    )
