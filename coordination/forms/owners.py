"""Who can be given an action: the people of a territory's structures, or a whole structure."""

from collections.abc import Iterable

from django import forms
from django.db.models import Prefetch

from actors.models import Actor, Member
from territories.models import Territory

Owner = Member | Actor
NOBODY = ("", "à préciser")


class Owners:
    """The choices of a territory, read once for all the rows of a form.

    ``besides``: who was chosen before, and may have left since. A key is ``m12`` for a person, ``a7`` for a structure.
    """

    def __init__(self, territory: Territory, besides: Iterable[Owner | None] = ()):
        people = Prefetch("members", Member.objects.current().order_by("name"), to_attr="in_post")
        self._by_key: dict[str, Owner] = {}
        self.choices: list = [NOBODY]
        for actor in territory.actors.order_by("name", "pk").prefetch_related(people):
            names = [(self._add(member), member.name) for member in actor.in_post]
            whole = (self._add(actor), f"{actor.name} (la structure)")
            self.choices.append((actor.name, [*names, whole]))
        gone = [owner for owner in dict.fromkeys(besides) if owner and key_of(owner) not in self._by_key]
        if gone:
            self.choices.append(("N’est plus dans l’annuaire", [(self._add(owner), str(owner)) for owner in gone]))

    def _add(self, owner: Owner) -> str:
        self._by_key[key_of(owner)] = owner
        return key_of(owner)

    def find(self, key: str) -> Owner | None:
        return self._by_key.get(key)


class OwnerField(forms.ChoiceField):
    """Gives a ``Member``, an ``Actor`` or ``None``. Its ``owners`` are set by the form."""

    def __init__(self, **kwargs):
        error = {"invalid_choice": "Cette personne n’est pas dans l’annuaire de ce territoire."}
        super().__init__(required=False, label="Qui", error_messages=error, **kwargs)
        self._owners: Owners | None = None

    @property
    def owners(self) -> Owners | None:
        return self._owners

    @owners.setter
    def owners(self, owners: Owners) -> None:
        self._owners = owners
        self.choices = owners.choices

    def clean(self, value):
        return self._owners.find(super().clean(value))


def key_of(owner: Owner | None) -> str:
    if owner is None:
        return ""
    return f"{'m' if isinstance(owner, Member) else 'a'}{owner.pk}"


def split(owner: Owner | None) -> dict[str, Owner | None]:
    """``owner`` as the two fields of a row: ``owner_member`` and ``owner_actor``."""
    return {
        "owner_member": owner if isinstance(owner, Member) else None,
        "owner_actor": owner if isinstance(owner, Actor) else None,
    }
