"""Private addresses under which a calendar program follows meetings: no sign-in, hence hard to guess and revocable.

Only the SHA-256 of a feed's token is kept, as for the links of mails: the address is shown once, when it is made.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from coordination.models import CalendarFeed, Meeting
from coordination.permissions import logbooks_read_by
from territories.models import Territory

REFRESH_EVERY = timedelta(hours=1)
"""How often calendar programs are told to read a feed again."""
KEPT_FOR = timedelta(days=365)
"""How far back a feed goes."""


@transaction.atomic
def create_feed(*, user: User, territory: Territory | None, by: User) -> str:
    """A new feed of a territory's meetings, or of all the logbooks that ``user`` reads; it replaces the former one.

    Returns its token.
    """
    for former in CalendarFeed.objects.open().filter(user=user, territory=territory):
        revoke_feed(feed=former, by=by)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user=user, territory=territory, token_hash=_hashed(token))
    audit.note(feed, "création", by=by, territoire=str(territory or "tous"))
    return token


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, by: User) -> None:
    """Make a feed's address open nothing, for good."""
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])
    audit.note(feed, "révocation", by=by)


def find_feed(token: str) -> CalendarFeed | None:
    """The feed of a token, if nobody revoked it and its person still has an account."""
    found = CalendarFeed.objects.open().filter(token_hash=_hashed(token), user__is_active=True)
    return found.select_related("user", "territory").first()


def meetings_of(feed: CalendarFeed) -> list[Meeting]:
    """What a feed shows today: its person's rights are read again each time. Cancelled ones say that they are."""
    shown = Meeting.objects.alive().visible_to(feed.user).filter(starts_at__gte=timezone.now() - KEPT_FOR)
    if feed.territory:
        shown = shown.filter(territory=feed.territory)
    else:
        shown = shown.filter(territory__in=logbooks_read_by(feed.user))
    return list(shown.select_related("territory").prefetch_related("agenda").order_by("starts_at", "pk"))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
