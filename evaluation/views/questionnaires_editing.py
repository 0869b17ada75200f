"""Changing what a version asks: its texts, pages, questions, and when each is asked. For the team."""

from collections.abc import Callable
from dataclasses import replace

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from evaluation.models import Question, Version
from evaluation.questionnaires import editing, rows
from evaluation.questionnaires.checks import check
from evaluation.questionnaires.forms import (
    CHANGED_MEANWHILE,
    ConditionForm,
    ItemFormSet,
    PageForm,
    PartForm,
    QuestionForm,
    SourceForm,
    TextsForm,
    criterion_choices,
    items_formset,
    sources,
)
from evaluation.questionnaires.structure import Condition, Key, PagePart, QuestionPart, Structure
from evaluation.views.questionnaires_versions import find_version

GONE_MEANWHILE = "Cette partie a été supprimée entre-temps. Vos textes sont ci-dessous."
KIND_HELP = {
    Question.Kind.YES_NO: "Peut renseigner un critère.",
    Question.Kind.GRID: "Une liste de lignes : oui, non ou ne sait pas à chacune, qui peut renseigner un critère.",
    Question.Kind.SINGLE: "Une seule réponse dans une liste. Un choix peut renseigner un critère.",
    Question.Kind.MULTIPLE: "Autant de réponses qu’on veut dans une liste. Un choix peut renseigner un critère.",
    Question.Kind.SCALE: "D’un nombre à un autre, de « pas utile » à « très utile » par exemple.",
    Question.Kind.TEXT: "Quelques mots ou un récit, que l’équipe peut lire et coder avec des critères.",
    Question.Kind.NUMBER: "Un nombre, entre deux bornes si besoin.",
    Question.Kind.DATE: "Un jour du calendrier.",
}


