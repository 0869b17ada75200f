"""What opening a territory's directory shows to whom, and on which other sites it may stand."""

import re
from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse

from actors.freshness.rhythm import states
from actors.models import Actor, Directory, Section, Visibility
from territories.models import Territory

ORIGIN = re.compile(r"(https?)://((?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)(?:/\S*)?", re.IGNORECASE)
NOBODY = "'none'"


@dataclass(frozen=True)
class Readers:
    """How many entries at work on a territory are for whom, and of how many public ones the hours are in doubt."""

    everyone: int
    professionals: int
    coordination: int
    unverified: int


def readers(territory: Territory) -> Readers:
    """Of the entries at work on the territory itself: those of a territory inside it are for that one to open."""
    entries = Actor.objects.active().filter(territories=territory)
    meant = dict(entries.values_list("pk", "visibility"))
    count = Counter(meant.values())
    return Readers(
        everyone=count[Visibility.PUBLIC],
        professionals=count[Visibility.PROFESSIONALS],
        coordination=count[Visibility.COORDINATION],
        unverified=len(unverified(territory)),
    )


def unverified(territory: Territory) -> list[int]:
    """The keys of its entries for everyone whose hours nobody ever verified, or not for three months."""
    entries = Actor.objects.active().filter(territories=territory, visibility=Visibility.PUBLIC)
    hours = {pk: fresh.sections.get(Section.HOURS) for pk, fresh in states(entries).items()}
    return [pk for pk, one in hours.items() if one and (one.is_due or not one.last)]


def origins(text: str) -> list[str]:
    """The sites named in a text, one a line, as browsers compare them: ``https://www.ville.example``.

    Raises ``ValueError`` with the first line that is no address of a site.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        address = ORIGIN.fullmatch(line)
        if not address:
            raise ValueError(line)
        found.append(f"{address[1]}://{address[2]}".lower())
    return list(dict.fromkeys(found))


def let_frames(response: HttpResponse, directory: Directory) -> None:
    """Let browsers show this page in a frame of the sites that the territory named, and of no other."""
    response._csp_replace = {"frame-ancestors": origins(directory.embedding_sites) or [NOBODY]}
