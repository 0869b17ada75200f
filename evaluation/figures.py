"""Figures: verdicts counted over a matrix (contract, "Figures"). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE
from evaluation.matrix import Matrix, Row, derived_from
from evaluation.verdicts import Verdict, all_of, any_of
from territories.departments import named

DEPARTMENT = "department."


class Status(StrEnum):
    RECONCILED = "reconciled"
    WITHIN = "within"
    DIVERGENT = "divergent"
    NOT_RECOMPUTABLE = "not_recomputable"
    NOT_PUBLISHED = "not_published"


@dataclass(frozen=True)
class Figure:
    """A count as an interval: at least ``certain``, at most ``possible``; ``no_answer`` counted apart.

    ``rows`` holds the matrix's rows by verdict; for a plain count, those counted are under ``YES``.
    """

    code: str
    label: str
    certain: int
    possible: int
    no_answer: int
    published: int | None
    status: Status
    rows: Mapping[Verdict, Sequence[Row]]
    parts: tuple[str, ...] = ()
    """The criteria it combines, in reading order; none for a plain count."""

    @property
    def interval(self) -> str:
        """``14 à 15``, or ``8`` when nothing is to be checked."""
        return str(self.certain) if self.certain == self.possible else f"{self.certain} à {self.possible}"

    def names(self, verdict: Verdict) -> list[str]:
        return sorted(row.name for row in self.rows[verdict])


@dataclass(frozen=True)
class Count:
    """A plain count: the rows it takes, and how much each weighs."""

    label: str
    takes: Callable[[Row], bool]
    weight: Callable[[Row], int] = lambda row: 1


@dataclass(frozen=True)
class Formula:
    """A count of verdicts: how a row is judged, and the criteria that the judgement combines."""

    label: str
    verdict: Callable[[Row], Verdict]
    parts: tuple[str, ...]

    @property
    def criteria(self) -> frozenset[str]:
        """All that the judgement rests on."""
        return frozenset(code for part in self.parts for code in derived_from(part))


def _of(code: str) -> Callable[[Row], Verdict]:
    return lambda row: row.verdict(code)


def _mapped(row: Row) -> Verdict:
    return any_of([row.verdict("mapping"), row.verdict("diagnostic")])


def _parts(code: str) -> tuple[str, ...]:
    return {NOTHING: ACTIVITIES, STILL_ACTIVE: (STILL_ACTIVE, "meeting")}.get(code, (code,))


COUNTS = {
    "trained": Count("Territoires formés", lambda row: True),
    "answering": Count("Territoires ayant répondu", lambda row: row.answered),
    "respondents": Count(
        "Personnes répondantes", lambda row: row.facts.respondents > 0, lambda row: row.facts.respondents
    ),
    "interviewed": Count("Territoires ayant eu un entretien", lambda row: row.facts.interviewed),
}

FORMULAS = {
    "any_activity": Formula(
        "Au moins une démarche mise en œuvre",
        lambda row: any_of(row.verdict(code) for code in ACTIVITIES),
        ACTIVITIES,
    ),
    "mapping_or_diagnostic": Formula("Cartographie ou diagnostic", _mapped, ("mapping", "diagnostic")),
    "mapping_or_diagnostic_then_meeting": Formula(
        "Cartographie ou diagnostic, et au moins une réunion",
        lambda row: all_of([_mapped(row), row.verdict("meeting")]),
        ("mapping", "diagnostic", "meeting"),
    ),
    "meeting_still_active": Formula("Coordination encore active aujourd'hui", _of(STILL_ACTIVE), _parts(STILL_ACTIVE)),
}

_ORDER = ("trained", "answering", "respondents", "interviewed", "any_activity", NOTHING)


def is_figure_code(code: str, criteria: Iterable[str], departments: Iterable[str]) -> bool:
    """Whether ``code`` names a figure of an evaluation with these criteria and départements."""
    if code.startswith(DEPARTMENT):
        return code.removeprefix(DEPARTMENT) in departments
    return code in COUNTS or code in FORMULAS or code in criteria


def rests_on_activities(code: str) -> bool:
    """Whether the figure of this code can be counted from what is known of the shipped activities alone."""
    shipped = (*ACTIVITIES, NOTHING, STILL_ACTIVE)
    return code.startswith(DEPARTMENT) or code in COUNTS or code in FORMULAS or code in shipped


def compute(matrix: Matrix, labels: Mapping[str, str], published: Mapping[str, int]) -> dict[str, Figure]:
    """Every figure of a matrix, by code, in reading order.

    ``labels`` gives each criterion's words, ``published`` the values to hold the figures against.
    """
    formulas = FORMULAS | {code: Formula(labels[code], _of(code), _parts(code)) for code in matrix.criteria}
    found = {code: _count(code, count, matrix.rows, published.get(code)) for code, count in COUNTS.items()}
    found |= {code: _verdicts(code, formulas[code], matrix, published.get(code)) for code in formulas}
    for department, rows in sorted(_by_department(matrix, published).items()):
        code = f"{DEPARTMENT}{department}"
        count = Count(f"Territoires formés – {named(department)}", lambda row: True)
        found[code] = _count(code, count, rows, published.get(code))
    first = [code for code in _ORDER if code in found]
    return {code: found[code] for code in [*first, *(code for code in found if code not in first)]}


def _by_department(matrix: Matrix, published: Iterable[str]) -> dict[str, list[Row]]:
    """The rows of each known department; none for one that only a published figure names."""
    found = {code.removeprefix(DEPARTMENT): [] for code in published if code.startswith(DEPARTMENT)}
    for row in matrix.rows:
        found.setdefault(row.facts.department, []).append(row)
    found.pop("", None)
    return found


def _count(code: str, count: Count, among: Iterable[Row], published: int | None) -> Figure:
    rows = [row for row in among if count.takes(row)]
    total = sum(count.weight(row) for row in rows)
    by_verdict = {verdict: rows if verdict is Verdict.YES else [] for verdict in Verdict}
    return Figure(code, count.label, total, total, 0, published, _status(total, total, published), by_verdict)


def _verdicts(code: str, formula: Formula, matrix: Matrix, published: int | None) -> Figure:
    by_verdict: dict[Verdict, list[Row]] = {verdict: [] for verdict in Verdict}
    for row in matrix.rows:
        by_verdict[formula.verdict(row)].append(row)
    certain = len(by_verdict[Verdict.YES])
    possible = certain + len(by_verdict[Verdict.UNCERTAIN])
    status = _status(certain, possible, published)
    if published is not None and not any(row.grounds & formula.criteria for row in matrix.rows):
        status = Status.NOT_RECOMPUTABLE
    no_answer = len(by_verdict[Verdict.NO_ANSWER])
    return Figure(code, formula.label, certain, possible, no_answer, published, status, by_verdict, formula.parts)


def _status(certain: int, possible: int, published: int | None) -> Status:
    if published is None:
        return Status.NOT_PUBLISHED
    if certain == possible == published:
        return Status.RECONCILED
    return Status.WITHIN if certain <= published <= possible else Status.DIVERGENT
