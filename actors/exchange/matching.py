"""Which entry, place, service or stop a row of a file speaks of.

By identifier first; then an entry by SIRET and commune, then by name and commune; a place by its address; a service
by its kind and name at its place. What only looks alike is told, never taken for the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import models

from accounts.models import User
from actors.duplicates import Name
from actors.exchange.bundles import Bundle, bundles
from actors.exchange.rows import Row, plain
from actors.models import Actor, FoodService, Place, Site, Stop
from territories.models import Territory

CHUNK = 2000
"""Keys asked for in one query."""


class AmbiguousError(Exception):
    """Several entries answer to what a row says."""


def communes_of(cells: dict[str, str]) -> set[str]:
    """What names a row's commune: its code, its name."""
    return {plain(cells[code]) for code in ("lieu_code_insee", "lieu_commune") if cells.get(code)}


def _communes(bundle: Bundle) -> set[str]:
    return {plain(text) for place in bundle.places for text in (place.insee_code, place.city) if text}


@dataclass
class Known:
    """The entries that a file may speak of: those stored, and those that its own rows add."""

    by_uid: dict[str, Bundle] = field(default_factory=dict)
    by_siret: dict[str, list[Bundle]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Bundle]] = field(default_factory=lambda: defaultdict(list))
    by_words: dict[str, list[Bundle]] = field(default_factory=lambda: defaultdict(list))
    taken: set[tuple[type[models.Model], str]] = field(default_factory=set)
    """Identifiers of places, services and stops that exist."""
    names: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """The names of the territory's entries that the importer reads, by uid, by what is particular in them."""
    hidden: set[str] = field(default_factory=set)
    """The entries that the importer does not read: rows find them, nothing names them."""

    def add(self, bundle: Bundle) -> None:
        """Let rows find this entry."""
        self.by_uid[bundle.actor.uid] = bundle
        if bundle.actor.merged_into_id:
            return
        self.by_siret[bundle.actor.siret].append(bundle)
        self.by_name[plain(bundle.actor.name)].append(bundle)
        self.by_words[Name.of(bundle.actor.name).sorted].append(bundle)

    def find(self, cells: dict[str, str], name: str, siret: str) -> Bundle | None:
        """The entry of a row; none if it is a new one. Raises ``AmbiguousError``."""
        uid = cells.get("structure_id")
        if uid:
            return self.by_uid.get(uid)
        here = communes_of(cells)
        named = self.by_name[plain(name)]
        if siret:
            found = [bundle for bundle in self.by_siret[siret] if _may_be_in(bundle, here)]
            found = [bundle for bundle in found if bundle in named] or found
            if found:
                return _only(found)
        return _only([one for one in named if _may_be_in(one, here) and not (siret and one.actor.siret)])

    def alike(self, bundle: Bundle) -> list[str]:
        """Names of others that may be the same structure: of its SIRET, or much of its name and in its commune.

        Those whose name is only near are found once imported, among the territory's duplicates.
        """
        actor, here, words = bundle.actor, _communes(bundle), Name.of(bundle.actor.name).sorted
        same_siret = self.by_siret[actor.siret] if actor.siret else []
        same_words = [one for one in self.by_words[words] if _may_be_in(one, here)]
        others = {
            one.actor.uid: one.actor.name for one in [*same_siret, *same_words] if one.actor.uid not in self.hidden
        }
        return [name for uid, name in (self.names[words] | others).items() if uid != actor.uid]


def _may_be_in(bundle: Bundle, communes: set[str]) -> bool:
    known = _communes(bundle)
    return not known or not communes or bool(known & communes)


def _only(found: list[Bundle]) -> Bundle | None:
    if len(found) > 1:
        raise AmbiguousError
    return found[0] if found else None


def known_to(rows: Iterable[Row], territory: Territory | None, *, by: User | None, locked: bool) -> Known:
    """The stored entries that the rows may speak of; by their name only those at work on ``territory``, if given.

    ``by`` imports: nobody, at the server, reads everything.
    """
    uids, sirets, names = set(), set(), set()
    for row in rows:
        uids |= {row.cells[code] for code in ("structure_id", "lieu_id", "service_id") if row.cells.get(code)}
        sirets.add(plain(row.cells.get("structure_siret", "")).replace(" ", ""))
        names.add(plain(row.cells.get("structure_nom", "")))
    listed = Actor.objects.listed()
    near = listed.of(territory) if territory else listed
    readable = Actor.objects.visible_to(by) if by else Actor.objects.all()
    pks = set()
    for chunk in _chunks(uids):
        pks |= set(Actor.objects.filter(uid__in=chunk).values_list("pk", flat=True))
    for chunk in _chunks(sirets - {""}):
        pks |= set(listed.filter(siret__in=chunk).values_list("pk", flat=True))
    for chunk in _chunks(names - {""}):
        pks |= set(near.filter(search_name__in=chunk).values_list("pk", flat=True))
    known = Known()
    for chunk in _chunks(pks):
        for bundle in bundles(Actor.objects.filter(pk__in=chunk).order_by("pk"), locked=locked):
            known.add(bundle)
        known.hidden |= set(
            Actor.objects.filter(pk__in=chunk).exclude(pk__in=readable.values("pk")).values_list("uid", flat=True)
        )
    for chunk in _chunks(uids):
        for model in (Site, FoodService, Stop):
            known.taken |= {(model, uid) for uid in model.objects.filter(uid__in=chunk).values_list("uid", flat=True)}
    if territory:
        for uid, name in near.filter(pk__in=readable.values("pk")).values_list("uid", "name"):
            known.names[Name.of(name).sorted][uid] = name
    return known


def _chunks(keys: set) -> Iterator[list]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def place_of(places: Iterable[Place], cells: dict[str, str]) -> Place | None:
    """Of an entry's places, the one that a row names by identifier, by address, or by all that it says of it."""
    places = list(places)
    if cells.get("lieu_id"):
        return next((place for place in places if place.uid == cells["lieu_id"]), None)
    address, name = plain(cells.get("lieu_adresse", "")), plain(cells.get("lieu_nom", ""))
    here = communes_of(cells)
    near = [place for place in places if not here or not _of(place) or _of(place) & here]
    if address:
        return next((place for place in near if plain(place.address) == address), None)
    if name:
        return next((place for place in near if plain(place.name) == name), None)
    return near[0] if len(near) == 1 else None


def _of(place: Place) -> set[str]:
    return {plain(text) for text in (place.insee_code, place.city) if text}


def service_of(
    bundle: Bundle, cells: dict[str, str], signs: tuple[str, str, bool], site: Site | None
) -> FoodService | None:
    """Of an entry's services, the one a row speaks of: ``signs`` are its kind, name and whether it is itinerant."""
    if cells.get("service_id"):
        return next((one for one in bundle.services if one.uid == cells["service_id"]), None)
    alike = [one for one in bundle.services if (one.kind, plain(one.name), one.is_itinerant) == signs]
    if site is None:
        return alike[0] if len(alike) == 1 else None
    return next((one for one in alike if one.site is site), None)
