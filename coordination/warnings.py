"""What needs a coordinator's attention: the rules, on plain facts. The facts are read in ``attention.py``."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from alimactiv.french import dated

ACTIVE_MONTHS = 12
"""A coordination is active if it met within so many months (evaluation contract, ``mois_activite``)."""
FUNDING_NOTICE = timedelta(days=30)
TERM_NOTICE_MONTHS = 6
"""An election or the end of a mandate is told so many months ahead."""
NEWS_MONTHS = 6
"""A project is without news after so many months."""


@dataclass(frozen=True)
class Fact:
    """Something dated about the record at ``url``. What the day is depends on the list it stands in."""

    title: str
    day: date
    url: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of a territory's coordination on a day."""

    today: date
    last_meeting: date | None = None
    """Of those held; it need not be told where one is planned."""
    next_meeting: date | None = None
    unlogged_meetings: list[Fact] = field(default_factory=list)
    """Planned ones whose time has passed; the day they were for."""
    overdue_actions: list[Fact] = field(default_factory=list)
    """The day each was due."""
    funding_deadlines: list[Fact] = field(default_factory=list)
    """Of the money not paid yet, of projects neither finished nor abandoned."""
    terms: list[Fact] = field(default_factory=list)
    """Elections and ends of mandates."""
    has_support: bool = False
    """Whether a political support whose mandate still runs is recorded."""
    projects: list[Fact] = field(default_factory=list)
    """Those neither finished nor abandoned, and the day of their last news."""


@dataclass(frozen=True)
class Sign:
    """A warning in words; ``is_late`` if something should have been done already."""

    code: str
    text: str
    url: str = ""
    is_late: bool = False


def signs(facts: Facts) -> list[Sign]:
    """All that needs attention, what is late first."""
    found = [
        *_meetings(facts),
        *_overdue(facts),
        *_funding(facts),
        *_terms(facts),
        *_support(facts),
        *_silent_projects(facts),
    ]
    return sorted(found, key=lambda sign: not sign.is_late)


def months_before(day: date, months: int) -> date:
    """The same day of the month, ``months`` earlier (its last day if the month is shorter)."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(years, month + 1, last)
        except ValueError:
            continue
    return date(years, month + 1, day.day)


def _meetings(facts: Facts) -> Iterable[Sign]:
    for fact in facts.unlogged_meetings:
        text = f"« {fact.title} » était prévue le {dated(fact.day)} : a-t-elle eu lieu ?"
        yield Sign("meeting_not_logged", text, fact.url, is_late=True)
    if facts.next_meeting or facts.unlogged_meetings:
        return
    if facts.last_meeting is None:
        yield Sign("no_meeting", "Aucune réunion n’est consignée.")
    elif facts.last_meeting < months_before(facts.today, ACTIVE_MONTHS):
        text = f"Aucune réunion depuis {ACTIVE_MONTHS} mois : la dernière date du {dated(facts.last_meeting)}."
        yield Sign("no_recent_meeting", text)


def _overdue(facts: Facts) -> Iterable[Sign]:
    if len(facts.overdue_actions) == 1:
        fact = facts.overdue_actions[0]
        text = f"Une action est en retard : « {fact.title} », pour le {dated(fact.day)}."
        yield Sign("overdue_actions", text, fact.url, is_late=True)
    elif facts.overdue_actions:
        oldest = min(fact.day for fact in facts.overdue_actions)
        text = f"{len(facts.overdue_actions)} actions sont en retard, la plus ancienne depuis le {dated(oldest)}."
        yield Sign("overdue_actions", text, is_late=True)


def _funding(facts: Facts) -> Iterable[Sign]:
    for fact in sorted(facts.funding_deadlines, key=lambda fact: fact.day):
        if fact.day < facts.today:
            text = f"L’échéance de financement « {fact.title} » est passée depuis le {dated(fact.day)}."
            yield Sign("funding_deadline_passed", text, fact.url, is_late=True)
        elif fact.day <= facts.today + FUNDING_NOTICE:
            text = f"L’échéance de financement « {fact.title} » est le {dated(fact.day)}."
            yield Sign("funding_deadline", text, fact.url)


def _terms(facts: Facts) -> Iterable[Sign]:
    for fact in sorted(facts.terms, key=lambda fact: fact.day):
        if facts.today <= fact.day and months_before(fact.day, TERM_NOTICE_MONTHS) <= facts.today:
            yield Sign("term", f"{fact.title} : le {dated(fact.day)}. Pensez à la suite.", fact.url)


def _support(facts: Facts) -> Iterable[Sign]:
    if not facts.has_support:
        yield Sign("no_support", "Aucun soutien politique en cours n’est noté : qui porte la coordination ?")


def _silent_projects(facts: Facts) -> Iterable[Sign]:
    for fact in facts.projects:
        if fact.day < months_before(facts.today, NEWS_MONTHS):
            text = f"Le projet « {fact.title} » est sans nouvelles depuis le {dated(fact.day)}."
            yield Sign("silent_project", text, fact.url)
