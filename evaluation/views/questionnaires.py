"""Questionnaires and what they are used for. For the team."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.history import history_of
from alimactiv.access import require
from evaluation.models import Questionnaire
from evaluation.permissions import can_manage_questionnaires
from evaluation.questionnaires import editing
from evaluation.questionnaires.forms import NewQuestionnaireForm, QuestionnaireForm


def find_questionnaire(request: HttpRequest, pk: int) -> Questionnaire:
    require(can_manage_questionnaires(request.user))
    return get_object_or_404(Questionnaire.objects.with_versions(), pk=pk)


def questionnaire_list(request: HttpRequest) -> HttpResponse:
    require(can_manage_questionnaires(request.user))
    found = [(one, list(one.versions.all())) for one in Questionnaire.objects.with_versions()]
    return render(request, "evaluation/questionnaires/questionnaire_list.html", {"questionnaires": found})


def questionnaire_create(request: HttpRequest) -> HttpResponse:
    """From a blank page, or (``?copie=``) from a version."""
    require(can_manage_questionnaires(request.user))
    form = NewQuestionnaireForm(request.POST or None, initial={"copied": request.GET.get("copie")})
    if form.is_valid():
        version = editing.create_questionnaire(**form.cleaned_data, by=request.user)
        messages.success(request, f"« {version.questionnaire} » est créé. Préparez maintenant ce qu’il demande.")
        return redirect(version)
    return render(request, "evaluation/questionnaires/questionnaire_create.html", {"form": form})


def questionnaire(request: HttpRequest, questionnaire: int) -> HttpResponse:
    """Its versions, what they are used for, and its history."""
    found = find_questionnaire(request, questionnaire)
    context = {"questionnaire": found, "versions": list(found.versions.all()), "events": history_of(found)}
    return render(request, "evaluation/questionnaires/questionnaire.html", context)


def questionnaire_edit(request: HttpRequest, questionnaire: int) -> HttpResponse:
    found = find_questionnaire(request, questionnaire)
    form = QuestionnaireForm(request.POST or None, instance=found)
    if form.is_valid():
        editing.rename_questionnaire(questionnaire=found, **form.cleaned_data, by=request.user)
        messages.success(request, "Le titre et l’usage du questionnaire sont enregistrés.")
        return redirect(found)
    context = {"questionnaire": found, "title": form.initial["title"], "form": form}
    return render(request, "evaluation/questionnaires/questionnaire_edit.html", context)


def questionnaire_delete(request: HttpRequest, questionnaire: int) -> HttpResponse:
    found = find_questionnaire(request, questionnaire)
    if request.method == "POST":
        try:
            editing.delete_questionnaire(questionnaire=found, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
            return redirect(found)
        messages.success(request, f"« {found} » est supprimé.")
        return redirect("questionnaires:questionnaire_list")
    campaigns = [campaign for version in found.versions.all() for campaign in version.campaigns.all()]
    context = {"questionnaire": found, "campaigns": campaigns}
    return render(request, "evaluation/questionnaires/questionnaire_delete.html", context)
