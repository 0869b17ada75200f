"""How a campaign goes: counts first, then each person with their last mail and the next one. Reads only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from evaluation.campaigns import schedule
from evaluation.campaigns.forecast import Forecast, Foreseen, forecast
from evaluation.campaigns.progress import LEFT, QUESTIONNAIRE, STATUS_WORDS, Progress, Status
from evaluation.models import Campaign, Case, Step
from outbox.decisions import History, decide
from outbox.models import Mail
from outbox.planning import histories_of

SILENT = "silent"
FACT_WORDS = {**STATUS_WORDS, SILENT: "n’a ni répondu jusqu’au bout, ni décliné"}


def facts(one: Progress) -> set[str]:
    """All that holds of a person, by the names of ``FACT_WORDS``: who answered has also opened, and got a mail."""
    if one.status == Status.ENDED:
        return {Status.ENDED}
    holding = {
        one.status: True,
        SILENT: one.is_silent,
        Status.OPENED: getattr(one.invitation, "response", None) is not None,
        Status.BOUNCED: bool(one.bounce),
        Status.OPTED_OUT: one.opted_out,
        Status.SENT: one.last_left_at is not None,
    }
    return {fact for fact, holds in holding.items() if holds}


@dataclass(frozen=True)
class Counts:
    """Persons by fact, over those asked (who answered is one of them, whatever became of them since); territories."""

    invited: int
    facts: Mapping[str, int]
    territories: int
    """Where someone is, or was, asked."""
    answering: int
    """Territories with an answer."""


def counts(found: Sequence[Progress]) -> Counts:
    holding = Counter(fact for one in found for fact in facts(one))
    return Counts(
        invited=len(found) - holding[Status.ENDED],
        facts=holding,
        territories=len({one.invitation.case_id for one in found}),
        answering=len({one.invitation.case_id for one in found if one.status == Status.DONE}),
    )


@dataclass(frozen=True)
class Line:
    """A person, as the follow-up tells of them."""

    progress: Progress
    last: tuple[Step | None, Mail] | None
    """The last mail that left, or may have left, and its step if the campaign still has it."""
    next: Foreseen | None
    """The next mail, and when it leaves at the earliest."""
    reason: str = ""
    """Why there is none."""

    @property
    def last_step(self) -> str:
        return name_of(self.last[0]) if self.last else ""

    @property
    def next_step(self) -> str:
        return name_of(self.next.step) if self.next else ""

    @property
    def is_settled(self) -> bool:
        """Where the person stands says by itself why there is no next mail."""
        return self.progress.status in (Status.DONE, Status.DECLINED, Status.ENDED)


@dataclass(frozen=True)
class Territory:
    case: Case
    lines: Sequence[Line]

    @property
    def answered(self) -> bool:
        return any(line.progress.status == Status.DONE for line in self.lines)

    @property
    def is_left(self) -> bool:
        """Nobody answered, and nobody is asked any more."""
        return all(line.progress.status in (Status.ENDED, Status.DECLINED) for line in self.lines)


def lines(campaign: Campaign, found: Iterable[Progress], now: datetime) -> list[Line]:
    """Each of ``found`` with their mails; as many queries for all."""
    steps = {step.code: step for step in campaign.steps.all()}
    return [_line(one, steps) for one in forecast(campaign, found, now)]


def _line(one: Forecast, steps: Mapping[str, Step]) -> Line:
    last = last_mail(one.progress, steps)
    return Line(one.progress, last, next(iter(one.mails), None), one.reason)


def by_territory(found: Iterable[Line]) -> list[Territory]:
    """In the order of ``found``, which is by session, then by territory."""
    return [
        Territory(case, list(theirs)) for case, theirs in groupby(found, key=lambda line: line.progress.invitation.case)
    ]


def name_of(step: Step | None) -> str:
    """``relance (J+7)``"""
    if step is None:
        return "étape supprimée"
    return f"{step} ({step.offset})" if step.offset else str(step)


def last_mail(one: Progress, steps: Mapping[str, Step]) -> tuple[Step | None, Mail] | None:
    left = [mail for mail in one.mails.values() if mail.state in LEFT]
    last = max(left, key=lambda mail: mail.sent_at or mail.claimed_at, default=None)
    return last and (steps.get(last.step), last)


@dataclass(frozen=True)
class Reminded:
    """A person whom a reminder asked for by hand would go to, and when at the earliest."""

    progress: Progress
    at: datetime
    reason: str
    """Why not at once; empty if it leaves at once."""


@dataclass(frozen=True)
class Reminding:
    """What a reminder asked for by hand would do."""

    written: Sequence[Reminded]
    others: Sequence[tuple[Progress, str]]
    """Who would not get it, and why."""


def reminding(campaign: Campaign, found: Iterable[Progress], now: datetime) -> Reminding:
    """What ``operations.remind_silent`` would do with ``found``, the campaign's; as many queries for all."""
    found = list(found)
    already = {step.code for step in campaign.steps.filter(on=timezone.localdate(now))}
    chosen = [one for one in schedule.to_remind(found, campaign, now) if already.isdisjoint(one.mails)]
    histories = histories_of([one.invitation.email.lower() for one in chosen], now)
    written = []
    for one in chosen:
        address = one.invitation.email.lower()
        history = histories.get(address, History())
        written.append(_reminded(one, campaign, history, now))
        histories[address] = replace(history, gone=(*history.gone, written[-1].at))  # asked for two territories
    kept = {one.invitation.pk for one in chosen}
    others = [(one, _why_not(one, campaign, now)) for one in found if one.invitation.pk not in kept]
    return Reminding(written, others)


def _reminded(one: Progress, campaign: Campaign, history: History, now: datetime) -> Reminded:
    held = schedule.hold(one, campaign, now)
    asked_at = held.until if held else now
    decision = decide(Mail(purpose=QUESTIONNAIRE, due_at=asked_at), history, asked_at)
    return Reminded(one, decision.until or asked_at, held.reason if held else decision.reason)


def _why_not(one: Progress, campaign: Campaign, now: datetime) -> str:
    if reason := schedule.exclusion(one, campaign, now):
        return reason
    return (
        "Un courriel attend déjà de partir." if one.awaits_mail else "La relance d’aujourd’hui lui a déjà été adressée."
    )
