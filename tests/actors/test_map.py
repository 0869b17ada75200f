"""What the map shows of a part of France, few or many."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.distance import Box, Point
from actors.listing import refresh
from actors.map import POINTS, features
from actors.models import Listing
from actors.search import Search
from actors.whereabouts import Whereabouts
from tests.actors.many_listings import make, multiply
from tests.factories import FoodServiceFactory, SiteFactory

pytestmark = pytest.mark.django_db
FRANCE = Box(41, -5, 51, 9)
PARIS = Box(48.7, 2.1, 49, 2.6)
STREET = Box(48.899, 2.479, 48.903, 2.485)
LARGEST = 60_000
"""Octets of an answer."""


def shown(box: Box) -> list[dict]:
    return features(Listing.objects.all(), box)["features"]


def octets(answer: dict) -> int:
    return len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode())


def at(latitude: float, longitude: float, **about):
    service = FoodServiceFactory(site__latitude=latitude, site__longitude=longitude, **about)
    refresh([service.actor_id])
    return service


def test_what_stands_at_one_point_is_told_together():
    site = SiteFactory(latitude=48.9, longitude=2.48, actor__name="Le Panier")
    for kind in ("hot_meal", "food_parcel"):
        FoodServiceFactory(site=site, kind=kind)
    refresh([site.actor_id])
    at(43.5, 3.1)
    (point,) = shown(PARIS)
    assert point["geometry"] == {"type": "Point", "coordinates": [2.48, 48.9]}
    url = site.actor.get_absolute_url()
    assert point["properties"]["places"] == [
        {"name": "Le Panier", "what": "Colis alimentaire", "url": url},
        {"name": "Le Panier", "what": "Repas chaud", "url": url},
    ]


def test_signs_that_would_hide_one_another_are_a_group_until_one_looks_nearer():
    at(48.9, 2.48)
    at(48.9012, 2.4823)
    (group,) = shown(FRANCE)
    assert group["properties"] == {"count": 2, "bounds": [48.9, 2.48, 48.9012, 2.4823]}
    assert [len(point["properties"]["places"]) for point in shown(STREET)] == [1, 1]


def test_what_is_nowhere_is_not_on_the_map():
    service = FoodServiceFactory()
    refresh([service.actor_id])
    assert shown(FRANCE) == []


def test_the_many_are_groups_that_add_up():
    make(POINTS * 5)
    found = shown(FRANCE)
    assert sum(feature["properties"]["count"] for feature in found) == Listing.objects.count()
    for feature in found:
        longitude, latitude = feature["geometry"]["coordinates"]
        south, west, north, east = feature["properties"]["bounds"]
        assert south <= latitude <= north
        assert west <= longitude <= east


def test_the_groups_stay_while_the_map_is_moved():
    make(POINTS * 5)
    before = {json.dumps(feature) for feature in shown(Box(40, -6, 52, 10))}
    assert {json.dumps(feature) for feature in shown(Box(40.1, -5.9, 52.1, 10.1))} == before


@pytest.mark.parametrize("box", [FRANCE, PARIS, STREET])
def test_never_more_than_two_queries_and_60_kilobytes(box):
    make(3000)
    with CaptureQueriesContext(connection) as captured:
        answer = features(Listing.objects.all(), box)
    assert len(captured) <= 2
    assert octets(answer) <= LARGEST


def test_the_longest_names_still_fit():
    """As many points as are shown one by one, each with the longest words."""
    make(POINTS)
    for number, listing in enumerate(Listing.objects.select_related("actor", "service").order_by("pk")):
        listing.latitude, listing.longitude = 48 + number / 20, 2 + number % 9
        listing.save()
        listing.actor.name, listing.service.name = "É" * 200, "é" * 150
        listing.actor.save()
        listing.service.save()
    answer = features(Listing.objects.all(), Box(40, -5, 60, 12))
    assert octets(answer) <= LARGEST
    close = Box(47.99, 1.99, 48.01, 2.01)
    Listing.objects.update(latitude=48, longitude=2)
    assert octets(features(Listing.objects.all(), close)) <= LARGEST


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such index")
class TestAHundredThousand:
    """The size of a country: an index answers, and no query is added."""

    def assert_index(self, queryset, name: str) -> None:
        plan = queryset.explain()
        assert name in plan, plan
        assert "Seq Scan on actors_listing" not in plan, plan

    def test_searches_and_the_map(self):
        """In one test: the country takes its time."""
        make(5000)
        multiply(20)
        everyone = Listing.objects.for_everyone()
        near = Whereabouts("ici", Point(48.86, 2.35), ["00012"])
        everything = Search(place=near, kind="food_parcel", is_free=True, is_open_now=True, public="families")
        self.assert_index(Search(text="commune1234").among(everyone)[:20], "listing_words")
        self.assert_index(Search(text="epicerie commune123").among(everyone)[:20], "listing_words")
        self.assert_index(Search(place=near, radius=2).among(everyone)[:20], "listing_place")
        self.assert_index(everything.among(everyone)[:20], "listing_place")
        self.assert_index(everyone.filter(STREET.holds()), "listing_place")
        self.assert_index(everyone.filter(PARIS.holds()), "listing_place")
        for box in (FRANCE, PARIS, STREET):
            with CaptureQueriesContext(connection) as captured:
                answer = features(everyone, box)
            assert len(captured) <= 2
            assert octets(answer) <= LARGEST
