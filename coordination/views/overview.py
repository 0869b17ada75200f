"""My territory: what a coordinator lands on, and the timeline of all it did."""

from itertools import chain
from operator import attrgetter

from django.shortcuts import redirect, render
from django.utils import timezone

from actors.models import Member
from actors.waiting import waiting_for
from coordination import timeline as timelines
from coordination.attention import standing_of
from coordination.models import ActionItem, Document, Meeting, Sharing
from coordination.permissions import logbooks_kept_by, logbooks_read_by
from coordination.views import scope
from coordination.warnings import signs
from territories.models import Territory

LATEST = 5
"""How many of the latest records, documents and actions the first page shows."""
LISTED = {"meeting_not_logged", "overdue_actions"}
"""The warnings whose records the first page lists one by one."""
AROUND = {Territory.Kind.DEPARTMENT, Territory.Kind.EPCI, Territory.Kind.EPT, Territory.Kind.METROPOLIS}
"""The kinds of territories that may hold others."""


def mine(request):
    """Where a coordinator, or the member of a structure, starts the day."""
    kept = list(logbooks_kept_by(request.user)[:2])
    if len(kept) == 1:
        return redirect("coordination:territory", kept[0].pk)
    read = None if kept else logbooks_read_by(request.user).first()
    if read:
        return redirect("coordination:territory", read.pk)
    is_member = not kept and Member.objects.of(request.user).exists()
    return redirect("membership:mine" if is_member else "territories:my_territories")


def territory(request, territory: int):
    here = scope.to_read(request, territory)
    return _kept(request, here) if here.can_keep else _taken_part_in(request, here)


def _kept(request, here: scope.Scope):
    """For those who keep the logbook."""
    today = timezone.localdate()
    standing = standing_of(here.territory, today)
    logged = timelines.logged_last(here.territory, LATEST)
    latest = sorted(chain(*logged.values()), key=attrgetter("created_at"), reverse=True)[:LATEST]
    context = here.context(
        "overview",
        next_meeting=standing.next_meeting,
        to_write_up=standing.to_write_up,
        overdue=standing.overdue,
        waiting=waiting_for(request.user, here.territory, timezone.now()),
        signs=[one for one in signs(standing.facts) if one.code not in LISTED],
        latest=timelines.entries_of(here.territory, latest),
        documents=logged[Document.slug],
        coordinators=list(here.territory.coordinators.select_related("user")),
        is_shared=Sharing.objects.filter(territory=here.territory, shares_records=True).exists(),
        has_parts=here.territory.kind in AROUND,
        today=today,
    )
    return render(request, "coordination/territory.html", context)


def _taken_part_in(request, here: scope.Scope):
    """For the members of a territory's structures: its meetings, and what they are to do."""
    meetings = here.seen(Meeting.objects)
    context = here.context(
        "overview",
        to_come=list(meetings.to_come().order_by("starts_at")),
        held=list(meetings.held().order_by("-starts_at")[:LATEST]),
        actions=list(ActionItem.objects.of(request.user).open().filter(territory=here.territory)),
        today=timezone.localdate(),
    )
    return render(request, "coordination/territory_member.html", context)


def timeline(request, territory: int):
    """All that was done, by year; ``?type=reunions&annee=2025`` narrows it."""
    here = scope.to_keep(request, territory)
    kind, year = request.GET.get("type", ""), request.GET.get("annee", "")
    kinds = [kind] if kind in timelines.KINDS else list(timelines.KINDS)
    years = timelines.by_year(timelines.timeline_of(here.territory, kinds))
    shown = [(one, entries) for one, entries in years if not year or str(one) == year]
    context = here.context(
        "overview",
        years=shown,
        all_years=[one for one, _ in years],
        kinds=[(slug, model._meta.verbose_name_plural) for slug, model in timelines.KINDS.items()],
        kind=kind,
        year=year,
    )
    return render(request, "coordination/timeline.html", context)
