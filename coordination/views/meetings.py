"""A territory's meetings: list, page, and the forms that plan, change, call off, repeat and delete them."""

from collections import Counter
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from coordination import ics, invitations, meetings, records
from coordination.agenda import total_minutes
from coordination.filters import MeetingFilter
from coordination.forms.meetings import CancelForm, MeetingForm, NewMeetingForm, WhenForm
from coordination.models import Attendance, Meeting, Minutes
from coordination.timing import timing_of, trainings_of
from coordination.views import scope
from coordination.views.bin import tell_deleted
from outbox.models import Mail

PAGE_SIZE = 50
Status = Meeting.Status


def meeting_list(request, territory: int):
    """Those to come, those whose time has passed (were they held?), and the others by year."""
    here = scope.to_read(request, territory)
    shown = MeetingFilter(request.GET, queryset=here.seen(Meeting.objects), territory=here.territory)
    found = shown.qs.select_related("working_group")
    to_write_up, to_come = found.due_and_to_come()
    over = found.alive().exclude(status=Status.PLANNED).order_by("-starts_at", "-pk")
    page = Paginator(over, PAGE_SIZE).get_page(request.GET.get("page"))
    years = [(year, list(rows)) for year, rows in groupby(page, key=_year)]
    context = here.context("meetings", filter=shown, to_come=to_come, to_write_up=to_write_up, page_obj=page)
    return render(request, "coordination/meeting_list.html", context | {"years": years})


def meeting(request, territory: int, pk: int):
    here, meeting = find(request, territory, pk)
    rows = list(meeting.attendances.select_related("member", "actor"))
    points = list(meeting.agenda.select_related("action"))
    is_held = meeting.status == Status.HELD
    mine = [row for row in rows if row.invited and row.member and row.member.user_id == request.user.pk]
    context = here.context(
        "meetings",
        meeting=meeting,
        points=points,
        total=total_minutes(points),
        present=[row for row in rows if row.present],
        excused=[row for row in rows if row.present is False],
        invitations=_invitations(meeting, rows) if here.can_keep and not is_held else [],
        replies=_replies(rows),
        mine=mine,
        awaits_replies=invitations.awaits_replies(meeting),
        answers=REPLIES,
        minutes=here.seen(Minutes.objects, "meeting__territory").filter(meeting=meeting).first() if is_held else None,
        documents=list(meeting.documents.alive()),
        timing=timing_of(meeting.day, meeting.day, trainings_of(here.territory), timezone.localdate()),
    )
    return render(request, "coordination/meeting.html", context)


REPLIES = [
    (Attendance.Reply.YES, "Je viens"),
    (Attendance.Reply.MAYBE, "Peut-être"),
    (Attendance.Reply.NO, "Je ne viens pas"),
]


