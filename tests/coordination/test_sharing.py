"""What the territories around see: figures, and of those who do not share, totals that tell nobody apart."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from coordination import sharing
from coordination.models import Sharing
from tests.factories import CoordinatorFactory, MeetingFactory, ProjectFactory, TerritoryFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture
def department():
    return TerritoryFactory(kind="department", name="Département-Exemple")


def part(department, *, shares: bool = False, meetings: int = 0, projects: int = 0, **fields):
    territory = TerritoryFactory(**fields)
    territory.parents.add(department)
    CoordinatorFactory(territory=territory)
    if shares:
        Sharing.objects.create(territory=territory, shares_records=True)
    for _ in range(meetings):
        MeetingFactory(territory=territory)
    for _ in range(projects):
        ProjectFactory(territory=territory)
    return territory


def test_who_shares_is_shown_with_its_figures(department):
    territory = part(department, shares=True, meetings=2, projects=1)
    MeetingFactory(territory=territory, starts_at=datetime(2025, 6, 14, 8, tzinfo=UTC))
    MeetingFactory(territory=territory, status="planned", starts_at=datetime(2026, 6, 1, 8, tzinfo=UTC))
    MeetingFactory(territory=territory, deleted_at=datetime(2026, 6, 1, 8, tzinfo=UTC))
    ProjectFactory(territory=territory, stage="abandoned")
    ProjectFactory(territory=territory, deleted_at=datetime(2026, 6, 1, 8, tzinfo=UTC))
    found = sharing.inside(department, TODAY)
    assert found.shared == [sharing.Inside(territory, meetings=2, projects=1, last_meeting=date(2026, 5, 5))]
    assert (found.unshared, found.counted, found.meetings, found.projects) == ([], 1, 2, 1)


def test_a_meeting_of_the_same_day_a_year_ago_counts(department):
    territory = part(department, shares=True)
    MeetingFactory(territory=territory, starts_at=datetime(2025, 6, 14, 22, 30, tzinfo=UTC))  # the 15th in Paris
    assert sharing.inside(department, TODAY).meetings == 1


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_unshared_ones_are_left_out_of_the_totals(department, count):
    """Else the total less the shared ones would tell their figures, or each of two the other's."""
    part(department, shares=True, meetings=1, projects=1)
    hidden = [part(department, meetings=5, projects=3) for _ in range(count)]
    found = sharing.inside(department, TODAY)
    assert (found.counted, found.meetings, found.projects, found.leaves_out) == (1, 1, 1, True)
    assert found.unshared == hidden


def test_three_unshared_ones_are_in_the_totals_only(department):
    part(department, shares=True, meetings=1, projects=1)
    for _ in range(3):
        part(department, meetings=2, projects=1)
    found = sharing.inside(department, TODAY)
    assert (found.counted, found.meetings, found.projects, found.leaves_out) == (4, 7, 4, False)
    assert len(found.shared) == 1


def test_only_coordinated_territories_inside_count(department):
    part(TerritoryFactory(kind="department"), shares=True, meetings=1)
    without = TerritoryFactory()
    without.parents.add(department)
    MeetingFactory(territory=without)
    assert sharing.inside(department, TODAY) == sharing.Aggregates([], [], 0, 0, 0)


def test_the_page_says_nothing_of_who_does_not_share(client, department):
    coordinator = CoordinatorFactory(territory=department)
    part(department, shares=True, name="Ville-Qui-Partage", meetings=1)
    secret = part(department, name="Ville-Discrète")
    MeetingFactory(territory=secret, title="Réunion secrète", starts_at=datetime(2026, 4, 17, 8, tzinfo=UTC))
    ProjectFactory(territory=secret, title="Projet secret")
    client.force_login(coordinator.user)
    page = client.get(reverse("coordination:inside", args=[department.pk])).content.decode()
    assert "Ville-Discrète" in page
    assert not [word for word in ("Réunion secrète", "Projet secret", "17 avril") if word in page]
    for name in ("territory", "record_list", "document_list", "timeline"):
        assert client.get(reverse(f"coordination:{name}", args=[secret.pk])).status_code == 404


def test_sharing_opens_no_logbook(client, department):
    coordinator = CoordinatorFactory(territory=department)
    shared = part(department, shares=True)
    client.force_login(coordinator.user)
    assert client.get(reverse("coordination:territory", args=[shared.pk])).status_code == 404


def test_a_territory_switches_sharing_on_and_off(client, department):
    territory = part(department)
    client.force_login(territory.coordinators.get().user)
    address = reverse("coordination:share", args=[territory.pk])
    client.post(address, {"share": ""})
    assert len(sharing.inside(department, TODAY).shared) == 1
    client.post(address, {"share": ""})
    client.post(address, {"stop": ""})
    assert sharing.inside(department, TODAY).shared == []
    name = "montrer ses chiffres aux territoires qui l’englobent"
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.changes for entry in entries] == [{name: ["non", "oui"]}, {name: ["oui", "non"]}]


def test_queries_do_not_grow_with_the_territories(department, django_assert_num_queries):
    part(department, shares=True, meetings=1, projects=1)
    with django_assert_num_queries(4):
        sharing.inside(department, TODAY)
    part(department, meetings=1)
    part(department, shares=True, projects=1)
    with django_assert_num_queries(4):
        sharing.inside(department, TODAY)
