"""Whose logbook a page shows, and what the reader may do there: every view of the logbook starts here."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from alimactiv.access import require
from coordination.models.record import Record
from coordination.permissions import logbooks_kept_by, logbooks_read_by
from territories.models import Territory


@dataclass(frozen=True)
class Scope:
    """A territory whose logbook the reader may open. ``others`` are those that they may switch to."""

    territory: Territory
    can_keep: bool
    others: list[Territory]

    def context(self, tab: str = "", **more: Any) -> dict[str, Any]:
        """What ``coordination/base.html`` needs, and ``more``.

        ``tab`` is one of overview, meetings, actions, records, documents, members.
        """
        return {"scope": self, "territory": self.territory, "can_keep": self.can_keep, "tab": tab} | more

    def find(self, records: QuerySet, user, pk: int) -> Record:
        """The territory's record that ``user`` may see and nobody deleted. Raises ``Http404`` otherwise."""
        return get_object_or_404(records.alive().visible_to(user), territory=self.territory, pk=pk)


def to_read(request, territory: int) -> Scope:
    """For who keeps this logbook or takes part in it. Raises ``Http404`` for anyone else."""
    user = request.user
    mine = list(logbooks_read_by(user))
    every = Territory.objects.all() if user.is_staff else logbooks_read_by(user)
    found = get_object_or_404(every, pk=territory)
    keeps = user.is_staff or logbooks_kept_by(user).filter(pk=found.pk).exists()
    return Scope(found, keeps, [other for other in mine if other != found])


def to_keep(request, territory: int) -> Scope:
    """For who writes in this logbook.

    Raises ``Http404`` for who may not open it, ``PermissionDenied`` for who may only read it.
    """
    scope = to_read(request, territory)
    require(scope.can_keep)
    return scope
