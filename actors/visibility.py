"""Who may read what of the directory: the one place that says so.

An entry is read by everyone if it is public and a territory where it is at work has published its directory; by
professionals (``is_professional``) unless it is for the coordination alone; by those who keep or edit it, always.
A service narrows its entry's audience, never widens it. Logistics, needs and surpluses are never for everyone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from actors.models import Actor, Audience, FoodService, Visibility, is_professional

AUDIENCES = {
    Visibility.PUBLIC: Audience.EVERYONE,
    Visibility.PROFESSIONALS: Audience.PROFESSIONALS,
    Visibility.COORDINATION: Audience.COORDINATION,
}


@dataclass(frozen=True)
class Sight:
    """How far a reader sees in one entry, and whether they change it."""

    audience: Audience
    can_edit: bool

    def shows(self, visibility: str) -> bool:
        """Whether what is meant for ``visibility`` is theirs to read."""
        return AUDIENCES[Visibility(visibility)] <= self.audience


def sight_of(user, actor: Actor) -> Sight:
    """What ``user`` reads of an entry that is ``visible_to`` them."""
    if Actor.objects.edited_by(user).filter(pk=actor.pk).exists():
        return Sight(Audience.COORDINATION, can_edit=True)
    return Sight(Audience.PROFESSIONALS if is_professional(user) else Audience.EVERYONE, can_edit=False)


def hidden_sites(services: Iterable[FoodService], is_seen: Callable[[FoodService], bool]) -> set[int | None]:
    """The places, by their keys, where only services are that a reader does not see: as hidden as these.

    ``services``: all of an entry's, ended ones too.
    """
    services = list(services)
    return {one.site_id for one in services} - {one.site_id for one in services if is_seen(one)}


def audience_of(actor: Actor, service: FoodService | None = None, *, is_published: bool) -> Audience:
    """Who finds an entry, or one of its services; ``is_published``: by a territory where it is at work."""
    audience = AUDIENCES[Visibility(actor.visibility)]
    if service:
        audience = max(audience, AUDIENCES[Visibility(service.visibility)])
    if audience == Audience.EVERYONE and not is_published:
        return Audience.PROFESSIONALS
    return audience
