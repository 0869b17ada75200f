"""Whom a campaign asks: ticked before it is launched, one by one afterwards. For the team."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from actors.models import Trainee
from evaluation.campaigns import recipients
from evaluation.campaigns.forms import ContactForm, NewRecipientForm, RecipientsForm, ReplaceForm
from evaluation.campaigns.progress import progress
from evaluation.models import Campaign, Invitation
from evaluation.views.campaigns import find_campaign


def campaign_recipients(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = find_campaign(request, pk)
    if request.method == "POST":
        form = RecipientsForm(request.POST, campaign=campaign)
        if form.is_valid():
            return _choose(request, campaign, form)
        messages.error(request, "Rien n’est enregistré : la liste a changé entre-temps. La voici à jour.")
        return redirect("campaigns:recipients", campaign.pk)
    if campaign.state != Campaign.State.DRAFT:
        return _standing_page(request, campaign)
    found = recipients.candidates(campaign)
    by_hand = campaign.invitations.standing().filter(trainee=None).in_full()
    context = {
        "campaign": campaign,
        "territories": [(case, list(people)) for case, people in groupby(found.people, key=lambda one: one.case)],
        "without_trainee": found.without_trainee,
        "by_hand": list(by_hand),
    }
    return render(request, "evaluation/campaigns/recipients.html", context)


def _choose(request: HttpRequest, campaign: Campaign, form: RecipientsForm) -> HttpResponse:
    try:
        recipients.choose(
            campaign=campaign,
            shown=[trainee.pk for trainee in form.cleaned_data["shown"]],
            kept=[trainee.pk for trainee in form.cleaned_data["kept"]],
            by=request.user,
        )
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Les destinataires sont enregistrés.")
    return redirect("campaigns:recipients", campaign.pk)


def _standing_page(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Those asked, by territory, and those who no longer are."""
    found = progress(campaign, campaign.invitations.in_full().select_related("successor"))
    standing = [one for one in found if one.invitation.ended_at is None]
    context = {
        "campaign": campaign,
        "territories": [
            (case, list(people)) for case, people in groupby(standing, key=lambda one: one.invitation.case)
        ],
        "ended": [one for one in found if one.invitation.ended_at],
        "count": len(standing),
    }
    return render(request, "evaluation/campaigns/recipients_standing.html", context)


def recipient_add(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = find_campaign(request, pk)
    if campaign.is_over:
        messages.error(request, "La campagne est terminée : elle ne sollicite plus personne.")
        return redirect("campaigns:recipients", campaign.pk)
    form = NewRecipientForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        invitation = form.save(commit=False)
        if _try(form, lambda: recipients.add(invitation=invitation, by=request.user)):
            messages.success(request, f"{invitation.name} fait partie des destinataires.")
            return redirect("campaigns:recipients", campaign.pk)
    return render(request, "evaluation/campaigns/recipient_add.html", {"campaign": campaign, "form": form})


def recipient_correct(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    campaign, found = _find(request, pk, invitation)
    form = ContactForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        corrected = form.save(commit=False)
        if _try(form, lambda: recipients.correct(invitation=corrected, by=request.user)):
            messages.success(request, f"Les coordonnées de {corrected.name} sont enregistrées.")
            return redirect("campaigns:recipients", campaign.pk)
    context = {"campaign": campaign, "invitation": _find(request, pk, invitation)[1], "form": form}
    return render(request, "evaluation/campaigns/recipient_correct.html", context)


def recipient_replace(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    campaign, found = _find(request, pk, invitation)
    new = Trainee(participation=found.case.participation, actor=found.trainee.actor if found.trainee else None)
    form = ReplaceForm(request.POST or None, instance=new)
    if request.method == "POST" and form.is_valid():
        left_on, new = form.cleaned_data["left_on"], form.save(commit=False)
        if _try(form, lambda: recipients.replace(invitation=found, new=new, left_on=left_on, by=request.user)):
            messages.success(request, f"{new.name} remplace {found.name}.")
            return redirect("campaigns:recipients", campaign.pk)
    context = {"campaign": campaign, "invitation": found, "form": form}
    return render(request, "evaluation/campaigns/recipient_replace.html", context)


def recipient_remove(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    campaign, found = _find(request, pk, invitation)
    if request.method == "POST":
        try:
            recipients.remove(invitation=found, by=request.user)
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"{found.name} n’est plus sollicité·e.")
        return redirect("campaigns:recipients", campaign.pk)
    context = {"campaign": campaign, "invitation": found}
    return render(request, "evaluation/campaigns/recipient_remove.html", context)


def _find(request: HttpRequest, pk: int, invitation: int) -> tuple[Campaign, Invitation]:
    campaign = find_campaign(request, pk)
    return campaign, get_object_or_404(campaign.invitations.in_full(), pk=invitation)


def _try(form, operation) -> bool:
    """Do it, and put beside its field why it cannot be done."""
    try:
        operation()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
