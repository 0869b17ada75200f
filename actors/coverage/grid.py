"""What is open when, week after week, and what is far: computed from openings. Pure.

A hole is a half-day of the week in which no counted service is open in any week of the period. Half-days are those
of the printed week (``actors/week/pattern.py``); when one must ask whether it is open, it is not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from actors.distance import Point, kilometres
from actors.week.pattern import HALF_DAYS, Openings

DAY = timedelta(days=1)

HalfDay = tuple[int, str]
"""A weekday (0: Monday) and one of ``HALF_DAYS``."""
WEEK: tuple[HalfDay, ...] = tuple((weekday, half_day) for weekday in range(7) for half_day in HALF_DAYS)


@dataclass(frozen=True)
class Zone:
    """A quarter or a commune, and the point from which one starts there, if it is known."""

    name: str
    point: Point | None = None


@dataclass(frozen=True)
class Outlet:
    """A service at one of its places: its openings in the period, by day. ``publics`` empty: everyone."""

    name: str
    actor: int
    kind: str
    publics: tuple[str, ...]
    zone: str
    openings: Openings
    point: Point | None = None

    def welcomes(self, public: str) -> bool:
        return not self.publics or public in self.publics


class State(StrEnum):
    """Whether something is open on a half-day: every week of the period, some, or none (a hole)."""

    EVERY = "every"
    SOME = "some"
    NONE = "none"


@dataclass(frozen=True)
class Cell:
    """A half-day of the week: how many there are in the period, on how many something is open, and what."""

    weeks: int
    covered: int
    outlets: tuple[Outlet, ...] = ()

    @property
    def state(self) -> State:
        if not self.covered:
            return State.NONE
        return State.EVERY if self.covered == self.weeks else State.SOME


Grid = Mapping[HalfDay, Cell]


def grid(outlets: Iterable[Outlet], start: date, end: date) -> Grid:
    """What is open on each half-day of the week, from ``start`` to ``end``, both included."""
    days = [start + n * DAY for n in range((end - start).days + 1)]
    open_on: dict[HalfDay, set[date]] = {half_day: set() for half_day in WEEK}
    open_there: dict[HalfDay, list[Outlet]] = {half_day: [] for half_day in WEEK}
    for outlet in outlets:
        taken: dict[HalfDay, set[date]] = {}
        for day, slots in outlet.openings.items():
            if start <= day <= end:
                for half_day in {name for slot in slots if not slot.ask for name in slot.half_days}:
                    taken.setdefault((day.weekday(), half_day), set()).add(day)
        for half_day, dates in taken.items():
            open_on[half_day] |= dates
            open_there[half_day].append(outlet)
    weeks = [sum(day.weekday() == weekday for day in days) for weekday in range(7)]
    return {key: Cell(weeks[key[0]], len(open_on[key]), tuple(open_there[key])) for key in WEEK}


def holes(cells: Grid) -> list[HalfDay]:
    """The half-days on which nothing is ever open; those that the period has none of do not count."""
    return [half_day for half_day, cell in cells.items() if cell.weeks and cell.state == State.NONE]


@dataclass(frozen=True)
class Nearest:
    """The nearest place open on a half-day, in at least one week, and how far it is as the crow flies, in km."""

    outlet: Outlet
    distance: float


@dataclass(frozen=True)
class ZoneCoverage:
    """What is open in a zone, and how far the nearest one is from it, in or out of it; without a point: nothing."""

    zone: Zone
    cells: Grid
    nearest: Mapping[HalfDay, Nearest]


def of_zones(outlets: Sequence[Outlet], zones: Iterable[Zone], start: date, end: date) -> list[ZoneCoverage]:
    """Zone by zone."""
    whole = grid(outlets, start, end)
    covered = []
    for zone in zones:
        here = grid([outlet for outlet in outlets if outlet.zone == zone.name], start, end)
        covered.append(ZoneCoverage(zone, here, nearest(zone, whole)))
    return covered


def nearest(zone: Zone, whole: Grid) -> Mapping[HalfDay, Nearest]:
    """By half-day on which something on the map is open, the nearest of it."""
    if zone.point is None:
        return {}
    far: dict[Point, float] = {}
    found = {}
    for half_day, cell in whole.items():
        located = [outlet for outlet in cell.outlets if outlet.point]
        for outlet in located:
            if outlet.point not in far:
                far[outlet.point] = kilometres(zone.point, outlet.point)
        if located:
            best = min(located, key=lambda outlet: (far[outlet.point], outlet.name))
            found[half_day] = Nearest(best, far[best.point])
    return found


@dataclass(frozen=True)
class Change:
    """A half-day whose state is another one in the second period."""

    half_day: HalfDay
    before: Cell
    after: Cell

    @property
    def is_lost(self) -> bool:
        """Something was open, nothing is any more."""
        return self.after.state == State.NONE


def changes(before: Grid, after: Grid) -> list[Change]:
    """The half-days whose state differs from one period to another."""
    return [Change(key, before[key], after[key]) for key in WEEK if before[key].state != after[key].state]
