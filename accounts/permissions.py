"""Who may manage accounts."""

from accounts.models import User


def can_manage_people(user: User) -> bool:
    """Open, change, deactivate accounts, and read their history."""
    return user.is_staff
