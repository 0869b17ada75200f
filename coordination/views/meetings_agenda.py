"""A meeting's agenda: points added, ordered with buttons, removed."""

from django.contrib import messages
from django.shortcuts import redirect, render

from coordination import agenda
from coordination.forms.agenda import points_formset
from coordination.models import ActionItem
from coordination.views.meetings import find_kept


def meeting_agenda(request, territory: int, pk: int):
    """Each button keeps what is typed: none is lost by moving a point before saving."""
    here, meeting = find_kept(request, territory, pk)
    points = agenda.points_of(meeting)
    actions = ActionItem.objects.alive().filter(territory=here.territory)
    formset = points_formset(request.POST or None, points=points, actions=actions)
    if request.method == "POST" and formset.is_valid():
        agenda.set_agenda(meeting=meeting, points=_pressed(request, formset, meeting), by=request.user)
        if "save" in request.POST:
            messages.success(request, "L’ordre du jour est enregistré.")
            return redirect(meeting)
        return redirect("coordination:meeting_agenda", here.territory.pk, meeting.pk)
    context = here.context("meetings", meeting=meeting, formset=formset, total=agenda.total_minutes(points))
    return render(request, "coordination/meeting_agenda.html", context)


def _pressed(request, formset, meeting) -> list[agenda.Point]:
    """The points once the button pressed has done its work."""
    if "actions" in request.POST:
        taken_up = {point.action for point in formset.points}
        missing = [point for point in agenda.opening_points(meeting) if point.action not in taken_up]
        return [*formset.points, *missing]
    return formset.moved(request.POST.get("move", ""))
