"""The pages of a territory's logbook, at each width: nothing for axe to find; rows are added without JavaScript."""

import pytest
from django.urls import reverse

from coordination.models import Diagnostic, Need
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
    ProjectFactory,
    SupportFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator():
    return CoordinatorFactory(territory__name="Ville-Exemple")


def test_every_page_is_accessible(page_at_each_width, sign_in, assert_accessible, coordinator):
    page, territory = page_at_each_width, coordinator.territory
    actor = ActorFactory(territories=[territory])
    member = MemberFactory(actor=actor)
    MeetingFactory(territory=territory)
    ActionItemFactory(territory=territory)
    DiagnosticFactory(territory=territory, finished_on="2023-01-01")
    diagnostic = DiagnosticFactory(territory=territory, finished_on="2026-01-01")
    Need.objects.create(diagnostic=diagnostic, source="concerned", theme="Fruits")
    project = ProjectFactory(territory=territory)
    FundingLineFactory(project=project, asked=3000)
    support, mapping = SupportFactory(territory=territory), MappingFactory(territory=territory)
    DocumentFactory(territory=territory)
    deleted = MappingFactory(territory=territory)
    sign_in(page, coordinator.user)
    delete = reverse("coordination:record_delete", args=[territory.pk, deleted.slug, deleted.pk])
    page.goto(delete)
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Mettre à la corbeille").click()
    assert_accessible(page)
    plain = "territory timeline log record_list bin document_list document_add member_list actor_add group_list"
    addresses = [
        *(reverse(f"coordination:{name}", args=[territory.pk]) for name in plain.split()),
        *(reverse(f"coordination:{name}", args=[territory.pk]) for name in ("coordinator_list", "inside")),
        reverse("coordination:coordination_leave", args=[territory.pk]),
        reverse("coordination:member_edit", args=[territory.pk, member.pk]),
        reverse("coordination:member_left", args=[territory.pk, member.pk]),
        reverse("coordination:member_add", args=[territory.pk, actor.pk]),
        reverse("coordination:diagnostic_compare", args=[territory.pk, diagnostic.pk]),
        reverse("coordination:record_edit", args=[territory.pk, project.slug, project.pk]),
        reverse("coordination:record_add", args=[territory.pk, "diagnostics"]),
        reverse("coordination:record_history", args=[territory.pk, deleted.slug, deleted.pk]),
        *(record.get_absolute_url() for record in (diagnostic, project, support, mapping)),
    ]
    for address in addresses:
        page.goto(address)
        assert_accessible(page)


def test_log_a_diagnostic_without_javascript(new_page, sign_in, coordinator):
    page = new_page(390, java_script_enabled=False)
    sign_in(page, coordinator.user)
    page.goto(reverse("coordination:territory", args=[coordinator.territory.pk]))
    page.get_by_role("link", name="Consigner", exact=True).click()
    page.get_by_role("link", name="Un diagnostic").click()
    page.get_by_label("Intitulé").fill("Diagnostic fictif")
    page.get_by_label("Besoin", exact=True).fill("Fruits frais")
    page.get_by_label("Exprimé par").select_option("concerned")
    page.get_by_role("button", name="Ajouter un besoin").click()
    page.get_by_label("Besoin", exact=True).nth(1).fill("Lait infantile")
    page.get_by_label("Exprimé par").nth(1).select_option("associations")
    page.get_by_label("Intitulé").press("Enter")
    page.get_by_role("heading", name="Diagnostic fictif").wait_for()
    diagnostic = Diagnostic.objects.get()
    assert {need.theme for need in diagnostic.needs.all()} == {"Fruits frais", "Lait infantile"}
    page.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Mettre à la corbeille").click()
    page.get_by_role("link", name="Annuler la suppression").click()
    page.get_by_role("button", name="Rétablir").click()
    page.get_by_role("heading", name="Diagnostic fictif").wait_for()
    assert Diagnostic.objects.alive().get() == diagnostic
