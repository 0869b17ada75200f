"""Who opens which page of a territory's logbook, and who acts on it: every page, every role."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.models import Document, Mapping, WorkingGroup
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DiagnosticFactory,
    DocumentFactory,
    MappingFactory,
    MeetingFactory,
    MemberFactory,
    OtherActionFactory,
    ProjectFactory,
    SupportFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

KEPT = {
    "staff": 200,
    "coordinator": 200,
    "member": 403,
    "member who left": 404,
    "coordinator of another territory": 404,
    "steering reader": 404,
    "plain": 404,
    "anonymous": 302,
}
SHOWN_TO_MEMBERS = KEPT | {"member": 200}
HIDDEN_FROM_MEMBERS = KEPT | {"member": 404}
"""A record of its own territory that a member does not see."""
OF_ONE_WHO_COORDINATES = KEPT | {"staff": 404}

PAGES = {
    "territory": SHOWN_TO_MEMBERS,
    "timeline": KEPT,
    "log": KEPT,
    "record_list": KEPT,
    "bin": KEPT,
    "document_list": SHOWN_TO_MEMBERS,
    "document_add": KEPT,
    "member_list": KEPT,
    "actor_add": KEPT,
    "group_list": KEPT,
    "coordinator_list": KEPT,
    "coordination_leave": OF_ONE_WHO_COORDINATES,
    "inside": KEPT,
    "record_add cartographies": KEPT,
    "record_add diagnostics": KEPT,
    "record_add projets": KEPT,
    "record_add autres-actions": KEPT,
    "record_add soutiens": KEPT,
    "record mapping": KEPT,
    "record diagnostic": KEPT,
    "record project": KEPT,
    "record other_action": KEPT,
    "record support": KEPT,
    "record_edit mapping": KEPT,
    "record_edit diagnostic": KEPT,
    "record_edit project": KEPT,
    "record_delete mapping": KEPT,
    "record_history mapping": KEPT,
    "record_history document": KEPT,
    "record_restore deleted": KEPT,
    "diagnostic_compare diagnostic.pk": KEPT,
    "document document.pk": HIDDEN_FROM_MEMBERS,
    "document meeting_document.pk": SHOWN_TO_MEMBERS,
    "document_edit document.pk": KEPT,
    "document_delete document.pk": KEPT,
    "actor_edit actor.pk": KEPT,
    "member_add actor.pk": KEPT,
    "member_edit person.pk": KEPT,
    "member_left person.pk": KEPT,
    "group_edit group.pk": KEPT,
}
ACTIONS = {
    "record_delete mapping": KEPT,
    "record_restore deleted": KEPT,
    "document_delete document.pk": KEPT,
    "group_close group.pk": KEPT,
    "share": KEPT,
}


@pytest.fixture
def world():
    """A territory with one of each thing, and a person of each role."""
    territory, elsewhere = TerritoryFactory(), TerritoryFactory()
    actor = ActorFactory(territories=[territory])
    things = {
        "territory": territory,
        "actor": actor,
        "person": MemberFactory(actor=actor),
        "mapping": MappingFactory(territory=territory),
        "diagnostic": DiagnosticFactory(territory=territory),
        "project": ProjectFactory(territory=territory),
        "other_action": OtherActionFactory(territory=territory),
        "support": SupportFactory(territory=territory),
        "document": DocumentFactory(territory=territory),
        "meeting_document": DocumentFactory(territory=territory, meeting=MeetingFactory(territory=territory)),
        "deleted": MappingFactory(territory=territory, deleted_at=timezone.now()),
        "group": WorkingGroup.objects.create(territory=territory, name="Stockage"),
    }
    people = {
        "staff": UserFactory(is_staff=True),
        "coordinator": CoordinatorFactory(territory=territory).user,
        "member": MemberFactory(actor=actor, user=UserFactory()).user,
        "member who left": MemberFactory(actor=actor, user=UserFactory(), left_on=date(2025, 1, 1)).user,
        "coordinator of another territory": CoordinatorFactory(territory=elsewhere).user,
        "steering reader": UserFactory(is_steering_reader=True),
        "plain": UserFactory(),
        "anonymous": None,
    }
    CoordinatorFactory(territory=territory)
    return things, people, elsewhere


def address(page: str, things: dict, territory=None) -> str:
    """``record mapping``: by its slug and number; ``document document.pk``: by its number; else the word itself."""
    name, *words = page.split()
    arguments = [(territory or things["territory"]).pk]
    for word in words:
        if word.endswith(".pk"):
            arguments.append(things[word.removesuffix(".pk")].pk)
        elif word in things:
            arguments += [things[word].slug, things[word].pk]
        else:
            arguments.append(word)
    return reverse(f"coordination:{name}", args=arguments)


def sign_in(client, user) -> None:
    if user is not None:
        client.force_login(user)


@pytest.mark.parametrize("page", PAGES)
def test_pages(client, world, page):
    things, people, _ = world
    answers = {}
    for role, user in people.items():
        client.logout()
        sign_in(client, user)
        response = client.get(address(page, things))
        list(response)  # a file is closed once read
        answers[role] = response.status_code
    assert answers == PAGES[page]


@pytest.mark.parametrize("page", ACTIONS)
@pytest.mark.parametrize("role", KEPT)
def test_actions(client, world, page, role):
    things, people, _ = world
    sign_in(client, people[role])
    expected = {200: 302}.get(ACTIONS[page][role], ACTIONS[page][role])
    before = state(things)
    assert client.post(address(page, things)).status_code == expected
    assert (state(things) == before) is (ACTIONS[page][role] != 200)


def state(things) -> tuple:
    return (
        set(Mapping.objects.alive().values_list("pk")),
        set(Document.objects.alive().values_list("pk")),
        set(WorkingGroup.objects.filter(is_active=True).values_list("pk")),
        hasattr(type(things["territory"]).objects.get(pk=things["territory"].pk), "sharing"),
    )


@pytest.mark.parametrize("page", [page for page in PAGES if " " in page and not page.startswith("record_add")])
def test_a_record_is_not_found_under_another_territory(client, world, page):
    """Someone who coordinates both, or neither, never reads one's records under the other's address."""
    things, people, elsewhere = world
    for role in ("staff", "coordinator of another territory"):
        client.force_login(people[role])
        assert client.get(address(page, things, elsewhere)).status_code == 404


def test_what_acts_takes_no_get(client, world):
    things, people, _ = world
    client.force_login(people["coordinator"])
    for page in ("group_close group.pk", "share"):
        assert client.get(address(page, things)).status_code == 405


def test_landing(client, world):
    things, people, elsewhere = world
    here = reverse("coordination:territory", args=[things["territory"].pk])
    for role in ("coordinator", "member"):
        client.force_login(people[role])
        assert client.get(reverse("landing"), follow=True).redirect_chain[-1] == (here, 302)
    CoordinatorFactory(user=people["coordinator"], territory=elsewhere)
    client.force_login(people["coordinator"])
    mine = client.get(reverse("landing"), follow=True)
    assert mine.redirect_chain[-1] == (reverse("territories:my_territories"), 302)
    for territory in (things["territory"], elsewhere):
        assert f'href="{reverse("coordination:territory", args=[territory.pk])}"' in mine.content.decode()
    client.force_login(people["plain"])
    assert client.get(reverse("landing"), follow=True).redirect_chain[-1][0] == reverse("territories:my_territories")
    client.force_login(people["staff"])
    assert client.get(reverse("landing")).url == reverse("evaluation:evaluation_list")
