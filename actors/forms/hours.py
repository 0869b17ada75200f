"""Opening hours as a form of rows: works without JavaScript."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from actors.forms.hours_rows import (
    MAX_ROWS,
    OTHER,
    SCHOOL,
    USUAL,
    AdditionForm,
    ClosureForm,
    DayMonthField,
    RowForm,
    Rows,
    SlotForm,
    addition_rows,
    closure_rows,
    fits_rows,
    mark_overlaps,
    slot_rows,
)
from actors.hours import calendar
from actors.hours.french import sentences
from actors.hours.reading import MAX_LENGTH, check
from actors.hours.timetable import (
    Closure,
    PublicHolidays,
    SchoolHolidays,
    Season,
    Slot,
    Timetable,
    parse,
    write,
)
from alimactiv.french import dated


@dataclass(frozen=True)
class Problem:
    """An error for the summary: the id that its link leads to, if there is one."""

    anchor: str
    label: str
    text: str


class HoursForm(forms.Form):
    """Gives ``cleaned_data["opening_hours"]``: a text to store, empty when nothing is typed.

    Its own buttons (a row more, a row less, read again) leave it not valid and without errors: whoever shows it has
    nothing to know of them, and shows it again. A stored text beyond rows is kept as long as no row is filled.
    """

    public_holidays = forms.ChoiceField(
        label="Les jours fériés",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (PublicHolidays.UNKNOWN, "cela dépend : demander avant de venir"),
            (PublicHolidays.CLOSED, "fermé"),
            (PublicHolidays.AS_USUAL, "ouvert comme d’habitude"),
        ],
    )
    school_holidays = forms.ChoiceField(
        label="Pendant les vacances scolaires",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (SchoolHolidays.AS_USUAL, "ouvert comme d’habitude"),
            (SchoolHolidays.CLOSED, "fermé"),
            (SchoolHolidays.ONLY, "ouvert seulement pendant les vacances"),
            (SchoolHolidays.OWN, "d’autres horaires, à donner dans les créneaux"),
        ],
    )
    season_start = DayMonthField(label="Ouvert chaque année à partir du")
    season_end = DayMonthField(label="Jusqu’au")
    other_start = DayMonthField(label="L’autre saison commence le")
    other_end = DayMonthField(label="Elle finit le")
    text = forms.CharField(
        label="Horaires en notation OpenStreetMap",
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        help_text="Ces horaires ne tiennent pas dans les créneaux ci-dessus. Ils sont gardés tels quels, sauf si vous "
        "remplissez des créneaux : ceux-ci les remplacent alors.",
    )

    def __init__(self, data=None, *, text: str = "", prefix: str = "", department: str = "", **kwargs):
        self.department, self.stored = department, text
        found = parse(text)
        timetable = found if found is not None and fits_rows(found) else None
        self.press_name = f"{prefix}-press" if prefix else "press"
        """The name of the form's own buttons."""
        self.pressed = data.get(self.press_name, "") if data is not None else ""
        self.is_quiet = self.pressed not in ("", "preview")
        super().__init__(data, prefix=prefix or None, initial=_initial(timetable, text), **kwargs)
        shown = timetable or Timetable()
        self.rows = [
            self._rows(*one)
            for one in (
                ("slot", SlotForm, slot_rows(shown), "Les créneaux", "Créneau", "Un créneau de plus"),
                ("closure", ClosureForm, closure_rows(shown), "Les fermetures", "Fermeture", "Une fermeture de plus"),
                (
                    "addition",
                    AdditionForm,
                    addition_rows(shown),
                    "Les ouvertures exceptionnelles",
                    "Date",
                    "Une date de plus",
                ),
            )
        ]
        if timetable is not None and self.add_prefix("text") not in (data or {}):
            del self.fields["text"]
        self.fields["school_holidays"].help_text = _about_holidays(department)

    @property
    def slots(self) -> Rows:
        return self.rows[0]

    @property
    def closures(self) -> Rows:
        return self.rows[1]

    @property
    def additions(self) -> Rows:
        return self.rows[2]

    @property
    def has_season(self) -> bool:
        """Whether the part on seasons is to be shown open."""
        names = ("season_start", "season_end", "other_start", "other_end")
        return any(self[name].errors or any(self[name].value() or ()) for name in names)

    @property
    def readable(self) -> list[str]:
        """What visitors would read: of what is typed when it is right, of what is stored before anything is."""
        if not self.is_bound:
            return _sentences(self.stored, self.department)
        text = self.cleaned_data.get("opening_hours", "") if not self.errors else ""
        return _sentences(text, self.department)

    @property
    def problems(self) -> list[Problem]:
        """All errors, those of the rows with their row, where to read them on the page."""
        found = [
            Problem("", "", text) for text in self.non_field_errors() if not self.has_error(NON_FIELD_ERRORS, "rows")
        ]
        found += [Problem(_anchor(field), field.label, e) for field in self.visible_fields() for e in field.errors]
        for rows in self.rows:
            found += [Problem("", rows.title, text) for text in rows.formset.non_form_errors()]
            for number, form in enumerate(rows.formset, start=1):
                place = f"{rows.row_title} {number}"
                found += [
                    Problem(_anchor(field), f"{place}, {field.label.lower()}", error)
                    for field in form.visible_fields()
                    for error in field.errors
                ]
        return found

    def is_valid(self) -> bool:
        return super().is_valid() and not self.pressed

    def full_clean(self):
        if self.is_bound and self.is_quiet:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
            return
        super().full_clean()

    def clean(self):
        data = super().clean()
        if not all(rows.formset.is_valid() for rows in self.rows):
            raise forms.ValidationError("Des lignes sont à corriger.", code="rows")
        if self.errors:
            return data
        slots, additions = self.slots.filled, self.additions.filled
        mark_overlaps(slots, additions)
        if any(form.errors for form in (*slots, *additions)):
            raise forms.ValidationError("Des lignes sont à corriger.", code="rows")
        if slots or additions:
            text = write(self._timetable(data)) if not self._contradicts(data) else ""
        elif self.closures.filled and not data.get("text"):
            raise forms.ValidationError("Donnez d’abord des jours et des heures d’ouverture.")
        else:
            text = data.get("text", "")
        try:
            data["opening_hours"] = check(text)
        except ValueError as error:
            self.add_error(None if slots or additions else "text", str(error))
        return data

    def _contradicts(self, data: dict) -> bool:
        """Says what two answers have against each other."""
        used = {form.cleaned_data["when"] for form in self.slots.filled}
        school = data["school_holidays"]
        if SCHOOL in used and school in (SchoolHolidays.CLOSED, SchoolHolidays.ONLY):
            self.add_error("school_holidays", "Des créneaux sont donnés à part pour les vacances scolaires.")
        if SCHOOL not in used and school == SchoolHolidays.OWN:
            self.add_error("school_holidays", "Donnez au moins un créneau « pendant les vacances scolaires ».")
        for start, end in (("season_start", "season_end"), ("other_start", "other_end")):
            if bool(data[start]) != bool(data[end]):
                self.add_error(end if data[start] else start, "Donnez le premier et le dernier jour.")
        if (OTHER in used) != bool(data["other_start"] and data["other_end"]) and not self.errors:
            words = (
                "Donnez les dates de l’autre saison."
                if OTHER in used
                else "Donnez au moins un créneau de cette saison."
            )
            self.add_error("other_start", words)
        return bool(self.errors)

    def _timetable(self, data: dict) -> Timetable:
        slots: dict[str, list[Slot]] = {USUAL: [], SCHOOL: [], OTHER: []}
        for form in self.slots.filled:
            slots[form.cleaned_data["when"]] += form.slots
        closures = [form.closure for form in self.closures.filled]
        school = SchoolHolidays(data["school_holidays"] or SchoolHolidays.AS_USUAL)
        return Timetable(
            slots=tuple(slots[USUAL]),
            season=Season(data["season_start"], data["season_end"]) if data["season_start"] else None,
            other_season=Season(data["other_start"], data["other_end"]) if data["other_start"] else None,
            other_slots=tuple(slots[OTHER]),
            school_holidays=SchoolHolidays.OWN if slots[SCHOOL] else school,
            school_slots=tuple(slots[SCHOOL]),
            public_holidays=PublicHolidays(data["public_holidays"] or PublicHolidays.UNKNOWN),
            yearly_closures=tuple(c for c in closures if isinstance(c, Season)),
            closures=tuple(c for c in closures if isinstance(c, Closure)),
            additions=tuple(form.addition for form in self.additions.filled),
        )

    def _rows(self, name: str, form: type[RowForm], initial: list[dict], title: str, row_title: str, add: str) -> Rows:
        prefix = self.add_prefix(name)
        formset = forms.formset_factory(
            form,
            extra=0 if initial else 1,
            max_num=MAX_ROWS,
            absolute_max=MAX_ROWS,
            validate_max=True,
        )
        data = _pressed(self.data, self.pressed, name, prefix) if self.is_bound else None
        rows = formset(data, prefix=prefix, initial=initial, form_kwargs={"quiet": self.is_quiet})
        return Rows(name, title, row_title, add, rows)


