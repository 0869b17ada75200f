"""Handing mails to the mail server, and knowing what became of each one.

smtplib's ``sendmail`` does not tell a connection lost before the server could accept from one lost after; here the
steps are apart. Before the end of DATA nothing has left; from there to the server's answer, nobody knows.
"""

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

ACCEPTED = frozenset({250, 251})
PERMANENT = 500
CLOSING = 421


class NotAccepted(Exception):  # noqa: N818 (an outcome)
    """Nothing left: try again later."""


class Unreachable(NotAccepted):
    """Nothing left, and there is no server to hand the next one to."""


class Refused(Exception):  # noqa: N818
    """Nothing left, and nothing will: the server said so for good."""

    def __init__(self, words: str, *, is_bounce: bool):
        super().__init__(words)
        self.is_bounce = is_bounce
        """The address itself is at fault, not this mail or this site."""


class InDoubt(Exception):  # noqa: N818
    """The connection was lost while the server was accepting: it may have left."""


class Transport:
    """One connection for many mails: ``with Transport() as transport:``, then for each ``begin`` before it is written,
    ``address`` once it is, and ``send`` or ``take_back``: the server works on each step while we do on the next.

    Raises ``Unreachable`` at the start if there is no server.
    """

    def __init__(self):
        self._backend = get_connection()
        self._is_smtp = isinstance(self._backend, EmailBackend)  # or files in development, a list in tests
        self._has_begun = False
        self._recipient = ""

    def __enter__(self) -> "Transport":
        self._open()
        return self

    def __exit__(self, *error) -> None:
        with suppress(OSError):
            self._backend.close()

    def begin(self) -> None:
        """Tell the server that a mail of the site comes, without waiting for what it says: ``address`` hears it."""
        if self._is_smtp and not self._has_begun:
            with suppress(OSError):
                self._smtp.putcmd("mail", f"FROM:{smtplib.quoteaddr(settings.DEFAULT_FROM_EMAIL)}")
                self._has_begun = True

    def address(self, recipient: str) -> None:
        """Tell to whom, without waiting for what the server says. Raises ``NotAccepted``, ``Unreachable``."""
        if self._is_smtp:
            self._recipient = recipient
            self._or_anew(self._name_recipient, self.begin)

    def send(self, mail: EmailMessage, content: bytes) -> None:
        """Hand over one mail, written out as ``content``, to who was addressed.

        Raises ``NotAccepted``, ``Unreachable``, ``Refused`` or ``InDoubt``; otherwise the server has accepted it.
        """
        if self._is_smtp:
            self._or_anew(self._hear_of_recipient, self.begin, self._name_recipient)
            self._hand_over(content)
        else:
            self._backend.send_messages([mail])

    def take_back(self) -> None:
        """What was addressed is not sent."""
        if self._is_smtp:
            with suppress(OSError):
                self._smtp.getreply()
            self._start_again()

    @property
    def _smtp(self) -> smtplib.SMTP:
        if self._backend.connection is None:
            raise smtplib.SMTPServerDisconnected("connection lost")
        return self._backend.connection

    def _open(self) -> None:
        with suppress(OSError):
            self._backend.close()
        self._has_begun = False
        try:
            self._backend.open()
            if self._is_smtp:
                self._smtp.ehlo_or_helo_if_needed()
        except OSError as error:
            raise Unreachable(str(error)) from error

    def _or_anew(self, step: Callable[[], None], *before: Callable[[], None]) -> None:
        """Take this step; over a new connection, after those before it, if the server closed this one: servers do
        that to one that has lasted, or carried, enough."""
        try:
            step()
        except OSError:
            self._open()
            try:
                for one in (*before, step):
                    one()
            except OSError as error:
                raise Unreachable(str(error)) from error

    def _name_recipient(self) -> None:
        self._has_begun = False
        code, words = self._heard()
        if code not in ACCEPTED:
            self._start_again()
            raise NotAccepted(_said(code, words))
        address = self._recipient if self._recipient.isascii() else sanitize_address(self._recipient, "utf-8")
        self._smtp.putcmd("rcpt", f"TO:{smtplib.quoteaddr(address)}")

    def _hear_of_recipient(self) -> None:
        code, words = self._heard()
        if code not in ACCEPTED:
            self._start_again()
            said = _said(code, words)
            if code < PERMANENT:
                raise NotAccepted(said)
            raise Refused(said, is_bounce=_class(said) != "7")  # 5.7: it refuses us, whoever the recipient

    def _heard(self) -> tuple[int, bytes]:
        """What the server answers. Raises ``OSError`` if it went away."""
        code, words = self._smtp.getreply()
        if code == CLOSING:
            raise smtplib.SMTPServerDisconnected("closed by the server")
        return code, words

    def _hand_over(self, content: bytes) -> None:
        try:
            code, words = self._smtp.data(content)
        except smtplib.SMTPDataError as error:  # it did not even want to read
            code, words = error.smtp_code, error.smtp_error
        except OSError as error:
            with suppress(OSError):
                self._backend.close()
            raise InDoubt(str(error)) from error
        if code in ACCEPTED:
            return
        self._start_again()
        said = _said(code, words)
        if code < PERMANENT:
            raise NotAccepted(said)
        raise Refused(said, is_bounce=_class(said) == "1")  # 5.1: after all, the address

    def _start_again(self) -> None:
        with suppress(OSError):
            self._smtp.rset()


def _said(code: int, words: bytes | str) -> str:
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(words.split())}"


def _class(said: str) -> str:
    """The subject of the enhanced status code (RFC 3463): ``1`` of ``550 5.1.1 …``; empty without one."""
    match = re.match(r"\d{3} 5\.(\d{1,3})\.\d{1,3}\b", said)
    return match[1] if match else ""
