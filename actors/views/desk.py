"""The coordinator's desk for a territory's directory: every page of ``templates/actors/desk.html`` starts here."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from actors.models import Actor
from actors.permissions import can_keep_directory
from alimactiv.access import require
from territories.models import Territory


@dataclass(frozen=True)
class Desk:
    """A territory whose directory the reader keeps."""

    territory: Territory

    def context(self, tab: str, **more: Any) -> dict[str, Any]:
        """What ``actors/desk.html`` needs, and ``more``.

        ``tab`` is one of those of ``actors/_desk_tabs.html``.
        """
        return {"territory": self.territory, "tab": tab} | more

    def find(self, pk: int) -> Actor:
        """An entry of the territory, or of one inside it. Raises ``Http404`` otherwise."""
        return get_object_or_404(Actor.objects.listed().of(self.territory), pk=pk)


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
    return Desk(found)
