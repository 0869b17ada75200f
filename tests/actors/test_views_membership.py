"""The pages of a structure's people and of the desk's tabs « Membres » and « Doublons »."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import subject_of
from actors.models import Actor, Joining, Member, Merge, NotDuplicate
from actors.operations import merging
from actors.operations.joining import INVITATION
from outbox import links
from outbox.models import Mail
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DirectoryFactory,
    JoiningFactory,
    MemberFactory,
    SiteFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
Access = Member.Access


@pytest.fixture
def territory():
    return TerritoryFactory(name="Ville-Fictive")


@pytest.fixture
def actor(territory):
    return ActorFactory(name="Entraide fictive", territories=[territory])


@pytest.fixture
def manager(actor):
    account = UserFactory(name="Camille Fictive", email="camille@exemple.test")
    return MemberFactory(actor=actor, user=account, name="Camille Fictive", email=account.email, access="manager")


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager.user)
    return client


@pytest.fixture
def as_coordinator(client, territory):
    client.force_login(CoordinatorFactory(territory=territory).user)
    return client


def page(name: str, *args) -> str:
    return reverse(f"membership:{name}", args=args)


# A structure's people -----------------------------------------------------------------------------


def test_the_people_of_a_structure(as_manager, actor, manager):
    MemberFactory(actor=actor, name="Awa Fictive", left_on=date(2026, 3, 1))
    MemberFactory(name="Quelqu’un d’ailleurs")
    JoiningFactory(actor=actor, name="Invitée Fictive")
    JoiningFactory(actor=actor, name="Demandeuse Fictive", is_claim=True, state="pending")
    JoiningFactory(actor=actor, name="Non Prouvée", is_claim=True)
    JoiningFactory(actor=actor, name="Refusée Fictive", state="refused")
    found = as_manager.get(page("actor", actor.pk))
    context = found.context
    assert [str(member) for member in context["present"]] == ["Camille Fictive"]
    assert [str(member) for member in context["gone"]] == ["Awa Fictive"]
    assert [one.name for one in context["claims"]] == ["Demandeuse Fictive"]
    assert [one.name for one in context["invitations"]] == ["Invitée Fictive"]
    for name in ("Quelqu’un d’ailleurs", "Non Prouvée", "Refusée Fictive"):
        assert name not in texts(found)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([], "n’a plus de membre actif"),
        ([{"access": "editor"}], "n’a pas de référent·e"),
        ([{"access": "manager"}], None),
    ],
)
def test_it_says_who_is_missing(as_coordinator, actor, members, words):
    for fields in members:
        MemberFactory(actor=actor, **fields)
    text = texts(as_coordinator.get(page("actor", actor.pk)))
    said = [one for one in ("n’a plus de membre actif", "n’a pas de référent·e") if one in text]
    assert said == ([words] if words else [])


def test_both_pages_of_members_lead_to_one_another(as_coordinator, territory, actor):
    listed = reverse("coordination:member_list", args=[territory.pk])
    assert page("actor", actor.pk) in texts(as_coordinator.get(listed))
    assert listed in texts(as_coordinator.get(page("actor", actor.pk)))


def test_one_is_invited_once(as_manager, actor, manager):
    form = {"name": "Awa Fictive", "email": "Awa@exemple.test", "role": "", "access": "editor"}
    assert as_manager.post(page("invite", actor.pk), form).status_code == 302
    assert Joining.objects.get().invited_by == manager.user
    assert "renvoyez-la" in refusals(as_manager.post(page("invite", actor.pk), form))["email"]
    assert Mail.objects.count() == 1


def test_who_cannot_be_invited(as_manager, actor, manager):
    JoiningFactory(actor=actor, email="demande@exemple.test", is_claim=True)
    form = {"name": "Awa", "role": "", "access": "editor"}
    for email, words in (("CAMILLE@exemple.test", "avec un compte"), ("demande@exemple.test", "demandé elle-même")):
        assert words in refusals(as_manager.post(page("invite", actor.pk), form | {"email": email}))["email"]
    without_account = MemberFactory(actor=actor)
    assert as_manager.post(page("invite", actor.pk), form | {"email": without_account.email}).status_code == 302


def test_rights_are_changed_and_one_who_gives_theirs_up_is_led_home(as_manager, actor, manager):
    other = MemberFactory(actor=actor)
    form = {"access": "manager", "role": "présidente"}
    answer = as_manager.post(page("member_access", other.pk), form)
    assert answer.url == page("actor", actor.pk)
    other.refresh_from_db()
    assert (other.access, other.role) == ("manager", "présidente")
    answer = as_manager.post(page("member_access", manager.pk), {"access": "attends", "role": ""})
    assert answer.url == page("mine")


@pytest.mark.parametrize("other", [None, "editor", "manager"])
def test_the_last_manager_is_told_before(as_manager, actor, manager, other):
    if other:
        MemberFactory(actor=actor, access=other)
    leaving = texts(as_manager.get(page("leave", actor.pk)))
    assert ("dernière personne" in leaving) == (other is None)
    assert ("seule personne référente" in leaving) == (other == "editor")
    changing = texts(as_manager.get(page("member_access", manager.pk)))
    assert ("seule personne référente" in changing) == (other != "manager")
    noting = texts(as_manager.get(page("member_left", manager.pk)))
    assert ("n’aurait plus" in noting) == (other != "manager")


def test_the_coordinator_s_own_page_tells_it_too(as_coordinator, territory, manager):
    address = reverse("coordination:member_left", args=[territory.pk, manager.pk])
    assert "n’aurait plus aucun membre" in texts(as_coordinator.get(address))


def test_one_leaves_and_what_they_did_stays(as_manager, actor, manager):
    assert as_manager.post(page("leave", actor.pk)).url == page("mine")
    manager.refresh_from_db()
    assert (manager.left_on, manager.user is None) == (timezone.localdate(), False)
    assert as_manager.get(page("actor", actor.pk)).status_code == 404
    assert as_manager.post(page("leave", actor.pk)).status_code == 404


def test_a_departure_is_noted_and_taken_back(as_manager, actor):
    member = MemberFactory(actor=actor)
    assert as_manager.post(page("member_left", member.pk), {"left_on": "2026-03-01"}).status_code == 302
    member.refresh_from_db()
    assert member.left_on == date(2026, 3, 1)
    as_manager.post(page("member_left", member.pk), {"left_on": ""})
    member.refresh_from_db()
    assert member.left_on is None


# Claims -------------------------------------------------------------------------------------------


def test_a_refusal_needs_a_reason(as_manager, actor):
    joining = JoiningFactory(actor=actor, is_claim=True, state="pending")
    answer = as_manager.post(page("decide", joining.pk), {"refuse": "1", "reason": ""})
    assert answer.context["refusal"].errors.keys() == {"reason"}
    assert not answer.context["approval"].is_bound
    joining.refresh_from_db()
    assert joining.state == "pending"


def test_who_comes_second_is_told_that_it_is_settled(as_manager, actor):
    joining = JoiningFactory(actor=actor, is_claim=True, state="pending")
    as_manager.post(page("decide", joining.pk), {"approve": "1", "access": "editor"})
    answer = as_manager.post(page("decide", joining.pk), {"refuse": "1", "reason": "Non"}, follow=True)
    assert "Cela vient d’être réglé" in texts(answer)
    joining.refresh_from_db()
    assert (joining.state, joining.decided_by) == ("accepted", Member.objects.get(access="manager").user)
    assert "a été acceptée" in texts(as_manager.get(page("decide", joining.pk)))


def test_an_invitation_is_not_decided_as_a_claim(as_manager, actor):
    assert as_manager.get(page("decide", JoiningFactory(actor=actor).pk)).status_code == 404


def test_who_is_signed_in_claims_with_their_account_s_address(client, territory):
    DirectoryFactory(territory=territory)
    actor = ActorFactory(territories=[territory], visibility="public")
    user = UserFactory(name="Awa Fictive", email="awa@exemple.test")
    client.force_login(user)
    form = {"name": "Awa Fictive", "email": "autre@exemple.test"}
    assert client.post(page("claim", actor.pk), form).status_code == 200
    assert [(one.email, one.state) for one in Joining.objects.all()] == [("awa@exemple.test", "pending")]


def test_the_links_of_a_merged_structure_open_nothing(client, actor):
    joining = JoiningFactory(actor=actor)
    token = links.make(purpose=INVITATION, subject=subject_of(joining), recipient=joining.email, days=3)
    Actor.objects.filter(pk=actor.pk).update(merged_into=ActorFactory())
    assert client.post(page("invitation", token), {"accept": "1"}).status_code == 404
    assert not Member.objects.exists()


# « Mes structures » -------------------------------------------------------------------------------


def test_my_structures(as_manager, actor, manager):
    attends = MemberFactory(user=manager.user, access="attends", actor__name="Relais fictif")
    MemberFactory(user=manager.user, left_on=date(2026, 1, 1), actor__name="Ancienne fictive")
    MemberFactory(user=manager.user, actor=ActorFactory(name="Réunie fictive", merged_into=actor))
    found = as_manager.get(page("mine"))
    assert [str(member.actor) for member in found.context["members"]] == ["Entraide fictive", "Relais fictif"]
    text = texts(found)
    assert reverse("entries:edit", args=[actor.pk]) in text
    assert reverse("entries:edit", args=[attends.actor_id]) not in text
    assert reverse("directory:entry", args=[attends.actor_id]) not in text  # not shown to them
    assert f'{page("actor", actor.pk)}"' in text
    assert f'{page("actor", attends.actor_id)}"' not in text


def test_a_member_without_territory_lands_there(client):
    client.force_login(MemberFactory(user=UserFactory()).user)
    assert client.get(reverse("coordination:mine")).url == page("mine")


# The desk -----------------------------------------------------------------------------------------


def test_what_the_desk_lists(as_coordinator, territory, actor, manager):
    inside = TerritoryFactory()
    inside.parents.add(territory)
    without = ActorFactory(territories=[territory])
    JoiningFactory(actor=ActorFactory(territories=[inside]), is_claim=True, state="pending")
    ActorFactory(territories=[territory], ended_on=date(2026, 1, 1))
    led_by_nobody = MemberFactory(actor__territories=[territory], access="attends").actor
    claim = JoiningFactory(actor=actor, is_claim=True, state="pending")
    invited = JoiningFactory(actor=actor)
    JoiningFactory(actor=actor, is_claim=True)
    JoiningFactory(is_claim=True, state="pending")
    context = as_coordinator.get(page("list", territory.pk)).context
    assert context["claims"] == [claim]
    assert context["invitations"] == [invited]
    assert context["without_manager"] == [led_by_nobody]
    assert list(context["page_obj"]) == [without]


def test_merges_and_differences_are_undone_from_the_desk(as_coordinator, territory):
    one, other, third = (ActorFactory(territories=[territory]) for _ in range(3))
    for actor in (one, other):
        SiteFactory(actor=actor)
    as_coordinator.post(
        reverse("duplicates:pair", args=[territory.pk, one.pk, other.pk]) + f"?garder={other.pk}", {"name": "kept"}
    )
    merge = Merge.objects.get()
    assert (merge.kept, merge.absorbed) == (other, one)
    as_coordinator.post(reverse("duplicates:undo", args=[territory.pk, merge.pk]))
    assert Merge.objects.undoable().count() == 0
    as_coordinator.post(reverse("duplicates:tell_apart", args=[territory.pk, third.pk, one.pk]))
    said = NotDuplicate.objects.get()
    assert (said.first, said.second) == (one, third)
    as_coordinator.post(reverse("duplicates:forget_difference", args=[territory.pk, said.pk]))
    assert NotDuplicate.objects.count() == 0


def test_one_does_not_merge_what_another_desk_keeps(client, territory):
    inside = TerritoryFactory()
    inside.parents.add(territory)
    here, there = (ActorFactory(territories=[one], visibility="professionals") for one in (territory, inside))
    client.force_login(CoordinatorFactory(territory=territory).user)
    pair = reverse("duplicates:pair", args=[territory.pk, here.pk, there.pk])
    assert client.post(pair, {"name": "kept"}).status_code == 403
    merge = merging.merge(kept=there, absorbed=ActorFactory(territories=[inside]), by=UserFactory(is_staff=True))
    assert client.post(reverse("duplicates:undo", args=[territory.pk, merge.pk])).status_code == 404
    elsewhere = reverse("duplicates:pair", args=[territory.pk, here.pk, ActorFactory().pk])
    assert client.post(elsewhere, {"name": "kept"}).status_code == 404


# As many queries for three as for one -------------------------------------------------------------


def more(territory, actor, manager) -> None:
    """One more of everything that the pages list."""
    MemberFactory(actor=actor, user=UserFactory())
    MemberFactory(actor=actor, user=UserFactory(), left_on=date(2026, 1, 1))
    JoiningFactory(actor=actor, invited_by=UserFactory())
    JoiningFactory(actor=actor, is_claim=True, state="pending")
    MemberFactory(user=manager.user, actor__territories=[territory], access="attends")
    twins = [ActorFactory(name=f"Relais {Actor.objects.count() // 10}", territories=[territory]) for _ in range(2)]
    apart = [ActorFactory(territories=[territory]) for _ in range(4)]
    SiteFactory(actor=twins[0])
    by = UserFactory(is_staff=True)
    merging.tell_apart(one=apart[0], other=apart[1], by=by)
    merging.merge(kept=apart[2], absorbed=apart[3], by=by)


def test_as_many_queries_for_three_as_for_one(client, territory, actor, manager):
    coordinator = CoordinatorFactory(territory=territory).user
    pages = {
        page("actor", actor.pk): manager.user,
        page("mine"): manager.user,
        page("list", territory.pk): coordinator,
        reverse("duplicates:list", args=[territory.pk]): coordinator,
    }

    def queries() -> dict[str, int]:
        more(territory, actor, manager)
        found = {}
        for address, user in pages.items():
            client.force_login(user)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found[address] = len(captured)
        return found

    queries()
    assert queries() == queries()
