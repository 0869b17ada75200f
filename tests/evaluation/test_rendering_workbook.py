"""The report as a workbook (``evaluation/rendering/workbook.py``)."""

import io

import openpyxl
import pytest

from evaluation.models import Evaluation
from evaluation.rendering import workbook
from evaluation.report import as_json, build
from evaluation.workbook import importing
from tests.factories import CaseFactory, EvaluationFactory, EvidenceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(settings):
    importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
    return as_json(build(Evaluation.objects.get()))


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(workbook.render(content)))


def rows(sheet) -> list[dict]:
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_figures_are_those_of_the_report(content):
    found = [
        (row["Code"], row["Au moins"], row["Au plus"], row["Sans réponse"], row["Publié"])
        for row in rows(opened(content)["Chiffres"])
    ]
    assert found == [
        (f["code"], f["count"]["certain"], f["count"]["possible"], f["count"]["no_answer"], f["published"])
        for f in content["figures"]
    ]


def test_matrix_has_a_row_a_territory_and_a_column_a_criterion(content):
    found = rows(opened(content)["Matrice"])
    assert [(row["Session"], row["Territoire"]) for row in found] == [
        (row["session"], row["territory"]) for row in content["matrix"]["rows"]
    ]
    labels = [column["label"] for column in content["matrix"]["columns"]]
    assert [name.split("\n")[1] for name in list(found[0])[4:]] == labels
    signs = {"yes": "●", "uncertain": "◐", "no": "○", "no_answer": "–"}
    for line, row in zip(found, content["matrix"]["rows"], strict=True):
        codes = [row["cells"][column["code"]] for column in content["matrix"]["columns"]]
        assert [value[0] for value in list(line.values())[4:]] == [signs[code] for code in codes]


def test_every_sheet_is_frozen_and_filtered(content):
    for sheet in opened(content):
        assert sheet.freeze_panes in ("B2", "C2")
        assert sheet.auto_filter.ref == sheet.dimensions


def test_every_statement_is_there(content):
    evidence = next(one for one in content["sections"] if one["code"] == "evidence")["blocks"][0]
    found = list(opened(content)[evidence["title"]].iter_rows(min_row=2, values_only=True))
    assert found == [tuple(cell or None for cell in row) for row in evidence["rows"]]


def test_texts_are_never_formulas():
    case = CaseFactory(label="=1+1")
    EvidenceFactory(case=case, quote="@SUM(A1)", reference="+33")
    found = opened(as_json(build(case.evaluation)))
    cells = [cell for sheet in found for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert "=1+1" in {cell.value for cell in cells}


def test_an_evaluation_without_anything():
    found = opened(as_json(build(EvaluationFactory(title="Sans rien"))))
    assert rows(found["Matrice"]) == []
    assert found.sheetnames[:3] == ["Sommaire", "Matrice", "Chiffres"]


def test_tables_of_one_title_get_sheets_of_their_own(content):
    table = next(block for one in content["sections"] for block in one["blocks"] if block["kind"] == "table")
    section = {**content["sections"][0], "blocks": [table, {**table, "title": table["title"].upper()}]}
    names = opened({**content, "sections": [section]}).sheetnames
    assert len(names) == len({name.casefold() for name in names}) == 5
    assert all(len(name) <= 31 for name in names)
