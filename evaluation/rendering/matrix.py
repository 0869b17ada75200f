"""The matrix laid out for print: one text a cell, sign and word together. Pure."""

from typing import Any

from evaluation.reporting.wording import SIGNS, verdict_word
from evaluation.verdicts import Verdict

RING = "◉"
ACTIVE = "encore active"
NAME = 40  # letters of a name on a line
ONE_PAGE, TIGHT_PAGE = 21, 28  # lines that a page holds; when rows are brought together
WORDINGS = ("done", "reported", "stated")
CELLS = {
    (verdict.code, wording): f"{SIGNS[verdict]} {verdict_word(verdict, wording)}"
    for verdict in Verdict
    for wording in WORDINGS
}


def laid_out(matrix: dict[str, Any]) -> dict[str, Any]:
    """A matrix block with its ``lines``: the row, its cells, and whether a session begins there.

    ``fit`` is how it is brought on one page: ``one-page``, ``one-page tight``, or empty for a longer one.
    """
    lines, session = [], None
    for row in matrix["rows"]:
        cells = [_cell(column, row) for column in matrix["columns"]]
        lines.append({"row": row, "cells": cells, "begins": session is not None and row["session"] != session})
        session = row["session"]
    length = sum(1 + len(row["territory"]) // NAME for row in matrix["rows"])
    fit = "one-page" if length <= ONE_PAGE else "one-page tight" if length <= TIGHT_PAGE else ""
    totals = [matrix["totals"][column["code"]] for column in matrix["columns"]]
    return matrix | {"lines": lines, "total_cells": totals, "fit": fit}


def _cell(column: dict[str, Any], row: dict[str, Any]) -> dict[str, str]:
    verdict = row["cells"][column["code"]]
    text = CELLS[verdict, column["wording"]]
    if column["code"] == "meeting" and verdict == row["active"] == "yes":
        return {"css": "yes", "text": f"{RING} {ACTIVE}"}
    return {"css": verdict, "text": text}
