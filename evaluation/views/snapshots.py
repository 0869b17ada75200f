"""A frozen report: its page, its formats, what changed since another one, and the links that open it."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.history import history_of
from alimactiv.access import require
from evaluation.models import Rendering, ReportSnapshot
from evaluation.permissions import can_edit_report, can_read_report
from evaluation.report import from_json
from evaluation.report_forms import LinkForm
from evaluation.reporting import readers, renderings, slide_template
from evaluation.reporting.comparing import compare
from evaluation.reporting.formats import FORMATS, Format
from evaluation.tasks import render_report
from evaluation.views.dossier import find_evaluation
from evaluation.views.report_drawing import drawn, has_charts


def find_snapshot(request: HttpRequest, code: str, number: int) -> ReportSnapshot:
    """404 out of the reader's scope, then 403 for who may not read reports."""
    evaluation = find_evaluation(request.user, code)
    require(can_read_report(request.user))
    return get_object_or_404(
        ReportSnapshot.objects.select_related("evaluation", "by"), evaluation=evaluation, number=number
    )


def find_managed(request: HttpRequest, code: str, number: int) -> ReportSnapshot:
    """The same, for the team alone."""
    evaluation = find_evaluation(request.user, code)
    require(can_edit_report(request.user))
    return get_object_or_404(
        ReportSnapshot.objects.select_related("evaluation", "by"), evaluation=evaluation, number=number
    )


@dataclass(frozen=True)
class FormatLine:
    """A format, and how its making goes, if anyone asked for it."""

    format: Format
    rendering: Rendering | None
    has_other_template: bool = False
    """It is ready, but made with another template than today's."""


def formats_of(snapshot: ReportSnapshot) -> list[FormatLine]:
    made = {rendering.format: rendering for rendering in snapshot.renderings.all()}
    template = slide_template.digest()
    return [_line(one, made.get(one.code), template) for one in FORMATS.values()]


def _line(format: Format, rendering: Rendering | None, template: str) -> FormatLine:
    is_other = format.takes_template and rendering is not None and rendering.template != template
    return FormatLine(format, rendering, is_other)


@require_safe
def snapshot(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What it is, its formats, what it can be compared with; htmx asks again while a format is being made."""
    found = find_snapshot(request, code, number)
    lines = formats_of(found)
    context = {
        "evaluation": found.evaluation,
        "snapshot": found,
        "formats": lines,
        "is_under_way": any(line.rendering and line.rendering.is_under_way for line in lines),
        "can_edit": can_edit_report(request.user),
        "former": list(_comparable(found).without_content()),
        "events": history_of(found) if can_edit_report(request.user) else [],
    }
    name = "evaluation/report/_formats.html" if request.htmx else "evaluation/report/snapshot.html"
    return render(request, name, context)


@require_safe
def snapshot_read(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The frozen report on screen; if it was altered, its page says so instead."""
    found = find_snapshot(request, code, number)
    if not found.is_intact:
        return redirect(found)
    report = from_json(found.as_values)
    sections = drawn(report)
    context = {
        "evaluation": found.evaluation,
        "snapshot": found,
        "report": report,
        "sections": sections,
        "has_charts": has_charts(sections),
    }
    return render(request, "evaluation/report/snapshot_read.html", context)


def _comparable(snapshot: ReportSnapshot):
    """The others that tell as much: what a public one leaves out is not lost."""
    return snapshot.evaluation.snapshots.filter(public=snapshot.public).exclude(pk=snapshot.pk)


@require_safe
def snapshot_compare(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What changed from the report ``avec`` (the one before, unless told) to this one."""
    found = find_snapshot(request, code, number)
    others = _comparable(found)
    asked = request.GET.get("avec", "")
    if asked.isdecimal():
        other = get_object_or_404(others, number=int(asked))
    else:
        other = others.filter(number__lt=number).first() or others.last()
    comparison = None
    if altered := next((one for one in (found, other) if one and not one.is_intact), None):
        return redirect(altered)
    if other:
        older, newer = sorted((other, found), key=lambda one: one.number)
        comparison = compare(from_json(older.as_values), from_json(newer.as_values))
    context = {
        "evaluation": found.evaluation,
        "snapshot": found,
        "other": other,
        "others": list(others.without_content()),
        "comparison": comparison,
    }
    return render(request, "evaluation/report/compare.html", context)


# Formats ------------------------------------------------------------------------------------------


@require_POST
def rendering_ask(request: HttpRequest, code: str, number: int, format: str) -> HttpResponse:
    found = find_managed(request, code, number)
    if format not in FORMATS:
        raise Http404
    with transaction.atomic():
        rendering = renderings.ask(snapshot=found, format=format, by=request.user)
        # Robust: with the broker down the row stays queued, and the schedule takes it up again.
        transaction.on_commit(lambda: render_report.delay(str(rendering.pk)), robust=True)
    return redirect(found)


@require_POST
def rendering_file(request: HttpRequest, code: str, number: int, format: str) -> HttpResponse:
    """The file of a format; who took it is noted."""
    found = find_snapshot(request, code, number)
    response = download(found, format)
    audit.note_export(found, "du rapport", by=request.user, rapport=str(found), format=FORMATS[format].label)
    return response


def download(snapshot: ReportSnapshot, format: str) -> FileResponse:
    """The file of a format that is made. Raises ``Http404`` otherwise."""
    rendering = get_object_or_404(snapshot.renderings, format=format, state=Rendering.State.DONE)
    return FileResponse(
        rendering.file.open("rb"),
        as_attachment=True,
        filename=renderings.name_of(rendering),
        content_type=FORMATS[format].media_type,
    )


# Links --------------------------------------------------------------------------------------------


@never_cache
def snapshot_links(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Who may read it without an account, and who did. A new link is shown here, once: it is not kept."""
    found = find_managed(request, code, number)
    form = LinkForm(request.POST or None)
    context = {"evaluation": found.evaluation, "snapshot": found, "form": form, "address": ""}
    if form.is_valid():
        token = readers.invite(snapshot=found, by=request.user, **form.cleaned_data)
        address = request.build_absolute_uri(reverse("evaluation:shared_report", args=[token]))
        context |= {"address": address, "made_for": form.cleaned_data["recipient"], "form": LinkForm()}
    context |= {"links": readers.links_of(found), "openings": list(found.openings.all())}
    return render(request, "evaluation/report/links.html", context)


@require_POST
def snapshot_link_revoke(request: HttpRequest, code: str, number: int) -> HttpResponse:
    found = find_managed(request, code, number)
    if readers.revoke(snapshot=found, recipient=request.POST.get("recipient", ""), by=request.user):
        messages.success(request, "Ce lien n’ouvre plus rien.")
    return redirect("evaluation:snapshot_links", found.evaluation.code, found.number)
