"""What coverage counts of a directory: the services at each of their places, and the quarters or communes."""

import calendar
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from statistics import fmean

from django.db.models import Q

from accounts.models import User
from actors.coverage.grid import DAY, Outlet, Zone
from actors.distance import Point
from actors.hours.reading import check
from actors.models import Actor, FoodService, Place, Site, Stop, Visibility
from actors.week.schedule import openings
from alimactiv.text import normalised
from territories.models import Territory

Kind = FoodService.Kind
COUNTED = (Kind.FOOD_PARCEL, Kind.SOCIAL_GROCERY, Kind.HOT_MEAL, Kind.STREET_OUTREACH, Kind.FOOD_VOUCHER)
"""Unless told otherwise: what one can come to, and leave with something to eat."""
ONE_TOWN = (Territory.Kind.COMMUNE, Territory.Kind.ARRONDISSEMENT)


@dataclass(frozen=True)
class Month:
    """A month of the calendar, in which hours are read."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def code(self) -> str:
        """``2026-08``"""
        return f"{self.year}-{self.month:02}"

    @property
    def following(self) -> "Month":
        return Month.of(self.end + DAY)


def usual_month(today: date) -> Month:
    """A month like most: this one, or October in summer."""
    return Month(today.year, 10) if today.month in (7, 8) else Month.of(today)


def next_august(today: date) -> Month:
    """The August to come, or under way."""
    return Month(today.year + (today.month > 8), 8)


@dataclass(frozen=True)
class Source:
    """A service at one of its places, whose openings any month can be read from."""

    outlet: Outlet
    """Without openings."""
    hours: str
    insee_code: str
    ended_on: date | None

    def in_month(self, month: Month) -> Outlet:
        found = openings(self.hours, self.insee_code, month.start, month.end, until=self.ended_on)
        return replace(self.outlet, openings=found)


@dataclass(frozen=True)
class Counted:
    """What is counted of a territory's directory. ``unknown``: the services whose hours nobody gave, not counted."""

    sources: list[Source]
    unknown: list[FoodService]
    zones: list[Zone]
    is_by_quarter: bool

    def in_month(self, month: Month) -> list[Outlet]:
        return [source.in_month(month) for source in self.sources]


def count(territory: Territory, *, user: User, kinds: Collection[str] = COUNTED, public: str = "") -> Counted:
    """Its services of these kinds that welcome a public, all unless told; commune by commune, or quarter in a town.

    Those that ``user`` reads: not those that a territory inside it keeps for its own coordination.
    """
    towns = _towns(territory)
    naming = _by_commune({town.code: town.name for town in towns}) if towns else _by_quarter
    actors = Actor.objects.active().of(territory).visible_to(user)
    sites = list(Site.objects.filter(actor__in=actors))
    is_shown = ~Q(visibility=Visibility.COORDINATION) | Q(actor__in=actors.kept_by(user))
    services = FoodService.objects.offered().filter(is_shown, actor__in=actors)
    every = list(services.select_related("actor", "site").prefetch_related("stops"))
    sources, unknown = [], []
    for service in every:
        if service.kind not in kinds or (public and service.publics and public not in service.publics):
            continue
        read = [source for source in (_source(*found, naming) for found in _places(service)) if source]
        sources += read
        if not read:
            unknown.append(service)
    stops = [stop for service in every for stop in service.stops.all()]
    return Counted(sources, unknown, _zones(towns, [*sites, *stops], sources, naming), not towns)


def _towns(territory: Territory) -> list[Territory]:
    """The communes inside it, or the arrondissements of those that have some; none inside a town that has none."""
    inside = Territory.objects.inside(territory).filter(kind__in=ONE_TOWN).current().exclude(pk=territory.pk)
    return list(inside.exclude(children__kind=Territory.Kind.ARRONDISSEMENT))


Naming = Callable[[Place | None], str]
"""The name of the zone where a place is; empty when it is not known."""


def _by_quarter(place: Place | None) -> str:
    return place.quarter if place else ""


def _by_commune(names: Mapping[str, str]) -> Naming:
    return lambda place: names.get(place.insee_code, place.city) if place else ""


def _places(service: FoodService) -> Iterator[tuple[FoodService, Place | None, str]]:
    """Where it is, and its hours there."""
    if service.is_itinerant:
        yield from ((service, stop, stop.opening_hours) for stop in service.stops.all())
    else:
        yield service, service.site, service.opening_hours


def _source(service: FoodService, place: Place | None, text: str, naming: Naming) -> Source | None:
    """None when its hours are not known, or cannot be read."""
    if not _is_read(text):
        return None
    outlet = Outlet(
        name=f"{service} ({place})" if isinstance(place, Stop) else str(service),
        actor=service.actor_id,
        kind=service.kind,
        publics=tuple(service.publics),
        zone=naming(place),
        openings={},
        point=_point(place) if place else None,
    )
    ends = [day for day in (service.ended_on, service.actor.ended_on) if day]
    return Source(outlet, text, place.insee_code if place else "", min(ends, default=None))


def _is_read(text: str) -> bool:
    try:
        return bool(check(text))
    except ValueError:  # kept by an older version of what reads hours
        return False


def _zones(
    towns: Iterable[Territory], places: Iterable[Place], sources: Iterable[Source], naming: Naming
) -> list[Zone]:
    """The communes, and the quarters that addresses name: each of these around its places, nobody keeps its limits."""
    by_name: dict[str, list[Place]] = {town.name: [] for town in towns}
    for place in places:
        by_name.setdefault(naming(place), []).append(place)
    for source in sources:
        by_name.setdefault(source.outlet.zone, [])
    centres = {town.name: Zone(town.name, _point(town)) for town in towns if town.latitude is not None}
    order = sorted(by_name, key=lambda name: (not name, normalised(name)))
    return [centres.get(name) or _around(name, by_name[name]) for name in order]


def _around(name: str, places: Iterable[Place]) -> Zone:
    points = [_point(place) for place in places if place.has_coordinates]
    if not points or not name:
        return Zone(name)
    return Zone(name, Point(fmean(one.latitude for one in points), fmean(one.longitude for one in points)))


def _point(place: Place | Territory) -> Point | None:
    return None if place.latitude is None else Point(place.latitude, place.longitude)
