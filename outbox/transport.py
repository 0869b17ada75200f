"""Handing mails to the mail server, and knowing what became of each one.

smtplib's ``sendmail`` does not tell a connection lost before the server could accept from one lost after; here the
steps are apart. Before the end of DATA nothing has left; from there to the server's answer, nobody knows.
"""

import re
import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

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
    """One connection for a batch of mails: ``with Transport() as transport: transport.send(mail)``.

    Raises ``Unreachable`` at the start if there is no server.
    """

    def __init__(self):
        self._backend = get_connection()

    def __enter__(self) -> "Transport":
        self._open()
        return self

    def __exit__(self, *error) -> None:
        with suppress(OSError):
            self._backend.close()

    def send(self, mail: EmailMessage) -> None:
        """Hand over one mail to its one recipient.

        Raises ``NotAccepted``, ``Unreachable``, ``Refused`` or ``InDoubt``; otherwise the server has accepted it.
        """
        if not isinstance(self._backend, EmailBackend):  # files in development, a list in tests
            self._backend.send_messages([mail])
            return
        content = mail.message().as_bytes(linesep="\r\n")
        try:
            self._announce(mail)
        except OSError:  # servers close a connection that has lasted, or carried, enough
            self._open()
            try:
                self._announce(mail)
            except OSError as error:
                raise Unreachable(str(error)) from error
        self._hand_over(content)

    def _open(self) -> None:
        with suppress(OSError):
            self._backend.close()
        try:
            self._backend.open()
        except OSError as error:
            raise Unreachable(str(error)) from error

    def _announce(self, mail: EmailMessage) -> None:
        """Say from whom and to whom. Raises ``OSError`` if the server went away."""
        smtp = self._backend.connection
        if smtp is None:
            raise smtplib.SMTPServerDisconnected("connection lost")
        smtp.ehlo_or_helo_if_needed()
        code, words = smtp.mail(_address(mail.from_email))
        if code == CLOSING:
            raise smtplib.SMTPServerDisconnected("closed by the server")
        if code not in ACCEPTED:
            self._start_again()
            raise NotAccepted(_said(code, words))
        (recipient,) = mail.recipients()
        code, words = smtp.rcpt(_address(recipient))
        if code == CLOSING:
            raise smtplib.SMTPServerDisconnected("closed by the server")
        if code not in ACCEPTED:
            self._start_again()
            said = _said(code, words)
            if code < PERMANENT:
                raise NotAccepted(said)
            raise Refused(said, is_bounce=_class(said) != "7")  # 5.7: it refuses us, whoever the recipient

    def _hand_over(self, content: bytes) -> None:
        try:
            code, words = self._backend.connection.data(content)
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
            self._backend.connection.rset()


def _address(written: str) -> str:
    """The bare address of ``Name <address>``."""
    match = re.search(r"<([^<>]+)>\s*$", written)
    return match[1] if match else written.strip()


def _said(code: int, words: bytes | str) -> str:
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(words.split())}"


def _class(said: str) -> str:
    """The subject of the enhanced status code (RFC 3463): ``1`` of ``550 5.1.1 …``; empty without one."""
    match = re.match(r"\d{3} 5\.(\d{1,3})\.\d{1,3}\b", said)
    return match[1] if match else ""
