"""Who may do what in a territory's logbook. Which rows one sees is ``visible_to`` on the QuerySets."""

from territories.models import Territory


def can_keep_logbook(user, territory: Territory) -> bool:
    """Write in a territory's logbook: its coordinators, and ANSA's team on their behalf."""
    return user.is_staff or territory.coordinators.filter(user=user).exists()


def can_read_logbook(user, territory: Territory) -> bool:
    """Read it: those who keep it, and the members of the actors of the territory."""
    return can_keep_logbook(user, territory) or territory.actors.filter(members__user=user).exists()
