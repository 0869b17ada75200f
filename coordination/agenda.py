"""A meeting's agenda: points in order, opened with the actions still to be done."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import User
from coordination.models import ActionItem, AgendaItem, Meeting


@dataclass(frozen=True)
class Point:
    """A point as typed; ``action`` is the action it takes up, if any."""

    title: str
    minutes: int | None = None
    action: ActionItem | None = None

    @classmethod
    def of(cls, item: AgendaItem) -> "Point":
        return cls(item.title, item.minutes, item.action)


def points_of(meeting: Meeting) -> list[Point]:
    return [Point.of(item) for item in meeting.agenda.select_related("action")]


def total_minutes(points: Iterable[Point | AgendaItem]) -> int:
    """What the points that have a duration take together."""
    return sum(point.minutes or 0 for point in points)


def opening_points(meeting: Meeting) -> list[Point]:
    """The open actions of the territory as points, the most overdue first."""
    longest = AgendaItem._meta.get_field("title").max_length
    actions = ActionItem.objects.filter(territory=meeting.territory_id).for_agenda()
    return [Point(_shortened(action.title, longest), action=action) for action in actions]


@transaction.atomic
def set_agenda(*, meeting: Meeting, points: Iterable[Point], by: User) -> None:
    """Makes the agenda ``points``, in their order."""
    before = _words(meeting)
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=position, title=p.title, minutes=p.minutes, action=p.action)
        for position, p in enumerate(points)
    )
    after = _words(meeting)
    if before != after:
        audit.note(meeting, "ordre du jour", by=by, **{"ordre du jour": [before, after]})


def _words(meeting: Meeting) -> str:
    return "\n".join(f"{p.title} ({p.minutes} min)" if p.minutes else p.title for p in meeting.agenda.all())


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
