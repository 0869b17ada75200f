"""Writing tables as CSV or .xlsx, so that ``alimactiv.tabular`` reads the same again and no text runs as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

import openpyxl

from alimactiv.tabular import FORBIDDEN, LINE_END, RUNS_AS_FORMULA, as_text

# What would read as a workbook's own escape (ECMA-376, ST_Xstring) though it is plain text.
_XLSX_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence], *, delimiter: str = ",") -> str:
    """One table as CSV text; texts that a spreadsheet would run get a leading apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_guarded(writable(v)) if isinstance(v, str) else as_text(v) for v in row])
    return out.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if RUNS_AS_FORMULA.match(text) else text


def writable(text: str) -> str:
    """``text`` as reading it back gives it: trimmed, its lines ended alike, without what a file cannot hold."""
    return LINE_END.sub("\n", FORBIDDEN.sub("", text)).strip()


def write_xlsx(tables: dict[str, tuple[Sequence[str], Iterable[Sequence]]]) -> bytes:
    """Tables as one .xlsx: a sheet each, header frozen and bold, filters on; texts are never formulas."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, (columns, rows) in tables.items():
        sheet = workbook.create_sheet(name)
        sheet.append(list(columns))
        for cell in sheet[1]:
            cell.font = openpyxl.styles.Font(bold=True)
        for line, row in enumerate(rows, start=2):
            for index, value in enumerate(row, start=1):
                fill(sheet.cell(line, index), value)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(columns))}{sheet.max_row}"
        for index in range(1, len(columns) + 1):
            sheet.column_dimensions[openpyxl.utils.get_column_letter(index)].width = 22
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def fill(cell, value) -> None:
    """Put a value in a workbook's cell: a text is never a formula."""
    if isinstance(value, date) and value.year <= 1900:  # .xlsx counts days from 1900
        value = value.isoformat()
    if isinstance(value, str):
        cell.value = _XLSX_LOOKS_ESCAPED.sub("_x005F_", writable(value))
        cell.data_type = "s"
    else:
        cell.value = value
