"""How mail leaves: what is due is claimed, rendered, handed over and settled, one row at a time.

A row is claimed by compare-and-swap, in a transaction that locks all that waits for its address: of several workers,
one gets the row, and none goes over the address's limits (``outbox.decisions``). What it says is rendered then, from
the state at that moment. Only the worker that holds the claim settles the row. If it dies, the claim stays, and after
``CLAIM_LIFE`` the row is « à vérifier »: a person looks, nothing is resent or lost by itself.

Sign-in codes do not come here (see ``outbox.purposes``).
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from outbox import composing, purposes
from outbox.decisions import CLAIM_LIFE, WEEK, Action, Decision, History, decide, is_open
from outbox.links import MailLinks
from outbox.models import Bounce, Mail, OptOut
from outbox.operations import record_bounce
from outbox.transport import InDoubt, NotAccepted, Refused, Transport, Unreachable

log = logging.getLogger(__name__)
State = Mail.State
Clock = Callable[[], datetime]

BATCH_SECONDS = 25  # beat wakes the next batch every minute; a worker asked to stop has ended by then
RETRY_AFTER = [timedelta(minutes=5), timedelta(minutes=15), *[timedelta(hours=hours) for hours in (1, 4, 12, 24)]]
UNKNOWN_PURPOSE = Decision(Action.WAIT, "Cette version du site ne connaît pas cet objet.")
NOTHING_TO_TELL = "Plus d’actualité au moment de l’envoi."
INTERRUPTED = "L’envoi s’est interrompu : le courriel est peut-être parti, peut-être pas."


@dataclass
class Outcome:
    """What a batch did: how many mails now have each state; ``trouble`` says in French why it stopped early."""

    states: Counter = field(default_factory=Counter)
    trouble: str = ""


# What is due ----------------------------------------------------------------------------------------


def plan(now: datetime, mails: QuerySet[Mail] | None = None) -> Iterator[tuple[Mail, Decision]]:
    """Each mail due (or each of ``mails``, a queryset of them) with what would be done now, in the order of leaving."""
    mails = Mail.objects.due(now) if mails is None else mails
    histories = histories_of(mails.order_by().values("recipient"), now)
    for mail in mails:
        history = histories.get(mail.recipient, History())
        decision = _decide(mail, history, now)
        if decision.action == Action.SEND:
            histories[mail.recipient] = history.then(mail, now)
        yield mail, decision


def _decide(mail: Mail, history: History, now: datetime) -> Decision:
    return decide(mail, history, now) if purposes.find(mail.purpose) else UNKNOWN_PURPOSE


def histories_of(addresses: QuerySet | list[str], now: datetime) -> dict[str, History]:
    """What matters about each address that has a past."""
    gone: dict[str, list[datetime]] = {}
    leaving: dict[str, datetime] = {}
    for mail in Mail.objects.filter(recipient__in=addresses).gone_since(now - WEEK - timedelta(days=1)):
        if not mail.urgent:
            gone.setdefault(mail.recipient, []).append(mail.sent_at or mail.claimed_at)
        if mail.state == State.CLAIMED:
            leaving[mail.recipient] = max(mail.claimed_at, leaving.get(mail.recipient, mail.claimed_at))
    optional = [purpose.code for purpose in purposes.all_of_them() if purpose.can_opt_out]
    refused: dict[str, list[str]] = {}
    for address, purpose in OptOut.objects.filter(address__in=addresses, purpose__in=optional).values_list(
        "address", "purpose"
    ):
        refused.setdefault(address, []).append(purpose)
    bounces = dict(Bounce.objects.filter(address__in=addresses).values_list("address", "reason"))
    return {
        address: History(
            gone=tuple(gone.get(address, ())),
            leaving_since=leaving.get(address),
            opted_out=frozenset(refused.get(address, ())),
            bounce=bounces.get(address, ""),
        )
        for address in {*gone, *leaving, *refused, *bounces}
    }


def preview(mail: Mail, at: datetime) -> str:
    """The title that ``mail`` would have if it left at that moment; no trace. Raises ``NoLongerDue``, ``Later``."""
    mail.claimed_at = at
    with transaction.atomic():
        try:
            return _rendered(mail).subject
        finally:
            transaction.set_rollback(True)


# Sending --------------------------------------------------------------------------------------------


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
    if to_send:
        try:
            with Transport() as transport:
                for mail in to_send:
                    if seconds is not None and time.monotonic() - started > seconds:
                        break
                    if claimed := _claim(mail, clock()):
                        outcome.states[_deliver(claimed, transport, clock)] += 1
        except Unreachable as error:
            log.error("mail server unreachable: %s", error)
            outcome.trouble = f"Le serveur d’envoi ne répond pas : {error}"
    return outcome


def _claim(planned: Mail, now: datetime) -> Mail | None:
    """Take a mail, if it may still leave and no other worker has it.

    Locking all that waits for the address makes workers take turns: whoever comes second sees the first's claim.
    (SQLite has one writer at a time: there the transaction itself is the lock.)
    """
    with transaction.atomic():
        waiting = {mail.pk: mail for mail in Mail.objects.waiting_for(planned.recipient)}
        mail = waiting.get(planned.pk)
        if mail is None or mail.state != State.DUE:
            return None
        history = histories_of([mail.recipient], now).get(mail.recipient, History())
        if _decide(mail, history, now).action != Action.SEND:
            return None
        claim = uuid.uuid4()
        taken = Mail.objects.filter(pk=mail.pk, state=State.DUE).update(
            state=State.CLAIMED, claim=claim, claimed_at=now, attempts=F("attempts") + 1, reason=""
        )
    if not taken:
        return None
    mail.state, mail.claim, mail.claimed_at, mail.attempts = State.CLAIMED, claim, now, mail.attempts + 1
    return mail


def _deliver(mail: Mail, transport: Transport, clock: Clock) -> str:
    """Render a claimed mail, hand it over and settle it; the state it has then."""
    try:
        composed = _rendered(mail)
    except purposes.NoLongerDue as error:
        return _settle(mail, State.CANCELLED, reason=str(error) or NOTHING_TO_TELL)
    except purposes.Later as error:
        return _put_off(mail, error)
    except Exception as error:  # whatever is wrong with one mail, the others leave
        log.exception("mail %s cannot be rendered", mail.pk)
        return _try_later(mail, f"Le courriel n’a pas pu être écrit ({type(error).__name__}).", clock())
    known_as = {"title": composed.subject[:300], "message_id": composed.extra_headers["Message-ID"]}
    if not Mail.objects.held_by(mail).update(claimed_at=clock(), **known_as):
        return State.TO_CHECK  # it took so long that the claim was given up
    try:
        transport.send(composed)
    except NotAccepted as error:
        state = _try_later(mail, f"Le serveur d’envoi ne l’a pas pris : {error}", clock())
        if isinstance(error, Unreachable):
            raise
        return state
    except Refused as error:
        if error.is_bounce:
            record_bounce(address=mail.recipient, reason=str(error))
        return _settle(mail, State.REFUSED, reason=f"Refusé par le serveur : {error}")
    except InDoubt as error:
        return _settle(mail, State.TO_CHECK, reason=f"{INTERRUPTED} ({error})")
    return _settle(mail, State.SENT, sent_at=clock())


def _rendered(mail: Mail) -> EmailMessage:
    links = MailLinks(mail)
    message = purposes.get(mail.purpose).render(mail, links)
    if message is None:
        raise purposes.NoLongerDue
    return composing.compose(mail, message, links)


def _try_later(mail: Mail, reason: str, now: datetime) -> str:
    if mail.attempts > len(RETRY_AFTER):
        return _settle(mail, State.REFUSED, reason=f"Abandonné après {mail.attempts} essais. {reason}")
    return _settle(mail, State.DUE, reason=reason, retry_at=now + RETRY_AFTER[mail.attempts - 1])


def _put_off(mail: Mail, later: purposes.Later) -> str:
    attempts = mail.attempts - 1  # nothing was tried
    return _settle(mail, State.DUE, reason=str(later), due_at=later.until, retry_at=None, attempts=attempts)


def _settle(mail: Mail, state: Mail.State, **what) -> str:
    """Note what became of a mail this worker claimed, even if the claim was given up meanwhile."""
    held = Mail.objects.filter(pk=mail.pk, claim=mail.claim, state__in=[State.CLAIMED, State.TO_CHECK])
    held.update(state=state, **{"reason": "", **what})
    return state


def mark_dead_claims(*, now: datetime) -> int:
    """Show the staff the mails whose worker never said what became of them; how many."""
    return Mail.objects.claimed_before(now - CLAIM_LIFE).update(state=State.TO_CHECK, reason=INTERRUPTED)
