"""The desk of the booklet, at each width, and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from actors.models import BookletPrint
from tests.factories import ActorFactory, BookletPrintFactory, CoordinatorFactory, FoodServiceFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator():
    coordinator = CoordinatorFactory(territory__name="Ville-Exemple")
    actor = ActorFactory(territories=[coordinator.territory], visibility="public")
    FoodServiceFactory(site=SiteFactory(actor=actor), opening_hours="Mo 09:00-12:00")
    return coordinator


def test_the_desk_is_accessible(page_at_each_width, sign_in, assert_accessible, coordinator):
    page = page_at_each_width
    BookletPrintFactory(territory=coordinator.territory)
    BookletPrintFactory(territory=coordinator.territory, state="failed", reason="Interrompu.")
    sign_in(page, coordinator.user)
    page.goto(reverse("booklet:desk", args=[coordinator.territory.pk]))
    page.get_by_text("Seulement certains types").click()
    page.get_by_text("Choisir les structures à cocher").click()
    assert_accessible(page)
    BookletPrintFactory(territory=coordinator.territory, state="running", content=None)
    page.reload()
    expect(page.get_by_label("Mise en page")).to_be_visible()
    assert_accessible(page)


def test_ask_for_a_booklet_without_javascript(new_page, sign_in, coordinator):
    page = new_page(390, java_script_enabled=False)
    sign_in(page, coordinator.user)
    page.goto(reverse("booklet:desk", args=[coordinator.territory.pk]))
    page.get_by_label("les professionnel·les").check()
    page.get_by_role("button", name="Composer le livret").click()
    expect(page.get_by_text("Le livret se prépare")).to_be_visible()
    assert BookletPrint.objects.get().for_professionals
