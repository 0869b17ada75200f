"""The report as a PDF document (``evaluation/rendering/pdf.py``): what it says, and whether everybody can read it."""

import copy
import io
import json
import re
import subprocess

import page as page_validation
import pypdf
import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from evaluation.models import Evaluation
from evaluation.rendering import charts, matrix, pdf
from evaluation.report import as_json, build, canonical
from evaluation.workbook import importing
from tests.evaluation import workbooks
from tests.evaluation.random_workbooks import store
from tests.evaluation.random_workbooks import workbooks as random_workbooks
from tests.factories import EvaluationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker) -> dict:
    """The report of sessions 1 to 3, as a renderer is given it."""
    with django_db_blocker.unblock(), transaction.atomic():
        importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
        found = as_json(build(Evaluation.objects.get()))
        transaction.set_rollback(True)
    return json.loads(canonical(found))


@pytest.fixture(scope="module")
def printed(content) -> bytes:
    return pdf.render(content)


@pytest.fixture(scope="module")
def document(printed) -> pypdf.PdfReader:
    return read(printed)


@pytest.fixture(scope="module")
def text(document) -> str:
    return text_of(document)


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def bare(text: str) -> str:
    """Without what a line's end changes: spaces and hyphens; with the apostrophes of print."""
    return re.sub(r"[\s\-\u00a0\u202f]", "", text.replace("'", "’"))


def text_of(document: pypdf.PdfReader) -> str:
    return bare("".join(page.extract_text() for page in document.pages))


def blocks(content: dict, kind: str) -> list[dict]:
    return [block for section in content["sections"] for block in section["blocks"] if block["kind"] == kind]


def only(content: dict, *codes: str) -> dict:
    return content | {"sections": [section for section in content["sections"] if section["code"] in codes]}


def failures(data: bytes) -> list:
    return list(page_validation.validate_pdf_bytes(data).failures)


# What it says -------------------------------------------------------------------------------------


def test_every_figure_is_told(content, text):
    for figure in content["figures"]:
        department = figure["code"].removeprefix("department.")
        ways = [figure["sentence"], f"{figure['label']}{figure['count']['words']}"]
        if department != figure["code"]:
            ways = [f"{figure['label']}{figure['count']['words']}", f"{department}{figure['count']['certain']}"]
        assert any(bare(way) in text for way in ways), figure["code"]
        if figure["published"] is not None:
            assert bare(figure["comparison"]) in text, figure["code"]


def test_every_row_of_the_matrix_is_told_sign_and_word(content, text):
    (found,) = blocks(content, "matrix")
    for line in matrix.laid_out(found)["lines"]:
        row = line["row"]
        name = f"{row['session']}{row['territory']}{row['department']}"
        assert bare(name + "".join(cell["text"] for cell in line["cells"])) in text
    assert bare("".join(found["totals"][column["code"]] for column in found["columns"])) in text


def test_every_section_card_quote_and_statement_is_told(content, text):
    said = [section[part] for section in content["sections"] for part in ("title", "summary")]
    said += [
        card[part] for block in blocks(content, "cards") for card in block["cards"] for part in ("name", "summary")
    ]
    said += [quote["text"] for block in blocks(content, "quotes") for quote in block["quotes"]]
    said += [
        cell for block in blocks(content, "table") for row in block["rows"] for cell in row if isinstance(cell, str)
    ]
    for words in said:
        assert bare(words) in text, words


def test_every_bar_of_the_charts_is_told_in_text(content, text):
    for chart in blocks(content, "chart"):
        for group in chart["groups"]:
            for bar in group["bars"]:
                assert bare(f"{bar['label']} : {charts.bar_of(bar).words}") in text


def test_the_same_content_gives_the_same_text(content, text):
    assert text_of(read(pdf.render(content))) == text


def test_a_frozen_one_says_its_number_and_its_print(content):
    edition = {"number": 7, "title": "T", "made_on": "3 mars 2026", "author": "A", "public": False, "threshold": 0}
    frozen = only(content, "glossary") | {"edition": edition}
    cover = bare(read(pdf.render(frozen)).pages[0].extract_text())
    assert bare("Version n° 7, figée le 3 mars 2026 par A") in cover
    assert len(set(re.findall(r"Empreinte([0-9a-f]{8})", cover))) == 1
    assert "Versiondetravail" in bare(read(pdf.render(only(content, "glossary"))).pages[0].extract_text())


def test_an_editor_s_words_are_set_apart_and_marked_when_the_figures_changed(content):
    def said(**commentary):
        section = only(content, "glossary")["sections"][0] | {"commentary": {"text": "**Mes** mots.", **commentary}}
        return text_of(read(pdf.render(content | {"sections": [section]})))

    changed = bare("les chiffres ont changé depuis")
    assert "Commentairedel’équiped’évaluation" in said(is_outdated=False)
    assert "Mesmots." in said(is_outdated=False)
    assert changed not in said(is_outdated=False)
    assert changed in said(is_outdated=True)


