"""Looking for food aid: on a phone, beside a map, in another site's page, without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from actors.listing import refresh
from tests.factories import CoordinatorFactory, DirectoryFactory, FoodServiceFactory, SiteFactory, TerritoryFactory

pytestmark = pytest.mark.django_db(transaction=True)
SEARCH = "/annuaire/"


@pytest.fixture
def town():
    """Exempleville, whose directory is open: free parcels (open) and a paid grocery (closed), some way apart."""
    town = TerritoryFactory(name="Exempleville", code="93010", latitude=48.9, longitude=2.48, population=5000)
    DirectoryFactory(territory=town, embedding_sites="https://www.ville.example")
    public = {"actor__visibility": "public", "actor__territories": [town], "insee_code": "93010"}
    parcels = SiteFactory(
        **public, latitude=48.901, longitude=2.481, actor__name="Le Panier fictif", actor__phone="01 99 00 12 34"
    )
    FoodServiceFactory(site=parcels, kind="food_parcel", fee="free", papers="no", opening_hours="24/7")
    FoodServiceFactory(site=parcels, kind="clothing", fee="free", publics=["families", "students", "homeless"])
    grocery = SiteFactory(**public, latitude=48.92, longitude=2.5, actor__name="L’Étal fictif")
    FoodServiceFactory(site=grocery, kind="social_grocery", fee="contribution", opening_hours="Mo-Su off")
    refresh([parcels.actor_id, grocery.actor_id])
    return town


def own(town) -> str:
    return reverse("directory:territory", args=[town.slug])


def open_map(page: Page) -> None:
    button = page.get_by_role("button", name="Voir la carte")
    if button.is_visible():
        button.click()
    expect(page.locator(".map-marker").first).to_be_visible()


def test_a_free_parcel_open_now_near_a_commune(phone, town, assert_accessible):
    phone.goto("/")
    phone.get_by_label("Votre commune, code postal ou adresse").fill("exempleville")
    phone.get_by_role("button", name="Chercher").tap()
    expect(phone.get_by_role("heading", name="3 résultats")).to_be_visible()
    phone.get_by_label("Ouvert maintenant").check()
    phone.get_by_label("Gratuit").check()
    phone.get_by_text("Plus de filtres").tap()
    phone.get_by_label("Type d’aide").select_option("colis alimentaire")
    phone.get_by_role("button", name="Chercher").tap()
    expect(phone.get_by_role("heading", name="1 résultat")).to_be_visible()
    result = phone.get_by_role("listitem").filter(has=phone.get_by_role("link", name="Le Panier fictif"))
    expect(result).to_contain_text("Ouvert maintenant")
    expect(result).to_contain_text("à 130 m")
    expect(result.get_by_role("link", name="01 99 00 12 34")).to_have_attribute("href", "tel:0199001234")
    assert_accessible(phone)
    phone.reload()
    expect(phone.get_by_label("Gratuit")).to_be_checked()
    result.get_by_role("link", name="Le Panier fictif").tap()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Le Panier fictif")


@pytest.mark.parametrize("asked", ["", "?ou=exempleville", "?q=epicrie", "?q=zzzz&jour=mardi", "?ou=zzzz"])
def test_every_state_is_accessible(page_at_each_width, town, assert_accessible, asked):
    page_at_each_width.goto(SEARCH + asked)
    expect(page_at_each_width.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page_at_each_width)


def test_the_map_stands_beside_the_list_and_behind_a_button_on_a_phone(page_at_each_width, town, assert_accessible):
    page = page_at_each_width
    page.goto(own(town))
    open_map(page)
    expect(page.locator(".map-marker")).to_have_count(2)
    expect(page.get_by_text("3 résultats sur cette partie de la carte.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Le Panier fictif").click()
    expect(page.locator(".map-popup li")).to_have_count(2)
    assert_accessible(page)


def test_the_map_with_the_keyboard(page, town):
    page.goto(own(town))
    open_map(page)
    page.get_by_role("button", name="L’Étal fictif").press("Enter")
    link = page.locator(".map-popup a")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="L’Étal fictif")).to_be_focused()


def test_a_group_opens_where_one_looks_nearer(page, town):
    page.goto(own(town))
    open_map(page)
    for _ in range(7):
        page.get_by_role("button", name="Réduire").click()
        page.wait_for_timeout(300)  # the map moves
    group = page.get_by_role("button", name="3 résultats : agrandir")
    expect(group).to_be_visible()
    group.press("Enter")
    expect(page.get_by_role("button", name="L’Étal fictif")).to_be_visible()


def test_around_me(new_page, town):
    phone = new_page(390, permissions=["geolocation"], geolocation={"latitude": 48.90049, "longitude": 2.48})
    phone.goto(SEARCH)
    phone.get_by_role("button", name="Autour de moi").tap()
    expect(phone.get_by_text("5 km ou moins de votre position")).to_be_visible()
    expect(phone).to_have_url(re.compile(r"lat=48\.900&lon=2\.480"))
    phone.get_by_label("Où : commune").fill("exempleville")
    phone.get_by_role("button", name="Chercher").tap()
    expect(phone.get_by_text("5 km ou moins de Exempleville")).to_be_visible()


def test_a_position_that_is_refused_is_said(new_page, town):
    phone = new_page(390)
    phone.goto(SEARCH)
    phone.get_by_role("button", name="Autour de moi").tap()
    expect(phone.get_by_text("Votre position n’a pas pu être lue")).to_be_visible()


@pytest.mark.opens("directory:territory", "directory:search")
def test_without_javascript_the_list_says_it_all(new_page, town, assert_accessible):
    page = new_page(390, java_script_enabled=False)
    page.goto(own(town))
    expect(page.get_by_role("heading", name="3 résultats")).to_be_visible()
    expect(page.get_by_role("button", name="Voir la carte")).to_be_hidden()
    expect(page.get_by_role("button", name="Autour de moi")).to_be_hidden()
    page.get_by_label("Gratuit").check()
    page.get_by_role("button", name="Chercher").tap()
    expect(page.get_by_role("heading", name="2 résultats")).to_be_visible()
    page.goto(reverse("directory:search"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_without_tiles_the_places_stay(new_page, town):
    page = new_page()
    page.route("**/wmts**", lambda route: route.fulfill(body="", content_type="text/plain"))
    page.goto(own(town))
    open_map(page)
    expect(page.locator(".map-marker")).to_have_count(2)
    page.get_by_role("button", name="Réduire").click()
    expect(page.get_by_text("Le fond de carte ne se charge pas.")).to_be_visible()


def test_the_frame_of_another_site(page_at_each_width, town, assert_accessible):
    page = page_at_each_width
    page.goto(reverse("directory:embed", args=[town.slug]))
    expect(page.get_by_role("heading", name="3 résultats")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    assert_accessible(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Le Panier fictif").first.click()
    expect(opened.value.get_by_role("navigation", name="Navigation principale")).to_be_visible()


def test_publishing(page_at_each_width, sign_in, assert_accessible):
    town = TerritoryFactory(name="Villejuste-l’Exemple")
    page = page_at_each_width
    sign_in(page, CoordinatorFactory(territory=town).user)
    page.goto(reverse("directory:publication", args=[town.pk]))
    assert_accessible(page)
    page.get_by_label("Sites qui peuvent l’intégrer").fill("https://www.ville.example")
    page.get_by_role("button", name="Ouvrir l’annuaire à tout le monde").click()
    expect(page.get_by_text("L’annuaire est ouvert à tout le monde.")).to_be_visible()
    expect(page.get_by_text("<iframe")).to_have_count(2)  # the directory, and the week
    assert_accessible(page)
    page.get_by_role("link", name="Fermer l’annuaire").click()
    assert_accessible(page)
    page.get_by_role("button", name="Fermer l’annuaire").click()
    expect(page.get_by_text("L’annuaire n’est plus ouvert à tout le monde.")).to_be_visible()
