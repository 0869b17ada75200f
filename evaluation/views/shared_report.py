"""The page that a link opens to a reader without an account. GET shows where one is; POST opens, and is logged."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evaluation.models import Rendering, ReportOpening
from evaluation.report import from_json
from evaluation.reporting import readers
from evaluation.reporting.formats import FORMATS
from evaluation.reporting.readers import Reader
from evaluation.views.report_drawing import drawn, has_charts
from evaluation.views.snapshots import download, formats_of

OPENED = "opened_report_links"


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "evaluation/report/link_over.html", status=404)


@login_not_required
@never_cache
def shared_report(request: HttpRequest, token: str) -> HttpResponse:
    """What the link opens; pressing the button opens it, for this browser's visit."""
    reader = readers.find(token)
    if reader is None:
        return _over(request)
    if request.method != "POST":
        context = {"snapshot": reader.snapshot, "link": reader.link, "token": token}
        return render(request, "evaluation/report/shared.html", context)
    readers.note_opening(reader=reader, what=ReportOpening.READ)
    if not _has_opened(request, reader):
        request.session[OPENED] = [*request.session.get(OPENED, []), reader.link.pk]
    return redirect("evaluation:shared_report_read", token)


def _has_opened(request: HttpRequest, reader: Reader) -> bool:
    return reader.link.pk in request.session.get(OPENED, [])


@login_not_required
@never_cache
@require_safe
def shared_report_read(request: HttpRequest, token: str) -> HttpResponse:
    reader = readers.find(token)
    if reader is None:
        return _over(request)
    if not _has_opened(request, reader):
        return redirect("evaluation:shared_report", token)
    if not reader.snapshot.is_intact:
        return render(request, "evaluation/report/shared_altered.html", {"snapshot": reader.snapshot}, status=409)
    report = from_json(reader.snapshot.as_values)
    sections = drawn(report)
    done = Rendering.State.DONE
    context = {
        "snapshot": reader.snapshot,
        "token": token,
        "report": report,
        "sections": sections,
        "has_charts": has_charts(sections),
        "formats": [line for line in formats_of(reader.snapshot) if line.rendering and line.rendering.state == done],
    }
    return render(request, "evaluation/report/shared_read.html", context)


@login_not_required
@require_POST
def shared_report_file(request: HttpRequest, token: str, format: str) -> HttpResponse:
    reader = readers.find(token)
    if reader is None or format not in FORMATS:
        return _over(request)
    response = download(reader.snapshot, format)
    readers.note_opening(reader=reader, what=format)
    return response
