"""Sessions side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evaluation.by_session import MEASURES, SessionFigures, by_session, trained_again
from evaluation.charts import intervals
from evaluation.reporting.blocks import Bar, Group
from evaluation.views.dossier import open_dossier

YES = "oui"


@dataclass(frozen=True)
class Measure:
    """A line of the comparison: a figure, and its bar for each session."""

    code: str
    label: str
    bars: Sequence[tuple[SessionFigures, Bar]]


def sessions(request: HttpRequest, code: str) -> HttpResponse:
    dossier = open_dossier(request, code)
    found = by_session(dossier.reading)
    measures = [_measure(measure, dossier.reading.figures[measure].label, found) for measure in MEASURES]
    groups = [Group(measure.label, [bar for _, bar in measure.bars]) for measure in measures]
    context = {
        "dossier": dossier,
        "sessions": found,
        "measures": measures,
        "trained_again": trained_again(dossier.reading),
        "chart": intervals(groups, certain_word=YES, beside=True),
    }
    return render(request, "evaluation/sessions.html", context)


def _measure(code: str, label: str, found: Sequence[SessionFigures]) -> Measure:
    return Measure(code, label, [(session, _bar(code, session)) for session in found])


def _bar(code: str, session: SessionFigures) -> Bar:
    figure = session.figures[code]
    return Bar(f"Session {session.number}", figure.certain, figure.possible, session.trained)
