"""One page to log a meeting: when and where, who came, what was decided, who does what by when."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from coordination.attendance import Candidate
from coordination.forms.attendance import Newcomers, PeopleField
from coordination.forms.meetings import MeetingForm
from coordination.forms.owners import OwnerField, Owners, split
from coordination.forms.rows import as_typed
from coordination.minutes import OutcomeRow
from coordination.models import Meeting, Outcome

LONGEST = Outcome._meta.get_field("text").max_length
MORE_LINES = 3


class LinesField(forms.CharField):
    """Gives the lines that say something, without the dash one may put before."""

    def __init__(self, **kwargs):
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value) -> list[str]:
        lines = [line.strip().lstrip("-–•*").strip() for line in super().clean(value).splitlines()]
        too_long = [number for number, line in enumerate(lines, start=1) if len(line) > LONGEST]
        if too_long:
            raise forms.ValidationError(
                [f"Ligne {number} : {LONGEST} caractères au plus ; coupez-la en deux." for number in too_long]
            )
        return [line for line in lines if line]


class DueField(forms.Field):
    """A day typed quickly: 15/12, 15.12.26, 1512 or 2026-12-15. Without a year, the next one from ``after`` on."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "jj/mm"})
    after: date | None = None

    def clean(self, value) -> date | None:
        typed = (value or "").strip()
        if not typed:
            return None
        day = _day_of(typed, self.after or timezone.localdate())
        if day is None:
            raise forms.ValidationError("Écrivez le jour et le mois, par exemple 15/12.")
        return day


class ActionRowForm(forms.Form):
    text = forms.CharField(label="Quoi", max_length=LONGEST, required=False)
    owner = OwnerField()
    due_on = DueField(label="Pour le", required=False)

    def __init__(self, *args, owners: Owners, after: date | None = None, **kwargs):
        super().__init__(*args, **kwargs | {"use_required_attribute": False, "empty_permitted": False})
        self.fields["owner"].owners = owners
        self.fields["due_on"].after = after
        self.fields["text"].widget.attrs["autocomplete"] = "off"
        self.fields["due_on"].widget.attrs["autocomplete"] = "off"

    def clean(self):
        data = super().clean()
        if not data.get("text") and (data.get("owner") or data.get("due_on")) and "text" not in self.errors:
            self.add_error("text", "Dites ce qui est à faire.")
        return data


class ActionRows(forms.BaseFormSet):
    @property
    def rows(self) -> list[OutcomeRow]:
        filled = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        kind = Outcome.Kind.ACTION
        return [OutcomeRow(kind, data["text"], due_on=data["due_on"], **split(data["owner"])) for data in filled]


Actions = forms.formset_factory(
    ActionRowForm, formset=ActionRows, extra=2, max_num=100, absolute_max=100, validate_max=True
)


class LogForm(MeetingForm):
    """``uid`` is drawn when the page is made: sending it twice makes one meeting."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    present = PeopleField(label="Qui est venu ?")
    decisions = LinesField(
        label="Ce qui a été décidé",
        help_text="Une décision par ligne. Aucune donnée sur des personnes accueillies : ni nom, ni situation.",
    )

    def __init__(self, *args, people: Iterable[Candidate], **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("uid", self.instance.uid)
        self.fields["present"].people = people

    def _post_clean(self):
        super()._post_clean()
        if self.instance.pk is None:
            self.instance.uid = self.cleaned_data.get("uid") or self.instance.uid


class LogPage:
    """The form and its two lists of lines, as one: all are checked, or shown again as typed with blank lines more."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        meeting: Meeting,
        people: Iterable[Candidate],
        owners: Owners,
        initial: dict[str, Any],
    ):
        self._given = {"meeting": meeting, "people": people, "owners": owners, "initial": initial}
        self.form = LogForm(data, instance=meeting, people=people, initial=initial)
        self.newcomers = Newcomers(data, prefix="venu")
        self.actions = Actions(data, prefix="action", form_kwargs={"owners": owners})

    def is_valid(self) -> bool:
        is_valid = self.form.is_valid()
        for row in self.actions.forms:
            row.fields["due_on"].after = self.form.cleaned_data.get("day")
        return all([is_valid, self.newcomers.is_valid(), self.actions.is_valid()])

    def with_more_lines(self, data: QueryDict) -> "LogPage":
        """The same page as typed, unchecked, with blank lines to add what is needed."""
        page = LogPage(data, **self._given)
        typed = [[as_typed(row, data) for row in rows.forms] for rows in (page.newcomers, page.actions)]
        more = LogPage(**self._given | {"initial": as_typed(page.form, data)})
        more.newcomers = Newcomers(prefix="venu", initial=typed[0])
        more.actions = Actions(prefix="action", initial=typed[1], form_kwargs={"owners": self._given["owners"]})
        for rows in (more.newcomers, more.actions):
            rows.extra = MORE_LINES
        return more


def _day_of(typed: str, after: date) -> date | None:
    """The day that ``typed`` says, or ``None``."""
    numbers = [int(number) for number in re.findall(r"\d+", typed)]
    if re.fullmatch(r"\d{4}", typed):
        numbers = [int(typed[:2]), int(typed[2:])]
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", typed):
        numbers.reverse()
    if re.search(r"[^\d\s/.,-]", typed) or len(numbers) not in {2, 3}:
        return None
    day, month, *year = numbers
    years = [year[0] + 2000 if year[0] < 100 else year[0]] if year else [after.year, after.year + 1]
    for found in years:
        try:
            if year or date(found, month, day) >= after:
                return date(found, month, day)
        except ValueError:
            continue
    return None
