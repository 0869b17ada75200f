"""The week in print (``actors/week/rendering.py``): what it says, and whether everyone can read it."""

import io
import re
from datetime import date, time

import page as page_validation
import pypdf
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from actors.models import FoodService
from actors.week import rendering
from actors.week.content import freeze, thaw
from actors.week.languages import CONDITIONS, LANGUAGES
from actors.week.pattern import EVEN, EVERY, LAST, ODD, Change, Regular, Slot
from actors.week.presenting import END, ISOLATE, View
from actors.week.rendering import Format, Former, Imprint
from actors.week.schedule import Line, Week

ON = date(2026, 1, 2)
IMPRINT = Imprint(ON, "https://exemple.test/semaine/fontaine-x0001/", number=3)
MORNING, NIGHT = Slot(time(9), time(12, 30)), Slot(time(22), time(2))


def line(key: str = "a", **fields) -> Line:
    values = {
        "entry": 1,
        "kind": "hot_meal",
        "name": "Association fictive",
        "service": "Le repas",
        "place": "Salle d’exemple",
        "address": ("12 rue de l’Exemple",),
        "town": "00000 Fontaine-l’Exemple",
        "phone": "01 99 00 12 01",
        "publics": ("women",),
        "conditions": ("fee_free", "papers_no"),
        "notes": ("Sonnez à l’entrée.",),
        "verified_on": ON,
        "is_to_verify": False,
        "has_hours": True,
        "timezone": "Europe/Paris",
        "days": ((Regular(MORNING),), (), (Regular(MORNING, ODD),), (), (Regular(NIGHT),), (), ()),
        "changes": (Change(date(2026, 2, 2), date(2026, 2, 9)),),
    }
    return Line(key=key, **values | fields)


def week(*lines: Line, **fields) -> Week:
    dates = {"starts_on": date(2026, 1, 5), "ends_on": date(2026, 3, 29)}
    return Week("Fontaine-l’Exemple", "fontaine-x0001", **dates, lines=lines, **fields)


FULL = week(
    line(),
    line("b", kind="food_parcel", name="Épicerie fictive", is_to_verify=True, phone=""),
    line("c", name="Collectif fermé fictif", days=((),) * 7, changes=()),
    line("d", name="Paroisse fictive", has_hours=False, days=((),) * 7, changes=()),
    contact="CCAS fictif, 01 99 00 00 00",
)


def bare(text: str) -> str:
    return re.sub(r"[\s\-\u00a0\u2068\u2069]", "", text)


def read(data: bytes) -> tuple[str, pypdf.PdfReader]:
    assert list(page_validation.validate_pdf_bytes(data).failures) == []
    document = pypdf.PdfReader(io.BytesIO(data))
    return bare("".join(page.extract_text() for page in document.pages)), document


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("code", LANGUAGES)
def test_it_is_valid_in_each_format_and_language(format, code):
    _, document = read(rendering.render(FULL, code, format, IMPRINT))
    assert document.trailer["/Root"]["/Lang"] == code
    sides = [float(side) for side in document.pages[0].mediabox[2:]]
    assert (sides[0] < sides[1]) == (format == Format.LARGE)
    assert (max(sides) > 1000) == (format == Format.A3)


@pytest.mark.parametrize("format", Format)
def test_it_says_everything(format):
    text, _ = read(rendering.render(FULL, "fr", format, IMPRINT))
    said = ["L’aide alimentaire, jour par jour", "du 5 janvier au 29 mars 2026", "Édition n° 3 du 2 janvier 2026"]
    said += ["Repas chaud", "Colis alimentaire", "Association fictive", "12 rue de l’Exemple", "01 99 00 12 01"]
    said += [
        "9 h – 12 h 30",
        "22 h – 2 h",
        "une semaine sur deux",
        "Pour femmes",
        "Sonnez à l’entrée.",
        "Matin",
        "Soir",
    ]
    said += ["Lundi", "Dimanche", "Changements à noter", "Fermé du 2 au 9 février.", "◐", "Appelez le 115"]
    said += ["Horaires non renseignés : téléphonez", "Paroisse fictive", "Collectif fermé fictif", "CCAS fictif"]
    assert [words for words in said if bare(words) not in text] == []


@pytest.mark.parametrize(("code", "said"), [("fr", "Gratuit · sans papiers"), ("en", "Free · no papers")])
def test_what_is_asked_is_one_line_that_begins_with_a_capital(code, said):
    shown = View(week(line(publics=())), LANGUAGES[code])
    assert shown.help(line(publics=())).asked.startswith(said)


