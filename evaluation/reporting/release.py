"""What a report may tell to whom: everything inside, less in public. Pure.

In public, territories that did not agree are not named, and counts are kept back when they are small (below the
threshold) or when taking away the named territories, which anybody can count, would leave a small one: of those
counted, or of the others. Nor is told what would be the same of every unnamed territory, once some are named. In a list
whose total is known (départements, sessions), numbers kept back that could be found again have the next smallest kept
back with them. Counts of zero are told.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE
from evaluation.figures import Figure
from evaluation.matrix import Row
from evaluation.reporting.blocks import Count
from evaluation.verdicts import Verdict

UNNAMED = "[territoire non nommé]"
SOMEONE = "[personne non nommée]"
OTHERS = "d’autres territoires, non nommés"
PERHAPS_OTHERS = "peut-être d’autres territoires, non nommés"
DEEDS = {*ACTIVITIES, NOTHING, STILL_ACTIVE}
"""Criteria of which « non » says something of a territory; a brake that nobody reports says nothing."""
NOT_TOLD = "non communiqué"
NOBODY_NAMED = "Aucun territoire n’a accepté d’être nommé."


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

    def names(self, rows: Sequence[Row], *, is_complete: bool = True) -> list[str]:
        """Their names by code point, and a word for those that are not named: whether there are any is not told
        unless the list ``is_complete``."""
        names = sorted(row.name for row in self.shown(rows))
        if not is_complete:
            return [*names, PERHAPS_OTHERS]
        return names if len(names) == len(rows) else [*names, OTHERS]

    def tells(self, total: int, hidden: int) -> bool:
        """Whether a count may be told, ``hidden`` of which are of territories that are not named."""
        small = range(1, self.threshold)
        return not self.public or (total not in small and hidden not in small)

    def number(self, rows: Sequence[Row], others: Sequence[Row] = ()) -> int | None:
        """How many ``rows`` are, if it may be told; ``others`` are those that would be counted with it."""
        hidden = len(others) - len(self.shown(others))
        told = self.tells(len(rows), len(rows) - len(self.shown(rows))) and self.tells(self.threshold, hidden)
        return len(rows) if told else None

    def are_few(self, persons: Sequence[int]) -> bool:
        """Whether these persons, of each of whom we have the case, are of too few territories to be counted."""
        return self.public and 0 < len(set(persons)) < self.threshold

    def persons(self, parts: Sequence[Sequence[int]]) -> list[int | None]:
        """How many persons are in each of ``parts``, which add up to a number that is told.

        The few are kept back; with them those of no one, else how many share what is left would be known; then the
        smallest of the others, as long as those kept back are few together.
        """
        kept_back = {place for place, part in enumerate(parts) if self.are_few(part)}
        if kept_back:
            kept_back |= {place for place, part in enumerate(parts) if not part}
        for place in sorted(range(len(parts)), key=lambda place: len(parts[place])):
            if self.are_few([case for hidden in kept_back for case in parts[hidden]]):
                kept_back.add(place)
        return [None if place in kept_back else len(part) for place, part in enumerate(parts)]

    def count(self, figure: Figure, of: int | None) -> Count:
        """A figure's count, out of ``of``, with what may not be told left out."""
        if figure.code == "respondents":
            return self._persons(figure)
        yes, doubt, no = (figure.rows[verdict] for verdict in (Verdict.YES, Verdict.UNCERTAIN, Verdict.NO))
        certain, possible = self._side(figure, yes, [*doubt, *no]), self._side(figure, [*yes, *doubt], no)
        words = self.words(certain, possible, figure.possible)
        return Count(
            certain,
            possible,
            self.number(figure.rows[Verdict.NO_ANSWER]),
            of,
            f"{words} sur {of}" if of is not None and certain is not None and possible is not None else words,
        )

    def _side(self, figure: Figure, rows: Sequence[Row], others: Sequence[Row]) -> int | None:
        """How many ``rows`` are, the ``others`` of the figure being the contrary, if it may be told."""
        named = len(self.shown([*rows, *others]))
        these, those = (len(side) - len(self.shown(side)) for side in (rows, others))
        same = figure.parts and ((these and not those) or (those and not these and DEEDS.issuperset(figure.parts)))
        return None if self.public and named and same else self.number(rows, others)

    def _persons(self, figure: Figure) -> Count:
        rows = figure.rows[Verdict.YES]
        hidden = figure.certain - sum(row.facts.respondents for row in self.shown(rows))
        told = figure.certain if self.tells(figure.certain, hidden) else None
        return Count(told, told, 0, None, self.words(told, told, figure.certain))

    def words(self, certain: int | None, possible: int | None, total: int) -> str:
        """``14 à 15``, ``15 au plus``, ``moins de 3``, ``non communiqué``; ``total`` is the greatest it can be."""
        if not certain and possible is None:  # « 0 au moins » says nothing
            return f"moins de {self.threshold}" if total < self.threshold else NOT_TOLD
        if certain is None:
            return f"{possible} au plus"
        if possible is None:
            return f"{certain} au moins"
        return str(certain) if certain == possible else f"{certain} à {possible}"

    def partition(self, parts: Sequence[Sequence[Row]]) -> list[int | None]:
        """The sizes of parts whose total is known, others being kept back with those that would be found again."""
        sizes = [self.number(part) for part in parts]
        while told := [place for place, size in enumerate(sizes) if size]:
            kept_back = [len(part) for part, size in zip(parts, sizes, strict=True) if size is None]
            if not kept_back or not self._are_found(kept_back):
                break
            sizes[min(told, key=lambda place: sizes[place])] = None
        return sizes

    def _are_found(self, kept_back: Sequence[int]) -> bool:
        """Whether numbers, of which one knows the total and which of them are small, can be nothing else."""
        small = [size for size in kept_back if size < self.threshold]
        least = len(small) + self.threshold * (len(kept_back) - len(small))
        most = len(small) * (self.threshold - 1)
        are_all_small = len(small) == len(kept_back)
        return len(kept_back) == 1 or sum(kept_back) == least or (are_all_small and sum(kept_back) == most)


