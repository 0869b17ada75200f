"""Who may do what with people's data."""


def can_read_exports(user) -> bool:
    """Read who took which data out of the site: ANSA's team."""
    return user.is_staff
