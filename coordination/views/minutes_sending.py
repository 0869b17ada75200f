"""Minutes on their way out, the corrections that come back, the projects that decisions lead to."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from coordination import sending
from coordination.forms.minutes import DecisionProjectForm
from coordination.models import Correction, Meeting, Minutes, MutualisationProject, Outcome
from coordination.views.minutes import find_kept

TOO_LATE = "Ce compte rendu a changé d’état entre-temps : voyez où il en est."
NOT_HELD = "Cette réunion n’est pas notée comme tenue : dites d’abord qu’elle a eu lieu."


def minutes_send(request, territory: int, meeting: int):
    """Draft to review: shows who gets the mail, then asks for it."""
    return _send(request, territory, meeting, former=Minutes.State.DRAFT, act=sending.send_for_review)


def minutes_close(request, territory: int, meeting: int):
    """Review to final: shows who gets the mail, then asks for it."""
    return _send(request, territory, meeting, former=Minutes.State.SENT, act=sending.close)


def _send(request, territory: int, meeting: int, *, former: str, act):
    here, minutes = find_kept(request, territory, meeting)
    if minutes.state != former:
        messages.warning(request, TOO_LATE)
        return redirect("coordination:minutes", territory, meeting)
    if minutes.meeting.status != Meeting.Status.HELD:
        messages.warning(request, NOT_HELD)
        return redirect("coordination:minutes", territory, meeting)
    if request.method == "POST":
        _act(request, minutes, act)
        return redirect("coordination:minutes", territory, meeting)
    context = here.context(
        "meetings",
        meeting=minutes.meeting,
        minutes=minutes,
        recipients=sending.recipients(minutes.meeting),
        waiting=minutes.corrections.filter(state=Correction.State.PROPOSED).count(),
        is_last=former == Minutes.State.SENT,
    )
    return render(request, "coordination/minutes_send.html", context)


def _act(request, minutes: Minutes, act) -> None:
    try:
        count = act(minutes=minutes, by=request.user)
    except sending.NotInThatStateError:
        messages.warning(request, TOO_LATE)
        return
    people = f"{count} personne{'s' if count > 1 else ''} le recevr{'ont' if count > 1 else 'a'} par courriel"
    done = "est définitif" if minutes.state == Minutes.State.FINAL else "est envoyé pour relecture"
    messages.success(request, f"Le compte rendu {done} : {people if count else 'personne n’a d’adresse de courriel'}.")


def minutes_reopen(request, territory: int, meeting: int):
    here, minutes = find_kept(request, territory, meeting)
    if request.method == "POST":
        try:
            sending.reopen(minutes=minutes, by=request.user)
        except sending.NotInThatStateError:
            messages.warning(request, TOO_LATE)
        else:
            messages.success(request, "Le compte rendu est de nouveau un brouillon.")
        return redirect("coordination:minutes", territory, meeting)
    return render(request, "coordination/minutes_reopen.html", here.context("meetings", meeting=minutes.meeting))


@require_POST
def correction_settle(request, territory: int, meeting: int, pk: int):
    _, minutes = find_kept(request, territory, meeting)
    correction = get_object_or_404(minutes.corrections, pk=pk)
    state = request.POST.get("state")
    if state in {Correction.State.ACCEPTED, Correction.State.DECLINED}:
        sending.settle_correction(correction=correction, state=state, by=request.user)
        if state == Correction.State.ACCEPTED and minutes.state != Minutes.State.FINAL:
            messages.success(request, "La correction est retenue : reportez-la maintenant dans le compte rendu.")
            return redirect("coordination:minutes_edit", territory, meeting)
        messages.success(request, f"La correction est {correction.get_state_display()}.")
    return redirect("coordination:minutes", territory, meeting)


def decision_project(request, territory: int, meeting: int, pk: int):
    """Makes a decision lead to a project: a known one, or a new idea named after it."""
    here, minutes = find_kept(request, territory, meeting)
    decision = get_object_or_404(minutes.outcomes, pk=pk, kind=Outcome.Kind.DECISION)
    projects = MutualisationProject.objects.alive().filter(territory=here.territory)
    initial = {"project": decision.project_id, "title": "" if decision.project_id else decision.text[:200]}
    form = DecisionProjectForm(request.POST or None, projects=projects, initial=initial)
    if request.method == "POST" and form.is_valid():
        project, title = form.cleaned_data["project"], form.cleaned_data["title"]
        if title:
            project = MutualisationProject(territory=here.territory, title=title, theme=minutes.meeting.theme)
        sending.lead_to_project(decision=decision, project=project, by=request.user)
        messages.success(request, "Le projet est relié à la décision." if project else "Aucun projet n’y est relié.")
        return redirect("coordination:minutes", territory, meeting)
    context = here.context("meetings", meeting=minutes.meeting, decision=decision, form=form)
    return render(request, "coordination/decision_project.html", context)
