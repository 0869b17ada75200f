"""Where one looks for help: a commune by its name, an address by the national geocoder, or one's own position."""

import re
from dataclasses import dataclass, field, replace

from django.db.models import Avg, Case, Exists, F, OuterRef, Q, When

from actors import geocoder
from actors.distance import Point
from actors.geocoder import Address, Unavailable
from actors.locating import SURE, TOWN_KINDS, departments_of_postcode
from actors.models import Directory, Listing, Site
from territories.models import Territory, searched

NUMBER = re.compile(r"\d{5}|\d{2,3}|2[ab]")
NAMESAKES = 6
LONGEST_NAME = 8
"""Words that the end of an address may have, with its postcode, to be a commune."""


@dataclass(frozen=True)
class Whereabouts:
    """A place that was looked for. ``point`` is none for a commune that nothing places on the map."""

    label: str
    point: Point | None
    communes: list[str] = field(default_factory=list)
    """The official codes of the commune, if it is one: what has no point there is still in it."""
    department: str = ""
    others: list[str] = field(default_factory=list)
    """Other communes of the name, to be looked for as they are written here."""
    note: str = ""
    """What was not done as asked, to be shown."""


def here(point: Point) -> Whereabouts:
    """Where the browser says that one is."""
    return Whereabouts("votre position", point)


def find(text: str) -> Whereabouts | None:
    """The place so written: a commune, else an address, else a commune whose name starts or ends the text.

    None if nothing is so called.
    """
    commune = _commune(text)
    if commune:
        return commune
    try:
        found = next((one for one in geocoder.search(text) if one.score >= SURE), None)
    except Unavailable:
        found, note = None, "L’adresse n’a pas pu être cherchée\u00a0: voici la commune."
    else:
        note = "L’adresse n’a pas été trouvée\u00a0: voici la commune."
    return _of_address(found) if found else _commune_starting(text) or _commune_within(text, note)


def _of_address(found: Address) -> Whereabouts:
    point = Point(found.latitude, found.longitude)
    department = departments_of_postcode(found.postcode)
    codes = [found.citycode] if found.kind == "municipality" else []
    return Whereabouts(found.label, point, codes, department[0] if department else "")


def _commune(text: str) -> Whereabouts | None:
    """The likeliest commune of just this name; its département or postcode may be written beside it, or alone.

    Beside its namesakes are those of a longer name that have a directory open to everyone.
    """
    name, number = _split(searched(text))
    whole = searched(text)
    towns = Territory.objects.current().filter(kind__in=TOWN_KINDS)
    named = Q(search_name__in=[whole, f"{whole}e arrondissement", f"{whole}er arrondissement"])
    if name and number:
        departments = departments_of_postcode(number) if len(number) == 5 else [number.upper()]
        named |= Q(search_name=name, department__in=departments)
    elif len(number) == 5:
        named = Q(code__in=Site.objects.filter(postcode=number).values("insee_code"))
    found = _likeliest(towns.filter(named))
    opened = Directory.objects.filter(is_published=True).values("territory")
    longer = towns.filter(search_name__startswith=f"{whole} ", pk__in=opened)
    return _of_commune([*found, *_likeliest(longer)][:NAMESAKES]) if found else None


def _commune_starting(text: str) -> Whereabouts | None:
    """The likeliest commune whose name starts with these words: « Évry » is Évry-Courcouronnes."""
    towns = Territory.objects.current().filter(kind__in=TOWN_KINDS, search_name__startswith=f"{searched(text)} ")
    found = _likeliest(towns)
    return _of_commune(found) if found else None


def _likeliest(towns) -> list[Territory]:
    """Namesakes, those with a directory open to everyone first, or in a territory that has one; then the largest."""
    published = Directory.objects.filter(is_published=True)
    of_itself, around = published.filter(territory=OuterRef("pk")), published.filter(territory__children=OuterRef("pk"))
    opened = Case(When(Exists(of_itself), then=2), When(Exists(around), then=1), default=0)
    return list(towns.order_by(opened.desc(), F("population").desc(nulls_last=True), "code")[:NAMESAKES])


def _split(text: str) -> tuple[str, str]:
    """A name, and the postcode or number of a département that stands before or after it.

    >>> _split("93140 bondy"), _split("saint denis 974")
    (('bondy', '93140'), ('saint denis', '974'))
    """
    words = text.split()
    numbers = [word for word in words if NUMBER.fullmatch(word)]
    number = numbers[-1] if numbers and numbers[-1] in {words[0], words[-1]} else ""
    return " ".join(word for word in words if word != number), number


def _of_commune(towns: list[Territory]) -> Whereabouts:
    town, *others = towns
    codes = [town.code, *town.children.filter(kind=Territory.Kind.ARRONDISSEMENT).values_list("code", flat=True)]
    return Whereabouts(_written(town), _point(town, codes), codes, town.department, [_written(one) for one in others])


def _written(town: Territory) -> str:
    return f"{town.name} ({town.department})" if town.department else town.name


def _point(town: Territory, codes: list[str]) -> Point | None:
    """The commune's own, or the middle of what the directory knows there."""
    if town.latitude is not None:
        return Point(town.latitude, town.longitude)
    there = Listing.objects.for_everyone().filter(insee_code__in=codes, latitude__isnull=False)
    middle = there.aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    return Point(**middle) if middle["latitude"] is not None else None


def _commune_within(text: str, note: str) -> Whereabouts | None:
    """The commune whose name ends the text, the longest such name."""
    words = text.replace(",", " ").split()
    for start in range(max(1, len(words) - LONGEST_NAME), len(words)):
        found = _commune(" ".join(words[start:]))
        if found:
            return replace(found, note=note)
    return None
