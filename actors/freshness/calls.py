"""Who is to be called, and why: worked out when the page is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from actors.freshness.addressees import addressees
from actors.freshness.asking import letters_of
from actors.freshness.rhythm import Freshness, asked_about, states
from actors.models import Actor, CheckCall, CheckRound

QUIET = timedelta(days=1)
"""How long a call without an answer leaves the structure alone."""
UNANSWERED = "N’a pas répondu aux courriels"
HANDED = "La personne à qui l’on écrivait n’est plus la bonne"


@dataclass(frozen=True)
class ToCall:
    """An entry that nobody answers for by mail."""

    check: CheckRound
    freshness: Freshness
    why: str
    calls: list[CheckCall]
    """The last one first."""

    @property
    def actor(self) -> Actor:
        return self.check.actor

    @property
    def phones(self) -> list[str]:
        return list(filter(None, dict.fromkeys((self.actor.phone, self.actor.contact_phone))))

    @property
    def to_ask(self) -> str:
        """What is due, in words."""
        return ", ".join(section.label.lower() for section in self.freshness.due)

    def waits_on(self, today: date) -> bool:
        """Whether a former call leaves it alone on this day."""
        if not self.calls:
            return False
        last = self.calls[0]
        again_on = last.call_again_on or timezone.localdate(last.at) + QUIET
        return again_on > today


def to_call(entries: QuerySet[Actor], now: datetime) -> list[ToCall]:
    """Those of ``entries``, with a telephone first, then the oldest; as many queries whatever there is."""
    actors = asked_about(now).filter(is_not_asked=False, pk__in=entries.values("pk"))
    checks = CheckRound.objects.open().filter(actor__in=actors, to_call_since__isnull=False)
    found = list(
        checks.select_related("actor")
        .prefetch_related(Prefetch("calls", CheckCall.objects.order_by("-at", "-pk")))
        .order_by("to_call_since", "pk")
    )
    standing = states([check.actor for check in found], now)
    reasons = reasons_of(found)
    rows = [ToCall(one, standing[one.actor_id], reasons[one.pk], list(one.calls.all())) for one in found]
    return sorted(rows, key=lambda row: not row.phones)


def reasons_of(checks: Iterable[CheckRound]) -> dict[int, str]:
    """Why each of these rounds came to the telephone, in words, by its key."""
    checks = list(checks)
    letters, written = letters_of(checks), addressees(check.actor for check in checks)
    return {check.pk: _reason(written[check.actor_id].why, letters[check.pk]) for check in checks}


def _reason(why, letters) -> str:
    if why:
        return str(why)
    gone = {one.number for one in letters if one.left_at}
    return UNANSWERED if len(gone) > 1 else HANDED
