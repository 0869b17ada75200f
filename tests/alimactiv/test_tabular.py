"""Reading tables: every way they are written, and everything that can be wrong with a file."""

import io
import os
import re
import tracemalloc
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.formula import ArrayFormula

from alimactiv import tabular
from alimactiv.tabular import MAX_BYTES, Problem, read
from alimactiv.tabular_alone import read_one
from alimactiv.tabular_writing import writable, write_csv, write_xlsx

UNREADABLE = "fichier illisible : ce n’est pas un classeur .xlsx ni une archive .zip, ou il est abîmé ou tronqué."
TOO_LARGE = "fichier trop volumineux : 20 Mio au plus."
INVISIBLE = "le texte contient un caractère de commande invisible."
ILL_FORMED = "ligne de CSV mal formée : guillemet mal placé ou non fermé, ou cellule trop longue."
OUTSIDE = "cette valeur est hors des colonnes."


def csv_file(folder: Path, content: bytes | str, name: str = "villes.csv") -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def xlsx_file(path: Path, rows: list[list], title: str = "villes") -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    workbook.save(path)
    return path


def rows_of(path: Path, name: str = "villes") -> list[tuple]:
    tables, problems = read(path, [name])
    assert problems == []
    return [(record.line, *record.values.values()) for record in tables[name].records]


def problems_of(path: Path, names=("villes",)) -> list[Problem]:
    return read(path, names)[1]


# CSV ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_whatever_its_mark_delimiter_and_line_ends(tmp_path, bom, delimiter, end):
    lines = ["nom;code", "Évry;91228", "", "L'Haÿ;94038"]
    content = end.join(lines).replace(";", delimiter).encode()
    assert rows_of(csv_file(tmp_path, bom + content)) == [(2, "Évry", "91228"), (4, "L'Haÿ", "94038")]


def test_the_header_tells_the_delimiter(tmp_path):
    assert rows_of(csv_file(tmp_path, 'nom;latitude\n"Bondy, ville";48,9\n')) == [(2, "Bondy, ville", "48,9")]


def test_header_and_cells_are_trimmed_and_the_header_is_in_lower_case(tmp_path):
    csv_file(tmp_path, " NOM\u00a0,\tCode \n  Bondy ,\u00a093010\n")
    tables, problems = read(tmp_path, ["villes"])
    assert problems == []
    assert tables["villes"].columns == ["nom", "code"]
    assert tables["villes"].records[0].values == {"nom": "Bondy", "code": "93010"}


def test_blank_rows_are_skipped_and_lines_still_counted(tmp_path):
    content = "nom,code\n\n , \n,,,,\nBondy,93010\n\n\nGrigny,91286\n\n"
    assert rows_of(csv_file(tmp_path, content)) == [(5, "Bondy", "93010"), (8, "Grigny", "91286")]


def test_a_line_number_is_that_of_the_file_even_after_quoted_line_ends(tmp_path):
    content = 'nom,code\n"Évry\r\nCourcouronnes\n",91228\nBondy,93010\n'
    assert rows_of(csv_file(tmp_path, content)) == [(2, "Évry\nCourcouronnes", "91228"), (5, "Bondy", "93010")]


def test_a_short_row_is_completed_and_a_long_one_is_a_problem(tmp_path):
    content = "nom,code,type,\nBondy\nGrigny,91286,commune,trop,plus\nÉvry,91228,commune,,,,,\n"
    csv_file(tmp_path, content)
    tables, problems = read(tmp_path, ["villes"])
    assert problems == [Problem("villes.csv", OUTSIDE, 3, "", "trop")]
    first, _, third = tables["villes"].records
    assert first.values == {"nom": "Bondy", "code": "", "type": ""}
    assert third.values == {"nom": "Évry", "code": "91228", "type": "commune"}


def test_quotes_are_read_as_csv_has_them(tmp_path):
    content = 'nom,code\n"dit ""la ville""",1\ndit "sans",2\n'
    assert rows_of(csv_file(tmp_path, content)) == [(2, 'dit "la ville"', "1"), (3, 'dit "sans"', "2")]


def test_an_apostrophe_that_keeps_a_text_from_running_is_taken_off_and_no_other(tmp_path):
    content = "nom,code\n'=A1,'-3\n'+33,'@x\n''=A1,'sHertogenbosch\n"
    assert rows_of(csv_file(tmp_path, content)) == [(2, "=A1", "-3"), (3, "+33", "@x"), (4, "'=A1", "'sHertogenbosch")]


