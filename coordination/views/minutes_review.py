"""The page that a mail about minutes opens, without an account: reads on GET, proposes a correction on POST."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render

from coordination import sending, sheets
from coordination.forms.minutes import CorrectionForm
from coordination.models import Attendance, Minutes
from outbox import links


@login_not_required
def minutes_review(request, token: str):
    link = links.find(token, sending.REVIEW)
    if link is None:
        return render(request, "coordination/minutes_review_over.html", status=404)
    attendance = get_object_or_404(Attendance.objects.select_related("member"), pk=int(link.subject.partition(":")[2]))
    minutes = get_object_or_404(sheets.with_contents(Minutes.objects.alive()), meeting=attendance.meeting_id)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sending.propose_correction(minutes=minutes, attendance=attendance, text=form.cleaned_data["text"])
        except sending.NotInThatStateError:
            return _show(request, minutes, attendance, form, status=409)
        messages.success(request, "Merci : votre proposition est transmise à la coordination.")
        return redirect("coordination:minutes_review", token)
    return _show(request, minutes, attendance, form)


def _show(request, minutes: Minutes, attendance: Attendance, form: CorrectionForm, status: int = 200):
    """The minutes unless they are a draft again; the form only while they are under review."""
    is_draft = minutes.state == Minutes.State.DRAFT
    context = {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "attendance": attendance,
        "sheet": None if is_draft else sheets.sheet(minutes),
        "form": form if minutes.state == Minutes.State.SENT else None,
        "typed": form["text"].value() or "",
        "mine": list(attendance.corrections.filter(minutes=minutes)),
    }
    return render(request, "coordination/minutes_review.html", context, status=status)
