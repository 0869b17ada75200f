"""Reads from a territory's logbook the facts on which ``warnings.py`` rules."""

from datetime import date

from django.utils import timezone

from coordination.models import ActionItem, FundingLine, Meeting, MutualisationProject, PoliticalSupport
from coordination.warnings import Fact, Facts
from territories.models import Territory

OVER = [MutualisationProject.Stage.FINISHED, MutualisationProject.Stage.ABANDONED]


def facts_of(territory: Territory, user, today: date) -> Facts:
    """What ``user`` may see of the territory's coordination as it stands ``today``."""
    meetings = Meeting.objects.visible_to(user).filter(territory=territory)
    last, following = meetings.held().order_by("-starts_at").first(), meetings.to_come().order_by("starts_at").first()
    projects = MutualisationProject.objects.alive().visible_to(user).filter(territory=territory).exclude(stage__in=OVER)
    supports = list(
        PoliticalSupport.objects.alive().visible_to(user).filter(territory=territory).select_related("structure")
    )
    lines = FundingLine.objects.filter(project__in=projects, paid=None, deadline__isnull=False)
    overdue = ActionItem.objects.overdue().visible_to(user).filter(territory=territory)
    return Facts(
        today=today,
        last_meeting=_day(last),
        next_meeting=_day(following),
        unlogged_meetings=[
            Fact(str(m), _day(m), m.get_absolute_url()) for m in meetings.to_write_up().order_by("starts_at")
        ],
        overdue_actions=[Fact(str(a), a.due_on, a.get_absolute_url()) for a in overdue],
        funding_deadlines=[
            Fact(f"{line}, {line.project}", line.deadline, line.project.get_absolute_url())
            for line in lines.select_related("project")
        ],
        terms=_terms(supports),
        has_support=any(s.mandate_end is None or s.mandate_end >= today for s in supports),
        projects=[Fact(str(p), timezone.localdate(p.changed_at), p.get_absolute_url()) for p in projects],
    )


def _day(meeting: Meeting | None) -> date | None:
    return timezone.localdate(meeting.starts_at) if meeting else None


def _terms(supports: list[PoliticalSupport]) -> list[Fact]:
    facts = []
    for support in supports:
        address = support.get_absolute_url()
        if support.mandate_end:
            facts.append(Fact(f"Fin du mandat ({support})", support.mandate_end, address))
        if support.election_on:
            facts.append(Fact(f"Élection ({support})", support.election_on, address))
    return facts
