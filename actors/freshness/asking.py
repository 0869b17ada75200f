"""Asking about what is due: a round for each entry, two mails at most, then the coordinator's call list.

Nothing is planned ahead: each look (a beat task) works out from what is known now what is to be done next, and
``mails`` decides again when a mail leaves. The distance between two mails counts from the day the first one left, so
that an outage, August or the limits of an address put the rest off instead of heaping it up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.db.models import Q

from accounts.audit import subject_of
from actors.freshness.addressees import CHECK, addressees
from actors.freshness.rhythm import asked_about, states
from actors.models import Actor, CheckRound
from outbox.models import Mail
from outbox.operations import ask_many

PATIENCE = timedelta(days=14)
"""How long a mail waits for its answer."""
REST = timedelta(days=28)
"""How long a structure that answered is left alone, even if it left a section unsaid."""
BATCH = 500
WAITING = frozenset({Mail.State.DUE, Mail.State.CLAIMED})


class Next(Enum):
    """What to do about a round."""

    FIRST = 1
    SECOND = 2
    CALL = 3
    WAIT = 4


@dataclass(frozen=True)
class Letter:
    """A mail of a round: the first or the second, to one address."""

    number: int
    recipient: str
    state: Mail.State
    left_at: datetime | None
    """When it left, or may have left."""


def decide(letters: Iterable[Letter], reached: Collection[str], now: datetime) -> Next:
    """What a round that nobody answered needs now; ``reached``: who can be written to. Pure."""
    letters = list(letters)
    left = [one for one in letters if one.left_at]
    number = max((one.number for one in left), default=0) + 1
    failed = {one.recipient for one in letters if one.number == number and one.state == Mail.State.REFUSED}
    if not set(reached) - failed:
        return Next.CALL
    if any(one.state in WAITING and one.recipient in reached for one in letters):
        return Next.WAIT
    if left and now < max(one.left_at for one in left) + PATIENCE:
        return Next.WAIT
    return Next(number)


def step_of(check: CheckRound, number: int) -> str:
    """The step of a round's mail: ``12.1`` for its first."""
    return f"{check.pk}.{number}"


def ask_due(now: datetime) -> None:
    """Open the rounds that are due, and do what each open one needs. Harmless however often it is done."""
    keys = list(asked_about(now).filter(is_not_asked=False).order_by("pk").values_list("pk", flat=True))
    drop(CheckRound.objects.open().exclude(actor__in=asked_about(now)), now)
    for start in range(0, len(keys), BATCH):
        ask(keys[start : start + BATCH], now)


@transaction.atomic
def ask(keys: Collection[int], now: datetime) -> None:
    """The same for the entries with these keys, all asked about; as many queries, and a few for each mail to ask for.

    The entries are locked: an answer that comes now is seen, or waits.
    """
    actors = list(Actor.objects.filter(pk__in=keys).order_by("pk").select_for_update())
    due = {key for key, freshness in states(actors, now).items() if freshness.due}
    drop(CheckRound.objects.open().filter(actor__in=keys, by_hand=False).exclude(actor__in=due), now)
    _open(due, now)
    waiting = list(CheckRound.objects.open().filter(actor__in=keys, to_call_since=None).order_by("pk"))
    letters = letters_of(waiting)
    reached = {key: found.reached for key, found in addressees(actors).items()}
    to_call = []
    for check in waiting:
        act = decide(letters[check.pk], reached[check.actor_id], now)
        if act == Next.CALL:
            to_call.append(check.pk)
        elif act != Next.WAIT:
            send(check, number=act.value, to=reached[check.actor_id], now=now)
    CheckRound.objects.filter(pk__in=to_call).update(to_call_since=now)


def send(check: CheckRound, *, number: int, to: Iterable[str], now: datetime) -> None:
    """Ask the outbox for a mail of a round; once for each address, however often."""
    wanted = [(_subject(check.actor_id), address) for address in to]
    ask_many(purpose=CHECK, step=step_of(check, number), wanted=wanted, due_at=now, again=True)


def letters_of(checks: Iterable[CheckRound]) -> dict[int, list[Letter]]:
    """The mails of each round, by its key; one query."""
    checks = list(checks)
    found: dict[int, list[Letter]] = defaultdict(list)
    subjects = {_subject(check.actor_id) for check in checks}
    for mail in Mail.objects.filter(purpose=CHECK, subject__in=subjects).order_by("pk"):
        check, _, number = mail.step.partition(".")
        left_at = mail.sent_at or (mail.claimed_at if mail.state == Mail.State.TO_CHECK else None)
        found[int(check)].append(Letter(int(number), mail.recipient, Mail.State(mail.state), left_at))
    return found


def drop(checks, now: datetime) -> None:
    """Close rounds that have nothing to ask any more."""
    checks.update(closed_at=now, outcome=CheckRound.Outcome.DROPPED)


def _open(due: Iterable[int], now: datetime) -> None:
    """Open a round for each of these entries that has none, unless one was closed too lately."""
    begun = CheckRound.objects.filter(Q(closed_at=None) | Q(closed_at__gt=now - REST), actor__in=due)
    to_open = set(due) - {*begun.values_list("actor", flat=True)}
    CheckRound.objects.bulk_create(CheckRound(actor_id=key, opened_at=now) for key in sorted(to_open))


def _subject(actor: int) -> str:
    return subject_of(Actor(pk=actor))