def _anchor(field: forms.BoundField) -> str:
    return f"{field.auto_id}_group" if field.use_fieldset else field.auto_id


def _sentences(text: str, department: str) -> list[str]:
    try:
        return sentences(text, department)
    except ValueError:  # stored by an older version: shown as text
        return []


def _about_holidays(department: str) -> str:
    zone = calendar.zone_of(department)
    if department and not zone:
        return (
            "Le site ne connaît pas les dates des vacances de ce territoire : ce choix sera dit en toutes lettres, "
            "mais l’annuaire ne saura pas quels jours il concerne. Donnez plutôt des fermetures datées."
        )
    until = dated(calendar.school_holidays_known_until())
    return f"{f'Zone {zone}. ' if zone else ''}Les dates officielles sont connues jusqu’au {until}."


def _initial(timetable: Timetable | None, text: str) -> dict[str, Any]:
    if timetable is None:
        return {"text": text, "public_holidays": PublicHolidays.UNKNOWN, "school_holidays": SchoolHolidays.AS_USUAL}
    season, other = timetable.season, timetable.other_season
    # A day of the year is typed the day first.
    return {
        "public_holidays": timetable.public_holidays if text else PublicHolidays.UNKNOWN,
        "school_holidays": timetable.school_holidays,
        "season_start": season and season.start[::-1],
        "season_end": season and season.end[::-1],
        "other_start": other and other.start[::-1],
        "other_end": other and other.end[::-1],
    }


def _pressed(data, pressed: str, name: str, prefix: str):
    """What was typed, after a button of these rows: ``add-slot`` (one more, blank), ``remove-slot-2`` (blanked)."""
    verb, _, rest = pressed.partition("-")
    kind, _, number = rest.partition("-")
    if kind != name or verb not in ("add", "remove"):
        return data
    data = data.copy()
    if verb == "remove":
        for key in [key for key in data if key.startswith(f"{prefix}-{number}-")]:
            del data[key]
    total = str(data.get(f"{prefix}-TOTAL_FORMS", ""))
    if verb == "add" and total.isascii() and total.isdecimal() and int(total) < MAX_ROWS:
        data[f"{prefix}-TOTAL_FORMS"] = str(int(total) + 1)
    return data
