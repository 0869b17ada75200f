"""What does not reconcile with the published report, and what explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.shortcuts import render

from evaluation.disagreements import find
from evaluation.evidence import Reading, Statement, statements
from evaluation.explain import explain, gap
from evaluation.figures import Figure, Status
from evaluation.matrix import Row
from evaluation.models import Evidence
from evaluation.permissions import can_rule
from evaluation.verdicts import Verdict
from evaluation.views.dossier import open_dossier

SHOWN = 20  # territories under one figure; its own page has them all


@dataclass(frozen=True)
class Doubt:
    """A cell to be checked, with what is said each way."""

    code: str
    label: str
    sides: Sequence[tuple[str, Sequence[Statement]]]


@dataclass(frozen=True)
class Cause:
    row: Row
    doubts: Sequence[Doubt]


@dataclass(frozen=True)
class Gap:
    """A figure that does not reconcile; ``more`` counts the territories to be checked that are not shown.

    Of one that diverges, ``beside`` names those on the other side of the published value: counted when it is lower,
    not counted when it is higher.
    """

    figure: Figure
    sentence: str
    reference: str
    causes: Sequence[Cause]
    more: int
    beside_label: str
    beside: Sequence[Row]


def gaps(request, code):
    dossier = open_dossier(request, code)
    figures = dossier.reading.figures.values()
    open_ones = [f for f in figures if f.status in (Status.WITHIN, Status.DIVERGENT, Status.NOT_RECOMPUTABLE)]
    references = dict(dossier.evaluation.published_figures.values_list("code", "reference"))
    said = statements(
        dossier.evaluation,
        {
            (row.facts.case_id, part)
            for figure in open_ones
            for row in _uncertain(figure)
            for part in _parts(figure, row)
        },
        reader=request.user,
    )
    return render(
        request,
        "evaluation/gaps.html",
        {
            "dossier": dossier,
            "gaps": [_gap(figure, references[figure.code], said, dossier.reading) for figure in open_ones],
            "reconciled": [figure for figure in figures if figure.status is Status.RECONCILED],
            "disagreements": len(find(dossier.evaluation, dossier.filter.qs.counted())),
            "can_rule": can_rule(request.user),
        },
    )


def _uncertain(figure: Figure) -> Sequence[Row]:
    return figure.rows[Verdict.UNCERTAIN][:SHOWN]


def _parts(figure: Figure, row: Row) -> list[str]:
    """The criteria of ``figure`` that are to be checked for this row, by what is said of them."""
    return [part for part in figure.parts if explain(row, part).own is Verdict.UNCERTAIN]


def _gap(figure: Figure, reference: str, said: Mapping[tuple[int, str], Sequence[Statement]], reading: Reading) -> Gap:
    labels = {criterion.code: criterion.label for criterion in reading.criteria}
    causes = [
        Cause(
            row,
            [Doubt(part, labels[part], _sides(said[row.facts.case_id, part])) for part in _parts(figure, row)],
        )
        for row in _uncertain(figure)
    ]
    more = len(figure.rows[Verdict.UNCERTAIN]) - len(causes)
    return Gap(figure, gap(figure), reference, causes, more, *_beside(figure, reading))


def _beside(figure: Figure, reading: Reading) -> tuple[str, Sequence[Row]]:
    if figure.status is not Status.DIVERGENT:
        return "", []
    if figure.published < figure.certain:
        return "Comptés", figure.rows[Verdict.YES]
    taken = {row.facts.case_id for verdict in (Verdict.YES, Verdict.UNCERTAIN) for row in figure.rows[verdict]}
    return "Non comptés", [row for row in reading.matrix.rows if row.facts.case_id not in taken]


def _sides(found: Sequence[Statement]) -> list[tuple[str, list[Statement]]]:
    """``("oui", [...])``, ``("non", [...])``, ``("inconnu", [...])``: only those that say something."""
    sides = [
        (label, [statement for statement in found if statement.weighs == value])
        for value, label in Evidence.Value.choices
    ]
    return [(label, said) for label, said in sides if said]
