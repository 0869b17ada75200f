"""The rows of opening hours as they are typed: a slot, a closure, an exception. A blank row is no row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from actors.hours.french import DAYS, MONTHS
from actors.hours.notation import LAST_DAYS
from actors.hours.timetable import DAY, Addition, Closure, Season, Slot, Timetable, Weeks
from alimactiv.forms import DateInput, TimeInput

MAX_ROWS = 60
FAR = 5
"""Years from now, either way, beyond which a date is a slip."""
_TYPED_TIME = re.compile(r"(\d{1,2})\s*[h:.]\s*(\d{2})?", re.IGNORECASE)
_EVENING, _MORNING = time(16), time(10)
"""A slot that ends before it starts runs past midnight if it starts in the evening and ends in the morning."""

WEEKS = [
    (Weeks.EVERY, "toutes les semaines"),
    (Weeks.EVEN, "semaines paires"),
    (Weeks.ODD, "semaines impaires"),
    (Weeks.FIRST, "le premier du mois"),
    (Weeks.SECOND, "le deuxième du mois"),
    (Weeks.THIRD, "le troisième du mois"),
    (Weeks.FOURTH, "le quatrième du mois"),
    (Weeks.FIFTH, "le cinquième du mois"),
    (Weeks.LAST, "le dernier du mois"),
]
USUAL, SCHOOL, OTHER = "usual", "school", "other"


class HourField(forms.TimeField):
    """A time, also typed as in French: « 9 h 30 », « 14h »."""

    widget = TimeInput

    def __init__(self, **kwargs):
        super().__init__(required=False, error_messages={"invalid": "Une heure s’écrit comme 9 h 30."}, **kwargs)

    def to_python(self, value):
        typed = _TYPED_TIME.fullmatch(value.strip()) if isinstance(value, str) else None
        return super().to_python(f"{typed[1]}:{typed[2] or '00'}" if typed else value)


class DayMonthWidget(forms.MultiWidget):
    def __init__(self):
        months = [("", "mois"), *((str(i), month) for i, month in enumerate(MONTHS, start=1))]
        day = {"min": 1, "max": 31, "inputmode": "numeric", "aria-label": "Jour", "data-part": "day"}
        super().__init__([forms.NumberInput(day), forms.Select({"aria-label": "Mois", "data-part": "month"}, months)])

    def decompress(self, value):
        """Of no value: others come as they are shown, the day first."""
        return [None, ""]


class DayMonthField(forms.MultiValueField):
    """A day of any year, as (month, day)."""

    widget = DayMonthWidget

    def __init__(self, **kwargs):
        fields = [forms.IntegerField(), forms.TypedChoiceField(choices=[(i, i) for i in range(1, 13)], coerce=int)]
        super().__init__(fields, required=False, **kwargs)

    def compress(self, values):
        if not values:
            return None
        day, month = values
        if day is None or not month:
            raise forms.ValidationError("Donnez le jour et le mois.")
        if not 1 <= day <= LAST_DAYS[month - 1]:
            raise forms.ValidationError("Ce jour n’existe pas.")
        return month, day


class RowForm(forms.Form):
    """A row; left out when nothing is in the fields that matter (``matters``)."""

    matters: tuple[str, ...]

    def __init__(self, *args, quiet: bool = False, **kwargs):
        self.quiet = quiet
        super().__init__(*args, **kwargs | {"use_required_attribute": False, "empty_permitted": False})
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    @property
    def is_blank(self) -> bool:
        return not any(self[name].value() for name in self.matters)

    def full_clean(self):
        if not self.quiet:
            return super().full_clean()
        self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
        return None

    def clean(self):
        data = super().clean()
        if not self.is_blank:
            self.check(data)
        return data

    def check(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def need(self, name: str, words: str) -> bool:
        """Whether a field is filled; if it is neither that nor wrong, says what is missing."""
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)
        return bool(self.cleaned_data.get(name))

    def check_times(self) -> None:
        both = [self.need("starts", "Donnez l’heure de début."), self.need("ends", "Donnez l’heure de fin.")]
        if not all(both):
            return
        starts, ends = self.cleaned_data["starts"], self.cleaned_data["ends"]
        if ends <= starts and ends != time(0) and not (starts >= _EVENING and ends <= _MORNING):
            self.add_error("ends", "La fin doit venir après le début.")

    @property
    def span(self) -> tuple[int, int]:
        """In minutes; midnight as an end is that of the evening."""
        starts, ends = (
            self.cleaned_data[name].hour * 60 + self.cleaned_data[name].minute for name in ("starts", "ends")
        )
        return starts, ends if ends > starts else ends + DAY


class SlotForm(RowForm):
    matters = ("days", "starts", "ends")
    days = forms.TypedMultipleChoiceField(
        label="Jours",
        choices=list(enumerate(DAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts = HourField(label="Début")
    ends = HourField(label="Fin")
    weeks = forms.TypedChoiceField(label="Semaines", choices=WEEKS, coerce=Weeks, initial=Weeks.EVERY)
    when = forms.ChoiceField(
        label="Quand",
        choices=[(USUAL, "d’habitude"), (SCHOOL, "pendant les vacances scolaires"), (OTHER, "pendant l’autre saison")],
        initial=USUAL,
    )

    def check(self, data):
        self.need("days", "Cochez au moins un jour.")
        self.check_times()

    @property
    def slots(self) -> list[Slot]:
        data = self.cleaned_data
        return [Slot(day, *self.span, data["weeks"]) for day in data["days"]]


class ClosureForm(RowForm):
    matters = ("start", "end")
    start = forms.DateField(label="Premier jour", required=False, widget=DateInput)
    end = forms.DateField(label="Dernier jour", required=False, widget=DateInput)
    is_yearly = forms.BooleanField(label="Chaque année", required=False)

    def check(self, data):
        if not self.need("start", "Donnez le premier jour de fermeture."):
            return
        check_year(self, "start")
        check_year(self, "end")
        if not {"start", "end"} <= data.keys():
            return
        data["end"] = data["end"] or data["start"]
        if data["end"] < data["start"]:
            self.add_error("end", "La fermeture finit avant de commencer.")
        elif data["is_yearly"] and data["end"] >= data["start"] + timedelta(days=364):
            self.add_error("end", "Une fermeture de toute l’année, chaque année : vérifiez les dates.")

    @property
    def closure(self) -> Closure | Season:
        start, end = self.cleaned_data["start"], self.cleaned_data["end"]
        if not self.cleaned_data["is_yearly"]:
            return Closure(start, end)
        # Until the 28th is until the end of February, leap year or not.
        last = (2, 29) if (end.month, end.day) == (2, 28) and start != end else (end.month, end.day)
        return Season((start.month, start.day), last)


class AdditionForm(RowForm):
    matters = ("on", "starts", "ends")
    on = forms.DateField(label="Date", required=False, widget=DateInput)
    starts = HourField(label="Début")
    ends = HourField(label="Fin")

    def check(self, data):
        if self.need("on", "Donnez la date."):
            check_year(self, "on")
        self.check_times()

    @property
    def addition(self) -> Addition:
        return Addition(self.cleaned_data["on"], *self.span)


def check_year(form: forms.Form, name: str) -> None:
    day, today = form.cleaned_data.get(name), timezone.localdate()
    if day and abs(day.year - today.year) > FAR:
        form.add_error(name, "Vérifiez l’année.")


@dataclass(frozen=True)
class Rows:
    """A list of rows as the page lays it: ``name`` goes in its buttons."""

    name: str
    title: str
    row_title: str
    add: str
    formset: forms.BaseFormSet

    @property
    def filled(self) -> list[RowForm]:
        return [form for form in self.formset if not form.is_blank]

    @property
    def is_used(self) -> bool:
        return bool(self.filled)


def fits_rows(timetable: Timetable) -> bool:
    """Whether every slot can be typed here: those past midnight, from the evening to the morning."""
    spans = [*timetable.all_slots, *timetable.additions]
    return all(span.ends <= DAY or (_time(span.starts) >= _EVENING and _time(span.ends) <= _MORNING) for span in spans)


def slot_rows(timetable: Timetable) -> list[dict[str, Any]]:
    rows: dict[tuple, list[int]] = {}
    for when, slots in ((USUAL, timetable.slots), (OTHER, timetable.other_slots), (SCHOOL, timetable.school_slots)):
        for slot in slots:
            rows.setdefault((when, slot.starts, slot.ends, slot.weeks), []).append(slot.weekday)
    return [
        {"days": days, "starts": _time(starts), "ends": _time(ends), "weeks": weeks, "when": when}
        for (when, starts, ends, weeks), days in rows.items()
    ]


def closure_rows(timetable: Timetable) -> list[dict[str, Any]]:
    """Those to come, and those of every year, said with this year's dates; what is over is let go."""
    today = timezone.localdate()
    dated_rows = [{"start": c.start, "end": c.end} for c in timetable.closures if c.end >= today]
    return [_yearly_row(season, today.year) for season in timetable.yearly_closures] + dated_rows


