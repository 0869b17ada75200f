"""Who is to be called, and why: worked out when the page is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
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


@dataclass(frozen=True)
class CallList:
    """Where the asking about some entries stands: whom to call, who is being written to, who is not asked."""

    to_call: list[ToCall]
    being_asked: list[CheckRound]
    not_asked: list[Actor]


def call_list(entries: QuerySet[Actor], now: datetime) -> CallList:
    """Of ``entries``, by name, and those to call as in ``to_call``; as many queries whatever there is."""
    is_asked = Exists(CheckRound.objects.open().filter(actor=OuterRef("pk")))
    actors = asked_about(now, entries).filter(Q(is_not_asked=True) | is_asked).order_by("search_name", "pk")
    actors = list(actors.prefetch_related(Prefetch("check_rounds", CheckRound.objects.open(), to_attr="open_rounds")))
    checks = [check for actor in actors if not actor.is_not_asked for check in actor.open_rounds]
    return CallList(
        to_call=_rows([check for check in checks if check.to_call_since], now),
        being_asked=[check for check in checks if not check.to_call_since],
        not_asked=[actor for actor in actors if actor.is_not_asked],
    )


def to_call(entries: QuerySet[Actor], now: datetime) -> list[ToCall]:
    """Those of ``entries``, with a telephone first, then the oldest; as many queries whatever there is."""
    actors = asked_about(now, entries).filter(is_not_asked=False)
    checks = CheckRound.objects.open().filter(actor__in=actors, to_call_since__isnull=False)
    return _rows(checks.select_related("actor"), now)


def _rows(checks: Iterable[CheckRound], now: datetime) -> list[ToCall]:
    found = sorted(checks, key=lambda one: (one.to_call_since, one.pk))
    if not found:
        return []
    prefetch_related_objects(found, Prefetch("calls", CheckCall.objects.order_by("-at", "-pk")))
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
