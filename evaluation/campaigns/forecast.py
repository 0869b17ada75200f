"""Which mails each person of a campaign will get and when, if nobody answers: the schedule played in advance."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils import timezone

from alimactiv.french import dated
from evaluation.campaigns.progress import QUESTIONNAIRE, Progress
from evaluation.campaigns.schedule import GAP, Kind, due_step, exclusion, hold, outdated, why_not
from evaluation.models import Campaign, Step
from outbox.decisions import PARIS, Action, History, decide
from outbox.models import Mail
from outbox.planning import histories_of


@dataclass(frozen=True)
class Foreseen:
    """A mail to come."""

    step: Step
    at: datetime
    """When it leaves at the earliest: its address may have other mails by then."""


@dataclass(frozen=True)
class Forecast:
    """What one person will get; nothing, for a ``reason`` in French."""

    progress: Progress
    mails: Sequence[Foreseen]
    reason: str = ""

    @property
    def days(self) -> dict[int, date]:
        """The day of each step's mail, by the step's key."""
        return {mail.step.pk: timezone.localdate(mail.at) for mail in self.mails}


Played = tuple[Sequence[Foreseen], str]
"""The mails to a person, and why no more follow."""


def as_launched(campaign: Campaign, now: datetime) -> Campaign:
    """What a campaign in preparation will be once launched at that moment; never saved."""
    launched = copy(campaign)
    launched.state, launched.launched_at = Campaign.State.RUNNING, now
    return launched


def forecast(campaign: Campaign, found: Iterable[Progress], now: datetime) -> list[Forecast]:
    """The mails to come to ``found``; persons with one address share its limits. Five queries."""
    paused = "La campagne est en pause." if campaign.state == Campaign.State.PAUSED else ""
    forecasts, by_address = {}, defaultdict(list)
    for place, one in enumerate(found):
        reason = exclusion(one, campaign, now) or paused
        forecasts[place] = Forecast(one, (), reason)
        if not reason:
            by_address[one.invitation.email.lower()].append((place, one))
    histories = histories_of(sorted(by_address), now)
    steps = list(campaign.steps.all())
    played: dict[History, list[Played]] = {}
    for address, people in by_address.items():
        history = histories.get(address, History())
        is_usual = len(people) == 1 and _is_plain(people[0][1])
        if not is_usual or history not in played:
            plays = _play([one for _, one in people], steps, campaign, history, now)
            if is_usual:
                played[history] = plays  # of most, nothing is known yet: played once
        else:
            plays = played[history]
        for (place, one), (mails, reason) in zip(people, plays, strict=True):
            forecasts[place] = Forecast(one, mails, "" if mails else reason)
    return list(forecasts.values())


def _play(
    people: Sequence[Progress], steps: Sequence[Step], campaign: Campaign, history: History, now: datetime
) -> list[Played]:
    """Ask and send from ``now`` on, as the beat task and the outbox will, to persons of one address."""
    standing, moments = list(people), [now] * len(people)
    mails: list[list[Foreseen]] = [[] for _ in people]
    reasons = [""] * len(people)
    while True:
        leaving = []
        for place, one in enumerate(standing):
            now = moments[place]
            asked = _waiting(one, steps, now) or _next_asked(one, steps, campaign, now)
            if asked is None:
                reasons[place] = why_not(one, steps, campaign, now)
                continue
            leaves = _leaves(asked[1], history)
            if reason := exclusion(one, campaign, leaves):
                day = dated(timezone.localdate(leaves))
                reasons[place] = f"Au jour de son prochain courriel ({day}), {reason[0].lower()}{reason[1:]}"
            else:
                leaving.append((leaves, asked[1], place, asked[0]))
        if not leaving:
            return list(zip(mails, reasons, strict=True))
        leaves, _, place, step = min(leaving, key=lambda each: each[:3])
        if outdated(step, campaign, leaves):
            mail = Mail(state=Mail.State.CANCELLED)
        else:
            mail, history = Mail(state=Mail.State.SENT, sent_at=leaves), history.then(Mail(), leaves)
            mails[place].append(Foreseen(step, leaves))
        one = standing[place]
        standing[place], moments[place] = replace(one, mails={**one.mails, step.code: mail}), leaves


def _is_plain(one: Progress) -> bool:
    """Nothing makes this person's mails differ from those of the others."""
    trainee = one.invitation.trainee
    return not (one.mails or one.wrote_at or (trainee and trainee.in_post_until))


def _waiting(one: Progress, steps: Sequence[Step], now: datetime) -> tuple[Step, datetime] | None:
    """The step already asked for, if one is, and from when it may leave."""
    for step in steps:
        mail = one.mails.get(step.code)
        if mail and mail.state in (Mail.State.DUE, Mail.State.CLAIMED):
            return step, max(mail.due_at, now)
    return None


def _next_asked(
    one: Progress, steps: Sequence[Step], campaign: Campaign, now: datetime
) -> tuple[Step, datetime] | None:
    """The next step that ``due_step`` gives, and the moment from which it does."""
    moments = {now} | {datetime.combine(step.day, time(), tzinfo=PARIS) for step in steps if step.kind != Kind.CALL}
    if one.last_left_at:
        moments.add(one.last_left_at + GAP)
    if held := hold(one, campaign, now):
        moments.add(held.until)
    for moment in sorted(moment for moment in moments if moment >= now):
        if step := due_step(one, steps, campaign, moment):
            return step, moment
    return None


def _leaves(asked_at: datetime, history: History) -> datetime:
    decision = decide(Mail(purpose=QUESTIONNAIRE, due_at=asked_at), history, asked_at)
    return decision.until if decision.action == Action.WAIT else asked_at
