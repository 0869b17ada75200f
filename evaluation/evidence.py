"""Reading evidence: from the stored records to what is known of each case. Queries only, no judgement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet

from evaluation import answers, logbook
from evaluation.criteria import ACTIVITIES, NOTHING, STILL_ACTIVE, Kind
from evaluation.figures import Figure, compute
from evaluation.matrix import CaseFacts, Matrix, build, derived_from
from evaluation.models import Case, Criterion, Evaluation, Evidence, Response, Ruling
from evaluation.models.dossier import CaseQuerySet
from evaluation.verdicts import NO_TALLY, Tally


@dataclass(frozen=True)
class Reading:
    """One reading of an evaluation: its criteria, matrix and figures."""

    criteria: list[Criterion]
    matrix: Matrix
    figures: dict[str, Figure]


def read(evaluation: Evaluation, cases: CaseQuerySet | None = None, *, activities_only: bool = False) -> Reading:
    """Read and judge the counted cases of ``evaluation``; eight queries however many there are, and four more when
    its campaigns have responses.

    ``cases`` narrows them (a filter, a reader's scope): published figures speak of all the cases, so a narrowed
    reading is held against none. ``activities_only`` leaves out the cells and figures of all other criteria.
    """
    criteria = list(Criterion.objects.in_order())
    everything = cases is None
    facts = case_facts(evaluation, evaluation.cases.all() if everything else cases, activities_only=activities_only)
    judged = [one.code for one in criteria if not activities_only or one.family.kind == Kind.ACTIVITY]
    matrix = build(facts, judged)
    published = dict(evaluation.published_figures.values_list("code", "value")) if everything else {}
    labels = {criterion.code: criterion.label for criterion in criteria}
    return Reading(criteria, matrix, compute(matrix, labels, published))


def case_facts(evaluation: Evaluation, cases: CaseQuerySet, *, activities_only: bool) -> list[CaseFacts]:
    """What is known of each counted case among ``cases``; six queries, and four more when some have responses.

    ``activities_only`` leaves out stored statements of all other criteria.
    """
    # What concerns them is looked up among all that are given: the lighter sub-query, written six times.
    chosen = cases.order_by().values("pk")
    stated = Evidence.objects.dated_by(evaluation.as_of).order_by()
    about = stated.filter(case__in=chosen)
    tallies = _tallies(about.filter(criterion__family__kind=Kind.ACTIVITY) if activities_only else about)
    rulings: dict[int, dict[str, bool]] = defaultdict(dict)
    for case_id, criterion, value in (
        Ruling.objects.in_force().filter(case__in=chosen).values_list("case_id", "criterion_id", "value").order_by()
    ):
        rulings[case_id][criterion] = value == Ruling.Value.YES
    logged = logbook.tallies(evaluation, cases)
    persons = answers.respondents(evaluation, cases)
    answered = answers.tallies(evaluation, cases) if persons else {}
    return [
        CaseFacts(
            case_id=case.pk,
            session=case.participation__session__number,
            name=case.label,
            kind=case.participation__territory__kind,
            department=case.participation__territory__department,
            respondents=persons.get(case.pk, 0) + case.outside,
            by_campaign=persons.get(case.pk, 0),
            interviewed=case.interview is not None,
            by_questionnaire=case.by_questionnaire,
            tallies=_added(tallies[case.pk], logged.get(case.participation__territory, {}), answered.get(case.pk, {})),
            rulings=rulings[case.pk],
            territory_id=case.participation__territory,
            latitude=case.participation__territory__latitude,
            longitude=case.participation__territory__longitude,
        )
        for case in _columns(cases.filter(evaluation=evaluation).counted().with_outside(evaluation.as_of), stated)
    ]


def _columns(cases: CaseQuerySet, stated: QuerySet[Evidence]) -> QuerySet:
    """What facts need of each case, without the objects: a large evaluation has thousands."""
    said = stated.filter(case=OuterRef("pk"), source=Evidence.Source.QUESTIONNAIRE)
    return (
        cases.annotate(by_questionnaire=Exists(said))
        .order_by()
        .values_list(
            "pk",
            "label",
            "participation__session__number",
            "participation__territory",
            "participation__territory__kind",
            "participation__territory__department",
            "participation__territory__latitude",
            "participation__territory__longitude",
            "outside",
            "interview",
            "by_questionnaire",
            named=True,
        )
    )


def _tallies(stated: QuerySet[Evidence]) -> dict[int, dict[str, Tally]]:
    """Statements by case and criterion.

    They are counted here: most cells have one or two, and the database takes longer to group them than to hand them
    over.
    """
    found: dict[int, dict[str, Tally]] = defaultdict(dict)
    for case_id, criterion, value in stated.values_list("case_id", "criterion_id", "value"):
        tallies, said = found[case_id], _SAID[value]
        tallies[criterion] = tallies[criterion] + said if criterion in tallies else said
    return found


_SAID = {value: Tally(**{value: 1}) for value in Evidence.Value.values}


def _added(found: dict[str, Tally], *parts: Mapping[str, Tally]) -> dict[str, Tally]:
    """``found``, to which what the other ``parts`` say is added."""
    for part in parts:
        for code, tally in part.items():
            found[code] = found.get(code, NO_TALLY) + tally
    return found


@dataclass(frozen=True)
class Statement:
    """A statement, stored or derived from the logbook or from answers, as one cell reads it.

    ``weighs`` is the value it counts for there; ``left_out`` tells why it does not count, in words. One or the other.
    """

    evidence: Evidence
    weighs: str
    left_out: str

    @property
    def record(self):
        """What says it, a logbook's record or a person's response; ``None`` for a stored statement."""
        return getattr(self.evidence, "record", None)

    @property
    def is_answer(self) -> bool:
        return isinstance(self.record, Response)

    @property
    def is_logged(self) -> bool:
        return self.record is not None and not self.is_answer


def statements(
    evaluation: Evaluation, cells: Iterable[tuple[int, str]], *, reader=None
) -> dict[tuple[int, str], list[Statement]]:
    """All that was stated of each of ``cells`` (case, criterion), as ``reader`` may know it, those that count first.

    Nine queries at most, and seven more when some cases have responses.
    """
    cells = set(cells)
    bearing = {code: _bearing_on(code) for _, code in cells}
    found: dict[tuple[int, str], list[Evidence]] = defaultdict(list)
    for evidence in Evidence.objects.filter(
        case__in={case for case, _ in cells}, criterion__in=set(chain.from_iterable(bearing.values()))
    ).select_related("criterion"):
        found[evidence.case_id, evidence.criterion_id].append(evidence)
    cases = Case.objects.filter(pk__in={case for case, _ in cells}).select_related("participation")
    codes = set(chain.from_iterable(bearing.values()))
    derived = (
        logbook.evidence(evaluation, cases, codes),
        answers.evidence(evaluation, cases, codes, reader=reader),
    )
    for evidence in chain.from_iterable(derived):
        found[evidence.case_id, evidence.criterion_id].append(evidence)
    return {
        (case, code): sorted(
            (
                _as_read(code, evidence, evaluation.as_of)
                for part in bearing[code]
                for evidence in found.get((case, part), [])
            ),
            key=lambda statement: bool(statement.left_out),
        )
        for case, code in cells
    }


def case_statements(case: Case, *, reader=None) -> list[Statement]:
    """All that was stated of a case, by criterion, as ``reader`` may know it."""
    codes = Criterion.objects.values_list("pk", flat=True)
    found = [
        *case.evidence.select_related("criterion__family"),
        *logbook.evidence(case.evaluation, [case], [*ACTIVITIES, STILL_ACTIVE]),
        *answers.evidence(case.evaluation, [case], codes, reader=reader),
    ]
    found.sort(key=lambda evidence: (evidence.criterion.family.position, evidence.criterion_id))
    return [_as_read(evidence.criterion_id, evidence, case.evaluation.as_of) for evidence in found]


def _bearing_on(code: str) -> tuple[str, ...]:
    """The criteria whose statements a cell shows: what it is derived from, save the meeting of ``still_active``,
    which has a cell of its own."""
    return (STILL_ACTIVE,) if code == STILL_ACTIVE else derived_from(code)


def _as_read(code: str, evidence: Evidence, as_of: date) -> Statement:
    if evidence.date and evidence.date > as_of:
        return Statement(evidence, "", "daté d’après l’état des lieux")
    if evidence.criterion_id != NOTHING:
        return Statement(evidence, evidence.value, "")
    if evidence.value != Evidence.Value.YES:
        return Statement(evidence, "", "un « rien » qui ne dit pas « oui » est gardé, mais ne compte pas")
    return Statement(evidence, Evidence.Value.YES if code == NOTHING else Evidence.Value.NO, "")
