"""What a search found, as its list shows it: where, whether it is open, what is asked of who comes."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.utils.text import capfirst

from actors.freshness.rhythm import Freshness, states
from actors.listing import words_of
from actors.locating import department_of
from actors.models import Actor, Audience, FoodService, Listing, Place
from actors.presenting import OpenNow, open_now
from territories.models import searched

RELATED = ("actor", "service", "site", "stop")
"""What a listing is told with."""
SHOWN = (
    *("audience", "actor__name", "actor__kind", "actor__phone"),
    *(f"service__{name}" for name in ("name", "kind", "publics", "fee", "papers", "referral", "registration")),
    *(f"{one}__{name}" for one in ("service", "stop") for name in ("opening_hours", "hours_note")),
    *(
        f"{one}__{name}"
        for one in ("site", "stop")
        for name in ("name", "address", "address_extra", "postcode", "city", "insee_code")
    ),
)
"""What is read of them: they have some ninety columns."""
NOTES = {
    Audience.EVERYONE: "",
    Audience.PROFESSIONALS: "Vu des professionnel·les seulement",
    Audience.COORDINATION: "Vu de la coordination et de la structure seulement",
}


@dataclass(frozen=True)
class Result:
    """One listing. ``distance`` in words, empty without a place; ``checked``: when it was confirmed, by which role."""

    title: str
    actor: Actor
    place: Place | None
    distance: str
    timetable: OpenNow
    badges: list[str]
    checked: str
    is_to_verify: bool
    note: str


def results(chosen: Sequence[Listing], at: datetime) -> list[Result]:
    """What was found (a page of it) as it is at a moment, in as many queries whatever their number.

    ``chosen`` need only tell which ones they are: a database that is asked for all at once reads the entries of all
    that matches, to sort it, before it keeps the few of a page.
    """
    listings = Listing.objects.select_related(*RELATED).only(*SHOWN).in_bulk([one.pk for one in chosen])
    fresh = states({listing.actor_id for listing in listings.values()}, at)

    @cache  # many write the same
    def told(text: str, note: str, department: str) -> OpenNow:
        return open_now(text, note, department, at)

    return [
        _result(listings[one.pk], getattr(one, "distance", None), fresh[listings[one.pk].actor_id], told)
        for one in chosen
        if one.pk in listings  # it may have been taken away meanwhile
    ]


def _result(
    listing: Listing, distance: float | None, fresh: Freshness, told: Callable[[str, str, str], OpenNow]
) -> Result:
    """``told``: hours and their note, in a département, at the moment."""
    service, place = listing.service, listing.place
    note = (listing.stop or service).hours_note if service else ""
    return Result(
        title=capfirst(str(service)) if service else capfirst(listing.actor.get_kind_display()),
        actor=listing.actor,
        place=place,
        distance=distance_in_words(distance),
        timetable=told(listing.opening_hours, note, department_of(place) if place else ""),
        badges=list(_badges(service)) if service else [],
        checked=fresh.words,
        is_to_verify=fresh.is_to_verify,
        note=NOTES[Audience(listing.audience)],
    )


def _badges(service: FoodService) -> Iterable[str]:
    """In words: what makes one come, or ask first."""
    if service.name:
        yield capfirst(service.get_kind_display())
    if service.fee != FoodService.Fee.UNKNOWN:
        yield capfirst(service.get_fee_display())
    if service.papers == FoodService.Need.NO:
        yield "Sans papiers à montrer"
    if service.referral == FoodService.Need.YES:
        yield "Sur orientation d’un service social"
    if service.registration == FoodService.Need.YES:
        yield "Sur inscription"
    if service.publics:
        labels = dict(FoodService.Public.choices)
        yield "Pour\u00a0: " + ", ".join(labels[code] for code in service.publics if code in labels)


def distance_in_words(kilometres: float | None) -> str:
    """« à 850 m », « à 2,3 km »; empty when it is not known.

    >>> distance_in_words(0.847), distance_in_words(2.34), distance_in_words(12.2)
    ('à 850\xa0m', 'à 2,3\xa0km', 'à 12\xa0km')
    """
    if kilometres is None:
        return ""
    if kilometres < 0.995:
        return f"à {max(round(kilometres * 100) * 10, 10)}\u00a0m"
    said = f"{kilometres:.1f}".removesuffix(".0").replace(".", ",") if kilometres < 9.95 else f"{kilometres:.0f}"
    return f"à {said}\u00a0km"


def as_written(text: str, listing: Listing) -> str:
    """Words looked for, with the accents that a listing which has them writes: « épicerie »."""
    written = {searched(word): word.lower() for word in re.findall(r"\w+", " ".join(words_of(listing)))}
    return " ".join(written.get(word, word) for word in text.split())
