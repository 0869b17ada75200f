"""The pages of entries, at each width: nothing for axe to find; look-alikes are told while typing."""

import pytest
from django.urls import reverse

from actors.models import Actor, Supply
from tests.factories import (
    ActorFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    SiteFactory,
    StopFactory,
    SupplyLineFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def coordinator():
    return CoordinatorFactory(territory__name="Ville-Exemple")


@pytest.fixture
def actor(coordinator):
    """An entry with all that one can have."""
    DirectoryFactory(territory=coordinator.territory)
    actor = ActorFactory(
        name="Association intercommunale d’accompagnement alimentaire fictive",
        territories=[coordinator.territory],
        visibility="public",
        phone="01 99 00 12 01",
        email="association.intercommunale.fictive@exemple.test",
        website="https://une-adresse-de-site-bien-longue.exemple.test/accueil/",
        contact_name="Alex Fictif",
        accreditation="national_via_network",
    )
    site = SiteFactory(actor=actor, name="La halle", latitude=48.9, longitude=2.5, is_step_free=True)
    FoodServiceFactory(
        site=site,
        name="Distribution",
        opening_hours="Mo-Fr 09:00-12:00; PH off",
        publics=["families"],
        fee="free",
        products=["fresh", "bread"],
        languages=["ar"],
    )
    FoodServiceFactory(site=site, visibility="coordination")
    StopFactory(service=FoodServiceFactory(actor=actor, site=None, is_itinerant=True), latitude=48.9, longitude=2.5)
    Supply.objects.create(actor=actor, storage_area=45)
    SupplyLineFactory(actor=actor)
    ConfirmationFactory(actor=actor)
    return actor


def test_every_page_is_accessible(page_at_each_width, sign_in, assert_accessible, coordinator, actor):
    page, territory = page_at_each_width, coordinator.territory
    site, service, stop = actor.sites.get(), actor.services.first(), actor.services.get(is_itinerant=True).stops.get()
    public = reverse("directory:entry", args=[actor.pk])
    page.goto(public)
    assert_accessible(page)
    sign_in(page, coordinator.user)
    rows = [
        ("site", site),
        ("service", service),
        ("hours", service),
        ("stop", stop),
        ("stop_hours", stop),
        ("supply_line", actor.supply_lines.get()),
    ]
    for address in [
        public,
        reverse("entries:list", args=[territory.pk]),
        reverse("entries:list", args=[territory.pk]) + "?q=rien",
        reverse("entries:add", args=[territory.pk]),
        *(
            reverse(f"entries:{name}", args=[actor.pk])
            for name in ("edit", "history", "visibility", "territories", "end")
        ),
        *(reverse("entries:part", args=[actor.pk, code]) for code in ("identity", "contact", "supply", "service")),
        *(reverse("entries:row", args=[actor.pk, code, row.pk]) for code, row in rows),
        reverse("entries:remove", args=[actor.pk, "site", site.pk]),
        reverse("entries:remove", args=[actor.pk, "stop", stop.pk]),
        reverse("entries:service_end", args=[actor.pk, service.pk]),
    ]:
        page.goto(address)
        assert_accessible(page)


def test_the_pages_of_what_ended_are_accessible(page_at_each_width, sign_in, assert_accessible, coordinator, actor):
    page = page_at_each_width
    sign_in(page, coordinator.user)
    page.goto(reverse("entries:end", args=[actor.pk]))
    with page.expect_navigation():
        page.get_by_role("button", name="Noter la fin d’activité").click()
    assert_accessible(page)
    page.goto(reverse("directory:entry", args=[actor.pk]))
    page.get_by_text("a cessé son activité").wait_for()
    assert_accessible(page)


def test_errors_of_a_part_are_accessible(page_at_each_width, sign_in, assert_accessible, coordinator, actor):
    page = page_at_each_width
    sign_in(page, coordinator.user)
    page.goto(reverse("entries:part", args=[actor.pk, "contact"]))
    page.get_by_label("Téléphone", exact=False).first.fill("12")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("alert").wait_for()
    assert_accessible(page)


def test_a_look_alike_is_told_while_its_name_is_typed(page, sign_in, assert_accessible, coordinator):
    ActorFactory(name="L’Étal fictif", territories=[coordinator.territory])
    sign_in(page, coordinator.user)
    page.goto(reverse("entries:add", args=[coordinator.territory.pk]))
    page.get_by_label("Nom de la structure").press_sequentially("letal fictif")
    page.get_by_role("link", name="L’Étal fictif").wait_for()
    assert_accessible(page)


def test_a_structure_is_added_on_a_phone(phone, sign_in, coordinator):
    sign_in(phone, coordinator.user)
    phone.goto(reverse("entries:add", args=[coordinator.territory.pk]))
    phone.get_by_label("Nom de la structure").fill("L’Étal fictif")
    phone.get_by_label("Type de structure").select_option("association")
    phone.get_by_label("Type d’aide").select_option("social_grocery")
    phone.get_by_label("Tout le monde").check()
    with phone.expect_navigation():
        phone.get_by_role("button", name="Ajouter").click()
    phone.get_by_text("Complétez maintenant sa fiche").wait_for()
    assert Actor.objects.get().services.get().kind == "social_grocery"
