"""The blank form that goes with who is sent to a structure (fiche de liaison): printed, filled in by hand, not kept.

It holds nothing about anyone: names of structures and their public telephone, the rest is blank. One page, always.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from django.template.loader import render_to_string
from django.utils import timezone

from actors.models import Actor, FoodService, Visibility
from actors.week.schedule import VISITED
from territories.models import Territory

LINES = 22
"""What the page has room for, in two columns; a blank line stands for the others."""
LINE = 40
"""The letters that a line of a column holds."""


@dataclass(frozen=True)
class Addressee:
    """A structure that one may tick."""

    pk: int
    name: str
    phone: str
    asks_referral: bool

    @property
    def words(self) -> str:
        """``Association Le Panier, 01 99 00 12 01``"""
        phone = self.phone.replace(" ", "\N{NO-BREAK SPACE}")
        return ", ".join(filter(None, (self.name, phone)))

    @property
    def lines(self) -> int:
        """How many it takes at most: a wide letter counts for two."""
        width = sum(2 if letter.isupper() or letter in "mw" else 1 for letter in self.words)
        return -(-width // LINE)


@dataclass(frozen=True)
class Blank:
    """The form: whom one may tick on it, and how many structures found no room."""

    territory: str
    made_on: date
    addressees: list[Addressee]
    left_out: int


def addressees(territory: Territory) -> list[Addressee]:
    """The structures with a help that people come to, those that ask for a referral first."""
    actors = Actor.objects.active().of(territory).exclude(visibility=Visibility.COORDINATION)
    services = FoodService.objects.offered().filter(actor__in=actors, kind__in=VISITED)
    found: dict[Actor, list[FoodService]] = {}
    for service in services.exclude(visibility=Visibility.COORDINATION).select_related("actor"):
        found.setdefault(service.actor, []).append(service)
    rows = [
        Addressee(
            actor.pk,
            actor.name,
            actor.phone,
            any(service.referral == FoodService.Need.YES for service in offered),
        )
        for actor, offered in found.items()
    ]
    return sorted(rows, key=lambda row: (not row.asks_referral, row.name.casefold(), row.pk))


def blank(territory: Territory, chosen: Collection[int] = ()) -> Blank:
    """The form with the structures ``chosen``, all unless told, as far as there is room."""
    wanted = [row for row in addressees(territory) if not chosen or row.pk in chosen]
    kept, room = [], LINES
    for row in wanted:
        if row.lines > room:
            break
        kept.append(row)
        room -= row.lines
    return Blank(territory.name, timezone.localdate(), kept, len(wanted) - len(kept))


def render(form: Blank) -> bytes:
    """The form as a document of one page: PDF/UA-1."""
    # WeasyPrint takes a second to import: only who draws a document waits for it.
    from alimactiv.pdf import render_pdf

    page = normalize("NFC", render_to_string("actors/booklet/pdf/referral.html", {"form": form}))
    return render_pdf(page, stylesheet="alimactiv/booklet.css")
