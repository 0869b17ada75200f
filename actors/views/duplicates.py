"""Entries that look like one structure: warned of while typing, suggested on the desk, made one, taken apart again."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from actors import duplicates, merging
from actors.forms.duplicates import MergeForm, TypedForm
from actors.models import UNDO_FOR, Actor, Merge, NotDuplicate
from actors.operations import merging as operations
from actors.views import desk


@never_cache
def look_alikes(request):
    """What an htmx form shows beside the name that is being typed: nothing at all when nothing looks alike."""
    form = TypedForm(request.GET)
    typed = {name: form.cleaned_data[name] for name in form.fields if form.is_valid() and form.cleaned_data[name]}
    found = duplicates.look_alikes(request.user, **typed)
    return render(request, "actors/duplicates/_look_alikes.html", {"look_alikes": found})


def pair_list(request, territory: int):
    here = desk.to_keep(request, territory)
    mine = here.kept.values("pk")
    context = here.context(
        "duplicates",
        pairs=duplicates.pairs_within(here.territory, request.user),
        merges=list(Merge.objects.undoable().filter(kept__in=mine).select_related("kept", "absorbed", "by")),
        apart=list(
            NotDuplicate.objects.filter(first__in=mine, second__in=mine).select_related("first", "second", "by")
        ),
        days=UNDO_FOR.days,
    )
    return render(request, "actors/duplicates/list.html", context)


def pair(request, territory: int, first: int, second: int):
    """Both entries side by side; which to keep (``?garder=``), each difference, and what moves. POST makes them one."""
    here, kept, absorbed = _find_pair(request, territory, first, second)
    preview = merging.preview(kept, absorbed)
    form = MergeForm(request.POST or None, choices=preview.choices)
    if request.method == "POST" and form.is_valid():
        try:
            operations.merge(kept=kept, absorbed=absorbed, choices=form.cleaned_data, by=request.user)
        except operations.CannotMergeError as error:
            messages.error(request, str(error))
        else:
            text = f"{absorbed} est réunie à {kept}. Vous pouvez l’annuler pendant {UNDO_FOR.days} jours, ci-dessous."
            messages.success(request, text)
        return redirect("duplicates:list", here.territory.pk)
    context = here.context("duplicates", preview=preview, form=form, first=first, second=second)
    return render(request, "actors/duplicates/pair.html", context)


@require_POST
def tell_apart(request, territory: int, first: int, second: int):
    here, one, other = _find_pair(request, territory, first, second)
    operations.tell_apart(one=one, other=other, by=request.user)
    messages.success(request, f"{one} et {other} sont deux structures\u00a0: elles ne seront plus proposées ensemble.")
    return redirect("duplicates:list", here.territory.pk)


@require_POST
def forget_difference(request, territory: int, pk: int):
    here = desk.to_keep(request, territory)
    mine = here.kept.values("pk")
    said = get_object_or_404(NotDuplicate.objects.filter(first__in=mine, second__in=mine), pk=pk)
    operations.forget_difference(said=said, by=request.user)
    messages.success(request, "Ces deux fiches pourront de nouveau être proposées comme doublons.")
    return redirect("duplicates:list", here.territory.pk)


def undo(request, territory: int, pk: int):
    here = desk.to_keep(request, territory)
    mine = here.kept.values("pk")
    merge = get_object_or_404(Merge.objects.undoable().filter(kept__in=mine).select_related("kept", "absorbed"), pk=pk)
    if request.method == "POST":
        try:
            stays = operations.undo(merge=merge, by=request.user)
        except operations.CannotMergeError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{merge.kept} et {merge.absorbed} sont de nouveau deux fiches.")
            for one in stays:
                messages.warning(request, one)
        return redirect("duplicates:list", here.territory.pk)
    return render(request, "actors/duplicates/undo.html", here.context("duplicates", merge=merge))


def _find_pair(request, territory: int, first: int, second: int) -> tuple[desk.Desk, Actor, Actor]:
    """Two entries of the desk, the one to keep first: the older unless ``?garder=`` says otherwise.

    Raises ``Http404`` if one is not of the territory, ``PermissionDenied`` if one is for another desk to keep.
    """
    here = desk.to_keep(request, territory)
    if first == second:
        raise Http404
    one, other = here.find(first), here.find(second)
    one, other = sorted((one, other), key=lambda actor: actor.pk)
    return (here, other, one) if request.GET.get("garder") == str(other.pk) else (here, one, other)
