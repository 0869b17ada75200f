"""A territory's working groups: added, renamed, closed, opened again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from coordination import groups
from coordination.forms.members import GroupForm
from coordination.models import WorkingGroup
from coordination.views import scope


def group_list(request, territory: int):
    """The groups, and the form that adds one."""
    here = scope.to_keep(request, territory)
    form = GroupForm(request.POST or None, instance=WorkingGroup(territory=here.territory))
    if request.method == "POST" and form.is_valid():
        group = groups.save_group(group=form.instance, by=request.user)
        messages.success(request, f"Le groupe « {group} » est ouvert.")
        return redirect("coordination:group_list", here.territory.pk)
    found = list(here.territory.working_groups.all())
    return render(request, "coordination/group_list.html", here.context("meetings", form=form, groups=found))


def group_edit(request, territory: int, pk: int):
    here = scope.to_keep(request, territory)
    group = get_object_or_404(here.territory.working_groups, pk=pk)
    title = str(group)
    form = GroupForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        groups.save_group(group=form.instance, by=request.user)
        messages.success(request, "Les changements sont enregistrés.")
        return redirect("coordination:group_list", here.territory.pk)
    return render(request, "coordination/group_edit.html", here.context("meetings", form=form, title=title))


@require_POST
def group_close(request, territory: int, pk: int):
    """Close an active group, or open a closed one again."""
    here = scope.to_keep(request, territory)
    group = get_object_or_404(here.territory.working_groups, pk=pk)
    group.is_active = "open" in request.POST
    groups.save_group(group=group, by=request.user)
    messages.success(request, f"Le groupe « {group} » est {'ouvert' if group.is_active else 'clos'}.")
    return redirect("coordination:group_list", here.territory.pk)
