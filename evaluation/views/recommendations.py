"""What the report recommends and what comes next, as the team writes it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.history import history_of
from alimactiv.prose import prose
from evaluation import recording
from evaluation.models import Evaluation, Recommendation
from evaluation.report_forms import RecommendationForm
from evaluation.reporting import recommending
from evaluation.views.report import find_edited


def recommendations(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = find_edited(request, code)
    found = list(evaluation.recommendations.all())
    context = {
        "evaluation": evaluation,
        "groups": [
            (label, [(one, prose(one.text)) for one in found if one.kind == kind])
            for kind, label in (
                (Recommendation.Kind.RECOMMENDATION, "Recommandations"),
                (Recommendation.Kind.NEXT_STEP, "Suites prévues"),
            )
        ],
        "events": history_of(evaluation),
    }
    return render(request, "evaluation/report/recommendations.html", context)


def recommendation_add(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = find_edited(request, code)
    return _edit(request, evaluation, Recommendation(evaluation=evaluation))


def recommendation_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evaluation = find_edited(request, code)
    return _edit(request, evaluation, get_object_or_404(evaluation.recommendations, pk=pk))


def _edit(request: HttpRequest, evaluation: Evaluation, recommendation: Recommendation) -> HttpResponse:
    form = RecommendationForm(request.POST or None, instance=recommendation)
    if form.is_valid():
        recommending.keep(recommendation=form.save(commit=False), by=request.user)
        messages.success(request, "La recommandation est enregistrée.")
        return redirect("evaluation:recommendations", evaluation.code)
    context = {"evaluation": evaluation, "form": form, "is_new": recommendation.pk is None}
    return render(request, "evaluation/report/recommendation_edit.html", context)


def recommendation_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evaluation = find_edited(request, code)
    recommendation = get_object_or_404(evaluation.recommendations, pk=pk)
    if request.method == "POST":
        recording.remove(row=recommendation, by=request.user)
        messages.success(request, "C’est supprimé. Les rapports déjà figés la gardent.")
        return redirect("evaluation:recommendations", evaluation.code)
    context = {"evaluation": evaluation, "recommendation": recommendation}
    return render(request, "evaluation/report/recommendation_delete.html", context)


@require_POST
def recommendation_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evaluation = find_edited(request, code)
    recommendation = get_object_or_404(evaluation.recommendations, pk=pk)
    recommending.move(recommendation=recommendation, up=request.POST.get("way") == "up", by=request.user)
    return redirect("evaluation:recommendations", evaluation.code)
