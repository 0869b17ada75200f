import re
from datetime import date

from django.utils.formats import date_format

DAY = re.compile(r"(?<!\\)j(?= [FN])")


def day_pattern(day: date, pattern: str) -> str:
    """``pattern``, of Django's date formats, so that the first of a month reads ``1er``."""
    return DAY.sub(r"j\\e\\r", pattern) if day.day == 1 else pattern


def dated(day: date, pattern: str = "j F Y") -> str:
    """``1er janvier 2025``, ``2 janvier 2025``"""
    return date_format(day, day_pattern(day, pattern))
