"""The logic of verdicts (contract, "Verdicts"). Pure: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from enum import Enum, IntEnum
from functools import lru_cache
from typing import NamedTuple

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
    return _NEGATED.get(verdict, verdict)


_NEGATED = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES}


class Tally(NamedTuple):
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
    effective = {code: tally for code, tally in tallies.items() if any(tally)}
    said_nothing = effective.pop(NOTHING, NO_TALLY).yes
    if said_nothing:
        effective[NOTHING] = Tally(yes=said_nothing)
    return effective


class Rule(Enum):
    """What settles a cell by itself (rules 1, 3 and 4), and the verdict that it gives."""

    RULED_YES = "ruled_yes", Verdict.YES
    RULED_NO = "ruled_no", Verdict.NO
    CONTRADICTED = "contradicted", Verdict.UNCERTAIN
    UNKNOWN = "unknown", Verdict.UNCERTAIN
    ONLY_YES = "only_yes", Verdict.YES
    ONLY_NO = "only_no", Verdict.NO
    ANSWERED_WITHOUT = "answered_without", Verdict.NO
    NOBODY_ANSWERED = "nobody_answered", Verdict.NO_ANSWER

    def __init__(self, code: str, verdict: Verdict):
        self.verdict = verdict


def weighing(tallies: Mapping[str, Tally]) -> Mapping[str, Tally]:
    """The statements that weigh on each criterion: its own, and ``nothing`` = oui as a non on each activity (rule 2).

    ``tallies`` are those of :func:`counted`.
    """
    if NOTHING not in tallies:
        return tallies
    refuted = Tally(no=tallies[NOTHING].yes)
    return {**tallies, **{code: tallies.get(code, NO_TALLY) + refuted for code in ACTIVITIES}}


def deciding(code: str, tallies: Mapping[str, Tally], rulings: Mapping[str, bool], *, answered: bool) -> Rule:
    """The rule that settles ``code`` by itself, before what is derived (``nothing``, ``still_active``)."""
    return _deciding(weighing(tallies).get(code, NO_TALLY), rulings.get(code), answered)


@lru_cache(maxsize=4096)  # of the tens of thousands of cells of a large evaluation, most are alike
def _deciding(tally: Tally, ruling: bool | None, answered: bool) -> Rule:
    if ruling is not None:
        return Rule.RULED_YES if ruling else Rule.RULED_NO
    if not any(tally):
        return Rule.ANSWERED_WITHOUT if answered else Rule.NOBODY_ANSWERED
    if tally.yes and tally.no:
        return Rule.CONTRADICTED
    if tally.unknown:
        return Rule.UNKNOWN
    return Rule.ONLY_YES if tally.yes else Rule.ONLY_NO


def of_case(
    criteria: Iterable[str], tallies: Mapping[str, Tally], rulings: Mapping[str, bool], *, answered: bool
) -> dict[str, Verdict]:
    """The verdict of each of ``criteria`` (codes) for one case, by rules 1 to 5.

    ``tallies`` are those of :func:`counted`; ``rulings`` say yes (True) or no of a criterion.
    """
    said = weighing(tallies)
    verdicts = {
        code: _deciding(said.get(code, NO_TALLY), rulings.get(code), answered).verdict
        for code in criteria
        if code != NOTHING
    }
    verdicts[NOTHING] = all_of(negate(verdicts[activity]) for activity in ACTIVITIES)
    verdicts[STILL_ACTIVE] = all_of([verdicts["meeting"], verdicts[STILL_ACTIVE]])
    return verdicts
