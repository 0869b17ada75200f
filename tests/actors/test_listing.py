"""The index says what the entries say, after whatever was done to them."""

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from actors.listing import rebuild, refresh, refresh_territory
from actors.models import Actor, Audience, Directory, FoodService, Listing, Opening, Site, Stop, Word
from tests.factories import (
    ActorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db

SAID = [field.name for field in Listing._meta.concrete_fields if not field.primary_key]


def index() -> list[tuple]:
    """All that the index holds, but the keys of its rows."""
    openings = Opening.objects.values_list(*(f"listing__{name}" for name in SAID), "starts_at", "ends_at")
    return sorted(map(repr, Listing.objects.values_list(*SAID))) + sorted(map(repr, openings))


def of(actor: Actor) -> list[tuple]:
    refresh([actor.pk])
    return list(Listing.objects.filter(actor=actor).order_by("pk").values_list("service", "site", "stop", "audience"))


def test_a_service_at_its_site():
    service = FoodServiceFactory(
        site__insee_code="93010",
        site__latitude=48.9,
        site__longitude=2.5,
        site__quarter="Les Tilleuls",
        site__actor__network="Réseau fictif",
        site__actor__name="L’Étal",
        name="Épicerie d’essai",
        kind="social_grocery",
        publics=["women", "families"],
        fee="free",
        papers="no",
    )
    assert of(service.actor) == [(service.pk, service.site_id, None, Audience.COORDINATION)]
    listing = Listing.objects.get()
    assert listing.search_text == (
        " l etal reseau fictif association epicerie sociale et solidaire epicerie d essai les tilleuls 00000"
        " fontaine l exemple "
    )
    assert (listing.kind, listing.publics, listing.fee, listing.papers) == (
        "social_grocery",
        ["families", "women"],
        "free",
        "no",
    )
    assert (listing.insee_code, listing.latitude, listing.longitude) == ("93010", 48.9, 2.5)


def test_an_itinerant_service_is_found_at_each_stop():
    stop = StopFactory()
    other = StopFactory(service=stop.service)
    found = of(stop.service.actor)
    assert [(listed[0], listed[2]) for listed in found] == [(stop.service_id, stop.pk), (stop.service_id, other.pk)]


def test_a_structure_without_services_stands_at_its_first_place_on_the_map():
    actor = ActorFactory()
    SiteFactory(actor=actor, name="A")
    site = SiteFactory(actor=actor, name="B", latitude=48.9, longitude=2.5)
    assert of(actor) == [(None, site.pk, None, Audience.COORDINATION)]


def test_a_structure_without_a_place_is_found_by_its_name():
    assert of(ActorFactory()) == [(None, None, None, Audience.COORDINATION)]


def test_what_is_over_or_merged_is_not_found():
    today = timezone.localdate()
    ended = FoodServiceFactory(site__actor__ended_on=today)
    assert of(ended.actor) == []
    merged = ActorFactory(merged_into=ended.actor)
    assert of(merged) == []
    service = FoodServiceFactory(ended_on=today)
    assert of(service.actor) == [(None, service.site_id, None, Audience.COORDINATION)]


@pytest.mark.parametrize(
    ("entry", "service", "is_published", "found"),
    [
        ("public", "public", True, [Audience.EVERYONE]),
        ("public", "public", False, [Audience.PROFESSIONALS]),
        ("public", "professionals", True, [Audience.EVERYONE, Audience.PROFESSIONALS]),
        ("public", "coordination", False, [Audience.PROFESSIONALS, Audience.COORDINATION]),
        ("professionals", "public", True, [Audience.PROFESSIONALS]),
        ("coordination", "public", True, [Audience.COORDINATION]),
    ],
)
def test_who_finds_it(entry, service, is_published, found):
    """The structure itself is listed where its readers see none of its services; their words are not told."""
    directory = DirectoryFactory(is_published=is_published, published_at=timezone.now() if is_published else None)
    actor = ActorFactory(visibility=entry, territories=[directory.territory])
    FoodServiceFactory(site__actor=actor, visibility=service, name="Essai secret")
    assert [listed[3] for listed in of(actor)] == found
    told = Listing.objects.filter(service=None).values_list("search_text", flat=True)
    assert not any("secret" in text for text in told)


@pytest.mark.parametrize("ended_on", [None, date(2026, 1, 1)])
def test_a_place_where_only_a_hidden_service_is_stays_hidden(ended_on):
    """A shelter whose address is not told: neither the structure nor its other services lead there."""
    actor = ActorFactory(visibility="public", territories=[DirectoryFactory().territory])
    shelter = SiteFactory(actor=actor, name="A", city="Ville-Secrète", latitude=48.9, longitude=2.5)
    hidden = FoodServiceFactory(actor=actor, site=shelter, visibility="coordination", ended_on=ended_on)
    everyone, coordination = Audience.EVERYONE, Audience.COORDINATION
    of_hidden = [] if ended_on else [(hidden.pk, shelter.pk, None, coordination)]
    assert of(actor) == [(None, None, None, everyone), *of_hidden]
    by_phone = FoodServiceFactory(actor=actor, site=None)
    assert sorted(of(actor)) == sorted([(by_phone.pk, None, None, everyone), *of_hidden])
    office = SiteFactory(actor=actor, name="B")
    assert sorted(of(actor)) == sorted([(by_phone.pk, office.pk, None, everyone), *of_hidden])
    assert not Listing.objects.for_everyone().filter(search_text__contains="secrete").exists()


def test_published_by_any_of_its_territories_but_not_by_one_around_it():
    around, here = TerritoryFactory(), TerritoryFactory()
    here.parents.add(around)
    actor = ActorFactory(visibility="public", territories=[here, TerritoryFactory()])
    DirectoryFactory(territory=around)
    assert [listed[3] for listed in of(actor)] == [Audience.PROFESSIONALS]
    DirectoryFactory(territory=here)
    refresh_territory(here)
    assert Listing.objects.get().audience == Audience.EVERYONE


def test_the_openings_of_the_days_to_come_on_the_clock_of_the_place():
    paris = FoodServiceFactory(opening_hours="Mo-Su 09:00-12:00", site__insee_code="93010")
    reunion = FoodServiceFactory(opening_hours="Mo-Su 09:00-12:00", site__insee_code="97411")
    refresh([paris.actor_id, reunion.actor_id])
    for service, zone in ((paris, "Europe/Paris"), (reunion, "Indian/Reunion")):
        spans = Opening.objects.filter(listing__service=service).values_list("starts_at", "ends_at")
        here = [(start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))) for start, end in spans]
        assert {(start.hour, end.hour) for start, end in here} == {(9, 12)}
        first = timezone.localdate() - timedelta(days=1)
        assert [start.date() for start, _ in here] == [first + timedelta(days=number) for number in range(17)]


