"""The week read from the directory (``actors/week/schedule.py``), held against the hours themselves."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actors.hours.reading import Hours
from actors.models import Actor, FoodService, Site
from actors.week.languages import LANGUAGES
from actors.week.pattern import Pattern, Slot, find
from actors.week.presenting import View
from actors.week.schedule import LENGTH, Selection, build, coming_monday, openings, this_monday
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    ConfirmationFactory,
    DirectoryFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    TerritoryFactory,
)

DAY = timedelta(days=1)
START = date(2026, 1, 5)
END = START + LENGTH
MORNINGS = "Mo-Fr 09:00-12:00"

rules = st.sampled_from(
    [
        MORNINGS,
        "Tu,Th 14:00-17:30",
        "Sa 10:00-12:30",
        "week 01-53/2 We 14:00-16:00",
        "Fr[1,3] 09:00-11:00",
        "Mo[-1] 18:00-20:00",
        "Fr 22:00-02:00",
        "Mar-Oct: Su 08:00-13:00",
        "Aug 01-24 off",
        "PH off",
        "PH unknown",
        "SH off",
        "SH Mo-Fr 10:00-16:00",
        "2026 Mar 28-2026 Mar 30 10:00-18:00",
        "2026 Dec 24 off",
    ]
)
texts = st.lists(rules, min_size=1, max_size=4).map("; ".join) | st.just("24/7")
starts = st.dates(date(2026, 1, 1), date(2027, 12, 31))
lengths = st.integers(1, 100)
departments = st.sampled_from(["", "93", "974", "67"])


def printed(pattern: Pattern, start: date, end: date) -> list[tuple[datetime, datetime]]:
    """When the printed week says open, as times of the wall."""
    found = []
    for n in range((end - start).days + 1):
        day = start + n * DAY
        for slot in pattern.on(day):
            if not slot.ask:
                found.append((datetime.combine(day, slot.opens), closing(day, slot)))
    return found


def closing(day: date, slot: Slot) -> datetime:
    return datetime.combine(day if slot.closes > slot.opens else day + DAY, slot.closes)


@given(texts, starts, lengths, departments)
def test_each_printed_slot_is_open_then(text, start, length, department):
    end = start + length * DAY
    hours = Hours(text, department)
    for opens, closes in printed(find(openings(text, department, start, end), start, end), start, end):
        moment = opens + (closes - opens) / 2
        assert hours.is_open(moment.replace(tzinfo=hours.timezone)), (opens, closes)


@given(texts, starts, lengths, departments)
def test_each_opening_of_the_period_is_printed(text, start, length, department):
    end = start + length * DAY
    hours = Hours(text, department)
    said = printed(find(openings(text, department, start, end), start, end), start, end)
    at = datetime.combine(start, time(9, 30))
    while at.date() <= end:
        covered = any(opens <= at < closes for opens, closes in said)
        assert covered or not hours.is_open(at.replace(tzinfo=hours.timezone)), at
        at += timedelta(hours=2, minutes=30)


def test_what_one_must_ask_is_neither_open_nor_closed():
    days = openings("Mo-Fr 09:00-12:00; PH unknown", "93", date(2026, 5, 1), date(2026, 5, 1))
    assert [slot.ask for slot in days[date(2026, 5, 1)]] == [True]


def test_a_week_starts_on_a_monday():
    assert coming_monday(date(2026, 1, 5)) == this_monday(date(2026, 1, 11)) == START
    assert coming_monday(date(2026, 1, 6)) == date(2026, 1, 12)
    assert (START + LENGTH).weekday() == 6


# From the directory -------------------------------------------------------------------------------


@pytest.fixture
def territory(db):
    return DirectoryFactory(territory__name="Fontaine-l’Exemple").territory


def entry(territory, **fields) -> Actor:
    return ActorFactory(territories=[territory], **{"visibility": "public"} | fields)


def service(territory, hours=MORNINGS, **fields):
    site = SiteFactory(actor=entry(territory))
    return FoodServiceFactory(site=site, opening_hours=hours, **fields)


def keys(week) -> set[str]:
    return {line.key for line in week.lines}


def test_it_shows_what_is_for_everyone_alone(territory):
    shown = service(territory)
    service(territory, visibility="professionals")
    service(territory, ended_on=START)
    for fields in ({"visibility": "professionals"}, {"visibility": "coordination"}, {"ended_on": date(2025, 1, 1)}):
        FoodServiceFactory(site=SiteFactory(actor=entry(territory, **fields)), opening_hours=MORNINGS)
    service(DirectoryFactory().territory)
    assert keys(build(territory, START, END)) == {shown.uid}


def test_of_a_territory_inside_it_shows_what_that_one_has_published(territory):
    inside, closed = TerritoryFactory(), TerritoryFactory()
    inside.parents.add(territory)
    closed.parents.add(territory)
    DirectoryFactory(territory=inside)
    shown = service(inside)
    service(closed)
    assert keys(build(territory, START, END)) == {shown.uid}


def test_before_it_is_published_it_shows_what_would_be(db):
    territory = TerritoryFactory()
    shown = service(territory)
    FoodServiceFactory(site=SiteFactory(actor=entry(territory, visibility="coordination")))
    assert keys(build(territory, START, END)) == {shown.uid}


def test_a_selection_of_entries_kinds_and_publics(territory):
    meal = service(territory, kind="hot_meal")
    women = service(territory, publics=["women"])
    storage = service(territory, kind="shared_storage")
    assert keys(build(territory, START, END)) == {meal.uid, women.uid}
    assert keys(build(territory, START, END, Selection(entries=(meal.actor_id,)))) == {meal.uid}
    assert keys(build(territory, START, END, Selection(kinds=("shared_storage",)))) == {storage.uid}
    assert keys(build(territory, START, END, Selection(publics=("students",)))) == {meal.uid}


def test_each_stop_has_its_line(territory):
    itinerant = FoodServiceFactory(site=None, is_itinerant=True, actor=entry(territory), kind="street_outreach")
    stops = [StopFactory(service=itinerant, opening_hours=hours) for hours in ("Mo 19:00-20:00", "")]
    lines = {line.key: line for line in build(territory, START, END).lines}
    assert list(lines) == [f"{itinerant.uid}/{stop.uid}" for stop in stops]
    assert [line.place for line in lines.values()] == [stop.name for stop in stops]
    assert [line.has_hours for line in lines.values()] == [True, False]


def test_nothing_is_open_once_the_service_has_ended(territory):
    service(territory, "Mo-Su 09:00-12:00", ended_on=START + 7 * DAY)
    (line,) = build(territory, START, END).lines
    assert [bool(line.slots_on(START + n * DAY)) for n in (6, 7, 8)] == [True, False, False]


def test_hours_not_known_and_closed_throughout_stand_apart(territory):
    service(territory)
    unknown = service(territory, "")
    unreadable = service(territory, "le matin, sauf exception")
    closed = service(territory, "2025 Dec 24 09:00-12:00")
    week = build(territory, START, END)
    assert {line.key for line in week.unknown} == {unknown.uid, unreadable.uid}
    assert {line.key for line in week.closed} == {closed.uid}
    assert len(week.open) == 1


def test_the_town_is_said_where_it_is_another(territory):
    near = service(territory)
    near.site.city = "Fontaine-L’Exemple"
    near.site.save()
    far = service(territory)
    far.site.city = "Saint-Ailleurs"
    far.site.save()
    helps = View(build(territory, START, END), LANGUAGES["fr"]).helps
    assert {key: one.where for key, one in helps.items()} == {
        near.uid: near.site.address,
        far.uid: f"{far.site.address}, 00000 Saint-Ailleurs",
    }


def test_overseas_keep_their_clock(territory):
    there = service(territory)
    there.site.insee_code = "97411"
    there.site.save()
    (line,) = build(territory, START, END).lines
    assert line.timezone == "Indian/Reunion"
    assert line.slots_on(START) == (Slot(time(9), time(12)),)


def test_when_hours_were_verified_and_which_are_in_doubt(territory):
    fresh, old = service(territory), service(territory)
    at = timezone.now() - timedelta(days=3)
    ConfirmationFactory(actor=fresh.actor, at=at)
    ConfirmationFactory(actor=old.actor, at=at - timedelta(days=200))
    CheckRoundFactory(actor=old.actor, to_call_since=timezone.now())
    week = build(territory, START, END)
    assert {line.key: line.verified_on for line in week.lines} == {
        fresh.uid: timezone.localdate(at),
        old.uid: timezone.localdate(at - timedelta(days=200)),
    }
    assert [line.key for line in week.to_verify] == [old.uid]


def test_it_asks_the_same_queries_whatever_it_holds(territory):
    counts = []
    for _ in range(2):
        service(territory)
        StopFactory(service__actor=entry(territory), opening_hours="Mo 19:00-20:00")
        with CaptureQueriesContext(connection) as queries:
            build(territory, START, END)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans otherwise")
def test_it_reads_neither_structures_nor_services_of_elsewhere(territory):
    elsewhere = [directory.territory for directory in DirectoryFactory.create_batch(60)]
    at_work_on = [territory] * 20 + elsewhere * 100
    actors = Actor.objects.bulk_create(
        Actor(name=f"Structure {n}", description="D’exemple. " * 20, visibility="public")
        for n in range(len(at_work_on))
    )
    links = Actor.territories.through
    links.objects.bulk_create(
        links(actor=actor, territory=where) for actor, where in zip(actors, at_work_on, strict=True)
    )
    sites = Site.objects.bulk_create(Site(actor=actor) for actor in actors)
    FoodService.objects.bulk_create(FoodService(actor=site.actor, site=site, kind="hot_meal") for site in sites)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as queries:
            assert len(build(territory, START, END).lines) == 20
        for query in queries.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on actors_actor " not in plan, plan
            assert "Seq Scan on actors_foodservice " not in plan, plan
