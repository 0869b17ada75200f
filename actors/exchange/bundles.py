"""An entry with all that belongs to it, and the rows of the flat table that say it.

One row for a service at its place, or at each of its stops; one for a place without service; one for each need or
surplus; one for a structure that has none of these. What is of the structure stands on each of its rows.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.db import models
from django.db.models import QuerySet

from actors.exchange.columns import BY_CODE, OF_PART, OF_SITES_ONLY, OF_STOPS, TERRITORIES, TOUR_NOTE, Part
from actors.exchange.values import said, write
from actors.models import Actor, Audience, FoodService, Place, Site, Stop, Supply, SupplyLine
from actors.visibility import Sight
from territories.models import Territory

BATCH = 1000
"""Entries read at a time: seven queries each."""
Cells = dict[str, str]

_ACTOR = [column for column in OF_PART[Part.ACTOR] if column.code != TERRITORIES]
_SERVICE = [column for column in OF_PART[Part.SERVICE] if column.code != TOUR_NOTE]
_TOUR = [column for column in _SERVICE if column.code not in OF_STOPS]
_ON_STOP = [column for column in _SERVICE if column.code in OF_STOPS]
_STOP_PLACE = [column for column in OF_PART[Part.PLACE] if column.code not in OF_SITES_ONLY]


@dataclass
class Bundle:
    """An entry, as stored or about to be; ``stops`` tell their service."""

    actor: Actor
    territories: list[Territory] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    services: list[FoodService] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    supply: Supply | None = None
    lines: list[SupplyLine] = field(default_factory=list)

    @property
    def places(self) -> list[Place]:
        return [*self.sites, *self.stops]

    def all_rows(self) -> list[models.Model]:
        """Everything of it that is stored."""
        supply = [self.supply] if self.supply else []
        return [self.actor, *self.sites, *self.services, *self.stops, *supply, *self.lines]

    def rows(self, *, words: bool, with_contact: bool) -> list[Cells]:
        """The flat table's rows, as text by column code; what is empty is left out.

        ``words``: choices in French words rather than codes. ``with_contact``: with the person to reach.
        """
        whole = self._whole(words, with_contact)
        told = [*self._service_rows(words), *self._place_rows(words), *self._line_rows(words)]
        return [{code: text for code, text in (whole | row).items() if text} for row in told or [{}]]

    def seen(self, audience: Audience) -> "Bundle":
        """What these readers see of it. A place that only hidden services name is hidden with them."""
        sight = Sight(audience, can_edit=False)
        services = [service for service in self.services if sight.shows(service.visibility)]
        shown = {service.uid for service in services}
        theirs = {service.site.uid for service in services if service.site}
        hidden = {service.site.uid for service in self.services if service.site} - theirs
        is_public = audience == Audience.EVERYONE
        return replace(
            self,
            sites=[site for site in self.sites if site.uid not in hidden],
            services=services,
            stops=[stop for stop in self.stops if stop.service.uid in shown],
            supply=None if is_public else self.supply,
            lines=[] if is_public else self.lines,
        )

    def digest(self) -> str:
        """What tells whether anything of the entry was changed since."""
        rows = self.rows(words=False, with_contact=True)
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def _whole(self, words: bool, with_contact: bool) -> Cells:
        cells = said(_ACTOR, self.actor, words=words)
        cells[TERRITORIES] = territories_as_text(self.territories, words=words)
        if with_contact:
            cells |= said(OF_PART[Part.CONTACT], self.actor, words=words)
        if self.supply:
            cells |= said(OF_PART[Part.SUPPLY], self.supply, words=words)
        return cells

    def _service_rows(self, words: bool) -> Iterator[Cells]:
        stops = defaultdict(list)
        for stop in sorted(self.stops, key=_place_order):
            stops[stop.service.uid].append(stop)
        for service in sorted(self.services, key=lambda one: (one.kind, one.name, one.uid)):
            if not service.is_itinerant:
                place = said(OF_PART[Part.PLACE], service.site, words=words) if service.site else {}
                yield said(_SERVICE, service, words=words) | place
                continue
            tour = said(_TOUR, service, words=words)
            tour[TOUR_NOTE] = write(BY_CODE[TOUR_NOTE], service.hours_note, words=words)
            for stop in stops[service.uid]:
                yield tour | said(_ON_STOP, stop, words=words) | said(_STOP_PLACE, stop, words=words)
            if not stops[service.uid]:
                yield tour

    def _place_rows(self, words: bool) -> Iterator[Cells]:
        in_use = {service.site.uid for service in self.services if service.site}
        for site in sorted(self.sites, key=_place_order):
            if site.uid not in in_use:
                yield said(OF_PART[Part.PLACE], site, words=words)

    def _line_rows(self, words: bool) -> list[Cells]:
        lines = [said(OF_PART[Part.LINE], line, words=words) for line in self.lines]
        return sorted(lines, key=lambda cells: list(cells.values()))


def _place_order(place: Place) -> tuple:
    return place.name, place.address, place.uid


def territories_as_text(territories: Iterable[Territory], *, words: bool) -> str:
    """``Bondy (commune:93010)``, or ``commune:93010``: the kind, for a code may be of two territories."""
    codes = [(f"{one.kind}:{one.code}", one.name) for one in territories]
    return ", ".join(f"{name} ({code})" if words else code for code, name in sorted(codes))


def bundles(actors: QuerySet[Actor], *, locked: bool = False) -> Iterator[Bundle]:
    """These entries with all that belongs to them, in the order of ``actors``; ``locked`` till the transaction ends."""
    if locked:
        actors = actors.select_for_update(of=("self",))
    rows = list(actors)
    for start in range(0, len(rows), BATCH):
        yield from _loaded(rows[start : start + BATCH])


def _loaded(actors: list[Actor]) -> list[Bundle]:
    found = {actor.pk: Bundle(actor) for actor in actors}
    links = Actor.territories.through.objects.filter(actor__in=found).select_related("territory")
    for link in links:
        found[link.actor_id].territories.append(link.territory)
    sites = {}
    for site in Site.objects.filter(actor__in=found).order_by():
        sites[site.pk] = site
        found[site.actor_id].sites.append(site)
    services = {}
    for service in FoodService.objects.filter(actor__in=found).order_by():
        services[service.pk] = service
        if service.site_id in sites:
            service.site = sites[service.site_id]
        found[service.actor_id].services.append(service)
    for stop in Stop.objects.filter(service__actor__in=found).order_by():
        stop.service = services[stop.service_id]
        found[stop.service.actor_id].stops.append(stop)
    for supply in Supply.objects.filter(actor__in=found):
        found[supply.actor_id].supply = supply
    for line in SupplyLine.objects.filter(actor__in=found).order_by():
        found[line.actor_id].lines.append(line)
    return list(found.values())
