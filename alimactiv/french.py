import re
from datetime import date, datetime, time

from django.utils.formats import date_format

NBSP = "\u00a0"
DAY = re.compile(r"(?<!\\)j(?= [FN])")
CLOCK = re.compile(r"(?<!\\)H:i(?P<seconds>:s)?")


def french_pattern(value: date | time, pattern: str) -> str:
    """``pattern``, of Django's formats, so that the first of a month reads ``1er``, and ``H:i`` reads ``9 h 30``."""
    if isinstance(value, date) and value.day == 1:
        pattern = DAY.sub(r"j\\e\\r", pattern)
    if isinstance(value, datetime | time):
        pattern = CLOCK.sub(lambda found: _clock_pattern(value, found["seconds"]), pattern)
    return pattern


def _clock_pattern(at: datetime | time, seconds: str | None) -> str:
    if seconds:
        return rf"G{NBSP}\h{NBSP}i{NBSP}\m\i\n{NBSP}s{NBSP}\s"
    return rf"G{NBSP}\h{NBSP}i" if at.minute else rf"G{NBSP}\h"


def dated(day: date, pattern: str = "j F Y") -> str:
    """``1er janvier 2025``, ``2 janvier 2025``"""
    return date_format(day, french_pattern(day, pattern))


def clock(at: datetime | time) -> str:
    """``9 h``, ``17 h 30``"""
    return f"{at.hour}{NBSP}h{f'{NBSP}{at.minute:02}' if at.minute else ''}"