def test_hours_that_cannot_be_read_any_more_are_not_known():
    service = FoodServiceFactory(opening_hours="n’importe quoi")
    refresh([service.actor_id])
    assert Listing.objects.filter(service=service).exists()
    assert Opening.objects.count() == 0


def test_words_no_longer_used_are_forgotten_when_all_is_made_anew():
    actor = ActorFactory(name="Panier Tournesol 2026")
    refresh([actor.pk])
    assert set(Word.objects.values_list("text", flat=True)) == {"panier", "tournesol", "association"}
    actor.name = "Panier Coquelicot"
    actor.save()
    call_command("refresh_directory_index")
    assert set(Word.objects.values_list("text", flat=True)) == {"panier", "coquelicot", "association"}


def test_as_many_queries_for_one_entry_as_for_three(django_assert_max_num_queries, django_assert_num_queries):
    services = [FoodServiceFactory(opening_hours="Mo 09:00-12:00") for _ in range(3)]
    for service in services:
        StopFactory(service=FoodServiceFactory(site=None, is_itinerant=True, actor=service.actor))
    refresh([service.actor_id for service in services])
    with django_assert_max_num_queries(22) as captured:
        refresh([services[0].actor_id])
    with django_assert_num_queries(len(captured)):
        refresh([service.actor_id for service in services])


class Done(TestCase):
    """Whatever is done, entry by entry, leaves the index that one would make of the records alone."""

    @settings(max_examples=25, deadline=None)
    @given(seed=st.integers(0, 10**6), steps=st.integers(1, 12))
    def test_the_index_is_the_one_made_from_scratch(self, seed, steps):
        random = Random(seed)
        town, city = TerritoryFactory(), TerritoryFactory()
        for territory in (town, city):
            DirectoryFactory(territory=territory, is_published=False, published_at=None)
        actors = [ActorFactory(territories=random.sample([town, city], random.randint(0, 2))) for _ in range(3)]
        rebuild()
        for _ in range(steps):
            random.choice(STEPS)(random, random.choice(actors), random.choice([town, city]))
        kept = index()
        Listing.objects.all().delete()
        rebuild()
        assert kept == index()


def add_service(random, actor, territory):
    site = actor.sites.first() if random.random() < 0.7 else None
    itinerant = site is None and random.random() < 0.5
    service = FoodServiceFactory(
        actor=actor,
        site=site,
        is_itinerant=itinerant,
        visibility=random.choice(["public", "professionals", "coordination"]),
        opening_hours="" if itinerant else random.choice(["", "Mo-Fr 09:00-12:00", "Sa 22:00-02:00"]),
    )
    if itinerant and random.random() < 0.7:
        StopFactory(service=service, opening_hours="We 18:00-19:30")
    refresh([actor.pk])


def add_site(random, actor, territory):
    point = {"latitude": 48.9, "longitude": 2.5} if random.random() < 0.5 else {}
    SiteFactory(actor=actor, **point)
    refresh([actor.pk])


def change_entry(random, actor, territory):
    actor.name = random.choice(["Le Panier", "La Table", "L’Étal"])
    actor.visibility = random.choice(["public", "professionals", "coordination"])
    actor.ended_on = timezone.localdate() if random.random() < 0.1 else None
    actor.save()
    refresh([actor.pk])


def end_service(random, actor, territory):
    FoodService.objects.filter(actor=actor).update(ended_on=timezone.localdate())
    refresh([actor.pk])


def remove_places(random, actor, territory):
    Stop.objects.filter(service__actor=actor).delete()
    Site.objects.filter(actor=actor, services=None).delete()
    refresh([actor.pk])


def publish(random, actor, territory):
    opened = random.random() < 0.6
    Directory.objects.filter(territory=territory).update(
        is_published=opened, published_at=timezone.now() if opened else None
    )
    refresh_territory(territory)


def merge(random, actor, territory):
    other = ActorFactory(territories=[territory])
    other.merged_into = actor
    other.save()
    refresh([actor.pk, other.pk])


STEPS = [add_service, add_site, change_entry, end_service, remove_places, publish, merge]
