"""Choosing whom to invite, seeing who gets what, sending; and what those invited reply."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from coordination import invitations
from coordination.agenda import total_minutes
from coordination.attendance import Candidate, candidates, key_of
from coordination.forms.invitations import InviteForm, ReplyForm
from coordination.models import Attendance, Meeting
from coordination.views.meetings import REPLIES, find, find_kept
from outbox import links


def meeting_invite(request, territory: int, pk: int):
    """First choose, then see who gets what, then send: states of one page."""
    here, meeting = find_kept(request, territory, pk)
    if not invitations.awaits_replies(meeting):
        return redirect(meeting)
    people = candidates(here.territory)
    form = InviteForm(request.POST or None, people=people, ticked=_ticked(request.GET.get("qui", ""), meeting, people))
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        if "send" in request.POST:
            return _send(request, meeting, form.chosen)
        preview = invitations.preview(meeting, form.chosen)
        context = here.context("meetings", meeting=meeting, chosen=form.chosen, preview=preview)
        return render(request, "coordination/meeting_invite_preview.html", context)
    context = here.context("meetings", meeting=meeting, form=form, has_group=meeting.working_group_id is not None)
    return render(request, "coordination/meeting_invite.html", context)


def _ticked(which: str, meeting: Meeting, people: list[Candidate]) -> set[str]:
    """Whom to tick beforehand: everybody, those of the working group, or those already invited."""
    if which == "tous":
        return {candidate.key for candidate in people}
    rows = meeting.attendances.filter(invited=True)
    if which == "groupe" and meeting.working_group:
        rows = Attendance.objects.of_group(meeting.working_group)
    return {key_of(row) for row in rows}


def _send(request, meeting: Meeting, chosen: list[Candidate]):
    sent = invitations.invite(meeting=meeting, chosen=chosen, by=request.user)
    if sent:
        text = "1 invitation va partir." if sent == 1 else f"{sent} invitations vont partir."
    else:
        text = "Aucun courriel n’a à partir ; les personnes choisies sont notées comme invitées."
    messages.success(request, text)
    return redirect(meeting)


@require_POST
def meeting_reply_here(request, territory: int, pk: int):
    """The reply of someone invited who is signed in."""
    _, meeting = find(request, territory, pk)
    rows = invitations.rows_of_user(meeting, request.user)
    if not rows:
        raise Http404
    _keep(request, meeting, rows, by=request.user)
    return redirect(meeting)


@login_not_required
@never_cache
def meeting_reply(request, token: str):
    """The page of an invitation's link: it shows the meeting, and its buttons reply. No account is needed."""
    link = links.find(token, invitations.REPLY)
    meetings = Meeting.objects.alive().select_related("territory", "working_group")
    meeting = meetings.filter(pk=link.subject.rpartition(":")[2]).first() if link else None
    rows = invitations.rows_of_address(meeting, link.recipient) if meeting else []
    if not rows:
        return render(request, "coordination/meeting_reply_closed.html", status=404)
    if request.method == "POST":
        _keep(request, meeting, rows, by=None)
        return redirect("coordination:meeting_reply", token)
    points = list(meeting.agenda.all())
    context = {
        "meeting": meeting,
        "row": rows[0],
        "points": points,
        "total": total_minutes(points),
        "answers": REPLIES,
        "awaits_replies": invitations.awaits_replies(meeting),
        "token": token,
    }
    return render(request, "coordination/meeting_reply.html", context)


def _keep(request, meeting: Meeting, rows: list[Attendance], *, by) -> None:
    form = ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choisissez une des trois réponses.")
        return
    try:
        invitations.reply(meeting=meeting, rows=rows, answer=form.cleaned_data["reply"], by=by)
    except invitations.TooLateError:
        messages.error(request, "Cette réunion est passée ou annulée : on ne peut plus y répondre.")
    else:
        messages.success(request, "Merci, votre réponse est enregistrée. Vous pouvez en changer jusqu’à la réunion.")
