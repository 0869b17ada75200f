"""The report as slides (``evaluation/rendering/slides.py``)."""

import io
import os
import subprocess

import pytest
from django.template.defaultfilters import slugify
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from pptx import Presentation
from pptx.util import Emu
from pypdf import PdfReader

from evaluation.models import Evaluation
from evaluation.rendering import deck, slides
from evaluation.report import as_json, build
from evaluation.workbook import importing
from tests.evaluation import workbooks
from tests.evaluation.random_workbooks import store
from tests.evaluation.random_workbooks import workbooks as random_workbooks
from tests.factories import CaseFactory, EvaluationFactory, EvidenceFactory, RespondentsFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def content(django_db_setup, django_db_blocker):
    """The JSON of sessions 1 to 3; nothing of it stays in the database."""
    from django.conf import settings
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
        found = as_json(build(Evaluation.objects.get()))
        transaction.set_rollback(True)
    return found


def opened(content, **more):
    return Presentation(io.BytesIO(slides.render(content, **more)))


def plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'").split())


def texts(slide) -> list[str]:
    """All that one reads on a slide, its charts' words and numbers included."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found += [paragraph.text for paragraph in shape.text_frame.paragraphs]
        if getattr(shape, "has_table", False) and shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
        if getattr(shape, "has_chart", False) and shape.has_chart:
            plot = shape.chart.plots[0]
            found += [*plot.categories, *(str(int(v)) for series in plot.series for v in series.values)]
    return [plain(text) for text in found if text.strip()]


def titles(presentation) -> list[str]:
    return [plain(slide.shapes.title.text_frame.text) for slide in presentation.slides]


def test_every_key_figure_is_told(content):
    told = {text for slide in opened(content).slides for text in texts(slide)}
    section = next(one for one in content["sections"] if one["code"] == "figures")
    figures = [figure for block in section["blocks"] if block["kind"] == "figures" for figure in block["figures"]]
    assert len(figures) > 5
    for figure in figures:
        assert plain(figure["count"]["words"]) in told
        assert plain(figure["label"]) in told or plain(figure["sentence"]) in told


def test_every_slide_has_its_message_and_every_section_is_there(content):
    presentation = opened(content)
    assert all(titles(presentation))
    told = " ".join(text for slide in presentation.slides for text in texts(slide))
    shown = [one for one in content["sections"] if one["code"] not in slides.LEFT_TO_OTHERS]
    assert [one["title"] for one in shown if plain(one["title"]) not in told] == []
    left = [one for one in content["sections"] if one["code"] in slides.LEFT_TO_OTHERS]
    assert left
    assert [one["title"] for one in left if plain(one["title"]) in titles(presentation)] == []


def test_the_matrix_is_a_table_with_a_row_a_territory(content):
    tables = [
        shape.table for slide in opened(content).slides for shape in slide.shapes if getattr(shape, "has_table", False)
    ]
    matrix = next(t for t in tables if t.cell(0, 1).text == "Cartographie")
    rows = [[cell.text for cell in row.cells] for row in matrix.rows][1:]
    assert len(rows) == content["trained"] + 1
    by_name = {plain(row[0]).split(" – ")[1]: row for row in rows[:-1]}
    meeting = [cell.text for cell in matrix.rows[0].cells].index("Au moins une réunion de coordination")
    for row in content["matrix"]["rows"]:
        sign = {"yes": "●", "uncertain": "◐", "no": "○", "no_answer": "–"}[row["cells"]["meeting"]]
        active = row["cells"]["meeting"] == row["active"] == "yes"
        assert by_name[plain(row["territory"])][meeting] == (f"({sign})" if active else sign)


def test_charts_hold_the_numbers_of_the_report(content):
    drawn = {}
    for slide in opened(content).slides:
        for shape in slide.shapes:
            if getattr(shape, "has_chart", False) and shape.has_chart:
                plot = shape.chart.plots[0]
                series = [list(one.values) for one in plot.series]
                for place, label in enumerate(plot.categories):
                    drawn[plain(label)] = [int(values[place]) for values in series]
    chart = next(
        block
        for one in content["sections"]
        for block in one["blocks"]
        if block["kind"] == "chart" and not block["beside"]
        if any(not bar["note"] for group in block["groups"] for bar in group["bars"])
    )
    for group in chart["groups"]:
        for bar in group["bars"]:
            if not bar["note"]:
                told = drawn[plain(bar["label"])]
                assert [told[0], sum(told)] == [bar["certain"], bar["possible"]]


def test_nothing_stands_outside_its_slide(content):
    presentation = opened(content)
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= presentation.slide_width + Emu(1)
            assert shape.top + shape.height <= presentation.slide_height + Emu(1), titles(presentation)


def test_a_commentary_stands_apart_and_says_that_the_figures_changed(content):
    section = {**content["sections"][0], "commentary": {"text": "Un **mot** de l’équipe.", "is_outdated": True}}
    found = opened({**content, "sections": [section]})
    assert [texts(s) for s in found.slides if "commentaire" in s.shapes.title.text_frame.text] == [
        [
            plain(f"{section['title']} : commentaire"),
            "Les chiffres de cette partie ont changé depuis que ce commentaire a été écrit.",
            "Un mot de l'équipe.",
        ]
    ]


def test_same_content_same_slides(content):
    first, second = opened(content), opened(content)
    assert [texts(slide) for slide in first.slides] == [texts(slide) for slide in second.slides]


def test_another_template_gives_its_layouts_and_none_of_its_slides(content):
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "Diapositive du modèle"
    file = io.BytesIO()
    own.save(file)
    deck.check(io.BytesIO(file.getvalue()))
    found = opened(content, template=file.getvalue())
    assert (found.slide_width, found.slide_height) == (own.slide_width, own.slide_height)
    assert "Diapositive du modèle" not in titles(found)
    assert titles(found) == titles(opened(content))


@pytest.mark.parametrize("kind", ["title", "obj", "titleOnly"])
def test_a_template_without_a_layout_that_is_needed_is_refused(kind):
    own = Presentation()
    own.slide_layouts.remove(next(one for one in own.slide_layouts if one._element.get("type") == kind))
    file = io.BytesIO()
    own.save(file)
    with pytest.raises(deck.TemplateError, match="disposition"):
        deck.check(io.BytesIO(file.getvalue()))


def test_what_is_no_presentation_is_refused():
    with pytest.raises(deck.TemplateError, match="lisible"):
        deck.check(io.BytesIO(b"PK rien"))


def test_an_evaluation_without_anything():
    found = opened(as_json(build(EvaluationFactory(title="Éval. sans rien"))))
    assert titles(found)[0] == "Éval. sans rien"


def test_very_long_names_and_signs_of_markup():
    long = "Communauté d’agglomération " + "Très-Longue-" * 12 + " <b>&"
    case = CaseFactory(label=long[:200])
    RespondentsFactory(case=case)
    EvidenceFactory(case=case, quote="=1+1 <i>" + "mot " * 300)
    told = " ".join(text for slide in opened(as_json(build(case.evaluation))).slides for text in texts(slide))
    assert plain(long[:200]) in told


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workbook=random_workbooks())
def test_random_evaluations(workbook):
    workbooks.clear()
    content = as_json(build(store(workbook)))
    assert titles(opened(content))[0] == plain(content["title"])


@pytest.mark.skipif(not os.environ.get("LIBREOFFICE"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it(content, tmp_path):
    name = slugify(content["code"])
    (tmp_path / f"{name}.pptx").write_bytes(slides.render(content))
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [os.environ["LIBREOFFICE"], home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / f"{name}.pptx")], check=True, capture_output=True, timeout=180)
    pages = PdfReader(tmp_path / f"{name}.pdf").pages
    assert len(pages) == len(opened(content).slides)
    assert plain(content["title"])[:20] in plain(pages[0].extract_text())
