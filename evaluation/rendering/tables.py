"""Tables laid out for print: widths told beforehand (a fixed layout is far quicker), long narrow ones folded. Pure."""

from collections.abc import Sequence
from math import ceil
from typing import Any

PAGE, HALF, DENSE_PAGE = 146, 70, 195  # characters on a line: of a page, of half a page, of a page in smaller letters
BOLD, GAP = 1.2, 3  # how much wider a head's letters are; the space between two columns, in characters
LONGEST = 110  # characters of a cell that no column is made wider for
UNBROKEN = 16  # characters of a word that a column is as wide as
FOLD = 24  # lines that a page holds under headings
DENSE = 6  # columns from which the letters are smaller
SHORT = 7  # rows that are never split between two pages
SIGNS = {"●": "yes", "◉": "yes", "◐": "uncertain", "○": "no", "–": "no_answer"}


def laid_out(table: dict[str, Any]) -> dict[str, Any]:
    """A table block with what print needs: the ``width`` of its columns, the ``css`` of its cells and rows.

    Columns that hold nothing are left out. What fits in half a page has ``is_half``; if it is too long for one
    page, it has ``pieces`` instead, two to a line. ``lines`` is about how many lines of text it takes.
    """
    columns, rows = _filled(table)
    wants = [_wanted(column["label"], [row[place] for row in rows]) for place, column in enumerate(columns)]
    total = sum(most for _, most in wants)
    narrow = total <= HALF or (len(columns) <= 3 and total <= 1.6 * HALF and len(rows) <= FOLD)
    dense = len(columns) >= DENSE
    room = HALF if narrow else DENSE_PAGE if dense else PAGE
    widths = _shared(wants, room)
    heights = [_height(row, widths) for row in rows]
    cells = [[_cell(value, column) for value, column in zip(row, columns, strict=True)] for row in rows]
    _mark_changes(cells)
    folded = narrow and sum(heights) > FOLD
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


def _filled(table: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    kept = [place for place in range(len(table["columns"])) if place == 0 or any(row[place] for row in table["rows"])]
    return [table["columns"][place] for place in kept], [[row[place] for place in kept] for row in table["rows"]]


def _wanted(label: str, values: Sequence[Any]) -> tuple[float, float]:
    """The characters that a column needs, for its words, and those that it wants, for its cells."""
    texts = [str(value) for value in values if value is not None]
    words = [min(len(word), UNBROKEN) for text in texts for word in text.split()]
    least = max([*words, *(len(word) * BOLD for word in label.split()), 2]) + GAP
    lengths = [min(max(map(len, text.split("\n"))), LONGEST) for text in texts]
    most = (0.5 * max(lengths) + 0.5 * sum(lengths) / len(lengths) + 3) if lengths else 0
    return least, max(least, most)


def _shared(wants: Sequence[tuple[float, float]], room: float) -> list[float]:
    """What every column gets of ``room``: all it wants, or what it needs and a fair part of the rest."""
    least, most = sum(low for low, _ in wants), sum(high for _, high in wants)
    if most <= room or most == least:
        return [high for _, high in wants]
    part = max(0, (room - least) / (most - least))
    return [low + part * (high - low) for low, high in wants]


def _height(row: Sequence[Any], widths: Sequence[float]) -> int:
    """Lines of text that a row takes."""
    return max(
        sum(max(1, ceil(len(line) / max(1, width - 2))) for line in str(value).split("\n"))
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
