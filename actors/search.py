"""Searches in the directory's index: words, place, kind, public, cost, papers, day and hour, open now.

Each search is a value; what it finds is a query on ``Listing`` alone. An index answers, and as many queries are made
whatever the size of the directory.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from actors import spelling
from actors.distance import around, kilometres_from
from actors.hours.calendar import timezone_of
from actors.models import Opening, at_work_on
from actors.whereabouts import Whereabouts
from territories.models import Territory, searched

RADII = (1, 2, 5, 10, 25)
"""Kilometres."""
DEFAULT_RADIUS = 5
WORDS = 8
"""Of a search text; the others are left out."""
EMPTY_WORDS = {
    *("a", "au", "aux", "avec", "chez", "d", "dans", "de", "des", "du", "en"),
    *("et", "l", "la", "le", "les", "ou", "par", "pour", "pres", "sur", "un", "une"),
}


class Day(StrEnum):
    """A day that one asks for: the next one so called."""

    TODAY = "aujourdhui"
    TOMORROW = "demain"
    MONDAY = "lundi"
    TUESDAY = "mardi"
    WEDNESDAY = "mercredi"
    THURSDAY = "jeudi"
    FRIDAY = "vendredi"
    SATURDAY = "samedi"
    SUNDAY = "dimanche"


WEEK = list(Day)[2:]
"""From Monday on, as Python counts."""


@dataclass(frozen=True)
class Search:
    """What is looked for. Nothing given: everything."""

    text: str = ""
    place: Whereabouts | None = None
    radius: int = DEFAULT_RADIUS
    kind: str = ""
    public: str = ""
    is_free: bool = False
    without_papers: bool = False
    day: Day | None = None
    hour: time | None = None
    """Without a day: today."""
    is_open_now: bool = False
    territory: Territory | None = None

    @property
    def words(self) -> list[str]:
        """Those of the text that say something; all of them if none does."""
        words = searched(self.text).split()
        return ([word for word in words if word not in EMPTY_WORDS] or words)[:WORDS]

    @property
    def timezone(self):
        """The clock of where one looks."""
        return timezone_of((self.place or self.territory).department if self.place or self.territory else "")

    def among(self, listings, at: datetime | None = None):
        """What it finds of ``listings``, a query on the index, at a moment (now); the nearest, or by name.

        With a place, each has its ``distance`` in kilometres; none where the commune is all that is known.
        """
        found = self._said_of_service(listings)
        for word in self.words:
            found = found.filter(search_text__contains=f" {word}")
        if self.territory:
            found = found.filter(actor__in=at_work_on(self.territory))
        found = self._at_times(found, at or timezone.now())
        return self._near(found) if self.place else found.order_by("search_text", "pk")

    def _said_of_service(self, found):
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.public:
            found = found.filter(Q(publics="") | Q(publics__contains=f",{self.public},")).exclude(service=None)
        if self.is_free:
            found = found.filter(fee="free")
        if self.without_papers:
            found = found.filter(papers="no")
        return found

    def _at_times(self, found, at: datetime):
        for start, end in self.times(at):
            spans = Opening.objects.filter(listing=OuterRef("pk"), starts_at__lt=end, ends_at__gt=start)
            found = found.filter(Exists(spans))
        return found

    def times(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """The times at which a place must be open for a while; for an hour, the minute that it starts."""
        minute = timedelta(minutes=1)
        times = [(at, at + minute)] if self.is_open_now else []
        if self.day or self.hour:
            day = self.date(at)
            start = datetime.combine(day, self.hour or time(), self.timezone)
            end = start + minute if self.hour else datetime.combine(day + timedelta(days=1), time(), self.timezone)
            times.append((max(start, at) if not self.hour else start, end))
        return times

    def date(self, at: datetime) -> date:
        """The day asked for; today is over as « lundi » once the hour asked for is past."""
        now = at.astimezone(self.timezone)
        if self.day in (None, Day.TODAY):
            return now.date()
        if self.day == Day.TOMORROW:
            return now.date() + timedelta(days=1)
        ahead = (WEEK.index(self.day) - now.weekday()) % 7
        if ahead == 0 and self.hour and self.hour < now.time():
            ahead = 7
        return now.date() + timedelta(days=ahead)

    def _near(self, found):
        if self.place.point:
            found = found.annotate(distance=kilometres_from(self.place.point))
            known = around(self.place.point, self.radius).holds() & Q(distance__lte=self.radius)
            return found.filter(known | self._in_commune_only()).order_by(
                F("distance").asc(nulls_last=True), "search_text", "pk"
            )
        return found.filter(insee_code__in=self.place.communes).order_by("search_text", "pk")

    def _in_commune_only(self) -> Q:
        """What nothing places on the map, but in this commune."""
        return Q(latitude=None, insee_code__in=self.place.communes) if self.place.communes else Q(pk=None)


def corrected(search: Search, listings) -> Search | None:
    """The same search with near words in place of those that none of ``listings`` has; none without such words."""
    words = [_corrected(word, listings) for word in search.words]
    return replace(search, text=" ".join(words)) if words != search.words else None


def _corrected(word: str, listings) -> str:
    def is_found(one: str) -> bool:
        return listings.filter(search_text__contains=f" {one}").exists()

    return word if is_found(word) else next(filter(is_found, spelling.near(word)), word)
