"""What the database refuses of structures and directories, and whom each question finds."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from actors.models import Actor, Directory, is_professional
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DirectoryFactory,
    MemberFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("wrong", [{"siret": "7328293200007"}, {"siret": "7328293200007A"}, {"uid": ""}])
def test_identifiers_are_identifiers(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        ActorFactory(**wrong)


def test_an_identifier_is_given_once():
    first = ActorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ActorFactory(uid=first.uid)


def test_an_entry_is_not_merged_into_itself():
    actor = ActorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Actor.objects.filter(pk=actor.pk).update(merged_into=actor)


def test_a_directory_that_is_published_says_since_when():
    with pytest.raises(IntegrityError), transaction.atomic():
        Directory.objects.create(territory=TerritoryFactory(), is_published=True)


def test_a_directory_is_its_territorys_only_one():
    first = DirectoryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Directory.objects.create(territory=first.territory)


def test_a_name_is_searched_without_accents_also_when_it_alone_is_saved():
    actor = ActorFactory(name="Épicerie L’Étal")
    assert actor.search_name == "epicerie l etal"
    before = actor.changed_at
    actor.name = "Le Cœur"
    actor.save(update_fields=["name"])
    actor.refresh_from_db()
    assert actor.search_name == "le coeur"
    assert actor.changed_at > before


def test_those_at_work():
    today = date(2026, 5, 4)
    active = ActorFactory()
    to_end = ActorFactory(ended_on=date(2026, 5, 5))
    ended = ActorFactory(ended_on=today)
    ActorFactory(merged_into=active)
    assert set(Actor.objects.active(today)) == {active, to_end}
    assert set(Actor.objects.listed()) == {active, to_end, ended}
    assert ActorFactory.build(ended_on=timezone.localdate()).has_ended


def test_those_of_a_territory_and_of_what_is_inside_it():
    city, grouping = TerritoryFactory(), TerritoryFactory()
    city.parents.add(grouping)
    both = ActorFactory(territories=[city, grouping])
    in_city = ActorFactory(territories=[city])
    ActorFactory(territories=[TerritoryFactory()])
    assert list(Actor.objects.of(grouping)) == [both, in_city]
    assert list(Actor.objects.of(city)) == [both, in_city]


# Who reads which entries --------------------------------------------------------------------------


@pytest.fixture
def world():
    territory = TerritoryFactory()
    actors = {
        name: ActorFactory(territories=[territory], visibility=name)
        for name in ("public", "professionals", "coordination")
    }
    return {"territory": territory, **actors}


READERS = {
    "nobody": lambda world: AnonymousUser(),
    "plain": lambda world: UserFactory(),
    "staff": lambda world: UserFactory(is_staff=True),
    "steering": lambda world: UserFactory(is_steering_reader=True),
    "coordinator": lambda world: CoordinatorFactory(territory=world["territory"]).user,
    "coordinator elsewhere": lambda world: CoordinatorFactory().user,
    "editor": lambda world: MemberFactory(actor=world["coordination"], user=UserFactory()).user,
    "attends": lambda world: MemberFactory(actor=world["coordination"], user=UserFactory(), access="attends").user,
    "left": lambda world: MemberFactory(actor=world["coordination"], user=UserFactory(), left_on=date(2026, 1, 1)).user,
}
ALL = {"public", "professionals", "coordination"}


@pytest.mark.parametrize(
    ("reader", "seen", "seen_once_published"),
    [
        ("nobody", set(), {"public"}),
        ("plain", set(), {"public"}),
        ("left", set(), {"public"}),
        ("steering", ALL - {"coordination"}, ALL - {"coordination"}),
        ("coordinator elsewhere", ALL - {"coordination"}, ALL - {"coordination"}),
        ("attends", ALL - {"coordination"}, ALL - {"coordination"}),
        ("editor", ALL, ALL),
        ("coordinator", ALL, ALL),
        ("staff", ALL, ALL),
    ],
)
def test_who_reads_which_entries(world, reader, seen, seen_once_published):
    user = READERS[reader](world)
    mine = Actor.objects.of(world["territory"])
    assert {actor.visibility for actor in mine.visible_to(user)} == seen
    DirectoryFactory(territory=world["territory"])
    assert {actor.visibility for actor in mine.visible_to(user)} == seen_once_published


@pytest.mark.parametrize(
    ("reader", "edited"),
    [
        ("nobody", set()),
        ("plain", set()),
        ("left", set()),
        ("attends", set()),
        ("steering", set()),
        ("coordinator elsewhere", set()),
        ("editor", {"coordination"}),
        ("coordinator", ALL),
        ("staff", ALL),
    ],
)
def test_who_edits_which_entries(world, reader, edited):
    user = READERS[reader](world)
    assert {actor.visibility for actor in Actor.objects.of(world["territory"]).edited_by(user)} == edited


def test_a_member_of_what_was_merged_away_is_no_professional():
    user = MemberFactory(user=UserFactory(), actor__merged_into=ActorFactory()).user
    assert not is_professional(user)