def _yearly_row(season: Season, year: int) -> dict[str, Any]:
    start, end = (date(year, month, min(day, 28) if month == 2 else day) for month, day in (season.start, season.end))
    return {"start": start, "end": end if end >= start else end.replace(year=year + 1), "is_yearly": True}


def addition_rows(timetable: Timetable) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {"on": addition.on, "starts": _time(addition.starts), "ends": _time(addition.ends)}
        for addition in timetable.additions
        if addition.on >= today
    ]


def _time(minutes: int) -> time:
    return time(minutes % DAY // 60, minutes % 60)


def mark_overlaps(slots: Iterable[SlotForm], additions: Iterable[AdditionForm]) -> None:
    """Says beside a row which day of it another row has already; alternating weeks may share a day."""
    taken: list[tuple[str, Slot]] = []
    for form in slots:
        when, slots_of_row = form.cleaned_data["when"], form.slots
        meeting = [new for new in slots_of_row for held, old in taken if held == when and _meet(new, old)]
        if meeting:
            form.add_error("starts", f"Ce créneau en recouvre un autre le {DAYS[meeting[0].weekday]}.")
        taken += [(when, slot) for slot in slots_of_row]
    seen: list[Addition] = []
    for form in additions:
        new = form.addition
        if any(new.on == old.on and new.starts < old.ends and old.starts < new.ends for old in seen):
            form.add_error("starts", "Ces heures en recouvrent d’autres le même jour.")
        seen.append(new)


def _meet(one: Slot, other: Slot) -> bool:
    if one.weeks != other.weeks and Weeks.EVERY not in (one.weeks, other.weeks):
        return False
    # Both on a week of minutes, which begins again.
    first, second = (slot.weekday * DAY + slot.starts for slot in (one, other))
    ahead, behind = (second - first) % (7 * DAY), (first - second) % (7 * DAY)
    return ahead < one.ends - one.starts or behind < other.ends - other.starts
