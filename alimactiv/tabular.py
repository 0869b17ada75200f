"""Reading tables: a folder or a zip of CSV files, or one .xlsx with a sheet each.

What is read is text; the caller gives it meaning. Nothing is trusted: size, encoding, formulas and broken files all
end as a :class:`Problem` that says where, never as an exception.
"""

import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl.utils.exceptions import InvalidFileException

from alimactiv.tabular_opening import MAX_ROWS, opened

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 10 * MAX_BYTES
MAX_COLUMNS = 1_000
MAX_XLSX_CELLS = 20_000_000
MAX_SHOWN = 200
MAX_PROBLEMS = 100_000
MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}

# What openpyxl and zipfile raise on files that are cut short, forged or of another kind.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    InvalidFileException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)

# A leading apostrophe keeps a spreadsheet from running a text as a formula; reading takes it off again.
RUNS_AS_FORMULA = re.compile(r"^'*[=+\-@]")

# What PostgreSQL or XML cannot hold, or nobody can see: control characters (save tabs and line ends), half
# surrogates, and the two code points that are no characters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile("\r\n?")

FORMULA = "une formule n’est pas acceptée : mettez sa valeur."

# A workbook's own escape for one UTF-16 unit (ECMA-376, ST_Xstring).
_XLSX_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Problem:
    """Why a file is refused. ``line`` counts from 1, the header being line 1; ``None`` speaks of the whole file."""

    file: str
    reason: str
    line: int | None = None
    column: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "column", "value"):
            object.__setattr__(self, name, _shown(getattr(self, name)))

    def __str__(self) -> str:
        where = [self.file]
        if self.line is not None:
            where.append(f"ligne {self.line}")
        if self.column:
            where.append(f"colonne {self.column}")
        value = f"« {self.value} » – " if self.value else ""
        return f"{', '.join(where)} : {value}{self.reason}"


