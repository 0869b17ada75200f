"""The first page of a territory, its timeline, and what needs attention there."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.attention import standing_of
from coordination.models import MutualisationProject
from coordination.warnings import Fact
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    CoordinatorFactory,
    DiagnosticFactory,
    DocumentFactory,
    FundingLineFactory,
    MappingFactory,
    MeetingFactory,
    MemberFactory,
    OtherActionFactory,
    ProjectFactory,
    SupportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def territory(coordinator):
    return coordinator.territory


def at(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def fill(territory) -> None:
    """One of each thing that the first page shows, and as much of another territory, and deleted."""
    for one in (territory, CoordinatorFactory().territory):
        for deleted in (None, timezone.now()):
            common = {"territory": one, "deleted_at": deleted}
            MeetingFactory(**common, starts_at=at(-30))
            MeetingFactory(**common, status="planned", starts_at=at(-3))
            MeetingFactory(**common, status="planned", starts_at=at(3))
            MeetingFactory(**common, status="cancelled", starts_at=at(-2))
            member = MemberFactory(actor=ActorFactory(territories=[one]))
            ActionItemFactory(**common, due_on=at(-5).date(), owner_member=member)
            ActionItemFactory(**common, due_on=at(5).date())
            FundingLineFactory(project=ProjectFactory(**common), deadline=at(10).date())
            SupportFactory(**common, mandate_end=at(60).date())
            DocumentFactory(**common)


def test_the_first_page(client, territory):
    fill(territory)
    context = client.get(reverse("coordination:territory", args=[territory.pk])).context
    meetings = territory.meetings.alive()
    assert context["next_meeting"] == meetings.get(status="planned", starts_at__gt=timezone.now())
    assert context["to_write_up"] == [meetings.get(status="planned", starts_at__lt=timezone.now())]
    assert context["overdue"] == [territory.actionitems.alive().get(due_on__lt=timezone.localdate())]
    assert context["documents"] == list(territory.documents.alive())
    assert {entry.record.territory for entry in context["latest"]} == {territory}
    assert [sign.code for sign in context["signs"]] == ["funding_deadline", "term"]


def test_an_empty_logbook_says_how_to_begin(client, territory):
    response = client.get(reverse("coordination:territory", args=[territory.pk]))
    assert "Le journal est vide" in response.content.decode()
    assert [sign.code for sign in response.context["signs"]] == ["no_meeting", "no_support"]


def test_facts(coordinator, territory):
    today = timezone.localdate()
    old = ProjectFactory(territory=territory, title="Frigo")
    MutualisationProject.objects.filter(pk=old.pk).update(changed_at=at(-300))
    FundingLineFactory(project=old, deadline=today, paid=None)
    FundingLineFactory(project=old, deadline=today, paid=100)
    FundingLineFactory(project=ProjectFactory(territory=territory, stage="abandoned"), deadline=today)
    FundingLineFactory(project=ProjectFactory(territory=territory, deleted_at=at(0)), deadline=today)
    SupportFactory(territory=territory, elected_lead="Solidarités", mandate_end=today - timedelta(days=1))
    facts = standing_of(territory, today).facts
    address = old.get_absolute_url()
    assert facts.funding_deadlines == [Fact("Mieux manger pour tous (MMPT), Frigo", today, address)]
    assert facts.projects == [Fact("Frigo", timezone.localdate(at(-300)), address)]
    assert [fact.title for fact in facts.terms] == ["Fin du mandat (Solidarités)"]
    assert not facts.has_support
    assert facts.last_meeting is None
    SupportFactory(territory=territory)
    held = MeetingFactory(territory=territory, starts_at=at(-30))
    MeetingFactory(territory=territory, starts_at=at(-40))
    facts = standing_of(territory, today).facts
    assert facts.has_support
    assert facts.last_meeting == held.day


def test_a_member_sees_its_meetings_and_its_own_actions_alone(client, territory):
    fill(territory)
    project = ProjectFactory(territory=territory, title="Projet caché")
    member = MemberFactory(actor=ActorFactory(territories=[territory]), user=UserFactory())
    mine = ActionItemFactory(territory=territory, owner_member=member)
    client.force_login(member.user)
    response = client.get(reverse("coordination:territory", args=[territory.pk]))
    assert response.context["actions"] == [mine]
    assert response.context["held"] == list(territory.meetings.held())
    assert response.context["to_come"] == list(territory.meetings.to_come())
    assert project.title not in response.content.decode()
    assert reverse("coordination:log", args=[territory.pk]) not in response.content.decode()


def test_the_first_page_links_the_reader_s_other_territories(client, coordinator, territory):
    other = CoordinatorFactory(user=coordinator.user).territory
    CoordinatorFactory()
    context = client.get(reverse("coordination:territory", args=[territory.pk])).context
    assert context["scope"].others == [other]


def test_queries_of_the_first_page_do_not_grow(client, territory, django_assert_max_num_queries):
    address = reverse("coordination:territory", args=[territory.pk])
    fill(territory)
    with django_assert_max_num_queries(40) as one:
        client.get(address)
    fill(territory)
    fill(territory)
    with django_assert_max_num_queries(40) as three:
        client.get(address)
    assert len(three) == len(one)


def test_timeline(client, territory):
    session = date(2024, 5, 1)
    MappingFactory(territory=territory, title="Carte", started_on=date(2023, 1, 1), finished_on=session)
    DiagnosticFactory(territory=territory, title="Diagnostic", started_on=date(2026, 2, 1))
    OtherActionFactory(territory=territory, title="Sans date")
    MeetingFactory(territory=territory, title="Réunion")
    MappingFactory(title="Ailleurs", finished_on=session)
    MappingFactory(territory=territory, title="Supprimée", finished_on=session, deleted_at=timezone.now())
    address = reverse("coordination:timeline", args=[territory.pk])

    def titles(query: str = "") -> list[tuple[int, list[str]]]:
        years = client.get(f"{address}{query}").context["years"]
        return [(year, [str(entry.record) for entry in entries]) for year, entries in years]

    undated = (timezone.localdate().year, ["Sans date"])
    if undated[0] == 2026:
        assert titles() == [(2026, ["Sans date", "Réunion", "Diagnostic"]), (2024, ["Carte"])]
    else:
        assert titles() == [undated, (2026, ["Réunion", "Diagnostic"]), (2024, ["Carte"])]
    assert titles("?type=cartographies") == [(2024, ["Carte"])]
    assert titles("?annee=2024") == [(2024, ["Carte"])]
    assert titles("?type=reunions&annee=2024") == []
    assert titles("?type=n-importe-quoi") == titles()
