"""What each person of a case answered, side by side, and ruling there on what they do not agree on. For the team."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from alimactiv.access import require
from evaluation import operations
from evaluation.disagreements import Disagreement, find, side_by_side
from evaluation.forms import RulingForm
from evaluation.models import Case, Criterion, Ruling
from evaluation.permissions import can_code, can_read_answers, can_rule
from evaluation.views.dossier import Dossier, open_case
from evaluation.views.matrix import LineCell, line_cell


@dataclass(frozen=True)
class Dispute:
    """A criterion that persons of the case do not agree on: where its cell stands, and deciding, unless decided."""

    criterion: Criterion
    disagreement: Disagreement
    shown: LineCell
    ruling: Ruling | None
    form: RulingForm | None


def case_responses(request: HttpRequest, code: str, case: int) -> HttpResponse:
    dossier, shown = _open(request, code, case)
    return _page(request, dossier, shown, {})


@require_POST
def rule_responses(request: HttpRequest, code: str, case: int, criterion: str) -> HttpResponse:
    """Decide on a cell whose persons do not agree: 404 for any other."""
    dossier, shown = _open(request, code, case)
    require(can_rule(request.user))
    dispute = _disputes(dossier, shown, {}).get(criterion)
    if dispute is None:
        raise Http404
    form = RulingForm(request.POST, prefix=criterion)
    if not form.is_valid():
        return _page(request, dossier, shown, {criterion: form})
    operations.rule(case=shown, criterion=dispute.criterion, by=request.user, **form.cleaned_data)
    messages.success(
        request, f"L’arbitrage sur «\u00a0{dispute.criterion}\u00a0» est enregistré. Les réponses restent."
    )
    return redirect("evaluation:case_responses", dossier.evaluation.code, shown.pk)


def _open(request: HttpRequest, code: str, case: int) -> tuple[Dossier, Case]:
    dossier, shown = open_case(request, code, case)
    require(can_read_answers(request.user))
    return dossier, shown


def _page(request: HttpRequest, dossier: Dossier, case: Case, forms: Mapping[str, RulingForm]) -> HttpResponse:
    disputes = _disputes(dossier, case, forms)
    context = {
        "dossier": dossier,
        "case": case,
        "is_counted": bool(dossier.reading.matrix.rows),
        "disputes": list(disputes.values()),
        "open_disputes": sum(dispute.ruling is None for dispute in disputes.values()),
        "sheets": side_by_side(case, disputes, reader=request.user),
        "can_code": can_code(request.user),
    }
    return render(request, "evaluation/case_responses.html", context)


def _disputes(dossier: Dossier, case: Case, forms: Mapping[str, RulingForm]) -> dict[str, Dispute]:
    """By criterion, in reading order; none for a case that figures do not count. ``forms`` are those sent back."""
    row = next(iter(dossier.reading.matrix.rows), None)
    if row is None:
        return {}
    evaluation = dossier.evaluation
    found = {one.criterion: one for one in find(evaluation, evaluation.cases.filter(pk=case.pk))}
    rulings = {ruling.criterion_id: ruling for ruling in case.rulings.in_force().filter(criterion__in=found)}
    return {
        criterion.code: Dispute(
            criterion,
            found[criterion.code],
            line_cell(row, criterion),
            rulings.get(criterion.code),
            _form(criterion.code, rulings, forms),
        )
        for criterion in dossier.reading.criteria
        if criterion.code in found
    }


def _form(code: str, rulings: Mapping[str, Ruling], forms: Mapping[str, RulingForm]) -> RulingForm | None:
    return None if code in rulings else forms.get(code) or RulingForm(prefix=code)
