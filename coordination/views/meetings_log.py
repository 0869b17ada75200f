"""« Consigner une réunion » : one page, under three minutes."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from coordination import meetings
from coordination.attendance import candidates, keys_expected, last_present, noted
from coordination.forms.attendance import FEW, Tick, ticks, who_of
from coordination.forms.meeting_log import LogPage
from coordination.forms.owners import Owners
from coordination.models import Meeting
from coordination.views import scope
from coordination.views.meetings import find_kept


def meeting_log(request, territory: int):
    """Log a meeting that nobody had planned; place, hour and people as the last time."""
    here = scope.to_keep(request, territory)
    last, came = last_present(here.territory)
    initial = {"day": timezone.localdate(), "present": came}
    if last:
        initial |= {"place": last.place, "starts": timezone.localtime(last.starts_at).time()}
    return _log(request, here, Meeting(territory=here.territory), initial, last)


def meeting_write_up(request, territory: int, pk: int):
    """Log a meeting that was planned; who said to come is ticked."""
    here, meeting = find_kept(request, territory, pk)
    if meeting.status != Meeting.Status.PLANNED:
        return redirect(meeting)
    return _log(request, here, meeting, {"present": keys_expected(meeting)}, None)


def _log(request, here: scope.Scope, meeting: Meeting, initial: dict, last: Meeting | None):
    people = candidates(here.territory)
    people = [*(noted(meeting, people) if meeting.pk else []), *people]
    title = str(meeting) if meeting.pk else ""
    page = LogPage(request.POST or None, meeting=meeting, people=people, owners=Owners(here.territory), initial=initial)
    if request.method == "POST" and "more" in request.POST:
        page = page.with_more_lines(request.POST)
    elif request.method == "POST" and page.is_valid():
        try:
            logged = _save(request, page)
        except ValidationError as error:
            page.form.add_error(None, error)
        except IntegrityError:  # pressed twice
            return redirect(get_object_or_404(Meeting, territory=here.territory, uid=page.form.cleaned_data["uid"]))
        else:
            messages.success(request, "La réunion est consignée. Son compte rendu est prêt à relire.")
            return redirect(logged)
    first, others = _split(ticks(page.form["present"]), initial["present"])
    context = here.context(
        "meetings",
        page=page,
        form=page.form,
        title=title,
        meeting_id=meeting.pk,
        last=last,
        first=first,
        others=others,
        are_few=len(others) <= FEW,
        structures=sorted({candidate.structure for candidate in people if candidate.structure}),
    )
    return render(request, "coordination/meeting_log.html", context)


def _save(request, page: LogPage) -> Meeting:
    data = page.form.cleaned_data
    return meetings.log_meeting(
        meeting=page.form.instance,
        present=who_of(data["present"]),
        newcomers=page.newcomers.newcomers,
        decisions=data["decisions"],
        actions=page.actions.rows,
        by=request.user,
    )


def _split(people: list[Tick], expected: set[str]) -> tuple[list[Tick], list[Tick]]:
    """Those one expects, and the others; someone ticked since stays where they were."""
    first = [tick for tick in people if tick.key in expected]
    return first, [tick for tick in people if tick.key not in expected]
