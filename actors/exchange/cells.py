"""What the cells of one row say; of those that say it in people's own words, what was understood."""

import re
from dataclasses import dataclass, field
from typing import Any

from actors.exchange.columns import BY_CODE, HOURS, HOURS_IN_PROSE, TERRITORIES
from actors.exchange.rows import Row
from actors.exchange.values import READERS, is_doubtful
from actors.exchange.wording import kind_in
from actors.hours.french import sentences
from actors.hours.words import words

_OSM_DAY = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b")


@dataclass
class Cells:
    """By column code: the values, why some are none, and what to look at in those that are."""

    values: dict[str, Any] = field(default_factory=dict)
    troubles: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_cells(row: Row) -> Cells:
    """The cells of a row by our columns' codes, but its territories."""
    found = Cells()
    prose = ""
    for code, text in row.cells.items():
        if code == TERRITORIES:
            continue
        try:
            found.values[code] = READERS[code](text)
        except ValueError as error:
            if code == HOURS and not _OSM_DAY.search(text):
                prose = _read_hours(text, found)
            elif code == "service_type" and (kind := kind_in(text)):
                found.values[code] = kind.value
                found.notes.append((code, f"compris comme «\u00a0{kind.label}\u00a0»."))
            else:
                found.troubles.append((code, str(error)))
            continue
        if doubt := is_doubtful(BY_CODE[code], found.values[code]):
            found.notes.append((code, f"gardé tel quel. {doubt}"))
    if prose:
        _keep_as_note(prose, found)
    return found


def _read_hours(text: str, found: Cells) -> str:
    """Takes hours in everyday words for what they say; gives back the text if they are not understood."""
    hours = words(text)
    if hours is None:
        return text
    found.values[HOURS] = hours
    found.notes.append((HOURS, f"compris comme «\u00a0{' '.join(sentences(hours))}\u00a0»"))
    return ""


def _keep_as_note(prose: str, found: Cells) -> None:
    """Hours that nobody can reckon with are still to be read by people."""
    note = " – ".join(filter(None, [found.values.get(HOURS_IN_PROSE, ""), prose]))
    try:
        found.values[HOURS_IN_PROSE] = READERS[HOURS_IN_PROSE](note)
    except ValueError as error:
        found.troubles.append((HOURS, f"horaires non compris, et pour une précision, {error}"))
        return
    found.notes.append((HOURS, "horaires non compris, à vérifier\u00a0: ce texte est gardé comme précision."))
