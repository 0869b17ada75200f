"""One cell: its verdict, why, what was stated, and what was decided."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from alimactiv.access import require
from evaluation import operations
from evaluation.criteria import NOTHING
from evaluation.evidence import statements
from evaluation.explain import explain
from evaluation.filters import CaseFilter
from evaluation.forms import RulingForm
from evaluation.matrix import Row
from evaluation.models import Case, Criterion, Ruling
from evaluation.permissions import can_open_logbook, can_read_answers, can_read_whole, can_record, can_rule
from evaluation.views.dossier import Dossier, find_evaluation, open_case
from evaluation.views.matrix import line_cell


@dataclass(frozen=True)
class OpenCell:
    dossier: Dossier
    case: Case
    row: Row
    criterion: Criterion


def _open_cell(request, code: str, case_id: int, criterion_code: str) -> OpenCell:
    """Raises ``Http404`` for a case that the reader may not know of or that figures do not count, and for a criterion
    that is not there."""
    dossier, case = open_case(request, code, case_id)
    criterion = next((found for found in dossier.reading.criteria if found.code == criterion_code), None)
    if criterion is None or not dossier.reading.matrix.rows:
        raise Http404
    return OpenCell(dossier, case, dossier.reading.matrix.rows[0], criterion)


def cell(request, code, case, criterion):
    opened = _open_cell(request, code, case, criterion)
    return _page(request, opened, RulingForm())


@require_POST
def rule(request, code, case, criterion):
    """Decide on a cell. ``nothing`` is derived and cannot be ruled on: 404."""
    opened = _open_cell(request, code, case, criterion)
    require(can_rule(request.user))
    if criterion == NOTHING:
        raise Http404
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _page(request, opened, form)
    operations.rule(case=opened.case, criterion=opened.criterion, by=request.user, **form.cleaned_data)
    messages.success(request, "L’arbitrage est enregistré et les chiffres en tiennent compte.")
    return redirect(_address(opened.dossier.evaluation.code, case, criterion) + opened.dossier.query)


@require_POST
def withdraw_ruling(request, code, ruling):
    """End a ruling in force; the one it had superseded comes back in force."""
    evaluation = find_evaluation(request.user, code)
    visible = Ruling.objects.filter(case__in=evaluation.cases.visible_to(request.user))
    shown = get_object_or_404(visible.select_related("case", "criterion"), pk=ruling)
    require(can_rule(request.user))
    try:
        restored = operations.withdraw_ruling(ruling=shown, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        consequence = "la décision précédente s’applique de nouveau" if restored else "les constats décident de nouveau"
        messages.success(request, f"L’arbitrage est retiré\u00a0: {consequence}.")
    return redirect(_address(evaluation.code, shown.case_id, shown.criterion_id) + CaseFilter.query(request.GET))


def _address(code: str, case_id: int, criterion: str) -> str:
    return reverse("evaluation:cell", args=[code, case_id, criterion])


def _page(request, opened: OpenCell, form: RulingForm):
    row, code = opened.row, opened.criterion.code
    explanation = explain(row, code)
    criteria = {criterion.code: criterion for criterion in opened.dossier.reading.criteria}
    rulings = list(
        opened.case.rulings.filter(criterion=code).select_related("by", "ended_by", "restores", "superseded_by")
    )
    in_force = next((ruling for ruling in rulings if ruling.ended_at is None), None)
    evaluation = opened.dossier.evaluation
    said = statements(evaluation, [(opened.case.pk, code)], reader=request.user)[opened.case.pk, code]
    return render(
        request,
        "evaluation/cell.html",
        {
            "dossier": opened.dossier,
            "case": opened.case,
            "criterion": opened.criterion,
            "shown": line_cell(row, opened.criterion),
            "explanation": explanation,
            "derived_from": [(criteria[part], line_cell(row, criteria[part])) for part in explanation.derived_from],
            "statements": said,
            "has_answers": any(statement.is_answer for statement in said),
            "rulings": rulings,
            "in_force": in_force,
            "would_restore": in_force and in_force.would_restore,
            "is_derived": code == NOTHING,
            "sees_figures": can_read_whole(request.user),
            "can_rule": can_rule(request.user),
            "can_record": can_record(request.user),
            "can_open_logbook": can_open_logbook(request.user),
            "can_read_answers": can_read_answers(request.user),
            "form": form,
        },
    )
