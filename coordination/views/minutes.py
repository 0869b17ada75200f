"""Minutes to be read: one meeting's, a territory's, a year's, on screen and as PDF."""

from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from coordination import sheets
from coordination.minutes_mails import pdf_name
from coordination.models import Correction, Meeting, Minutes
from coordination.views import scope


def minutes_list(request, territory: int):
    """A territory's minutes, by year; each year can be had in one PDF."""
    here = scope.to_read(request, territory)
    found = _seen(here).order_by("-meeting__starts_at", "-pk")
    found = found.select_related("meeting__working_group")
    years = [(year, list(rows)) for year, rows in groupby(found, key=_year)]
    bundled = {year for year, rows in years if any(m.state != Minutes.State.DRAFT for m in rows)}
    return render(request, "coordination/minutes_list.html", here.context("meetings", years=years, bundled=bundled))


def minutes(request, territory: int, meeting: int):
    """What a meeting's minutes say; for the coordination also what comes next, and the corrections proposed."""
    here = scope.to_read(request, territory)
    meeting = here.find(Meeting.objects.all(), meeting)
    found = sheets.with_contents(_seen(here)).filter(meeting=meeting).first()
    if found is None and not here.can_keep:
        raise Http404
    context = here.context("meetings", meeting=meeting, minutes=found, sheet=sheets.sheet(found) if found else None)
    context["corrections"] = _corrections(found) if found and here.can_keep else []
    context["waiting"] = sum(c.state == Correction.State.PROPOSED for c in context["corrections"])
    return render(request, "coordination/minutes.html", context)


def minutes_pdf(request, territory: int, meeting: int):
    found = _find(request, territory, meeting)
    return _pdf(sheets.minutes_pdf(found), pdf_name(found))


def minutes_year_pdf(request, territory: int, year: int):
    """What was sent of a year, drafts left out: nothing unread leaves in a bundle."""
    here = scope.to_read(request, territory)
    found = _seen(here).exclude(state=Minutes.State.DRAFT).filter(meeting__starts_at__year=year)
    found = list(sheets.with_contents(found).order_by("meeting__starts_at", "pk"))
    if not found:
        raise Http404
    return _pdf(sheets.year_pdf(here.territory, year, found), f"comptes-rendus-{year}.pdf")


def find_kept(request, territory: int, meeting: int) -> tuple[scope.Scope, Minutes]:
    """A meeting's minutes and their logbook, for who keeps it.

    Raises ``Http404`` where there are none, ``PermissionDenied`` for who may only read.
    """
    here = scope.to_keep(request, territory)
    found = here.find(Meeting.objects.all(), meeting)
    return here, get_object_or_404(sheets.with_contents(_seen(here)), meeting=found)


def _find(request, territory: int, meeting: int) -> Minutes:
    here = scope.to_read(request, territory)
    return get_object_or_404(sheets.with_contents(_seen(here)), meeting=meeting)


def _seen(here: scope.Scope):
    return here.seen(Minutes.objects.alive(), "meeting__territory")


def _corrections(minutes: Minutes) -> list[Correction]:
    return list(minutes.corrections.select_related("attendance__member", "attendance__actor"))


def _year(minutes: Minutes) -> int:
    return timezone.localtime(minutes.meeting.starts_at).year


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
