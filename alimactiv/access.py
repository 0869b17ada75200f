from django.core.exceptions import PermissionDenied


def require(allowed: bool) -> None:
    """Go on only if allowed: a view's first line. Raises ``PermissionDenied`` (a 403 page) otherwise."""
    if not allowed:
        raise PermissionDenied
