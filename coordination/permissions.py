"""Who may do what in a territory's logbook. Which rows one sees is ``visible_to`` on the QuerySets."""

from django.db.models import QuerySet

from coordination.models import ActionItem
from coordination.models.record import kept_by, read_by
from territories.models import Territory


def can_keep_logbook(user, territory: Territory) -> bool:
    """Write in a territory's logbook: its coordinators, and ANSA's team on their behalf."""
    return user.is_staff or territory.coordinators.filter(user=user).exists()


def can_read_logbook(user, territory: Territory) -> bool:
    """Open it: those who keep it, and the members of the territory's actors, who see of it what is theirs to see."""
    return user.is_staff or logbooks_read_by(user).filter(pk=territory.pk).exists()


def logbooks_kept_by(user) -> QuerySet[Territory]:
    """The territories that this person coordinates."""
    return Territory.objects.filter(pk__in=kept_by(user))


def logbooks_read_by(user) -> QuerySet[Territory]:
    """Those that this person coordinates, or takes part in as a member of a structure."""
    return Territory.objects.filter(pk__in=read_by(user))


def can_close_action(user, action: ActionItem) -> bool:
    """Say that it is done, or is not: who keeps the logbook, and whoever is to do it."""
    return can_keep_logbook(user, action.territory) or ActionItem.objects.of(user).filter(pk=action.pk).exists()
