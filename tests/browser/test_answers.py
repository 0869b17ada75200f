"""From what people answered to a decision and a coded text: accessible at each width."""

import pytest
from django.urls import reverse

from evaluation import criteria
from evaluation.models import Coding, Criterion, Family, Ruling
from tests.evaluation.answered import answer_to, ask, ask_about, campaign_of, respond
from tests.factories import ActorFactory, CaseFactory, CodingFactory, TraineeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
STORY = "Le poste de coordination est resté vacant six mois. Depuis septembre, une nouvelle collègue reprend contact."


@pytest.fixture
def case():
    """Three persons, with long names, of one territory: they disagree on a yes/no, a choice and a row of a grid."""
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    case = CaseFactory(evaluation__code="essai", label="Villeneuve-l’Exemple-sur-Essai-et-ses-environs")
    campaign = campaign_of(case.evaluation, title="Bilan d’un titre assez long pour passer à la ligne")
    meeting = ask(campaign, "yes_no", "meeting", label="Votre coordination s’est-elle réunie depuis la formation ?")
    choice, options = ask_about(campaign, "multiple", ("mapping", "yes"), ("nothing", "yes"))
    grid, rows = ask_about(campaign, "grid", ("brake.people.turnover", "yes"), ("brake.politics.no_support", "yes"))
    text = ask(campaign, "text", label="Racontez en quelques lignes ce qu’est devenue votre coordination")
    actor = ActorFactory(name="Association fictive d’un nom interminable")
    for rank, value in enumerate(("yes", "no", "unknown")):
        trainee = TraineeFactory(participation=case.participation, actor=actor)
        given = {meeting: value, choice: [options[rank % 2].pk], grid: {str(rows[0].pk): value}, text: STORY}
        response = respond(
            case, campaign, given, invitation__trainee=trainee, quoting=("named", "none", "territory")[rank]
        )
    CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.lack_of_time", revision=7)
    return case


def test_ruling_side_by_side(page_at_each_width, assert_accessible, sign_in, case):
    page = page_at_each_width
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("evaluation:disagreements", args=["essai"]))
    assert_accessible(page)
    page.get_by_role("link", name="Comparer et trancher").click()
    page.get_by_role("heading", name="réponses côte à côte").wait_for()
    page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
    assert_accessible(page)
    place = page.locator("[id='critere-meeting']")
    place.get_by_role("button", name="Enregistrer l’arbitrage").click()
    page.get_by_text("Erreur : Écrivez ce qui vous fait trancher.").wait_for()
    assert_accessible(page)
    place.get_by_label("oui", exact=True).check()
    place.get_by_label("Motif").fill("Le compte rendu a été retrouvé.")
    place.get_by_role("button", name="Enregistrer l’arbitrage").click()
    page.get_by_text("est enregistré. Les réponses restent.").wait_for()
    place.get_by_text("Le compte rendu a été retrouvé.").wait_for()
    assert_accessible(page)
    ruling = Ruling.objects.get()
    assert (ruling.case, ruling.criterion_id, ruling.value) == (case, "meeting", "yes")


def test_coding_a_text_and_finding_it_from_its_brake(page_at_each_width, assert_accessible, sign_in, case):
    page = page_at_each_width
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("evaluation:verbatims", args=["essai"]))
    assert_accessible(page)
    page.get_by_label("Codage").select_option("pas encore codés")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("2 verbatims").wait_for()
    with page.expect_navigation():
        page.get_by_role("link", name="Coder ce texte").first.click()
    assert_accessible(page)
    page.get_by_label("Critère").select_option("Départs ou postes vacants")
    page.get_by_label("Extrait").fill("jamais écrit")
    page.get_by_role("button", name="Coder ce texte").click()
    page.get_by_text("Cet extrait n’est pas dans le texte").first.wait_for()
    assert_accessible(page)
    page.get_by_label("Extrait").fill("Le poste de coordination est resté vacant six mois")
    page.get_by_role("button", name="Coder ce texte").click()
    page.get_by_text("Le texte est codé").wait_for()
    assert_accessible(page)
    coding = Coding.objects.get(criterion="brake.people.turnover")
    assert (coding.value, coding.excerpt) == ("yes", "Le poste de coordination est resté vacant six mois")

    page.goto(reverse("evaluation:brakes", args=["essai"]))
    page.get_by_role("link", name="1 verbatim : Départs ou postes vacants").click()
    page.get_by_text(STORY).wait_for()
    assert_accessible(page)


def test_a_reader_s_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, case):
    page = page_at_each_width
    sign_in(page, UserFactory(is_steering_reader=True))
    for name, args in (
        ("overview", []),
        ("disagreements", []),
        ("verbatims", []),
        ("cell", [case.pk, "brake.people.lack_of_time"]),
        ("case", [case.pk]),
    ):
        page.goto(reverse(f"evaluation:{name}", args=["essai", *args]))
        assert_accessible(page)


def test_ruling_without_javascript(new_page, sign_in, case):
    page = new_page(390, java_script_enabled=False)
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("evaluation:case_responses", args=["essai", case.pk]))
    place = page.locator("[id='critere-meeting']")
    place.get_by_text("Arbitrer").first.click()
    place.get_by_label("non", exact=True).check()
    place.get_by_label("Motif").fill("Personne n’en a trace.")
    place.get_by_role("button", name="Enregistrer l’arbitrage").click()
    page.get_by_text("est enregistré. Les réponses restent.").wait_for()
    assert Ruling.objects.get().value == "no"
