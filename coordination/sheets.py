"""What minutes say, put together once for the page, the PDF and the year's PDF."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.core.cache import cache
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from alimactiv.french import dated
from alimactiv.prose import prose
from coordination.models import Attendance, Meeting, Minutes, Outcome
from territories.models import Territory

KEPT_FOR = 3600  # seconds


@dataclass(frozen=True)
class Group:
    """The people of one structure; those of none have an empty name."""

    actor: str
    names: list[str]


@dataclass(frozen=True)
class Sheet:
    minutes: Minutes
    meeting: Meeting
    decisions: list[Outcome]
    actions: list[Outcome]
    information: list[Outcome]
    text: SafeString
    present: list[Group]
    excused: list[Group]

    @property
    def is_empty(self) -> bool:
        return not (self.decisions or self.actions or self.information or self.text)


def with_contents(minutes: QuerySet[Minutes]) -> QuerySet[Minutes]:
    """With all that a sheet reads, however many there are."""
    return minutes.select_related("meeting__territory", "meeting__working_group", "changed_by").prefetch_related(
        "outcomes__owner_member",
        "outcomes__owner_actor",
        "outcomes__action",
        "outcomes__project",
        "meeting__attendances__member__actor",
        "meeting__attendances__actor",
    )


def sheet(minutes: Minutes) -> Sheet:
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in minutes.outcomes.all():
        by_kind[outcome.kind].append(outcome)
    attendances = list(minutes.meeting.attendances.all())
    present = [a for a in attendances if a.present]
    excused = [a for a in attendances if not a.present and a.reply == Attendance.Reply.NO]
    return Sheet(
        minutes=minutes,
        meeting=minutes.meeting,
        decisions=by_kind[Outcome.Kind.DECISION],
        actions=by_kind[Outcome.Kind.ACTION],
        information=by_kind[Outcome.Kind.INFORMATION],
        text=prose(minutes.text),
        present=_grouped(present),
        excused=_grouped(excused),
    )


def _grouped(attendances: Iterable[Attendance]) -> list[Group]:
    people = [(str(_actor(a) or ""), a.member.name if a.member else a.name) for a in attendances]
    people.sort(key=lambda person: (not person[0], *person))
    return [Group(actor, [name for _, name in rows if name]) for actor, rows in groupby(people, key=lambda p: p[0])]


def _actor(attendance: Attendance):
    return attendance.actor or (attendance.member.actor if attendance.member else None)


def minutes_pdf(minutes: Minutes) -> bytes:
    """One meeting's minutes, made once for all the mails that carry them. ``minutes`` is of ``with_contents``."""
    meeting = minutes.meeting
    title = f"Compte rendu – {meeting} – {dated(timezone.localtime(meeting.starts_at))}"
    context = {"title": title, "author": meeting.territory, "sheet": sheet(minutes)}
    page = render_to_string("coordination/pdf/minutes.html", context)
    key = f"minutes-pdf:{hashlib.sha256(page.encode()).hexdigest()}"
    return cache.get_or_set(key, lambda: _printed(page), KEPT_FOR)


def year_pdf(territory: Territory, year: int, minutes: Iterable[Minutes]) -> bytes:
    """The minutes of a territory's year, the oldest meeting first, with their contents."""
    sheets = [sheet(m) for m in minutes]
    context = {
        "title": f"Comptes rendus {year} – {territory}",
        "author": territory,
        "territory": territory,
        "year": year,
        "sheets": sheets,
    }
    return _printed(render_to_string("coordination/pdf/year.html", context))


def _printed(page: str) -> bytes:
    # Loaded by who prints: WeasyPrint needs Pango, half a second and 40 MB, which no other page or command should.
    from alimactiv.pdf import render_pdf

    return render_pdf(page)
