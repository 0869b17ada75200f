"""What a search found, as its list shows it: where, whether it is open, what is asked of who comes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from actors.freshness.rhythm import states
from actors.listing import words_of
from actors.locating import department_of
from actors.models import Actor, Audience, FoodService, Listing, Place
from actors.presenting import Timetable, timetable
from territories.models import searched

RELATED = ("actor", "service", "site", "stop")
"""What a listing to be shown is read with."""
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
    timetable: Timetable
    badges: list[str]
    checked: str
    is_to_verify: bool
    note: str


def results(listings: Iterable[Listing], at: datetime) -> list[Result]:
    """The listings (with ``RELATED``) as they are at a moment, in as many queries whatever their number."""
    listings = list(listings)
    fresh = states({listing.actor_id for listing in listings}, at)
    return [_result(listing, fresh[listing.actor_id], at) for listing in listings]


def _result(listing: Listing, fresh, at: datetime) -> Result:
    service, place = listing.service, listing.place
    note = (listing.stop or service).hours_note if service else ""
    return Result(
        title=capfirst(str(service)) if service else capfirst(listing.actor.get_kind_display()),
        actor=listing.actor,
        place=place,
        distance=distance_in_words(getattr(listing, "distance", None)),
        timetable=timetable(listing.opening_hours, note, department_of(place) if place else "", at),
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
