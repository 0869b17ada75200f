"""Where an address is: its commune by name, its point by the geocoder (a real server on loopback, as its own tests)."""

import json

import pytest

from actors.locating import department_of, departments_of_postcode, insee_code_of, locate
from actors.models import Site
from tests.actors.geocoding import FOUND, Server
from tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns():
    official = {"is_official": True}
    TerritoryFactory(name="Bondy", code="93010", department="93", **official)
    TerritoryFactory(name="Saint-Denis", code="93066", department="93", **official)
    TerritoryFactory(name="Saint-Denis", code="97411", department="974", **official)
    TerritoryFactory(name="Ajaccio", code="2A004", department="2A", **official)
    TerritoryFactory(name="Sainte-Colombe", code="17319", department="17", **official)
    TerritoryFactory(name="Sainte-Colombe", code="17320", department="17", **official)
    TerritoryFactory(name="Ville inventée", code="93999", department="93")


@pytest.mark.parametrize(
    ("city", "postcode", "code"),
    [
        ("Bondy", "93140", "93010"),
        ("BONDY", "", "93010"),
        ("saint denis", "93200", "93066"),
        ("Saint-Denis", "97400", "97411"),
        ("Saint-Denis", "", ""),
        ("Ajaccio", "20000", "2A004"),
        ("Sainte-Colombe", "17210", ""),
        ("Ville inventée", "93140", ""),
        ("Bondy", "75001", ""),
        ("", "93140", ""),
    ],
)
def test_a_commune_is_known_by_its_name_if_only_one_has_it_there(towns, city, postcode, code):
    assert insee_code_of(city, postcode) == code


@pytest.mark.parametrize(
    ("place", "department"),
    [
        ({"insee_code": "97411", "postcode": "97400"}, "974"),
        ({"postcode": "93140"}, "93"),
        ({"postcode": "97400"}, "974"),
        ({"postcode": "20000"}, ""),
        ({"insee_code": "2A004", "postcode": "20000"}, "2A"),
        ({}, ""),
    ],
)
def test_the_department_of_a_place(place, department):
    assert department_of(Site(**place)) == department
    assert departments_of_postcode("") == []


@pytest.fixture
def site():
    return Site(address="3 rue de l’Exemple", postcode="93140", city="Bondy")


def answers(server: Server, **properties) -> None:
    found = json.loads(json.dumps(FOUND))
    found["features"][0]["properties"] |= properties
    server.body = json.dumps(found).encode()


def test_the_point_of_an_address_is_asked_for(towns, site, server):
    locate(site, point_is_given=False)
    assert (site.latitude, site.longitude, site.insee_code) == (48.9022, 2.4821, "93010")
    (asked,) = server.asked
    assert asked["q"] == ["3 rue de l’Exemple 93140 Bondy"]
    assert asked["citycode"] == ["93010"]


def test_a_point_that_is_given_stays(towns, site, server):
    site.latitude, site.longitude = 48.9, 2.5
    locate(site, point_is_given=True)
    assert (site.latitude, site.longitude) == (48.9, 2.5)
    assert server.asked == []


@pytest.mark.parametrize("properties", [{"score": 0.3}, {"type": "municipality"}])
def test_what_is_not_sure_is_not_taken(towns, site, server, properties):
    answers(server, **properties)
    locate(site, point_is_given=False)
    assert site.latitude is None


def test_an_address_without_a_street_is_not_asked_for(towns, server):
    locate(Site(city="Bondy"), point_is_given=False)
    assert server.asked == []


def test_the_geocoder_names_the_commune_that_the_name_does_not(site, server):
    locate(site, point_is_given=False)
    assert site.insee_code == "93010"


def test_without_a_geocoder_a_point_stays_as_long_as_the_commune_does(towns, site, settings):
    settings.GEOCODER_URL = ""
    site.insee_code, site.latitude, site.longitude = "93010", 48.9, 2.5
    locate(site, point_is_given=False)
    assert site.latitude == 48.9
    site.city, site.postcode = "Saint-Denis", "93200"
    locate(site, point_is_given=False)
    assert (site.insee_code, site.latitude, site.longitude) == ("93066", None, None)
