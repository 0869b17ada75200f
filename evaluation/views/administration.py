"""Opening and editing an evaluation, and what it examines. For the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from alimactiv.access import require
from evaluation import administration
from evaluation.administration_forms import EvaluationEditForm, EvaluationForm, LabelForm, ScopeForm, SessionsForm
from evaluation.models import Case, Evaluation
from evaluation.permissions import can_manage_evaluations
from evaluation.views.dossier import find_evaluation
from territories.models import Participation, TrainingSession


def find_managed(request: HttpRequest, code: str) -> Evaluation:
    """The evaluation for an administration page: 404 out of the reader's scope, then 403 if not allowed."""
    evaluation = find_evaluation(request.user, code)
    require(can_manage_evaluations(request.user))
    return evaluation


def evaluation_create(request: HttpRequest) -> HttpResponse:
    require(can_manage_evaluations(request.user))
    form = EvaluationForm(request.POST or None)
    if form.is_valid():
        evaluation = form.save()
        messages.success(request, "L’évaluation est ouverte. Choisissez maintenant ce qu’elle examine.")
        return redirect("evaluation:evaluation_scope", evaluation.code)
    return render(request, "evaluation/evaluation_create.html", {"form": form})


def evaluation_edit(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = find_managed(request, code)
    form = EvaluationEditForm(request.POST or None, instance=evaluation)
    if form.is_valid():
        form.save()
        messages.success(request, "L’évaluation est enregistrée.")
        return redirect(evaluation)
    context = {"code": evaluation.code, "title": form.initial["title"], "form": form}
    return render(request, "evaluation/evaluation_edit.html", context)


@dataclass(frozen=True)
class ScopeLine:
    """A case in the list; one about which something was gathered cannot be removed."""

    case: Case
    is_removable: bool


@dataclass(frozen=True)
class SessionLines:
    session: TrainingSession
    lines: Sequence[ScopeLine]


def evaluation_scope(request: HttpRequest, code: str) -> HttpResponse:
    evaluation = find_managed(request, code)
    if request.method == "POST":
        form = ScopeForm(request.POST, evaluation=evaluation)
        if form.is_valid():
            administration.set_scope(
                evaluation=evaluation,
                shown=[case.pk for case in form.cleaned_data["shown"]],
                kept=[case.pk for case in form.cleaned_data["in_scope"]],
                by=request.user,
            )
            messages.success(request, "Le périmètre est enregistré et les chiffres en tiennent compte.")
        else:
            messages.error(request, "Rien n’est enregistré : la liste a changé entre-temps. La voici à jour.")
        return redirect("evaluation:evaluation_scope", evaluation.code)
    return _scope_page(request, evaluation, SessionsForm(sessions=_sessions_to_add(evaluation)))


@require_POST
def scope_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add every participation of the chosen sessions."""
    evaluation = find_managed(request, code)
    form = SessionsForm(request.POST, sessions=_sessions_to_add(evaluation))
    if not form.is_valid():
        return _scope_page(request, evaluation, form)
    added = administration.examine_sessions(
        evaluation=evaluation, numbers=form.cleaned_data["numbers"], by=request.user
    )
    plural = "s" if added > 1 else ""
    messages.success(request, f"{added} participation{plural} ajoutée{plural} au périmètre.")
    return redirect("evaluation:evaluation_scope", evaluation.code)


def _scope_page(request: HttpRequest, evaluation: Evaluation, form: SessionsForm) -> HttpResponse:
    recorded = set(evaluation.cases.recorded().order_by().values_list("pk", flat=True))
    cases = evaluation.cases.select_related("participation__session", "participation__territory")
    by_session = groupby(cases, key=lambda case: case.participation.session)
    sessions = [
        SessionLines(session, [ScopeLine(case, case.pk not in recorded) for case in found])
        for session, found in by_session
    ]
    context = {
        "evaluation": evaluation,
        "sessions": sessions,
        "form": form if form.fields["numbers"].choices else None,
        "trained": Participation.Status.TRAINED,
    }
    return render(request, "evaluation/evaluation_scope.html", context)


def _sessions_to_add(evaluation: Evaluation) -> list[tuple[TrainingSession, int]]:
    """The sessions with participations that the evaluation does not examine, and how many."""
    examined = Participation.objects.filter(cases__evaluation=evaluation)
    missing = Count("participations", filter=~Q(participations__in=examined))
    return [
        (session, session.missing)
        for session in TrainingSession.objects.annotate(missing=missing).filter(missing__gt=0)
    ]


def case_rename(request: HttpRequest, code: str, case: int) -> HttpResponse:
    evaluation = find_managed(request, code)
    found = get_object_or_404(evaluation.cases.select_related("participation"), pk=case)
    form = LabelForm(request.POST or None, initial={"label": found.label})
    if form.is_valid():
        try:
            administration.rename_territory(case=found, label=form.cleaned_data["label"], by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"Dans cette évaluation, {found.label} s’appelle {form.cleaned_data['label']}.")
            return redirect("evaluation:evaluation_scope", evaluation.code)
    return render(request, "evaluation/case_rename.html", {"evaluation": evaluation, "case": found, "form": form})


def case_remove(request: HttpRequest, code: str, case: int) -> HttpResponse:
    evaluation = find_managed(request, code)
    found = get_object_or_404(evaluation.cases.select_related("participation__session"), pk=case)
    if request.method == "POST":
        try:
            administration.remove_case(case=found, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"L’évaluation n’examine plus {found.label}.")
        return redirect("evaluation:evaluation_scope", evaluation.code)
    return render(request, "evaluation/case_remove.html", {"evaluation": evaluation, "case": found})
