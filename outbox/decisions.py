"""When a mail may leave, and why not yet: a pure decision over the mail and what its address has received.

Mails leave from Monday to Friday, 8 to 18 in Paris, never in August; an address gets at most one a day (in Paris) and
three in any seven days, over all purposes. Urgent mails leave at any moment and count for nothing in the limits. Two
mails never leave at once to one address. Public holidays are days like others. An opt-out stops one purpose, urgent
or not, a bounce stops all; both are looked at when a mail is due, not before. Of several mails to one address the
urgent ones go first, then the oldest request.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from outbox.models import Mail

PARIS = ZoneInfo("Europe/Paris")
OPENS, CLOSES = time(8), time(18)
SATURDAY = 5
AUGUST = 8
A_DAY, A_WEEK = 1, 3  # mails to one address
WEEK = timedelta(days=7)
CLAIM_LIFE = timedelta(minutes=10)  # far more than it takes to render a mail and hand it over


@dataclass(frozen=True)
class History:
    """What matters about an address."""

    gone: tuple[datetime, ...] = ()
    """When mails that count in the limits left, or may have left."""
    leaving_since: datetime | None = None
    """When a worker took a mail that is not settled yet."""
    opted_out: frozenset[str] = frozenset()
    bounce: str = ""

    def then(self, mail: Mail, moment: datetime) -> "History":
        """As it will be once ``mail`` has left."""
        return self if mail.urgent else replace(self, gone=(*self.gone, moment))


class Action(Enum):
    SEND = "envoyer"
    WAIT = "attendre"
    CANCEL = "annuler"


@dataclass(frozen=True)
class Decision:
    action: Action
    reason: str = ""
    """In French, for the staff; empty for ``SEND``."""
    until: datetime | None = None
    """For ``WAIT``: when it can leave, as far as one knows now."""


def decide(mail: Mail, history: History, now: datetime) -> Decision:
    """What to do with a mail still to be sent."""
    if mail.due_at <= now and history.bounce:
        return Decision(Action.CANCEL, f"Adresse refusée : {history.bounce}")
    if mail.due_at <= now and mail.purpose in history.opted_out:
        return Decision(Action.CANCEL, "La personne s’est désinscrite de ces courriels.")
    moment, reason = now, ""
    while obstacle := next(_obstacles(mail, history, moment), None):
        moment = obstacle[0].astimezone(UTC)
        reason = reason or obstacle[1]
    return Decision(Action.WAIT, reason, moment) if reason else Decision(Action.SEND)


def is_open(moment: datetime) -> bool:
    """Whether mails that are not urgent may leave."""
    return not list(_closed(moment))


def _obstacles(mail: Mail, history: History, moment: datetime) -> Iterator[tuple[datetime, str]]:
    """What keeps the mail from leaving at ``moment``: until when (later than ``moment``), and why."""
    if mail.due_at > moment:
        yield mail.due_at, mail.reason or "Prévu plus tard."
    if mail.retry_at and mail.retry_at > moment:
        yield mail.retry_at, f"Nouvel essai après un échec : {mail.reason}"
    if history.leaving_since and history.leaving_since + CLAIM_LIFE > moment:
        yield history.leaving_since + CLAIM_LIFE, "Un autre courriel part en ce moment à cette adresse."
    if not mail.urgent:
        yield from _closed(moment)
        yield from _limited(history, moment)


def _closed(moment: datetime) -> Iterator[tuple[datetime, str]]:
    local = moment.astimezone(PARIS)
    if local.month == AUGUST:
        yield _at(date(local.year, AUGUST + 1, 1), OPENS), "Pause du mois d’août."
    elif local.weekday() >= SATURDAY or local.time() >= CLOSES:
        yield _at(local.date() + timedelta(days=1), OPENS), "Les courriels partent du lundi au vendredi, de 8 h à 18 h."
    elif local.time() < OPENS:
        yield _at(local.date(), OPENS), "Les courriels partent du lundi au vendredi, de 8 h à 18 h."


def _limited(history: History, moment: datetime) -> Iterator[tuple[datetime, str]]:
    today = moment.astimezone(PARIS).date()
    ages = [today - gone.astimezone(PARIS).date() for gone in history.gone]
    tomorrow = _at(today + timedelta(days=1), time(0))
    if ages.count(timedelta(0)) >= A_DAY:
        yield tomorrow, "Cette adresse a déjà son courriel du jour."
    if sum(timedelta(0) <= age < WEEK for age in ages) >= A_WEEK:
        yield tomorrow, "Cette adresse a déjà ses trois courriels en sept jours."


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=PARIS)
