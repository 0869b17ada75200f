"""Part II: the matrix, and the key figures."""

from evaluation.by_session import MEASURES, by_session
from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE, Kind
from evaluation.figures import COUNTS, DEPARTMENT, FORMULAS
from evaluation.matrix import Row
from evaluation.models import Criterion
from evaluation.reporting.blocks import Bar, Chart, Count, Group, KeyFigures, Matrix, MatrixColumn, MatrixRow
from evaluation.reporting.facts import Facts
from evaluation.reporting.outline import Section
from evaluation.reporting.wording import UNHEARD, wording_of

PART = "Ce que les territoires ont fait"
KEY_FIGURES = (
    "any_activity",
    "mapping_or_diagnostic",
    "mapping_or_diagnostic_then_meeting",
    "meeting",
    "meeting_still_active",
    NOTHING,
)


def matrix_section(facts: Facts) -> Section:
    """The matrix of activities; the mark of a coordination still active is a ring, and a column of its own."""
    columns = list(facts.criteria(Kind.ACTIVITY))
    found = matrix(facts, columns)
    return Section(
        code="matrix",
        part=PART,
        title="Les démarches, territoire par territoire",
        summary=found.message if facts.rows else "La matrice apparaîtra quand des territoires formés seront comptés.",
        blocks=[found] if facts.rows else [],
    )


def matrix(facts: Facts, criteria: list[Criterion]) -> Matrix:
    """The counted cases that may be shown, by ``criteria``."""
    codes = {case.pk: case.participation.territory.code for case in facts.cases}
    return Matrix(
        title="Matrice des territoires",
        message=facts.key_figure("any_activity").sentence,
        columns=[_column(criterion) for criterion in criteria],
        rows=[_row(row, criteria, codes[row.facts.case_id]) for row in facts.shown],
        totals={criterion.code: facts.counts[criterion.code].words for criterion in criteria},
        withheld=len(facts.rows) - len(facts.shown),
    )


def key_of(row: Row, official_code: str) -> str:
    """A row's name from one report to the next."""
    return f"{row.session}:{row.facts.kind}:{official_code}"


def _column(criterion: Criterion) -> MatrixColumn:
    return MatrixColumn(
        criterion.code, criterion.label, criterion.family.kind, criterion.family.label, wording_of(criterion)
    )


def _row(row: Row, criteria: list[Criterion], official_code: str) -> MatrixRow:
    return MatrixRow(
        key=key_of(row, official_code),
        session=row.session,
        territory=row.name,
        department=row.facts.department,
        answered=row.answered,
        active=row.verdict(STILL_ACTIVE).code,
        cells={criterion.code: row.verdict(criterion.code).code for criterion in criteria},
    )


# Figures ------------------------------------------------------------------------------------------


def figures_section(facts: Facts) -> Section:
    """The key figures as sentences; a chart of the activities; the sessions side by side; then the other figures that
    are not of départements, nor of brakes and the like."""
    blocks = []
    if facts.rows:
        others = [code for code in (*COUNTS, *FORMULAS, *ACTIVITIES) if code not in KEY_FIGURES]
        blocks = [
            KeyFigures("Chiffres clés", [facts.key_figure(code) for code in KEY_FIGURES]),
            _activities_chart(facts),
            *_sessions_chart(facts),
            KeyFigures("Autres chiffres", [facts.key_figure(code) for code in others]),
        ]
    return Section(
        code="figures",
        part=PART,
        title="Les chiffres clés",
        summary=facts.key_figure("any_activity").sentence if facts.rows else "Aucun chiffre pour l’instant.",
        blocks=blocks,
    )


def bar(label: str, count: Count, of: int) -> Bar:
    """A count as a bar; what may not be told, or was never heard of, is said in words instead."""
    if count.certain is None or count.possible is None or count.words == UNHEARD:
        return Bar(label, 0, 0, of, count.words)
    return Bar(label, count.certain, count.possible, of)


def _activities_chart(facts: Facts) -> Chart:
    codes = [*ACTIVITIES, "meeting_still_active", NOTHING]
    bars = [bar(facts.figures[code].label, facts.counts[code], len(facts.rows)) for code in codes]
    message = facts.key_figure("meeting").sentence
    return Chart("Démarches mises en œuvre", message, "fait", [Group("Territoires", bars)])


def _sessions_chart(facts: Facts) -> list[Chart]:
    """Left out where there is one session, and of a public report, where its cells would be small."""
    found = by_session(facts.reading)
    if facts.public or len(found) < 2:
        return []
    groups = [
        Group(
            facts.figures[code].label,
            [
                Bar(
                    f"Session {session.number}",
                    session.figures[code].certain,
                    session.figures[code].possible,
                    session.trained,
                )
                for session in found
            ],
        )
        for code in MEASURES
    ]
    message = "Les sessions côte à côte, chacune sur le nombre de ses territoires."
    return [Chart("Les sessions comparées", message, "oui", groups, beside=True)]


def all_figures(facts: Facts) -> list[str]:
    """The codes of every figure, in reading order; a public report tells of départements by its table alone."""
    return [code for code in facts.figures if not (facts.public and code.startswith(DEPARTMENT))]
