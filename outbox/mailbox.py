"""The mails that would have left, as Django's file backend writes them: several may be in one file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path

END_OF_MAIL = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Mail:
    date: datetime
    to: str
    subject: str
    body: str


def read_mails(folder: Path, limit: int) -> list[Mail]:
    """The last ``limit`` mails in ``folder``, the newest first; none if the folder does not exist yet."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:limit]
    mails = [mail for file in files for mail in _mails_of(file)]
    return sorted(mails, key=lambda mail: mail.date, reverse=True)[:limit]


def _mails_of(file: Path) -> Iterator[Mail]:
    for content in reversed(file.read_bytes().split(END_OF_MAIL)):
        if not content.strip():
            continue
        message = message_from_bytes(content, policy=policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        yield Mail(
            date=datetime.fromtimestamp(mktime_tz(parsedate_tz(message["Date"])), UTC),
            to=message["To"],
            subject=message["Subject"],
            body=body.get_content().strip(),
        )
