"""An exported evaluation imports elsewhere to the same figures."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alimactiv.tabular_writing import writable
from evaluation import operations
from evaluation.models import Criterion, Evaluation, Evidence, PublishedFigure, Ruling
from evaluation.workbook import exporting
from evaluation.workbook.schema import TABLES
from territories.models import Territory
from tests.evaluation.random_workbooks import NAMES, workbooks
from tests.evaluation.workbooks import (
    as_folder,
    bring_in,
    clear,
    everything,
    evidence,
    figures,
    participation,
    small,
    territory,
)

pytestmark = pytest.mark.django_db
FORMS = ["dossier", "classeur.zip", "classeur.xlsx"]


@pytest.fixture
def evaluation(tmp_path) -> Evaluation:
    return bring_in(as_folder(tmp_path / "source", small())).evaluation


def texts(evaluation: Evaluation) -> dict[str, list]:
    """All that a workbook tells of an evaluation, with the words that figures do not show."""
    return {name: rows for name, (_, rows) in exporting.tables(evaluation).items()}


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


# The files ----------------------------------------------------------------------------------------


def test_tables_and_columns_are_the_contract_s(evaluation):
    files = exporting.as_csv_files(evaluation)
    assert list(files) == [f"{name}.csv" for name in TABLES]
    for name, schema in TABLES.items():
        assert read_csv(files[f"{name}.csv"])[0] == [column.name for column in schema.columns]


def test_rows_are_written_as_they_were_read(evaluation):
    files = exporting.as_csv_files(evaluation)
    expected = small() | {"territoires": small()["territoires"][::-1]}
    expected["participations"] = [expected["participations"][n] for n in (1, 0, 2)]
    expected["constats"] = expected["constats"][::-1]
    for name, rows in expected.items():
        assert read_csv(files[f"{name}.csv"])[1:] == [list(row.values()) for row in rows]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_imported_without_a_change(evaluation, tmp_path, name):
    before = everything()
    exporting.write(evaluation, tmp_path / name)
    bring_in(tmp_path / name)
    assert everything() == before


def test_a_folder_is_made_and_its_files_replaced(evaluation, tmp_path):
    folder = tmp_path / "un" / "dossier"
    for _ in range(2):
        exporting.write(evaluation, folder)
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{name}.csv" for name in TABLES)


def test_a_suffix_is_known_in_any_case(evaluation, tmp_path):
    exporting.write(evaluation, tmp_path / "A.XLSX")
    exporting.write(evaluation, tmp_path / "A.Zip")
    assert openpyxl.load_workbook(tmp_path / "A.XLSX").sheetnames == list(TABLES)
    assert zipfile.ZipFile(tmp_path / "A.Zip").namelist() == [f"{name}.csv" for name in TABLES]


def test_numbers_and_dates_of_an_xlsx_are_numbers_and_dates(evaluation):
    sheets = openpyxl.load_workbook(io.BytesIO(exporting.as_xlsx(evaluation)))
    assert sheets["evaluation"]["C2"].is_date
    assert [cell.data_type for cell in sheets["territoires"][2]] == ["s", "s", "s", "s", "n", "n"]
    assert sheets["repondants"]["D2"].value == 2


def test_an_evaluation_of_nothing_is_exported_and_imported(tmp_path):
    evaluation = Evaluation.objects.create(code="vide", title="Vide", as_of=date(2025, 1, 1))
    before = figures("vide")
    exporting.write(evaluation, tmp_path / "vide.xlsx")
    clear()
    bring_in(tmp_path / "vide.xlsx")
    assert figures("vide") == before


# What is exported ---------------------------------------------------------------------------------


def test_only_the_evaluation_s_own_rows_are_exported(evaluation, tmp_path):
    before = exporting.as_csv_files(evaluation)
    tables = small()
    tables["evaluation"][0]["code"] = "autre"
    tables["sessions"].append({"session": "3", "region": "X", "debut": "2024", "fin": "2024"})
    tables["territoires"].append(territory("Pantin", "93055", "93"))
    tables["participations"] += [participation(3, "Pantin"), participation(2, "Grigny")]
    tables["constats"].append(evidence(3, "Pantin", "mapping"))
    bring_in(as_folder(tmp_path / "autre", tables))
    assert exporting.as_csv_files(evaluation) == before


def test_the_ruling_in_force_is_exported_and_former_ones_are_not(evaluation, tmp_path):
    ruling = Ruling.objects.get()
    meeting, mapping = (Criterion.objects.get(code=code) for code in ("meeting", "mapping"))
    operations.rule(case=ruling.case, criterion=meeting, value="no", reason="Relu.", by=None)
    withdrawn = operations.rule(case=ruling.case, criterion=mapping, value="yes", reason="Lu.", by=None)
    operations.withdraw_ruling(ruling=withdrawn, by=None)
    assert read_csv(exporting.as_csv_files(evaluation)["arbitrages.csv"])[1:] == [
        ["1", "Bondy", "meeting", "non", "Relu.", ""]
    ]
    before = figures("essai")
    exporting.write(evaluation, tmp_path / "a.zip")
    clear()
    bring_in(tmp_path / "a.zip")
    assert figures("essai") == before


def test_the_names_are_those_of_the_evaluation(tmp_path):
    Territory.objects.create(name="Ville officielle", kind="commune", code="93010", is_official=True, search_name="")
    evaluation = bring_in(as_folder(tmp_path / "source", small())).evaluation
    assert [row[0] for row in texts(evaluation)["territoires"]] == ["Bondy", "Grigny"]
    assert "Ville officielle" not in "".join(exporting.as_csv_files(evaluation).values())


def test_a_published_figure_of_a_department_without_a_territory_is_imported_elsewhere(evaluation, tmp_path):
    PublishedFigure.objects.create(evaluation=evaluation, code="department.2A", value=0)
    before = figures("essai")
    exporting.write(evaluation, tmp_path / "a.zip")
    clear()
    bring_in(tmp_path / "a.zip")
    assert figures("essai") == before
    assert before["figures"]["department.2A"]["status"] == "reconciled"


def test_what_was_typed_on_screen_is_written_so_that_it_can_be_read(evaluation, tmp_path):
    """A form lets through what a file cannot hold, or would run."""
    typed = ' =HYPERLINK("x")\r\n\x0b-\x85suite\x1b\uffff '
    Evidence.objects.update(quote=typed)
    Ruling.objects.update(reason="\r" + typed)
    before = figures("essai")
    for name in FORMS:
        exporting.write(evaluation, tmp_path / name)
        clear_and_back = bring_in(tmp_path / name)
        assert not clear_and_back.refused
        assert set(Evidence.objects.values_list("quote", flat=True)) == {'=HYPERLINK("x")\n-suite'}
    assert figures("essai") == before


# Round trips --------------------------------------------------------------------------------------

ODD = st.text(
    st.sampled_from("éÀœ\"',;=+-@\n\r\t \x00\x1b\x85\u2028\ufeff🍎_x0041_") | st.characters(codec="utf-8"), max_size=12
)


@st.composite
def odd_workbooks(draw):
    """A random workbook whose names and texts are as odd as they can be."""
    workbook = draw(workbooks())
    names = draw(st.lists(ODD.map(writable).filter(bool), min_size=len(NAMES), max_size=len(NAMES), unique=True))
    name = dict(zip(NAMES, names, strict=True))
    tables = {
        table: [row | {"territoire": name[row["territoire"]]} if "territoire" in row else dict(row) for row in rows]
        for table, rows in workbook.items()
    }
    title = draw(ODD.map(writable)) or "Essai"
    tables["evaluation"][0] |= {"titre": title, "mois_activite": draw(st.integers(1, 36))}
    tables["sessions"] = [{"session": n, "region": "Île", "debut": 2024, "fin": 2024 + n} for n in (1, 2)]
    place = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    for number, row in enumerate(tables["territoires"]):
        latitude, longitude = draw(place) or ("", "")
        row |= {"type": draw(st.sampled_from(["commune", "ept", "departement"])), "code": f"E{number}"}
        row |= {"latitude": decimal(latitude), "longitude": decimal(longitude)}
    for row in tables["participations"]:
        row["commentaire"] = draw(ODD)
    for row in tables["entretiens"]:
        row["structures"] = draw(ODD)
    for number, row in enumerate(tables["constats"]):
        row |= {"citation": draw(ODD), "reference": f"{number}{draw(ODD)}"}
    for row in tables["arbitrages"]:
        row |= {"motif": draw(ODD.map(writable)) or "Lu.", "date": draw(st.sampled_from(["", "2025-07-02"]))}
    return {table: [typed(row) for row in rows] for table, rows in tables.items()}


def decimal(value) -> str:
    return value if value == "" else f"{value:.12f}"


def typed(row: dict) -> dict:
    """The row as a careful person would type it in a CSV file: nothing invisible, no formula."""
    cells = {column: writable(str(value)) for column, value in row.items()}
    return {
        column: f"'{text}" if text.lstrip("'")[:1] in tuple("=+-@") and not _number(text) else text
        for column, text in cells.items()
    }


def _number(text: str) -> bool:
    return text.replace(".", "").lstrip("-").isdecimal()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(workbook=odd_workbooks(), form=st.sampled_from(FORMS))
def test_an_exported_workbook_is_imported_to_the_same(tmp_path_factory, workbook, form):
    folder: Path = tmp_path_factory.getbasetemp()
    clear()
    evaluation = bring_in(as_folder(folder / "au hasard", workbook)).evaluation
    before, told = figures("essai"), texts(evaluation)
    exporting.write(evaluation, folder / form)
    clear()
    evaluation = bring_in(folder / form).evaluation
    assert figures("essai") == before
    assert texts(evaluation) == told
