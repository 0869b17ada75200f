"""The activity matrix: a row per counted case, a cell per criterion. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evaluation import verdicts
from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE
from evaluation.verdicts import NO_TALLY, Tally, Verdict


@dataclass(frozen=True)
class CaseFacts:
    """All that is known of one case, before any judgement: what ``evaluation/evidence.py`` reads."""

    case_id: int
    session: int
    name: str
    kind: str
    department: str
    respondents: int
    interviewed: bool
    by_questionnaire: bool
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    rulings: Mapping[str, bool] = field(default_factory=dict)
    territory_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Cell:
    """``evidence`` counts the statements behind the verdict; ``ruled`` tells that a person decided it."""

    verdict: Verdict
    evidence: int
    ruled: bool


@dataclass(frozen=True)
class Row:
    facts: CaseFacts
    answered: bool
    cells: Mapping[str, Cell]
    grounds: frozenset[str]
    """The criteria that have a counted statement or a ruling of their own."""

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def session(self) -> int:
        return self.facts.session

    def verdict(self, code: str) -> Verdict:
        return self.cells[code].verdict


@dataclass(frozen=True)
class Matrix:
    criteria: Sequence[str]
    rows: Sequence[Row]


def build(facts: Iterable[CaseFacts], criteria: Sequence[str]) -> Matrix:
    """Judge every cell. Rows come out by session, then by name in code point order."""
    rows = [_row(case, criteria) for case in facts]
    return Matrix(criteria, sorted(rows, key=lambda row: (row.session, row.name, row.facts.case_id)))


def _row(case: CaseFacts, criteria: Sequence[str]) -> Row:
    answered = case.respondents >= 1 or case.by_questionnaire
    tallies = verdicts.counted(case.tallies)
    found = verdicts.of_case(criteria, tallies, case.rulings, answered=answered)
    said_nothing = tallies.get(NOTHING, NO_TALLY)

    def evidence(code: str) -> int:
        if code == NOTHING:
            return said_nothing.total + sum(tallies.get(a, NO_TALLY).total for a in ACTIVITIES)
        return tallies.get(code, NO_TALLY).total + (said_nothing.total if code in ACTIVITIES else 0)

    cells = {code: Cell(found[code], evidence(code), code in case.rulings) for code in criteria}
    return Row(case, answered, cells, frozenset(tallies) | frozenset(case.rulings))


def derived_from(code: str) -> tuple[str, ...]:
    """The criteria whose evidence can weigh on the verdict of ``code`` (rules 2 and 5), itself first."""
    if code == NOTHING:
        return (NOTHING, *ACTIVITIES)
    if code == STILL_ACTIVE:
        return (STILL_ACTIVE, "meeting", NOTHING)
    return (code, NOTHING) if code in ACTIVITIES else (code,)
