"""The desk's part on freshness: who to call, and what was said on the telephone."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from actors.editing import EDITABLE
from actors.forms.freshness import CallForm, NotAskedForm
from actors.freshness.asking import letters_of
from actors.freshness.calls import reasons_of, to_call
from actors.freshness.content import content_of
from actors.freshness.parts import open_part
from actors.freshness.rhythm import asked_about, states
from actors.models import Actor, Audience, CheckCall, CheckRound, Confirmation, Section
from actors.operations import freshness as operations
from actors.operations.entries import ChangedMeanwhileError, GoneMeanwhileError, save_part
from actors.views.desk import Desk, to_keep


def call_list(request, territory: int):
    """Who to call now, who to call later, who is being written to, who is not asked."""
    desk, now = to_keep(request, territory), timezone.now()
    rows, today = to_call(desk.kept, now), timezone.localdate()
    here = asked_about(now).filter(pk__in=desk.kept.values("pk"))
    being_asked = CheckRound.objects.open().filter(to_call_since=None, actor__in=here.filter(is_not_asked=False))
    context = {
        "now": [row for row in rows if not row.waits_on(today)],
        "later": [row for row in rows if row.waits_on(today)],
        "being_asked": list(being_asked.select_related("actor").order_by("actor__search_name", "pk")),
        "not_asked": list(here.filter(is_not_asked=True).order_by("search_name", "pk")),
    }
    return render(request, "actors/freshness/call_list.html", desk.context("calls", **context))


def follow(request, territory: int, actor: int):
    """One entry: where each section stands, what was asked, and what to ask on the telephone."""
    desk = to_keep(request, territory)
    return _follow(request, desk, desk.find(actor))


def _follow(request, desk: Desk, actor: Actor, call_form=None, not_asked_form=None):
    check = CheckRound.objects.open().filter(actor=actor).first()
    freshness = states([actor])[actor.pk]
    content = content_of(actor, Audience.COORDINATION)
    context = {
        "actor": actor,
        "check": check,
        "reason": reasons_of([check])[check.pk] if check and check.to_call_since else "",
        "letters": letters_of([check])[check.pk] if check else [],
        "freshness": freshness,
        "sections": [(part, freshness.sections.get(section)) for section, part in content.items()],
        "rest": request.GET.get("reste"),
        "calls": list(CheckCall.objects.filter(round__actor=actor).select_related("by")[:20]),
        "call_form": call_form or CallForm(),
        "not_asked_form": not_asked_form or NotAskedForm(),
    }
    return render(request, "actors/freshness/follow.html", desk.context("calls", **context))


@require_POST
def confirm_by_phone(request, territory: int, actor: int):
    """What the structure said is right, on the telephone."""
    desk = to_keep(request, territory)
    found = desk.find(actor)
    sections = [section for section in Section if section in request.POST.getlist("sections")]
    if not sections:
        messages.error(request, "Cochez ce que la structure a dit être juste.")
        return redirect("freshness:follow", territory, found.pk)
    operations.confirm_by_phone(actor=found, sections=sections, by=request.user)
    messages.success(request, "C’est noté : vérifié au téléphone, par la structure.")
    return redirect("freshness:follow", territory, found.pk)


def edit_by_phone(request, territory: int, actor: int, code: str, target: int | None = None):
    """One part, changed on the structure's behalf."""
    desk = to_keep(request, territory)
    found = desk.find(actor)
    try:
        form = open_part(code, found, target, Audience.COORDINATION, request.POST or None)
    except LookupError as error:
        raise Http404 from error
    changes = {}
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_part(form=form, actor=found, by=request.user, role=Confirmation.Role.STRUCTURE, by_phone=True)
        except ChangedMeanwhileError as error:
            changes = error.changes
            form.read_again(error.stored)
        except GoneMeanwhileError:
            messages.error(request, "Cette partie de la fiche a été retirée entre-temps.")
            return redirect("freshness:follow", territory, found.pk)
        else:
            messages.success(request, "C’est noté : changé au téléphone, par la structure.")
            page = reverse("freshness:follow", args=[territory, found.pk])
            return redirect(page if saved.is_confirmed else f"{page}?reste={form.section}#{form.section}")
    editable = EDITABLE[code]
    context = {"actor": found, "form": form, "editable": editable, "changes": changes}
    context["title"] = editable.title_of(form.instance)
    return render(request, "actors/freshness/edit_by_phone.html", desk.context("calls", **context))


@require_POST
def note_call(request, territory: int, actor: int):
    """A call that reached nobody who could answer."""
    desk = to_keep(request, territory)
    found = desk.find(actor)
    check = get_object_or_404(CheckRound.objects.open(), actor=found)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _follow(request, desk, found, call_form=form)
    operations.note_call(check=check, **form.cleaned_data, by=request.user)
    messages.success(request, "L’appel est noté.")
    return redirect("freshness:call_list", territory)


@require_POST
def ask_now(request, territory: int, actor: int):
    found = to_keep(request, territory).find(actor)
    try:
        operations.ask_now(actor=found, by=request.user)
    except ValidationError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Le courriel va partir, un jour ouvré entre 8 h et 18 h.")
    return redirect("freshness:follow", territory, found.pk)


@require_POST
def revoke_links(request, territory: int, actor: int):
    found = to_keep(request, territory).find(actor)
    count = operations.revoke_links(actor=found, by=request.user)
    words = "Aucun lien n’était ouvert." if not count else f"Liens qui n’ouvrent plus rien : {count}."
    messages.success(request, words)
    return redirect("freshness:follow", territory, found.pk)


@require_POST
def do_not_ask(request, territory: int, actor: int):
    desk = to_keep(request, territory)
    found = desk.find(actor)
    form = NotAskedForm(request.POST)
    if not form.is_valid():
        return _follow(request, desk, found, not_asked_form=form)
    operations.do_not_ask(actor=found, **form.cleaned_data, by=request.user)
    messages.success(request, f"{found} ne sera plus relancée. Sa fiche reste, et montrera ce qui n’est plus vérifié.")
    return redirect("freshness:call_list", territory)


@require_POST
def ask_again(request, territory: int, actor: int):
    found = to_keep(request, territory).find(actor)
    operations.ask_again(actor=found, by=request.user)
    messages.success(request, f"{found} sera de nouveau relancée.")
    return redirect("freshness:call_list", territory)