def test_a_file_without_a_row_has_no_column(tmp_path):
    tables, problems = read(csv_file(tmp_path, b""), ["villes"])
    assert (tables["villes"].columns, tables["villes"].records, problems) == ([], [], [])


def test_other_files_are_ignored_and_names_are_matched_in_any_case(tmp_path):
    csv_file(tmp_path, "nom\nBondy\n", "VILLES.CSV")
    csv_file(tmp_path, b"\xff\xfe\x00", "autre.csv")
    csv_file(tmp_path, b"\xff\xfe\x00", "villes.txt")
    csv_file(tmp_path, b"x" * (MAX_BYTES + 1), "notes.csv")
    assert rows_of(tmp_path) == [(2, "Bondy")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"nom,code\nBondy,93010\n\xc9vry,91228\n", 3),
        (b"nom\r\xc9vry", 2),
        (b"nom\r\n\r\n\xc9vry", 3),
        ("nom\nBondy".encode("utf-16"), 1),
        (b"nom\nBond\xc3", 2),
        (b"nom\nBondy\xed\xa0\x80", 2),
    ],
)
def test_a_file_in_another_encoding_is_one_problem_at_the_line_of_the_first_wrong_byte(tmp_path, content, line):
    tables, problems = read(csv_file(tmp_path, content), ["villes"])
    reason = "le fichier n’est pas en UTF-8. Enregistrez-le au format « CSV UTF-8 »."
    assert problems == [Problem("villes.csv", reason, line)]
    assert not tables["villes"].readable


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\x9b", "\ufffe", "\uffff"])
def test_an_invisible_character_is_a_problem_that_can_be_shown_and_kept(tmp_path, character):
    csv_file(tmp_path, f"nom,code\nBon{character}dy,1\n")
    assert problems_of(tmp_path) == [Problem("villes.csv", INVISIBLE, 2, "nom", "Bon�dy")]


def test_an_unclosed_quote_is_a_problem_at_the_line_where_its_row_starts(tmp_path):
    csv_file(tmp_path, 'nom,code\nBondy,1\n"Grigny,2\nÉvry,3\n')
    tables, [problem] = read(tmp_path, ["villes"])
    assert (problem.file, problem.line) == ("villes.csv", 3)
    assert problem.reason == ILL_FORMED
    assert not tables["villes"].complete


def test_a_field_that_never_ends_is_a_problem(tmp_path):
    csv_file(tmp_path, "nom,code\nBondy,1\n" + "x" * 200_000 + ",2\n")
    [problem] = problems_of(tmp_path)
    assert (problem.line, problem.reason) == (3, ILL_FORMED)


def test_a_formula_is_a_problem_wherever_it_is(tmp_path):
    csv_file(tmp_path, 'nom,code\n =A1,2\n"=HYPERLINK(""http://x"")",=2\nBondy,1,=3\n')
    assert problems_of(tmp_path) == [
        Problem("villes.csv", tabular.FORMULA, 2, "nom", "=A1"),
        Problem("villes.csv", tabular.FORMULA, 3, "nom", '=HYPERLINK("http://x")'),
        Problem("villes.csv", tabular.FORMULA, 3, "code", "=2"),
        Problem("villes.csv", tabular.FORMULA, 4, "", "=3"),
    ]


def test_the_same_column_twice_is_a_problem_told_once(tmp_path):
    csv_file(tmp_path, "nom,,Nom,, nom \nBondy\n")
    assert problems_of(tmp_path) == [Problem("villes.csv", "deux colonnes ont ce nom.", 1, "nom")]


def test_a_row_that_never_ends_is_a_problem(tmp_path):
    csv_file(tmp_path, "nom\n" + "," * 5_000 + "x\n" + "," * 5_000 + "\n")
    assert problems_of(tmp_path) == [Problem("villes.csv", "cette ligne a plus de 1000 cellules.", 2)]


