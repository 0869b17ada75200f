"""Entering by hand what was gathered about a case: statements, the interview, who answered. For the team."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from alimactiv.access import require
from evaluation import recording
from evaluation.administration_forms import EvidenceForm, InterviewForm, RespondentsForm
from evaluation.models import Case, Criterion, Evidence, Interview, Respondents
from evaluation.permissions import can_record
from evaluation.views.dossier import find_evaluation
from territories.models import Participation


def _find_case(request: HttpRequest, code: str, case: int) -> Case:
    """The case for an entry page: 404 out of the reader's scope, then 403 if not allowed."""
    evaluation = find_evaluation(request.user, code)
    visible = evaluation.cases.visible_to(request.user).in_full().select_related("evaluation")
    found = get_object_or_404(visible, pk=case)
    require(can_record(request.user))
    return found


def _find_evidence(request: HttpRequest, code: str, pk: int) -> Evidence:
    evaluation = find_evaluation(request.user, code)
    visible = Evidence.objects.filter(case__in=evaluation.cases.visible_to(request.user))
    found = get_object_or_404(visible.select_related("case__evaluation", "case__participation", "criterion"), pk=pk)
    require(can_record(request.user))
    return found


def _back_to(case: Case, criterion: str) -> HttpResponse:
    """The cell's page; the case's own for a case that is not counted, which has no cells."""
    counted = case.in_scope and case.participation.status == Participation.Status.TRAINED
    if not counted:
        return redirect("evaluation:case", case.evaluation.code, case.pk)
    return redirect("evaluation:cell", case.evaluation.code, case.pk, criterion)


def _said(evidence: Evidence, done: str) -> str:
    as_of = evidence.case.evaluation.as_of
    if evidence.date and evidence.date > as_of:
        return f"Le constat est {done}. Daté d’après l’état des lieux, il n’est pas compté."
    return f"Le constat est {done} et les chiffres en tiennent compte."


def evidence_add(request: HttpRequest, code: str, case: int, criterion: str) -> HttpResponse:
    found = _find_case(request, code, case)
    about = get_object_or_404(Criterion, pk=criterion)
    form = EvidenceForm(request.POST or None, instance=Evidence(case=found, criterion=about))
    if form.is_valid():
        recording.keep(row=form.save(commit=False), by=request.user)
        messages.success(request, _said(form.instance, "ajouté"))
        return _back_to(found, criterion)
    return render(request, "evaluation/evidence_add.html", {"case": found, "criterion": about, "form": form})


def evidence_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evidence = _find_evidence(request, code, pk)
    form = EvidenceForm(request.POST or None, instance=evidence)
    if form.is_valid():
        recording.keep(row=form.save(commit=False), by=request.user)
        messages.success(request, _said(form.instance, "corrigé"))
        return _back_to(evidence.case, evidence.criterion_id)
    context = {"case": evidence.case, "criterion": evidence.criterion, "evidence": evidence, "form": form}
    return render(request, "evaluation/evidence_edit.html", context)


def evidence_delete(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evidence = _find_evidence(request, code, pk)
    if request.method == "POST":
        recording.remove(row=evidence, by=request.user)
        messages.success(request, "Le constat est supprimé et les chiffres en tiennent compte.")
        return _back_to(evidence.case, evidence.criterion_id)
    context = {"case": evidence.case, "criterion": evidence.criterion, "evidence": evidence}
    return render(request, "evaluation/evidence_delete.html", context)


def interview_edit(request: HttpRequest, code: str, case: int) -> HttpResponse:
    """Note that an interview was held about a case, or correct it."""
    found = _find_case(request, code, case)
    interview = getattr(found, "interview", None)
    form = InterviewForm(request.POST or None, instance=interview or Interview(case=found))
    if form.is_valid():
        recording.keep(row=form.save(commit=False), by=request.user)
        messages.success(request, "L’entretien est enregistré.")
        return redirect("evaluation:case", found.evaluation.code, found.pk)
    context = {"case": found, "is_known": interview is not None, "form": form}
    return render(request, "evaluation/interview_edit.html", context)


def interview_delete(request: HttpRequest, code: str, case: int) -> HttpResponse:
    found = _find_case(request, code, case)
    interview = get_object_or_404(Interview, case=found)
    if request.method == "POST":
        recording.remove(row=interview, by=request.user)
        messages.success(request, "L’entretien est supprimé et les chiffres en tiennent compte.")
        return redirect("evaluation:case", found.evaluation.code, found.pk)
    return render(request, "evaluation/interview_delete.html", {"case": found, "interview": interview})


def respondents_edit(request: HttpRequest, code: str, case: int) -> HttpResponse:
    """How many persons answered the questionnaire for a case."""
    found = _find_case(request, code, case)
    answers = getattr(found, "respondents", None) or Respondents(case=found)
    form = RespondentsForm(request.POST or None, instance=answers)
    if form.is_valid():
        recording.keep(row=form.save(commit=False), by=request.user)
        messages.success(request, "Le nombre de réponses est enregistré et les chiffres en tiennent compte.")
        return redirect("evaluation:case", found.evaluation.code, found.pk)
    return render(request, "evaluation/respondents_edit.html", {"case": found, "form": form})
