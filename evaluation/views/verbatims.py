"""What was said in so many words: finding it, and saying what it tells of a criterion."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from alimactiv.access import require
from evaluation import coding, verbatims
from evaluation.forms import CodingForm, VerbatimForm
from evaluation.models import Answer, Coding, Criterion, Evaluation, Question, Response
from evaluation.permissions import can_code, can_read_answers
from evaluation.views.dossier import find_evaluation, open_dossier

PER_PAGE = 50


def verbatim_list(request: HttpRequest, code: str) -> HttpResponse:
    dossier = open_dossier(request, code)
    evaluation, cases = dossier.evaluation, dossier.filter.qs.counted()
    form = VerbatimForm(
        request.GET, cases=cases, criteria=dossier.reading.criteria, questions=verbatims.questions(evaluation)
    )
    found = verbatims.search(evaluation, cases, form.wanted, reader=request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "dossier": dossier,
        "form": form,
        "wanted": form.wanted,
        "carried": [(name, value) for name in dossier.filter.filters for value in request.GET.getlist(name)],
        "verbatims": verbatims.fetch(page.object_list, reader=request.user),
        "page_obj": page,
        "can_code": can_code(request.user),
        "reads_all": can_read_answers(request.user),
    }
    return render(request, "evaluation/verbatims.html", context)


def verbatim(request: HttpRequest, code: str, answer: int) -> HttpResponse:
    """One free text: what is said of it, and saying more; ``?codage=`` names a coding to correct."""
    evaluation = find_evaluation(request.user, code)
    found = _find_text(request, evaluation, answer)
    only = found.codings.filter(pk=request.GET["codage"]).first() if request.GET.get("codage", "").isdigit() else None
    form = CodingForm(
        request.POST or None,
        criteria=Criterion.objects.in_order(),
        only=only.criterion if only else None,
        initial={"revision": found.revision} | ({"value": only.value, "excerpt": only.excerpt} if only else {}),
    )
    if form.is_valid() and _code(request, found, form):
        return redirect("evaluation:verbatim", evaluation.code, found.pk)
    context = {
        "evaluation": evaluation,
        "verbatim": verbatims.of_answer(found, reader=request.user),
        "next": verbatims.next_uncoded(found, evaluation, reader=request.user),
        "correcting": only,
        "form": form,
    }
    return render(request, "evaluation/verbatim.html", context)


@require_POST
def verbatim_withhold(request: HttpRequest, code: str, answer: int) -> HttpResponse:
    evaluation = find_evaluation(request.user, code)
    found = _find_text(request, evaluation, answer)
    is_withheld = request.POST.get("withheld") == "1"
    coding.withhold(answer=found, is_withheld=is_withheld, by=request.user)
    told = "Ce texte ne sera cité nulle part." if is_withheld else "Ce texte suit de nouveau l’accord de la personne."
    messages.success(request, told)
    return redirect("evaluation:verbatim", evaluation.code, found.pk)


def _find_text(request: HttpRequest, evaluation: Evaluation, pk: int) -> Answer:
    """404 out of the reader's scope, then 403 if not allowed."""
    texts = Answer.objects.given().filter(
        question__kind=Question.Kind.TEXT,
        response__in=Response.objects.submitted(evaluation),
        response__invitation__case__in=evaluation.cases.visible_to(request.user),
    )
    texts = texts.select_related(
        "question", "response__invitation__case__participation__session", "response__invitation__trainee__actor"
    )
    found = get_object_or_404(texts.prefetch_related("codings__criterion"), pk=pk)
    require(can_code(request.user))
    return found


def _code(request: HttpRequest, answer: Answer, form: CodingForm) -> bool:
    try:
        coding.code(answer=answer, by=request.user, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        form.data = form.data | {"revision": answer.revision}  # the page that comes back shows the text as it is now
        return False
    messages.success(
        request, f"Le texte est codé «\u00a0{form.cleaned_data['criterion']}\u00a0». Les chiffres en tiennent compte."
    )
    return True


@require_POST
def coding_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    evaluation = find_evaluation(request.user, code)
    visible = Coding.objects.filter(answer__response__invitation__case__in=evaluation.cases.visible_to(request.user))
    found = get_object_or_404(visible.select_related("answer__question", "criterion"), pk=pk)
    require(can_code(request.user))
    coding.uncode(coding=found, by=request.user)
    messages.success(request, "Le codage est retiré. Les chiffres en tiennent compte.")
    return redirect("evaluation:verbatim", evaluation.code, found.answer_id)
