"""Answering a questionnaire, page by page; who opens it is ``answering_access``'s."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from evaluation.answering import operations
from evaluation.answering.forms import PageForm, posted_questions
from evaluation.answering.journey import Journey, Stage, read
from evaluation.answering.leaving_forms import QuotingForm
from evaluation.answering.operations import ClosedError, IncompleteError, Saved
from evaluation.answering.prefill import hints
from evaluation.models import Invitation, Question, Version
from evaluation.questionnaires.duration import minutes
from evaluation.views.answering_access import Access

GET_OR_POST = ("GET", "HEAD", "POST")


def show(request: HttpRequest, access: Access, template: str, **context) -> HttpResponse:
    return render(request, template, context | {"access": access})


@dataclass(frozen=True)
class Stop:
    """A page of the questionnaire as the check of all answers shows it; without an address, not to be changed."""

    stage: Stage
    url: str = ""


@require_http_methods(GET_OR_POST)
def start(request: HttpRequest, access: Access) -> HttpResponse:
    """Who asks, why, and where the person stands; the button begins, goes on, or takes a decline back."""
    if request.method == "POST":
        return _begin(request, access)
    invitation = access.invitation
    if invitation.ended_at:
        return show(request, access, "evaluation/answering/handed_on.html")
    journey = read(access.response) if access.response else None
    if access.campaign.is_over:
        stops = [Stop(stage) for stage in journey.stages] if journey else []
        return show(request, access, "evaluation/answering/closed.html", journey=journey, stops=stops)
    if invitation.declined_at:
        return show(request, access, "evaluation/answering/declined.html")
    if journey and access.response.submitted_at:
        return redirect(access.thanks)
    version = journey.version if journey else Version.objects.in_full().get(pk=access.campaign.version_id)
    context = {"journey": journey, "version": version, "minutes": minutes(version.questions)}
    return show(request, access, "evaluation/answering/start.html", handed_on_by=_handed_on_by(invitation), **context)


def _handed_on_by(invitation: Invitation) -> Invitation | None:
    former = getattr(invitation, "predecessor", None)
    return former if former and former.ending == Invitation.Ending.HANDED_ON else None


def _begin(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        operations.take_decline_back(invitation=access.invitation, by=access.by)
        response = operations.start(invitation=access.invitation, by=access.by)
    except ClosedError:
        return redirect(access.start)
    return redirect(_onward(access, read(response)))


def _onward(access: Access, journey: Journey) -> str:
    """Where to go on: the first page that is not done, then the check of it all."""
    stage = journey.resumes_at
    return access.page_url(stage.page) if stage else access.review


@require_http_methods(GET_OR_POST)
def page(request: HttpRequest, access: Access, page: int) -> HttpResponse:
    """One page of questions; POST saves it, or (asked for JSON) a few answers just given."""
    as_json = request.headers.get("Accept") == "application/json"
    if access.response is None or (not access.may_answer and request.method != "POST"):
        return redirect(access.start)
    journey = read(access.response)
    if request.method == "POST" and as_json:
        return _save_some(request, access, journey)
    stage = journey.stage(page)
    if stage is None:
        return redirect(_onward(access, journey))
    if request.method == "POST":
        return _save_page(request, access, journey, stage)
    return _show_page(request, access, journey, stage, _page_form(access, journey, stage.shown))


def _page_form(access: Access, journey: Journey, questions: list[Question], data=None) -> PageForm:
    known = hints(access.invitation.case, questions)
    return PageForm(questions, data, stored=journey.answers, hints=known)


def _show_page(request, access: Access, journey: Journey, stage: Stage, form: PageForm, **more) -> HttpResponse:
    before = journey.beside(stage, -1)
    is_last = journey.beside(stage, 1) is None
    return show(
        request,
        access,
        "evaluation/answering/page.html",
        journey=journey,
        stage=stage,
        form=form,
        before=before,
        is_last=is_last,
        **more,
    )


def _save_page(request: HttpRequest, access: Access, journey: Journey, stage: Stage) -> HttpResponse:
    form = _page_form(access, journey, stage.shown, request.POST)
    try:
        saved = operations.save(invitation=access.invitation, given=form.given(), by=access.by)
    except ClosedError:
        return _show_page(request, access, journey, stage, form, is_refused=True)
    form.tell(saved)
    journey = Journey(journey.version, saved.answers)
    if not form.is_kept:
        return _show_page(request, access, journey, journey.stage(stage.page.pk) or stage, form)
    return redirect(_next(request, access, journey, stage))


def _next(request: HttpRequest, access: Access, journey: Journey, stage: Stage) -> str:
    """Where the button pressed leads; what was just answered may have made pages come or go."""
    if request.POST.get("go") == "later":
        messages.success(request, "Vos réponses sont enregistrées.")
        return access.start
    by = -1 if request.POST.get("go") == "back" else 1
    here = journey.stage(stage.page.pk)
    to = journey.beside(here, by) if here else journey.resumes_at
    if to is None:
        return access.start if by < 0 else access.review
    return access.page_url(to.page)


def _save_some(request: HttpRequest, access: Access, journey: Journey) -> JsonResponse:
    """Answers as they are given, of whichever page, and what became of each."""
    given = posted_questions(request.POST, journey.questions)
    form = PageForm(given, request.POST, among=journey.questions, stored=journey.answers)
    try:
        saved = operations.save(invitation=access.invitation, given=form.given(), by=access.by)
    except ClosedError:
        return JsonResponse({"closed": True})
    form.tell(saved)
    return JsonResponse(_became(access, Journey(journey.version, saved.answers), form, saved))


def _became(access: Access, journey: Journey, form: PageForm, saved: Saved) -> dict:
    """By question's id: the new mark, the errors, the block to choose in, the question as it is stored."""
    lines = {line.question.pk: line for line in form.lines()}
    return {
        "marks": {pk: lines[pk].mark for pk in saved.settled},
        "errors": {pk: " ".join(line.bound.errors) for pk, line in lines.items() if line.bound.errors},
        "conflicts": {
            pk: {
                "html": render_to_string("evaluation/answering/_conflict.html", {"line": lines[pk]}),
                "page": access.page_url(lines[pk].question.page),
            }
            for pk in saved.conflicts
        },
        "stored": {
            question.pk: render_to_string("evaluation/answering/_question.html", {"line": lines[question.pk]})
            for question in form.shown_as_stored
        },
        "answered": journey.answered,
        "total": journey.total,
        "at": date_format(timezone.localtime(), r"G \h i"),
    }


