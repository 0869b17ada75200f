"""The logic of verdicts (contract, "Verdicts"). Pure: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE


class Verdict(IntEnum):
    """What is known of one cell. The order is the contract's: ``no`` < ``no_answer`` < ``uncertain`` < ``yes``."""

    NO = 0
    NO_ANSWER = 1
    UNCERTAIN = 2
    YES = 3

    @property
    def code(self) -> str:
        return self.name.lower()


def any_of(parts: Iterable[Verdict]) -> Verdict:
    return max(parts)


def all_of(parts: Iterable[Verdict]) -> Verdict:
    return min(parts)


def negate(verdict: Verdict) -> Verdict:
    """Swap ``yes`` and ``no``; ``uncertain`` and ``no_answer`` stay."""
    return {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES}.get(verdict, verdict)


@dataclass(frozen=True)
class Tally:
    """How many counted statements say oui, non and inconnu of one criterion."""

    yes: int = 0
    no: int = 0
    unknown: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.yes + other.yes, self.no + other.no, self.unknown + other.unknown)

    @property
    def total(self) -> int:
        return self.yes + self.no + self.unknown


NO_TALLY = Tally()


def counted(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """The tallies that count: of ``nothing``, only oui does (rule 2)."""
    effective = {code: tally for code, tally in tallies.items() if tally.total}
    said_nothing = effective.pop(NOTHING, NO_TALLY).yes
    if said_nothing:
        effective[NOTHING] = Tally(yes=said_nothing)
    return effective


def from_tally(tally: Tally, *, answered: bool) -> Verdict:
    """Rules 3 and 4: what evidence alone says."""
    if not tally.total:
        return Verdict.NO if answered else Verdict.NO_ANSWER
    if tally.unknown or (tally.yes and tally.no):
        return Verdict.UNCERTAIN
    return Verdict.YES if tally.yes else Verdict.NO


def of_case(
    criteria: Iterable[str], tallies: Mapping[str, Tally], rulings: Mapping[str, bool], *, answered: bool
) -> dict[str, Verdict]:
    """The verdict of each of ``criteria`` (codes) for one case, by rules 1 to 5.

    ``tallies`` are those of :func:`counted`; ``rulings`` say yes (True) or no of a criterion.
    """
    refuted = Tally(no=tallies.get(NOTHING, NO_TALLY).yes)

    def own(code: str) -> Verdict:
        if code in rulings:
            return Verdict.YES if rulings[code] else Verdict.NO
        tally = tallies.get(code, NO_TALLY)
        return from_tally(tally + refuted if code in ACTIVITIES else tally, answered=answered)

    verdicts = {code: own(code) for code in criteria if code not in (NOTHING, STILL_ACTIVE)}
    verdicts[NOTHING] = all_of(negate(verdicts[activity]) for activity in ACTIVITIES)
    verdicts[STILL_ACTIVE] = all_of([verdicts["meeting"], own(STILL_ACTIVE)])
    return verdicts
