"""Which entries look like one structure."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.duplicates import NEAR, Candidate, Name, Places, compare, look_alikes, nearness, pairs_within
from actors.models import Actor
from actors.operations import merging
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DirectoryFactory,
    MemberFactory,
    SiteFactory,
    TerritoryFactory,
    UserFactory,
)

HERE = {"city": "Fontaine-l’Exemple", "postcode": "00000"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Épicerie du Sablier", "epicerie DU SABLIER"),
        ("Épicerie du Sablier", "Sablier épicerie"),
        ("Épicerie du Sablier", "Épicerie du Sabilier"),
        ("Épicerie sociale du Sablier", "Épicerie solidaire du Sablier"),
        ("Entraide Fictive", "Association Entraide fictive de Fontaine"),
        ("Restos du Sablier", "Les Restaurants du Sablier"),
        ("CCAS de Fontaine", "Centre communal d’action sociale de Fontaine"),
        ("EFS", "Entraide fictive du Sablier"),
    ],
)
def test_near_names(one, other):
    assert nearness(Name.of(one), Name.of(other)) >= NEAR
    assert nearness(Name.of(other), Name.of(one)) == nearness(Name.of(one), Name.of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Épicerie du Sablier", "Boulangerie du Sablier"),
        ("CCAS de Fontaine", "CCAS de Bourg-Fictif"),
        ("Relais 11", "Relais 12"),
        ("Maison des familles", "Maison des jeunes"),
        ("", "Entraide"),
    ],
)
def test_names_apart(one, other):
    assert nearness(Name.of(one), Name.of(other)) < NEAR


def entry(name: str = "Entraide fictive", siret: str = "", **place) -> Candidate:
    places = Places(**{key: frozenset([value]) for key, value in place.items()})
    return Candidate(1, Name.of(name), siret, places)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (entry("Ceci", "12345678901234"), entry("Cela", "12345678901234", cities="ailleurs"), "même SIRET"),
        (entry(cities="fontaine"), entry(cities="fontaine"), "même nom, même commune"),
        (entry(postcodes="00000"), entry("Entraide fictiv", postcodes="00000"), "nom très proche, même commune"),
        (entry(cities="f", addresses="1 rue f"), entry(cities="f", addresses="1 rue f"), "même nom, même adresse"),
        (entry(siret="12345678900001"), entry(siret="12345678900002"), "même SIREN, même nom"),
        (entry(), entry(cities="fontaine"), "même nom"),
        (entry(cities="fontaine"), entry(cities="bourg"), None),
        (entry("Entraide"), entry("Entraide fictive"), None),
    ],
)
def test_why_they_look_alike(one, other, reason):
    found = compare(one, other)
    assert (found.reason if found else None) == reason


# While one types ----------------------------------------------------------------------------------


@pytest.fixture
def here(db):
    return TerritoryFactory()


@pytest.fixture
def keeper(here):
    return CoordinatorFactory(territory=here).user


def placed(name: str, territory, **fields) -> Actor:
    actor = ActorFactory(name=name, territories=[territory], **fields)
    SiteFactory(actor=actor, **HERE)
    return actor


def found(user, **typed) -> list[Actor]:
    return [one.actor for one in look_alikes(user, **typed)]


def test_what_is_typed_finds_its_like(here, keeper):
    like = placed("Épicerie du Sablier", here)
    placed("Boulangerie du Sablier", here)
    same = ActorFactory(name="Tout autre nom", siret="12345678901234", territories=[here])
    assert found(keeper, name="epicerie sabilier", territory=here, **HERE) == [like]
    assert found(keeper, siret="123 456 789 01234") == [same]
    assert found(keeper, name="épicerie du sablier", territory=here, exclude=like.pk) == []
    assert found(keeper, name="ép", territory=here) == []
    assert found(keeper) == []


def test_elsewhere_one_that_begins_the_same_is_found(here, keeper):
    elsewhere = placed("Épicerie du Sablier", TerritoryFactory(), visibility="public")
    assert found(keeper, name="Épicerie du Sablier", territory=here) == [elsewhere]


def test_only_what_one_may_read_is_shown(here, keeper):
    there = TerritoryFactory()
    hidden = placed("Épicerie du Sablier", there, siret="12345678901234")  # for the coordination alone
    shown = placed("Épicerie du Sablier", there, visibility="professionals")
    public = placed("Épicerie du Sablier", DirectoryFactory().territory, visibility="public")
    merged = placed("Épicerie du Sablier", here)
    Actor.objects.filter(pk=merged.pk).update(merged_into=shown)
    typed = {"name": "Épicerie du Sablier", "siret": "12345678901234", "territory": there}
    assert set(found(UserFactory(is_staff=True), **typed)) == {hidden, shown, public}
    assert set(found(keeper, **typed)) == {shown, public}
    assert set(found(MemberFactory(user=UserFactory()).user, **typed)) == {shown, public}
    assert found(UserFactory(), **typed) == [public]


def test_as_many_queries_for_three_as_for_one(here, keeper):
    def queries() -> int:
        placed("Épicerie du Sablier", here, siret="12345678901234")
        with CaptureQueriesContext(connection) as captured:
            look_alikes(keeper, name="Épicerie du Sablier", siret="12345678901234", territory=here, **HERE)
        return len(captured)

    assert queries() == queries() == queries()


# Among the entries of a territory -----------------------------------------------------------------


def couples(territory, user) -> list[set[Actor]]:
    return [{pair.first, pair.second} for pair in pairs_within(territory, user)]


def test_pairs_of_a_territory_the_likeliest_first(here, keeper):
    one, other = placed("Épicerie du Sablier", here), placed("Épicerie du Sabilier", here)
    first = ActorFactory(name="Ceci", siret="12345678901234", territories=[here])
    second = ActorFactory(name="Cela", siret="12345678901234", territories=[here])
    placed("Boulangerie de la Halle", here)
    placed("Épicerie du Sablier", TerritoryFactory())
    ended = placed("Épicerie du Sablier", here)
    Actor.objects.filter(pk=ended.pk).update(ended_on="2026-01-01")
    assert couples(here, keeper) == [{first, second}, {one, other}]


def test_pairs_that_one_does_not_keep_are_not_suggested(here, keeper):
    inside = TerritoryFactory()
    inside.parents.add(here)
    placed("Épicerie du Sablier", inside)
    placed("Épicerie du Sablier", here)
    assert couples(here, keeper) == []
    assert len(couples(here, UserFactory(is_staff=True))) == 1


def test_those_told_apart_are_not_suggested_again_until_it_is_forgotten(here, keeper):
    one, other = placed("Épicerie du Sablier", here), placed("Épicerie du Sablier", here)
    said = merging.tell_apart(one=other, other=one, by=keeper)
    assert couples(here, keeper) == []
    merging.forget_difference(said=said, by=keeper)
    assert couples(here, keeper) == [{one, other}]


def test_a_crowd_of_namesakes_hides_no_pair(here, keeper):
    for n in range(60):
        placed(f"Secours fictif {chr(97 + n % 26) * 4} {chr(97 + n // 26) * 5}", here)
    one, other = placed("Secours fictif Zibeline", here), placed("Secours fictif Zibelline", here)
    assert {one, other} in couples(here, keeper)


def test_as_many_queries_for_three_pairs_as_for_one(here, keeper):
    def queries(name: str) -> int:
        placed(name, here)
        placed(name, here)
        with CaptureQueriesContext(connection) as captured:
            pairs_within(here, keeper)
        return len(captured)

    assert queries("Épicerie") == queries("Boulangerie") == queries("Garage")
