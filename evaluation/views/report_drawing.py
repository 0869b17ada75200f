"""A report made ready for the screen: charts specified, Markdown turned into HTML."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from alimactiv.prose import prose
from evaluation.charts import intervals
from evaluation.rendering.typography import all_french
from evaluation.report import as_json, from_json
from evaluation.reporting.blocks import Block, Chart, Column, Matrix, MatrixColumn, MatrixRow, Step, Steps, Table
from evaluation.reporting.outline import Report, Section
from evaluation.verdicts import Verdict


@dataclass(frozen=True)
class DrawnCell:
    """As ``alimactiv/_verdict.html`` takes it."""

    verdict: str
    ring: bool
    stated: bool
    reported: bool


@dataclass(frozen=True)
class DrawnRow:
    row: MatrixRow
    cells: list[DrawnCell]


@dataclass(frozen=True)
class DrawnBlock:
    """A block; ``spec`` and ``chart_id`` for a chart that has numbers, ``steps`` with their text, ``rows`` and
    ``totals`` of a matrix, ``cells`` of a table by rows, each with whether it is a number."""

    block: Block
    chart_id: str
    spec: dict | None
    steps: list[tuple[Step, SafeString]]
    rows: list[DrawnRow]
    totals: list[str]
    cells: list[list[tuple[str | int | None, bool]]]


@dataclass(frozen=True)
class DrawnSection:
    section: Section
    commentary: SafeString
    blocks: list[DrawnBlock]


def drawn(report: Report) -> list[DrawnSection]:
    """Its sections, with the spaces and apostrophes of print."""
    report = from_json(all_french(as_json(report)))
    return [
        DrawnSection(
            section,
            prose(section.commentary.text) if section.commentary else SafeString(),
            [_block(block, f"{section.code}-{rank}") for rank, block in enumerate(section.blocks)],
        )
        for section in report.sections
    ]


def has_charts(sections: list[DrawnSection]) -> bool:
    return any(one.spec for section in sections for one in section.blocks)


def _block(block: Block, chart_id: str) -> DrawnBlock:
    spec = None
    if isinstance(block, Chart) and any(not bar.note for group in block.groups for bar in group.bars):
        spec = intervals(block.groups, certain_word=block.certain_word, beside=block.beside)
    steps = [(step, prose(step.text)) for step in block.steps] if isinstance(block, Steps) else []
    rows = [_row(row, block.columns) for row in block.rows] if isinstance(block, Matrix) else []
    totals = [block.totals[column.code] for column in block.columns] if isinstance(block, Matrix) else []
    cells = [_cells(row, block.columns) for row in block.rows] if isinstance(block, Table) else []
    return DrawnBlock(block, chart_id, spec, steps, rows, totals, cells)


def _cells(row: list[str | int | None], columns: list[Column]) -> list[tuple[str | int | None, bool]]:
    return [(cell, column.numeric) for cell, column in zip(row, columns, strict=True)]


def _row(row: MatrixRow, columns: list[MatrixColumn]) -> DrawnRow:
    cells = [
        DrawnCell(
            verdict=row.cells[column.code],
            ring=column.code == "meeting" and row.active == Verdict.YES.code,
            stated=column.wording == "stated",
            reported=column.wording == "reported",
        )
        for column in columns
    ]
    return DrawnRow(row, cells)
