"""The form alone, as a page shows it and posts it again."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.forms.hours import HoursForm
from actors.hours.timetable import DAY, Timetable, parse, write
from tests.actors import random_timetables as random

YEAR = date.today().year + 1


class _Page(HTMLParser):
    """What a browser would post of the page: the controls, without any button."""

    def __init__(self, html: str):
        super().__init__()
        self.posted = QueryDict(mutable=True)
        self.select = self.area = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        kind = attrs.get("type", "text")
        if tag == "input" and (kind not in ("checkbox", "radio") or "checked" in attrs):
            self.posted.appendlist(attrs["name"], attrs.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "select":
            self.select = attrs["name"]
        elif tag == "option" and self.select and ("selected" in attrs or self.select not in self.posted):
            self.posted[self.select] = attrs["value"]
        elif tag == "textarea":
            self.area = attrs["name"]
            self.posted[self.area] = ""

    def handle_data(self, data):
        if self.area:
            self.posted[self.area] += data

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.posted[self.area] = self.posted[self.area].removeprefix("\n")
            self.area = ""


def page(form: HoursForm) -> str:
    return render_to_string("actors/hours/_form.html", {"form": form})


def posted(text: str = "", prefix: str = "", /, **changes) -> QueryDict:
    """What the page of a stored text posts, some of it typed over."""
    data = _Page(page(HoursForm(text=text, prefix=prefix))).posted
    for name, value in changes.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def typed(**changes) -> HoursForm:
    """A form for hours not known, filled."""
    return HoursForm(posted(**changes))


def stored(text: str = "", /, **changes) -> str:
    form = HoursForm(posted(text, **changes), text=text)
    assert form.is_valid(), [problem.text for problem in form.problems]
    return form.cleaned_data["opening_hours"]


def problems(form: HoursForm) -> dict[str, str]:
    assert not form.is_valid()
    return {problem.label: problem.text for problem in form.problems}


SLOT = {"slot__0__days": ["0", "1"], "slot__0__starts": "09:00", "slot__0__ends": "12:00"}


# There and back -----------------------------------------------------------------------------------


def fit_for_rows(timetable: Timetable) -> bool:
    spans = [*timetable.all_slots, *timetable.additions]
    overlap = any(
        a.weekday == b.weekday and a is not b
        for group in (timetable.slots, timetable.other_slots, timetable.school_slots)
        for a in group
        for b in group
    )
    days = [addition.on for addition in timetable.additions]
    seasons = timetable.yearly_closures
    return (
        all(span.ends <= DAY for span in spans)
        and not overlap
        and len(days) == len(set(days))
        and all((2, day) not in (s.start, s.end) for s in seasons for day in (28, 29))
    )


@settings(max_examples=60)
@given(random.timetables().filter(fit_for_rows), st.sampled_from(["", "hours"]))
def test_a_form_posted_as_it_was_shown_changes_nothing(timetable, prefix):
    """But for what is over, which is let go."""
    today = date.today()
    text = write(timetable)
    form = HoursForm(posted(text, prefix), text=text, prefix=prefix)
    assert form.is_valid(), [(problem.label, problem.text) for problem in form.problems]
    expected = {
        **{name: getattr(timetable, name) for name in Timetable.__dataclass_fields__},
        "closures": tuple(closure for closure in timetable.closures if closure.end >= today),
        "additions": tuple(addition for addition in timetable.additions if addition.on >= today),
    }
    assert parse(form.cleaned_data["opening_hours"]) == Timetable(**expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mo-Fr 09:00-12:00,14:00-17:30; SH off; PH off",
        "Fr,Sa 22:00-02:00; PH 02:00-26:00 off",
        "Mo 18:00-24:00",
        "24/7; PH unknown",
        "Mo 09:00-12:00; Feb 01-Feb 29 off",
        "Mo 09:00-12:00; Dec 20-Jan 05 off",
        "week 02-53/2 Mo 09:00-12:00, week 01-53/2 Mo 10:00-12:00",
        "Sep 15-Jun 30 Mo 09:00-12:00; Jul 01-Jul 31 off; Jul 01-Jul 31 Mo 10:00-11:00",
        'Mo 09:00-12:00 "sur rendez-vous"',
        "Mo 09:00-09:00",
        "Mo 10:00+",
    ],
)
def test_texts_that_a_form_gives_back(text):
    assert stored(text) == text


def test_rows_typed():
    assert stored(
        **SLOT,
        slot__TOTAL_FORMS="2",
        slot__1__days=["5"],
        slot__1__starts="14 h 30",
        slot__1__ends="17h",
        slot__1__weeks="-1",
        slot__1__when="usual",
        public_holidays="closed",
        school_holidays="closed",
        closure__0__start=f"{YEAR}-08-01",
        closure__0__end=f"{YEAR}-08-24",
        addition__0__on=f"{YEAR}-11-11",
        addition__0__starts="09:00",
        addition__0__ends="12:00",
    ) == (
        "Mo,Tu 09:00-12:00; Sa[-1] 14:30-17:00; SH off; PH off; "
        f"{YEAR} Aug 01-{YEAR} Aug 24 off; {YEAR} Nov 11 09:00-12:00"
    )


def test_one_hour_changed_changes_nothing_else():
    text = "Mo-Fr 09:00-12:00,14:00-17:30; SH off; PH off"
    assert stored(text, slot__0__ends="12:30") == "Mo-Fr 09:00-12:30,14:00-17:30; SH off; PH off"


def test_public_holidays_are_to_be_asked_unless_one_says():
    assert stored(**SLOT) == "Mo,Tu 09:00-12:00; PH unknown"
    assert stored(**SLOT, public_holidays="as_usual") == "Mo,Tu 09:00-12:00"


def test_a_row_emptied_goes():
    text = "Mo 09:00-12:00; We 14:00-16:00"
    assert stored(text, slot__0__days=[], slot__0__starts="", slot__0__ends="") == "We 14:00-16:00"


def test_all_rows_emptied_is_not_known():
    assert stored("Mo 09:00-12:00; PH off", slot__0__days=[], slot__0__starts="", slot__0__ends="") == ""


def test_one_day_and_every_year():
    assert stored(**SLOT, public_holidays="as_usual", closure__0__start=f"{YEAR}-05-02") == (
        f"Mo,Tu 09:00-12:00; {YEAR} May 02 off"
    )
    assert stored(
        **SLOT,
        public_holidays="as_usual",
        closure__0__start=f"{YEAR}-12-20",
        closure__0__end=f"{YEAR + 1}-01-05",
        closure__0__is_yearly="on",
    ) == ("Mo,Tu 09:00-12:00; Dec 20-Jan 05 off")


def test_slots_of_the_school_holidays():
    more = {"slot__TOTAL_FORMS": "2", "slot__1__days": ["2"], "slot__1__starts": "10:00", "slot__1__ends": "11:00"}
    row = {"slot__1__weeks": "every", "slot__1__when": "school", "public_holidays": "as_usual"}
    own = "Mo,Tu 09:00-12:00; SH off; SH We 10:00-11:00"
    assert stored(**SLOT, **more, **row, school_holidays="own") == own
    assert stored(**SLOT, **more, **row, school_holidays="as_usual") == own
    refused = "Des créneaux sont donnés à part pour les vacances scolaires."
    assert problems(typed(**SLOT, **more, **row, school_holidays="closed")) == {
        "Pendant les vacances scolaires": refused
    }
    assert stored(**SLOT, public_holidays="as_usual", school_holidays="only") == "SH Mo,Tu 09:00-12:00"


def test_slots_of_another_season():
    season = {"other_start_0": "1", "other_start_1": "7", "other_end_0": "31", "other_end_1": "7"}
    more = {"slot__TOTAL_FORMS": "2", "slot__1__days": ["2"], "slot__1__starts": "10:00", "slot__1__ends": "11:00"}
    row = {"slot__1__weeks": "every", "slot__1__when": "other", "public_holidays": "as_usual"}
    assert stored(**SLOT, **more, **row, **season) == (
        "Mo,Tu 09:00-12:00; Jul 01-Jul 31 off; Jul 01-Jul 31 We 10:00-11:00"
    )
    assert problems(typed(**SLOT, **more, **row)) == {
        "L’autre saison commence le": "Donnez les dates de l’autre saison."
    }
    assert problems(typed(**SLOT, **season)) == {
        "L’autre saison commence le": "Donnez au moins un créneau de cette saison."
    }


# What is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"slot__0__ends": "08:00"}, {"Créneau 1, fin": "La fin doit venir après le début."}),
        ({"slot__0__ends": "09:00"}, {"Créneau 1, fin": "La fin doit venir après le début."}),
        ({"slot__0__ends": ""}, {"Créneau 1, fin": "Donnez l’heure de fin."}),
        ({"slot__0__starts": "neuf heures"}, {"Créneau 1, début": "Une heure s’écrit comme 9 h 30."}),
        ({"slot__0__starts": "25:00"}, {"Créneau 1, début": "Une heure s’écrit comme 9 h 30."}),
        ({"slot__0__days": []}, {"Créneau 1, jours": "Cochez au moins un jour."}),
        ({"closure__0__end": f"{YEAR}-08-01"}, {"Fermeture 1, premier jour": "Donnez le premier jour de fermeture."}),
        (
            {"closure__0__start": f"{YEAR}-08-24", "closure__0__end": f"{YEAR}-08-01"},
            {"Fermeture 1, dernier jour": "La fermeture finit avant de commencer."},
        ),
        (
            {"closure__0__start": "1026-08-24", "closure__0__end": f"{YEAR}-08-01"},
            {"Fermeture 1, premier jour": "Vérifiez l’année."},
        ),
        (
            {"closure__0__start": f"{YEAR}-01-01", "closure__0__end": f"{YEAR}-12-31", "closure__0__is_yearly": "on"},
            {"Fermeture 1, dernier jour": "Une fermeture de toute l’année, chaque année : vérifiez les dates."},
        ),
        (
            {"addition__0__starts": "10:00", "addition__0__ends": "11:00"},
            {"Date 1, date": "Donnez la date."},
        ),
        (
            {"school_holidays": "own"},
            {"Pendant les vacances scolaires": "Donnez au moins un créneau « pendant les vacances scolaires »."},
        ),
        ({"season_start_0": "1", "season_start_1": "9"}, {"Jusqu’au": "Donnez le premier et le dernier jour."}),
        ({"season_start_0": "1"}, {"Ouvert chaque année à partir du": "Donnez le jour et le mois."}),
        (
            {"season_start_0": "31", "season_start_1": "4", "season_end_0": "1", "season_end_1": "9"},
            {"Ouvert chaque année à partir du": "Ce jour n’existe pas."},
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_row(changes, expected):
    form = typed(**SLOT | changes)
    assert problems(form) == expected
    html = page(form)
    assert all(f"Erreur&nbsp;: {text}" in html for text in expected.values())


def test_nothing_typed_is_lost():
    form = typed(**SLOT | {"slot__0__ends": "8 heures"}, closure__0__start="demain", public_holidays="closed")
    assert not form.is_valid()
    again = _Page(page(form)).posted
    assert (again.getlist("slot-0-days"), again["slot-0-ends"]) == (["0", "1"], "8 heures")
    assert (again["closure-0-start"], again["public_holidays"]) == ("demain", "closed")


@pytest.mark.parametrize(
    ("row", "day"),
    [
        ({"days": ["1", "3"], "starts": "11:00", "ends": "13:00", "weeks": "every"}, "mardi"),
        ({"days": ["0"], "starts": "08:00", "ends": "13:00", "weeks": "even"}, "lundi"),
        ({"days": ["6"], "starts": "22:00", "ends": "09:30", "weeks": "every"}, "dimanche"),
    ],
)
def test_slots_do_not_overlap(row, day):
    second = {f"slot__1__{name}": value for name, value in row.items()}
    form = typed(**SLOT, slot__TOTAL_FORMS="2", slot__1__when="usual", **second)
    assert problems(form) == {"Créneau 2, début": f"Ce créneau en recouvre un autre le {day}."}


@pytest.mark.parametrize(
    "row",
    [
        {"days": ["0"], "starts": "12:00", "ends": "13:00", "weeks": "every", "when": "usual"},
        {"days": ["2"], "starts": "09:00", "ends": "12:00", "weeks": "every", "when": "usual"},
        {"days": ["0"], "starts": "09:00", "ends": "12:00", "weeks": "every", "when": "school"},
    ],
)
def test_slots_side_by_side_are_fine(row):
    second = {f"slot__1__{name}": value for name, value in row.items()}
    assert typed(**SLOT, slot__TOTAL_FORMS="2", **second).is_valid()


def test_exceptions_of_one_day_do_not_overlap():
    first = {"on": f"{YEAR}-11-11", "starts": "09:00", "ends": "12:00"}
    second = first | {"starts": "11:00"}
    rows = {f"addition__{i}__{name}": v for i, row in enumerate((first, second)) for name, v in row.items()}
    form = typed(addition__TOTAL_FORMS="2", **rows)
    assert problems(form) == {"Date 2, début": "Ces heures en recouvrent d’autres le même jour."}


def test_closures_alone_are_no_hours():
    form = typed(closure__0__start=f"{YEAR}-08-01")
    assert problems(form) == {"": "Donnez d’abord des jours et des heures d’ouverture."}


def test_too_long_is_said():
    days = [date(YEAR, 1, 1) + timedelta(days=2 * i) for i in range(60)]
    rows = {
        f"addition__{i}__{k}": v
        for i, d in enumerate(days)
        for k, v in (("on", str(d)), ("starts", "09:01"), ("ends", "12:01"))
    }
    closures = {f"closure__{i}__start": str(d) for i, d in enumerate(days)}
    form = typed(addition__TOTAL_FORMS="60", closure__TOTAL_FORMS="60", **rows, **closures)
    assert re.match(r"Ces horaires sont trop longs : \d+ signes, 2000 au plus.", problems(form)[""])


@pytest.mark.parametrize(
    "changes",
    [
        {"slot__TOTAL_FORMS": "100000"},
        {"slot__TOTAL_FORMS": "x"},
        {"slot__0__days": ["9"]},
        {"slot__0__weeks": "7"},
        {"slot__0__when": "x"},
        {"public_holidays": "x"},
        {"school_holidays": "x"},
    ],
)
def test_what_no_page_posts_is_refused(changes):
    form = typed(**SLOT | changes)
    assert not form.is_valid()
    assert page(form)


# Texts beyond rows --------------------------------------------------------------------------------

BEYOND = 'Mo 09:00-12:00 "sur rendez-vous"'


def test_a_text_beyond_rows_is_shown_and_kept():
    assert "text" in HoursForm(text=BEYOND).fields
    assert "text" not in HoursForm(text="Mo 09:00-12:00").fields
    assert stored(BEYOND) == BEYOND


def test_a_text_beyond_rows_can_be_changed_or_emptied():
    assert stored(BEYOND, text="Mo 10:00+") == "Mo 10:00+"
    assert stored(BEYOND, text="") == ""
    form = HoursForm(posted(BEYOND, text="lundi"), text=BEYOND)
    assert list(problems(form)) == ["Horaires en notation OpenStreetMap"]


def test_rows_replace_a_text_beyond_them():
    assert stored(BEYOND, **SLOT, public_holidays="as_usual") == "Mo,Tu 09:00-12:00"


def test_what_was_typed_for_another_text_is_read_again():
    """A proposal kept: meanwhile, the stored text became one that fits rows."""
    form = HoursForm(posted(BEYOND, text="Mo 10:00+"), text="Mo 09:00-12:00")
    assert form.is_valid()
    assert form.cleaned_data["opening_hours"] == "Mo 10:00+"


# The form's own buttons ---------------------------------------------------------------------------


def test_a_row_more():
    form = typed(**SLOT | {"slot__0__ends": ""}, press="add-slot")
    assert not form.is_valid()
    assert form.problems == []
    again = _Page(page(form)).posted
    assert (again["slot-TOTAL_FORMS"], again["closure-TOTAL_FORMS"]) == ("2", "1")
    assert again.getlist("slot-0-days") == ["0", "1"]
    assert "press" not in again


def test_a_row_less():
    form = typed(**SLOT, press="remove-slot-0")
    assert not form.is_valid()
    again = _Page(page(form)).posted
    assert (again.getlist("slot-0-days"), again["slot-0-starts"]) == ([], "")
    assert HoursForm(again).is_valid()


@pytest.mark.parametrize(
    "press", ["add-", "add-slot-", "remove-slot-99", "remove-slot-x", "x", "remove", "add-closures"]
)
def test_buttons_that_no_page_has_do_nothing(press):
    form = typed(**SLOT, press=press)
    assert not form.is_valid()
    assert _Page(page(form)).posted.getlist("slot-0-days") == ["0", "1"]


def test_read_again_before_saving():
    form = typed(**SLOT, press="preview", public_holidays="as_usual")
    assert not form.is_valid()
    assert form.readable == ["Le lundi et le mardi de 9\u00a0h à 12\u00a0h."]
    assert typed(**SLOT | {"slot__0__ends": ""}, press="preview").readable == []


def test_the_stored_hours_are_said_before_anything_is_typed():
    assert HoursForm(text="Mo 09:00-12:00").readable == ["Le lundi de 9\u00a0h à 12\u00a0h."]
    assert HoursForm(text="").readable == []


def test_two_forms_on_one_page_do_not_meet():
    data = posted("", "hours")
    data.update(posted(**SLOT))
    data["hours-press"] = "add-slot"
    assert HoursForm(data).is_valid()
    assert not HoursForm(data, prefix="hours").is_valid()


def test_what_is_known_of_school_holidays_is_said():
    helps = {code: HoursForm(department=code).fields["school_holidays"].help_text for code in ("", "93", "2A")}
    assert helps[""] == "Les dates officielles sont connues jusqu’au 31 août 2028."
    assert helps["93"] == "Zone C. Les dates officielles sont connues jusqu’au 31 août 2028."
    assert "ne connaît pas les dates" in helps["2A"]


def test_a_text_that_can_no_longer_be_read_is_shown_as_it_is():
    form = HoursForm(text="horaires d’autrefois")
    assert form.readable == []
    assert _Page(page(form)).posted["text"] == "horaires d’autrefois"
