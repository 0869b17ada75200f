"""Reads an OSM text as what people would type: rule by rule, refusing whatever says more than a ``Timetable``."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from actors.hours.notation import DAYS, LAST_DAYS, MONTHS, minutes_of, osm_time, rules
from actors.hours.slots import DAY, Addition, Closure, PublicHolidays, SchoolHolidays, Season, Slot, Timetable, Weeks

_A_DAY, _A_MONTH = "|".join(DAYS), "|".join(MONTHS)
_DATE = rf"(?:\d{{4}} )?(?:{_A_MONTH})(?: \d\d?(?!\d|:))?"
_DATES = rf"{_DATE}(?:-(?:{_DATE}|\d\d?(?!\d|:)))?"
_WEEKDAYS = rf"(?:{_A_DAY})(?:-(?:{_A_DAY})|\[-?\d(?:,-?\d)*\])?"
_TIMES = r"\d\d?:\d\d-\d\d?:\d\d"
_RULE = re.compile(
    rf"(?P<dates>{_DATES}(?:,{_DATES})*)?"
    r"(?: ?week ?0?(?P<week>[12])-5[23]/2)?"
    r"(?: ?(?P<holidays>PH,SH|SH,PH|PH|SH)(?!,))?"
    rf"(?: ?(?P<days>{_WEEKDAYS}(?:,{_WEEKDAYS})*))?"
    rf"(?: ?(?P<times>{_TIMES}(?:,{_TIMES})*))?"
    r"(?: ?(?P<state>open|off|closed|unknown))?"
)
_PERIOD = re.compile(
    rf"(?:(?P<year>\d{{4}}) )?(?P<month>{_A_MONTH})(?: (?P<day>\d\d?))?"
    rf"(?P<to>-(?:(?:(?P<end_year>\d{{4}}) )?(?P<end_month>{_A_MONTH}) ?)?(?P<end_day>\d\d?)?)?"
)
_WEEKDAY = re.compile(r"([A-Z][a-z])(?:-([A-Z][a-z])|\[([-\d,]+)\])?")


class BeyondError(Exception):
    """The text says what a timetable cannot, or is no OSM text."""


class _Rank(IntEnum):
    """What a rule is about, in the order of ``write``: each wins over those before."""

    SLOTS = 1
    OTHER_SEASON = 2
    SCHOOL = 3
    PUBLIC = 4
    CLOSURES = 5
    ADDITIONS = 6


@dataclass(frozen=True)
class _Rule:
    adds: bool
    periods: tuple[Season | Closure, ...]
    holidays: str
    weeks: str
    slots: tuple[Slot, ...]
    """Those of each weekday named, or of all; without hours, none."""
    names_days: bool
    times: str
    state: str

    @property
    def closes(self) -> bool:
        return self.state in ("off", "closed")

    @property
    def season(self) -> Season | None:
        return self.periods[0] if self.periods and isinstance(self.periods[0], Season) else None

    @property
    def day(self) -> date | None:
        """The date, where the rule is about a single one."""
        match self.periods:
            case (Closure(start, end),) if start == end:
                return start
        return None


def timetable_of(text: str) -> Timetable:
    """Raises BeyondError."""
    return _Reader([_rule(separator, rule) for separator, rule in rules(text)] if text else []).timetable()


class _Reader:
    def __init__(self, rules: list[_Rule]):
        self.rules = rules
        self.ranks: list[tuple[_Rank, bool]] = []
        self.slots: list[Slot] = []
        self.season: Season | None = None
        self.other_slots: list[Slot] = []
        self.other_season: Season | None = None
        self.school_slots: list[Slot] = []
        self.school_season: Season | None = None
        self.closes_school = False
        self.public = PublicHolidays.AS_USUAL
        self.closures: list[Season | Closure] = []
        self.additions: list[Addition] = []

    def timetable(self) -> Timetable:
        for i, rule in enumerate(self.rules):
            following = self.rules[i + 1] if i + 1 < len(self.rules) else None
            rank = self._take(rule, following)
            # To close twice is to close: what only closes may come in any order.
            if any(before > rank and not (closes and rule.closes) for before, closes in self.ranks):
                raise BeyondError
            self.ranks.append((rank, rule.closes))
        school = self._school()
        try:
            timetable = Timetable(
                slots=tuple(self.slots),
                season=self.season,
                other_season=self.other_season,
                other_slots=tuple(self.other_slots),
                school_holidays=school,
                school_slots=tuple(self.school_slots),
                public_holidays=self.public,
                yearly_closures=tuple(c for c in self.closures if isinstance(c, Season)),
                closures=tuple(c for c in self.closures if isinstance(c, Closure)),
                additions=tuple(self.additions),
            )
        except ValueError:
            raise BeyondError from None
        at = timetable.day_break
        whole_day = {"", f"{osm_time(at)}-{osm_time(at + DAY)}"}
        if any(rule.times not in whole_day for rule in self.rules if rule.closes or rule.state == "unknown"):
            raise BeyondError
        return timetable

    def _take(self, rule: _Rule, following: _Rule | None) -> _Rank:
        if rule.closes:
            return self._close(rule, following)
        if rule.state == "unknown":
            if rule.holidays != "PH" or rule.periods or rule.weeks or rule.names_days:
                raise BeyondError
            self.public = PublicHolidays.UNKNOWN
            return _Rank.PUBLIC
        if not rule.slots or "PH" in rule.holidays:
            raise BeyondError
        if rule.periods and not rule.season:
            return self._add(rule)
        return self._open(rule)

    def _close(self, rule: _Rule, following: _Rule | None) -> _Rank:
        if rule.weeks or rule.names_days or bool(rule.periods) == bool(rule.holidays):
            raise BeyondError
        if rule.holidays:
            self.closes_school |= "SH" in rule.holidays
            if "PH" not in rule.holidays:
                return _Rank.SCHOOL
            self.public = PublicHolidays.CLOSED
            return _Rank.PUBLIC
        opens = following is not None and bool(following.slots) and not following.closes
        if opens and rule.season and rule.periods == following.periods and not self.other_season:
            self.other_season = rule.season
            return _Rank.OTHER_SEASON
        if opens and following.adds and rule.day and rule.day == following.day:
            return _Rank.ADDITIONS
        self.closures += rule.periods
        return _Rank.CLOSURES

    def _add(self, rule: _Rule) -> _Rank:
        if not rule.day or rule.weeks or rule.holidays or rule.names_days:
            raise BeyondError
        replaces = not rule.adds or self.ranks[-1:] == [(_Rank.ADDITIONS, True)]
        if not replaces or any(addition.on == rule.day for addition in self.additions):
            raise BeyondError
        self.additions += {Addition(rule.day, slot.starts, slot.ends) for slot in rule.slots}
        return _Rank.ADDITIONS

    def _open(self, rule: _Rule) -> _Rank:
        if len(rule.periods) > 1:
            raise BeyondError
        if rule.season and rule.season == self.other_season:
            # Slots of a place open in the school holidays only are all named so.
            if bool(rule.holidays) != bool(self.school_slots):
                raise BeyondError
            _join(self.other_slots, rule)
            return _Rank.OTHER_SEASON
        if rule.holidays:
            if self.school_slots and rule.season != self.school_season:
                raise BeyondError
            self.school_season = rule.season
            _join(self.school_slots, rule)
            return _Rank.SCHOOL if self.closes_school else _Rank.SLOTS
        if self.slots and rule.season != self.season:
            raise BeyondError
        self.season = rule.season
        _join(self.slots, rule)
        return _Rank.SLOTS

    def _school(self) -> SchoolHolidays:
        if self.closes_school:
            if self.school_season:
                raise BeyondError
            return SchoolHolidays.OWN if self.school_slots else SchoolHolidays.CLOSED
        if not self.school_slots:
            return SchoolHolidays.AS_USUAL
        if self.slots:
            raise BeyondError
        self.slots, self.season, self.school_slots = self.school_slots, self.school_season, []
        return SchoolHolidays.ONLY


def _join(group: list[Slot], rule: _Rule) -> None:
    """Adds the slots of a rule. Beyond us: a rule that takes the place of some, or of the end of a night."""
    if group and not rule.adds:
        taken = {slot.weekday for slot in group} | {(s.weekday + 1) % 7 for s in group if s.ends > DAY}
        if any(slot.weekday in taken for slot in rule.slots):
            raise BeyondError
    group += rule.slots


def _rule(separator: str, rule: str) -> _Rule:
    rule = "Mo-Su 00:00-24:00" if rule == "24/7" else rule
    said = _RULE.fullmatch(rule)
    if not said or not rule or separator == "||":
        raise BeyondError
    weeks = {"1": Weeks.ODD, "2": Weeks.EVEN, None: Weeks.EVERY}[said["week"]]
    times = list(_times(said["times"] or ""))
    return _Rule(
        adds=separator == ",",
        periods=tuple(_period(found[0]) for found in re.finditer(_DATES, said["dates"] or "")),
        holidays=said["holidays"] or "",
        weeks="" if weeks == Weeks.EVERY else weeks,
        slots=tuple(Slot(d, *span, w) for d, w in _weekdays(said["days"] or "Mo-Su", weeks) for span in times),
        names_days=bool(said["days"]),
        times=said["times"] or "",
        state=said["state"] or "",
    )


def _times(text: str) -> Iterable[tuple[int, int]]:
    for span in filter(None, text.split(",")):
        starts, ends = (minutes_of(time) for time in span.split("-"))
        ends += DAY if ends <= starts else 0
        if starts > DAY or ends > starts + DAY:
            raise BeyondError
        yield starts, ends


def _weekdays(text: str, weeks: Weeks) -> Iterable[tuple[int, Weeks]]:
    for match in _WEEKDAY.finditer(text):
        first = DAYS.index(match[1])
        if not match[3]:
            last = DAYS.index(match[2] or match[1])
            yield from ((day % 7, weeks) for day in range(first, last + 1 if last >= first else last + 8))
            continue
        if weeks != Weeks.EVERY:
            raise BeyondError
        for number in match[3].split(","):
            if number not in tuple(Weeks):
                raise BeyondError
            yield first, Weeks(number)


def _period(text: str) -> Season | Closure:
    said = _PERIOD.fullmatch(text)
    if not said:
        raise BeyondError
    month = MONTHS.index(said["month"]) + 1
    end_month = MONTHS.index(said["end_month"]) + 1 if said["end_month"] else month
    if said["day"] and said["end_month"] and not said["end_day"]:
        raise BeyondError
    start_day = int(said["day"] or 1)
    end_day = int(said["end_day"] or 0) or (start_day if said["day"] else 0)
    if not said["year"]:
        end_day = end_day or LAST_DAYS[end_month - 1]
        if said["end_year"] or start_day > LAST_DAYS[month - 1] or end_day > LAST_DAYS[end_month - 1]:
            raise BeyondError
        return Season((month, start_day), (end_month, end_day))
    year = int(said["year"])
    try:
        start = date(year, month, start_day)
        end_year = int(said["end_year"] or year)
        end = date(end_year, end_month, end_day or monthrange(end_year, end_month)[1])
    except ValueError:
        raise BeyondError from None
    if end < start:
        raise BeyondError
    return Closure(start, end)