def meeting_add(request, territory: int):
    """Plan a meeting, or note one that was held."""
    here = scope.to_keep(request, territory)
    form = NewMeetingForm(request.POST or None, instance=Meeting(territory=here.territory))
    if request.method == "POST" and form.is_valid():
        try:
            meeting = meetings.create_meeting(meeting=form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if meeting.status == Status.HELD:
                messages.success(request, "La réunion est notée. Dites maintenant qui est venu.")
                return redirect("coordination:meeting_attendance", here.territory.pk, meeting.pk)
            messages.success(request, "La réunion est prévue. Choisissez maintenant qui inviter.")
            return redirect(meeting)
    return render(request, "coordination/meeting_add.html", here.context("meetings", form=form))


def meeting_edit(request, territory: int, pk: int):
    here, meeting = find_kept(request, territory, pk)
    title = str(meeting)
    form = MeetingForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            told = meetings.change_meeting(meeting=form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say(request, "Les changements sont enregistrés.", told)
            return redirect(meeting)
    context = here.context("meetings", form=form, title=title, meeting_id=pk, status=meeting.status)
    return render(request, "coordination/meeting_edit.html", context)


def meeting_cancel(request, territory: int, pk: int):
    """Call a meeting off, or say that it did not take place."""
    here, meeting = find_kept(request, territory, pk)
    if meeting.status == Status.CANCELLED:
        return redirect(meeting)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = meetings.cancel_meeting(meeting=meeting, reason=form.cleaned_data["reason"], by=request.user)
        _say(request, "La réunion est annulée.", told)
        return redirect(meeting)
    return render(request, "coordination/meeting_cancel.html", here.context("meetings", form=form, meeting=meeting))


def meeting_reinstate(request, territory: int, pk: int):
    here, meeting = find_kept(request, territory, pk)
    if meeting.status != Status.CANCELLED:
        return redirect(meeting)
    if request.method == "POST":
        told = meetings.reinstate_meeting(meeting=meeting, by=request.user)
        _say(request, "La réunion n’est plus annulée.", told)
        return redirect(meeting)
    return render(request, "coordination/meeting_reinstate.html", here.context("meetings", meeting=meeting))


def meeting_repeat(request, territory: int, pk: int):
    """« Même chose dans deux mois »."""
    here, meeting = find_kept(request, territory, pk)
    starts = timezone.localtime(meeting.starts_at).time()
    form = WhenForm(request.POST or None, initial={"day": meetings.same_day_later(meeting), "starts": starts})
    if request.method == "POST" and form.is_valid():
        again = meetings.repeat_meeting(meeting=meeting, starts_at=form.cleaned_data["starts_at"], by=request.user)
        messages.success(request, "La réunion est prévue, avec les mêmes personnes à inviter.")
        return redirect(again)
    return render(request, "coordination/meeting_repeat.html", here.context("meetings", form=form, meeting=meeting))


def meeting_delete(request, territory: int, pk: int):
    here, meeting = find_kept(request, territory, pk)
    if request.method == "POST":
        records.delete_record(record=meeting, by=request.user)
        tell_deleted(request, meeting)
        return redirect("coordination:meeting_list", here.territory.pk)
    documents = list(meeting.documents.alive())
    context = here.context("meetings", record=meeting, documents=documents)
    return render(request, "coordination/record_delete.html", context)


def meeting_ics(request, territory: int, pk: int):
    """The meeting as a file for a calendar."""
    _, meeting = find(request, territory, pk)
    event = ics.event_of(meeting, page=request.build_absolute_uri(meeting.get_absolute_url()))
    headers = {"Content-Disposition": f'attachment; filename="reunion-{meeting.pk}.ics"'}
    return HttpResponse(ics.write([event]), content_type="text/calendar; charset=utf-8", headers=headers)


def find(request, territory: int, pk: int) -> tuple[scope.Scope, Meeting]:
    """A meeting of a logbook that one reads. Raises ``Http404`` otherwise."""
    here = scope.to_read(request, territory)
    found = Meeting.objects.select_related("working_group", "created_by")
    return here, here.find(found, pk)


def find_kept(request, territory: int, pk: int) -> tuple[scope.Scope, Meeting]:
    """As ``find``, for who keeps the logbook. Raises ``PermissionDenied`` for who may only read it."""
    here = scope.to_keep(request, territory)
    found = Meeting.objects.select_related("working_group", "created_by")
    return here, here.find(found, pk)


def _invitations(meeting: Meeting, rows: list[Attendance]) -> list[tuple[Attendance, Mail | None]]:
    """Those invited, each with the last mail about the meeting to their address."""
    mails = invitations.mails_by_address(meeting)
    return [(row, mails.get(row.member.email.lower()) if row.member else None) for row in rows if row.invited]


def _replies(rows: list[Attendance]) -> list[tuple[str, int]]:
    """How many of those invited replied what, of the replies there are."""
    counts = Counter(row.reply for row in rows if row.invited)
    return [(str(reply.label), counts[reply]) for reply in Attendance.Reply if counts[reply]]


def _say(request, text: str, told: int) -> None:
    """What was done, and how many mails it makes leave."""
    if told:
        people = "1 personne invitée est prévenue" if told == 1 else f"{told} personnes invitées sont prévenues"
        text = f"{text} {people} par courriel."
    messages.success(request, text)


def _year(meeting: Meeting) -> int:
    return timezone.localtime(meeting.starts_at).year
