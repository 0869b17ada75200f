"""Reading a table that comes alone, in whatever a spreadsheet saves, as safely as ``alimactiv.tabular`` does."""

import io
import zipfile

from alimactiv.tabular import (
    MAX_BYTES,
    MAX_UNPACKED_BYTES,
    UNREADABLE,
    Problem,
    Problems,
    Table,
    TooManyProblemsError,
    read_sheet,
    read_text,
    too_large,
)
from alimactiv.tabular_opening import opened


def read_one(content: bytes, file: str, *, most_rows: int) -> tuple[Table, Problems]:
    """The one table of a CSV file or of a .xlsx (its first sheet), whatever its name, and all that is wrong with it.

    CSV that is not UTF-8 is read as a spreadsheet saves it: UTF-16 with its mark, or Windows-1252. Rows beyond
    ``most_rows`` are a problem, and not read.
    """
    problems = Problems()
    table = Table("", file)
    try:
        if len(content) > MAX_BYTES:
            problems.append(too_large(file))
        elif content.startswith(b"PK"):
            _read_first_sheet(table, content, problems, most_rows)
        else:
            text = _decoded(content)
            if text is None:
                problems.append(Problem(file, "l’encodage n’est pas reconnu. Enregistrez-le au format « CSV UTF-8 »."))
            else:
                read_text(table, text, problems, most_rows)
    except TooManyProblemsError:
        table.complete = False
    except UNREADABLE:
        problems.append(Problem(file, "fichier illisible : ce n’est pas un tableau, ou il est abîmé ou tronqué."))
    table.readable = bool(table.columns)
    return table, problems


def _decoded(content: bytes) -> str | None:
    """Text from a file of unsaid encoding; none if it is in none that spreadsheets save."""
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _read_first_sheet(table: Table, content: bytes, problems: Problems, most_rows: int) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
            problems.append(too_large(table.file))
            return
    with opened(io.BytesIO(content)) as workbook:
        sheet = workbook.worksheets[0]
        table.name = sheet.title
        read_sheet(table, sheet, problems, most_rows)
