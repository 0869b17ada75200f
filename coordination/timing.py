"""Whether a record falls before, during or after its territory's training."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coordination.models.record import Timing
from territories.models import Participation, Territory


@dataclass(frozen=True)
class Training:
    """The years of one session in which the territory took part, both included."""

    start_year: int
    end_year: int


def timing_of(start: date | None, end: date | None, trainings: Iterable[Training], today: date) -> Timing | None:
    """When something that lasted from ``start`` to ``end`` falls; ``None`` without a date or without a training.

    A session is known by its years. What touches one of them is during; what ended before the first one began is
    before; anything else is after, also between two sessions. Without an end, what began lasts until today; without
    a beginning, only its end counts.
    """
    trainings = sorted(trainings, key=lambda training: training.start_year)
    if not trainings or (start is None and end is None):
        return None
    first = (start or end).year
    last = max((end or today).year, first)
    if any(first <= training.end_year and training.start_year <= last for training in trainings):
        return Timing.DURING
    return Timing.BEFORE if last < trainings[0].start_year else Timing.AFTER


def trainings_of(territory: Territory) -> list[Training]:
    """The sessions in which the territory was trained, or is about to be."""
    counted = [Participation.Status.SELECTED, Participation.Status.TRAINED]
    years = territory.participations.filter(status__in=counted).values_list("session__start_year", "session__end_year")
    return [Training(start, end) for start, end in years.order_by("session__start_year")]
