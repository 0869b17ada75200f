"""Who may do what with territories and sessions. Which rows one sees is ``visible_to`` on the QuerySets."""

from territories.models import Territory


def can_manage_territories(user) -> bool:
    """Search all territories, add and edit them, and say who coordinates them."""
    return user.is_staff


def can_manage_sessions(user) -> bool:
    """Read and edit the training sessions and who takes part in them."""
    return user.is_staff


def can_see_coordinators(user, territory: Territory) -> bool:
    """Read the names and addresses of those who coordinate ``territory``: ANSA's team and they themselves."""
    return user.is_staff or territory.coordinators.filter(user=user).exists()
