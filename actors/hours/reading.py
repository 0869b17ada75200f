"""When a place is open, from its OSM text: the library decides, on the place's own clock and holidays.

The library (``opening_hours``) knows the public holidays of all of France until 2037 or so, and no school holidays.
What it lacks is written into the text before it reads it: rules on ``SH`` become dates, those of the zone of the
département, and rules on ``PH`` are said again for the public holidays of the département alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError, State

from actors.hours import calendar
from actors.hours.notation import LAST_DAYS, MONTHS, osm_dates, rules, tidy, unquoted

MAX_LENGTH = 2000
HORIZON = timedelta(days=366)
"""How far an opening is looked for; beyond, nothing is said."""
_MARGIN = timedelta(hours=3)

EXAMPLE = "Exemple\u00a0: «\u00a0Mo,Th 09:00-12:00\u00a0» pour le lundi et le jeudi, de 9\u00a0h à 12\u00a0h."

_AT = re.compile(r"--> 1:(\d+)")
_MONTH_DAY = re.compile(rf"\b({'|'.join(MONTHS)}) (\d\d?)\b(?!:)")
_HOLIDAYS = re.compile(r"\b[PS]H\b")


@dataclass(frozen=True, order=True)
class Span:
    """A time during which a place is open, its end not in it; aware, on the place's own clock."""

    starts_at: datetime
    ends_at: datetime


def check(text: str) -> str:
    """``text`` tidied, as it is to be stored. Raises ValueError, in French, for what is no OSM opening_hours."""
    text = tidy(text)
    if len(text) > MAX_LENGTH:
        raise ValueError(f"Ces horaires sont trop longs : {len(text)} signes, {MAX_LENGTH} au plus.")
    if not text:
        return ""
    try:
        read = str(_read(text))
    except ParserError as error:
        raise ValueError(_in_french(text, str(error))) from None
    for month, day in _MONTH_DAY.findall(unquoted(read)):
        if not 1 <= int(day) <= LAST_DAYS[MONTHS.index(month)]:
            raise ValueError(f"La date « {month} {day} » n’existe pas.")
    return text


def expanded(text: str, department: str = "") -> str:
    """What ``text`` says by school holidays and local public holidays, said by dates: empty when nothing is left."""
    text = tidy(text)
    if not _HOLIDAYS.search(text):
        return text
    written = ""
    for separator, rule in rules(text):
        for one in _by_dates(rule, department):
            written += f"{'' if separator == ',' else ' ' * (separator == '||')}{separator} {one}" if written else one
            # A fallback holds when nothing before does: its other parts add to it.
            separator = "," if separator == "||" else separator
    return written


def _by_dates(rule: str, department: str) -> list[str]:
    """The rules that say a rule by dates. ``SH Mo``: the Mondays of the holidays; ``SH,Mo``: holidays, and Mondays."""
    words = rule.split('"')[0].split(" ")
    at = next((i for i, word in enumerate(words) if _HOLIDAYS.search(word)), None)
    if at is None or (at + 1 < len(words) and words[at + 1][:1] in ("+", "-")):
        return [rule]
    listed = words[at].split(",")
    before, after = " ".join(words[:at]), rule.split(" ", at + 1)[at + 1 :]
    kept = [word for word in listed if word != "SH"]
    said = [] if not kept else [" ".join([*words[:at], ",".join(kept), *after])]
    days = list(calendar.school_holidays(calendar.zone_of(department))) if "SH" in listed else []
    days += calendar.local_holidays(department) if "PH" in listed else ()
    try:
        if before:
            scope = _read(f"{before} 00:00-24:00")
            days = [day for day in days if scope.is_open(datetime.combine(day, time(12)))]
        dates = ",".join(osm_dates(period.start, period.end) for period in calendar.periods(set(days)))
        if dates:
            by_dates = " ".join([dates, *after])
            _read(by_dates)
            said.append(by_dates)
    except ParserError:
        return [rule]
    return said


