"""What a département changes in hours: its clock, its school holidays, its public holidays.

School holidays come from the calendars that the Éducation nationale has published, held by
``vacances_scolaires_france``: they end with August 2028. Beyond, and where no zone applies (Corsica, overseas), no
date is known to be in the holidays: rules for school holidays then change nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State
from vacances_scolaires_france import SchoolHolidayDates

FIRST_YEAR, LAST_YEAR = 2024, 2040

PARIS = ZoneInfo("Europe/Paris")

ZONES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 67 68 72 76"
    " 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
"""The départements of each zone: arrêté of 7 December 2022, kept by those that followed."""

TIMEZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}

ALSACE_MOSELLE = ("easter -2 days", "Dec 26")

LOCAL_HOLIDAYS = {
    "57": ALSACE_MOSELLE,
    "67": ALSACE_MOSELLE,
    "68": ALSACE_MOSELLE,
    "971": ("May 27",),
    "972": ("May 22",),
    "973": ("Jun 10",),
    "974": ("Dec 20",),
    "976": ("Apr 27",),
    "977": ("Oct 09",),
    "978": ("May 28",),
}
"""Public holidays beside those of all of France, as OSM dates: local law of Alsace-Moselle (code du travail, L3134-13),
abolition of slavery overseas (L3422-2). Customary days off are left to dated closures."""


@dataclass(frozen=True, order=True)
class Period:
    """Days from ``start`` to ``end``, both in it."""

    start: date
    end: date


def department_of(insee_code: str) -> str:
    """``93``, ``2A``, ``974``: the département of a commune; empty when the commune is not known."""
    return insee_code[:3] if insee_code.startswith(("97", "98")) else insee_code[:2]


def zone_of(department: str) -> str:
    """The zone of the school holidays, ``A``, ``B`` or ``C``; empty where there is none, or no département is known."""
    return next((zone for zone, departments in ZONES.items() if department in departments.split()), "")


def timezone_of(department: str) -> ZoneInfo:
    """The clock of the place: that of Paris, but overseas."""
    return ZoneInfo(TIMEZONES[department]) if department in TIMEZONES else PARIS


@cache
def local_holidays(department: str) -> tuple[date, ...]:
    """The public holidays there that are none in the rest of France, from 2024 to 2040."""
    if department not in LOCAL_HOLIDAYS:
        return ()
    years = datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR + 1, 1, 1)
    spans = OpeningHours("; ".join(LOCAL_HOLIDAYS[department])).intervals(*years)
    return tuple(since.date() for since, _, state, _ in spans if state == State.OPEN)


@cache
def school_holidays(zone: str) -> tuple[date, ...]:
    """The days of the school holidays of a zone, from 2024 on, as far as they are published; none for no zone."""
    if not zone:
        return ()
    dates = _dates()
    return tuple(sorted(d for d, row in dates.data.items() if row[dates.zone_key(zone)] and d.year >= FIRST_YEAR))


def school_holidays_known_until() -> date:
    """The last day of the calendars published."""
    return max(_dates().data)


def periods(days: Iterable[date]) -> tuple[Period, ...]:
    """Days in any order, as periods."""
    found: list[Period] = []
    for day in sorted(days):
        if found and day - found[-1].end == timedelta(days=1):
            found[-1] = Period(found[-1].start, day)
        else:
            found.append(Period(day, day))
    return tuple(found)


@cache
def _dates() -> SchoolHolidayDates:
    return SchoolHolidayDates()
