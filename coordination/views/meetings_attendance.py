"""Who came to a meeting that was held."""

from django.contrib import messages
from django.shortcuts import redirect, render

from coordination.attendance import candidates, key_of, noted, record_present
from coordination.forms.attendance import FEW, AttendanceForm, Newcomers, ticks, who_of
from coordination.models import Meeting
from coordination.views.meetings import find_kept


def meeting_attendance(request, territory: int, pk: int):
    here, meeting = find_kept(request, territory, pk)
    if meeting.status != Meeting.Status.HELD:
        return redirect(meeting)
    rows = list(meeting.attendances.all())
    directory = candidates(here.territory)
    people = [*noted(meeting, directory), *directory]
    ticked = {key_of(row) for row in rows if row.present}
    form = AttendanceForm(request.POST or None, people=people, ticked=ticked)
    newcomers = Newcomers(request.POST or None, prefix="venu")
    if request.method == "POST" and all([form.is_valid(), newcomers.is_valid()]):
        record_present(
            meeting=meeting,
            present=who_of(form.cleaned_data["present"]),
            newcomers=[*newcomers.newcomers, *form.cleaned_data["pasted"]],
            by=request.user,
        )
        messages.success(request, "Les présences sont enregistrées.")
        return redirect(meeting)
    expected = ticked | {key_of(row) for row in rows if row.invited}
    shown = ticks(form["present"])
    first, others = [t for t in shown if t.key in expected], [t for t in shown if t.key not in expected]
    context = here.context(
        "meetings",
        meeting=meeting,
        form=form,
        newcomers=newcomers,
        first=first,
        others=others,
        are_few=len(others) <= FEW,
        structures=sorted({candidate.structure for candidate in people if candidate.structure}),
    )
    return render(request, "coordination/meeting_attendance.html", context)
