"""The same figures, counted session by session."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evaluation.criteria import ACTIVITIES
from evaluation.evidence import Reading
from evaluation.figures import Figure, compute
from evaluation.matrix import Row
from territories.models import Participation

MEASURES = ("answering", "any_activity", *ACTIVITIES, "meeting_still_active")


@dataclass(frozen=True)
class SessionFigures:
    """A session's own figures, by code, over the ``trained`` participations that are counted."""

    number: int
    trained: int
    figures: dict[str, Figure]


@dataclass(frozen=True)
class TrainedAgain:
    """A counted territory that was trained in several sessions, counted here or not."""

    name: str
    sessions: Sequence[int]


def by_session(reading: Reading) -> list[SessionFigures]:
    """The reading's figures for each session, in order. No query."""
    labels = {criterion.code: criterion.label for criterion in reading.criteria}
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in reading.matrix.rows:
        rows[row.session].append(row)
    return [
        SessionFigures(number, len(found), compute(replace(reading.matrix, rows=found), labels, {}))
        for number, found in sorted(rows.items())
    ]


def trained_again(reading: Reading) -> list[TrainedAgain]:
    """The reading's territories that were trained more than once; one query."""
    sessions: dict[int, list[int]] = defaultdict(list)
    trained = Participation.objects.filter(
        territory__in={row.facts.territory_id for row in reading.matrix.rows},
        status=Participation.Status.TRAINED,
    )
    for territory, number in trained.order_by("session__number").values_list("territory_id", "session__number"):
        sessions[territory].append(number)
    names = {row.facts.territory_id: row.name for row in reading.matrix.rows}
    return [TrainedAgain(names[territory], found) for territory, found in sessions.items() if len(found) > 1]