@require_http_methods(GET_OR_POST)
def review(request: HttpRequest, access: Access) -> HttpResponse:
    """All the answers, to check; POST sends them, or says anew what may be quoted."""
    if access.response is None or not access.may_answer:
        return redirect(access.start)
    data = request.POST if request.method == "POST" else None
    form = QuotingForm(data, initial={"quoting": access.response.quoting})
    if form.is_valid():
        try:
            operations.submit(invitation=access.invitation, quoting=form.cleaned_data["quoting"], by=access.by)
        except ClosedError:
            return redirect(access.start)
        except IncompleteError:
            messages.error(request, "Il manque encore des réponses obligatoires.")
        else:
            return redirect(access.thanks)
    journey = read(access.response)
    stops = [Stop(stage, access.page_url(stage.page)) for stage in journey.stages]
    return show(request, access, "evaluation/answering/review.html", journey=journey, stops=stops, form=form)


@require_http_methods(GET_OR_POST)
def thanks(request: HttpRequest, access: Access) -> HttpResponse:
    """What becomes of the answers sent; POST asks for a copy by mail."""
    if access.response is None or not access.response.submitted_at or not access.may_answer:
        return redirect(access.start)
    if request.method == "POST":
        try:
            operations.ask_copy(invitation=access.invitation, by=access.by)
        except ClosedError:
            return redirect(access.start)
        messages.success(request, f"La copie va partir à {access.invitation.email}.")
        return redirect(access.thanks)
    return show(request, access, "evaluation/answering/thanks.html")
