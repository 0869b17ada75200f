"""Writing minutes in real browsers: saved as one types, two at once lose nothing, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from coordination.minutes import OutcomeRow, write_outcomes
from coordination.models import Minutes, Outcome
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    AttendanceFactory,
    CoordinatorFactory,
    MemberFactory,
    MinutesFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def minutes():
    territory = TerritoryFactory(name="Villefictive")
    minutes = MinutesFactory(meeting__territory=territory, meeting__title="Réunion fictive")
    member = MemberFactory(actor=ActorFactory(territories=[territory]), user=UserFactory())
    AttendanceFactory(meeting=minutes.meeting, member=member)
    rows = [OutcomeRow(Outcome.Kind.DECISION, "Ensemble"), OutcomeRow(Outcome.Kind.ACTION, "Appeler", member)]
    write_outcomes(minutes=minutes, rows=rows, by=UserFactory())
    return minutes


@pytest.fixture
def coordinator(minutes):
    return CoordinatorFactory(territory=minutes.meeting.territory, user__name="Camille Fictive").user


@pytest.fixture
def other(minutes):
    return CoordinatorFactory(territory=minutes.meeting.territory, user__name="Dominique Fictif").user


def write(page, minutes) -> None:
    page.goto(f"{minutes.get_absolute_url()}modifier/")


def row(page, number):
    return page.get_by_role("group", name=f"Ligne {number}", exact=True)


def contents() -> list[str]:
    return list(Outcome.objects.values_list("text", flat=True))


def saved(page):
    return page.locator("#save-state").filter(has_text="Enregistré à")


def test_what_one_types_is_saved_without_a_button(page, sign_in, minutes, coordinator):
    sign_in(page, coordinator)
    write(page, minutes)
    page.get_by_label("Échanges, texte libre").fill("Un tour de table.")
    row(page, 3).get_by_label("Contenu").fill("Le local ouvre lundi.")
    expect(saved(page)).to_be_visible()
    assert Minutes.objects.get().text == "Un tour de table."
    assert contents() == ["Ensemble", "Appeler", "Le local ouvre lundi."]
    row(page, 3).get_by_label("Contenu").fill("Le local ouvre mardi.")
    expect(page.locator("#save-state")).to_contain_text("Vous écrivez")
    expect(saved(page)).to_be_visible()
    assert contents() == ["Ensemble", "Appeler", "Le local ouvre mardi."]
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Décisions")).to_be_visible()


def test_two_browsers_lose_nothing(new_page, sign_in, minutes, coordinator, other):
    mine, theirs = new_page(), new_page()
    sign_in(mine, coordinator)
    sign_in(theirs, other)
    write(mine, minutes)
    write(theirs, minutes)
    theirs.get_by_label("Échanges, texte libre").fill("Texte de Dominique")
    row(theirs, 1).get_by_label("Contenu").fill("Décision de Dominique")
    row(theirs, 3).get_by_label("Contenu").fill("Ajout de Dominique")
    expect(saved(theirs)).to_be_visible()
    mine.get_by_label("Échanges, texte libre").fill("Texte de Camille")
    row(mine, 1).get_by_label("Contenu").fill("Décision de Camille")
    row(mine, 3).get_by_label("Contenu").fill("Ajout de Camille")
    compare = mine.get_by_role("button", name="Comparer les deux versions")
    expect(compare).to_be_visible()
    assert contents() == ["Décision de Dominique", "Appeler", "Ajout de Dominique"]
    compare.click()
    expect(mine.get_by_role("alert")).to_contain_text("Dominique Fictif a enregistré")
    expect(mine.get_by_text("Texte de Dominique")).to_be_visible()
    row(mine, 1).get_by_label("Reprendre cette version").check()
    mine.get_by_label("les deux, l’un à la suite de l’autre").check()
    mine.get_by_role("button", name="Enregistrer").click()
    expect(mine.get_by_role("heading", name="Décisions")).to_be_visible()
    assert contents() == ["Décision de Dominique", "Appeler", "Ajout de Camille", "Ajout de Dominique"]
    assert Minutes.objects.get().text == "Texte de Camille\n\nTexte de Dominique"


def test_without_javascript(new_page, sign_in, minutes, coordinator):
    page = new_page(java_script_enabled=False)
    sign_in(page, coordinator)
    write(page, minutes)
    row(page, 3).get_by_label("Nature").select_option("action")
    row(page, 3).get_by_label("Contenu").fill("Écrire au bailleur")
    row(page, 3).get_by_label("Pour le").fill("2026-12-01")
    page.get_by_role("button", name="Ajouter des lignes").click()
    expect(row(page, 6)).to_be_visible()
    page.get_by_role("button", name="Monter la ligne 3").click()
    assert contents() == ["Ensemble", "Écrire au bailleur", "Appeler"]
    page.get_by_role("button", name="Retirer la ligne 1").click()
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Envoyer pour relecture").click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("1 personne le recevra par courriel")).to_be_visible()
    assert Minutes.objects.get().state == "sent"


@pytest.mark.parametrize(
    "address",
    [
        "{minutes}",
        "{minutes}modifier/",
        "{minutes}envoyer/",
        "{minutes}reprendre/",
        "/journal/{territory}/comptes-rendus/",
        "/journal/{territory}/actions/",
        "/journal/{territory}/actions/ajouter/",
        "/journal/{territory}/actions/{action}/",
        "/journal/mes-actions/",
        "/journal/recherche/?q=fictive",
    ],
)
def test_pages_are_accessible(page_at_each_width, sign_in, assert_accessible, minutes, coordinator, address):
    territory = minutes.meeting.territory_id
    action = ActionItemFactory(territory_id=territory)
    MemberFactory(actor=ActorFactory(territories=[territory]), user=coordinator)
    page = page_at_each_width
    sign_in(page, coordinator)
    page.goto(address.format(minutes=minutes.get_absolute_url(), territory=territory, action=action.pk))
    assert_accessible(page)
