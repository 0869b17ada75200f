"""Files of the directory in and out: accessible at each width, and all the way to undo without JavaScript."""

import pytest
from django.urls import reverse

from actors.exchange import runs
from actors.models import Actor, DirectoryImport
from tests.actors.exchange.files import as_file
from tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "Épicerie sociale et solidaire intercommunale de l’Exemple-sur-Fontaine"
ROWS = [
    {"Structure": LONG, "Type d’aide": "épicerie sociale et solidaire", "Téléphone": "abc", "Remarque": "à revoir"},
    {"Structure": "B", "Type d’aide": "anticonstitutionnellement-vôtre", "Horaires": "lundi matin"},
]


@pytest.fixture
def keeper():
    return CoordinatorFactory()


def hand_in(page, keeper, tmp_path) -> None:
    (tmp_path / "annuaire.csv").write_bytes(as_file(*ROWS))
    page.goto(reverse("exchange:desk", args=[keeper.territory.pk]))
    page.set_input_files("input[type=file]", tmp_path / "annuaire.csv")
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_role("heading", name="Que contient chaque colonne").wait_for()


def press_and_work(page, name: str) -> None:
    """Press a button; the worker then does what it asks, and the page is opened once more."""
    page.get_by_role("button", name=name).click()
    page.get_by_text("en attente").first.wait_for()
    runs.process(DirectoryImport.objects.get().pk)
    page.reload()


def test_from_upload_to_undo_without_javascript(new_page, sign_in, keeper, tmp_path):
    page = new_page(java_script_enabled=False)
    sign_in(page, keeper.user)
    hand_in(page, keeper, tmp_path)
    press_and_work(page, "Vérifier le fichier")
    assert not Actor.objects.exists()
    press_and_work(page, "Importer les lignes en ordre")
    assert Actor.objects.get().name == LONG
    page.get_by_role("link", name="Annuler cet import").click()
    press_and_work(page, "Annuler l’import")
    page.get_by_text("1 fiche remise comme avant").wait_for()
    assert not Actor.objects.exists()


def test_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, keeper, tmp_path):
    page = page_at_each_width
    sign_in(page, keeper.user)
    page.goto(reverse("exchange:api"))
    assert_accessible(page)
    hand_in(page, keeper, tmp_path)
    assert_accessible(page)
    press_and_work(page, "Vérifier le fichier")
    page.get_by_text("Fiche par fiche").click()
    assert_accessible(page)
    press_and_work(page, "Importer les lignes en ordre")
    assert_accessible(page)
    page.get_by_role("link", name="Annuler cet import").click()
    page.get_by_role("button", name="Annuler l’import").wait_for()
    assert_accessible(page)
    press_and_work(page, "Annuler l’import")
    assert_accessible(page)
    page.goto(reverse("exchange:desk", args=[keeper.territory.pk]))
    page.get_by_text("Seulement certaines aides").click()
    page.get_by_text("Ce que fait un import").click()
    assert_accessible(page)
