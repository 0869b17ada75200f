"""The people of a structure: who is there, who arrives, who leaves; and « Mes structures »."""

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from actors.forms.membership import AccessForm, ApprovalForm, InvitationForm, LeavingForm, RefusalForm
from actors.membership import losses
from actors.models import Actor, Joining, Member
from actors.operations import joining as operations
from actors.operations import save_member
from actors.permissions import can_keep_entry, can_manage_members
from alimactiv.access import require

SETTLED = (
    "Cela vient d’être réglé, par la personne elle-même ou par quelqu’un d’autre\u00a0: il n’y a plus rien à décider."
)


def mine(request):
    """« Mes structures »: those that the reader is of, and what they may do there."""
    territories = Prefetch("actor__territories", to_attr="at_work")
    found = Member.objects.of(request.user).filter(actor__merged_into=None).select_related("actor")
    rows = list(found.prefetch_related(territories).order_by("actor__name", "pk"))
    entries = Actor.objects.filter(pk__in=[member.actor_id for member in rows])
    context = {
        "members": rows,
        "readable": set(entries.visible_to(request.user).values_list("pk", flat=True)),
        "Access": Member.Access,
    }
    return render(request, "actors/membership/mine.html", context)


def actor(request, actor: int):
    """A structure's people, for who manages them."""
    found = _find_to_manage(request, actor)
    members = list(found.members.select_related("user").order_by("name", "pk"))
    arrivals = list(found.joinings.open().select_related("invited_by"))
    context = _of_actor(request, found) | {
        "present": [member for member in members if not member.has_left],
        "gone": [member for member in members if member.has_left],
        "claims": [one for one in arrivals if one.state == Joining.State.PENDING],
        "invitations": [one for one in arrivals if not one.is_claim],
        "is_bereft": Actor.objects.filter(pk=found.pk).without_member().exists(),
        "has_no_manager": Actor.objects.filter(pk=found.pk).without_manager().exists(),
    }
    return render(request, "actors/membership/actor.html", context)


def invite(request, actor: int):
    found = _find_to_manage(request, actor)
    form = InvitationForm(request.POST or None, actor=found)
    if request.method == "POST" and form.is_valid():
        try:
            joining = operations.invite(actor=found, **form.cleaned_data, by=request.user)
        except IntegrityError:  # pressed twice
            return redirect("membership:actor", found.pk)
        messages.success(request, f"L’invitation à {joining.name} va partir. Elle est valable 30 jours.")
        return redirect("membership:actor", found.pk)
    return render(request, "actors/membership/invite.html", _of_actor(request, found) | {"form": form})


@require_POST
def send_again(request, pk: int):
    joining = _find_arrival(request, pk)
    try:
        is_asked = operations.send_again(joining=joining, by=request.user)
    except operations.AlreadySettledError:
        messages.info(request, SETTLED)
    else:
        text = f"L’invitation à {joining.name} va partir à nouveau\u00a0; l’ancien lien ne marche plus."
        messages.success(
            request, text if is_asked else "Le premier courriel n’est pas encore parti\u00a0: il attend son tour."
        )
    return redirect("membership:actor", joining.actor_id)


@require_POST
def revoke(request, pk: int):
    joining = _find_arrival(request, pk)
    try:
        operations.revoke(joining=joining, by=request.user)
    except operations.AlreadySettledError:
        messages.info(request, SETTLED)
    else:
        messages.success(request, f"L’invitation à {joining.name} est annulée\u00a0: son lien n’ouvre plus rien.")
    return redirect("membership:actor", joining.actor_id)


def decide(request, pk: int):
    """A claim: what its author says, and two answers, each with its button."""
    joining = _find_arrival(request, pk, is_claim=True)
    approval = ApprovalForm(request.POST if "approve" in request.POST else None)
    refusal = RefusalForm(request.POST if "refuse" in request.POST else None)
    if approval.is_valid() or refusal.is_valid():
        _settle(request, joining, approval, refusal)
        return redirect("membership:actor", joining.actor_id)
    context = _of_actor(request, joining.actor) | {
        "joining": joining,
        "approval": approval,
        "refusal": refusal,
    }
    return render(request, "actors/membership/decide.html", context)


