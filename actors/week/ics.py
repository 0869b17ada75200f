"""The weeks to come as calendar programs follow them (iCalendar, RFC 5545): one event for each opening.

Not one rule of recurrence for each regular slot: with closures, additions, alternate ISO weeks and a window that moves
on each day, a list is what every program reads alike, and what it says is true.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar import vDuration

from actors.week import wording
from actors.week.languages import FRENCH, LANGUAGES
from actors.week.pattern import DAY, Slot
from actors.week.presenting import Help, View
from actors.week.schedule import Line, Week

AHEAD = timedelta(weeks=8) - DAY
"""How far ahead a calendar goes."""
REFRESH_EVERY = timedelta(hours=12)
PRODUCT = "-//Alim'Activ//Semaine//FR"


def write(week: Week, url: str) -> bytes:
    """The openings of ``week``; ``url`` is its page. The same bytes for the same week and day."""
    view = View(week, LANGUAGES[FRENCH])
    name = f"{view.words['title']} – {week.territory}"
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("url", url)
    calendar.add("refresh-interval", vDuration(REFRESH_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))
    for line in week.open:
        for day in week.dates:
            for slot in line.slots_on(day):
                if not slot.ask:
                    calendar.add_component(_event(line, view.helps[line.key], day, slot, week.starts_on, url))
    calendar.add_missing_timezones(first_date=week.starts_on - 365 * DAY, last_date=week.ends_on + 365 * DAY)
    return calendar.to_ical()


def _event(line: Line, said: Help, day: date, slot: Slot, made_on: date, url: str) -> icalendar.Event:
    zone = ZoneInfo(line.timezone)
    ends_on = day if slot.closes > slot.opens else day + DAY
    event = icalendar.Event()
    event.add("uid", f"{line.key.replace('/', '-')}-{day:%Y%m%d}-{slot.opens:%H%M}")
    event.add("dtstamp", datetime.combine(made_on, time.min, tzinfo=UTC))
    event.add("dtstart", datetime.combine(day, slot.opens, tzinfo=zone))
    event.add("dtend", datetime.combine(ends_on, slot.closes, tzinfo=zone))
    event.add("summary", f"{said.kind} – {said.name}")
    event.add("transp", "TRANSPARENT")
    event.add("location", ", ".join(filter(None, (line.place, *line.address, line.town))))
    event.add("description", "\n".join(_description(said)))
    event.add("url", url)
    return event


def _description(said: Help) -> list[str]:
    language = LANGUAGES[FRENCH]
    phone = f"{language.words['phone']} {said.phone}" if said.phone else ""
    doubt = wording.first_letter_up(language.words["call_first"]) if said.is_to_verify else ""
    return [line for line in (said.service, said.publics, *said.sentences, *said.notes, phone, doubt) if line]
