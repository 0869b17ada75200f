"""Figures as they were published, which computed ones are held against. For the team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.history import history_of
from alimactiv.access import require
from evaluation import recording
from evaluation.administration_forms import PublishedFigureForm, figure_choices
from evaluation.models import Evaluation, PublishedFigure
from evaluation.permissions import can_record
from evaluation.views.dossier import find_evaluation


def _find_evaluation(request: HttpRequest, code: str) -> Evaluation:
    """404 out of the reader's scope, then 403 if not allowed."""
    evaluation = find_evaluation(request.user, code)
    require(can_record(request.user))
    return evaluation


def _labels(evaluation: Evaluation) -> dict[str, str]:
    return {code: label for _, choices in figure_choices(evaluation) for code, label in choices}


def published_figures(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = _find_evaluation(request, code)
    labels = _labels(evaluation)
    order = list(labels)
    found = sorted(evaluation.published_figures.all(), key=lambda figure: order.index(figure.code))
    context = {
        "evaluation": evaluation,
        "figures": [(figure, labels[figure.code]) for figure in found],
        "events": history_of(evaluation),
    }
    return render(request, "evaluation/published_figures.html", context)


def published_figure_add(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = _find_evaluation(request, code)
    form = PublishedFigureForm(request.POST or None, instance=PublishedFigure(evaluation=evaluation))
    return _edit(request, evaluation, form, "evaluation/published_figure_add.html")


def published_figure_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evaluation = _find_evaluation(request, code)
    figure = get_object_or_404(evaluation.published_figures, pk=pk)
    form = PublishedFigureForm(request.POST or None, instance=figure)
    return _edit(request, evaluation, form, "evaluation/published_figure_edit.html")


def _edit(request: HttpRequest, evaluation: Evaluation, form: PublishedFigureForm, template: str) -> HttpResponse:
    if form.is_valid():
        recording.keep(row=form.save(commit=False), by=request.user)
        messages.success(request, "Le chiffre publié est enregistré.")
        return redirect("evaluation:published_figures", evaluation.code)
    return render(request, template, {"evaluation": evaluation, "form": form})


def published_figure_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evaluation = _find_evaluation(request, code)
    figure = get_object_or_404(evaluation.published_figures, pk=pk)
    if request.method == "POST":
        recording.remove(row=figure, by=request.user)
        messages.success(request, "Le chiffre publié est supprimé.")
        return redirect("evaluation:published_figures", evaluation.code)
    context = {"evaluation": evaluation, "figure": figure, "label": _labels(evaluation)[figure.code]}
    return render(request, "evaluation/published_figure_delete.html", context)
