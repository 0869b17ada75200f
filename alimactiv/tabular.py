"""Reading and writing tables: a folder or a zip of CSV files, or one .xlsx with a sheet each.

What is read is text; the caller gives it meaning. Nothing is trusted: size, encoding, formulas and broken files all
end as a :class:`Problem` that says where, never as an exception.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 10 * MAX_BYTES
MEDIA_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}

# What openpyxl and zipfile raise on files that are cut short, forged or of another kind.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
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
_RUNS_AS_FORMULA = re.compile(r"^'*[=+\-@]")


@dataclass(frozen=True)
class Problem:
    """Why a file is refused. ``line`` counts from 1, the header being line 1; ``None`` speaks of the whole file."""

    file: str
    reason: str
    line: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = [self.file]
        if self.line is not None:
            where.append(f"ligne {self.line}")
        if self.column:
            where.append(f"colonne {self.column}")
        value = f"« {self.value} » – " if self.value else ""
        return f"{', '.join(where)} : {value}{self.reason}"


@dataclass(frozen=True)
class Record:
    """A row as text by column; ``None`` where a problem was already told of the cell."""

    line: int
    values: dict[str, str | None]


@dataclass
class Table:
    """One table as read: ``columns`` as its header names them, lower case; blank rows left out.

    An unreadable one has no columns, and its problem was told.
    """

    name: str
    file: str
    readable: bool = True
    columns: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def read(path: Path, names: Iterable[str]) -> tuple[dict[str, Table], list[Problem]]:
    """The tables called ``names`` in a folder, .zip or .xlsx, and all that is wrong with the files."""
    wanted = {name.casefold(): name for name in names}
    if path.is_dir():
        files = [(file.name, file) for file in sorted(path.iterdir()) if file.suffix.casefold() == ".csv"]
        return _read_csv_files(((name, file.stat().st_size, file.read_bytes) for name, file in files), wanted)
    if not path.is_file():
        return {}, [Problem(path.name, "ce fichier ou ce dossier n'existe pas.")]
    if path.stat().st_size > MAX_BYTES:
        return {}, [_too_large(path.name)]
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                return {}, [_too_large(path.name)]
            if path.suffix.casefold() == ".zip":
                return _read_csv_files(_zip_members(archive), wanted)
        return _read_xlsx(path, wanted)
    except UNREADABLE:
        return {}, [
            Problem(
                path.name,
                "fichier illisible : ce n'est pas un classeur .xlsx ni une archive .zip, ou il est abîmé ou tronqué.",
            )
        ]


def _too_large(file: str) -> Problem:
    return Problem(file, "fichier trop volumineux : 20 Mio au plus.")


def _zip_members(archive: zipfile.ZipFile) -> Iterator[tuple]:
    for member in archive.infolist():
        name = Path(member.filename).name
        if name.casefold().endswith(".csv") and not member.is_dir():
            yield name, member.file_size, lambda member=member: archive.read(member)


def _read_csv_files(files: Iterable[tuple], wanted: dict[str, str]) -> tuple[dict[str, Table], list[Problem]]:
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for file, size, content in files:
        name = wanted.get(Path(file).stem.casefold())
        if name is None:
            continue
        if size > MAX_BYTES:
            problems.append(_too_large(file))
            tables[name] = Table(name, file, readable=False)
        elif name in tables:
            problems.append(Problem(file, f"la table « {name} » est donnée par deux fichiers."))
        else:
            tables[name] = _read_csv(name, file, content(), problems)
    return tables, problems


def _read_csv(name: str, file: str, content: bytes, problems: list[Problem]) -> Table:
    table = Table(name, file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = "le fichier n'est pas en UTF-8. Enregistrez-le au format « CSV UTF-8 »."
        problems.append(Problem(file, reason, line))
        table.readable = False
        return table
    header = text.split("\n", 1)[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            _take_row(table, line, [_Cell.of_text(cell) for cell in cells], problems)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, f"ligne de CSV mal formée (guillemet non fermé ?) : {error}.", line))
    return table


def _read_xlsx(path: Path, wanted: dict[str, str]) -> tuple[dict[str, Table], list[Problem]]:
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    workbook = openpyxl.load_workbook(path, read_only=True)
    try:
        for sheet in workbook.worksheets:
            name = wanted.get(sheet.title.strip().casefold())
            if name is None:
                continue
            if name in tables:
                problems.append(Problem(sheet.title, f"la table « {name} » est donnée par deux feuilles."))
                continue
            tables[name] = Table(name, sheet.title)
            sheet.reset_dimensions()
            for line, cells in enumerate(sheet.iter_rows(), start=1):
                _take_row(tables[name], line, [_Cell.of_xlsx(cell) for cell in cells], problems)
    finally:
        workbook.close()
    return tables, problems


@dataclass(frozen=True)
class _Cell:
    text: str
    trouble: str = ""

    @classmethod
    def of_text(cls, text: str) -> "_Cell":
        text = text.strip()
        if text.startswith("="):
            return cls(text, "une formule n'est pas acceptée : mettez sa valeur.")
        if text.startswith("'") and _RUNS_AS_FORMULA.match(text):
            text = text[1:]
        return cls(text, _forbidden_characters(text))

    @classmethod
    def of_xlsx(cls, cell) -> "_Cell":
        value = cell.value
        if cell.data_type == "f":
            return cls(str(getattr(value, "text", value)), "une formule n'est pas acceptée : mettez sa valeur.")
        if cell.data_type == "e":
            return cls(str(value), "la cellule est en erreur.")
        if isinstance(value, str):
            text = value.strip()
            return cls(text, _forbidden_characters(text))
        return cls(_as_text(value))


def _forbidden_characters(text: str) -> str:
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text):
        return "le texte contient un caractère de commande invisible."
    return ""


def _as_text(value) -> str:
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
    return str(value)


def _take_row(table: Table, line: int, cells: Sequence[_Cell], problems: list[Problem]) -> None:
    """Take the first row as the header, any later one as a record unless it is blank."""
    if line == 1:
        table.columns = [cell.text.casefold() for cell in cells]
        while table.columns and not table.columns[-1]:
            table.columns.pop()
        seen: set[str] = set()
        for column in table.columns:
            if column in seen:
                problems.append(Problem(table.file, "deux colonnes ont ce nom.", 1, column))
            seen.add(column)
        return
    if not any(cell.text for cell in cells):
        return
    for column, cell in zip([*table.columns, *[""] * len(cells)], cells, strict=False):
        if cell.trouble:
            problems.append(Problem(table.file, cell.trouble, line, column, cell.text[:200]))
        elif cell.text and not column:
            problems.append(Problem(table.file, "cette valeur est hors des colonnes.", line, "", cell.text[:200]))
    texts: list[str | None] = [None if cell.trouble else cell.text for cell in cells]
    texts += [""] * (len(table.columns) - len(texts))
    table.records.append(Record(line, dict(zip(table.columns, texts, strict=False))))


def write_csv(columns: Sequence[str], rows: Iterable[Sequence]) -> str:
    """One table as CSV text; texts that a spreadsheet would run get a leading apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([f"'{v}" if isinstance(v, str) and _RUNS_AS_FORMULA.match(v) else _as_text(v) for v in row])
    return out.getvalue()


def write_xlsx(tables: dict[str, tuple[Sequence[str], Iterable[Sequence]]]) -> bytes:
    """Tables as one .xlsx: a sheet each, header frozen and bold, filters on; texts are never formulas."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, (columns, rows) in tables.items():
        sheet = workbook.create_sheet(name)
        sheet.append(list(columns))
        for cell in sheet[1]:
            cell.font = openpyxl.styles.Font(bold=True)
        count = 1
        for count, row in enumerate(rows, start=2):
            for index, value in enumerate(row, start=1):
                cell = sheet.cell(count, index)
                if isinstance(value, str):
                    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                    cell.data_type = "s"
                else:
                    cell.value = value
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(columns))}{sheet.max_row}"
        for index in range(1, len(columns) + 1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(index)].width = 22
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
