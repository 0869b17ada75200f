"""Who may see and settle the mails that leave, and see whether they do leave."""

from accounts.models import User


def can_manage_mails(user: User) -> bool:
    """Read what left, to whom and why not, settle what is in doubt, lift opt-outs and bounces: ANSA's team."""
    return user.is_staff


def can_read_health(user: User) -> bool:
    """Read whether the worker, its schedule and the mails go well, and what to do if not: ANSA's team."""
    return user.is_staff