def _settle(request, joining: Joining, approval: ApprovalForm, refusal: RefusalForm) -> None:
    """Does what the valid one of both forms says."""
    try:
        if approval.is_bound:
            operations.approve(joining=joining, access=approval.cleaned_data["access"], by=request.user)
            messages.success(request, f"{joining.name} fait partie des membres\u00a0; un courriel l’en prévient.")
        else:
            operations.refuse(joining=joining, reason=refusal.cleaned_data["reason"], by=request.user)
            messages.success(request, f"La demande de {joining.name} est refusée\u00a0; un courriel lui dit pourquoi.")
    except operations.AlreadySettledError:
        messages.info(request, SETTLED)


def member_access(request, pk: int):
    member = _find_member(request, pk)
    title, lost = str(member), [loss for loss in losses([member]) if member.access == Member.Access.MANAGER]
    form = AccessForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid():
        operations.change_access(member=member, **form.cleaned_data, by=request.user)
        messages.success(request, f"Les droits de {title} sont enregistrés.")
        return _back_to(request, member.actor)
    context = {"form": form, "title": title, "is_last_manager": bool(lost)}
    return render(request, "actors/membership/member_access.html", _of_actor(request, member.actor) | context)


def member_left(request, pk: int):
    """Note that someone left their structure, or is back."""
    member = _find_member(request, pk)
    title, lost = str(member), losses([member])
    form = LeavingForm(
        request.POST or None, instance=member, initial={"left_on": member.left_on or timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        save_member(member=form.instance, by=request.user)
        messages.success(request, "Les changements sont enregistrés.")
        return _back_to(request, member.actor)
    context = {"form": form, "title": title, "losses": lost}
    return render(request, "actors/membership/member_left.html", _of_actor(request, member.actor) | context)


def leave(request, actor: int):
    """For a member: leave one's structure."""
    found = Member.objects.of(request.user).filter(actor__merged_into=None).select_related("actor")
    member = get_object_or_404(found, actor=actor)
    if request.method == "POST":
        operations.leave(member=member, by=request.user)
        messages.success(request, f"Vous ne faites plus partie des membres de «\u00a0{member.actor}\u00a0».")
        return redirect("membership:mine")
    return render(request, "actors/membership/leave.html", {"member": member, "losses": losses([member])})


def _of_actor(request, actor: Actor) -> dict:
    """What the frame of a structure's pages needs: ``territory`` where the reader coordinates it, if they do."""
    mine = actor.territories.filter(coordinators__user=request.user)
    territory = mine.first() or (actor.territories.first() if request.user.is_staff else None)
    return {"actor": actor, "territory": territory, "keeps": can_keep_entry(request.user, actor)}


def _back_to(request, actor: Actor):
    """To the structure's people, unless one has just given up seeing them."""
    if can_manage_members(request.user, actor):
        return redirect("membership:actor", actor.pk)
    return redirect("membership:mine")


def _find_to_manage(request, pk: int) -> Actor:
    actor = get_object_or_404(Actor.objects.listed().known_from_inside(request.user), pk=pk)
    require(can_manage_members(request.user, actor))
    return actor


def _find_member(request, pk: int) -> Member:
    member = get_object_or_404(_of_known(request, Member.objects), pk=pk)
    require(can_manage_members(request.user, member.actor))
    return member


def _find_arrival(request, pk: int, **narrowed) -> Joining:
    """One of a structure whose people the reader manages. One that was settled is found too: its page says so."""
    joining = get_object_or_404(_of_known(request, Joining.objects), pk=pk, **narrowed)
    require(can_manage_members(request.user, joining.actor))
    return joining


def _of_known(request, rows):
    known = Actor.objects.listed().known_from_inside(request.user)
    return rows.filter(actor__in=known.values("pk")).select_related("actor")
