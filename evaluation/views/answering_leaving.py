"""Not answering oneself: declining, and letting a colleague answer instead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from evaluation.answering import operations
from evaluation.answering.leaving_forms import DeclineForm, HandOnForm
from evaluation.answering.operations import ClosedError
from evaluation.views.answering import GET_OR_POST, show
from evaluation.views.answering_access import Access


def _may_leave(access: Access) -> bool:
    return access.may_answer and not (access.response and access.response.submitted_at)


@require_http_methods(GET_OR_POST)
def decline(request: HttpRequest, access: Access) -> HttpResponse:
    if not _may_leave(access):
        return redirect(access.start)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            operations.decline(invitation=access.invitation, reason=form.reason, by=access.by)
        except ClosedError:
            messages.error(request, "Entre-temps, ce questionnaire a été envoyé, transmis ou clos.")
        return redirect(access.start)
    return show(request, access, "evaluation/answering/decline.html", form=form)


@require_http_methods(GET_OR_POST)
def hand_on(request: HttpRequest, access: Access) -> HttpResponse:
    if not _may_leave(access):
        return redirect(access.start)
    form = HandOnForm(
        request.POST if request.method == "POST" else None,
        has_answers=access.response is not None and access.response.answers.filter(value__isnull=False).exists(),
    )
    if form.is_valid():
        try:
            operations.hand_on(
                invitation=access.invitation,
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                with_answers=form.cleaned_data.get("with_answers", False),
                by=access.by,
            )
        except ClosedError:
            messages.error(request, "Entre-temps, ce questionnaire a été envoyé, transmis ou clos.")
            return redirect(access.start)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect(access.start if access.by is None else access.campaign)
    return show(request, access, "evaluation/answering/hand_on.html", form=form)
