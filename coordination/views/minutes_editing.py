"""Minutes being written: saved as one types, never over what somebody else wrote meanwhile."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from coordination.forms.minutes import MinutesForm, OutcomeFormSet, as_initial, outcome_forms, owners_of
from coordination.forms.owners import Owners
from coordination.minutes import FinalMinutesError, OutcomeRow, StaleMinutesError, save_minutes, start_minutes
from coordination.models import Meeting, Minutes
from coordination.views import scope


@dataclass
class Page:
    """One who writes, before the minutes of a meeting (``None``: not begun)."""

    request: object
    here: scope.Scope
    meeting: Meeting
    minutes: Minutes | None
    owners: Owners
    form: MinutesForm
    outcomes: OutcomeFormSet

    @property
    def is_read(self) -> bool:
        """Whether all that was typed can be kept; both forms know what cannot."""
        return all([self.form.is_valid(), self.outcomes.is_valid()])

    def show(self, **more) -> HttpResponse:
        context = self.here.context(
            "meetings",
            meeting=self.meeting,
            minutes=self.minutes,
            form=self.form,
            outcomes=self.outcomes,
            theirs=None,
            is_final=False,
        )
        return render(self.request, "coordination/minutes_edit.html", context | more)


def minutes_edit(request, territory: int, meeting: int):
    page = _page(request, territory, meeting)
    if request.method != "POST":
        if page.minutes and page.minutes.state == Minutes.State.FINAL:
            messages.info(request, "Ce compte rendu est définitif : reprenez-le en brouillon pour le modifier.")
            return redirect("coordination:minutes", territory, meeting)
        return page.show()
    if not page.is_read:
        return _state(page, problem="invalid") if request.htmx else page.show()
    try:
        _save(page)
    except StaleMinutesError as stale:
        page.minutes = stale.minutes
        return _state(page, problem="stale") if request.htmx else _compare(page)
    except FinalMinutesError:
        return _state(page, problem="final") if request.htmx else page.show(is_final=True)
    return _state(page) if request.htmx else _next(page)


def _page(request, territory: int, meeting: int) -> Page:
    here = scope.to_keep(request, territory)
    meeting = here.find(Meeting.objects.all(), meeting)
    minutes = Minutes.objects.filter(meeting=meeting).select_related("changed_by").first()
    owners = Owners(here.territory, besides=owners_of(minutes))
    data = request.POST if request.method == "POST" else None
    form = MinutesForm(data, initial={"version": minutes.version if minutes else 0, "text": _text(minutes)})
    rows = _rows(minutes) if data is None else []
    return Page(request, here, meeting, minutes, owners, form, outcome_forms(data, rows=rows, owners=owners))


def _save(page: Page) -> None:
    """Writes what was typed, with what was taken of the other version where the two were compared."""
    version, user = page.form.cleaned_data["version"], page.request.user
    if page.minutes is None:
        page.minutes = start_minutes(meeting=page.meeting, by=user)
        version = page.minutes.version
    theirs = {row.pk: row for row in _rows(page.minutes)}
    taken = [form.cleaned_data["take"] and theirs.get(form.row.pk) for form in page.outcomes.filled]
    rows = [other or row for other, row in zip(taken, page.outcomes.rows, strict=True)]
    text = page.form.merged_text(page.minutes.text)
    page.minutes = save_minutes(
        minutes=page.minutes, version=version, text=text, rows=_arranged(rows, page.request.POST), by=user
    )


def _arranged(rows: list[OutcomeRow], data) -> list[OutcomeRow]:
    """``rows`` after « Monter » (``up``) or « Retirer » (``remove``) was pressed on one of them."""
    for button in ("up", "remove"):
        position = int(data[button]) if data.get(button, "").isdecimal() else len(rows)
        if position < len(rows):
            row = rows.pop(position)
            if button == "up":
                rows.insert(max(position - 1, 0), row)
    return rows


def _next(page: Page) -> HttpResponse:
    """Back to writing after a button of the rows, else to what the minutes now say."""
    arguments = [page.here.territory.pk, page.meeting.pk]
    if {"up", "remove", "more"} & set(page.request.POST):
        return redirect(f"{reverse('coordination:minutes_edit', args=arguments)}#releve")
    messages.success(page.request, "Le compte rendu est enregistré.")
    return redirect("coordination:minutes", *arguments)


def _state(page: Page, problem: str = "") -> HttpResponse:
    """What autosaving answers: how it went, and the numbers that the rows just added now have."""
    pairs = [] if problem else list(zip(page.outcomes.filled, page.minutes.outcomes.all(), strict=False))
    context = {"problem": problem, "minutes": page.minutes, "form": page.form, "pairs": pairs, "now": timezone.now()}
    context["troubled"] = [n for n, form in enumerate(page.outcomes, start=1) if problem and form.errors]
    return render(page.request, "coordination/_save_state.html", context)


def _compare(page: Page) -> HttpResponse:
    """What was typed, still to be changed, beside what somebody else saved: both whole."""
    theirs = {row.pk: row for row in _rows(page.minutes)}
    mine = page.outcomes.rows
    added = [row for pk, row in theirs.items() if pk not in {row.pk for row in mine}]
    text = page.form.cleaned_data["text"]
    page.form = MinutesForm(initial={"version": page.minutes.version, "text": text, "keep_text": MinutesForm.MINE})
    page.outcomes = outcome_forms(None, rows=[*mine, *added], owners=page.owners)
    for form, row in zip(page.outcomes, [*mine, *added], strict=False):
        other = theirs.get(row.pk)
        form.is_theirs_alone = row in added
        form.is_mine_alone = bool(row.pk) and other is None
        form.theirs = other if other and as_initial(other) != as_initial(row) else None
    return page.show(theirs=page.minutes, text_differs=text != page.minutes.text)


def _rows(minutes: Minutes | None) -> list[OutcomeRow]:
    if minutes is None:
        return []
    return [OutcomeRow.of(o) for o in minutes.outcomes.select_related("owner_member", "owner_actor")]


def _text(minutes: Minutes | None) -> str:
    return minutes.text if minutes else ""
