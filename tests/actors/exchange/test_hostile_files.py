"""Files made to break, to fill the memory or to run formulas: refused with a clear message, or made harmless."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actors.exchange import exporting, reading
from actors.exchange.planning import plan
from actors.forms.exchange import DirectoryFileForm
from actors.models import Actor
from actors.operations.exchange import write_import
from alimactiv.tabular import FORMULA, MAX_BYTES
from alimactiv.tabular_writing import write_csv, write_xlsx
from tests.actors.exchange.files import as_file
from tests.factories import ActorFactory

HEAD = "Structure;Commune\n"
TABLE = (["Structure"], [["Une"]])


def refusal(content: bytes, name: str = "a.csv") -> str:
    source = reading.read(content, name)
    assert source.is_refused
    assert reading.columns_of(content, name).is_refused or source.columns
    return " ".join(problem.reason for problem in source.problems)


def test_a_million_rows_are_refused_without_being_kept(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 1000)
    rows = [["Une structure"]] * 1_000_000
    assert refusal(write_csv(["Structure"], rows).encode()) == "plus de 1000 lignes."
    assert len(reading.read(write_csv(["Structure"], rows[:5000]).encode(), "a").rows) == 1001


def test_a_document_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    structures = [{"id": f"a--{number}", "nom": "Une"} for number in range(5)]
    assert refusal(json.dumps({"structures": structures}).encode()) == "plus de 3 lignes."


def test_a_file_that_is_too_large_is_refused():
    assert "20 Mio au plus" in refusal(b"a" * (MAX_BYTES + 1))


def workbook_with(name: str, content: bytes) -> bytes:
    """A workbook of which one member is replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(write_xlsx({"annuaire": TABLE}))) as source, zipfile.ZipFile(out, "w", 8) as target:
        for member in source.namelist():
            target.writestr(member, content if member == name else source.read(member))
    return out.getvalue()


def test_a_zip_bomb_is_not_unpacked():
    bomb = workbook_with("xl/worksheets/sheet1.xml", b"0" * (250 * 1024 * 1024))
    assert len(bomb) < MAX_BYTES
    assert "trop volumineux" in refusal(bomb, "a.xlsx")


def test_an_xml_bomb_is_refused():
    entities = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    sheet = (
        f"<?xml version='1.0'?>{entities}]><worksheet><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>"
    )
    assert "illisible" in refusal(workbook_with("xl/worksheets/sheet1.xml", sheet.encode()), "a.xlsx")


def test_a_formula_is_a_problem_of_its_line():
    source = reading.read((HEAD + '=HYPERLINK("http://x");A\nBonne;B\n').encode(), "a.csv")
    assert [(problem.line, problem.reason) for problem in source.problems] == [(2, FORMULA)]
    assert [row.line for row in source.rows] == [3]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["csv", "xlsx"])
def test_an_exported_text_runs_nothing_in_a_spreadsheet(code):
    for name in ("=1+1", "+33", "-1", "@SUM(A1)"):
        ActorFactory(name=name)
    form = exporting.FORMATS[code]
    content = form.render(exporting.entries_for(Actor.objects.all(), form), False)
    if code == "csv":
        cells = [line.split(";")[1] for line in content.decode("utf-8-sig").splitlines()[1:]]
        assert all(cell.startswith("'") for cell in cells)
    else:
        assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide"),
        (b"\n\n", "vide"),
        (HEAD.encode() + b'"A;B\n', "mal form"),
        (b"Structure;Structure\nA;B\n", "deux colonnes ont ce nom"),
        (b"Structure\nPar\x81is\n", "encodage"),
        (b"Structure\nA\x00B\n", "encodage"),
        (HEAD.encode("utf-32"), "encodage"),
        (b"PK\x03\x04 rien", "illisible"),
        (b"\xd0\xcf\x11\xe0 ancien Excel \x81", "encodage"),
        (b"{", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"structures": 3}', "data·inclusion"),
        (b'{"structures": [NaN]}', "JSON"),
        (b"[1, 2]", "data·inclusion"),
        (b'{"type": "FeatureCollection", "features": {}}', "features"),
        (b'{"structures": [' + b"9" * 5000 + b"]}", "JSON"),
    ],
)
def test_what_is_no_directory_is_told(content, message):
    assert message in refusal(content)


@pytest.mark.django_db
def test_a_cell_that_is_endless_is_told_and_cut():
    source = reading.read(as_file({"Structure": "A", "Présentation": "x" * 100_000}), "a.csv")
    found = plan_of(source)
    assert [(problem.line, problem.column, len(problem.value)) for problem in found.problems] == [
        (2, "Présentation", 200)
    ]


def plan_of(source):
    return plan(reading.renamed(source, reading.guess(source)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "structure",
    [
        {},
        {"id": None, "nom": None},
        {"id": ["a"], "nom": {"a": 1}},
        {"id": "a--1", "nom": "A\x00B", "reseaux_porteurs": {"a": 1}, "alimactiv": [1], "latitude": True},
        {"id": "a--1", "nom": "A", "alimactiv": {"lieux": "x", "structure_type": 3, "inconnu": "y"}},
    ],
)
def test_json_of_strange_shapes_breaks_nothing(structure):
    service = {"structure_id": structure.get("id"), "thematiques": {"a": 1}, "publics": [[1]], "nom": 3}
    document = {"structures": [structure, 3], "services": [service, service | {"structure_id": "b--1"}]}
    source = reading.read(json.dumps(document).encode(), "a.json")
    assert not source.is_refused
    write_import(plan=plan_of(source), file_name="a.json", by=None)


@pytest.mark.parametrize("name", ["a.exe", "a.xls", "a", "a.csv.html"])
def test_the_page_takes_only_what_it_reads(name):
    form = DirectoryFileForm({}, {"file": SimpleUploadedFile(name, HEAD.encode())})
    assert not form.is_valid()
    assert "ni un tableau" in form.errors["file"][0]
