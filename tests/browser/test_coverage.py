"""Coverage at each width, and from a hole on the page to a gap in a diagnosis, without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coordination.models import Diagnostic
from tests.factories import ActorFactory, CoordinatorFactory, DiagnosticFactory, FoodServiceFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator():
    return CoordinatorFactory(territory__name="Ville-Exemple", territory__kind="commune")


@pytest.fixture
def address(coordinator):
    return reverse("coverage:coverage", args=[coordinator.territory.pk])


def service(coordinator, hours, quarter, latitude):
    actor = ActorFactory(territories=[coordinator.territory])
    site = SiteFactory(actor=actor, quarter=quarter, latitude=latitude, longitude=2.4)
    FoodServiceFactory(actor=actor, site=site, opening_hours=hours, name=f"Distribution fictive {quarter}")


def test_the_page_is_accessible(page_at_each_width, sign_in, assert_accessible, coordinator, address):
    page = page_at_each_width
    sign_in(page, coordinator.user)
    page.goto(address)
    assert_accessible(page)
    service(coordinator, "Mo-Fr 09:00-12:00; Aug off", "Centre", 48.9)
    service(coordinator, "week 1-53/2 Tu 14:00-16:00", "Moulins", 48.91)
    DiagnosticFactory(territory=coordinator.territory)
    page.goto(address)
    page.locator(".leaflet-marker-icon").first.wait_for()
    assert_accessible(page)
    page.get_by_text("Types d’aide comptés").first.click()
    assert_accessible(page)


def test_a_hole_goes_into_a_diagnosis(new_page, sign_in, coordinator, address):
    service(coordinator, "Mo-Sa 08:00-20:00", "Centre", 48.9)
    page = new_page(390, java_script_enabled=False)
    sign_in(page, coordinator.user)
    page.goto(address)
    expect(page.get_by_role("checkbox", name="Dimanche toute la journée")).to_be_checked()
    page.get_by_role("button", name="Enregistrer dans un diagnostic").click()
    expect(page.get_by_role("heading", name="Couverture de l’aide alimentaire")).to_be_visible()
    assert [gap.text for gap in Diagnostic.objects.get().gaps.all()] == ["Dimanche toute la journée"]
    page.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Mettre à la corbeille").click()
    page.get_by_role("link", name="Annuler la suppression").click()
    page.get_by_role("button", name="Rétablir").click()
    assert Diagnostic.objects.alive().count() == 1
