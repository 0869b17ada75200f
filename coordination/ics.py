"""Meetings as calendar programs read them: iCalendar (RFC 5545, its methods RFC 5546, online links RFC 7986).

Times are written in UTC: each program shows them on its own clock, and nothing depends on how it knows the changes of
hour. An invitation names its one recipient, never the others.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import icalendar
from icalendar import Calendar, vCalAddress, vDuration, vText, vUri

from coordination.feeds import REFRESH_EVERY
from coordination.models import Meeting

PRODUCT = "-//Alim'Activ//Journal de coordination//FR"
PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"


@dataclass(frozen=True)
class CalendarEvent:
    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    online_link: str = ""
    description: str = ""
    page: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Contact:
    name: str
    email: str


def event_of(meeting: Meeting, *, page: str) -> CalendarEvent:
    """What calendars show of a meeting and its agenda; ``page`` is its absolute address."""
    agenda = [f"- {point}" for point in meeting.agenda.all()]
    lines = [
        *(["Ordre du jour :", *agenda, ""] if agenda else []),
        *([f"Visioconférence : {meeting.online_link}"] if meeting.online_link else []),
        *([f"Annulée : {meeting.cancel_reason}"] if meeting.cancel_reason else []),
        f"La page de la réunion : {page}",
    ]
    return CalendarEvent(
        uid=str(meeting.uid),
        sequence=meeting.sequence,
        changed_at=meeting.changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.end,
        title=f"{meeting.title} – {meeting.territory}",
        place=meeting.place,
        online_link=meeting.online_link,
        description="\n".join(lines),
        page=page,
        is_cancelled=meeting.status == Meeting.Status.CANCELLED,
    )


def write(
    events: Iterable[CalendarEvent],
    *,
    method: str = PUBLISH,
    name: str = "",
    organiser: Contact | None = None,
    attendee: Contact | None = None,
) -> bytes:
    """A calendar of ``events``. An invitation (``REQUEST``) or its withdrawal (``CANCEL``) names both contacts."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("name", _plain(name))
        calendar.add("x-wr-calname", _plain(name))
        calendar.add("refresh-interval", vDuration(REFRESH_EVERY), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))
    for event in events:
        calendar.add_component(_component(event, organiser, attendee))
    return calendar.to_ical()


def _component(event: CalendarEvent, organiser: Contact | None, attendee: Contact | None) -> icalendar.Event:
    component = icalendar.Event()
    component.add("uid", event.uid)
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at.astimezone(UTC))
    component.add("dtstart", event.starts_at.astimezone(UTC))
    component.add("dtend", event.ends_at.astimezone(UTC))
    component.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    component.add("summary", _plain(event.title))
    if event.place:
        component.add("location", _plain(event.place))
    if event.online_link:
        parameters = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Visioconférence"}
        component.add("conference", vUri(event.online_link, params=parameters))
    if event.description:
        component.add("description", _plain(event.description))
    if event.page:
        component.add("url", event.page)
    if organiser:
        component.add("organizer", _address(organiser))
    if attendee:
        # A reply by the calendar program would reach a mailbox, not this site: the mail has its own buttons.
        component.add("attendee", _address(attendee, RSVP="FALSE", PARTSTAT="NEEDS-ACTION"))
    return component


def _address(contact: Contact, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{contact.email}")
    if contact.name:
        address.params["CN"] = vText(_plain(contact.name).replace('"', "’").replace("\n", " "))
    for key, value in parameters.items():
        address.params[key] = value
    return address


def _plain(text: str) -> str:
    """``text`` without the control characters that the format forbids; a line break is one character."""
    text = "\n".join(text.splitlines())
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
