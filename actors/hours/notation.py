"""The bits of OSM notation that several modules read or write: days, dates, times, and where rules part."""

import re
from datetime import date

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_DAY = "|".join(DAYS)
_QUOTED = re.compile(r'("[^"]*"?)')
_BLANKS = re.compile(r"\s+")
_BEFORE_TIME = re.compile(r",\s+(?=\d{1,2}:\d\d)")
_BETWEEN_DAYS = re.compile(rf"(?<=[a-z\]]),\s+(?=(?:{_DAY}|PH|SH)\b)")
_DAY_BEFORE = re.compile(rf"(?:{_DAY}|PH|SH)(?:\[[^]]*\])?$")
_SEPARATOR = re.compile(r"\s*(;|\|\||,(?=\s))\s*")


def tidy(text: str) -> str:
    """``text`` with single blanks, and without those that turn a list in two rules (``Mo, We 09:00-12:00, 14:00-…``).

    A comma and a blank part rules: ``14:00-17:00`` alone would then hold on every day of the week.
    """

    def between(match: re.Match) -> str:
        return "," if _DAY_BEFORE.search(match.string[: match.start()]) else match.group()

    bits = _QUOTED.split(text.strip())
    for i in range(0, len(bits), 2):
        bits[i] = _BETWEEN_DAYS.sub(between, _BEFORE_TIME.sub(",", _BLANKS.sub(" ", bits[i])))
    return "".join(bits)


def rules(text: str) -> list[tuple[str, str]]:
    """The rules of a tidy text, each after the separator before it: ``;`` (also of the first), ``,`` or ``||``."""
    found, separator, rule = [], ";", ""
    for i, bit in enumerate(_QUOTED.split(text)):
        if i % 2:
            rule += bit
            continue
        first, *others = _SEPARATOR.split(bit)
        rule += first
        for mark, start in zip(others[::2], others[1::2], strict=True):
            found.append((separator, rule.strip()))
            separator, rule = mark, start
    return [*found, (separator, rule.strip())]


def unquoted(text: str) -> str:
    """``text`` without its comments."""
    return "".join(_QUOTED.split(text)[::2])


def osm_date(day: date) -> str:
    return f"{day.year:04} {MONTHS[day.month - 1]} {day.day:02}"


def osm_dates(start: date, end: date) -> str:
    return osm_date(start) if start == end else f"{osm_date(start)}-{osm_date(end)}"


def osm_time(minutes: int) -> str:
    """``09:30``; over 24 h, the next day: ``26:00``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes_of(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