def test_size_is_counted_to_the_byte(tmp_path):
    content = b"nom\n" + b"\n".ljust(1024) * (MAX_BYTES // 1024)
    csv_file(tmp_path, content[:MAX_BYTES])
    assert problems_of(tmp_path) == []
    csv_file(tmp_path, content[: MAX_BYTES + 1])
    tables, problems = read(tmp_path, ["villes"])
    assert problems == [Problem("villes.csv", TOO_LARGE)]
    assert not tables["villes"].readable


def test_two_files_for_a_table_are_a_problem(tmp_path):
    csv_file(tmp_path, "nom\nBondy\n", "villes.csv")
    csv_file(tmp_path, "nom\nGrigny\n", "VILLES.csv")
    assert problems_of(tmp_path) == [Problem("villes.csv", "la table « villes » est donnée par deux fichiers.")]


def test_what_cannot_be_opened_is_a_problem_and_the_others_are_still_read(tmp_path):
    (tmp_path / "villes.csv").mkdir()
    (tmp_path / "routes.csv").symlink_to(tmp_path / "nowhere")
    csv_file(tmp_path, "nom\nx\n", "ponts.csv")
    tables, problems = read(tmp_path, ["villes", "routes", "ponts"])
    reason = "fichier illisible : chiffré, abîmé ou interdit de lecture."
    assert problems == [Problem("routes.csv", reason), Problem("villes.csv", reason)]
    assert len(tables["ponts"].records) == 1


@pytest.mark.parametrize("path", ["absent", "absent.xlsx", "absent/classeur.zip"])
def test_what_does_not_exist_is_a_problem(tmp_path, path):
    assert problems_of(tmp_path / path) == [Problem(Path(path).name, "ce fichier ou ce dossier n’existe pas.")]


def test_a_name_that_no_file_can_have_is_a_problem(tmp_path):
    [problem] = problems_of(tmp_path / ("x" * 400))
    assert problem.reason == UNREADABLE
    assert len(problem.file) == 200


# .xlsx --------------------------------------------------------------------------------------------


def test_xlsx_cells_are_read_as_what_they_show(tmp_path):
    path = xlsx_file(
        tmp_path / "classeur.xlsx",
        [
            [" Nom ", "CODE", "jour", "oui", "nombre"],
            ["Bondy", 93010, date(2025, 6, 1), True, 0],
            [None, None, None, None, None],
            ["  Évry ", 91228.0, datetime(2025, 6, 1), False, 48.5],
            ["", None, datetime(2025, 6, 1, 10, 30), None, 1e-05],
            [None],
            [1.0, None, time(10, 30), None, -1.25],
        ],
    )
    assert rows_of(path) == [
        (2, "Bondy", "93010", "2025-06-01", "oui", "0"),
        (4, "Évry", "91228", "2025-06-01", "non", "48.5"),
        (5, "", "", "2025-06-01T10:30:00", "", "0.00001"),
        (7, "1", "", "10:30:00", "", "-1.25"),
    ]


def test_xlsx_sheets_are_matched_in_any_case_and_others_ignored(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "=1+1"
    chart = BarChart()
    chart.add_data(Reference(workbook.active, 1, 1, 1, 1))
    workbook.create_chartsheet("graphique").add_chart(chart)
    sheet = workbook.create_sheet(" VILLES ")
    sheet.append(["nom"])
    sheet.append(["Bondy"])
    sheet.sheet_state = "hidden"
    workbook.save(tmp_path / "classeur.XLSX")
    assert rows_of(tmp_path / "classeur.XLSX") == [(2, "Bondy")]


def test_xlsx_formulas_and_errors_are_problems(tmp_path):
    path = xlsx_file(
        tmp_path / "classeur.xlsx",
        [["nom", "code"], ["=A1", "Bondy"], ["Évry", "#REF!"], [ArrayFormula("A4:A5", "=B1:B2"), 1]],
    )
    assert problems_of(path) == [
        Problem("villes", tabular.FORMULA, 2, "nom", "=A1"),
        Problem("villes", "la cellule est en erreur.", 3, "code", "#REF!"),
        Problem("villes", tabular.FORMULA, 4, "nom", "=B1:B2"),
    ]


def test_an_xlsx_text_that_looks_like_a_formula_is_a_text(tmp_path):
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(write_xlsx({"villes": (["nom"], [["=1+1"], ["'=1"], ["#REF!"]])}))
    assert rows_of(path) == [(2, "=1+1"), (3, "'=1"), (4, "#REF!")]


def test_an_xlsx_escape_is_read_as_its_character(tmp_path):
    path = xlsx_file(tmp_path / "a.xlsx", [["nom"], ["Évry_x000D_\n_x0041__x005F_x0042_"], ["B_x0007_y"]])
    tables, problems = read(path, ["villes"])
    assert tables["villes"].records[0].values == {"nom": "Évry\nA_x0042_"}
    assert problems == [Problem("villes", INVISIBLE, 3, "nom", "B�y")]


def test_wrong_dimensions_hide_nothing(tmp_path):
    path = rewritten(
        xlsx_file(tmp_path / "a.xlsx", [["nom", "code"], ["Bondy", 1], ["Évry", 2]]),
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', xml),
    )
    assert rows_of(path) == [(2, "Bondy", "1"), (3, "Évry", "2")]


def test_a_row_number_that_no_sheet_has_does_not_read_for_ever(tmp_path):
    path = rewritten(
        xlsx_file(tmp_path / "a.xlsx", [["nom"], ["Bondy"]]),
        lambda xml: xml.replace(b'<row r="2"', b'<row r="999999999999"').replace(b'r="A2"', b'r="A999999999999"'),
    )
    assert problems_of(path) == [Problem("villes", TOO_LARGE)]


def test_sheets_spread_over_too_many_cells_are_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "MAX_XLSX_CELLS", 20)
    path = xlsx_file(tmp_path / "a.xlsx", [["nom", "code"]] + [["Bondy", 1]] * 6)
    assert problems_of(path) == [Problem("villes", TOO_LARGE)]


def test_two_sheets_for_a_table_are_a_problem(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.title = "villes"
    workbook.create_sheet("Villes ")
    workbook.save(tmp_path / "a.xlsx")
    assert problems_of(tmp_path / "a.xlsx") == [Problem("Villes ", "la table « villes » est donnée par deux feuilles.")]


def test_an_entity_bomb_is_refused(tmp_path):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = rewritten(
        xlsx_file(tmp_path / "a.xlsx", [["nom"], ["Bondy"]]), lambda xml: bomb + re.sub(rb"^<\?xml[^>]*\?>", b"", xml)
    )
    assert problems_of(path) == [Problem("a.xlsx", UNREADABLE)]


@pytest.mark.parametrize(
    ("part", "before", "repeated"),
    [
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<row>" + b"<c/>" * 200_000 + b"</row>"),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b"<row/>" * 3_000_000),
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 200_000),
        ("xl/sharedStrings.xml", b"</sst>", b"<si><t>a</t></si>" * 1_500_000),
    ],
    ids=["cells of one row", "rows", "styles", "texts"],
)
def test_a_small_file_that_would_take_all_memory_is_refused(tmp_path, part, before, repeated):
    def swollen(xml: bytes) -> bytes:
        at = xml.index(before)
        at = at if before.startswith(b"</") else at + len(before)
        return xml[:at] + repeated + xml[at:]

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:  # it shares texts between cells, as Excel does
        workbook.add_worksheet("villes").write_column("A1", ["nom", "Bondy"])
    assert problems_of(path) == []
    rewritten(path, swollen, part)
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    assert problems_of(path) == [Problem("a.xlsx", UNREADABLE)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000, "nothing was built"


@pytest.mark.filterwarnings("error")
def test_what_openpyxl_warns_of_does_not_matter(tmp_path):
    path = rewritten(
        xlsx_file(tmp_path / "a.xlsx", [["nom"], [date(2025, 6, 1)]]), lambda xml: re.sub(rb"<v>\d+", b"<v>-9e9", xml)
    )
    assert problems_of(path) == [Problem("villes", "la cellule est en erreur.", 2, "nom", "#VALUE!")]


def rewritten(path: Path, change, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """The same .xlsx with the XML of one of its parts changed: its first sheet's, unless told."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[part] = change(members[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("suffix", [".xlsx", ".zip", ".csv"])
def test_a_text_under_another_name_is_unreadable(tmp_path, suffix):
    path = tmp_path / f"classeur{suffix}"
    path.write_text("nom,code\nBondy,1\n")
    assert problems_of(path) == [Problem(path.name, UNREADABLE)]


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.9, 0.999])
def test_a_truncated_xlsx_is_unreadable(tmp_path, kept):
    path = xlsx_file(tmp_path / "a.xlsx", [["nom"], ["Bondy"]])
    content = path.read_bytes()
    path.write_bytes(content[: kept if isinstance(kept, int) else int(len(content) * kept)])
    assert problems_of(path) == [Problem("a.xlsx", UNREADABLE)]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=10))
def test_a_damaged_file_never_breaks_the_reader(tmp_path_factory, changes):
    path = xlsx_file(tmp_path_factory.getbasetemp() / "damaged.xlsx", [["nom"], ["Bondy"]])
    content = bytearray(path.read_bytes())
    for place, byte in changes:
        content[int(place * len(content))] = byte
    path.write_bytes(bytes(content))
    read(path, ["villes"])


def test_an_xlsx_over_20_mib_is_too_large(tmp_path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    assert problems_of(path) == [Problem("a.xlsx", TOO_LARGE)]


# .zip ---------------------------------------------------------------------------------------------


def zip_file(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_zip_is_read_as_a_folder_wherever_its_files_are(tmp_path):
    members = {
        "dossier/sous-dossier/villes.csv": b"nom\nBondy\n",
        "__MACOSX/dossier/._villes.csv": b"\x00\x05\x16\x07",
        "lisez-moi.txt": b"\xff",
        "villes.csv/": b"",
    }
    assert rows_of(zip_file(tmp_path / "a.zip", members)) == [(2, "Bondy")]


def test_a_member_over_20_mib_is_too_large_and_the_others_are_still_read(tmp_path):
    path = zip_file(tmp_path / "a.zip", {"villes.csv": bytes(MAX_BYTES + 1), "ponts.csv": b"nom\nx\n"})
    tables, problems = read(path, ["villes", "ponts"])
    assert problems == [Problem("villes.csv", TOO_LARGE)]
    assert len(tables["ponts"].records) == 1


@pytest.mark.parametrize("suffix", [".zip", ".xlsx"])
def test_a_bomb_is_not_unpacked(tmp_path, suffix, monkeypatch):
    path = zip_file(tmp_path / f"a{suffix}", {f"{n}.csv": bytes(MAX_BYTES) for n in range(11)})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **options: pytest.fail("unpacked"))
    assert problems_of(path) == [Problem(path.name, TOO_LARGE)]


def test_a_zip_that_lies_about_a_size_is_a_problem(tmp_path):
    path = zip_file(tmp_path / "a.zip", {"villes.csv": b"nom\n" + b"x" * 1000})
    size = (1004).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (8).to_bytes(4, "little")))
    assert problems_of(path) == [Problem("villes.csv", "fichier illisible : chiffré, abîmé ou interdit de lecture.")]


def test_an_encrypted_zip_is_a_problem(tmp_path):
    path = zip_file(tmp_path / "a.zip", {"villes.csv": b"nom\nBondy\n"})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of the member's own header,
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    path.write_bytes(bytes(content))
    assert problems_of(path) == [Problem("villes.csv", "fichier illisible : chiffré, abîmé ou interdit de lecture.")]


# Problems as told ---------------------------------------------------------------------------------


def test_a_problem_is_told_on_one_line():
    problem = Problem("villes.csv", "valeur inconnue.", 3, "nom", "a\nb\x00" + "c" * 300)
    assert str(problem) == f"villes.csv, ligne 3, colonne nom : « a b�{'c' * 196} » – valeur inconnue."
    assert str(Problem("villes.csv", "illisible.")) == "villes.csv : illisible."


def test_problems_are_told_up_to_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "MAX_PROBLEMS", 5)
    more = Problem("villes.csv", "plus de 5 problèmes : la suite n’est pas dite.")
    for wrong, lines in ((4, [2, 3, 4, 5]), (5, [2, 3, 4, 5, None]), (9, [2, 3, 4, 5, None])):
        csv_file(tmp_path, "nom\n" + "=1\n" * wrong)
        found = problems_of(tmp_path)
        assert [problem.line for problem in found] == lines
        assert (more in found) == (wrong > 4)


def test_more_rows_than_a_sheet_holds_are_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "MAX_ROWS", 3)
    csv_file(tmp_path, "nom\n" + "Bondy\n" * 9)
    tables, problems = read(tmp_path, ["villes"])
    assert problems == [Problem("villes.csv", "plus de 3 lignes.")]
    assert not tables["villes"].complete


# Written then read --------------------------------------------------------------------------------

TEXTS = st.text(
    st.sampled_from("aé\"',;\n\r\t =+-@\x00\x0b\x1b\x85\u2028\ufeff\uffff_x0041_🍎") | st.characters(codec="utf-8")
)
VALUES = (
    TEXTS | st.dates() | st.integers(-(10**12), 10**12) | st.floats(-180, 180).map(lambda x: round(x, 9)) | st.none()
)


def as_read_back(value) -> str:
    return writable(value) if isinstance(value, str) else tabular.as_text(value)


@settings(max_examples=60)
@given(st.lists(st.tuples(VALUES, VALUES), max_size=6))
def test_what_is_written_is_read_back(tmp_path_factory, rows):
    folder = tmp_path_factory.getbasetemp() / f"written-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    expected = [tuple(map(as_read_back, row)) for row in rows]
    expected = [row for row in expected if any(row)]
    (folder / "villes.csv").write_text(write_csv(["nom", "code"], rows), encoding="utf-8", newline="")
    assert [row[1:] for row in rows_of(folder)] == expected
    (folder / "a.xlsx").write_bytes(write_xlsx({"villes": (["nom", "code"], rows)}))
    assert [row[1:] for row in rows_of(folder / "a.xlsx")] == expected


@given(TEXTS)
def test_what_is_writable_is_settled(text):
    written = writable(text)
    assert writable(written) == written
    assert not any(c in written for c in "\r\x00\x0b\uffff")


def test_a_written_csv_runs_nothing():
    text = write_csv(["nom"], [["=1"], [" +1"], ["-1"], ["@x"], ["'=1"], ["'x"], [-1.5]])
    assert text.splitlines() == ["nom", "'=1", "'+1", "'-1", "'@x", "''=1", "'x", "-1.5"]


def test_a_written_xlsx_has_its_header_frozen_and_filtered():
    content = write_xlsx({"villes": (["nom", "code"], [["=1", None]]), "ponts": (["nom"], [])})
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet = workbook["villes"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == ("A2", "A1:B2", True)
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1", "s")
    assert workbook["ponts"].auto_filter.ref == "A1:A1"


# One table alone ----------------------------------------------------------------------------------

TOWN = "ville;adresse\nÉtang;1 rue de l’Œuf\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_alone_is_read_in_the_encodings_of_spreadsheets(encoding):
    table, problems = read_one(TOWN.encode(encoding), "a.csv", most_rows=5)
    assert problems == []
    assert [record.values for record in table.records] == [{"ville": "Étang", "adresse": "1 rue de l’Œuf"}]


@pytest.mark.parametrize("content", [b"ville\nPar\x81is\n", TOWN.encode("utf-32"), b"\xff\xfea\x00b", b"ville\n\x00\n"])
def test_a_table_alone_in_another_encoding_is_refused(content):
    table, problems = read_one(content, "a.csv", most_rows=5)
    assert [problem.reason for problem in problems] == [
        "l’encodage n’est pas reconnu. Enregistrez-le au format « CSV UTF-8 »."
    ]
    assert not table.readable


def test_a_table_alone_may_be_the_first_sheet_of_a_workbook_or_have_tabs():
    sheets = {"annuaire": (["nom"], [["Un"]]), "notes": (["nom"], [["Deux"]])}
    for content in (write_xlsx(sheets), b"nom\tville\nUn\tParis\n"):
        table, problems = read_one(content, "a", most_rows=5)
        assert problems == []
        assert [record.values["nom"] for record in table.records] == ["Un"]


@pytest.mark.parametrize(
    "as_file", [lambda rows: write_csv(["n"], rows).encode(), lambda rows: write_xlsx({"a": (["n"], rows)})]
)
def test_rows_beyond_the_callers_limit_are_not_read(as_file):
    table, problems = read_one(as_file([[n] for n in range(50)]), "a", most_rows=3)
    assert problems == [Problem("a", "plus de 3 lignes.")]
    assert len(table.records) == 4


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"", b"\n\n"])
def test_what_is_no_table_is_told(content):
    table, problems = read_one(content, "a.xlsx", most_rows=3)
    assert not table.readable
    assert len(problems) == (1 if content.startswith(b"PK") else 0)
