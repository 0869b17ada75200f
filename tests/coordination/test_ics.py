"""What calendar programs read: written, then read back by the icalendar library as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination import ics
from coordination.ics import CalendarEvent, Contact
from coordination.models import AgendaItem, Meeting
from tests.factories import MeetingFactory

PARIS = ZoneInfo("Europe/Paris")
EVENT = CalendarEvent(
    uid="8f0c",
    sequence=2,
    changed_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
    starts_at=datetime(2026, 3, 28, 14, tzinfo=PARIS),
    ends_at=datetime(2026, 3, 28, 16, tzinfo=PARIS),
    title="Réunion",
)


def read(content: bytes) -> tuple[icalendar.Calendar, list[CalendarEvent]]:
    calendar = icalendar.Calendar.from_ical(content)
    return calendar, [read_event(component) for component in calendar.events]


def read_event(component: icalendar.Event) -> CalendarEvent:
    return CalendarEvent(
        uid=str(component["uid"]),
        sequence=component.decoded("sequence"),
        changed_at=component.decoded("dtstamp"),
        starts_at=component.start,
        ends_at=component.end,
        title=str(component["summary"]),
        place=str(component.get("location", "")),
        online_link=str(component.get("conference", "")),
        description=str(component.get("description", "")),
        page=str(component.get("url", "")),
        is_cancelled=component["status"] == "CANCELLED",
    )


def in_utc(event: CalendarEvent) -> CalendarEvent:
    """The same, to be compared: Python holds no two moments of different clocks equal in the hour that comes twice."""
    return replace(event, starts_at=event.starts_at.astimezone(UTC), ends_at=event.ends_at.astimezone(UTC))


def texts(**given) -> st.SearchStrategy[str]:
    """What people type: any letter of any alphabet, no control character, lines ended by one character."""
    return st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"), **given)


seconds = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=UTC))
changes_of_hour = st.sampled_from(
    [datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
).flatmap(lambda d: st.integers(-180, 180).map(lambda minutes: d + timedelta(minutes=minutes)))
links = st.from_regex(r"https://visio\.exemple\.test/[a-z0-9,;%&=?_-]{0,150}", fullmatch=True)
lines = st.lists(texts(max_size=200), max_size=5).map(lambda rows: "\n".join(rows).strip("\n"))


@st.composite
def events(draw) -> CalendarEvent:
    starts = draw(st.one_of(seconds, changes_of_hour))
    return CalendarEvent(
        uid=str(draw(st.uuids())),
        sequence=draw(st.integers(0, 99)),
        changed_at=draw(seconds),
        starts_at=starts.astimezone(PARIS),
        ends_at=(starts + timedelta(minutes=draw(st.integers(1, 600)))).astimezone(PARIS),
        title=draw(texts(min_size=1, max_size=300)),
        place=draw(st.one_of(texts(max_size=200), st.just("Maison des associations, 3 rue de l’Été ; salle « B »\\1"))),
        online_link=draw(st.one_of(st.just(""), links)),
        description=draw(lines),
        page=draw(st.one_of(st.just(""), links)),
        is_cancelled=draw(st.booleans()),
    )


@given(st.lists(events(), max_size=3), texts(max_size=80))
def test_what_is_written_is_read_back_the_same(written, name):
    calendar, found = read(ics.write(written, name=name))
    assert [in_utc(event) for event in found] == [in_utc(event) for event in written]
    assert str(calendar.get("x-wr-calname", "")) == name


@given(events())
def test_lines_are_short_and_end_as_the_format_wants(event):
    content = ics.write([event])
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_control_characters_are_left_out():
    event = replace(EVENT, title="Ré\x07union\x0b", description="un\r\ndeux\rtrois")
    _, (found,) = read(ics.write([event]))
    assert (found.title, found.description) == ("Réunion", "un\ndeux\ntrois")


def test_an_invitation_names_its_one_recipient_and_who_calls():
    content = ics.write(
        [EVENT],
        method=ics.REQUEST,
        organiser=Contact('Coordination "Été"', "coord@exemple.test"),
        attendee=Contact("Awa, Fictive", "awa@exemple.test"),
    )
    calendar, _ = read(content)
    (component,) = calendar.events
    assert calendar["method"] == "REQUEST"
    assert (component["organizer"], component["organizer"].params["CN"]) == (
        "mailto:coord@exemple.test",
        "Coordination ’Été’",
    )
    assert (component["attendee"], component["attendee"].params["CN"]) == ("mailto:awa@exemple.test", "Awa, Fictive")


@pytest.mark.django_db
def test_a_meeting_as_an_event():
    meeting = MeetingFactory(
        title="Groupe stockage",
        starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        place="Mairie",
        online_link="https://visio.exemple.test/a",
        sequence=3,
    )
    for position, title in enumerate(["Bilan de l’été", "Local"]):
        AgendaItem.objects.create(meeting=meeting, position=position, title=title)
    page = "https://site.exemple.test/m"
    event = ics.event_of(meeting, page=page)
    assert event == CalendarEvent(
        uid=str(meeting.uid),
        sequence=3,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + timedelta(hours=2),
        title=f"Groupe stockage – {meeting.territory}",
        place="Mairie",
        online_link="https://visio.exemple.test/a",
        description="Ordre du jour :\n- Bilan de l’été\n- Local\n\n"
        "Visioconférence : https://visio.exemple.test/a\nLa page de la réunion : https://site.exemple.test/m",
        page=page,
    )
    meeting.status, meeting.cancel_reason = Meeting.Status.CANCELLED, "Salle fermée"
    cancelled = ics.event_of(meeting, page=page)
    assert cancelled.is_cancelled
    assert "Annulée : Salle fermée" in cancelled.description
