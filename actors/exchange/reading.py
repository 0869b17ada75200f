"""A file of entries, as rows of text by column, whatever it is: CSV, .xlsx, data·inclusion or GeoJSON.

Nothing of it is trusted: what cannot be read ends as a problem that says where.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actors.exchange import data_inclusion_reading, geojson
from actors.exchange.cells import read_cells
from actors.exchange.columns import BY_CODE, COLUMNS
from actors.exchange.rows import NotReadableError, Row
from alimactiv.tabular import MAX_BYTES, Problem, too_large
from alimactiv.tabular_alone import read_one
from alimactiv.text import normalised

MOST_ROWS = 50_000
"""Rows of one file; a département's directory has some thousands."""

SAMPLE = 20
"""Rows by which one sees what a column holds."""

_GUESSES = {normalised(name): column.code for column in COLUMNS for name in column.other_names}
_OURS = {normalised(name): column.code for column in COLUMNS for name in (column.heading, column.code)}
_GUESSES |= _OURS
_KINDS = ("structure_type", "service_type")


@dataclass
class Source:
    """A file as read. ``is_ours``: its columns are codes of ours, so that nobody is asked what they mean.

    ``is_refused``: its problems are of the whole file, and not of some of its rows.
    """

    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    is_ours: bool = False
    is_refused: bool = False


def read(content: bytes, name: str) -> Source:
    """All that a file says."""
    if len(content) > MAX_BYTES:
        return _refused(too_large(name))
    if _looks_like_json(content):
        return _json(content, name)
    table, problems = read_one(content, name, most_rows=MOST_ROWS)
    if not table.columns and not problems:
        problems.append(Problem(name, "le fichier est vide : sa première ligne doit nommer les colonnes."))
    # A cell already told of is none; its row goes no further.
    rows = [Row(record.line, name, record.values) for record in table.records if None not in record.values.values()]
    is_refused = not (table.readable and table.complete) or any(problem.line in (None, 1) for problem in problems)
    return Source([column for column in table.columns if column], rows, list(problems), is_refused=is_refused)


def columns_of(content: bytes, name: str) -> Source:
    """The same of a file's beginning: its columns, whether they are ours, and why it cannot be read at all."""
    if len(content) > MAX_BYTES or _looks_like_json(content):
        return read(content, name)
    table, problems = read_one(content, name, most_rows=SAMPLE)
    if not table.columns:
        return _refused(*problems) if problems else read(content, name)
    rows = [
        Row(record.line, name, {column: text or "" for column, text in record.values.items()})
        for record in table.records
    ]
    return Source([column for column in table.columns if column], rows)


def _refused(*problems: Problem) -> Source:
    return Source(problems=list(problems), is_refused=True)


def guess(source: Source) -> dict[str, str]:
    """What a file's columns mean, by their headings: our column's code by heading. The first of two that mean one.

    A « Type » is the structure's, or its service's: the first values tell.
    """
    found: dict[str, str] = {}
    for column in source.columns:
        code = _GUESSES.get(normalised(column))
        values = [row.cells[column] for row in source.rows[:SAMPLE] if row.cells.get(column)]
        if code in _KINDS and normalised(column) not in _OURS:
            said = {_GUESSES.get(normalised(other)) for other in source.columns if other != column}
            free = [code, *(one for one in _KINDS if one not in said)]
            code = max(free, key=lambda one: sum(_says(one, value) for value in values))
        if code and code not in found.values():
            found[column] = code
    return found


def _says(code: str, text: str) -> bool:
    """Whether an import would take this value in this column."""
    return code in read_cells(Row(0, "", {code: text})).values


def renamed(source: Source, mapping: Mapping[str, str]) -> list[Row]:
    """The source's rows by our columns' codes; columns that mean nothing here are left out."""
    chosen = {column: code for column, code in mapping.items() if code in BY_CODE}
    return [
        Row(row.line, row.file, {code: row.cells[column] for column, code in chosen.items() if row.cells.get(column)})
        for row in source.rows
    ]


def _looks_like_json(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _json(content: bytes, name: str) -> Source:
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
        if isinstance(data, dict) and data.get("type") == "FeatureCollection":
            rows, notes = geojson.read(data, name), []
            columns = list(dict.fromkeys(column for row in rows for column in row.cells))
            is_ours = set(columns) <= BY_CODE.keys()
        else:
            rows, notes = data_inclusion_reading.read(data)
            columns, is_ours = list(BY_CODE), True
    except (ValueError, RecursionError):
        return _refused(Problem(name, "fichier illisible : ce n’est pas du JSON en UTF-8, ou il est abîmé."))
    except NotReadableError as error:
        return _refused(Problem(name, str(error)))
    if len(rows) > MOST_ROWS:
        return _refused(Problem(name, f"plus de {MOST_ROWS} lignes."))
    return Source(columns, rows, [], notes, is_ours)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")
