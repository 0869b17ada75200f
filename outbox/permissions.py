"""Who may see and settle the mails that leave."""

from accounts.models import User


def can_manage_mails(user: User) -> bool:
    """Read what left, to whom and why not, settle what is in doubt, lift opt-outs and bounces: ANSA's team."""
    return user.is_staff
