"""Who may read and write what is kept about the people trained."""


def can_manage_trainees(user) -> bool:
    """Read and edit names, addresses and posts: ANSA's team alone."""
    return user.is_staff
