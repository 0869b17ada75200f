"""Evidence from the logbook, derived when read and never stored (contract, "Evidence from the logbook").

A finished mapping, diagnosis, mutualisation project or other action, and a meeting that was held, say oui of their
kind. Of ``still_active``, a meeting held within the evaluation's ``active_months`` says oui; if the last one is older,
non.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Count, Max, QuerySet, Value
from django.utils import timezone

from coordination.models import Diagnostic, Mapping, Meeting, MutualisationProject, OtherAction
from coordination.models.record import Record
from evaluation.criteria import STILL_ACTIVE
from evaluation.models import Case, Criterion, Evaluation, Evidence
from evaluation.verdicts import Tally

FINISHED_RECORDS: dict[str, type[Record]] = {
    "mapping": Mapping,
    "diagnostic": Diagnostic,
    "mutualisation": MutualisationProject,
    "other": OtherAction,
}


def tallies(evaluation: Evaluation, cases: QuerySet[Case]) -> dict[int, dict[str, Tally]]:
    """What the logbooks of the territories of ``cases`` say, counted by the database: by territory, by criterion; two
    queries."""
    territories = cases.order_by().values("participation__territory")
    found: dict[int, dict[str, Tally]] = defaultdict(dict)
    finished, *others = (
        model.objects.finished_by(evaluation.as_of)
        .filter(territory__in=territories)
        .order_by()
        .values_list("territory", Value(code))
        .annotate(Count("pk"))
        for code, model in FINISHED_RECORDS.items()
    )
    for territory, code, count in finished.union(*others, all=True):
        found[territory][code] = Tally(yes=count)
    meetings = Meeting.objects.held_by(evaluation.as_of).filter(territory__in=territories)
    start = datetime.combine(activity_starts(evaluation), time.min, tzinfo=timezone.get_default_timezone())
    for territory, count, last in meetings.order_by().values_list("territory").annotate(Count("pk"), Max("starts_at")):
        found[territory]["meeting"] = Tally(yes=count)
        found[territory][STILL_ACTIVE] = Tally(yes=1) if last >= start else Tally(no=1)
    return found


def evidence(evaluation: Evaluation, cases: Iterable[Case], codes: Iterable[str]) -> list[Evidence]:
    """What the logbooks say of ``cases`` and ``codes``, each as unsaved evidence that knows its ``record``.

    Records dated after the state of play are among them: a cell shows them as left out.
    """
    by_territory: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        by_territory[case.participation.territory_id].append(case)
    criteria = Criterion.objects.select_related("family").in_bulk(
        {*FINISHED_RECORDS, "meeting", STILL_ACTIVE} & {*codes}
    )
    said: list[tuple[str, Record, date, str]] = []
    for code in FINISHED_RECORDS.keys() & criteria.keys():
        for record in FINISHED_RECORDS[code].objects.finished_by(date.max).filter(territory__in=by_territory):
            said.append((code, record, record.finished_on, Evidence.Value.YES))
    if {"meeting", STILL_ACTIVE} & criteria.keys():
        held = list(Meeting.objects.held().filter(territory__in=by_territory).order_by("starts_at"))
        said += [("meeting", meeting, meeting.day, Evidence.Value.YES) for meeting in held if "meeting" in criteria]
        if STILL_ACTIVE in criteria:
            said += _last_meetings(evaluation, held)
    return [
        _as_evidence(case, criteria[code], record, day, value)
        for code, record, day, value in said
        for case in by_territory[record.territory_id]
    ]


def _last_meetings(evaluation: Evaluation, held: Iterable[Meeting]) -> list[tuple[str, Record, date, str]]:
    """The last meeting of each territory by the state of play's date; ``held`` in the order of time."""
    last = {meeting.territory_id: meeting for meeting in held if meeting.day <= evaluation.as_of}
    start = activity_starts(evaluation)
    return [
        (STILL_ACTIVE, meeting, meeting.day, Evidence.Value.YES if meeting.day >= start else Evidence.Value.NO)
        for meeting in last.values()
    ]


def _as_evidence(case: Case, criterion: Criterion, record: Record, day: date, value: str) -> Evidence:
    kind = record._meta.verbose_name
    found = Evidence(
        case=case,
        criterion=criterion,
        value=value,
        source=Evidence.Source.LOGBOOK,
        reference=f"journal de coordination, {kind} n° {record.pk}",
        date=day,
        quote=str(record),
    )
    found.record = record
    return found


def activity_starts(evaluation: Evaluation) -> date:
    """The first day on which a meeting makes a coordination still active: ``active_months`` before ``as_of``."""
    day = evaluation.as_of
    year, month = divmod(day.year * 12 + day.month - 1 - evaluation.active_months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
