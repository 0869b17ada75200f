"""Where imported entries are at work, and in which commune an address is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from actors.exchange.bundles import Bundle
from actors.exchange.columns import TERRITORIES
from actors.exchange.rows import Row, plain
from actors.locating import TOWN_KINDS, departments_of_postcode
from territories.models import Coordinator, Territory

_CODED = re.compile(rf"\b({'|'.join(Territory.Kind.values)}):([^\s,;()|]+)")
_BARE = re.compile(r"[\s,;|]+")
_LIKELIEST = list(Territory.Kind.values)
"""Which of those that share a bare code is meant: a commune first, a région last."""


def _named(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The territories that a cell names, by kind and code, and those by their code alone."""
    coded = _CODED.findall(text)
    return coded, [] if coded else [word for word in _BARE.split(text) if word]


@dataclass
class Placing:
    """``allowed``: where the importer may put entries to work; none: everywhere."""

    territory: Territory | None
    inside: set[int]
    allowed: set[int] | None
    by_key: dict[tuple[str, str], Territory] = field(default_factory=dict)
    by_code: dict[str, Territory] = field(default_factory=dict)
    towns: dict[str, list[Territory]] = field(default_factory=dict)
    wanted: dict[int, list[Territory]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row], *, by, territory: Territory | None) -> "Placing":
        """Reads all territories that the rows may name, by code or as a commune's name."""
        inside = set(Territory.objects.inside(territory).values_list("pk", flat=True)) if territory else set()
        allowed = None
        if by is not None and not by.is_staff:
            allowed = set(Coordinator.objects.filter(user=by).values_list("territory", flat=True))
        placing = cls(territory, inside, allowed)
        codes, names = set(), set()
        for row in rows:
            coded, bare = _named(row.cells.get(TERRITORIES, ""))
            codes |= {code for _, code in coded} | set(bare) | {row.cells.get("lieu_code_insee", "")}
            names.add(plain(row.cells.get("lieu_commune", "")))
        for one in _in_chunks(codes, "code"):
            placing.by_key[one.kind, one.code] = one
        for one in sorted(placing.by_key.values(), key=lambda one: _LIKELIEST.index(one.kind), reverse=True):
            placing.by_code[one.code] = one
        for one in _in_chunks(names, "search_name"):
            if one.kind in TOWN_KINDS and one.is_official and not one.is_over:
                placing.towns.setdefault(one.search_name, []).append(one)
                placing.by_code.setdefault(one.code, one)
        return placing

    def insee_code(self, row: Row) -> str:
        """The code of the one commune so named in the postcode's département; empty if there is none or several."""
        found = self.towns.get(plain(row.cells.get("lieu_commune", "")), [])
        departments = departments_of_postcode(row.cells.get("lieu_code_postal", ""))
        codes = [town.code for town in found if not departments or town.department in departments]
        return codes[0] if len(codes) == 1 else ""

    def note(self, bundle: Bundle, text: str) -> list[str]:
        """Remember which territories a row names for its entry; gives those left out: unknown, or of others."""
        coded, bare = _named(text)
        found = {":".join(key): self.by_key.get(key) for key in coded} | {code: self.by_code.get(code) for code in bare}
        taken = {name: one for name, one in found.items() if one and self._may_be(bundle, one)}
        self.wanted.setdefault(id(bundle), []).extend(taken.values())
        return [name for name in found if name not in taken]

    def _may_be(self, bundle: Bundle, territory: Territory) -> bool:
        return self.allowed is None or territory.pk in self.allowed or territory in bundle.territories

    def missing(self, bundle: Bundle) -> list[Territory]:
        """The territories where an entry is to be at work from now on: those its rows name, and the importer's.

        Without any, the communes of its places.
        """
        known = {one.pk for one in bundle.territories}
        wanted = {one.pk: one for one in self.wanted.get(id(bundle), [])}
        if self.territory and not (known | wanted.keys()) & self.inside:
            wanted[self.territory.pk] = self.territory
        if not known and not wanted:
            towns = [self.by_code.get(place.insee_code) for place in bundle.places]
            wanted = {one.pk: one for one in towns if one and one.kind in TOWN_KINDS}
        return [one for pk, one in wanted.items() if pk not in known]


def _in_chunks(keys: set[str], name: str) -> Iterable[Territory]:
    ordered = sorted(keys - {""})
    for start in range(0, len(ordered), 2000):
        yield from Territory.objects.filter(**{f"{name}__in": ordered[start : start + 2000]})
