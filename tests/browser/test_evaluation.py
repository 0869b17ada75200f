"""The pages of an evaluation: accessible at each width, down to a decision by keyboard and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluation import criteria
from evaluation.models import Criterion, Family, Ruling
from tests.factories import (
    CaseFactory,
    CoordinatorFactory,
    EvaluationFactory,
    EvidenceFactory,
    InterviewFactory,
    PublishedFigureFactory,
    RespondentsFactory,
    RulingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case():
    """In an evaluation with one of everything: doubt, silence, a ruling, a figure that does not reconcile."""
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    evaluation = EvaluationFactory(code="essai", title="Évaluation d’un titre assez long pour passer à la ligne")
    case = CaseFactory(evaluation=evaluation, label="Villeneuve-l’Exemple-sur-Essai", participation__session__number=1)
    for value in ("yes", "no"):
        EvidenceFactory(case=case, value=value, quote="Une citation.", reference=f"{value}_" * 30)
    EvidenceFactory(case=case, criterion_id="mapping", date="2026-01-01")
    for criterion in ("meeting", "still_active"):
        EvidenceFactory(case__evaluation=evaluation, case__label=f"Ville {criterion}", criterion_id=criterion)
    active = CaseFactory(evaluation=evaluation, label="Ville active")
    for criterion in ("meeting", "still_active"):
        EvidenceFactory(case=active, criterion_id=criterion)
    RulingFactory(case=active, criterion_id="other")
    RespondentsFactory(case=case)
    InterviewFactory(case=case)
    CaseFactory(evaluation=evaluation, in_scope=False, label="Ville hors périmètre")
    for code, value in (("meeting", 3), ("trained", 4), ("mapping", 1)):
        PublishedFigureFactory(evaluation=evaluation, code=code, value=value)
    return case


def addresses(case) -> list[str]:
    pages = [
        *((name, []) for name in ("overview", "matrix", "gaps")),
        *(("figure", [code]) for code in ("meeting", "respondents", "department.93")),
        *(("cell", [case.pk, code]) for code in ("meeting", "mapping", "nothing", "still_active")),
        ("case", [case.pk]),
        ("case", [case.evaluation.cases.not_counted().get().pk]),
    ]
    found = [reverse(f"evaluation:{name}", args=["essai", *args]) for name, args in pages]
    return [reverse("evaluation:evaluation_list"), *found, f"{found[0]}?session=1", f"{found[0]}?session=999"]


def test_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, case):
    page = page_at_each_width
    sign_in(page, UserFactory(is_staff=True))
    for address in addresses(case):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        assert_accessible(page)


def test_a_coordinators_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, case):
    page = page_at_each_width
    sign_in(page, CoordinatorFactory(territory=case.participation.territory).user)
    page.goto(reverse("evaluation:evaluation_list"))
    assert_accessible(page)
    page.get_by_role("link", name="Évaluation d’un titre").click()
    page.get_by_role("heading", name="Villeneuve-l’Exemple").wait_for()
    assert_accessible(page)


def test_from_a_figure_to_a_statement_in_two_clicks(page_at_each_width, sign_in, case):
    page = page_at_each_width
    sign_in(page, UserFactory(is_steering_reader=True))
    page.goto(reverse("evaluation:overview", args=["essai"]))
    page.get_by_role("link", name="Au moins une réunion de coordination").click()
    page.get_by_role("row", name="Villeneuve-l’Exemple").get_by_role("link", name="à vérifier").click()
    expect(page.get_by_text("Une citation.").first).to_be_visible()


def test_the_matrix_keeps_its_names_in_sight(phone, sign_in, case):
    sign_in(phone, UserFactory(is_staff=True))
    phone.goto(reverse("evaluation:matrix", args=["essai"]))
    region = phone.get_by_role("region", name="Matrice des démarches")
    region.focus()
    region.evaluate("region => region.scrollLeft = region.scrollWidth")
    name = phone.get_by_role("rowheader", name="Villeneuve").bounding_box()
    assert name["x"] >= 0
    assert name["x"] + name["width"] < 200


def test_deciding_and_undoing_without_javascript(new_page, sign_in, case):
    page = new_page(390, java_script_enabled=False)
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("evaluation:gaps", args=["essai"]))
    page.get_by_role("link", name="Arbitrer : Villeneuve").click()
    page.get_by_role("button", name="Enregistrer l’arbitrage").click()
    page.get_by_text("Erreur : Écrivez ce qui vous fait trancher.").wait_for()
    page.get_by_label("oui", exact=True).check()
    page.get_by_label("Motif").fill("Un compte rendu a été retrouvé.")
    page.get_by_role("button", name="Enregistrer l’arbitrage").click()
    page.get_by_text("il l’emporte sur les constats").wait_for()
    page.get_by_text("Retirer l’arbitrage").first.click()
    page.get_by_role("button", name="Retirer l’arbitrage").click()
    page.get_by_text("les constats décident de nouveau").wait_for()
    assert not Ruling.objects.in_force().filter(case=case).exists()


def test_filters_answer_without_javascript(new_page, sign_in, case):
    page = new_page(390, java_script_enabled=False)
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("evaluation:overview", args=["essai"]))
    page.get_by_text("Filtrer les territoires").click()
    page.get_by_label("Session 1", exact=True).check()
    page.get_by_role("button", name="Appliquer").click()
    page.get_by_text("1 territoire sur 1").wait_for()
    page.get_by_role("link", name="Matrice").click()
    page.get_by_text("Filtres : session 1").wait_for()
