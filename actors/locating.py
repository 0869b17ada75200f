"""Where an address is: the official code of its commune, and its point on the map."""

from actors.models import Place
from alimactiv.text import normalised
from territories.models import Territory

TOWN_KINDS = [Territory.Kind.COMMUNE, Territory.Kind.ARRONDISSEMENT]


def department_of_postcode(postcode: str) -> list[str]:
    """The départements that a postcode may be of: two for Corsica, one elsewhere, none for an empty one.

    >>> department_of_postcode("97400"), department_of_postcode("20000"), department_of_postcode("93140")
    (['974'], ['2A', '2B'], ['93'])
    """
    if postcode.startswith("20"):
        return ["2A", "2B"]
    return [postcode[: 3 if postcode.startswith(("97", "98")) else 2]] if postcode else []


def insee_code_of(city: str, postcode: str) -> str:
    """The code of the commune so named in the postcode's département; empty unless there is exactly one."""
    found = Territory.objects.filter(kind__in=TOWN_KINDS, is_official=True, search_name=normalised(city)).current()
    if postcode:
        found = found.filter(department__in=department_of_postcode(postcode))
    codes = list(found.values_list("code", flat=True)[:2]) if city else []
    return codes[0] if len(codes) == 1 else ""


def locate(place: Place) -> None:
    """Fill in what the address of an unsaved or changed place lets find."""
    place.insee_code = insee_code_of(place.city, place.postcode)
