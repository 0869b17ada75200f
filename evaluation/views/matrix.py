"""The activity matrix, and one territory's row in full."""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.shortcuts import render

from accounts.history import history_of
from evaluation import answers
from evaluation.criteria import NOTHING, STILL_ACTIVE, Kind
from evaluation.evidence import Reading, case_statements
from evaluation.matrix import Cell, Row
from evaluation.models import Case, Criterion
from evaluation.permissions import can_open_logbook, can_read_answers, can_record
from evaluation.verdicts import Verdict
from evaluation.views.dossier import open_case, open_dossier

ROWS_PER_PAGE = 100  # what a page shows: figures and totals are always over all


@dataclass(frozen=True)
class Words:
    """How verdicts on a criterion are worded: fait, signalé (``reported``) or oui (``stated``)."""

    reported: bool = False
    stated: bool = False


def words(criterion: Criterion) -> Words:
    return Words(
        reported=criterion.family.kind != Kind.ACTIVITY,
        stated=criterion.code in (NOTHING, STILL_ACTIVE),
    )


@dataclass(frozen=True)
class LineCell:
    """A cell ready to be shown: ``ring`` marks the meeting of a coordination still active."""

    code: str
    cell: Cell
    ring: bool
    words: Words


def line_cell(row: Row, criterion: Criterion) -> LineCell:
    code = criterion.code
    is_active = code == "meeting" and row.verdict(STILL_ACTIVE) is Verdict.YES
    return LineCell(code, row.cells[code], is_active, words(criterion))


def matrix(request, code):
    """Activities by territory."""
    dossier = open_dossier(request, code, activities_only=True)
    columns = [criterion for criterion in dossier.reading.criteria if criterion.family.kind == Kind.ACTIVITY]
    page = Paginator(dossier.reading.matrix.rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "evaluation/matrix.html",
        {
            "dossier": dossier,
            "columns": columns,
            "lines": [(row, [line_cell(row, criterion) for criterion in columns]) for row in page],
            "totals": [dossier.reading.figures[criterion.code] for criterion in columns],
            "page_obj": page,
        },
    )


@dataclass(frozen=True)
class FamilyOfCells:
    """The criteria of one family, with a case's cell on each."""

    label: str
    kind: str
    cells: list[tuple[Criterion, LineCell]]


def case(request, code, case):
    """All that is known of one territory; those not counted have statements, and no verdict."""
    dossier, shown = open_case(request, code, case)
    row = next(iter(dossier.reading.matrix.rows), None)
    return render(
        request,
        "evaluation/case.html",
        {
            "dossier": dossier,
            "case": shown,
            "respondents": getattr(shown, "respondents", None),
            "answered": row.facts.by_campaign if row else _answered(shown),
            "interview": getattr(shown, "interview", None),
            "row": row,
            "families": _families(dossier.reading, row) if row else [],
            "statements": [] if row else case_statements(shown, reader=request.user),
            "can_record": can_record(request.user),
            "events": history_of(shown) if can_record(request.user) else [],
            "can_open_logbook": can_open_logbook(request.user),
            "can_read_answers": can_read_answers(request.user),
        },
    )


def _answered(case: Case) -> int:
    """How many persons answered a campaign for a case that is not counted."""
    return answers.respondents(case.evaluation, Case.objects.filter(pk=case.pk)).get(case.pk, 0)


def _families(reading: Reading, row: Row) -> list[FamilyOfCells]:
    return [
        FamilyOfCells(
            family.label,
            family.kind,
            [(criterion, line_cell(row, criterion)) for criterion in criteria],
        )
        for family, criteria in groupby(reading.criteria, key=lambda criterion: criterion.family)
    ]
