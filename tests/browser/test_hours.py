"""Typing opening hours in real browsers: rows come and go on the spot, and without JavaScript by a button."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import CoordinatorFactory, DirectoryFactory, FoodServiceFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator():
    return CoordinatorFactory(territory__name="Ville-Exemple")


@pytest.fixture
def service(coordinator):
    DirectoryFactory(territory=coordinator.territory)
    site = SiteFactory(actor__territories=[coordinator.territory])
    return FoodServiceFactory(site=site, opening_hours="Mo 09:00-12:00; We 14:00-16:00; PH off")


def open_hours(page, sign_in, coordinator, service) -> None:
    sign_in(page, coordinator.user)
    page.goto(reverse("entries:row", args=[service.actor_id, "hours", service.pk]))


def slot(page, number: int):
    return page.get_by_role("group", name=f"Créneau {number}", exact=True)


def fill(slot, days: list[str], starts: str, ends: str) -> None:
    for day in days:
        slot.get_by_label(day).check()
    slot.get_by_label("Début").fill(starts)
    slot.get_by_label("Fin").fill(ends)


def save(page, service) -> str:
    page.get_by_role("button", name="Enregistrer").last.click()
    page.wait_for_url(f"**{reverse('entries:edit', args=[service.actor_id])}*")
    service.refresh_from_db()
    return service.opening_hours


def test_slots_come_and_go_on_the_spot(page_at_each_width, sign_in, assert_accessible, coordinator, service):
    page = page_at_each_width
    open_hours(page, sign_in, coordinator, service)
    slot(page, 1).get_by_role("button", name="Vider").click()
    expect(slot(page, 1)).to_be_hidden()
    page.get_by_role("button", name="Un créneau de plus").click()
    expect(slot(page, 3).get_by_label("lundi")).to_be_focused()
    fill(slot(page, 3), ["jeudi", "samedi"], "10:00", "12:30")
    assert_accessible(page)
    assert save(page, service) == "We 14:00-16:00; Th,Sa 10:00-12:30; PH off"


def test_a_row_more_begins_blank_and_free_of_errors(page, sign_in, coordinator, service):
    open_hours(page, sign_in, coordinator, service)
    slot(page, 2).get_by_label("Fin").fill("13:00")
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Créneau 2, fin : La fin doit venir après le début.")
    page.get_by_role("button", name="Un créneau de plus").click()
    expect(slot(page, 3)).not_to_contain_text("Erreur")
    expect(slot(page, 3).get_by_label("mercredi")).not_to_be_checked()
    page.get_by_role("link", name="Créneau 2, fin").click()
    expect(slot(page, 2).get_by_label("Fin")).to_be_focused()


def test_when_a_slot_holds_is_asked_only_if_it_may_differ(page, sign_in, coordinator, service):
    open_hours(page, sign_in, coordinator, service)
    expect(slot(page, 1).get_by_label("Quand")).to_be_hidden()
    page.get_by_label("d’autres horaires, à donner dans les créneaux").check()
    slot(page, 2).get_by_label("Quand").select_option("pendant les vacances scolaires")
    assert save(page, service) == "Mo 09:00-12:00; SH off; SH We 14:00-16:00; PH off"


def test_enter_saves(page, sign_in, coordinator, service):
    open_hours(page, sign_in, coordinator, service)
    end = slot(page, 1).get_by_label("Fin")
    end.fill("12:30")
    end.press("Enter")
    page.wait_for_url(f"**{reverse('entries:edit', args=[service.actor_id])}*")
    service.refresh_from_db()
    assert service.opening_hours == "Mo 09:00-12:30; We 14:00-16:00; PH off"


def test_without_javascript(new_page, sign_in, assert_accessible, coordinator, service):
    page = new_page(java_script_enabled=False)
    open_hours(page, sign_in, coordinator, service)
    slot(page, 1).get_by_role("button", name="Vider").click()
    page.get_by_role("button", name="Un créneau de plus").click()
    fill(slot(page, 3), ["jeudi"], "10:00", "12:30")
    page.get_by_role("button", name="Relire en phrases").click()
    expect(page.get_by_text("Le jeudi de 10 h à 12 h 30.")).to_be_visible()
    assert save(page, service) == "We 14:00-16:00; Th 10:00-12:30; PH off"
