"""Links that act for someone without an account: one purpose, one subject, one recipient, for some days.

Only the SHA-256 of a token is kept: who reads the database cannot use the links. A page opened by a link shows on
GET and acts on POST, since mail scanners open every link.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from outbox import purposes
from outbox.models import Link, Mail

UNSUBSCRIBE = "unsubscribe"
UNSUBSCRIBE_DAYS = 400


def make(*, purpose: str, subject: str, recipient: str, days: int) -> str:
    """A new token; it opens ``purpose`` on ``subject`` (``attendance:12``) in the name of ``recipient``."""
    token, link = _new(purpose, subject, recipient, days)
    link.save()
    return token


def _new(purpose: str, subject: str, recipient: str, days: int) -> tuple[str, Link]:
    token = secrets.token_urlsafe(32)
    link = Link(
        purpose=purpose,
        subject=subject,
        recipient=recipient.strip().lower(),
        token_hash=_hashed(token),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, link


def find(token: str, purpose: str) -> Link | None:
    """The link of a token, if it is for this purpose and neither expired nor revoked."""
    return Link.objects.open().filter(token_hash=_hashed(token), purpose=purpose).first()


def find_ended(token: str, purpose: str) -> Link | None:
    """The link of a token that was for this purpose, and works no more: to offer another one to its recipient."""
    ended = Link.objects.filter(token_hash=_hashed(token), purpose=purpose)
    return ended.exclude(pk__in=Link.objects.open().values("pk")).first()


def revoke(*, purpose: str, subject: str, recipient: str | None = None) -> int:
    """Make the links of a purpose on a subject (of one recipient, or all) open nothing; how many there were."""
    found = Link.objects.open().filter(purpose=purpose, subject=subject)
    if recipient is not None:
        found = found.filter(recipient=recipient.strip().lower())
    return found.update(revoked_at=timezone.now())


def extend(*, purpose: str, subjects: Iterable[str], until: datetime) -> int:
    """Make the open links of a purpose on these subjects work until then, if they end before; how many there were."""
    found = Link.objects.open().filter(purpose=purpose, subject__in=subjects, expires_at__lt=until)
    return found.update(expires_at=until)


def absolute(path: str) -> str:
    """A page's address as it is written in a mail: there is no request to ask."""
    return f"{settings.SITE_URL}{path}"


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class MailLinks:
    """The links of one mail, made while it is rendered."""

    def __init__(self, mail: Mail, way_out: str = ""):
        """``way_out``: the token by which its recipient unsubscribes, if it was made before."""
        self._mail = mail
        self._way_out = way_out

    def page(self, view_name: str, *args) -> str:
        """The absolute address of a page: ``links.page("coordination:meeting", 3, 12)``."""
        return absolute(reverse(view_name, args=args))

    def token(self, purpose: str, *, days: int, subject: str | None = None) -> str:
        """A new token for this mail's recipient, on this mail's subject unless told: to be put in ``page``."""
        return make(purpose=purpose, subject=subject or self._mail.subject, recipient=self._mail.recipient, days=days)

    def unsubscribe(self) -> str:
        """Where this recipient says that mails of this purpose are enough; empty if the purpose does not allow it."""
        if not purposes.get(self._mail.purpose).can_opt_out:
            return ""
        token = self._way_out or self.token(UNSUBSCRIBE, days=UNSUBSCRIBE_DAYS, subject=self._mail.purpose)
        return self.page("outbox:unsubscribe", token)


def for_batch(mails: Iterable[Mail]) -> dict[int, MailLinks]:
    """The links of each mail, by its key: the ways out of all that have one are made at once."""
    tokens, made = {}, []
    for mail in mails:
        if purposes.get(mail.purpose).can_opt_out:
            tokens[mail.pk], link = _new(UNSUBSCRIBE, mail.purpose, mail.recipient, UNSUBSCRIBE_DAYS)
            made.append(link)
    Link.objects.bulk_create(made)
    return {mail.pk: MailLinks(mail, tokens.get(mail.pk, "")) for mail in mails}
