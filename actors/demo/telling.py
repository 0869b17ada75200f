"""What the demonstration's directory tells of each structure of the fictional town. Nothing and nobody in it exists.

Telephone numbers are of the ranges that Arcep keeps for fiction (01 99 00…, 06 39 98…), addresses end in ``DOMAIN``,
and the town stands on the steppe of the Crau, where nobody lives.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from actors.models import Actor, FoodService, Section, SupplyLine, Visibility

DOMAIN = "demo.alimactiv.example"
TOWN = "Fontaine-l’Exemple (ville fictive)"
POSTCODE = "00000"
INSEE_CODE = "13999"
"""Of no commune; of a département that exists, so that school holidays have a zone."""
CENTRE = (43.5660, 4.8660)
HEART, LINDENS, MILLS = "Centre", "Les Tilleuls", "Les Moulins"
INTRODUCTION = (
    "Cet annuaire est une démonstration : la ville, les structures, les adresses et les numéros sont inventés. "
    "Il montre ce que chaque territoire peut tenir à jour, et ce que tout le monde peut y trouver."
)
MONDAY, SATURDAY = 0, 5
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Kind, Public, Fee, Need = FoodService.Kind, FoodService.Public, FoodService.Fee, FoodService.Need
Product, Language, Unit = FoodService.Product, FoodService.Language, FoodService.CapacityUnit
Accreditation, Direction = Actor.Accreditation, SupplyLine.Direction
PROFESSIONALS = {"visibility": Visibility.PROFESSIONALS}
NO_PAPERS = {"papers": Need.NO, "referral": Need.NO, "registration": Need.NO}
FREE = {"fee": Fee.FREE}


@dataclass(frozen=True)
class Spot:
    """A place: where it is, and metres east and north of the town's centre."""

    address: str
    quarter: str
    east: int
    north: int
    name: str = ""
    about: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A structure: its entry, its places, and its services, each at a place (by its rank) or at stops of its own."""

    entry: Mapping
    spots: Sequence[Spot] = ()
    services: Sequence[tuple[int | Sequence[tuple[Spot, str]], Mapping]] = ()
    supply: Mapping | None = None
    lines: Sequence[Mapping] = ()
    confirmed: Mapping[str, int] = field(default_factory=dict)
    """By section, how many days ago."""


def everything(days: int) -> dict[str, int]:
    """All sections but the logistics, confirmed so many days ago."""
    return dict.fromkeys([Section.HOURS, Section.PLACES, Section.SERVICES, Section.CONTACT], days)


def off(first: date, last: date) -> str:
    """``2026 Dec 21-2027 Jan 03 off``: closed on these days, both included."""
    return f"{_day(first)}-{_day(last)} off"


def only(day: date, hours: str) -> str:
    """Open at these hours on that day, whatever the rest says."""
    return f"{_day(day)} {hours}"


def _day(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def next_one(month: int, day: int, today: date) -> date:
    """The next such day to come, or today."""
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)
