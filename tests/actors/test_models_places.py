"""What the database itself refuses of places, services and supplies."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from actors.models import Actor, FoodService, Supply
from tests.factories import ActorFactory, FoodServiceFactory, SiteFactory, StopFactory, SupplyLineFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [SiteFactory, StopFactory])
@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 48.9},
        {"longitude": 2.4},
        {"latitude": 90.1, "longitude": 2.4},
        {"latitude": 48.9, "longitude": -180.5},
        {"postcode": "9314"},
        {"postcode": "93 14"},
        {"insee_code": "9301"},
        {"insee_code": "2C004"},
    ],
)
def test_a_place_is_on_earth_and_its_codes_are_codes(factory, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(**wrong)


@pytest.mark.parametrize("factory", [SiteFactory, StopFactory])
@pytest.mark.parametrize(
    "right",
    [
        {"latitude": -21.1, "longitude": 55.5},
        {"postcode": "93140", "insee_code": "93010"},
        {"insee_code": "2A004"},
        {"postcode": ""},
    ],
)
def test_a_place_may_lack_what_is_not_known(factory, right):
    factory(**right)


def test_identifiers_are_given_once():
    assert SiteFactory().uid != SiteFactory().uid
    for factory in (SiteFactory, StopFactory, FoodServiceFactory):
        first = factory()
        with pytest.raises(IntegrityError), transaction.atomic():
            factory(uid=first.uid)


@pytest.mark.parametrize("wrong", [{"opening_hours": "Mo 09:00-12:00", "site": None}, {"is_at_a_site": True}])
def test_an_itinerant_service_has_its_places_and_hours_at_its_stops(wrong):
    at = {"site": SiteFactory()} if wrong.pop("is_at_a_site", False) else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        FoodServiceFactory(is_itinerant=True, **wrong, **at)


def test_a_capacity_counts_something():
    with pytest.raises(IntegrityError), transaction.atomic():
        FoodServiceFactory(capacity=40)
    FoodServiceFactory(capacity=40, capacity_unit="meals_day")


@pytest.mark.parametrize("wrong", [{"refrigerated_vehicles": 1}, {"vehicles": 1, "refrigerated_vehicles": 2}])
def test_refrigerated_vehicles_are_among_the_vehicles(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Supply.objects.create(actor=ActorFactory(), **wrong)


def test_a_structure_has_one_logistics():
    actor = Supply.objects.create(actor=ActorFactory(), vehicles=2, refrigerated_vehicles=2).actor
    with pytest.raises(IntegrityError), transaction.atomic():
        Supply.objects.create(actor=actor)


def test_a_need_says_what():
    SupplyLineFactory(product="", text="Duvets")
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplyLineFactory(product="", text="")


def test_a_place_in_use_and_a_structure_with_places_are_not_erased():
    service = FoodServiceFactory()
    with pytest.raises(ProtectedError):
        service.site.delete()
    with pytest.raises(ProtectedError):
        service.actor.delete()


def test_what_is_offered():
    today = date(2026, 5, 4)
    offered = FoodServiceFactory()
    to_end = FoodServiceFactory(ended_on=date(2026, 5, 5))
    FoodServiceFactory(ended_on=today)
    FoodServiceFactory(site__actor__ended_on=today)
    FoodServiceFactory(site__actor__merged_into=ActorFactory())
    assert set(FoodService.objects.offered(today)) == {offered, to_end}


def test_an_address_on_an_envelope():
    site = SiteFactory.build(address="", address_extra="Porte bleue", postcode="", city="Bondy")
    assert site.lines == ["Porte bleue", "Bondy"]
    assert str(site) == "Bondy"
    assert Actor._meta.get_field("visibility").default == "coordination"  # what is new is not shown before one says so
