"""Hours as people type them.

A day here starts when its slots do: what runs past midnight belongs to the evening before, and a day that is closed
closes its own night, not the end of the one before.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DAY = 24 * 60
"""Minutes of a day, as clocks show them."""


class Weeks(StrEnum):
    """Which weeks a slot is held in. Even and odd are the ISO numbers: 53 and 1 are both odd, one after the other."""

    EVERY = "every"
    EVEN = "even"
    ODD = "odd"
    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    FIFTH = "5"
    LAST = "-1"

    @property
    def is_of_month(self) -> bool:
        return self not in (Weeks.EVERY, Weeks.EVEN, Weeks.ODD)


class PublicHolidays(StrEnum):
    AS_USUAL = "as_usual"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class SchoolHolidays(StrEnum):
    AS_USUAL = "as_usual"
    CLOSED = "closed"
    ONLY = "only"
    """Open in the school holidays alone."""
    OWN = "own"
    """Other slots in the school holidays: ``Timetable.school_slots``."""


@dataclass(frozen=True, order=True)
class Slot:
    """A weekday (Monday is 0), from and to in minutes since midnight; over ``DAY``, the next day; 24 h at most."""

    weekday: int
    starts: int
    ends: int
    weeks: Weeks = Weeks.EVERY


@dataclass(frozen=True, order=True)
class Season:
    """From a (month, day) to another, both in it, each year; it may hold the New Year."""

    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True, order=True)
class Closure:
    """From a day to another, both in it."""

    start: date
    end: date


@dataclass(frozen=True, order=True)
class Addition:
    """Hours of one day, which stand in place of whatever it would have; several may share the day."""

    on: date
    starts: int
    ends: int


@dataclass(frozen=True)
class Group:
    """Weekdays that have the same hours in the same weeks."""

    weekdays: tuple[int, ...]
    weeks: tuple[Weeks, ...]
    spans: tuple[tuple[int, int], ...]


def groups(slots: Iterable[Slot]) -> list[Group]:
    """``slots`` in as few groups as say them, by their first day."""
    spans, weeks, weekdays = defaultdict(list), defaultdict(list), defaultdict(list)
    for slot in sorted(slots):
        spans[slot.weekday, slot.weeks].append((slot.starts, slot.ends))
    for (weekday, week), times in spans.items():
        # Weeks of the month are told together (the first and third Monday), other weeks never.
        weeks[weekday, tuple(times), None if week.is_of_month else week].append(week)
    for (weekday, times, _), named in weeks.items():
        weekdays[tuple(sorted(named, key=list(Weeks).index)), times].append(weekday)
    found = [Group(tuple(days), named, times) for (named, times), days in weekdays.items()]
    return sorted(found, key=lambda group: (group.weekdays, group.spans))


def runs(weekdays: Iterable[int]) -> list[list[int]]:
    """Days that follow each other, together: Monday to Wednesday, then Friday."""
    found: list[list[int]] = []
    for day in sorted(weekdays):
        if found and found[-1][-1] == day - 1:
            found[-1].append(day)
        else:
            found.append([day])
    return found


@dataclass(frozen=True)
class Timetable:
    """Later lines win: slots, the other season's, school holidays, public holidays, closures, additions."""

    slots: tuple[Slot, ...] = ()
    season: Season | None = None
    """When ``slots`` hold; None: all year."""
    other_season: Season | None = None
    """A part of the year with slots of its own."""
    other_slots: tuple[Slot, ...] = ()
    school_holidays: SchoolHolidays = SchoolHolidays.AS_USUAL
    school_slots: tuple[Slot, ...] = ()
    public_holidays: PublicHolidays = PublicHolidays.AS_USUAL
    yearly_closures: tuple[Season, ...] = ()
    closures: tuple[Closure, ...] = ()
    additions: tuple[Addition, ...] = ()

    def __post_init__(self):
        """In one order, so that two that say the same are equal. Raises ValueError for halves of an idea."""
        for name in ("slots", "other_slots", "school_slots", "yearly_closures", "closures", "additions"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        if bool(self.other_season) != bool(self.other_slots):
            raise ValueError("Another season and its slots go together.")
        if (self.school_holidays == SchoolHolidays.OWN) != bool(self.school_slots):
            raise ValueError("Own hours in the school holidays and their slots go together.")

    @property
    def all_slots(self) -> tuple[Slot, ...]:
        return self.slots + self.other_slots + self.school_slots

    @property
    def day_break(self) -> int:
        """The minute at which one day is over and the next begins: 0, unless slots run past midnight.

        Also 0 where a slot starts before another's night is over: no minute then parts the days.
        """
        spans = [*self.all_slots, *self.additions]
        latest = max((span.ends - DAY for span in spans), default=0)
        return latest if latest > 0 and all(span.starts >= latest for span in spans) else 0
