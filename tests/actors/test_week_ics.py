"""The calendar of the weeks to come (``actors/week/ics.py``), read again as a program does."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from actors.hours.reading import Hours
from actors.week import ics
from actors.week.schedule import build
from tests.factories import ActorFactory, DirectoryFactory, FoodServiceFactory, SiteFactory, StopFactory

pytestmark = pytest.mark.django_db

START = date(2026, 3, 2)  # the clocks change on the 29th
END = START + ics.AHEAD
URL = "https://exemple.test/semaine/fontaine-x0001/"
TEXT = "Mo-Fr 09:00-12:00; week 02-52/2 Sa 10:00-12:00; Fr 22:00-02:00; 2026 Mar 16-2026 Mar 20 off; PH unknown"


@pytest.fixture
def territory():
    return DirectoryFactory(territory__name="Fontaine-l’Exemple").territory


@pytest.fixture
def service(territory):
    site = SiteFactory(actor=ActorFactory(territories=[territory], visibility="public", phone="01 99 00 12 01"))
    return FoodServiceFactory(site=site, opening_hours=TEXT, fee="free", kind="hot_meal")


def written(territory, start=START):
    return ics.write(build(territory, start, start + ics.AHEAD), URL)


def events(data: bytes) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(data).walk("VEVENT")


def test_it_holds_each_opening_and_no_other(territory, service):
    told = [(event.decoded("dtstart"), event.decoded("dtend")) for event in events(written(territory))]
    paris = ZoneInfo("Europe/Paris")
    start = datetime.combine(START, datetime.min.time(), paris)
    spans = Hours(TEXT, "").between(start, start + timedelta(weeks=8))
    assert sorted(told) == [(span.starts_at, span.ends_at) for span in spans]


def test_its_times_are_of_a_zone_that_it_defines(territory, service):
    data = written(territory)
    (zone,) = icalendar.Calendar.from_ical(data).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Paris"
    assert {event["dtstart"].params["TZID"] for event in events(data)} == {"Europe/Paris"}


def test_an_event_says_what_and_where(territory, service):
    event = events(written(territory))[0]
    assert str(event["summary"]) == f"Repas chaud – {service.actor}"
    assert str(event["location"]) == ", ".join(service.site.lines)
    assert "C’est gratuit." in str(event["description"])
    assert "01 99 00 12 01" in str(event["description"])
    assert str(event["url"]) == URL


def test_identifiers_are_the_same_tomorrow_and_never_twice(territory, service):
    StopFactory(service__actor=service.actor, opening_hours="Mo 09:00-10:00")
    today, tomorrow = (
        {str(event["uid"]) for event in events(written(territory, START + n * timedelta(1)))} for n in (0, 1)
    )
    assert len(events(written(territory))) == len(today)
    assert len(today - tomorrow) == 2  # Monday's
    assert {uid.rpartition("-")[0][-8:] for uid in today - tomorrow} == {f"{START:%Y%m%d}"}


def test_it_is_the_same_for_the_same_day(territory, service):
    assert written(territory) == written(territory)


def test_only_what_is_public_is_in_it(territory, service):
    hidden = ActorFactory(territories=[territory], visibility="professionals")
    FoodServiceFactory(site=SiteFactory(actor=hidden), opening_hours="Mo 09:00-10:00")
    assert hidden.name not in written(territory).decode()
