"""Reads from a territory's logbook what is before those who keep it, and the facts on which ``warnings.py`` rules."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from coordination.models import ActionItem, FundingLine, Meeting, MutualisationProject, PoliticalSupport
from coordination.warnings import Fact, Facts
from territories.models import Territory

OVER = [MutualisationProject.Stage.FINISHED, MutualisationProject.Stage.ABANDONED]


@dataclass(frozen=True)
class Standing:
    """How a territory's coordination stands: what is listed one by one, and all that warnings are made of."""

    next_meeting: Meeting | None
    to_write_up: list[Meeting]
    """Planned ones whose time has passed."""
    overdue: list[ActionItem]
    facts: Facts


def standing_of(territory: Territory, today: date) -> Standing:
    """How it stands ``today``, as who keeps the logbook sees it."""
    meetings = Meeting.objects.filter(territory=territory)
    to_write_up, to_come = meetings.due_and_to_come()
    following = to_come[0] if to_come else None
    last = None if following or to_write_up else meetings.held().order_by("-starts_at").first()
    overdue = list(
        ActionItem.objects.overdue().filter(territory=territory).select_related("owner_member", "owner_actor")
    )
    projects = list(MutualisationProject.objects.alive().filter(territory=territory).exclude(stage__in=OVER))
    supports = list(PoliticalSupport.objects.alive().filter(territory=territory).select_related("structure"))
    facts = Facts(
        today=today,
        last_meeting=_day(last),
        next_meeting=_day(following),
        unlogged_meetings=[Fact(str(m), _day(m), m.get_absolute_url()) for m in to_write_up],
        overdue_actions=[Fact(str(a), a.due_on, a.get_absolute_url()) for a in overdue],
        funding_deadlines=_deadlines(projects),
        terms=_terms(supports),
        has_support=any(s.mandate_end is None or s.mandate_end >= today for s in supports),
        projects=[Fact(str(p), timezone.localdate(p.changed_at), p.get_absolute_url()) for p in projects],
    )
    return Standing(following, to_write_up, overdue, facts)


def _day(meeting: Meeting | None) -> date | None:
    return timezone.localdate(meeting.starts_at) if meeting else None


def _deadlines(projects: list[MutualisationProject]) -> list[Fact]:
    by_key = {project.pk: project for project in projects}
    facts = []
    for line in FundingLine.objects.filter(project__in=by_key, paid=None, deadline__isnull=False):
        project = by_key[line.project_id]
        facts.append(Fact(f"{line}, {project}", line.deadline, project.get_absolute_url()))
    return facts


def _terms(supports: list[PoliticalSupport]) -> list[Fact]:
    facts = []
    for support in supports:
        address = support.get_absolute_url()
        if support.mandate_end:
            facts.append(Fact(f"Fin du mandat ({support})", support.mandate_end, address))
        if support.election_on:
            facts.append(Fact(f"Élection ({support})", support.election_on, address))
    return facts
