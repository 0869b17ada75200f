"""Territories, sessions and people trained: accessible at each width, by keyboard, and without JavaScript."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import CoordinatorFactory, ParticipationFactory, TerritoryFactory, TraineeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trainee():
    return TraineeFactory(participation__territory__name="Ville-Exemple", participation__session__number=4)


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def test_staff_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, trainee, staff):
    participation = trainee.participation
    coordinator = CoordinatorFactory(territory=participation.territory)
    former = TerritoryFactory(merged_into=participation.territory, valid_to=date(2024, 12, 31))
    ParticipationFactory(session=participation.session, comment="Une candidature")
    pages = {
        "territories:territory_list": [],
        "territories:territory_create": [],
        "territories:my_territories": [],
        "territories:territory": [former.pk],
        "territories:territory_edit": [former.pk],
        "territories:territory_merge": [former.pk],
        "territories:territory_unmerge": [former.pk],
        "territories:coordinator_add": [former.pk],
        "territories:coordinator_remove": [coordinator.pk],
        "territories:session_list": [],
        "territories:session_create": [],
        "territories:session": [4],
        "territories:session_edit": [4],
        "territories:session_participation_add": [4],
        "territories:session_participation_edit": [participation.pk],
        "territories:session_participation_remove": [participation.pk],
        "actors:participation": [participation.pk],
        "actors:trainee_add": [participation.pk],
        "actors:trainee_edit": [trainee.pk],
        "actors:trainee_remove": [trainee.pk],
    }
    sign_in(page_at_each_width, staff)
    for name, arguments in pages.items():
        assert page_at_each_width.goto(reverse(name, args=arguments)).status == 200
        assert_accessible(page_at_each_width)


def test_a_coordinators_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, trainee):
    coordinator = CoordinatorFactory(territory=trainee.participation.territory)
    sign_in(page_at_each_width, coordinator.user)
    page_at_each_width.goto(reverse("territories:my_territories"))
    assert_accessible(page_at_each_width)
    page_at_each_width.get_by_role("link", name="fiche et formation").click()
    page_at_each_width.get_by_role("heading", name="Ville-Exemple").wait_for()
    assert_accessible(page_at_each_width)


def test_a_territory_is_found_and_added_by_keyboard(page_at_each_width, assert_accessible, sign_in, trainee, staff):
    page = page_at_each_width
    TerritoryFactory(name="Saint-Exemple")
    sign_in(page, staff)
    page.goto(reverse("territories:session_participation_add", args=[4]))
    page.get_by_label("Chercher un territoire").focus()
    page.keyboard.type("st exem")
    page.get_by_label("Saint-Exemple").wait_for()
    assert_accessible(page)
    page.keyboard.press("Tab")  # the button « Chercher »
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Saint-Exemple prend part à la session 4").wait_for()


def test_a_territory_is_found_and_added_without_javascript(new_page, sign_in, trainee, staff):
    TerritoryFactory(name="Saint-Exemple")
    page = new_page(java_script_enabled=False)
    sign_in(page, staff)
    page.goto(reverse("territories:session_participation_add", args=[4]))
    page.get_by_label("Commentaire").fill("Un mot")
    page.get_by_label("Chercher un territoire").fill("saint")
    page.keyboard.press("Enter")
    page.get_by_label("Saint-Exemple").check()
    page.get_by_role("button", name="Ajouter à la session").click()
    page.get_by_text("Saint-Exemple prend part à la session 4").wait_for()
    assert page.get_by_text("Un mot").count() == 1


def test_a_choice_filters_the_list_at_once_and_is_kept_in_the_address(page, sign_in, trainee, staff):
    TerritoryFactory(name="Groupe-Exemple", kind="epci")
    sign_in(page, staff)
    page.goto(reverse("territories:territory_list"))
    page.get_by_label("Type").select_option("epci")
    page.wait_for_url("**type=epci**")
    page.get_by_role("link", name="Groupe-Exemple").wait_for()
    assert page.get_by_role("link", name="Ville-Exemple").count() == 0
