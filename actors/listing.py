"""Keeps the directory's index (``models/listing.py``): what is written in an entry is found at once.

Every operation that changes an entry, a service, a place, or what a territory publishes calls ``refresh``.
"""

from collections.abc import Iterable

from django.db import transaction

from actors.models import Actor


@transaction.atomic
def refresh(actors: Iterable[int]) -> None:
    """Make the index of these entries, given by their keys, what their records say now."""
    Actor.objects.filter(pk__in=list(actors))
