"""Where an address is: the official code of its commune, and its point on the map."""

from actors import geocoder
from actors.hours import calendar
from actors.models import Place
from alimactiv.text import normalised
from territories.models import Territory

TOWN_KINDS = [Territory.Kind.COMMUNE, Territory.Kind.ARRONDISSEMENT]

SURE = 0.5
"""The score from which the geocoder's first answer is taken."""


def departments_of_postcode(postcode: str) -> list[str]:
    """The départements that a postcode may be of: two for Corsica, one elsewhere, none for an empty one.

    >>> departments_of_postcode("97400"), departments_of_postcode("20000"), departments_of_postcode("93140")
    (['974'], ['2A', '2B'], ['93'])
    """
    if postcode.startswith("20"):
        return ["2A", "2B"]
    return [postcode[: 3 if postcode.startswith(("97", "98")) else 2]] if postcode else []


def insee_code_of(city: str, postcode: str) -> str:
    """The code of the commune so named in the postcode's département; empty unless there is exactly one."""
    found = Territory.objects.filter(kind__in=TOWN_KINDS, is_official=True, search_name=normalised(city)).current()
    if postcode:
        found = found.filter(department__in=departments_of_postcode(postcode))
    codes = list(found.values_list("code", flat=True)[:2]) if city else []
    return codes[0] if len(codes) == 1 else ""


def department_of(place: Place) -> str:
    """The département of a place, by its commune or its postcode; empty when neither tells."""
    by_postcode = departments_of_postcode(place.postcode)
    return calendar.department_of(place.insee_code) or (by_postcode[0] if len(by_postcode) == 1 else "")


def locate(place: Place, *, point_is_given: bool) -> None:
    """Fill in what the address of a place lets find: its commune, and its point unless that is given.

    A point that cannot be found anew stays as long as the commune is the same. Asks the geocoder, if there is one.
    """
    former, place.insee_code = place.insee_code, insee_code_of(place.city, place.postcode)
    found = None if point_is_given else _find(place)
    if found:
        place.latitude, place.longitude = found.latitude, found.longitude
        place.insee_code = place.insee_code or found.citycode
    elif not point_is_given and former != place.insee_code:
        place.latitude = place.longitude = None


def _find(place: Place) -> geocoder.Address | None:
    """The address as the geocoder knows it; a town's middle is no answer."""
    if not place.address or not place.city:
        return None
    text = f"{place.address} {place.postcode} {place.city}"
    try:
        found = geocoder.search(text, postcode=place.postcode, citycode=place.insee_code, limit=1)
    except geocoder.Unavailable:
        return None
    sure = (one for one in found if one.score >= SURE and one.kind != "municipality")
    return next(sure, None)
