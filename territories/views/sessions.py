from django.contrib import messages
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404, redirect, render

from alimactiv.access import require
from territories import operations
from territories.forms import NewParticipationForm, ParticipationForm, SessionForm
from territories.models import Participation, TrainingSession
from territories.permissions import can_manage_sessions


def session_list(request):
    require(can_manage_sessions(request.user))
    sessions = list(TrainingSession.objects.with_counts())
    return render(request, "territories/session_list.html", {"sessions": sessions})


def session_create(request):
    require(can_manage_sessions(request.user))
    form = SessionForm(request.POST or None, initial={"status": TrainingSession.Status.PLANNED})
    if request.method == "POST" and form.is_valid():
        session = form.save()
        messages.success(request, f"La session {session.number} est créée.")
        return redirect(session)
    return render(request, "territories/session_create.html", {"form": form})


def session(request, number: int):
    require(can_manage_sessions(request.user))
    session = get_object_or_404(TrainingSession, number=number)
    participations = list(session.participations.select_related("territory").order_by("territory__name"))
    return render(request, "territories/session.html", {"session": session, "participations": participations})


def session_edit(request, number: int):
    require(can_manage_sessions(request.user))
    session = get_object_or_404(TrainingSession, number=number)
    form = SessionForm(request.POST or None, instance=session)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Les changements sont enregistrés.")
        return redirect(session)
    return render(request, "territories/session_edit.html", {"number": number, "form": form})


def session_participation_add(request, number: int):
    require(can_manage_sessions(request.user))
    session = get_object_or_404(TrainingSession, number=number)
    if request.method == "POST" and "search" not in request.POST:
        form = NewParticipationForm(request.POST, session=session)
        if form.is_valid():
            participation = form.save()
            messages.success(request, f"{participation.territory} prend part à la session {number}.")
            return redirect(session)
    else:
        form = NewParticipationForm(initial=request.POST.dict(), session=session)
    return render(request, "territories/session_participation_add.html", {"session": session, "form": form})


def session_participation_edit(request, pk: int):
    participation = _find(request, pk)
    require(can_manage_sessions(request.user))
    form = ParticipationForm(request.POST or None, instance=participation)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Les changements sont enregistrés.")
        return redirect(participation.session)
    return render(
        request, "territories/session_participation_edit.html", {"participation": participation, "form": form}
    )


def session_participation_remove(request, pk: int):
    participation = _find(request, pk)
    require(can_manage_sessions(request.user))
    is_examined = False
    if request.method == "POST":
        try:
            operations.remove_participation(participation=participation, by=request.user)
        except ProtectedError:
            is_examined = True
        else:
            messages.success(request, f"{participation} est retirée de la session.")
            return redirect(participation.session)
    return render(
        request,
        "territories/session_participation_remove.html",
        {"participation": participation, "is_examined": is_examined},
        status=409 if is_examined else 200,
    )


def _find(request, pk: int) -> Participation:
    """The participation if one may open its territory's page. Raises ``Http404`` otherwise."""
    visible = Participation.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("session", "territory"), pk=pk)
