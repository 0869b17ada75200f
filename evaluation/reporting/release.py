"""What a report may tell to whom: everything inside, less in public. Pure.

In public, territories that did not agree are not named, and counts are kept back when they are small (below the
threshold) or when taking away the named territories, which anybody can count, would leave a small one. In a list
whose total is known (départements, sessions), one number kept back alone could be found again: the next smallest is
kept back too. Counts of zero are told.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.figures import Figure
from evaluation.matrix import Row
from evaluation.reporting.blocks import Count
from evaluation.verdicts import Verdict

UNNAMED = "[territoire non nommé]"
OTHERS = "d’autres territoires, non nommés"
NOT_TOLD = "non communiqué"


@dataclass(frozen=True)
class Release:
    """``named`` are the cases (ids) whose territory agreed to be named. Inside, there is nothing to keep back."""

    public: bool = False
    threshold: int = 0
    named: frozenset[int] = field(default=frozenset())

    def shows(self, case_id: int) -> bool:
        return not self.public or case_id in self.named

    def shown(self, rows: Sequence[Row]) -> list[Row]:
        """Those whose own row may be shown."""
        return [row for row in rows if self.shows(row.facts.case_id)]

    def names(self, rows: Sequence[Row]) -> list[str]:
        """Their names by code point, and a word for those that are not named."""
        names = sorted(row.name for row in self.shown(rows))
        return names if len(names) == len(rows) else [*names, OTHERS]

    def tells(self, total: int, hidden: int) -> bool:
        """Whether a count may be told, ``hidden`` of which are of territories that are not named."""
        small = range(1, self.threshold)
        return not self.public or (total not in small and hidden not in small)

    def number(self, rows: Sequence[Row]) -> int | None:
        return len(rows) if self.tells(len(rows), len(rows) - len(self.shown(rows))) else None

    def count(self, figure: Figure, of: int | None) -> Count:
        """A figure's count, out of ``of``, with what may not be told left out."""
        if figure.code == "respondents":
            return self._persons(figure)
        sure = figure.rows[Verdict.YES]
        certain, possible = self.number(sure), self.number([*sure, *figure.rows[Verdict.UNCERTAIN]])
        words = self.words(certain, possible, figure.possible)
        return Count(
            certain,
            possible,
            self.number(figure.rows[Verdict.NO_ANSWER]),
            of,
            f"{words} sur {of}" if of is not None and certain is not None and possible is not None else words,
        )

    def _persons(self, figure: Figure) -> Count:
        rows = figure.rows[Verdict.YES]
        hidden = figure.certain - sum(row.facts.respondents for row in self.shown(rows))
        told = figure.certain if self.tells(figure.certain, hidden) else None
        return Count(told, told, 0, None, self.words(told, told, figure.certain))

    def words(self, certain: int | None, possible: int | None, total: int) -> str:
        """``14 à 15``, ``15 au plus``, ``moins de 3``, ``non communiqué``; ``total`` is the greatest it can be."""
        if certain is None and possible is None:
            return f"moins de {self.threshold}" if total < self.threshold else NOT_TOLD
        if certain is None:
            return f"{possible} au plus"
        if possible is None:
            return f"{certain} au moins"
        return str(certain) if certain == possible else f"{certain} à {possible}"

    def partition(self, parts: Sequence[Sequence[Row]]) -> list[int | None]:
        """The sizes of parts whose total is known, with a second one kept back where one alone would be found."""
        sizes = [self.number(part) for part in parts]
        kept_back = [size for size in sizes if size is None]
        told = [place for place, size in enumerate(sizes) if size]
        if len(kept_back) == 1 and told:
            sizes[min(told, key=lambda place: sizes[place])] = None
        return sizes


def masked(content: Any, names: Collection[str]) -> Any:
    """``content`` (JSON values) with every one of ``names`` blotted out of its texts, whoever wrote them.

    Whole names only: « Saint-Denis » is not in « Seine-Saint-Denis ».
    """
    if not names:
        return content
    longest_first = sorted(names, key=len, reverse=True)
    either = "|".join(re.escape(name) for name in longest_first)
    return _blotted(content, re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE))


def _blotted(value: Any, names: re.Pattern) -> Any:
    if isinstance(value, str):
        return names.sub(UNNAMED, value)
    if isinstance(value, dict):
        return {key: _blotted(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(item, names) for item in value]
    return value
