"""The regular week found in the actual openings of a period, and the dates on which it does not hold. Pure.

Whatever the openings are, the regular week and its changes tell them exactly: ``Pattern.on`` gives back each day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

DAY = timedelta(days=1)
MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
HALF_DAYS = {MORNING: (0, 12), AFTERNOON: (12, 18), EVENING: (18, 48)}
"""From which hour to which; what goes on after midnight is the same evening."""
EVERY, ODD, EVEN, LAST = "", "odd", "even", "last"


@dataclass(frozen=True, order=True)
class Slot:
    """Open from one time of the clock to another; one that does not close later closes the day after.

    With ``ask``, nobody knows: one must ask first (public holidays, often).
    """

    opens: time
    closes: time
    ask: bool = False

    @property
    def half_days(self) -> list[str]:
        """Those that it takes more than an hour of, else the one it takes most of: a meal at 11:30 is for noon."""
        start, end = _hours(self.opens), _hours(self.closes)
        end += 24 if end <= start else 0
        taken = {name: min(end, upto) - max(start, since) for name, (since, upto) in HALF_DAYS.items()}
        most = max(taken, key=taken.__getitem__)
        return [name for name, hours in taken.items() if hours > 1 or name == most]


def _hours(clock: time) -> float:
    return clock.hour + clock.minute / 60


Openings = Mapping[date, tuple[Slot, ...]]


@dataclass(frozen=True)
class Regular:
    """A slot of a weekday: each week (``EVERY``), in odd or even ISO weeks, or on some of a month's.

    These are ranks: ``1,3`` the first and third Monday of the month, ``last`` the last one.
    """

    slot: Slot
    weeks: str = EVERY

    def holds_on(self, day: date) -> bool:
        """Whether it is open on ``day``, one of its weekday."""
        return _holds(self.weeks, day)


def _holds(weeks: str, day: date) -> bool:
    if weeks == EVERY:
        return True
    if weeks in {ODD, EVEN}:
        return day.isocalendar().week % 2 == (weeks == ODD)
    if weeks == LAST:
        return (day + 7 * DAY).month != day.month
    return str(_rank(day)) in weeks.split(",")


def _rank(day: date) -> int:
    return (day.day + 6) // 7


@dataclass(frozen=True)
class Change:
    """From a day to another, open at ``now`` on the days when the regular week says ``instead``.

    With nothing ``now``, closed all these days. ``weekday`` (0: Monday): on these alone.
    """

    starts_on: date
    ends_on: date
    now: tuple[Slot, ...] = ()
    instead: tuple[Slot, ...] = ()
    weekday: int | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on and self.weekday in {None, day.weekday()}


@dataclass(frozen=True)
class Pattern:
    days: tuple[tuple[Regular, ...], ...]
    """By weekday, Monday first."""
    changes: tuple[Change, ...]

    def regular_on(self, day: date) -> tuple[Slot, ...]:
        """When it is open on ``day``, changes apart."""
        return tuple(one.slot for one in self.days[day.weekday()] if one.holds_on(day))

    def on(self, day: date) -> tuple[Slot, ...]:
        """When it is open on ``day``, one of the period."""
        regular = self.regular_on(day)
        for change in self.changes:
            if change.covers(day) and (not change.now or change.instead == regular):
                return change.now
        return regular


def by_day(spans: Iterable[tuple[datetime, datetime, bool]], start: date, end: date) -> dict[date, tuple[Slot, ...]]:
    """Openings by the day on which they start; what lasts over a day is cut at midnight.

    ``spans``: from when to when on the clock of the place (naive), and whether one must ask.
    """
    days = defaultdict(list)
    for opens, closes, ask in spans:
        while closes - opens > DAY:
            midnight = datetime.combine(opens.date() + DAY, time.min)
            days[opens.date()].append(Slot(opens.time(), time.min, ask))
            opens = midnight
        if opens < closes:
            days[opens.date()].append(Slot(opens.time(), closes.time(), ask))
    return {day: tuple(sorted(set(slots))) for day, slots in days.items() if start <= day <= end}


def find(openings: Openings, start: date, end: date) -> Pattern:
    """The regular week that tells most of ``openings`` from ``start`` to ``end``, both included, and the rest."""
    dates = [start + n * DAY for n in range((end - start).days + 1)]
    days = tuple(_regulars(dates[(weekday - start.weekday()) % 7 :: 7], openings) for weekday in range(7))
    plain = Pattern(days, ())
    differing = [(day, openings.get(day, ()), plain.regular_on(day)) for day in dates]
    return Pattern(days, tuple(sorted(_changes(differing), key=lambda c: (c.starts_on, c.ends_on))))


def _regulars(dates: Sequence[date], openings: Openings) -> tuple[Regular, ...]:
    """Of the ``dates`` of one weekday."""
    open_on: dict[Slot, set[date]] = defaultdict(set)
    for day in dates:
        for slot in openings.get(day, ()):
            open_on[slot].add(day)
    found = [(slot, _weeks(open_on[slot], dates)) for slot in sorted(open_on)]
    return tuple(Regular(slot, weeks) for slot, weeks in found if weeks is not None)


def _weeks(open_on: set[date], dates: Sequence[date]) -> str | None:
    """In which weeks a slot is regular; ``None`` if it is so rare that dates tell it better."""
    if len(open_on) == len(dates):
        return EVERY
    ranks = ",".join(sorted({str(_rank(day)) for day in open_on}))
    # What is harder to understand must explain more. Half of the time: regular if it is so at first.
    costs = {EVERY: 0.0, ODD: 1.5, EVEN: 1.5, LAST: 1.5}
    if ranks.count(",") < 2:
        costs.setdefault(ranks, 1.5 + 0.1 * len(ranks))
    for weeks in costs:
        costs[weeks] += sum(_holds(weeks, day) != (day in open_on) for day in dates)
    best = min(costs, key=costs.__getitem__)
    rare = len(open_on) - (0 if dates[0] in open_on else 0.1)
    return best if costs[best] <= rare else None


def _changes(days: Sequence[tuple[date, tuple[Slot, ...], tuple[Slot, ...]]]) -> list[Change]:
    """``days``: each day of the period, with its openings and those of the regular week."""
    served = [(day, now, instead) for day, now, instead in days if now or instead]
    changes, left = [], []
    for (now, instead), run in groupby(served, key=_difference):
        run = [day for day, _, _ in run]
        if now is None:
            continue
        several = len(run) > 1 and (instead or not now)
        if several:
            changes.append(Change(run[0], run[-1], now, instead))
        else:
            left += [(day, now, instead) for day in run]
    return changes + _weekly(left, served)


def _difference(served):
    """What makes days one run: closed, or open at the same times in place of the same; ``(None, None)``: as usual."""
    _, now, instead = served
    if now == instead:
        return None, None
    return (now, instead) if now else ((), ())


def _weekly(left, served) -> list[Change]:
    """Single days, those of one weekday that follow each other from week to week made one."""
    changes = []
    differing = {day for day, _, _ in left}
    for weekday in range(7):
        ours = [one if one[0] in differing else (one[0], None, None) for one in served if one[0].weekday() == weekday]
        for (now, instead), run in groupby(ours, key=lambda one: one[1:]):
            run = [day for day, _, _ in run]
            if now is None:
                continue
            for part in _unbroken(run):
                # Two are said one by one: « the 25th and the 1st », and not « Fridays from the 25th to the 1st ».
                several = len(part) > 2
                spans = [(part[0], part[-1])] if several else [(day, day) for day in part]
                changes += [Change(*span, now, instead if now else (), weekday if several else None) for span in spans]
    return changes


def _unbroken(run: Sequence[date]) -> list[list[date]]:
    """Cut where a week is left out."""
    parts = []
    for day in run:
        if parts and day - parts[-1][-1] == 7 * DAY:
            parts[-1].append(day)
        else:
            parts.append([day])
    return parts
