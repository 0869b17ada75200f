"""Keeps the directory's index (``models/listing.py``): what is written in an entry is found at once.

Every operation that changes an entry, a service, a place, or what a territory publishes calls ``refresh``. What time
alone changes (a service that ends, the days to come) is made anew every night (``rebuild``).
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from actors.hours.reading import Hours
from actors.locating import department_of
from actors.models import Actor, Audience, FoodService, Listing, Opening, Place, Site, Stop, Word
from actors.visibility import audience_of, hidden_sites
from territories.models import Territory, searched

log = logging.getLogger(__name__)

DAYS = 15
"""For which openings are kept, from yesterday on: overseas, it still is."""
BATCH = 500
"""Entries made anew in one transaction."""
LONGEST = Word._meta.get_field("text").max_length


def refresh(actors: Iterable[int]) -> None:
    """Make the index of these entries, given by their keys, what their records say now."""
    keys = sorted(set(actors))
    for start in range(0, len(keys), BATCH):
        _refresh(keys[start : start + BATCH])


def refresh_territory(territory: Territory) -> None:
    """Make anew what the territory's publishing changes: the entries at work on it."""
    refresh(Actor.objects.filter(territories=territory).values_list("pk", flat=True))


def rebuild() -> None:
    """Make the whole index anew, some entries at a time: searches go on meanwhile."""
    refresh(Actor.objects.values_list("pk", flat=True))
    used = _words(Listing.objects.values_list("search_text", flat=True).iterator())
    unused = [word for word in Word.objects.values_list("text", flat=True) if word not in used]
    for start in range(0, len(unused), BATCH):
        Word.objects.filter(text__in=unused[start : start + BATCH]).delete()


@dataclass
class _Entry:
    """An entry and what its listings are made of."""

    actor: Actor
    is_published: bool
    sites: list[Site]
    services: list[FoodService]
    """Ended ones too."""

    def place(self, audience: Audience) -> Site | None:
        """Where the structure itself is to these readers: its first site on the map, or its first one."""
        hidden = hidden_sites(self.services, lambda one: self._audience(one) <= audience)
        sites = [site for site in self.sites if site.pk not in hidden]
        return next((site for site in sites if site.has_coordinates), sites[0] if sites else None)

    def _audience(self, service: FoodService | None = None) -> Audience:
        return audience_of(self.actor, service, is_published=self.is_published)

    def listings(self) -> Iterator[Listing]:
        """One for each service at each of its places; one for the structure if its readers see none of these."""
        made = [listing for service in self.services if not service.has_ended for listing in self._of(service)]
        whole = self._audience()
        if whole not in {listing.audience for listing in made}:
            yield self._listing(self.place(whole))
        yield from made

    def _of(self, service: FoodService) -> Iterator[Listing]:
        stops = list(service.stops.all()) if service.is_itinerant else []
        for stop in stops:
            yield self._listing(stop, service)
        if not stops:
            yield self._listing(service.site or self.place(self._audience(service)), service)

    def _listing(self, place: Place | None, service: FoodService | None = None) -> Listing:
        listing = Listing(
            actor=self.actor,
            service=service,
            stop=place if isinstance(place, Stop) else None,
            site=place if isinstance(place, Site) else None,
            audience=self._audience(service),
            actor_kind=self.actor.kind,
        )
        listing.search_text = f" {searched(' '.join(words_of(listing)))} "
        if service:
            listing.kind, listing.publics = service.kind, service.publics
            listing.fee, listing.papers = service.fee, service.papers
        if place:
            listing.insee_code = place.insee_code
            listing.latitude, listing.longitude = place.latitude, place.longitude
        return listing


def words_of(listing: Listing) -> Iterator[str]:
    """What a listing is found by, as it is written."""
    yield from (listing.actor.name, listing.actor.network, listing.actor.get_kind_display())
    if listing.service:
        yield from (listing.service.get_kind_display(), listing.service.name)
    if listing.place:
        yield from (listing.place.name, listing.place.quarter, listing.place.postcode, listing.place.city)


@transaction.atomic
def _refresh(batch: list[int]) -> None:
    # Two at a time on one entry would leave it listed twice.
    list(Actor.objects.select_for_update().filter(pk__in=batch).order_by("pk").values_list("pk"))
    Listing.objects.filter(actor__in=batch).delete()
    listings = [listing for entry in _entries(batch) for listing in entry.listings()]
    Listing.objects.bulk_create(listings, batch_size=BATCH)
    Opening.objects.bulk_create(_openings(listings, *days_to_come()), batch_size=4 * BATCH)
    # In one order: two refreshes that add the same words wait for one another, and not each for the other.
    words = sorted(_words(listing.search_text for listing in listings))
    Word.objects.bulk_create([Word(text=word) for word in words], batch_size=BATCH, ignore_conflicts=True)


def days_to_come() -> tuple[datetime, datetime]:
    """The time for which openings are kept."""
    today = timezone.localdate()
    return tuple(timezone.make_aware(datetime.combine(today + timedelta(days=days), time())) for days in (-1, DAYS + 1))


def _openings(listings: Iterable[Listing], start: datetime, end: datetime) -> Iterator[Opening]:
    read = cache(lambda text, department: Hours(text, department).between(start, end))  # many write the same
    for listing in listings:
        try:
            spans = read(listing.opening_hours, department_of(listing.place) if listing.place else "")
        except ValueError:  # kept by an older version of what reads hours: as good as not known
            log.warning("the hours of service %s cannot be read", listing.service_id)
            continue
        for span in spans:
            yield Opening(listing_id=listing.pk, starts_at=span.starts_at, ends_at=span.ends_at)


def _words(texts: Iterable[str]) -> set[str]:
    """Those that one may mistype: of letters, and more than two."""
    return {word for text in texts for word in text.split() if 2 < len(word) <= LONGEST and word.isalpha()}


def _entries(batch: list[int]) -> Iterator[_Entry]:
    actors = Actor.objects.active().filter(pk__in=batch).order_by("pk")
    published = set(actors.published().values_list("pk", flat=True))
    sites: dict[int, list[Site]] = {}
    for site in Site.objects.filter(actor__in=batch):
        sites.setdefault(site.actor_id, []).append(site)
    services: dict[int, list[FoodService]] = {}
    found = list(FoodService.objects.filter(actor__in=batch).select_related("site"))
    prefetch_related_objects([service for service in found if service.is_itinerant], "stops")
    for service in found:
        services.setdefault(service.actor_id, []).append(service)
    for actor in actors:
        yield _Entry(actor, actor.pk in published, sites.get(actor.pk, []), services.get(actor.pk, []))