def _shown(text: str) -> str:
    """``text`` as it can be told and kept anywhere: not endless, on one line, without invisible characters."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", re.sub("[\t\n\r\u2028\u2029]", " ", text[:MAX_SHOWN]))


class TooManyProblemsError(Exception):
    """This is plainly another file than the one expected: it is read no further."""


class Problems(list[Problem]):
    """All that is wrong, as it is found; at most ``MAX_PROBLEMS``, the last then telling that there are more."""

    def append(self, problem: Problem) -> None:
        if len(self) >= MAX_PROBLEMS - 1:
            super().append(Problem(problem.file, f"plus de {MAX_PROBLEMS} problèmes : la suite n’est pas dite."))
            raise TooManyProblemsError
        super().append(problem)


@dataclass(frozen=True, slots=True)
class Record:
    """A row as text by column; ``None`` where a problem was already told of the cell."""

    line: int
    values: dict[str, str | None]


@dataclass
class Table:
    """One table as read: ``columns`` as its header names them, lower case; blank rows left out.

    An unreadable one has no columns; an incomplete one lacks rows. Either way the problem was told.
    """

    name: str
    file: str
    readable: bool = True
    complete: bool = True
    columns: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def read(path: Path, names: Iterable[str]) -> tuple[dict[str, Table], Problems]:
    """The tables called ``names`` in a folder, .zip or .xlsx, and all that is wrong with the files."""
    problems = Problems()
    try:
        return _read(path, {name.casefold(): name for name in names}, problems), problems
    except TooManyProblemsError:
        return {}, problems
    except UNREADABLE:
        reason = "fichier illisible : ce n’est pas un classeur .xlsx ni une archive .zip, ou il est abîmé ou tronqué."
        problems.append(Problem(path.name, reason))
        return {}, problems


def _read(path: Path, wanted: dict[str, str], problems: Problems) -> dict[str, Table]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.casefold() == ".csv")
        return _read_csv_files([_CsvFile.on_disk(file) for file in files], wanted, problems)
    if not path.is_file():
        problems.append(Problem(path.name, "ce fichier ou ce dossier n’existe pas."))
        return {}
    if path.stat().st_size > MAX_BYTES:
        problems.append(too_large(path.name))
        return {}
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
            problems.append(too_large(path.name))
            return {}
        if path.suffix.casefold() == ".zip":
            return _read_csv_files(_zip_members(archive), wanted, problems)
    return _read_xlsx(path, wanted, problems)


def too_large(file: str) -> Problem:
    return Problem(file, "fichier trop volumineux : 20 Mio au plus.")


@dataclass(frozen=True)
class _CsvFile:
    name: str
    size: Callable[[], int]
    content: Callable[[], bytes]

    @classmethod
    def on_disk(cls, path: Path) -> "_CsvFile":
        return cls(path.name, lambda: path.stat().st_size, path.read_bytes)


def _zip_members(archive: zipfile.ZipFile) -> Iterator[_CsvFile]:
    for member in archive.infolist():
        name = Path(member.filename).name
        if name.casefold().endswith(".csv") and not member.is_dir():
            yield _CsvFile(name, lambda m=member: m.file_size, lambda m=member: archive.read(m))


def _read_csv_files(files: Iterable[_CsvFile], wanted: dict[str, str], problems: Problems) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for file in files:
        name = wanted.get(Path(file.name).stem.strip().casefold())
        if name is None:
            continue
        if name in tables:
            problems.append(Problem(file.name, f"la table « {name} » est donnée par deux fichiers."))
            continue
        table = tables[name] = Table(name, file.name)
        try:
            if file.size() > MAX_BYTES:
                problems.append(too_large(file.name))
                table.readable = False
            else:
                _read_csv(table, file.content(), problems)
        except UNREADABLE:
            problems.append(Problem(file.name, "fichier illisible : chiffré, abîmé ou interdit de lecture."))
            table.readable = False
    return tables


def _read_csv(table: Table, content: bytes, problems: Problems) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(LINE_END.sub("\n", content[: error.start].decode("latin-1")).split("\n"))
        reason = "le fichier n’est pas en UTF-8. Enregistrez-le au format « CSV UTF-8 »."
        problems.append(Problem(table.file, reason, line))
        table.readable = False
        return
    read_text(table, text, problems, MAX_ROWS)


def read_text(table: Table, text: str, problems: Problems, most_rows: int) -> None:
    """Fill ``table`` from CSV: comma, semicolon or tab, whichever the header has most of."""
    header = io.StringIO(text, newline="").readline()
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(table.records) > most_rows:
                problems.append(Problem(table.file, f"plus de {most_rows} lignes."))
                table.complete = False
                return
            if cells or line == 1:
                _take_row(table, line, cells, _Cell.of_text, problems)
            line = reader.line_num + 1
    except csv.Error:
        reason = "ligne de CSV mal formée : guillemet mal placé ou non fermé, ou cellule trop longue."
        problems.append(Problem(table.file, reason, line))
        table.complete = False


def _read_xlsx(path: Path, wanted: dict[str, str], problems: Problems) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    with opened(path) as workbook:
        for sheet in workbook.worksheets:
            name = wanted.get(sheet.title.strip().casefold())
            if name is None:
                continue
            if name in tables:
                problems.append(Problem(sheet.title, f"la table « {name} » est donnée par deux feuilles."))
                continue
            tables[name] = Table(name, sheet.title)
            read_sheet(tables[name], sheet, problems, MAX_ROWS)
    return tables


def read_sheet(table: Table, sheet, problems: Problems, most_rows: int) -> None:
    """Fill ``table`` from a sheet opened for reading only."""
    sheet.reset_dimensions()  # those that the file states may be wrong
    cells_read = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        cells_read += 1 + len(cells)
        if cells_read > MAX_XLSX_CELLS or line > MAX_ROWS:
            problems.append(too_large(table.file))
            table.complete = False
            return
        if len(table.records) > most_rows:
            problems.append(Problem(table.file, f"plus de {most_rows} lignes."))
            table.complete = False
            return
        if cells or line == 1:
            _take_row(table, line, cells, _Cell.of_xlsx, problems)


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    trouble: str = ""

    @classmethod
    def of_text(cls, text: str) -> "_Cell":
        text = text.strip()
        if text.startswith("="):
            return cls(text, FORMULA)
        if text.startswith("'") and RUNS_AS_FORMULA.match(text):
            text = text[1:]
        return cls._plain(text)

    @classmethod
    def of_xlsx(cls, cell) -> "_Cell":
        value = cell.value
        if value is None:
            return cls("")
        if cell.data_type == "f":
            return cls(str(getattr(value, "text", value)), FORMULA)
        if cell.data_type == "e":
            return cls(str(value), "la cellule est en erreur.")
        if isinstance(value, str):
            return cls._plain(_XLSX_ESCAPE.sub(lambda found: chr(int(found[1], 16)), value).strip())
        return cls(as_text(value))

    @classmethod
    def _plain(cls, text: str) -> "_Cell":
        trouble = "le texte contient un caractère de commande invisible." if FORBIDDEN.search(text) else ""
        return cls(LINE_END.sub("\n", text), trouble)


def as_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return (value.date() if value.time() == datetime.min.time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"  # never 1e-05
    return str(value)


def _take_row(table: Table, line: int, raw: Sequence, read_cell: Callable[..., _Cell], problems: Problems) -> None:
    """Take the first row as the header, any later one as a record unless it is blank."""
    width = _width(raw)
    if width > MAX_COLUMNS:
        problems.append(Problem(table.file, f"cette ligne a plus de {MAX_COLUMNS} cellules.", line))
        width = MAX_COLUMNS
    cells = [read_cell(raw[index]) for index in range(width)]
    if line == 1:
        _take_header(table, cells, problems)
        return
    if not any(cell.text for cell in cells):
        return
    values: dict[str, str | None] = dict.fromkeys(table.columns, "")
    outside = False
    for index, cell in enumerate(cells):
        column = table.columns[index] if index < len(table.columns) else ""
        if cell.trouble:
            problems.append(Problem(table.file, cell.trouble, line, column, cell.text))
        elif cell.text and not column and not outside:
            problems.append(Problem(table.file, "cette valeur est hors des colonnes.", line, "", cell.text))
            outside = True
        if column:
            values[column] = None if cell.trouble else cell.text
    table.records.append(Record(line, values))


def _width(raw: Sequence) -> int:
    """How many cells there are up to the last that is not empty."""
    width = len(raw)
    while width and getattr(raw[width - 1], "value", raw[width - 1]) in (None, ""):
        width -= 1
    return width


def _take_header(table: Table, cells: Sequence[_Cell], problems: Problems) -> None:
    table.columns = [cell.text.casefold() for cell in cells]
    for column, count in Counter(table.columns).items():
        if column and count > 1:
            problems.append(Problem(table.file, "deux colonnes ont ce nom.", 1, column))
