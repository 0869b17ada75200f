"""A version of a questionnaire: what it asks, how it differs from the former one, its campaigns. For the team."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.history import history_of
from alimactiv.access import require
from coordination.comparison import compare
from evaluation.models import Campaign, Version
from evaluation.permissions import can_manage_questionnaires
from evaluation.questionnaires import editing, rows, wording
from evaluation.questionnaires.duration import minutes
from evaluation.questionnaires.outline import outline


def find_version(request: HttpRequest, questionnaire: int, number: int) -> Version:
    """In full."""
    require(can_manage_questionnaires(request.user))
    return get_object_or_404(Version.objects.in_full(), questionnaire=questionnaire, number=number)


def version(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    found = find_version(request, questionnaire, number)
    campaigns = list(Campaign.objects.filter(version__questionnaire=questionnaire).select_related("version"))
    numbers = list(found.questionnaire.versions.values_list("number", flat=True))
    begun = editing.responses_to(found)
    draft = Campaign.State.DRAFT
    context = {
        "version": found,
        "outline": outline(rows.read(found)),
        "minutes": minutes(found.questions),
        "begun": begun,
        "latest": numbers[0],
        "former": next((one for one in numbers if one < number), None),
        "is_only": len(numbers) == 1,
        "can_change": number == numbers[0] and not begun,
        "campaigns": [one for one in campaigns if one.version == found],
        "launched": [one for one in campaigns if one.version == found and one.state != draft],
        "behind": [one for one in campaigns if one.version.number < number and one.state == draft],
        "events": history_of(found),
    }
    return render(request, "evaluation/questionnaires/version.html", context)


@require_POST
def version_prepare(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    """A new version to change, once somebody answered this one."""
    found = find_version(request, questionnaire, number)
    try:
        prepared = editing.prepare_version(version=found, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.message)
        return redirect("questionnaires:questionnaire", questionnaire)
    messages.success(
        request,
        f"Voici la version {prepared.number}, pareille à la version {number} : modifiez-la. La version {number} et les "
        "réponses qu’elle a reçues restent telles quelles.",
    )
    return redirect(prepared)


def version_delete(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    found = find_version(request, questionnaire, number)
    if request.method == "POST":
        try:
            editing.delete_version(version=found, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.message)
            return redirect(found)
        messages.success(request, f"La version {number} est supprimée.")
        return redirect("questionnaires:questionnaire", questionnaire)
    return render(request, "evaluation/questionnaires/version_delete.html", {"version": found})


def version_compare(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    """What changed since the version before."""
    found = find_version(request, questionnaire, number)
    former = get_object_or_404(
        Version.objects.in_full().filter(questionnaire=questionnaire, number__lt=number).order_by("-number")[:1]
    )
    lines = compare(wording.lines(rows.read(former)), wording.lines(rows.read(found)))
    context = {
        "version": found,
        "former": former,
        "new": [line.present for line in lines if line.state == "new"],
        "gone": [line.former for line in lines if line.state == "gone"],
        "kept": sum(line.state == "kept" for line in lines),
    }
    return render(request, "evaluation/questionnaires/version_compare.html", context)


@require_POST
def campaign_put(request: HttpRequest, questionnaire: int, number: int, campaign: int) -> HttpResponse:
    """Have a campaign in preparation ask this version."""
    found = find_version(request, questionnaire, number)
    moved = get_object_or_404(Campaign, version__questionnaire=questionnaire, pk=campaign)
    try:
        editing.put_campaign_on(version=found, campaign=moved, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"La campagne « {moved} » posera les questions de la version {number}.")
    return redirect(found)
