"""All that a territory did, in the order of time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from coordination.models import Diagnostic, Document, Mapping, Meeting, MutualisationProject, OtherAction
from coordination.models.record import Record, Timing
from coordination.timing import Training, timing_of, trainings_of
from territories.models import Territory

KINDS: dict[str, type[Record]] = {
    model.slug: model for model in (Meeting, Mapping, Diagnostic, MutualisationProject, OtherAction, Document)
}


@dataclass(frozen=True)
class Entry:
    """A record on the day it stands for; ``state`` in words where it has one."""

    record: Record
    day: date
    state: str
    timing: Timing | None

    @property
    def label(self) -> str:
        return self.record._meta.verbose_name


def timeline_of(territory: Territory, kinds: list[str]) -> list[Entry]:
    """All of the kinds (slugs) asked, as who keeps the logbook sees it, the latest first.

    A meeting stands on its day; an activity on the day it ended, else began, else was logged; a document on the day
    it came.
    """
    records = [record for slug in kinds for record in KINDS[slug].objects.alive().filter(territory=territory)]
    entries = entries_of(territory, records)
    return sorted(entries, key=lambda entry: (entry.day, entry.record.created_at), reverse=True)


def logged_last(territory: Territory, number: int) -> dict[str, list[Record]]:
    """So many of each kind (slug), as who keeps the logbook sees them, those logged last first."""
    return {
        slug: list(model.objects.alive().filter(territory=territory).order_by("-created_at")[:number])
        for slug, model in KINDS.items()
    }


def entries_of(territory: Territory, records: Iterable[Record]) -> list[Entry]:
    """The territory's records, each on the day it stands for, in the order they come."""
    trainings, today = trainings_of(territory), timezone.localdate()
    return [_entry(record, trainings, today) for record in records]


def by_year(entries: list[Entry]) -> list[tuple[int, list[Entry]]]:
    """Entries in the order they come, a year at a time."""
    years: dict[int, list[Entry]] = {}
    for entry in entries:
        years.setdefault(entry.day.year, []).append(entry)
    return list(years.items())


def _entry(record: Record, trainings: list[Training], today: date) -> Entry:
    start, end, state = _SPANS.get(type(record), _span_of_activity)(record)
    day = end or start or timezone.localdate(record.created_at)
    return Entry(record, day, state, timing_of(start, end, trainings, today))


def _span_of_activity(record) -> tuple[date | None, date | None, str]:
    state = "terminé" if record.finished_on else "en cours"
    if isinstance(record, MutualisationProject):
        state = record.get_stage_display()
    return record.started_on, record.finished_on, state


def _span_of_meeting(meeting: Meeting) -> tuple[date, date, str]:
    day = timezone.localdate(meeting.starts_at)
    return day, day, meeting.get_status_display()


def _span_of_document(document: Document) -> tuple[date, date, str]:
    day = timezone.localdate(document.created_at)
    return day, day, ""


_SPANS: dict[type[Record], Callable] = {Meeting: _span_of_meeting, Document: _span_of_document}
