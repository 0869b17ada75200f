"""The logic of verdicts (contract, "Verdicts"). Pure: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

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


class Rule(Enum):
    """What settles a cell by itself (rules 1, 3 and 4), and the verdict that it gives."""

    RULED_YES = "ruled_yes"
    RULED_NO = "ruled_no"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"
    ONLY_YES = "only_yes"
    ONLY_NO = "only_no"
    ANSWERED_WITHOUT = "answered_without"
    NOBODY_ANSWERED = "nobody_answered"

    @property
    def verdict(self) -> Verdict:
        return _VERDICTS[self]


_VERDICTS = {
    Rule.RULED_YES: Verdict.YES,
    Rule.RULED_NO: Verdict.NO,
    Rule.CONTRADICTED: Verdict.UNCERTAIN,
    Rule.UNKNOWN: Verdict.UNCERTAIN,
    Rule.ONLY_YES: Verdict.YES,
    Rule.ONLY_NO: Verdict.NO,
    Rule.ANSWERED_WITHOUT: Verdict.NO,
    Rule.NOBODY_ANSWERED: Verdict.NO_ANSWER,
}


def weighing_on(code: str, tallies: Mapping[str, Tally]) -> Tally:
    """The statements that weigh on ``code``: its own, and ``nothing`` = oui as a non on an activity (rule 2)."""
    tally = tallies.get(code, NO_TALLY)
    return tally + Tally(no=tallies.get(NOTHING, NO_TALLY).yes) if code in ACTIVITIES else tally


def deciding(code: str, tallies: Mapping[str, Tally], rulings: Mapping[str, bool], *, answered: bool) -> Rule:
    """The rule that settles ``code`` by itself, before what is derived (``nothing``, ``still_active``)."""
    if code in rulings:
        return Rule.RULED_YES if rulings[code] else Rule.RULED_NO
    tally = weighing_on(code, tallies)
    if not tally.total:
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
    verdicts = {
        code: deciding(code, tallies, rulings, answered=answered).verdict for code in criteria if code != NOTHING
    }
    verdicts[NOTHING] = all_of(negate(verdicts[activity]) for activity in ACTIVITIES)
    verdicts[STILL_ACTIVE] = all_of([verdicts["meeting"], verdicts[STILL_ACTIVE]])
    return verdicts
