"""What every kind of file is read into."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from alimactiv.tabular import FORBIDDEN
from alimactiv.tabular_writing import writable
from alimactiv.text import normalised


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """``text`` as words are compared: the same ones come on row after row."""
    return normalised(text)


class NotReadableError(Exception):
    """JSON that is not what it should be; says why, in French."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the flat table: text by column. ``line`` counts from 1 in what ``file`` names."""

    line: int
    file: str
    cells: dict[str, str]


def as_cell(value: Any) -> str:
    """What a JSON value says in a cell; what is no plain value says nothing."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (str, int)):
        return writable(FORBIDDEN.sub("", str(value)))
    return ""