def test_large_print_speaks_in_sentences_and_never_small():
    data = rendering.render(FULL, "fr", Format.LARGE, IMPRINT)
    text, document = read(data)
    assert bare("C’est gratuit. Pas besoin de papiers.") in text
    sizes = set()

    def visit(words, matrix, text_matrix, font, size):
        if words.strip():
            sizes.add(round(size * abs(matrix[3] * text_matrix[3]), 1))

    for page in document.pages:
        page.extract_text(visitor_text=visit)
    assert min(size for size in sizes if size > 2) >= 16  # what runs in the margins is set at 1 point in the text


def test_the_header_is_on_each_page_of_a_long_table():
    lines = [line(str(n), name=f"Association fictive {n}") for n in range(60)]
    data = rendering.render(week(*lines), "fr", Format.A4, IMPRINT)
    _, document = read(data)
    pages = [page.extract_text() for page in document.pages]
    tables = [text for text in pages if "12 rue" in text]
    assert len(tables) > 3
    assert all("Repas chaud" in text and "Lundi" in text for text in tables)


def test_no_place_is_cut_by_a_page():
    lines = [line(str(n), name=f"Début {n}", notes=(f"Fin {n}.",), changes=()) for n in range(40)]
    _, document = read(rendering.render(week(*lines), "fr", Format.A4, IMPRINT))
    for page in document.pages:
        text = page.extract_text()
        table = text.split("Une semaine sur deux")[0]
        assert set(re.findall(r"Début (\d+)", table)) >= set(re.findall(r"Fin (\d+)", table))


def test_arabic_is_written_from_right_to_left_and_names_as_they_are():
    html = rendering.page(FULL, "ar", Format.A4, IMPRINT)
    assert re.search(r'<html lang="ar"\s+dir="rtl"', html)
    assert f"{ISOLATE}01 99 00 12 01{END}" in html
    assert f"{ISOLATE}Association fictive{END}" in html
    assert ISOLATE not in rendering.page(FULL, "fr", Format.A4, IMPRINT)


def test_the_last_page_tells_what_changed():
    before = week(line(days=((Regular(NIGHT),), (), (), (), (), (), ())), line("z", name="Ancienne structure fictive"))
    since = Former(before, 2, date(2025, 10, 1))
    _, document = read(rendering.render(FULL, "fr", Format.A4, IMPRINT, since))
    last = bare(document.pages[-1].extract_text())
    said = ["depuis l’édition n° 2 du 1er octobre 2025", "Ancienne structure fictive", "n’y est plus", "nouveau"]
    said += ["avant : lundi 22 h – 2 h"]
    assert [words for words in said if bare(words) not in last] == []


def test_it_is_drawn_once_for_the_same_content():
    first = rendering.render(FULL, "fr", Format.A4, IMPRINT)
    assert rendering.render(thaw(freeze(FULL)), "fr", Format.A4, IMPRINT) is not None
    assert rendering.render(thaw(freeze(FULL)), "fr", Format.A4, IMPRINT) == first


# Whatever people typed ----------------------------------------------------------------------------

typed = st.text(st.characters(codec="latin-1", categories=("L", "N", "P", "Zs")), max_size=60)
slots = st.builds(Slot, st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.just(time(17)), st.booleans())
regulars = st.builds(Regular, slots, st.sampled_from([EVERY, ODD, EVEN, LAST, "1,3"]))
MEANWHILE = (Slot(time(8), time(9)),)
changes = st.builds(
    Change,
    st.just(date(2026, 2, 2)),
    st.just(date(2026, 2, 9)),
    st.lists(slots, max_size=2).map(tuple),
    st.just(MEANWHILE),
)
lines = st.builds(
    Line,
    key=st.uuids().map(str),
    entry=st.integers(1),
    kind=st.sampled_from(FoodService.Kind.values),
    name=typed,
    service=typed,
    place=typed,
    address=st.lists(typed, max_size=2).map(tuple),
    town=typed,
    phone=typed,
    publics=st.lists(st.sampled_from(FoodService.Public.values), max_size=3, unique=True).map(tuple),
    conditions=st.lists(st.sampled_from(list(CONDITIONS)), max_size=4, unique=True).map(tuple),
    notes=st.lists(typed, max_size=2).map(tuple),
    verified_on=st.none() | st.dates(),
    is_to_verify=st.booleans(),
    has_hours=st.booleans(),
    timezone=st.just("Europe/Paris"),
    days=st.tuples(*[st.lists(regulars, max_size=2).map(tuple)] * 7),
    changes=st.lists(changes, max_size=2).map(tuple),
)


@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=6), st.sampled_from(Format), st.sampled_from(list(LANGUAGES)))
def test_any_week_is_valid(several, format, code):
    drawn = week(*several)
    assert thaw(freeze(drawn)) == drawn
    read(rendering.render(drawn, code, format, IMPRINT, Former(week(line()), 1, ON)))
