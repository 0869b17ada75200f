"""How mail leaves: what is due is taken by batches, and rendered, handed over and settled one mail after the other.

``outbox.claims`` says who holds what: of several workers one gets a mail, and none goes over an address's limits
(``outbox.decisions``). What a mail says is rendered at its turn, from the state at that moment. If the worker dies, its
claim stays; after ``CLAIM_LIFE`` the mail that it was handing over is « à vérifier »: a person looks, nothing is resent
or lost by itself. Those that it had not come to leave with another.

Sign-in codes do not come here (see ``outbox.purposes``).
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from outbox import claims, composing, links, purposes
from outbox.decisions import CLAIM_LIFE, Action, is_open
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.operations import record_bounce
from outbox.planning import plan
from outbox.transport import InDoubt, NotAccepted, Refused, Transport, Unreachable

log = logging.getLogger(__name__)
State = Mail.State
Clock = Callable[[], datetime]

AT_ONCE = 50  # mails a worker takes: those of a worker that dies wait for ``CLAIM_LIFE``
BATCH_SECONDS = 25  # beat wakes the next one every minute; a worker asked to stop has ended by then
RETRY_AFTER = [timedelta(minutes=5), timedelta(minutes=15), *[timedelta(hours=hours) for hours in (1, 4, 12, 24)]]
UNFINISHED = "L’envoi s’est interrompu avant que ce courriel ne parte."
NOTHING_TO_TELL = "Plus d’actualité au moment de l’envoi."


@dataclass
class Outcome:
    """What was done: how many mails now have each state; ``trouble`` says in French why it stopped early."""

    states: Counter = field(default_factory=Counter)
    trouble: str = ""


def preview(mail: Mail, at: datetime) -> str:
    """The title that ``mail`` would have if it left at that moment; no trace. Raises ``NoLongerDue``, ``Later``."""
    mail.claimed_at = at
    with transaction.atomic():
        try:
            return _rendered(mail, MailLinks(mail)).subject
        finally:
            transaction.set_rollback(True)


def send_due(*, clock: Clock = timezone.now, seconds: float | None = BATCH_SECONDS) -> Outcome:
    """Send what may leave now, for about ``seconds`` (``None``: to the end), over one connection."""
    outcome = Outcome()
    started = time.monotonic()
    now = clock()
    due = Mail.objects.due(now)
    to_send = []
    for mail, decision in plan(now, due if is_open(now) else due.filter(urgent=True)):
        if decision.action == Action.SEND:
            to_send.append(mail)
        elif decision.action == Action.CANCEL:
            changed = Mail.objects.filter(pk=mail.pk, state=State.DUE).update(
                state=State.CANCELLED, reason=decision.reason
            )
            outcome.states[State.CANCELLED] += changed

    def is_over() -> bool:
        return seconds is not None and time.monotonic() - started > seconds

    if to_send:
        try:
            with Transport() as transport:
                for planned in _by_batches(to_send):
                    if is_over():
                        break
                    batch = _Batch(claims.take(planned, clock()), transport, clock)
                    batch.send(outcome, is_over)
        except Unreachable as error:
            log.error("mail server unreachable: %s", error)
            outcome.trouble = f"Le serveur d’envoi ne répond pas : {error}"
    return outcome


def _by_batches(mails: list[Mail]) -> Iterator[list[Mail]]:
    """In the order of leaving, ``AT_ONCE`` at a time, never two for one address in one."""
    waiting = deque(mails)
    while waiting:
        batch: dict[str, Mail] = {}
        others = []
        while waiting and len(batch) < AT_ONCE:
            mail = waiting.popleft()
            if batch.setdefault(mail.recipient, mail) is not mail:
                others.append(mail)
        waiting.extendleft(reversed(others))
        yield list(batch.values())


class _Batch:
    """Mails that this worker holds, on their way."""

    def __init__(self, mails: list[Mail], transport: Transport, clock: Clock):
        self._mails = mails
        self._transport = transport
        self._clock = clock
        self._turn = 0
        self._accepted = 0
        """Until which turn the server accepted them, but those of which something else was noted."""

    def send(self, outcome: Outcome, is_over: Callable[[], bool]) -> None:
        """Send them, until it is late or the hour at which mails leave ends. Raises ``Unreachable``."""
        if not self._mails:
            return
        claim = self._mails[0].claim
        try:
            ways = links.for_batch(self._mails)
            for mail in self._mails:
                mail.claimed_at = self._clock()
                if is_over() or not (mail.urgent or is_open(mail.claimed_at)):
                    break
                outcome.states[self._deliver(mail, ways[mail.pk])] += 1
        except Unreachable:
            claims.settle(claim, accepted=self._accepted)
            raise
        except Exception:
            _give_up(claim, accepted=self._accepted, now=self._clock())
            raise
        claims.settle(claim, accepted=self._accepted)

    def _deliver(self, mail: Mail, ways: MailLinks) -> str:
        """Render a mail, hand it over and note what became of it; the state it will have then."""
        mail.attempts += 1
        self._transport.begin()
        try:
            composed = _rendered(mail, ways)
            content = composing.written(composed)
        except purposes.NoLongerDue as error:
            return claims.note(mail, State.CANCELLED, reason=str(error) or NOTHING_TO_TELL)
        except purposes.Later as error:
            return _put_off(mail, error)
        except Exception as error:  # whatever is wrong with one mail, the others leave
            log.exception("mail %s cannot be rendered", mail.pk)
            return _try_later(mail, f"Le courriel n’a pas pu être écrit ({type(error).__name__}).", self._clock())
        mail.title, mail.message_id = composed.subject[:300], composed.extra_headers["Message-ID"]
        try:
            self._transport.address(mail.recipient)
            mail.turn = self._turn + 1
            if not claims.take_its_turn(mail):
                self._transport.take_back()
                return State.DUE
            self._turn = mail.turn
            self._transport.send(composed, content)
        except NotAccepted as error:
            state = _try_later(mail, f"Le serveur d’envoi ne l’a pas pris : {error}", self._clock())
            if isinstance(error, Unreachable):
                raise
        except Refused as error:
            if error.is_bounce:
                record_bounce(address=mail.recipient, reason=str(error))
            state = claims.note(mail, State.REFUSED, reason=f"Refusé par le serveur : {error}")
        except InDoubt as error:
            state = claims.note(mail, State.TO_CHECK, reason=f"{claims.INTERRUPTED} ({error})")
        else:
            state = State.SENT
        self._accepted = self._turn
        return state


def _rendered(mail: Mail, ways: MailLinks) -> EmailMessage:
    message = purposes.get(mail.purpose).render(mail, ways)
    if message is None:
        raise purposes.NoLongerDue
    return composing.compose(mail, message, ways)


def _try_later(mail: Mail, reason: str, now: datetime) -> str:
    if mail.attempts > len(RETRY_AFTER):
        return claims.note(mail, State.REFUSED, reason=f"Abandonné après {mail.attempts} essais. {reason}")
    return claims.note(mail, State.DUE, reason=reason, retry_at=now + RETRY_AFTER[mail.attempts - 1])


def _put_off(mail: Mail, later: purposes.Later) -> str:
    mail.attempts -= 1  # nothing was tried
    return claims.note(mail, State.DUE, reason=str(later), due_at=later.until, retry_at=None)


def mark_dead_claims(*, now: datetime) -> int:
    """Show the staff the mails whose worker never said what became of them; how many. Give the others back."""
    silent = Mail.objects.silent_claims(now - CLAIM_LIFE)
    return sum(_give_up(claim, accepted=(last or 0) - 1, now=now) for claim, last in silent)


def _give_up(claim: UUID, *, accepted: int, now: datetime) -> int:
    """End a batch whose worker went no further; how many mails are in doubt.

    The one whose turn was next may be why: it is tried later, as one that cannot be written, and the others leave.
    """
    if following := Mail.objects.following(claim):
        following.attempts += 1
        _try_later(following, UNFINISHED, now)
    return claims.settle(claim, accepted=accepted)
