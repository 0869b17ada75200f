"""The structures of a territory and the people through whom they take part."""

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from actors import operations
from actors.duplicates import look_alikes
from actors.forms.membership import LeavingForm
from actors.membership import losses
from actors.models import Actor, Member
from coordination.forms.members import ActorForm, MemberForm
from coordination.views import scope


def member_list(request, territory: int):
    here = scope.to_keep(request, territory)
    people = Prefetch("members", queryset=Member.objects.current().select_related("user"), to_attr="present")
    gone = Prefetch("members", queryset=Member.objects.exclude(pk__in=Member.objects.current()), to_attr="gone")
    actors = list(here.territory.actors.listed().prefetch_related(people, gone))
    return render(request, "coordination/member_list.html", here.context("members", actors=actors))


def actor_add(request, territory: int):
    here = scope.to_keep(request, territory)
    form = ActorForm(request.POST or None, territory=here.territory)
    alike = []
    if request.method == "POST" and form.is_valid() and "is_other" not in request.POST:
        alike = look_alikes(request.user, name=form.cleaned_data["name"], territory=here.territory)
    if request.method == "POST" and form.is_valid() and not alike:
        actor = operations.add_actor(**form.cleaned_data, territory=here.territory, by=request.user)
        messages.success(request, f"{actor} fait partie du territoire. Ajoutez maintenant une personne à inviter.")
        return redirect("coordination:member_add", here.territory.pk, actor.pk)
    return render(request, "coordination/actor_add.html", here.context("members", form=form, look_alikes=alike))


def actor_edit(request, territory: int, actor: int):
    here = scope.to_keep(request, territory)
    actor = _find_actor(here, actor)
    title = str(actor)
    form = ActorForm(request.POST or None, instance=actor, territory=here.territory)
    if request.method == "POST" and form.is_valid():
        operations.change_actor(actor=form.instance, by=request.user)
        messages.success(request, "Les changements sont enregistrés.")
        return redirect("coordination:member_list", here.territory.pk)
    others = list(actor.territories.exclude(pk=here.territory.pk))
    context = here.context("members", form=form, title=title, other_territories=others, actor=actor)
    return render(request, "coordination/actor_edit.html", context)


def member_add(request, territory: int, actor: int):
    here = scope.to_keep(request, territory)
    actor = _find_actor(here, actor)
    form = MemberForm(request.POST or None, instance=Member(actor=actor))
    if request.method == "POST" and form.is_valid():
        member = operations.save_member(member=form.instance, by=request.user)
        messages.success(request, f"{member} est parmi les membres de {actor}.")
        if "another" in request.POST:
            return redirect("coordination:member_add", here.territory.pk, actor.pk)
        return redirect("coordination:member_list", here.territory.pk)
    return render(request, "coordination/member_add.html", here.context("members", form=form, actor=actor))


def member_edit(request, territory: int, pk: int):
    return _edit(request, territory, pk, MemberForm, "coordination/member_edit.html")


def member_left(request, territory: int, pk: int):
    """Note that someone left their structure: nothing is sent to them any more."""
    return _edit(request, territory, pk, LeavingForm, "coordination/member_left.html")


def _edit(request, territory: int, pk: int, form_class, template: str):
    here = scope.to_keep(request, territory)
    found = Member.objects.filter(actor__territories=here.territory).select_related("actor")
    member = get_object_or_404(found, pk=pk)
    title, lost = str(member), losses([member]) if form_class is LeavingForm else []
    initial = {"left_on": member.left_on or timezone.localdate()} if form_class is LeavingForm else None
    form = form_class(request.POST or None, instance=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.save_member(member=form.instance, by=request.user)
        messages.success(request, "Les changements sont enregistrés.")
        return redirect("coordination:member_list", here.territory.pk)
    context = here.context("members", form=form, title=title, actor=member.actor, member_id=member.pk, losses=lost)
    return render(request, template, context)


def _find_actor(here: scope.Scope, pk: int) -> Actor:
    return get_object_or_404(here.territory.actors.listed(), pk=pk)
