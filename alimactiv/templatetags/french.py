"""In every template, in place of Django's filters of the same names, which leave French short."""

import datetime
from collections.abc import Sized

from django import template
from django.template import defaultfilters

from alimactiv.french import french_pattern

register = template.Library()


@register.filter(is_safe=False)
def pluralize(value: float | Sized | None, suffixes: str = "s") -> str:
    """As Django's, but nought is singular: ``0 réponse``."""
    count = len(value) if isinstance(value, Sized) else value or 0
    return defaultfilters.pluralize(2 if abs(count) >= 2 else 1, suffixes)


@register.filter(expects_localtime=True, is_safe=False)
def date(value: datetime.date | str | None, pattern: str | None = None) -> str:
    """As Django's, but the first of a month is ``1er``, and ``H:i`` is ``9 h 30``."""
    if pattern and isinstance(value, datetime.date):
        pattern = french_pattern(value, pattern)
    return defaultfilters.date(value, pattern)


@register.filter(expects_localtime=True, is_safe=False)
def time(value: datetime.datetime | datetime.time | str | None, pattern: str | None = None) -> str:
    """As Django's, but ``H:i`` is ``9 h 30``."""
    if pattern and isinstance(value, datetime.datetime | datetime.time):
        pattern = french_pattern(value, pattern)
    return defaultfilters.time(value, pattern)
