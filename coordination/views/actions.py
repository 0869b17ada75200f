"""What is to be done: a territory's actions, and one's own."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.history import history_of
from alimactiv.access import require
from coordination import actions
from coordination.filters import ActionFilter
from coordination.forms.actions import ActionForm, StateForm
from coordination.forms.owners import Owners
from coordination.models import ActionItem
from coordination.permissions import can_close_action
from coordination.records import delete_record
from coordination.views import scope
from coordination.views.bin import tell_deleted

DONE_SHOWN = 50


def action_list(request, territory: int):
    """Open ones, the most overdue first; then those closed last."""
    here = scope.to_read(request, territory)
    shown = ActionFilter(request.GET, queryset=here.seen(ActionItem.objects.alive()), territory=here.territory)
    found = shown.qs.with_owners().select_related("meeting__working_group")
    closed = found.closed()
    context = here.context(
        "actions",
        filter=shown,
        open_actions=list(found.for_agenda()),
        closed_actions=list(closed[:DONE_SHOWN]),
        closed_count=closed.count(),
    )
    return render(request, "coordination/action_list.html", context)


def action_create(request, territory: int):
    here = scope.to_keep(request, territory)
    form = ActionForm(request.POST or None, action=None, owners=Owners(here.territory))
    if request.method == "POST" and form.is_valid():
        actions.give_action(territory=here.territory, fields=form.asked, by=request.user)
        messages.success(request, "L’action est ajoutée.")
        return redirect("coordination:action_list", territory)
    return render(request, "coordination/action_edit.html", here.context("actions", form=form, action=None))


def action(request, territory: int, pk: int):
    """One action, whence it comes and all that was done to it."""
    here, found = _find(request, territory, pk)
    outcome = getattr(found, "outcome", None)
    minutes = outcome.minutes if outcome else None
    context = here.context(
        "actions",
        action=found,
        minutes=minutes if minutes and (here.can_keep or minutes.state != "draft") else None,
        can_close=can_close_action(request.user, found),
        history=history_of(found) if here.can_keep else [],
    )
    return render(request, "coordination/action.html", context)


def action_edit(request, territory: int, pk: int):
    here, found = _find(request, territory, pk)
    require(here.can_keep)
    owners = Owners(here.territory, besides=[found.owner_member or found.owner_actor])
    form = ActionForm(request.POST or None, action=found, owners=owners)
    if request.method == "POST" and form.is_valid():
        actions.pass_on_action(action=found, fields=form.asked, by=request.user)
        messages.success(request, "Les changements sont enregistrés.")
        return redirect(found)
    return render(request, "coordination/action_edit.html", here.context("actions", form=form, action=found))


@require_POST
def action_delete(request, territory: int, pk: int):
    """To the bin at once: the message has what brings it back."""
    here, found = _find(request, territory, pk)
    require(here.can_keep)
    delete_record(record=found, by=request.user)
    tell_deleted(request, found)
    return redirect("coordination:action_list", territory)


@require_POST
def action_state(request, territory: int, pk: int):
    """Done, dropped, or open again: for the coordination, and whoever is to do it."""
    _, found = _find(request, territory, pk)
    require(can_close_action(request.user, found))
    form = StateForm(request.POST)
    if form.is_valid():
        actions.set_state(action=found, state=form.cleaned_data["state"], by=request.user)
        messages.success(request, f"« {found} » : {found.get_state_display()}.")
    return redirect("coordination:my_actions" if "mine" in request.POST else found)


def my_actions(request):
    """What one is to do as a member of structures, over all territories."""
    mine = ActionItem.objects.of(request.user).with_owners().select_related("territory", "meeting")
    context = {"open_actions": list(mine.for_agenda()), "closed_actions": list(mine.closed()[:DONE_SHOWN])}
    return render(request, "coordination/my_actions.html", context)


def _find(request, territory: int, pk: int) -> tuple[scope.Scope, ActionItem]:
    here = scope.to_read(request, territory)
    return here, here.find(ActionItem.objects.with_owners().select_related("meeting"), pk)
