"""The overview of an evaluation, and the page of one figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render

from evaluation.answers import turnout
from evaluation.coverage import coverage
from evaluation.explain import definition
from evaluation.figures import DEPARTMENT, Figure, rests_on_activities
from evaluation.matrix import Row
from evaluation.models import Criterion
from evaluation.permissions import can_manage_evaluations, can_read_answers, can_read_whole
from evaluation.verdicts import Verdict
from evaluation.views.dossier import find_evaluation, open_dossier
from evaluation.views.matrix import ROWS_PER_PAGE, LineCell, Words, line_cell, words
from territories.models import Participation

TRAINED = Participation.Status.TRAINED
KEY_FIGURES = (
    "any_activity",
    "mapping_or_diagnostic",
    "mapping_or_diagnostic_then_meeting",
    "meeting",
    "meeting_still_active",
    "nothing",
)


def overview(request, code):
    """Coverage first, then the key figures. Who sees only their own territories is shown to those instead."""
    if not can_read_whole(request.user):
        return _own_cases(request, code)
    dossier = open_dossier(request, code)
    figures = dossier.reading.figures
    not_counted = list(dossier.filter.qs.not_counted().in_full())
    return render(
        request,
        "evaluation/overview.html",
        {
            "dossier": dossier,
            "coverage": coverage(dossier.reading.matrix),
            "turnout": turnout(dossier.evaluation, dossier.filter.qs.counted()),
            "out_of_scope": [case for case in not_counted if case.participation.status == TRAINED],
            "not_trained": [case for case in not_counted if case.participation.status != TRAINED],
            "key_figures": [figures[name] for name in KEY_FIGURES],
            "other_figures": [figure for name, figure in figures.items() if name not in KEY_FIGURES],
            "can_manage": can_manage_evaluations(request.user),
            "can_read_answers": can_read_answers(request.user),
        },
    )


def _own_cases(request, code):
    evaluation = find_evaluation(request.user, code)
    cases = list(evaluation.cases.visible_to(request.user).in_full())
    if len(cases) == 1:
        return redirect("evaluation:case", evaluation.code, cases[0].pk)
    return render(request, "evaluation/own_cases.html", {"evaluation": evaluation, "cases": cases})


@dataclass(frozen=True)
class Line:
    """A territory on a figure's page, with the cells that the figure combines."""

    row: Row
    cells: list[LineCell]


@dataclass(frozen=True)
class Group:
    """Territories that weigh alike in a figure; ``total`` counts those on other pages too."""

    verdict: str
    """A verdict's code; ``counted`` or ``not_counted`` for a plain count."""
    total: int
    lines: list[Line]


def figure(request, code, figure):
    """What one figure counts, and each territory by how it weighs in it."""
    dossier = open_dossier(request, code, activities_only=rests_on_activities(figure))
    shown = dossier.reading.figures.get(figure)
    if shown is None:
        raise Http404
    weighed = list(_weighed(shown, dossier.reading.matrix.rows))
    page = Paginator(weighed, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    criteria = {criterion.code: criterion for criterion in dossier.reading.criteria}
    parts = [criteria[part] for part in shown.parts]
    return render(
        request,
        "evaluation/figure.html",
        {
            "dossier": dossier,
            "figure": shown,
            "definition": definition(shown, {code: criterion.label for code, criterion in criteria.items()}),
            "columns": parts,
            "groups": _groups(page, parts, [weight for weight, _ in weighed]),
            "words": words(criteria[figure]) if figure in criteria else Words(),
            "published": dossier.evaluation.published_figures.filter(code=figure).first(),
            "page_obj": page,
        },
    )


def _weighed(figure: Figure, rows: Iterable[Row]) -> Iterable[tuple[str, Row]]:
    """Rows with how they weigh: the counted first, then what is to be checked, unknown, and not counted."""
    if figure.parts:
        for verdict in reversed(Verdict):
            yield from ((verdict.code, row) for row in figure.rows[verdict])
        return
    counted = figure.rows[Verdict.YES]
    yield from (("counted", row) for row in counted)
    if not figure.code.startswith(DEPARTMENT):
        ids = {row.facts.case_id for row in counted}
        yield from (("not_counted", row) for row in rows if row.facts.case_id not in ids)


def _groups(page, parts: list[Criterion], weights: list[str]) -> list[Group]:
    return [
        Group(
            weight,
            weights.count(weight),
            [Line(row, [line_cell(row, part) for part in parts]) for _, row in found],
        )
        for weight, found in groupby(page, key=lambda pair: pair[0])
    ]
