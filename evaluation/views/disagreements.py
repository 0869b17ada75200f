"""The disagreements of an evaluation: where persons of a same territory do not all say the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evaluation.disagreements import Disagreement, find
from evaluation.matrix import Row
from evaluation.models import Criterion
from evaluation.permissions import can_read_answers
from evaluation.views.dossier import Dossier, open_dossier
from evaluation.views.matrix import LineCell, line_cell

CASES_PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A criterion on which the persons of a case disagree."""

    criterion: Criterion
    disagreement: Disagreement
    shown: LineCell


@dataclass(frozen=True)
class Disputed:
    """A case, with what remains to be settled and what a ruling settled."""

    row: Row
    to_settle: Sequence[Line]
    settled: Sequence[Line]


def disagreements(request: HttpRequest, code: str) -> HttpResponse:
    dossier = open_dossier(request, code)
    cases = _disputed(dossier)
    page = Paginator(cases, CASES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "dossier": dossier,
        "to_settle": sum(len(case.to_settle) for case in cases),
        "settled": sum(len(case.settled) for case in cases),
        "page_obj": page,
        "can_read_answers": can_read_answers(request.user),
    }
    return render(request, "evaluation/disagreements.html", context)


def _disputed(dossier: Dossier) -> list[Disputed]:
    """In the matrix's order, those with something to settle first."""
    by_case: dict[int, dict[str, Disagreement]] = defaultdict(dict)
    for one in find(dossier.evaluation, dossier.filter.qs.counted()):
        by_case[one.case_id][one.criterion] = one
    cases = [
        _case(row, by_case[row.facts.case_id], dossier.reading.criteria)
        for row in dossier.reading.matrix.rows
        if row.facts.case_id in by_case
    ]
    return sorted(cases, key=lambda case: not case.to_settle)


def _case(row: Row, found: dict[str, Disagreement], criteria: Sequence[Criterion]) -> Disputed:
    lines = [Line(one, found[one.code], line_cell(row, one)) for one in criteria if one.code in found]
    return Disputed(
        row,
        to_settle=[line for line in lines if not line.shown.cell.ruled],
        settled=[line for line in lines if line.shown.cell.ruled],
    )
