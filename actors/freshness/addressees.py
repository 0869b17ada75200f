"""Whom one writes to about an entry: its managers, else its editors, else its contact person, else its own address.

Addresses that mail servers refused are passed over; if what is left wants no more of these mails, nobody is written
to: an opt-out is no reason to write to someone else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from actors.models import Actor, Member
from outbox.models import Bounce, OptOut

CHECK = "directory_check"
"""The purpose of the mails that ask whether an entry is right, and of their links."""


class Why(StrEnum):
    """Why nobody can be written to, in the words of the call list."""

    NO_ADDRESS = "Aucune adresse de courriel"
    REFUSED = "Adresse refusée par le serveur de courriel"
    OPTED_OUT = "Ne veut plus recevoir ces courriels"


@dataclass(frozen=True)
class Addressees:
    """The addresses to write to, in lower case; if there are none, why."""

    reached: tuple[str, ...] = ()
    why: Why | None = None


def addressees(actors: Iterable[Actor]) -> dict[int, Addressees]:
    """Whom to write to about each entry, by its key; three queries whatever their number."""
    actors = list(actors)
    members: dict[int, list[Member]] = {}
    current = (
        Member.objects.active().editors_of_entries().filter(actor__in=[actor.pk for actor in actors]).exclude(email="")
    )
    for member in current.order_by("pk"):
        members.setdefault(member.actor_id, []).append(member)
    groups = {actor.pk: _groups(actor, members.get(actor.pk, [])) for actor in actors}
    everyone = {address for those in groups.values() for group in those for address in group}
    refused = {*Bounce.objects.filter(address__in=everyone).values_list("address", flat=True)}
    opted_out = {*OptOut.objects.filter(address__in=everyone, purpose=CHECK).values_list("address", flat=True)}
    return {key: choose(those, refused, opted_out) for key, those in groups.items()}


def choose(groups: Iterable[Iterable[str]], refused: set[str], opted_out: set[str]) -> Addressees:
    """The first group with an address that takes mail, without those who opted out."""
    groups = [list(dict.fromkeys(group)) for group in groups]
    for group in groups:
        taking = [address for address in group if address not in refused]
        if taking:
            reached = tuple(address for address in taking if address not in opted_out)
            return Addressees(reached, None if reached else Why.OPTED_OUT)
    return Addressees((), Why.REFUSED if any(groups) else Why.NO_ADDRESS)


def known_addresses(actor: Actor) -> set[str]:
    """Every address of the structure: of who keeps its entry, of its contact person, its own."""
    members = Member.objects.active().editors_of_entries().filter(actor=actor).exclude(email="")
    return {address for group in _groups(actor, list(members)) for address in group}


def _groups(actor: Actor, members: list[Member]) -> list[list[str]]:
    """The addresses in the order in which they are tried."""
    return [
        *([one.email.lower() for one in members if one.access == access] for access in _HOLDERS),
        [actor.contact_email.lower()] if actor.contact_email else [],
        [actor.email.lower()] if actor.email else [],
    ]


_HOLDERS = (Member.Access.MANAGER, Member.Access.EDITOR)
