"""What becomes of an entry and of its rows: who reads it, where it is at work, what ends, what is taken out."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from actors import editing
from actors.forms.new_entries import EndingForm, TerritoriesForm, VisibilityForm
from actors.freshness.rhythm import states
from actors.models import FoodService, Site, Stop, SupplyLine
from actors.operations import entries as operations
from actors.operations import freshness as confirming
from actors.permissions import can_answer_for, can_edit_entry
from actors.views.entries import Editor, to_edit
from alimactiv.access import require
from territories.models import Territory


def visibility(request, actor: int):
    """Open the entry to more readers, or to fewer."""
    editor = _to_keep_entry(request, actor)
    form = VisibilityForm(request.POST or None, initial={"visibility": editor.actor.visibility})
    if request.method == "POST" and form.is_valid():
        operations.change_visibility(actor=editor.actor, visibility=form.cleaned_data["visibility"], by=request.user)
        messages.success(request, f"La fiche est maintenant vue par : {editor.actor.get_visibility_display()}.")
        return redirect("entries:edit", editor.actor.pk)
    return render(request, "actors/entries/visibility.html", editor.context(form=form))


def territories(request, actor: int):
    """On which of one's territories the structure is at work."""
    editor = _to_keep_entry(request, actor)
    mine = _territories_kept(request.user, editor)
    present = list(editor.actor.territories.all())
    others = [one for one in present if one not in mine]
    data = request.POST if request.method == "POST" else None
    form = TerritoriesForm(data, mine=mine, others=others, initial={"territories": present})
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["territories"]
        operations.set_territories(actor=editor.actor, keep=keep, of=mine, by=request.user)
        messages.success(request, "Les territoires de la structure sont enregistrés.")
        if can_edit_entry(request.user, editor.actor):
            return redirect("entries:edit", editor.actor.pk)
        return redirect("entries:list", editor.territory.pk)
    return render(request, "actors/entries/territories.html", editor.context(form=form, others=others))


def end(request, actor: int):
    """Note that the structure has ceased."""
    editor = _to_keep_entry(request, actor)
    form = EndingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.end_entry(actor=editor.actor, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, f"{editor.actor} n’est plus proposée par l’annuaire. Sa fiche reste lisible ici.")
        return redirect("entries:edit", editor.actor.pk)
    return render(request, "actors/entries/end.html", editor.context(form=form))


@require_POST
def confirm(request, actor: int):
    """A member of the structure says that all of its entry is right; whoever edits it, that one section is."""
    editor = to_edit(request, actor)
    section = request.POST.get("section")
    if section is None:
        require(can_answer_for(request.user, editor.actor))
    sections = [one for one in states([editor.actor.pk])[editor.actor.pk].sections if section in (None, one)]
    if not sections:
        raise Http404
    role = editing.role_of(request.user, editor.actor)
    confirming.confirm(actor=editor.actor, sections=sections, role=role, by=request.user)
    said = "La fiche est à jour." if section is None else "C’est noté comme vérifié aujourd’hui."
    messages.success(request, f"Merci\u00a0! {said}")
    return redirect("entries:edit", editor.actor.pk)


@require_POST
def reopen(request, actor: int):
    """The structure is at work again."""
    editor = _to_keep_entry(request, actor)
    operations.reopen(actor=editor.actor, by=request.user)
    messages.success(request, f"{editor.actor} est de nouveau dans l’annuaire.")
    return redirect("entries:edit", editor.actor.pk)


def service_end(request, actor: int, pk: int):
    """Note that a service has stopped."""
    editor = to_edit(request, actor)
    service = get_object_or_404(editor.actor.services, pk=pk)
    form = EndingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.end_service(service=service, on=form.cleaned_data["on"], by=request.user)
        messages.success(request, f"« {service} » n’est plus proposé par l’annuaire. Vous pourrez le reprendre.")
        return redirect("entries:edit", editor.actor.pk)
    return render(request, "actors/entries/service_end.html", editor.context(form=form, service=service))


@require_POST
def service_resume(request, actor: int, pk: int):
    """A service has begun again."""
    editor = to_edit(request, actor)
    service = get_object_or_404(editor.actor.services, pk=pk)
    operations.resume_service(service=service, by=request.user)
    messages.success(request, f"« {service} » est de nouveau dans l’annuaire : vérifiez ses horaires.")
    return redirect("entries:edit", editor.actor.pk)


REMOVALS = {
    "site": lambda row, by: operations.remove_site(site=row, by=by),
    "stop": lambda row, by: operations.remove_stop(stop=row, by=by),
    "supply_line": lambda row, by: operations.remove_supply_line(line=row, by=by),
}


def remove(request, actor: int, code: str, target: int):
    """Take a place, a stop, a need or a surplus out of the entry."""
    editor = to_edit(request, actor)
    if code not in REMOVALS:
        raise Http404
    row = _row(editor, code, target)
    title = str(row)
    services: list[FoodService] = list(row.services.all()) if isinstance(row, Site) else []
    if request.method == "POST":
        try:
            REMOVALS[code](row, request.user)
        except operations.InUseError as error:
            services = error.services
        else:
            messages.success(request, f"« {title} » est retiré de la fiche. L’historique en garde la trace.")
            return redirect("entries:edit", editor.actor.pk)
    label = editing.EDITABLE[code].label
    context = editor.context(title=title, label=label, services=services)
    return render(request, "actors/entries/remove.html", context)


def _row(editor: Editor, code: str, target: int) -> Site | Stop | SupplyLine:
    try:
        return editing.open_form(code, editor.actor, target).instance
    except LookupError as error:
        raise Http404 from error


def _to_keep_entry(request, pk: int) -> Editor:
    """For who keeps the entry as a coordinator. Raises as ``to_edit`` does."""
    editor = to_edit(request, pk)
    require(editor.keeps)
    return editor


def _territories_kept(user, editor: Editor):
    if user.is_staff:
        return Territory.objects.in_network() | Territory.objects.filter(pk__in=editor.actor.territories.values("pk"))
    return Territory.objects.filter(coordinators__user=user)
