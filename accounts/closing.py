"""What closing an account leaves undone elsewhere: the apps above say it, before it is done."""

from collections.abc import Callable

from accounts.models import User

Check = Callable[[User], list[str]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Have ``check`` asked: it gives a sentence, in French, for each thing that nobody would look after any more."""
    if check not in _checks:
        _checks.append(check)


def left_undone(user: User) -> list[str]:
    return [sentence for check in _checks for sentence in check(user)]
