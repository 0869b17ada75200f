"""What coverage counts of a directory (``actors/coverage/reading.py``)."""

from datetime import date

import pytest

from actors.coverage import reading
from actors.coverage.grid import State, grid
from actors.coverage.reading import COUNTED, Month, next_august, usual_month
from actors.distance import Point
from actors.models import FoodService
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MAY = Month(2026, 5)


@pytest.fixture
def town():
    return TerritoryFactory(kind="commune", code="93010", name="Ville-Exemple")


@pytest.fixture
def actor(town):
    return ActorFactory(territories=[town])


def service(actor, hours="Mo 09:00-12:00", quarter="Centre", **about):
    place = {name: about.pop(name) for name in ("latitude", "longitude", "insee_code", "city") if name in about}
    return FoodServiceFactory(
        actor=actor, site=SiteFactory(actor=actor, quarter=quarter, **place), opening_hours=hours, **about
    )


def count(territory, **about):
    """As someone counts who reads everything."""
    return reading.count(territory, user=UserFactory.build(is_staff=True), **about)


def names(counted) -> list[str]:
    return [source.outlet.name for source in counted.sources]


def test_what_gives_food_counts_unless_told(actor, town):
    for kind in FoodService.Kind:
        service(actor, kind=kind, name=kind)
    assert set(names(count(town))) == set(COUNTED)
    assert names(count(town, kinds=["clothing"])) == ["clothing"]


def test_only_what_is_offered_here(actor, town):
    service(actor, name="ici")
    service(actor, name="arrêté", ended_on=date(2020, 1, 1))
    service(ActorFactory(territories=[TerritoryFactory()]), name="ailleurs")
    service(ActorFactory(territories=[town], ended_on=date(2020, 1, 1)), name="cessé")
    service(ActorFactory(territories=[town], merged_into=actor), name="réuni")
    assert names(count(town)) == ["ici"]


def test_a_public_finds_what_welcomes_it_and_what_welcomes_all(actor, town):
    service(actor, name="tous")
    service(actor, name="étudiants", publics=["students", "young"])
    service(actor, name="familles", publics=["families"])
    assert set(names(count(town, public="students"))) == {"tous", "étudiants"}


def test_hours_that_nobody_gave_are_told_apart(actor, town):
    service(actor, name="connu")
    unknown = service(actor, hours="", name="inconnu")
    unreadable = service(actor, hours="n’importe quand", name="illisible")
    round_of = FoodServiceFactory(actor=actor, site=None, is_itinerant=True, kind="street_outreach", name="tournée")
    StopFactory(service=round_of, name="Gare", quarter="Gare", opening_hours="Mo 19:00-20:00")
    StopFactory(service=round_of, name="Square", quarter="Square")
    counted = count(town)
    assert names(counted) == ["connu", "tournée (Gare)"]
    assert set(counted.unknown) == {unknown, unreadable}
    assert [zone.name for zone in counted.zones] == ["Centre", "Gare", "Square"]


def test_quarters_stand_in_the_middle_of_their_places(actor, town):
    service(actor, quarter="Écluse", latitude=43.0, longitude=4.0)
    service(actor, quarter="Écluse", latitude=43.5, longitude=5.0, kind="clothing")
    service(actor, quarter="", latitude=1.0, longitude=1.0)
    service(actor, quarter="Zone", latitude=None)
    counted = count(town)
    assert counted.is_by_quarter
    assert [(zone.name, zone.point) for zone in counted.zones] == [
        ("Écluse", Point(43.25, 4.5)),
        ("Zone", None),
        ("", None),
    ]


def test_a_wide_territory_is_told_commune_by_commune(town):
    wide = TerritoryFactory(kind="epci", code="200000001")
    other = TerritoryFactory(kind="commune", code="93020", name="Autre-Exemple", latitude=48.9, longitude=2.5)
    for one in (town, other):
        one.parents.add(wide)
    service(ActorFactory(territories=[town]), insee_code="93010", latitude=48.8, longitude=2.4, name="ici")
    service(ActorFactory(territories=[wide]), insee_code="", city="Hameau", name="hameau")
    counted = count(wide)
    assert not counted.is_by_quarter
    assert [(zone.name, zone.point) for zone in counted.zones] == [
        ("Autre-Exemple", Point(48.9, 2.5)),
        ("Hameau", None),
        ("Ville-Exemple", Point(48.8, 2.4)),
    ]
    assert {source.outlet.name: source.outlet.zone for source in counted.sources} == {
        "ici": "Ville-Exemple",
        "hameau": "Hameau",
    }


def test_closures_seasons_and_ends_count_in_each_month(actor, town):
    service(actor, hours="Mo 09:00-12:00; 2026 Aug 01-2026 Aug 24 off", name="fermé")
    service(actor, hours="Nov-Mar Mo 09:00-12:00", name="hiver")
    service(actor, name="finit", ended_on=date(2126, 6, 17))
    found = {source.outlet.name: source for source in count(town).sources}
    assert list(found["fermé"].in_month(Month(2026, 8)).openings) == [date(2026, 8, 31)]
    assert not found["hiver"].in_month(MAY).openings
    june = Month(2126, 6)
    assert list(found["finit"].in_month(june).openings) == [date(2126, 6, 3), date(2126, 6, 10)]
    assert grid(count(town).in_month(june), june.start, june.end)[0, "morning"].state == State.EVERY


def test_as_many_queries_whatever_there_is(actor, town, django_assert_num_queries):
    service(actor)
    round_of = FoodServiceFactory(actor=actor, site=None, is_itinerant=True, kind="street_outreach")
    StopFactory(service=round_of)
    with django_assert_num_queries(4):
        count(town).in_month(MAY)
    for _ in range(3):
        service(ActorFactory(territories=[town]))
        StopFactory(service=round_of, opening_hours="Tu 10:00-11:00")
    with django_assert_num_queries(4):
        count(town).in_month(MAY)


@pytest.mark.parametrize(
    ("today", "usual", "august"),
    [
        (date(2026, 1, 31), "2026-01", "2026-08"),
        (date(2026, 7, 1), "2026-10", "2026-08"),
        (date(2026, 8, 31), "2026-10", "2026-08"),
        (date(2026, 9, 1), "2026-09", "2027-08"),
        (date(2026, 12, 31), "2026-12", "2027-08"),
    ],
)
def test_the_months_that_are_compared(today, usual, august):
    assert (usual_month(today).code, next_august(today).code) == (usual, august)


def test_a_month_ends_on_its_last_day():
    assert (Month(2028, 2).end, Month(2026, 12).following) == (date(2028, 2, 29), Month(2027, 1))


def test_what_a_territory_inside_keeps_to_itself_does_not_count_around_it(town):
    around = TerritoryFactory()
    town.parents.add(around)
    user = CoordinatorFactory(territory=around).user
    for visibility in ("professionals", "coordination"):
        theirs = ActorFactory(territories=[town], visibility=visibility)
        service(theirs, name=f"là, {visibility}")
        service(theirs, name=f"là, {visibility}, caché", visibility="coordination")
    service(ActorFactory(territories=[around]), name="ici", visibility="coordination")
    assert set(names(reading.count(around, user=user))) == {"ici", "là, professionals"}
