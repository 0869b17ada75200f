"""Who answered: the first thing to know of an evaluation, before any figure. Pure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluation.matrix import Matrix, Row
from territories.departments import named


@dataclass(frozen=True)
class Line:
    """How a part of the territories is covered."""

    label: str
    trained: int
    answering: int
    interviewed: int


@dataclass(frozen=True)
class Coverage:
    """Over the counted cases; ``silent`` are those that did not answer, by name."""

    whole: Line
    respondents: int
    silent: Sequence[Row]
    by_session: Sequence[Line]
    by_department: Sequence[Line]


def coverage(matrix: Matrix) -> Coverage:
    rows = matrix.rows
    return Coverage(
        whole=_line("Ensemble", rows),
        respondents=sum(row.facts.respondents for row in rows),
        silent=[row for row in rows if not row.answered],
        by_session=_by(rows, lambda row: row.session),
        by_department=_by(rows, lambda row: row.facts.department, named),
    )


def _by(rows: Sequence[Row], key: Callable[[Row], int | str], words: Callable = str) -> list[Line]:
    parts: dict[int | str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[key(row)].append(row)
    return [_line(words(value) or "non renseigné", part) for value, part in sorted(parts.items())]


def _line(label: str, rows: Sequence[Row]) -> Line:
    answering = sum(row.answered for row in rows)
    return Line(label, len(rows), answering, sum(row.facts.interviewed for row in rows))