def texts_edit(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    form = TextsForm(request.POST or None, part=rows.read(version))

    def to(structure: Structure) -> Structure:
        _refuse_outdated(form, structure)
        return replace(structure, **form.values())

    saved = form.is_valid() and _save(request, form, version, to, "introduction et remerciement", "textes")
    return saved or _page(request, "evaluation/questionnaires/texts_edit.html", version, form=form)


def page_add(request: HttpRequest, questionnaire: int, number: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    part = PagePart("")
    form = PageForm(request.POST or None, part=part)

    def to(structure: Structure) -> Structure:
        return structure.with_page(replace(part, **form.values()))

    saved = form.is_valid() and _save(request, form, version, to, form.cleaned_data["title"], "pages")
    return saved or _page(request, "evaluation/questionnaires/page_edit.html", version, form=form, title="")


def page_edit(request: HttpRequest, questionnaire: int, number: int, page: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    part = _found(rows.read(version).page, page)
    form = PageForm(request.POST or None, part=part)

    def to(structure: Structure) -> Structure:
        stored = structure.page(page)
        _refuse_outdated(form, stored)
        return structure.with_page(replace(stored, **form.values()))

    saved = form.is_valid() and _save(request, form, version, to, part.title, f"page-{page}")
    return saved or _page(request, "evaluation/questionnaires/page_edit.html", version, form=form, title=part.title)


@require_POST
def page_move(request: HttpRequest, questionnaire: int, number: int, page: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    part = _found(rows.read(version).page, page)
    by = -1 if request.POST.get("vers") == "haut" else 1
    return _act(request, version, lambda structure: structure.with_page_moved(page, by), part.title, f"page-{page}")


def page_delete(request: HttpRequest, questionnaire: int, number: int, page: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    structure = rows.read(version)
    part = _found(structure.page, page)
    if request.method == "POST":
        return _act(request, version, lambda structure: structure.without_page(page), part.title, "pages")
    refusals = _refusals(structure.without_page(page))
    return _page(request, "evaluation/questionnaires/page_delete.html", version, part=part, refusals=refusals)


def question_add(request: HttpRequest, questionnaire: int, number: int, page: int) -> HttpResponse:
    """Which kind of question."""
    version = find_version(request, questionnaire, number)
    part = _found(rows.read(version).page, page)
    kinds = [(kind.value, kind.label, text) for kind, text in KIND_HELP.items()]
    return _page(request, "evaluation/questionnaires/question_add.html", version, part=part, kinds=kinds)


def question_add_kind(request: HttpRequest, questionnaire: int, number: int, page: int, kind: str) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    _found(rows.read(version).page, page)
    if kind not in Question.Kind:
        raise Http404
    ends = {"minimum": 1, "maximum": 5} if kind == Question.Kind.SCALE else {}
    return _edit_question(request, version, QuestionPart(kind, "", **ends), page)


def question_edit(request: HttpRequest, questionnaire: int, number: int, question: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    return _edit_question(request, version, _found(rows.read(version).question, question), None)


def _edit_question(request: HttpRequest, version: Version, part: QuestionPart, page: Key | None) -> HttpResponse:
    """A question there is, or a new one at the end of ``page``."""
    criteria = criterion_choices()
    form, items = _question_forms(request, part, criteria)
    button = next((name for name in ("add", "move") if name in request.POST), None)
    if button:
        form = QuestionForm(part=part, criteria=criteria, initial=form.typed())
        if items is not None:
            move = request.POST.get("move", "")
            items = items.with_one_more(request.POST) if button == "add" else items.with_moved(request.POST, move)
    elif request.method == "POST" and all([form.is_valid(), items is None or items.is_valid()]):

        def to(structure: Structure) -> Structure:
            typed = form.values() | ({} if items is None else {"items": items.items})
            if page is not None:
                return structure.with_question(page, replace(part, **typed))
            stored = structure.question(part.key)
            _refuse_outdated(form, stored)
            return structure.with_question(structure.page_of(part.key).key, replace(stored, **typed))

        anchor = f"question-{part.key}" if page is None else f"page-{page}"
        saved = _save(request, form, version, to, form.cleaned_data["label"], anchor)
        if saved:
            return saved
    kind = Question.Kind(part.kind).label
    return _page(
        request,
        "evaluation/questionnaires/question_edit.html",
        version,
        form=form,
        items=items,
        part=part,
        kind=kind,
        is_new=page is not None,
    )


def _question_forms(request: HttpRequest, part: QuestionPart, criteria) -> tuple[QuestionForm, ItemFormSet | None]:
    data = request.POST or None
    form = QuestionForm(data, part=part, criteria=criteria)
    return form, items_formset(data, part=part, criteria=criteria) if part.kind in Question.WITH_ITEMS else None


@require_POST
def question_move(request: HttpRequest, questionnaire: int, number: int, question: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    part = _found(rows.read(version).question, question)
    by = -1 if request.POST.get("vers") == "haut" else 1

    def to(structure: Structure) -> Structure:
        return structure.with_question_moved(question, by)

    return _act(request, version, to, part.label, f"question-{question}")


def question_delete(request: HttpRequest, questionnaire: int, number: int, question: int) -> HttpResponse:
    version = find_version(request, questionnaire, number)
    structure = rows.read(version)
    part = _found(structure.question, question)
    if request.method == "POST":
        anchor = f"page-{structure.page_of(question).key}"
        return _act(request, version, lambda structure: structure.without_question(question), part.label, anchor)
    refusals = _refusals(structure.without_question(question))
    return _page(request, "evaluation/questionnaires/question_delete.html", version, part=part, refusals=refusals)


def question_condition(request: HttpRequest, questionnaire: int, number: int, question: int) -> HttpResponse:
    """On which answer it depends: first to what (``?on=``), then which answers; or on none."""
    version = find_version(request, questionnaire, number)
    structure = rows.read(version)
    part = _found(structure.question, question)
    offered = sources(structure, question)
    present = _source_name(part.condition)
    on = request.POST.get("on") or request.GET.get("on") or present
    if request.method == "POST" and "always" in request.POST:
        return _act(request, version, _conditional(question, None), part.label, f"question-{question}")
    form = None
    if on in offered:
        initial = {"values": [str(value) for value in part.condition.values]} if on == present else {}
        form = ConditionForm(request.POST or None, source=offered[on], initial=initial)
        saved = form.is_valid() and _save(
            request, form, version, _conditional(question, form.condition), part.label, f"question-{question}"
        )
        if saved:
            return saved
    source = SourceForm(sources=offered, initial={"on": on}) if offered else None
    return _page(
        request,
        "evaluation/questionnaires/question_condition.html",
        version,
        part=part,
        source=source,
        on=on,
        form=form,
    )


def _conditional(question: Key, condition: Condition | None) -> editing.Change:
    def to(structure: Structure) -> Structure:
        part = structure.question(question)
        return structure.with_question(structure.page_of(question).key, replace(part, condition=condition))

    return to


def _source_name(condition: Condition | None) -> str | None:
    if condition is None:
        return None
    return str(condition.question) if condition.item is None else f"{condition.question}-{condition.item}"


def _found(find: Callable[[Key], PagePart | QuestionPart], key: Key):
    try:
        return find(key)
    except KeyError:
        raise Http404 from None


def _refuse_outdated(form: PartForm, stored: Structure | PagePart | QuestionPart) -> None:
    if form.is_outdated(stored):
        raise ValidationError(CHANGED_MEANWHILE)


def _refusals(structure: Structure) -> list[str]:
    """Why the version could not become so."""
    try:
        check(structure)
    except ValidationError as refusal:
        return refusal.messages
    return []


def _save(
    request: HttpRequest, form: forms.Form, version: Version, to: editing.Change, what: str, anchor: str
) -> HttpResponse | None:
    """What a form asks for; nothing if it is refused: the form says why."""
    try:
        saved = editing.change(version=version, to=to, what=what, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return None
    except editing.ChangedMeanwhileError:
        form.add_error(None, GONE_MEANWHILE)
        return None
    return _done(request, version, saved, anchor)


def _act(request: HttpRequest, version: Version, to: editing.Change, what: str, anchor: str) -> HttpResponse:
    """What a button asks for; messages say why it is refused."""
    try:
        saved = editing.change(version=version, to=to, what=what, by=request.user)
    except ValidationError as refusal:
        for text in refusal.messages:
            messages.error(request, text)
    except editing.ChangedMeanwhileError:
        messages.error(request, "Cette partie a été supprimée entre-temps.")
    else:
        return _done(request, version, saved, anchor)
    return redirect(version)  # at the top, where the refusal is read


def _done(request: HttpRequest, version: Version, saved: Version, anchor: str) -> HttpResponse:
    if saved == version:
        messages.success(request, "Le questionnaire est à jour.")
        return redirect(f"{saved.get_absolute_url()}#{anchor}")
    messages.success(
        request,
        f"Des personnes ont répondu à la version {version.number} : elle reste telle quelle. Votre modification est "
        f"dans la version {saved.number}, que voici.",
    )
    return redirect(saved)


def _page(request: HttpRequest, template: str, version: Version, **context) -> HttpResponse:
    context |= {"version": version, "begun": editing.responses_to(version)}
    return render(request, template, context)
