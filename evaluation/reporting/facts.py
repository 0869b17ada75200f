"""All that a report is built from, read in one go: a constant number of queries, however many territories."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from django.contrib.auth.models import AnonymousUser

from evaluation.by_session import TrainedAgain, trained_again
from evaluation.criteria import ACTIVITIES, NOTHING, Kind
from evaluation.evidence import Reading, Statement, read, statements
from evaluation.explain import definition
from evaluation.figures import DEPARTMENT, Figure
from evaluation.matrix import Row
from evaluation.models import Case, Criterion, Evaluation, Evidence, Recommendation, Ruling
from evaluation.models.dossier import CaseQuerySet
from evaluation.reporting import quotes, wording
from evaluation.reporting.asking import Asking, read_asking
from evaluation.reporting.blocks import Count, KeyFigure, Quote
from evaluation.reporting.logged import Logged, read_logbooks
from evaluation.reporting.questionnaires import Answers, read_answers
from evaluation.reporting.release import Release
from evaluation.reporting.wording import UNHEARD
from evaluation.verdicts import Verdict

NOT_OUT_OF_N = {"trained", "respondents"}
ANYONE = AnonymousUser()
"""For whom a report reads what people answered: who said what stays with the team."""


@dataclass(frozen=True)
class Facts:
    """What is known of an evaluation, and whom the report is for.

    ``said`` has the statements of every cell (case id, criterion's code), of the cases that are not counted too.
    ``logbooks`` is by territory (id), and empty for a public report: nobody agreed to print what a logbook keeps.
    ``answers`` is what questionnaires say beyond the criteria, ``asking`` how people were asked to answer them.
    """

    evaluation: Evaluation
    release: Release
    reading: Reading
    cases: Sequence[Case]
    said: dict[tuple[int, str], list[Statement]]
    logbooks: dict[int, Logged]
    answers: Answers
    asking: Asking
    trained_again: Sequence[TrainedAgain]
    rulings: Sequence[Ruling]
    recommendations: Sequence[Recommendation]
    counts: dict[str, Count]
    """Every figure's, by code, with what may not be told left out."""

    @property
    def rows(self) -> Sequence[Row]:
        """Every counted row; those that may be shown one by one are ``shown``."""
        return self.reading.matrix.rows

    @property
    def shown(self) -> list[Row]:
        return self.release.shown(self.rows)

    @property
    def figures(self) -> dict[str, Figure]:
        return self.reading.figures

    @property
    def public(self) -> bool:
        return self.release.public

    def criteria(self, kind: str) -> list[Criterion]:
        return [criterion for criterion in self.reading.criteria if criterion.family.kind == kind]

    @property
    def withheld_names(self) -> set[str]:
        """The names of the territories that may not be named, unless one that may has the same."""
        hidden, shown = set(), set()
        for case in self.cases:
            names = {case.label, case.participation.territory.name}
            (shown if self.release.shows(case.pk) else hidden).update(names)
        return hidden - shown

    def logged(self, row: Row) -> Logged:
        return self.logbooks.get(row.facts.territory_id, Logged())

    def key_figure(self, code: str) -> KeyFigure:
        figure, count = self.figures[code], self.counts[code]
        told = count.certain is not None and count.possible is not None
        is_complete = told or len(self.shown) == len(self.rows)
        labels = {criterion.code: criterion.label for criterion in self.reading.criteria}
        return KeyFigure(
            code=code,
            label=figure.label,
            count=count,
            sentence=wording.figure_sentence(figure, count),
            published=figure.published if told else None,
            status=figure.status.value if told else "not_published",
            comparison=wording.comparison(figure, public=self.public) if told else "",
            definition=definition(figure, labels),
            territories=self.release.names(figure.rows[Verdict.YES], is_complete=is_complete),
            uncertain=self.release.names(figure.rows[Verdict.UNCERTAIN]),
        )

    def quotes(self, row: Row, codes: Iterable[str]) -> list[Quote]:
        """What may be quoted of one territory about ``codes``, each text once.

        Of the five activities a document only says that they were done, as the matrix does: it is not quoted.
        """
        found: dict[str, Quote] = {}
        for code in codes:
            for statement in self.own(row.facts.case_id, code):
                evidence = statement.evidence
                repeats = evidence.source == Evidence.Source.DOCUMENT and code in (*ACTIVITIES, NOTHING)
                if repeats or statement.left_out or evidence.value == Evidence.Value.UNKNOWN:
                    continue
                if self.release.shows(row.facts.case_id) and quotes.may_quote(statement, public=self.public):
                    signed = quotes.attribution(statement, row.name, public=self.public)
                    found.setdefault(evidence.quote, Quote(quotes.words(statement), signed, evidence.grade))
        return list(found.values())

    def own(self, case_id: int, code: str) -> list[Statement]:
        """The statements about this very criterion, not those that weigh on it through another."""
        return [s for s in self.said.get((case_id, code), []) if s.evidence.criterion_id == code]


def gather(evaluation: Evaluation, release: Release, narrowed: CaseQuerySet | None = None) -> Facts:
    """Read all that the report of ``evaluation`` is built from, or what there is about ``narrowed`` cases alone."""
    reading = read(evaluation, narrowed)
    all_cases = evaluation.cases.all() if narrowed is None else narrowed
    cases = list(all_cases.in_full())
    codes = [criterion.code for criterion in reading.criteria]
    rulings = (
        Ruling.objects.in_force()
        .filter(case__in=cases)
        .select_related("case__participation__session", "criterion")
        .order_by("case__participation__session__number", "case__label", "criterion_id")
    )
    territories = {case.participation.territory_id for case in cases}
    silent = [row.facts.case_id for row in reading.matrix.rows if not row.answered]
    asking = read_asking(evaluation, all_cases.counted(), silent)
    return Facts(
        evaluation=evaluation,
        release=release,
        reading=reading,
        cases=cases,
        said=statements(evaluation, product((case.pk for case in cases), codes), reader=ANYONE),
        logbooks={} if release.public else read_logbooks(territories, evaluation.as_of),
        answers=read_answers(evaluation, all_cases.counted()) if asking.turnout else Answers(),
        asking=asking,
        trained_again=trained_again(reading),
        rulings=list(rulings),
        recommendations=list(evaluation.recommendations.all()),
        counts=_counts(reading, release),
    )


def _counts(reading: Reading, release: Release) -> dict[str, Count]:
    """What is looked for (brakes and the like) and was never heard of says so, instead of zero.

    Départements add up to the territories: one that is kept back alone could be found again.
    """
    n = len(reading.matrix.rows)
    counts = {
        code: release.count(figure, None if code in NOT_OUT_OF_N else n) for code, figure in reading.figures.items()
    }
    for criterion in reading.criteria:
        looked_for = criterion.family.kind != Kind.ACTIVITY
        if looked_for and not any(criterion.code in row.grounds for row in reading.matrix.rows):
            counts[criterion.code] = replace(counts[criterion.code], words=UNHEARD)
    departments = [code for code in counts if code.startswith(DEPARTMENT)]
    told = release.partition([reading.figures[code].rows[Verdict.YES] for code in departments])
    for code, number in zip(departments, told, strict=True):
        if number is None:
            words = release.words(None, None, reading.figures[code].possible)
            counts[code] = Count(None, None, None, n, words)
    return counts