class Hours:
    """The opening hours of a place. A text that ``check`` refuses raises ValueError; an empty one is never open."""

    def __init__(self, text: str, department: str = ""):
        self.text = text.strip()
        self.department = department
        self.timezone: ZoneInfo = calendar.timezone_of(department)
        self._library = _prepared(text, department)

    def between(self, start: datetime, end: datetime) -> list[Span]:
        """The spans within a window, in order, cut at its ends."""
        return list(self._spans(start, end, State.OPEN))

    def on_the_wall(self, start: date, end: date) -> list[tuple[datetime, datetime, bool]]:
        """From when to when a clock on the wall of the place shows that it is open, from ``start`` to before ``end``,
        in order, cut at their midnights; and whether one must ask. Naive times."""
        if self._library is None:
            return []
        spans: list[tuple[datetime, datetime, bool]] = []
        midnights = (datetime.combine(day, time()) for day in (start, end))
        for since, until, state, _ in self._library.intervals(*midnights):
            if state == State.CLOSED:
                continue
            first, then, ask = self._shown(since), self._shown(until), state == State.UNKNOWN
            if spans and spans[-1][1:] == (first, ask):
                spans[-1] = spans[-1][0], then, ask
            elif first < then:
                spans.append((first, then, ask))
        return spans

    def is_open(self, at: datetime) -> bool:
        return self._is(State.OPEN, at)

    def is_unknown(self, at: datetime) -> bool:
        return self._is(State.UNKNOWN, at)

    def open_until(self, at: datetime) -> datetime | None:
        """When the span under way ends, if it is open; cut after a year."""
        at = at.astimezone(UTC)
        span = next(self._spans(at, at + HORIZON, State.OPEN), None)
        return span.ends_at if span and span.starts_at.astimezone(UTC) == at else None

    def next_opening(self, at: datetime) -> Span | None:
        """The first span that starts after ``at``, within a year; cut after a year."""
        at = at.astimezone(UTC)
        spans = self._spans(at, at + HORIZON, State.OPEN)
        return next((span for span in spans if span.starts_at.astimezone(UTC) > at), None)

    def _is(self, state: State, at: datetime) -> bool:
        at = at.astimezone(UTC)  # a sum in local time would leave the second of the two hours of autumn
        return any(self._spans(at, at + timedelta.resolution, state))

    def _spans(self, start: datetime, end: datetime, state: State) -> Iterator[Span]:
        """Reckoned in universal time: Python compares times of one zone by the clock on the wall."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if self._library is None or end <= start:
            return
        last: tuple[datetime, datetime] | None = None
        for since, until, found, _ in self._library.intervals(self._wall(start - _MARGIN), self._wall(end + _MARGIN)):
            if found != state:
                continue
            first, then = max(self._instant(since), start), min(self._instant(until), end)
            if first >= then:
                continue
            if last and last[1] == first:
                last = last[0], then
                continue
            if last:
                yield self._span(*last)
            last = first, then
        if last:
            yield self._span(*last)

    def _span(self, start: datetime, end: datetime) -> Span:
        return Span(start.astimezone(self.timezone), end.astimezone(self.timezone))

    def _wall(self, instant: datetime) -> datetime:
        return instant.astimezone(self.timezone).replace(tzinfo=None, fold=0)

    def _shown(self, wall: datetime) -> datetime:
        """``wall``, or what clocks show in place of it: in the hour that is skipped, they are at its end."""
        return self._wall(self._instant(wall)) if _clocks_change(self.timezone, wall.date()) else wall

    def _instant(self, wall: datetime) -> datetime:
        """When the clock of the place shows ``wall``: the first time, in the hour shown twice (autumn); the change,
        in the hour that is skipped (spring). In order, so that spans side by side neither overlap nor part."""
        instant = wall.replace(tzinfo=self.timezone).astimezone(UTC)
        if not _clocks_change(self.timezone, wall.date()) or self._wall(instant) == wall:
            return instant
        # Clocks change on a whole hour of universal time, and skip one hour.
        return instant.replace(minute=0, second=0)


@lru_cache(maxsize=4096)
def _clocks_change(zone: ZoneInfo, day: date) -> bool:
    midnight = datetime.combine(day, time(), zone)
    return midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset()


def _read(text: str) -> OpeningHours:
    return OpeningHours(text, country="FR", max_interval_days=HORIZON.days)


@lru_cache(maxsize=4096)
def _prepared(text: str, department: str) -> OpeningHours | None:
    text = expanded(check(text), department)
    return _read(text) if text else None


def _in_french(text: str, error: str) -> str:
    at = _AT.search(error)
    rest = text[int(at[1]) - 1 :].strip() if at else ""
    where = f", à partir de « {rest[:40]}{'…' if len(rest) > 40 else ''} »" if rest else ""
    return f"Ces horaires ne suivent pas la notation opening_hours d’OpenStreetMap{where}. {EXAMPLE}"
