"""The week in a browser: in each language, at both widths, folded on a phone, and prepared by its coordinator."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import NARROW
from tests.factories import ActorFactory, CoordinatorFactory, DirectoryFactory, FoodServiceFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def territory():
    territory = DirectoryFactory(territory__name="Fontaine-l’Exemple").territory
    for kind, hours in {
        "hot_meal": "Mo-Su 12:00-13:30",
        "food_parcel": "week 01-53/2 Mo-Su 09:00-11:00; 2026 Dec 24 off",
        "clothing": "",
    }.items():
        actor = ActorFactory(territories=[territory], visibility="public", phone="01 99 00 12 01")
        FoodServiceFactory(
            site=SiteFactory(actor=actor),
            kind=kind,
            opening_hours=hours,
            fee="free",
            publics=["women"],
            hours_note="Sonnez à l’entrée.",
        )
    return territory


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
@pytest.mark.parametrize("name", ["week", "embed"])
def test_the_week_is_accessible(page_at_each_width, territory, assert_accessible, name, language):
    page = page_at_each_width
    page.goto(f"{reverse(f'week:{name}', args=[territory.slug])}?langue={language}")
    expect(page.locator(".week")).to_have_attribute("lang", language)
    expect(page.locator(".week")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert_accessible(page)


def test_a_coordinator_makes_an_edition(page_at_each_width, territory, sign_in, assert_accessible):
    page = page_at_each_width
    sign_in(page, CoordinatorFactory(territory=territory).user)
    page.goto(reverse("week:prepare", args=[territory.pk]))
    page.get_by_text("tout ce qui est public").click()
    assert_accessible(page)
    page.get_by_role("checkbox", name="repas chaud").check()
    page.get_by_role("button", name="Voir").click()
    expect(page.get_by_text("1 lieu, dont 1 ouvert")).to_be_visible()
    page.get_by_label("Qui appeler").fill("CCAS fictif, 01 99 00 00 00")
    page.get_by_role("button", name="Faire une édition").click()
    expect(page.get_by_text("L’édition n° 1 est faite")).to_be_visible()
    expect(page.get_by_role("link", name="A4 édition 1, Français")).to_be_visible()
    assert_accessible(page)


# Folded on a phone ---------------------------------------------------------------------------------------------------

DAYS = "details.week-day"
FOLDED = f"{DAYS}.folds:not([open])"


def test_days_are_open_where_there_is_room(page, territory):
    page.goto(reverse("week:week", args=[territory.slug]))
    expect(page.locator(DAYS)).to_have_count(7)
    expect(page.locator(FOLDED)).to_have_count(0)


@pytest.mark.opens("week:week")
def test_days_are_open_without_javascript(new_page, territory):
    page = new_page(NARROW, java_script_enabled=False)
    page.goto(reverse("week:week", args=[territory.slug]))
    expect(page.locator(DAYS)).to_have_count(7)
    expect(page.locator(FOLDED)).to_have_count(0)


def test_a_phone_folds_the_days_and_a_link_opens_its_own(phone, territory):
    phone.goto(reverse("week:week", args=[territory.slug]))
    expect(phone.locator(FOLDED)).to_have_count(7)  # today's is apart, above
    expect(phone.locator("#aujourdhui")).to_contain_text("12 h")
    phone.get_by_role("navigation", name="Jours").get_by_role("link", name="Jeudi").click()
    expect(phone.locator(f"{DAYS}[open] summary")).to_have_text("Jeudi")
    expect(phone.locator(f"{DAYS}[open] summary")).to_be_in_viewport()
    phone.reload()  # as one who was sent the link
    expect(phone.locator(f"{DAYS}[open] summary")).to_have_text("Jeudi")


def test_paper_has_every_day(phone, territory):
    phone.goto(reverse("week:week", args=[territory.slug]))
    expect(phone.locator(FOLDED)).to_have_count(7)
    phone.pdf()
    expect(phone.locator(FOLDED)).to_have_count(0)
