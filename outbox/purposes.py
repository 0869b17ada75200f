"""What mails are for. Each app above registers its purposes from its ``AppConfig.ready``; see ``docs/outbox.md``.

Sign-in codes are no purpose: allauth sends them at once to someone who waits before the page. The two notices of
``accounts.operations``, an answer to what staff just did, go the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outbox.links import MailLinks
    from outbox.models import Mail


class NoLongerDue(Exception):  # noqa: N818 (an answer, not an error)
    """Raised by a ``render`` to say, in French for the staff, why the mail has nothing to tell any more."""


class Later(Exception):  # noqa: N818 (an answer, not an error)
    """Raised by a ``render`` when it is not the moment: the mail waits until ``until``, and is rendered anew then.

    ``reason`` is in French, for the staff. This is no failure: it can be said any number of times.
    """

    def __init__(self, until: datetime, reason: str):
        super().__init__(reason)
        self.until = until


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    mimetype: str
    """With its parameters: ``text/calendar; charset=utf-8; method=REQUEST``."""


@dataclass(frozen=True)
class Message:
    """What a mail says. The greeting is the purpose's; the foot (who writes, how to unsubscribe) is added."""

    subject: str
    text: str
    html: str = ""
    """What goes in the body of the frame (``templates/outbox/email/frame.html``); empty: text alone."""
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    """Who reads the answers; empty: nobody, the sender's address says so."""
    sender_name: str = ""
    """The name beside the site's address; empty: the site's."""


@dataclass(frozen=True)
class Purpose:
    """One kind of mail.

    ``render(mail, links)`` is called at the moment of sending and reads the state then: it gives the message, or
    ``None`` (or raises ``NoLongerDue(why)``) when there is nothing to tell any more, or raises ``Later(until, why)``.
    It writes nothing but links. ``mail.claimed_at`` is the moment of sending.
    An ``urgent`` one leaves at any hour, without limit and without counting in the limits. ``label`` follows
    « Ne plus recevoir : », as « les rappels d’actions ».
    """

    code: str
    label: str
    render: Callable[["Mail", "MailLinks"], Message | None]
    urgent: bool = False
    can_opt_out: bool = True


_registered: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    """Make a purpose known. Raises ``ValueError`` if its code is taken."""
    if purpose.code in _registered:
        raise ValueError(f"the purpose {purpose.code} is registered twice")
    _registered[purpose.code] = purpose


def find(code: str) -> Purpose | None:
    return _registered.get(code)


def get(code: str) -> Purpose:
    """The purpose with this code. Raises ``LookupError`` if no app registered it."""
    try:
        return _registered[code]
    except KeyError:
        raise LookupError(f"no app registered the purpose {code}") from None


def all_of_them() -> list[Purpose]:
    return sorted(_registered.values(), key=lambda purpose: purpose.label)


def label_of(code: str) -> str:
    """A purpose's words, or its code if no app of this version knows it."""
    purpose = find(code)
    return purpose.label if purpose else code
