"""Tables laid out for print: widths told beforehand (a fixed layout is far quicker), long narrow ones folded. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

# Lengths are in letters, an average one of the font: narrow ones and spaces are half as wide.
PAGE, HALF, DENSE_PAGE = 155, 75, 200  # of a line: of a page, of half a page, of a page in smaller letters
BOLD, GAP = 1.15, 3.5  # how much wider a head's letters are; the space between two columns
LONGEST = 90  # cells longer than that make no column wider
UNBROKEN = 16  # words longer than that are broken
NARROW = str.maketrans("", "", " \N{NO-BREAK SPACE}.,;:!'’()[]|ijlrtfI-")
FOLD = 24  # lines that a page holds under headings
DENSE = 6  # columns from which the letters are smaller
SHORT = 7  # rows that are never split between two pages
SIGNS = {"●": "yes", "◉": "yes", "◐": "uncertain", "○": "no", "–": "no_answer"}


def laid_out(table: dict[str, Any], *, half: bool = False) -> dict[str, Any]:
    """A table block with what print needs: the ``width`` of its columns, the ``css`` of its cells and rows.

    Columns that hold nothing are left out. What fits in half a page has ``is_half``; if it is too long for one
    page, it has ``pieces`` instead, two to a line. ``half`` makes it fit. ``lines`` is about how many lines it takes.
    """
    columns, rows = _filled(table)
    wants = [_wanted(column["label"], [row[place] for row in rows]) for place, column in enumerate(columns)]
    narrow = half or _is_narrow(wants, rows)
    dense = len(columns) >= DENSE
    room = HALF if narrow else DENSE_PAGE if dense else PAGE
    widths = _shared(wants, room)
    heights = [_height(row, widths) for row in rows]
    cells = [[_cell(value, column) for value, column in zip(row, columns, strict=True)] for row in rows]
    _mark_changes(cells)
    folded = narrow and not half and sum(heights) > FOLD
    return table | {
        "columns": [
            column | {"width": f"{100 * width / sum(widths):.1f}%", "css": "num" if column["numeric"] else ""}
            for column, width in zip(columns, widths, strict=True)
        ],
        "pieces": _folded(cells, heights) if folded else [],
        "rows": _kept_together(cells),
        "lines": 3 + sum(heights),
        "is_half": narrow and not folded,
        "is_short": len(rows) <= SHORT,
        "is_dense": dense,
        "half_width": f"{min(100, 100 * sum(widths) / HALF):.0f}%",
        "width": f"{min(100, 100 * sum(widths) / (DENSE_PAGE if dense else PAGE)):.0f}%",
    }


def _is_narrow(wants: Sequence["Want"], rows: Sequence[Sequence[Any]]) -> bool:
    """Whether half a page is wide enough, or would be with a few more lines."""
    if sum(max(want.least, (want.most + want.usual) / 2) for want in wants) <= HALF:
        return True
    return len(wants) <= 3 and _lines(rows, _shared(wants, HALF)) <= 2 * FOLD


def _filled(table: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    kept = [place for place in range(len(table["columns"])) if place == 0 or any(row[place] for row in table["rows"])]
    return [table["columns"][place] for place in kept], [[row[place] for place in kept] for row in table["rows"]]


@dataclass(frozen=True)
class Want:
    """``least`` for a column's words, ``most`` for its longest cell, ``usual`` in a cell."""

    least: float
    most: float
    usual: float


def _wanted(label: str, values: Sequence[Any]) -> Want:
    texts = [str(value) for value in values if value is not None]
    words = [min(_length(word), UNBROKEN) for text in texts for word in text.split()]
    least = max([*words, *(_length(word) * BOLD for word in label.split()), 2]) + GAP
    lengths = [min(max(map(_length, text.split("\n"))), LONGEST) for text in texts]
    return Want(least, max(least, max(lengths, default=0) + GAP), sum(lengths) / max(1, len(lengths)))


def _length(text: str) -> float:
    return (len(text) + len(text.translate(NARROW))) / 2


def _shared(wants: Sequence[Want], room: float) -> list[float]:
    """What every column gets of ``room``: all it wants, or what it needs and a part of the rest for what it holds."""
    if sum(want.most for want in wants) <= room:
        return [want.most for want in wants]
    rest = max(0, room - sum(want.least for want in wants))
    parts = [want.usual + (want.most - want.least) / 2 for want in wants]
    return [want.least + rest * part / sum(parts) for want, part in zip(wants, parts, strict=True)]


def _lines(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> int:
    return sum(_height(row, widths) for row in rows)


def _height(row: Sequence[Any], widths: Sequence[float]) -> int:
    """Lines of text that a row takes."""
    return max(
        sum(max(1, ceil(_length(line) / max(1, width - GAP))) for line in str(value).split("\n"))
        for value, width in zip(row, widths, strict=True)
        if value is not None
    )


def _cell(value: Any, column: dict[str, Any]) -> dict[str, str]:
    text = "" if value is None else str(value)
    if column["numeric"]:
        return {"text": text, "css": "num"}
    if "\n" in text:
        return {"text": text, "css": "lines"}
    return {"text": text, "css": SIGNS.get(text[:1], "") if text[1:2] == " " else ""}


def _mark_changes(cells: list[list[dict[str, str]]]) -> None:
    """The first of the rows that have one name stands out."""
    before = None
    for row in cells:
        name = row[0]["text"]
        if name != before and not row[0]["css"]:
            row[0]["css"] = "first"
        before = name


def _kept_together(cells: list[list[dict[str, str]]]) -> list[dict[str, Any]]:
    """The rows; ``css`` keeps the first two and the last two of them together, so that no page gets one alone."""
    return [
        {"cells": row, "css": f"{'odd' if place % 2 else ''} {'keep' if place in (1, len(cells) - 1) else ''}".strip()}
        for place, row in enumerate(cells)
    ]


def _folded(cells: list[list[dict[str, str]]], heights: list[int]) -> list[list[list[dict[str, Any]]]]:
    """The rows by pages, each of one or two columns of about the same height."""
    pages, page, used = [], [], 0
    for row, height in zip(cells, heights, strict=True):
        if page and used + height > 2 * FOLD:
            pages.append(page)
            page, used = [], 0
        page.append((row, height))
        used += height
    return [_halves(page) for page in [*pages, page]]


def _halves(page: list[tuple[list[dict[str, str]], int]]) -> list[list[dict[str, Any]]]:
    whole, used, left = sum(height for _, height in page), 0, 0
    while used < whole / 2:
        used += page[left][1]
        left += 1
    rows = [row for row, _ in page]
    return [_kept_together(part) for part in (rows[:left], rows[left:]) if part]
