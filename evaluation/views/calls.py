"""Calling those whom mails do not reach or move: today's list, a call, and noting what came of it. For the team."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from alimactiv.access import require
from alimactiv.french import dated
from evaluation.answering.prefill import hints
from evaluation.campaigns import mails, texts
from evaluation.campaigns.call_form import CallForm
from evaluation.campaigns.calls import note_call, remove_call, to_call
from evaluation.campaigns.progress import progress
from evaluation.models import Call, Campaign, Invitation, Step, Version
from evaluation.permissions import can_follow_campaigns

PER_PAGE = 50
Outcome = Call.Outcome
SAID = {
    Outcome.NO_ANSWER: "{name} n’a pas répondu\u00a0: à rappeler demain.",
    Outcome.WILL_ANSWER: "{name} va répondre par le lien. On rappellera si rien ne vient.",
    Outcome.ANSWERED: "{name} a répondu au téléphone, mais on ne peut plus saisir ses réponses.",
    Outcome.CALL_AGAIN: "{name} est à rappeler le {day}.",
    Outcome.STOP: "{name} ne sera plus appelé·e, pour cette campagne ni pour une autre.",
}


def call_list(request: HttpRequest) -> HttpResponse:
    """Who is to be called today, over all the campaigns."""
    require(can_follow_campaigns(request.user))
    page = Paginator(to_call(timezone.localdate()), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "evaluation/campaigns/calls.html", {"page_obj": page})


def call(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """What helps to call a person, and noting what came of it. 404 before the launch."""
    require(can_follow_campaigns(request.user))
    launched = Invitation.objects.exclude(campaign__state=Campaign.State.DRAFT).in_full()
    found = launched.select_related("campaign__evaluation", "case__evaluation", "trainee__actor")
    one = get_object_or_404(found, campaign=pk, pk=invitation)
    form = CallForm(request.POST or None, instance=Call(invitation=one))
    if form.is_valid():
        noted = form.save(commit=False)
        note_call(call=noted, by=request.user)
        return _after(request, noted)
    questions = Version.objects.in_full().get(pk=one.campaign.version_id).questions
    (standing,) = progress(one.campaign, [one])
    context = {
        "campaign": one.campaign,
        "invitation": one,
        "progress": standing,
        "script": _script(one),
        "hints": [hint.words for hint in hints(one.case, questions).by_criterion.values()],
        "form": form,
    }
    return render(request, "evaluation/campaigns/call.html", context)


def _script(one: Invitation) -> str:
    """What to say: the campaign's own words for its call, or the usual ones."""
    step = one.campaign.steps.filter(kind=Step.Kind.CALL).first()
    filled = mails.values(one.campaign, name=one.name, territory=one.case.label)
    filled[texts.LINK] = "(son lien personnel, reçu par courriel)"
    return texts.fill(step.text if step else texts.CALL.text, filled)


def _after(request: HttpRequest, noted: Call) -> HttpResponse:
    """Answers given on the telephone are entered at once; otherwise, the next call."""
    one = noted.invitation
    if noted.outcome == Outcome.ANSWERED and one.campaign.is_open and not one.ended_at:
        return redirect("campaigns:enter", one.campaign_id, one.pk)
    day = dated(noted.again_on) if noted.again_on else ""
    messages.success(request, SAID[Outcome(noted.outcome)].format(name=one.name, day=day))
    return redirect("campaigns:calls")


def call_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a call noted by mistake."""
    require(can_follow_campaigns(request.user))
    noted = get_object_or_404(Call.objects.select_related("invitation__campaign", "by"), pk=pk)
    one = noted.invitation
    if request.method == "POST":
        remove_call(call=noted, by=request.user)
        messages.success(request, "L’appel est retiré. L’historique en garde la trace.")
        return redirect("campaigns:person", one.campaign_id, one.pk)
    return render(request, "evaluation/campaigns/call_remove.html", {"call": noted, "invitation": one})
