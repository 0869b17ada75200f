"""The coordinator's desk for a territory's directory: every page of ``templates/actors/desk.html`` starts here."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from actors.models import Actor
from actors.models.actors import ActorQuerySet
from actors.permissions import can_keep_directory, can_keep_entry
from alimactiv.access import require
from territories.models import Territory


@dataclass(frozen=True)
class Desk:
    """A territory whose directory the reader keeps.

    They keep the entries at work on the territory itself; those of a territory inside it they read as professionals.
    """

    territory: Territory
    user: User

    @property
    def kept(self) -> ActorQuerySet:
        """The entries of the territory, and of those inside it, that the reader keeps."""
        return Actor.objects.listed().of(self.territory).kept_by(self.user)

    def context(self, tab: str, **more: Any) -> dict[str, Any]:
        """What ``actors/desk.html`` needs, and ``more``.

        ``tab`` is one of those of ``actors/_desk_tabs.html``.
        """
        return {"territory": self.territory, "tab": tab} | more

    def find(self, pk: int) -> Actor:
        """One of the entries ``kept``.

        Raises ``Http404`` for one that they do not read here, ``PermissionDenied`` for one that another desk keeps.
        """
        found = get_object_or_404(Actor.objects.listed().of(self.territory).visible_to(self.user), pk=pk)
        require(can_keep_entry(self.user, found))
        return found


def to_keep(request, territory: int) -> Desk:
    """For who keeps this territory's directory.

    Raises ``Http404`` for who has nothing to do with the territory, ``PermissionDenied`` for members of its structures.
    """
    user = request.user
    found = get_object_or_404(Territory, pk=territory)
    if not can_keep_directory(user, found):
        if not Actor.objects.edited_by(user).of(found).exists():
            raise Http404
        require(False)
    return Desk(found, user)
