"""What searches find: words, place, kind, public, cost, papers, times; and who finds it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from actors.distance import Point, around, kilometres
from actors.listing import refresh
from actors.models import Actor, Listing, Opening
from actors.search import Day, Search, corrected
from actors.whereabouts import Whereabouts
from tests.actors.many_listings import make
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    MemberFactory,
    SiteFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, 10, 30, tzinfo=PARIS)
CENTRE = Point(48.9, 2.48)


@pytest.fixture
def open_directory():
    return DirectoryFactory()


def service(directory, **about):
    """A public one, found at once."""
    about = {"site__actor__visibility": "public", "site__actor__territories": [directory.territory]} | about
    made = FoodServiceFactory(**about)
    refresh([made.actor_id])
    return made


def found(search: Search, user=None, at=MONDAY) -> list:
    listings = Listing.objects.visible_to(user or AnonymousUser())
    return [listing.service or listing.actor for listing in search.among(listings, at)]


@pytest.mark.parametrize(
    "text",
    ["épicerie", "EPICERIE", "epi", "panier", "Panier épi", "le panier", "l'épicerie du Panier", "villejuste", "93140"],
)
def test_words_by_their_start_without_accents_or_little_words(open_directory, text):
    one = service(
        open_directory,
        kind="social_grocery",
        site__actor__name="Le Panier",
        site__city="Villejuste-l’Exemple",
        site__postcode="93140",
    )
    service(open_directory, site__actor__name="La Table")
    assert found(Search(text=text)) == [one]


@pytest.mark.parametrize("text", ["icerie", "panier table", "zzz"])
def test_not_the_middle_of_words_nor_only_some_of_them(open_directory, text):
    service(open_directory, kind="social_grocery", site__actor__name="Le Panier")
    service(open_directory, site__actor__name="La Table")
    assert found(Search(text=text)) == []


def test_little_words_alone_are_looked_for(open_directory):
    one = service(open_directory, site__actor__name="Chez les autres")
    service(open_directory, site__actor__name="Ailleurs")
    assert found(Search(text="chez les")) == [one]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("epicrie", "epicerie"), ("épicreie", "epicerie"), ("epiccerie", "epicerie"), ("opicerie", "epicerie")],
)
def test_a_mistyped_word_becomes_a_near_one(open_directory, written, meant):
    service(open_directory, kind="social_grocery")
    search = Search(text=f"{written} fictive")
    assert found(search) == []
    assert corrected(search, Listing.objects.for_everyone()).text == f"{meant} fictive"


@pytest.mark.parametrize("written", ["epicerie", "zzzzzz", "cols", "epi", "93141"])
def test_what_is_known_or_near_nothing_stays(open_directory, written):
    service(open_directory, kind="social_grocery", site__postcode="93140", site__city="Colombe")
    assert corrected(Search(text=written), Listing.objects.for_everyone()) is None


def test_a_word_that_one_may_not_read_is_not_suggested(open_directory):
    service(open_directory, site__actor__name="Tournesol", site__actor__visibility="coordination")
    assert corrected(Search(text="tournesal"), Listing.objects.for_everyone()) is None
    assert corrected(Search(text="tournesal"), Listing.objects.all()).text == "tournesol"


def test_what_is_asked_of_the_service(open_directory):
    free = service(open_directory, kind="food_parcel", fee="free", papers="no", publics=["families"])
    paid = service(open_directory, kind="hot_meal", fee="paid", papers="yes")
    bare = ActorFactory(visibility="public", territories=[open_directory.territory], name="Sans service")
    refresh([bare.pk])
    assert found(Search()) == [free, paid, bare]
    assert found(Search(kind="hot_meal")) == [paid]
    assert found(Search(is_free=True)) == [free]
    assert found(Search(without_papers=True)) == [free]
    assert found(Search(public="families")) == [free, paid]
    assert found(Search(public="students")) == [paid]
    assert found(Search(kind="food_parcel", is_free=True, without_papers=True, public="families")) == [free]


def test_a_territory_with_those_inside_it(open_directory):
    around_it, elsewhere = TerritoryFactory(), DirectoryFactory()
    open_directory.territory.parents.add(around_it)
    one, _ = service(open_directory), service(elsewhere)
    assert found(Search(territory=open_directory.territory)) == [one]
    assert found(Search(territory=around_it)) == [one]
    assert found(Search(territory=TerritoryFactory())) == []


def test_near_a_point_the_nearest_first_to_the_metre(open_directory):
    """The box finds more than the circle does."""
    corner = around(CENTRE, 2)
    spots = {
        "far": Point(CENTRE.latitude + 0.05, CENTRE.longitude),
        "corner": Point(corner.north - 0.0005, corner.east - 0.0005),
        "near": Point(CENTRE.latitude + 0.001, CENTRE.longitude),
        "nearer": Point(CENTRE.latitude, CENTRE.longitude + 0.001),
    }
    made = {
        name: service(open_directory, site__latitude=spot.latitude, site__longitude=spot.longitude)
        for name, spot in spots.items()
    }
    service(open_directory)  # nobody knows where
    here = Whereabouts("ici", CENTRE)
    assert found(Search(place=here, radius=2)) == [made["nearer"], made["near"]]
    assert found(Search(place=here, radius=5)) == [made["nearer"], made["near"], made["corner"]]
    listings = Search(place=here, radius=10).among(Listing.objects.for_everyone(), MONDAY)
    for listing in listings:
        real = kilometres(CENTRE, Point(listing.latitude, listing.longitude))
        assert listing.distance == pytest.approx(real, abs=0.001)


def test_in_a_commune_what_is_not_on_the_map_comes_last(open_directory):
    unplaced = service(open_directory, site__insee_code="93010")
    placed = service(
        open_directory, site__insee_code="93010", site__latitude=CENTRE.latitude, site__longitude=CENTRE.longitude
    )
    service(open_directory, site__insee_code="75111")
    assert found(Search(place=Whereabouts("Bondy", CENTRE, ["93010"]))) == [placed, unplaced]
    assert set(found(Search(place=Whereabouts("Bondy", None, ["93010"])))) == {placed, unplaced}


def test_open_now(open_directory):
    one, other = service(open_directory), service(open_directory)
    now = timezone.now()
    span(one, now - timedelta(hours=1), now + timedelta(hours=1))
    span(other, now + timedelta(hours=1), now + timedelta(hours=2))
    assert found(Search(is_open_now=True), at=now) == [one]


def span(service, start, end):
    Opening.objects.create(listing=service.listings.get(), starts_at=start, ends_at=end)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (Day.TODAY, None, (23, 10, 30)),  # from now on
        (Day.TODAY, time(9), (23, 9, 0)),
        (None, time(18), (23, 18, 0)),
        (Day.TOMORROW, None, (24, 0, 0)),
        (Day.MONDAY, None, (23, 10, 30)),
        (Day.MONDAY, time(9), (30, 9, 0)),  # it is past nine: next Monday
        (Day.MONDAY, time(11), (23, 11, 0)),
        (Day.WEDNESDAY, time(9), (25, 9, 0)),
        (Day.SUNDAY, None, (29, 0, 0)),
    ],
)
def test_a_day_and_an_hour_are_the_next_ones(day, hour, expected):
    ((start, end),) = Search(day=day, hour=hour).times(MONDAY)
    local = start.astimezone(PARIS)
    assert (local.day, local.hour, local.minute) == expected
    assert end == (start + timedelta(minutes=1) if hour else datetime(2026, 11, expected[0] + 1, tzinfo=PARIS))


def test_open_on_a_day_at_an_hour(open_directory):
    one = service(open_directory)
    span(one, datetime(2026, 11, 25, 9, tzinfo=PARIS), datetime(2026, 11, 25, 12, tzinfo=PARIS))
    assert found(Search(day=Day.WEDNESDAY)) == [one]
    assert found(Search(day=Day.WEDNESDAY, hour=time(9))) == [one]
    assert found(Search(day=Day.WEDNESDAY, hour=time(11, 59))) == [one]
    assert found(Search(day=Day.WEDNESDAY, hour=time(12))) == []
    assert found(Search(day=Day.THURSDAY)) == []


def test_hours_are_those_of_where_one_looks():
    overseas = Whereabouts("Saint-Exemple", None, ["97411"], department="974")
    ((start, _),) = Search(place=overseas, day=Day.TOMORROW, hour=time(9)).times(MONDAY)
    assert start == datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Indian/Reunion"))


def test_who_finds_what(open_directory):
    territory = open_directory.territory
    made = {}
    for visibility in ("public", "professionals", "coordination"):
        made[visibility] = service(open_directory, site__actor__visibility=visibility)
    hidden = ActorFactory(visibility="coordination")
    refresh([hidden.pk])
    everything = [*made.values(), hidden]
    assert found(Search()) == [made["public"]]
    assert found(Search(), UserFactory()) == [made["public"]]
    elsewhere = MemberFactory(user=UserFactory()).user
    assert found(Search(), elsewhere) == [made["public"], made["professionals"]]
    assert found(Search(), CoordinatorFactory(territory=territory).user) == list(made.values())
    member = MemberFactory(actor=hidden, user=UserFactory()).user
    assert found(Search(), member) == [made["public"], made["professionals"], hidden]
    assert found(Search(), UserFactory(is_staff=True)) == everything


def test_what_the_index_lets_everyone_find_is_what_everyone_may_read(open_directory):
    for visibility in ("public", "professionals", "coordination"):
        service(open_directory, site__actor__visibility=visibility)
        SiteFactory(actor__visibility=visibility)
    refresh(Actor.objects.values_list("pk", flat=True))
    readable = set(Actor.objects.visible_to(AnonymousUser()))
    assert {listing.actor for listing in Listing.objects.for_everyone()} == readable


def test_the_many_are_searched_as_the_few(django_assert_num_queries):
    make(40)
    search = Search(text="epicerie", place=Whereabouts("ici", Point(48.86, 2.35)), is_open_now=True)
    with django_assert_num_queries(1):
        list(search.among(Listing.objects.for_everyone())[:20])
