"""Preparing, launching and stopping campaigns. For the team."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.history import history_of
from alimactiv.access import require
from evaluation.campaigns import operations, readiness
from evaluation.campaigns.forecast import as_launched, forecast
from evaluation.campaigns.forms import LASTS, CampaignForm, ExtendForm, NewCampaignForm, RunningCampaignForm
from evaluation.campaigns.mails import in_words
from evaluation.campaigns.progress import progress
from evaluation.campaigns.recipients import candidates
from evaluation.models import Campaign, Evaluation, Step, Version
from evaluation.permissions import can_run_campaigns
from evaluation.views.dossier import find_evaluation
from territories.models import TrainingSession

State = Campaign.State
AHEAD = timedelta(days=7)
"""A new campaign invites in a week: time to prepare it, and for its notice."""
PEOPLE_PER_PAGE = 100


def find_campaign(request: HttpRequest, pk: int) -> Campaign:
    require(can_run_campaigns(request.user))
    return get_object_or_404(Campaign.objects.select_related("evaluation", "version__questionnaire"), pk=pk)


def campaign_list(request: HttpRequest) -> HttpResponse:
    """All campaigns, or those of one evaluation (``?evaluation=code``)."""
    require(can_run_campaigns(request.user))
    code = request.GET.get("evaluation", "")
    evaluation = find_evaluation(request.user, code) if code else None
    campaigns = Campaign.objects.select_related("evaluation").annotate(
        asked=Count("invitations", filter=Q(invitations__ended_at=None)),
        answered=Count("invitations", filter=Q(invitations__response__submitted_at__isnull=False)),
    )
    if evaluation:
        campaigns = campaigns.filter(evaluation=evaluation)
    context = {"evaluation": evaluation, "campaigns": list(campaigns)}
    return render(request, "evaluation/campaigns/campaign_list.html", context)


def campaign_create(request: HttpRequest) -> HttpResponse:
    """First the evaluation, unless there is one only or the address names it; then the campaign."""
    require(can_run_campaigns(request.user))
    evaluations = list(Evaluation.objects.with_counts())
    code = request.GET.get("evaluation", "")
    if not code and len(evaluations) != 1:
        return render(request, "evaluation/campaigns/choose_evaluation.html", {"evaluations": evaluations})
    evaluation = find_evaluation(request.user, code) if code else evaluations[0]
    sessions = list(
        TrainingSession.objects.filter(participations__cases__in=evaluation.cases.counted())
        .distinct()
        .order_by("number")
    )
    opens_on = timezone.localdate() + AHEAD
    initial = {
        "title": f"Questionnaire {opens_on:%Y} – {evaluation.title}"[:200],
        "version": Version.objects.order_by("-created_at", "-pk").first(),
        "opens_on": opens_on,
        "closes_on": opens_on + LASTS,
        "sender_name": request.user.name,
        "reply_to": request.user.email,
        "sessions": [session.number for session in sessions],
    }
    instance = Campaign(evaluation=evaluation)
    form = NewCampaignForm(request.POST or None, instance=instance, sessions=sessions, initial=initial)
    if request.method == "POST" and form.is_valid():
        campaign = operations.create(
            campaign=form.save(commit=False), sessions=form.cleaned_data["sessions"], by=request.user
        )
        messages.success(request, "La campagne est créée : relisez ses destinataires et ses textes.")
        return redirect(campaign)
    context = {"evaluation": evaluation, "form": form, "has_sessions": bool(sessions)}
    return render(request, "evaluation/campaigns/campaign_create.html", context)


def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, and what one can do."""
    found = find_campaign(request, pk)
    context = {
        "campaign": found,
        "steps": list(found.steps.all()),
        "asked": found.invitations.standing().count(),
        "problems": readiness.problems(found) if found.state == State.DRAFT else [],
        "warnings": [] if found.is_over else readiness.warnings(found),
        "history": history_of(found),
    }
    return render(request, "evaluation/campaigns/campaign.html", context)


def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    kind = CampaignForm if found.state == State.DRAFT else RunningCampaignForm
    form = kind(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change(campaign=form.save(commit=False), fields=list(form.fields), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La campagne est enregistrée.")
            return redirect(found)
    context = {"campaign": find_campaign(request, pk), "form": form}
    return render(request, "evaluation/campaigns/campaign_edit.html", context)


def campaign_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    if request.method == "POST":
        return _done(
            request, found, operations.delete, "La campagne est supprimée.", then=redirect("campaigns:campaign_list")
        )
    return render(request, "evaluation/campaigns/campaign_delete.html", {"campaign": found})


# Who gets what, when --------------------------------------------------------------------------------


def sending(request: HttpRequest, pk: int) -> HttpResponse:
    """Which mail each person will get and when, and why others will get none; in preparation, with the launch."""
    found, now = find_campaign(request, pk), timezone.now()
    is_draft = found.state == State.DRAFT
    assumed = as_launched(found, now) if is_draft else found
    steps = list(found.steps.all())
    mailed = [step for step in steps if step.kind != Step.Kind.CALL]
    invitations = found.invitations.standing().in_full()
    forecasts = forecast(assumed, progress(assumed, invitations), now)
    page = Paginator([one for one in forecasts if one.mails], PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    everyone = candidates(found) if is_draft else None
    context = {
        "campaign": found,
        "is_draft": is_draft,
        "steps": mailed,
        "call": next((step for step in steps if step.kind == Step.Kind.CALL), None),
        "page_obj": page,
        "rows": [(one, [one.days.get(step.pk) for step in mailed]) for one in page],
        "others": [one for one in forecasts if not one.mails],
        "left_out": [one for one in everyone.people if not one.is_asked] if everyone else [],
        "without_trainee": everyone.without_trainee if everyone else [],
        "problems": readiness.problems(found) if is_draft else [],
        "warnings": readiness.warnings(found),
        "first": min((mail.at for one in forecasts for mail in one.mails), default=None),
    }
    return render(request, "evaluation/campaigns/sending.html", context)


@require_POST
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    text = "La campagne est lancée : les courriels partent d’eux-mêmes, aux jours prévus."
    return _done(request, found, operations.launch, text, or_else=redirect("campaigns:sending", found.pk))


# Under way ------------------------------------------------------------------------------------------


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    return _done(request, found, operations.pause, "La campagne est en pause : aucun courriel ne part.")


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    return _done(request, found, operations.resume, "La campagne reprend : les courriels dus partent à nouveau.")


def extend(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    form = ExtendForm(request.POST or None, initial={"closes_on": found.closes_on + timedelta(days=14)})
    if request.method == "POST" and form.is_valid():
        try:
            operations.extend(campaign=found, closes_on=form.cleaned_data["closes_on"], by=request.user)
        except ValidationError as error:
            form.add_error("closes_on", error)
        else:
            messages.success(request, f"On peut répondre jusqu’au {in_words(found.closes_on)}.")
            return redirect(found)
    return render(request, "evaluation/campaigns/extend.html", {"campaign": found, "form": form})


def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_campaign(request, pk)
    if request.method == "POST":
        return _done(request, found, operations.end, "La campagne est arrêtée : plus aucun courriel, plus de réponse.")
    return render(request, "evaluation/campaigns/end.html", {"campaign": found})


def _done(
    request: HttpRequest,
    found: Campaign,
    operation: Callable,
    text: str,
    *,
    then: HttpResponse | None = None,
    or_else: HttpResponse | None = None,
) -> HttpResponse:
    """Do it, and say that it is done, or why not."""
    try:
        operation(campaign=found, by=request.user)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return or_else or redirect(found)
    messages.success(request, text)
    return then or redirect(found)
