"""The activity matrix: a row per counted case, a cell per criterion. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

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
    by_campaign: int = 0
    """Of the ``respondents``, those who answered a campaign."""


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
    about_nothing = sum((tallies[code] for code in derived_from(NOTHING) if code in tallies), NO_TALLY)
    behind = {**verdicts.weighing(tallies), NOTHING: about_nothing}
    cells = {code: _cell(found[code], behind.get(code, NO_TALLY), code in case.rulings) for code in criteria}
    return Row(case, answered, cells, frozenset([*tallies, *case.rulings]))


@lru_cache(maxsize=4096)  # of the tens of thousands of cells of a large evaluation, most are alike
def _cell(verdict: Verdict, behind: Tally, ruled: bool) -> Cell:
    return Cell(verdict, behind.total, ruled)


def derived_from(code: str) -> tuple[str, ...]:
    """The criteria whose evidence can weigh on the verdict of ``code`` (rules 2 and 5), itself first."""
    if code == NOTHING:
        return (NOTHING, *ACTIVITIES)
    if code == STILL_ACTIVE:
        return (STILL_ACTIVE, "meeting", NOTHING)
    return (code, NOTHING) if code in ACTIVITIES else (code,)
