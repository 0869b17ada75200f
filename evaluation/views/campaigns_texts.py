"""What the mails of a campaign say, and when. For the team."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from alimactiv.access import require
from alimactiv.french import dated
from evaluation.campaigns import operations, texts
from evaluation.campaigns.forms import StepForm
from evaluation.campaigns.mails import sample_values
from evaluation.models import Campaign, Step
from evaluation.permissions import can_run_campaigns
from evaluation.views.campaigns import find_campaign

Kind = Step.Kind
NEW = {Kind.NOTICE: (texts.NOTICE, -3), Kind.REMINDER: (texts.SECOND_REMINDER, None), Kind.CALL: (texts.CALL, None)}
"""What a step added by hand starts with: its words, and its days."""


@dataclass(frozen=True)
class Reading:
    """A step as one person will read it."""

    step: Step
    subject: str
    html: SafeString
    partial_subject: str = ""
    partial_html: SafeString | str = ""


def campaign_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Every step as it will read for one person: the first, or who is chosen (``?personne=``)."""
    campaign = find_campaign(request, pk)
    people = list(campaign.invitations.standing().in_full())
    chosen = next((one for one in people if str(one.pk) == request.GET.get("personne")), next(iter(people), None))
    filled = sample_values(campaign, chosen)
    steps = list(campaign.steps.all())
    context = {
        "campaign": campaign,
        "people": people,
        "chosen": chosen,
        "readings": [_reading(step, filled) for step in steps],
        "can_add": [kind for kind in NEW if campaign.state == Campaign.State.DRAFT and _may_add(kind, steps)],
    }
    return render(request, "evaluation/campaigns/texts.html", context)


def _reading(step: Step, filled: dict[str, str]) -> Reading:
    partial = step.partial_text
    return Reading(
        step=step,
        subject=texts.fill_line(step.subject, filled),
        html=texts.fill_html(step.text, filled),
        partial_subject=texts.fill_line(step.partial_subject or step.subject, filled) if partial else "",
        partial_html=texts.fill_html(partial, filled) if partial else "",
    )


def _may_add(kind: str, steps: list[Step]) -> bool:
    return kind == Kind.REMINDER or all(step.kind != kind for step in steps)


def step_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One more reminder, or the notice or the call that were taken out."""
    campaign = find_campaign(request, pk)
    steps = list(campaign.steps.all())
    if kind not in NEW or campaign.state != Campaign.State.DRAFT or not _may_add(kind, steps):
        messages.error(request, "Cette étape ne peut pas être ajoutée à cette campagne.")
        return redirect("campaigns:texts", campaign.pk)
    words, days = NEW[Kind(kind)]
    step = Step(
        campaign=campaign,
        kind=kind,
        days=days if days is not None else max(each.days for each in steps if each.days is not None) + 7,
        subject=words.subject,
        text=words.text,
        partial_subject=words.partial_subject,
        partial_text=words.partial_text,
    )
    return _edit(request, step, f"Ajouter une étape : {step}")


def step_edit(request: HttpRequest, pk: int) -> HttpResponse:
    step = _find_step(request, pk)
    if step.campaign.is_over:
        messages.error(request, "La campagne est terminée : ses textes ne changent plus.")
        return redirect("campaigns:texts", step.campaign_id)
    return _edit(request, step, f"{str(step).capitalize()} du {dated(step.day)}")


def _edit(request: HttpRequest, step: Step, heading: str) -> HttpResponse:
    form = StepForm(request.POST or None, instance=step)
    if request.method == "POST" and form.is_valid():
        try:
            operations.keep_step(step=form.save(commit=False), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "L’étape est enregistrée.")
            return redirect("campaigns:texts", step.campaign_id)
    context = {
        "campaign": step.campaign,
        "heading": heading,
        "form": form,
        "placeholders": texts.PLACEHOLDERS.items(),
    }
    return render(request, "evaluation/campaigns/step_edit.html", context)


def step_remove(request: HttpRequest, pk: int) -> HttpResponse:
    step = _find_step(request, pk)
    if request.method == "POST":
        try:
            operations.remove_step(step=step, by=request.user)
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "L’étape est supprimée.")
        return redirect("campaigns:texts", step.campaign_id)
    return render(request, "evaluation/campaigns/step_remove.html", {"campaign": step.campaign, "step": step})


@require_POST
def step_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the step to oneself."""
    step = _find_step(request, pk)
    try:
        operations.send_test(step=step, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"L’essai part à votre adresse, {request.user.email}.")
    return redirect("campaigns:texts", step.campaign_id)


def _find_step(request: HttpRequest, pk: int) -> Step:
    require(can_run_campaigns(request.user))
    return get_object_or_404(Step.objects.select_related("campaign__evaluation"), pk=pk)
