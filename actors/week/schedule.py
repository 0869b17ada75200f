"""The week of food aid on a territory: who is open when, as true for a whole period, read from the directory.

It shows what is meant for everyone. Where the territory has published its directory, that is what the public reads
there; where it has not, its coordinators and other professionals see what they would publish. It is plain values in no
language: what is printed, kept as an edition and compared with another is the same object.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.utils import timezone

from actors.freshness.rhythm import SectionState, states
from actors.hours.calendar import department_of, timezone_of
from actors.hours.reading import Hours
from actors.models import Actor, FoodService, Place, Section, Visibility
from actors.week.languages import FIELDS, conditions_of
from actors.week.pattern import DAY, Change, Pattern, Regular, Slot, by_day, find
from territories.models import Territory

LENGTH = timedelta(weeks=12) - DAY
"""From the first day to the last: revised every three months, on a Monday."""
NOT_VISITED = {FoodService.Kind.LOGISTICS_HUB, FoodService.Kind.SHARED_STORAGE}
"""Kinds that structures use among themselves: in the week only if asked for."""
VISITED = tuple(kind for kind in FoodService.Kind if kind not in NOT_VISITED)


READ = (
    *("uid", "is_itinerant", "kind", "name", "publics", "publics_note", *FIELDS, "fee_note", "conditions"),
    *("opening_hours", "hours_note", "ended_on", "actor__name", "actor__phone", "actor__ended_on"),
    *(f"site__{name}" for name in ("name", "address", "address_extra", "postcode", "city", "insee_code")),
)
"""What is read of a service; with its structure and its place, it has some seventy columns."""


def this_monday(today: date) -> date:
    return today - today.weekday() * DAY


def coming_monday(today: date) -> date:
    """The next Monday; today if it is one."""
    return today + (-today.weekday() % 7) * DAY


@dataclass(frozen=True)
class Selection:
    """What of a territory's week is wanted: nothing chosen, all of it. Entries by their keys, the rest by codes."""

    entries: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A help at a place, through the week."""

    key: str
    """Of the service, and of the stop of an itinerant one: the same from one edition to the next."""
    entry: int
    kind: str
    name: str
    """Of the structure."""
    service: str
    """Its own name, if the service has one."""
    place: str
    address: tuple[str, ...]
    town: str
    """With its postcode, if it is known."""
    phone: str
    publics: tuple[str, ...]
    conditions: tuple[str, ...]
    """Keys of ``languages.CONDITIONS``."""
    notes: tuple[str, ...]
    """As typed, in French."""
    verified_on: date | None
    is_to_verify: bool
    has_hours: bool
    timezone: str
    days: tuple[tuple[Regular, ...], ...] = ((),) * 7
    changes: tuple[Change, ...] = ()

    @property
    def is_open_at_times(self) -> bool:
        """Whether it opens at all in the period."""
        return any(self.days) or any(change.now for change in self.changes)

    def slots_on(self, day: date) -> tuple[Slot, ...]:
        """When it is open on ``day``, one of the period."""
        return Pattern(self.days, self.changes).on(day)


@dataclass(frozen=True)
class Week:
    territory: str
    slug: str
    starts_on: date
    ends_on: date
    lines: tuple[Line, ...]
    contact: str = ""
    """Whom to ask, as the edition says."""

    @property
    def dates(self) -> list[date]:
        return [self.starts_on + n * DAY for n in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def open(self) -> list[Line]:
        return [line for line in self.lines if line.is_open_at_times]

    @property
    def closed(self) -> list[Line]:
        """Those whose hours are known, and hold nothing in the period."""
        return [line for line in self.lines if line.has_hours and not line.is_open_at_times]

    @property
    def unknown(self) -> list[Line]:
        """Those whose hours nobody gave."""
        return [line for line in self.lines if not line.has_hours]

    @property
    def to_verify(self) -> list[Line]:
        return [line for line in self.lines if line.is_to_verify]


def shown(territory: Territory):
    """The entries whose services its week shows."""
    entries = Actor.objects.active().of(territory).filter(visibility=Visibility.PUBLIC)
    return entries.published() if is_published(territory) else entries


def is_published(territory: Territory) -> bool:
    """Whether everyone may read the territory's directory, hence its week."""
    directory = getattr(territory, "directory", None)
    return directory is not None and directory.is_published


