"""Whose logbook a page shows, and what the reader may do there: every view of the logbook starts here."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from alimactiv.access import require
from coordination.models.record import Record
from coordination.permissions import can_keep_logbook, logbooks_read_by
from territories.models import Territory


@dataclass(frozen=True)
class Scope:
    """A territory whose logbook the reader, ``user``, may open. ``others`` are those that they may switch to."""

    territory: Territory
    user: Any
    can_keep: bool
    others: list[Territory]

    def context(self, tab: str = "", **more: Any) -> dict[str, Any]:
        """What ``coordination/base.html`` needs, and ``more``.

        ``tab`` is one of overview, meetings, actions, records, documents, members.
        """
        return {"scope": self, "territory": self.territory, "can_keep": self.can_keep, "tab": tab} | more

    def seen(self, records: QuerySet, territory: str = "territory") -> QuerySet:
        """Those of this territory that the reader may see; ``territory`` names their field that holds it.

        ``visible_to``, of which nothing is asked again for who keeps the logbook: they see all that is in it.
        """
        found = records.filter(**{territory: self.territory})
        return found if self.can_keep else found.visible_to(self.user)

    def find(self, records: QuerySet, pk: int) -> Record:
        """The territory's record that the reader may see and nobody deleted. Raises ``Http404`` otherwise."""
        found = get_object_or_404(self.seen(records.alive()), pk=pk)
        found.territory = self.territory
        return found


def to_read(request, territory: int) -> Scope:
    """For who keeps this logbook or takes part in it. Raises ``Http404`` for anyone else."""
    user = request.user
    mine = {one.pk: one for one in logbooks_read_by(user)}
    found = get_object_or_404(Territory, pk=territory) if user.is_staff else mine.get(territory)
    if found is None:
        raise Http404
    return Scope(found, user, can_keep_logbook(user, found), [other for other in mine.values() if other != found])


def to_keep(request, territory: int) -> Scope:
    """For who writes in this logbook.

    Raises ``Http404`` for who may not open it, ``PermissionDenied`` for who may only read it.
    """
    scope = to_read(request, territory)
    require(scope.can_keep)
    return scope
