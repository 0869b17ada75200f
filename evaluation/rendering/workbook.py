"""The report as a workbook (.xlsx) to check it by: matrix, figures and evidence, with filters and frozen panes."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from alimactiv.prose import plain
from alimactiv.tabular_writing import fill
from evaluation.criteria import KIND_HEADINGS
from evaluation.report import from_json
from evaluation.reporting import blocks
from evaluation.reporting.outline import Report
from evaluation.reporting.wording import SIGNS, STATUS_WORDS, verdict_word
from evaluation.verdicts import Verdict
from territories.departments import named

HEAD, HEAD_BACK = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F6F50")
BACKS = {
    Verdict.YES.code: PatternFill("solid", fgColor="CFE5DB"),
    Verdict.UNCERTAIN.code: PatternFill("solid", fgColor="F6E3C5"),
}
WIDEST = 60  # characters
SHEET_NAME = 31  # characters that a sheet's name may have
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
VERDICTS = {verdict.code: verdict for verdict in Verdict}


def render(content: dict[str, Any]) -> bytes:
    """The workbook of a report's JSON: a summary, the matrix, the figures, then every table of the chosen sections."""
    report = from_json(content)
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    workbook.properties.title = report.title
    workbook.properties.creator = report.edition.author if report.edition else ""
    _sheet(workbook, "Sommaire", ["Partie", "Section", "En une phrase", "Commentaire"], _summary(report))
    _matrix(workbook, report.matrix)
    _sheet(workbook, "Chiffres", FIGURES, map(_figure, report.figures), frozen="C2")
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, blocks.Table) and block.rows:
                _sheet(workbook, block.title, [column.label for column in block.columns], block.rows)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _summary(report: Report) -> list[list[str]]:
    edition = report.edition
    told = f"{report.title} – état des lieux au {report.as_of_words}"
    version = f"Version {edition.number}, établie le {edition.made_on}" if edition else "Non figé"
    lines = [["", "", told, version]]
    for section in report.sections:
        commentary = "\n".join(plain(section.commentary.text)) if section.commentary else ""
        lines.append([section.part, section.title, section.summary, commentary])
    return lines


FIGURES = [
    *("Code", "Chiffre", "Au moins", "Au plus", "Sans réponse", "Sur", "Publié", "Constat", "Phrase", "Comparaison"),
    *("Territoires", "À vérifier", "Comment il est compté"),
]


def _figure(one: blocks.KeyFigure) -> list[str | int | None]:
    count = one.count
    return [
        *(one.code, one.label, count.certain, count.possible, count.no_answer, count.of, one.published),
        *(STATUS_WORDS[one.status], one.sentence, one.comparison),
        *(", ".join(one.territories), ", ".join(one.uncertain), one.definition),
    ]


def _matrix(workbook, matrix: blocks.Matrix) -> None:
    """Signs and words; the criteria's kind and family stand above their names."""
    columns = ["Session", "Territoire", "Département", "A répondu", *(_heading(column) for column in matrix.columns)]
    rows = [
        [row.session, row.territory, named(row.department), "oui" if row.answered else "non"]
        + [_words(row.cells[column.code], column) for column in matrix.columns]
        for row in matrix.rows
    ]
    sheet = _sheet(workbook, "Matrice", columns, rows, frozen="C2", width=16)
    for line, row in enumerate(matrix.rows, start=2):
        for place, column in enumerate(matrix.columns, start=5):
            if back := BACKS.get(row.cells[column.code]):
                sheet.cell(line, place).fill = back


def _heading(column: blocks.MatrixColumn) -> str:
    return f"{KIND_HEADINGS[column.criterion_kind]}\n{column.label}"


def _words(code: str, column: blocks.MatrixColumn) -> str:
    verdict = VERDICTS[code]
    return f"{SIGNS[verdict]} {verdict_word(verdict, column.wording)}"


def _sheet(
    workbook,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | int | None]],
    *,
    frozen: str = "B2",
    width: int | None = None,
):
    """A sheet: its header frozen and in colour, filters on, words wrapped in columns as wide as needed or ``width``."""
    sheet = workbook.create_sheet(_free(workbook, name))
    widths = [len(column) for column in columns]
    for line, row in enumerate([columns, *rows], start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(line, place)
            fill(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widths[place - 1] = max(widths[place - 1], len(str(value or "")))
    for place, longest in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width or min(WIDEST, max(9, longest + 2))
        head = sheet.cell(1, place)
        head.font, head.fill = HEAD, HEAD_BACK
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{sheet.max_row}"
    return sheet


def _free(workbook, title: str) -> str:
    """A name that no other sheet has, of what a workbook takes."""
    name = title.translate(FORBIDDEN).strip("' ")[:SHEET_NAME] or "Tableau"
    number = 1
    while name.casefold() in {one.casefold() for one in workbook.sheetnames}:
        number += 1
        name = f"{name[: SHEET_NAME - 4]} ({number})"
    return name