def build(
    territory: Territory, start: date, end: date, selection: Selection = Selection(), *, contact: str = ""
) -> Week:
    """The week from ``start`` to ``end``, both included: a few queries, whatever it holds."""
    points = list(_points(_services(territory, start, selection)))
    fresh = states({service.actor_id for service, _ in points})

    @cache  # many write the same
    def read(text: str, department: str, until: date | None) -> Pattern | None:
        days = openings(text, department, start, end, until=until)
        return None if days is None else find(days, start, end)

    lines = [
        _line(service, place, read, fresh[service.actor_id].sections.get(Section.HOURS)) for service, place in points
    ]
    order = {kind: rank for rank, kind in enumerate(FoodService.Kind.values)}
    lines.sort(key=lambda line: (order[line.kind], line.name.casefold(), line.place.casefold(), line.key))
    return Week(territory.name, territory.slug, start, end, tuple(lines), contact)


def _services(territory: Territory, start: date, selection: Selection) -> list[FoodService]:
    entries = shown(territory).order_by()
    if selection.entries:
        entries = entries.filter(pk__in=selection.entries)
    # Their keys first: in one statement with all that says who is shown, PostgreSQL reads the country's services.
    wanted = FoodService.objects.offered(start).filter(
        actor__in=list(entries.values_list("pk", flat=True)),
        visibility=Visibility.PUBLIC,
        kind__in=selection.kinds or VISITED,
    )
    services = wanted.select_related("actor", "site").prefetch_related("stops").only(*READ)
    return [service for service in services if _is_for(service, selection.publics)]


def _is_for(service: FoodService, publics: Collection[str]) -> bool:
    """Services that name no public are for everyone."""
    return not publics or not service.publics or not set(publics).isdisjoint(service.publics)


def _points(services: Iterable[FoodService]) -> Iterator[tuple[FoodService, Place | None]]:
    """Each service with its places: its site, or its stops."""
    for service in services:
        if service.is_itinerant:
            yield from ((service, stop) for stop in service.stops.all())
        else:
            yield service, service.site


def _line(
    service: FoodService,
    place: Place | None,
    read: Callable[[str, str, date | None], Pattern | None],
    fresh: SectionState | None,
) -> Line:
    """``read``: what hours say, in a département, until a day on which all ends; ``None``: not known."""
    holder = place if service.is_itinerant else service
    until = min((day for day in (service.ended_on, service.actor.ended_on) if day), default=None)
    department = department_of(place.insee_code if place else "")
    pattern = read(holder.opening_hours, department, until)
    return Line(
        key=f"{service.uid}/{place.uid}" if service.is_itinerant else service.uid,
        entry=service.actor_id,
        kind=service.kind,
        name=service.actor.name,
        service=service.name,
        place=place.name if place else "",
        address=tuple(filter(None, (place.address, place.address_extra))) if place else (),
        town=" ".join(filter(None, (place.postcode, place.city))) if place else "",
        phone=service.actor.phone,
        publics=tuple(service.publics),
        conditions=tuple(conditions_of(service)),
        notes=tuple(filter(None, (holder.hours_note, service.publics_note, service.fee_note, service.conditions))),
        verified_on=timezone.localdate(fresh.last.at) if fresh and fresh.last else None,
        is_to_verify=bool(fresh and fresh.is_to_verify),
        has_hours=pattern is not None,
        timezone=timezone_of(department).key,
        days=pattern.days if pattern else ((),) * 7,
        changes=pattern.changes if pattern else (),
    )


def openings(
    text: str, department: str, start: date, end: date, *, until: date | None = None
) -> dict[date, tuple[Slot, ...]] | None:
    """When ``text`` says open, by day, on the clock of the place; nothing from ``until`` on. ``None``: not known."""
    try:
        hours = Hours(text, department)
    except ValueError:  # kept by an older version of what reads hours: as good as not known
        return None
    if not text:
        return None
    # A day more on each side: what runs past midnight is of the day on which it started.
    spans = hours.on_the_wall(start - DAY, end + 2 * DAY)
    return by_day(spans, start, end if until is None else min(end, until - DAY))
