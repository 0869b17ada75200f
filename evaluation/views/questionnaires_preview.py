"""A version as who answers it sees it; what is typed travels with the page, and nothing is stored. For the team."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evaluation.answering.forms import PageForm, field_name
from evaluation.answering.journey import Journey, Stage
from evaluation.answers import feeds
from evaluation.models import Answer, Criterion, Evidence, Question, Version
from evaluation.questionnaires import values
from evaluation.questionnaires.duration import minutes
from evaluation.views.questionnaires_versions import find_version


@dataclass(frozen=True)
class Stop:
    """A page gone through, as the answers show it in words."""

    stage: Stage


def preview(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    if request.method != "POST":
        return _show(
            request, version, "evaluation/questionnaires/preview_start.html", minutes=minutes(version.questions)
        )
    journey = _journey(version, _carried(version, request.POST.get("carried", "")))
    page = request.POST.get("page", "")
    stage = journey.stage(int(page)) if page.isdecimal() else None
    if stage is None:
        return _show_stage(request, journey, next(iter(journey.stages), None))
    form = PageForm(stage.shown, request.POST, stored=journey.answers)
    if not form.is_valid():
        return _show_stage(request, journey, stage, form)
    typed = {question.pk: form.cleaned_data[field_name(question)] for question in stage.shown}
    journey = _journey(version, {pk: answer.value for pk, answer in journey.answers.items()} | typed)
    by = -1 if request.POST.get("go") == "back" else 1
    return _show_stage(request, journey, journey.beside(journey.stage(stage.page.pk), by))


def _journey(version: Version, given: Mapping[int, Any]) -> Journey:
    return Journey(version, {pk: Answer(question_id=pk, value=value) for pk, value in given.items()})


def _carried(version: Version, text: str) -> dict[int, Any]:
    """The answers that the page brings back, by question's id; what is none is left out."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    told = told if isinstance(told, dict) else {}
    found = {}
    for question in version.questions:
        if str(question.pk) in told:
            try:
                found[question.pk] = values.clean(question, told[str(question.pk)])
            except ValidationError:
                continue
    return found


def _show_stage(request: HttpRequest, journey: Journey, stage: Stage | None, form: PageForm | None = None):
    """A page of questions, or the end."""
    if stage is None:
        stops = [Stop(one) for one in journey.stages]
        return _show(
            request,
            journey.version,
            "evaluation/questionnaires/preview_end.html",
            journey=journey,
            stops=stops,
            said=_said(journey),
        )
    context = {
        "journey": journey,
        "stage": stage,
        "form": form or PageForm(stage.shown, stored=journey.answers),
        "carried": json.dumps({pk: answer.value for pk, answer in journey.answers.items()}),
        "is_first": stage.number == 1,
    }
    return _show(request, journey.version, "evaluation/questionnaires/preview_page.html", **context)


def _said(journey: Journey) -> list[tuple[str, str]]:
    """What the answers would say of criteria: labels, and oui, non or inconnu."""
    known = feeds(Question.objects.filter(page__version=journey.version))
    labels = dict(Criterion.objects.values_list("code", "label"))
    found = []
    for stage in journey.stages:
        for one in stage.said:
            answer = journey.answers.get(one.question.pk)
            if one.question.pk in known and answer and answer.value is not None:
                found += known[one.question.pk].said(answer.value)
    return [(labels[one.criterion], Evidence.Value(one.value).label) for one in found]


def _show(request: HttpRequest, version: Version, template: str, **context) -> HttpResponse:
    return render(request, template, context | {"version": version})
