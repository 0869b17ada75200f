"""The report being prepared: its sections, their commentary, how it looks now, and freezing it. For the team; readers
find the frozen ones."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from alimactiv.access import require
from alimactiv.prose import prose
from evaluation.models import Evaluation
from evaluation.permissions import can_edit_report, can_read_report
from evaluation.report import SECTIONS, Chosen, build
from evaluation.report_forms import CommentaryForm, FreezeForm, LayoutForm
from evaluation.reporting import layout, snapshots
from evaluation.reporting.outline import Section
from evaluation.views.dossier import find_evaluation
from evaluation.views.report_drawing import drawn, has_charts


def find_edited(request: HttpRequest, code: str) -> Evaluation:
    """The evaluation for a page of the report's editors: 404 out of the reader's scope, then 403 if not allowed."""
    evaluation = find_evaluation(request.user, code)
    require(can_edit_report(request.user))
    return evaluation


@dataclass(frozen=True)
class Line:
    """A section in the list: ``section`` as it stands now, its place in the order, and its field."""

    rank: int
    is_shown: bool
    section: Section
    field: object
    """The bound field of its place."""


def report(request: HttpRequest, code: str) -> HttpResponse:
    """The frozen reports; for editors, also the sections of the next one."""
    evaluation = find_evaluation(request.user, code)
    require(can_read_report(request.user))
    if not can_edit_report(request.user):
        return _page(request, evaluation, None, [])
    places = layout.layout(evaluation)
    return _page(request, evaluation, LayoutForm(places=places), places)


def _page(request: HttpRequest, evaluation: Evaluation, form: LayoutForm | None, places: list[layout.Place]):
    wanted = [Chosen(place.code, place.commentary, place.digest) for place in places]
    sections = build(evaluation, chosen=wanted).sections if places else []
    lines = [
        Line(rank, place.is_shown, section, form[f"place_{place.code}"])
        for rank, (place, section) in enumerate(zip(places, sections, strict=True), start=1)
    ]
    context = {
        "evaluation": evaluation,
        "form": form,
        "lines": lines,
        "snapshots": list(evaluation.snapshots.without_content()),
        "recommendations": evaluation.recommendations.count() if form else 0,
    }
    return render(request, "evaluation/report/report.html", context)


@require_POST
def report_arrange(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the choice of sections and their order; a button « up-… » or « down-… » then moves one by one place."""
    evaluation = find_edited(request, code)
    places = layout.layout(evaluation)
    form = LayoutForm(request.POST, places=places)
    if not form.is_valid():
        return _page(request, evaluation, form, places)
    wanted = _moved(form.places, request.POST.get("move", ""))
    layout.arrange(evaluation=evaluation, shown=form.cleaned_data["shown"], places=wanted, by=request.user)
    messages.success(request, "Le choix des rubriques est enregistré.")
    return redirect("evaluation:report", evaluation.code)


def _moved(places: dict[str, int], move: str) -> dict[str, int]:
    """The places asked for, as ranks, once the section that ``move`` names (``up-brakes``) went one up or down."""
    order = sorted(places, key=places.__getitem__)
    way, _, code = move.partition("-")
    if code in order and way in {"up", "down"}:
        here = order.index(code)
        there = here + (-1 if way == "up" else 1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
    return {code: rank for rank, code in enumerate(order, start=1)}


def report_commentary(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Write what is added to a section; the button « preview » shows it and keeps nothing."""
    evaluation = find_edited(request, code)
    place = next((place for place in layout.layout(evaluation) if place.code == section), None)
    if place is None:
        raise Http404
    form = CommentaryForm(request.POST or None, initial={"text": place.commentary})
    asked = request.method == "POST" and form.is_valid()
    if asked and "preview" not in request.POST:
        layout.comment(evaluation=evaluation, code=section, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, "Le commentaire est enregistré.")
        return redirect("evaluation:report", evaluation.code)
    shown = build(evaluation, chosen=[Chosen(section, place.commentary, place.digest)])
    context = {
        "evaluation": evaluation,
        "form": form,
        "preview": prose(form.cleaned_data["text"]) if asked else "",
        "computed": drawn(shown)[0],
    }
    return render(request, "evaluation/report/commentary.html", context)


def report_preview(request: HttpRequest, code: str) -> HttpResponse:
    """The report as it would be frozen now."""
    evaluation = find_edited(request, code)
    shown = build(evaluation, chosen=layout.chosen(evaluation))
    sections = drawn(shown)
    context = {"evaluation": evaluation, "report": shown, "sections": sections, "has_charts": has_charts(sections)}
    return render(request, "evaluation/report/preview.html", context)


def report_freeze(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = find_edited(request, code)
    form = FreezeForm(request.POST or None, evaluation=evaluation)
    if form.is_valid():
        snapshot = snapshots.freeze(
            evaluation=evaluation, title=form.cleaned_data["title"], release=form.release, by=request.user
        )
        messages.success(request, "Le rapport est figé : ses chiffres ne changeront plus.")
        return redirect(snapshot)
    places = layout.layout(evaluation)
    sections = build(evaluation, chosen=layout.chosen(evaluation)).sections
    context = {
        "evaluation": evaluation,
        "form": form,
        "commented": [s for s in sections if s.commentary],
        "outdated": [s for s in sections if s.commentary and s.commentary.is_outdated],
        "shown": sum(place.is_shown for place in places),
        "total": len(SECTIONS),
    }
    return render(request, "evaluation/report/freeze.html", context)
