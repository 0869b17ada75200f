"""Structures, members, working groups, coordinators."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from actors.models import Actor, Member
from coordination.models import WorkingGroup
from territories.models import Coordinator
from tests.factories import ActorFactory, CoordinatorFactory, MemberFactory, TerritoryFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory(client):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)
    return coordinator.territory


def to(name: str, *arguments) -> str:
    return reverse(f"coordination:{name}", args=[getattr(argument, "pk", argument) for argument in arguments])


def test_add_a_structure_then_its_people(client, territory):
    response = client.post(to("actor_add", territory), {"name": "Épicerie fictive", "kind": "association"})
    actor = Actor.objects.get()
    assert list(actor.territories.all()) == [territory]
    assert response.url == to("member_add", territory, actor)
    response = client.post(response.url, {"name": "Léo", "email": "LEO@exemple.test", "another": "1"})
    assert response.url == to("member_add", territory, actor)
    (member,) = Member.objects.all()
    assert (member.actor, member.name, member.email, member.user) == (actor, "Léo", "leo@exemple.test", None)


def test_a_structure_is_named_once_in_a_territory(client, territory):
    ActorFactory(territories=[territory], name="Épicerie")
    ActorFactory(name="Ailleurs")
    response = client.post(to("actor_add", territory), {"name": "épicerie", "kind": "association"})
    assert list(response.context["form"].errors) == ["name"]
    assert client.post(to("actor_add", territory), {"name": "Ailleurs", "kind": "association"}).status_code == 302


def test_a_structure_that_looks_like_one_of_the_directory_is_asked_about(client, territory):
    ActorFactory(territories=[territory], name="Association L’Étal fictif")
    new = {"name": "Étal fictif", "kind": "association"}
    assert "déjà dans l’annuaire" in client.post(to("actor_add", territory), new).content.decode()
    assert Actor.objects.count() == 1
    assert client.post(to("actor_add", territory), new | {"is_other": "1"}).status_code == 302


def test_a_structure_that_was_merged_away_is_not_listed(client, territory):
    kept = ActorFactory(territories=[territory])
    merged = ActorFactory(territories=[territory], merged_into=kept)
    assert client.get(to("member_list", territory)).context["actors"] == [kept]
    assert client.get(to("actor_edit", territory, merged)).status_code == 404


def test_an_address_is_given_once_in_a_structure(client, territory):
    actor = ActorFactory(territories=[territory])
    MemberFactory(actor=actor, email="leo@exemple.test")
    MemberFactory(email="ana@exemple.test")
    response = client.post(to("member_add", territory, actor), {"name": "Autre", "email": "Leo@exemple.test"})
    assert list(response.context["form"].errors) == ["email"]
    assert client.post(to("member_add", territory, actor), {"name": "Ana", "email": "ana@exemple.test"}).url


def test_a_member_is_tied_to_the_account_with_the_same_address(client, territory):
    actor, user = ActorFactory(territories=[territory]), UserFactory(email="ana@exemple.test")
    client.post(to("member_add", territory, actor), {"name": "Ana", "email": "Ana@exemple.test"})
    member = Member.objects.get()
    assert member.user == user
    client.post(to("member_edit", territory, member), {"name": "Ana", "email": "autre@exemple.test"})
    member.refresh_from_db()
    assert member.user is None


def test_who_left_no_longer_opens_the_territory(client, territory):
    user = UserFactory(email="ana@exemple.test")
    member = MemberFactory(actor=ActorFactory(territories=[territory]), user=user, email=user.email)
    today = timezone.localdate()
    tomorrow = {"left_on": (today + timedelta(days=1)).isoformat()}
    assert list(client.post(to("member_left", territory, member), tomorrow).context["form"].errors) == ["left_on"]
    client.post(to("member_left", territory, member), {"left_on": today.isoformat()})
    client.force_login(user)
    assert client.get(to("territory", territory)).status_code == 404
    client.force_login(territory.coordinators.get().user)
    client.post(to("member_left", territory, member), {"left_on": ""})
    client.force_login(user)
    assert client.get(to("territory", territory)).status_code == 200


def test_the_list_shows_the_territory_s_own_people(client, territory):
    actor = ActorFactory(territories=[territory])
    present, gone = MemberFactory(actor=actor), MemberFactory(actor=actor, left_on=date(2025, 1, 1))
    MemberFactory(actor=ActorFactory(territories=[TerritoryFactory()]))
    (found,) = client.get(to("member_list", territory)).context["actors"]
    assert (found, found.present, found.gone) == (actor, [present], [gone])


def test_queries_of_the_list_do_not_grow(client, territory, django_assert_num_queries):
    def fill() -> None:
        actor = ActorFactory(territories=[territory])
        MemberFactory(actor=actor)
        MemberFactory(actor=actor, left_on=date(2025, 1, 1))

    fill()
    with django_assert_num_queries(7):
        client.get(to("member_list", territory))
    fill()
    fill()
    with django_assert_num_queries(7):
        client.get(to("member_list", territory))


def test_working_groups(client, territory):
    client.post(to("group_list", territory), {"name": "Stockage", "theme": "logistics"})
    group = WorkingGroup.objects.get()
    assert (group.territory, group.theme) == (territory, "logistics")
    again = client.post(to("group_list", territory), {"name": "stockage"})
    assert list(again.context["form"].errors) == ["name"]
    client.post(to("group_edit", territory, group), {"name": "Frigo"})
    client.post(to("group_close", territory, group), {"close": ""})
    group.refresh_from_db()
    assert (group.name, group.is_active) == ("Frigo", False)
    client.post(to("group_close", territory, group), {"open": ""})
    group.refresh_from_db()
    assert group.is_active


def test_invite_a_colleague(client, territory, mail_server, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(to("coordinator_list", territory), {"email": "Lou@exemple.test", "name": "Lou", "notify": "on"})
    user = User.objects.get(email="lou@exemple.test")
    assert not user.is_staff
    assert list(user.coordinations.values_list("territory", flat=True)) == [territory.pk]
    (mail,) = mail_server.messages
    assert mail["To"] == "lou@exemple.test"
    again = client.post(to("coordinator_list", territory), {"email": "lou@exemple.test"})
    assert list(again.context["form"].errors) == ["email"]


def test_hand_over_then_leave(client, territory):
    CoordinatorFactory(territory=territory)
    mine = Coordinator.objects.get(user=int(client.session["_auth_user_id"]))
    page = client.get(to("coordination_leave", territory))
    assert not page.context["is_last"]
    assert client.post(to("coordination_leave", territory)).status_code == 302
    assert not Coordinator.objects.filter(pk=mine.pk).exists()
    assert client.get(to("territory", territory)).status_code == 404


def test_nobody_leaves_last_without_having_read_that_they_do(client, territory):
    page = client.get(to("coordination_leave", territory))
    assert "dernière personne à coordonner" in page.content.decode()
    refused = client.post(to("coordination_leave", territory))
    assert refused.status_code == 200
    assert territory.coordinators.exists()
    client.post(to("coordination_leave", territory), {"confirm": "on"})
    assert not territory.coordinators.exists()
