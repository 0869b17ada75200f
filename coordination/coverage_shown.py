"""The coverage of a territory as its page shows it: every state with a sign and a word."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from actors.coverage import grid
from actors.coverage.grid import WEEK, Cell, Change, Grid, HalfDay, Outlet, State, ZoneCoverage
from actors.coverage.reading import Counted, Month, next_august
from actors.distance import Point
from actors.models import FoodService
from actors.week.pattern import HALF_DAYS
from coordination.coverage import DAYS, HALVES, Finding, findings, in_words

SIGNS = {
    State.EVERY: ("yes", "●", "ouvert chaque semaine"),
    State.SOME: ("uncertain", "◐", "ouvert certaines semaines"),
    State.NONE: ("no", "○", "rien d’ouvert"),
}
"""By state: the class of ``site.css`` that colours the sign, the sign, the word."""
PLACE_SIGN = "■"
CLOSEST = 15
"""How near the map is drawn to: a few streets."""


class Reading:
    """What counts in a month and in the August to come. ``about``: for whom and of what, unless that is as usual."""

    def __init__(self, counted: Counted, month: Month, about: str = ""):
        self.counted, self.month, self.about = counted, month, about
        self.august = next_august(timezone.localdate())

    @cached_property
    def outlets(self) -> list[Outlet]:
        return self.counted.in_month(self.month)

    @cached_property
    def august_outlets(self) -> list[Outlet]:
        return self.counted.in_month(self.august)

    @cached_property
    def whole(self) -> Grid:
        return self.grid_of(self.outlets)

    @cached_property
    def zones(self) -> list[ZoneCoverage]:
        return grid.of_zones(self.outlets, self.counted.zones, self.month.start, self.month.end)

    @cached_property
    def changes(self) -> list[Change]:
        return grid.changes(self.whole, grid.grid(self.august_outlets, self.august.start, self.august.end))

    @cached_property
    def findings(self) -> list[Finding]:
        return findings(self.whole, self.zones, self.changes, about=self.about, year=self.august.year)

    def grid_of(self, outlets: Iterable[Outlet]) -> Grid:
        return grid.grid(outlets, self.month.start, self.month.end)


@dataclass(frozen=True)
class Shown:
    """A half-day: what is open on it, or the nearest that is and how far."""

    moment: str
    code: str
    sign: str
    word: str
    names: tuple[str, ...] = ()
    nearest: str = ""
    distance: str = ""


def moment(half_day: HalfDay) -> str:
    """``lundi matin``"""
    return f"{DAYS[half_day[0]]} {HALVES[half_day[1]]}"


def shown(half_day: HalfDay, cell: Cell) -> Shown:
    return Shown(moment(half_day), *SIGNS[cell.state], tuple(sorted({outlet.name for outlet in cell.outlets})))


def week(cells: Grid) -> list[tuple[str, list[Shown]]]:
    """Day by day, the three half-days of each."""
    return [(name, [shown((day, half), cells[day, half]) for half in HALF_DAYS]) for day, name in enumerate(DAYS)]


@dataclass(frozen=True)
class ZoneShown:
    """A quarter or commune: its 21 half-days, on how many something is open, and when one has to go farthest."""

    name: str
    half_days: list[Shown]
    covered: int
    farthest: str


def zone(one: ZoneCoverage) -> ZoneShown:
    far = max(one.nearest.items(), key=lambda item: item[1].distance, default=None)
    return ZoneShown(
        name=one.zone.name or "Lieu non précisé",
        half_days=[_in_zone(one, half_day) for half_day in WEEK],
        covered=_covered(one.cells),
        farthest=f"{kilometres(far[1].distance)}, {moment(far[0])}" if far else "",
    )


def _in_zone(one: ZoneCoverage, half_day: HalfDay) -> Shown:
    near = one.nearest.get(half_day)
    said = {"nearest": near.outlet.name, "distance": kilometres(near.distance)} if near else {}
    return Shown(moment(half_day), *SIGNS[one.cells[half_day].state], **said)


def _covered(cells: Grid) -> int:
    return sum(1 for cell in cells.values() if cell.covered)


def kilometres(distance: float) -> str:
    """``350 m``, ``2,4 km``: to 50 metres, then to 100."""
    if distance < 0.975:
        return f"{round(distance * 20) * 50}\N{NO-BREAK SPACE}m"
    return f"{distance:.1f}\N{NO-BREAK SPACE}km".replace(".", ",")


def publics(reading: Reading) -> list[tuple[str, int, int, str]]:
    """By public: half-days on which something is open to it each week, or some weeks, and when nothing is."""
    rows = []
    for code, label in FoodService.Public.choices:
        cells = reading.grid_of(outlet for outlet in reading.outlets if outlet.welcomes(code))
        states = [cell.state for cell in cells.values()]
        empty = grid.holes(cells)
        rows.append((label, states.count(State.EVERY), states.count(State.SOME), in_words(empty) if empty else ""))
    return rows


@dataclass(frozen=True)
class August:
    """What August changes: half-days (their moment, before, after), and services that stay closed all the month."""

    month: Month
    lost: list[tuple[str, Shown, Shown]]
    others: list[tuple[str, Shown, Shown]]
    closed: list[str]
    open: list[str]


def august(reading: Reading) -> August:
    pairs = list(zip(reading.outlets, reading.august_outlets, strict=True))
    changes = [
        (change.is_lost, (moment(change.half_day), *(shown(change.half_day, c) for c in (change.before, change.after))))
        for change in reading.changes
    ]
    return August(
        month=reading.august,
        lost=[change for is_lost, change in changes if is_lost],
        others=[change for is_lost, change in changes if not is_lost],
        closed=sorted(usual.name for usual, there in pairs if usual.openings and not there.openings),
        open=sorted(there.name for _, there in pairs if there.openings),
    )


def map_data(reading: Reading) -> dict:
    """What ``map.js`` draws: the middle of each zone with how well it is covered, and the places that count."""
    _, tiles, options = settings.LEAFLET_CONFIG["TILES"][0]
    points: dict[Point, list[dict]] = defaultdict(list)
    for one in reading.zones:
        if one.zone.point:
            points[one.zone.point].append(_zone_marker(one))
    for outlet in reading.outlets:
        if outlet.point:
            points[outlet.point].append(_place_marker(outlet, reading.grid_of([outlet])))
    return {
        "tiles": tiles,
        "attribution": options["attribution"],
        "zoom": CLOSEST,
        "points": [
            {"latitude": point.latitude, "longitude": point.longitude, "cases": cases}
            for point, cases in points.items()
        ],
    }


def _zone_marker(one: ZoneCoverage) -> dict:
    covered = _covered(one.cells)
    state = State.NONE if not covered else State.EVERY if covered == len(WEEK) else State.SOME
    code, sign, _ = SIGNS[state]
    word = f"quelque chose d’ouvert {covered} demi-journées sur {len(WEEK)}"
    return {"name": one.zone.name, "verdict": code, "sign": sign, "word": word, "url": "#lieux"}


def _place_marker(outlet: Outlet, cells: Grid) -> dict:
    return {
        "name": outlet.name,
        "verdict": "no_answer",
        "sign": PLACE_SIGN,
        "word": f"ouvert {_covered(cells)} demi-journées par semaine",
        "url": reverse("entries:edit", args=[outlet.actor]),
    }
