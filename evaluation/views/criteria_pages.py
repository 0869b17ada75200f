"""Brakes, success conditions and outcomes, by the report's families (part III)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evaluation import verbatims
from evaluation.charts import intervals
from evaluation.criteria import Kind
from evaluation.evidence import Reading
from evaluation.figures import Figure
from evaluation.matrix import Row
from evaluation.models import Family
from evaluation.reporting.blocks import Bar, Group
from evaluation.verdicts import Verdict
from evaluation.views.dossier import open_dossier

REPORTED = "signalé"


@dataclass(frozen=True)
class Line:
    """A criterion's figure, with the rows behind it."""

    figure: Figure
    bar: Bar
    reported: Sequence[Row]
    to_check: Sequence[Row]
    not_reported: int
    verbatims: int


@dataclass(frozen=True)
class FamilyLines:
    family: Family
    lines: Sequence[Line]


def brakes(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code, Kind.BRAKE, "evaluation/brakes.html")


def success(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code, Kind.SUCCESS, "evaluation/success.html")


def outcomes(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code, Kind.OUTCOME, "evaluation/outcomes.html")


def _page(request: HttpRequest, code: str, kind: Kind, template: str) -> HttpResponse:
    dossier = open_dossier(request, code)
    said = verbatims.counts(dossier.evaluation, dossier.filter.qs.counted(), reader=request.user)
    families = _by_family(dossier.reading, kind, said)
    groups = [Group(part.family.label, [line.bar for line in part.lines]) for part in families]
    context = {
        "dossier": dossier,
        "families": families,
        "trained": len(dossier.reading.matrix.rows),
        "silent": [row for row in dossier.reading.matrix.rows if not row.answered],
        "chart": intervals(groups, certain_word=REPORTED) if _has_numbers(groups) else None,
    }
    return render(request, template, context)


def _has_numbers(groups: Sequence[Group]) -> bool:
    return any(not bar.note for group in groups for bar in group.bars)


def _by_family(reading: Reading, kind: Kind, said: Mapping[str, int]) -> list[FamilyLines]:
    criteria = [criterion for criterion in reading.criteria if criterion.family.kind == kind]
    return [
        FamilyLines(family, [_line(reading.figures[criterion.code], reading, said) for criterion in found])
        for family, found in groupby(criteria, key=lambda criterion: criterion.family)
    ]


def _line(figure: Figure, reading: Reading, said: Mapping[str, int]) -> Line:
    rows = reading.matrix.rows
    is_recorded = any(figure.code in row.grounds for row in rows)
    bar = Bar(figure.label, figure.certain, figure.possible, len(rows), note="" if is_recorded else "aucun constat")
    return Line(
        figure,
        bar,
        figure.rows[Verdict.YES],
        figure.rows[Verdict.UNCERTAIN],
        len(figure.rows[Verdict.NO]),
        said.get(figure.code, 0),
    )
