from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from actors import operations
from actors.forms.trainees import TraineeForm
from actors.models import Trainee
from actors.permissions import can_manage_trainees
from alimactiv.access import require
from territories.models import Participation


def participation(request, pk: int):
    """The people trained for a territory in a session."""
    participation = _find_participation(request, pk)
    require(can_manage_trainees(request.user))
    trainees = list(participation.trainees.select_related("actor"))
    return render(request, "actors/participation.html", {"participation": participation, "trainees": trainees})


def trainee_add(request, pk: int):
    participation = _find_participation(request, pk)
    require(can_manage_trainees(request.user))
    form = TraineeForm(request.POST or None, participation=participation)
    if request.method == "POST" and form.is_valid():
        return _save(request, form)
    return render(request, "actors/trainee_add.html", {"participation": participation, "form": form})


def trainee_edit(request, pk: int):
    trainee = _find_trainee(request, pk)
    require(can_manage_trainees(request.user))
    form = TraineeForm(request.POST or None, participation=trainee.participation, instance=trainee)
    if request.method == "POST" and form.is_valid():
        return _save(request, form)
    return render(request, "actors/trainee_edit.html", {"trainee": _find_trainee(request, pk), "form": form})


def trainee_remove(request, pk: int):
    trainee = _find_trainee(request, pk)
    require(can_manage_trainees(request.user))
    if request.method == "POST":
        trainee.delete()
        messages.success(request, "Cette personne et ce qui était gardé d’elle ici sont effacés.")
        return redirect("actors:participation", trainee.participation_id)
    return render(request, "actors/trainee_remove.html", {"trainee": trainee})


def _save(request, form: TraineeForm):
    trainee = operations.save_trainee(
        trainee=form.save(commit=False),
        new_actor_name=form.cleaned_data["new_actor_name"],
        new_actor_kind=form.cleaned_data["new_actor_kind"],
        by=request.user,
    )
    messages.success(request, f"{trainee} fait partie des personnes formées.")
    return redirect("actors:participation", trainee.participation_id)


def _find_participation(request, pk: int) -> Participation:
    """The participation if one may open its territory's page. Raises ``Http404`` otherwise."""
    visible = Participation.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("session", "territory"), pk=pk)


def _find_trainee(request, pk: int) -> Trainee:
    visible = Trainee.objects.filter(participation__in=Participation.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("participation__session", "participation__territory"), pk=pk)