# How it is laid out -------------------------------------------------------------------------------


def test_the_bookmarks_are_the_parts_and_their_sections(content, document):
    found = document.outline
    parts = [entry.title for entry in found if not isinstance(entry, list)]
    sections = [
        entry.title for inner in found if isinstance(inner, list) for entry in inner if not isinstance(entry, list)
    ]
    assert parts == list(dict.fromkeys(section["part"] for section in content["sections"]))
    assert [title.split(" ", 1)[1] for title in sections] == [section["title"] for section in content["sections"]]


def test_the_contents_give_the_page_of_every_section(content, document):
    contents = document.pages[1].extract_text()
    for section in content["sections"]:
        number = re.search(rf"{re.escape(section['title'])} (\d+)$", contents, re.MULTILINE)[1]
        assert bare(section["title"]) in bare(document.pages[int(number) - 1].extract_text())


def of_territories(content: dict, number: int) -> dict:
    """Some sections of the report, for so many territories: accents and long names among them."""
    large = copy.deepcopy(only(content, "training", "matrix", "figures", "glossary"))
    names = ["Épinal-Exemple", "Saint-Rémy-en-Bouzemont-Saint-Genest-et-Isson", "Œuilly d’Essai", "Ŷ"]
    for block in [*blocks(large, "matrix"), *blocks(large, "map")]:
        rows = "rows" if block["kind"] == "matrix" else "points"
        block[rows] = [
            {**copy.deepcopy(block[rows][place % 18]), "session": 1 + place // 9}
            | {key: f"{names[place % 4]} {place}" for key in ("territory", "name") if key in block[rows][0]}
            for place in range(number)
        ]
    return large


def test_a_matrix_of_twenty_territories_is_on_one_page(content):
    large = only(of_territories(content, 20), "matrix")
    (found,) = blocks(large, "matrix")
    pages = [bare(page.extract_text()) for page in read(pdf.render(large)).pages]
    (whole,) = [text for text in pages if "Ensemble" in text]
    assert all(bare(row["territory"]) in whole for row in found["rows"])


@pytest.fixture(scope="module")
def two_hundred(content) -> tuple[dict, bytes]:
    large = of_territories(content, 200)
    return large, pdf.render(large)


def test_a_matrix_of_two_hundred_repeats_its_heads_and_breaks_no_row(two_hundred):
    content, data = two_hundred
    pages = [bare(page.extract_text()) for page in read(data).pages]
    (found,) = blocks(content, "matrix")
    heads = bare("".join(column["label"] for column in found["columns"]))
    for line in matrix.laid_out(found)["lines"]:
        row = line["row"]
        words = f"{row['territory']}{row['department']}" + "".join(cell["text"] for cell in line["cells"])
        (where,) = [text for text in pages if bare(words) in text]
        assert heads in where


# Whom it is for -----------------------------------------------------------------------------------


def test_sessions_1_to_3_are_accessible(printed):
    assert failures(printed) == []


def test_two_hundred_territories_are_accessible(two_hundred):
    assert failures(two_hundred[1]) == []


def test_an_evaluation_without_anything_is_accessible():
    assert failures(pdf.render(as_json(build(EvaluationFactory())))) == []


@hypothesis_settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random_workbooks())
def test_any_evaluation_is_accessible(workbook):
    workbooks.clear()
    assert failures(pdf.render(as_json(build(store(workbook))))) == []


def test_its_fonts_are_in_it_and_are_ours(document):
    names = set()
    for page in document.pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font["/DescendantFonts"]
            assert "/FontFile2" in descendant["/FontDescriptor"]
            names.add(font["/BaseFont"].split("+")[1].removesuffix("-Bold").removesuffix("-Italic"))
    assert names == {"Atkinson-Hyperlegible", "Alimactiv-Signs"}


# Its means ----------------------------------------------------------------------------------------


def test_an_image_in_a_commentary_is_never_asked_for(content):
    words = "![vue](https://images.example/vue.png) <img src='https://images.example/b.png'>"
    section = only(content, "glossary")["sections"][0] | {"commentary": {"text": words, "is_outdated": False}}
    assert "images.example" in text_of(read(pdf.render(content | {"sections": [section]})))


def test_a_chart_that_takes_too_long_fails_with_its_process(content, monkeypatch):
    monkeypatch.setattr(charts, "LIMIT", 0.01)
    with pytest.raises(subprocess.TimeoutExpired), charts.drawing(blocks(content, "chart")) as drawn:
        drawn()
