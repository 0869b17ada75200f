"""What would be done with each mail now: ``outbox.decisions``, asked for many at once."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet

from outbox import purposes
from outbox.decisions import WEEK, Action, Decision, History, decide
from outbox.models import Bounce, Mail, OptOut

State = Mail.State

UNKNOWN_PURPOSE = Decision(Action.WAIT, "Cette version du site ne connaît pas cet objet.")


def plan(now: datetime, mails: QuerySet[Mail] | None = None) -> Iterator[tuple[Mail, Decision]]:
    """Each mail due (or each of ``mails``, a queryset of them) with what would be done now, in the order of leaving."""
    mails = Mail.objects.due(now) if mails is None else mails
    return decided(mails, histories_of(mails.order_by().values("recipient"), now), now)


def decided(
    mails: QuerySet[Mail] | list[Mail], histories: dict[str, History], now: datetime
) -> Iterator[tuple[Mail, Decision]]:
    """Each mail with what is to be done, as if those before it had left; ``histories`` moves on with them."""
    for mail in mails:
        history = histories.get(mail.recipient, History())
        decision = decide(mail, history, now) if purposes.find(mail.purpose) else UNKNOWN_PURPOSE
        if decision.action == Action.SEND:
            histories[mail.recipient] = history.then(mail, now)
        yield mail, decision


def histories_of(addresses: QuerySet | Collection[str], now: datetime) -> dict[str, History]:
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