# Names --------------------------------------------------------------------------------------------


def masked(content: Any, names: Collection[str], instead: str = UNNAMED) -> Any:
    """``content`` (JSON values) with every one of ``names`` blotted out of its texts, whoever wrote them and however:
    in any case, with or without accents, with spaces or hyphens between words.

    Whole names only: « Saint-Denis » is not in « Seine-Saint-Denis ».
    """
    longest_first = sorted(filter(None, map(_words, names)), key=len, reverse=True)
    if not longest_first:
        return content
    either = "|".join(r"[-\s]+".join(map(re.escape, words)) for words in longest_first)
    whole = rf"(?<![^\W_])(?<![^\W_]-)(?:{either})(?![^\W_])(?!-[^\W_])"
    return _blotted(content, re.compile(whole, re.IGNORECASE), instead)


def _words(name: str) -> list[str]:
    return re.findall(r"[^-\s]+", _folded(unicodedata.normalize("NFC", name)))


def _letter(character: str) -> str:
    """Without its accent."""
    return unicodedata.normalize("NFD", character)[0]


# One character for one, so that what is found in a folded text is at the same place in the text.
_FOLD = {code: _letter(chr(code)) for code in range(0xC0, 0x250)}
_FOLD |= dict.fromkeys(map(ord, "’‘ʼ`´"), "'") | dict.fromkeys(map(ord, "‐‑‒–"), "-")


def _folded(text: str) -> str:
    return text.translate(_FOLD)


def _blotted(value: Any, names: re.Pattern, instead: str) -> Any:
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value)
        found = list(names.finditer(_folded(text)))
        if not found:
            return value
        starts, ends = [0, *(one.end() for one in found)], [*(one.start() for one in found), len(text)]
        return instead.join(text[start:end] for start, end in zip(starts, ends, strict=True))
    if isinstance(value, dict):
        return {key: _blotted(item, names, instead) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_blotted(item, names, instead) for item in value]
    return value
