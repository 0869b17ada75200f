"""Answering in real browsers: on a phone, without network midway, on two devices, without JavaScript."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.audit import subject_of
from evaluation import criteria
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Answer, Criterion, Family, Response
from outbox import links
from tests.factories import (
    CampaignFactory,
    InvitationFactory,
    ItemFactory,
    MeetingFactory,
    PageFactory,
    QuestionFactory,
    UserFactory,
    VersionFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invitation():
    """Three pages: yes/no and what depends on it, a grid, a scale and choices, texts."""
    criteria.install(Family, Criterion)
    version = VersionFactory(introduction="Où en êtes-vous ?", thanks="Merci à vous.")
    first = PageFactory(version=version, title="Vos réunions")
    met = QuestionFactory(
        page=first, kind="yes_no", label="Vous réunissez-vous ?", required=True, criterion_id="meeting"
    )
    then = {"condition_question": met, "condition_values": ["yes"]}
    QuestionFactory(page=first, kind="number", label="Combien de fois ?", help="À peu près.", **then)
    QuestionFactory(page=first, kind="date", label="Quand, la dernière fois ?")
    second = PageFactory(version=version, title="Ce qui freine", help="Laissez vide ce que vous ne savez pas.")
    grid = QuestionFactory(page=second, kind="grid", label="Avez-vous rencontré…")
    ItemFactory(question=grid, label="Le manque de temps", criterion_id="brake.people.lack_of_time")
    ItemFactory(question=grid, label="Le manque de soutien politique", criterion_id="brake.politics.no_support")
    ends = {"low_label": "pas du tout", "high_label": "tout à fait"}
    QuestionFactory(page=second, kind="scale", label="À quel point ?", minimum=1, maximum=5, **ends)
    for kind, label in (("single", "Qui porte la démarche ?"), ("multiple", "Qui vient ?")):
        question = QuestionFactory(page=second, kind=kind, label=label)
        for item in ("Le CCAS", "Une association"):
            ItemFactory(question=question, label=f"{item}, {kind}")
    third = PageFactory(version=version, title="En quelques mots")
    QuestionFactory(page=third, label="Racontez")
    QuestionFactory(page=third, label="Et la suite ?")
    campaign = CampaignFactory(running=True, version=version)
    invitation = InvitationFactory(campaign=campaign, name="Camille Fictive")
    MeetingFactory(territory=invitation.case.participation.territory, starts_at=datetime(2026, 3, 12, 9, tzinfo=UTC))
    return invitation


@pytest.fixture
def start(invitation) -> str:
    token = links.make(purpose=QUESTIONNAIRE, subject=subject_of(invitation), recipient=invitation.email, days=30)
    return reverse("answering:start", args=[token])


def go_on(page):
    page.get_by_role("button", name="Enregistrer et continuer").click()


def question(page, label: str):
    return page.locator(".question", has_text=label)


def said() -> dict[str, object]:
    """What is stored, by question's label; nothing for what was passed over."""
    given = Answer.objects.filter(value__isnull=False)
    return dict(given.values_list("question__label", "value"))


def to_the_texts(page, start) -> None:
    page.goto(start)
    page.get_by_role("button", name="Commencer").click()
    go_on(page)
    go_on(page)
    expect(page.get_by_role("heading", name="En quelques mots")).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_a_phone_answers_to_the_end(phone, start):
    page = phone
    page.goto(start)
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("Nous avons noté : une réunion, le 12 mars 2026.")).to_be_visible()
    expect(question(page, "Vous réunissez-vous ?").get_by_label("oui")).to_be_checked()
    page.get_by_label("Combien de fois ?").fill("12")
    go_on(page)
    row = page.get_by_role("group", name="Le manque de temps")
    row.get_by_text("oui").tap()
    expect(page.locator("[data-state]")).to_contain_text("Enregistré à")
    page.get_by_text("4", exact=True).tap()
    page.get_by_text("Le CCAS, single").tap()
    page.get_by_text("Le CCAS, multiple").tap()
    page.get_by_text("Une association, multiple").tap()
    expect(page.locator("[data-progress]")).to_have_text("6 réponses sur 9")
    go_on(page)
    page.get_by_label("Racontez").fill("Nous avons tenu.")
    page.get_by_role("button", name="Enregistrer et relire").click()
    expect(page.get_by_text("Le manque de temps : oui")).to_be_visible()
    page.get_by_text("Oui, en nommant seulement mon territoire").tap()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", name="Merci, vos réponses sont envoyées")).to_be_visible()
    page.get_by_role("button", name="Recevoir une copie par courriel").click()
    expect(page.get_by_text("La copie va partir à")).to_be_visible()
    found = said()
    assert (found["Vous réunissez-vous ?"], found["Combien de fois ?"], found["À quel point ?"]) == ("yes", "12", 4)
    assert (found["Racontez"], len(found["Qui vient ?"])) == ("Nous avons tenu.", 2)
    assert Response.objects.get().quoting == "territory"


def test_a_question_shows_when_it_is_asked(phone, start):
    phone.goto(start)
    phone.get_by_role("button", name="Commencer").click()
    expect(phone.get_by_label("Combien de fois ?")).to_be_visible()
    met = phone.get_by_role("group", name="Vous réunissez-vous ?")
    met.get_by_text("non").tap()
    expect(phone.get_by_label("Combien de fois ?")).to_be_hidden()
    met.get_by_text("oui").tap()
    expect(phone.get_by_label("Combien de fois ?")).to_be_visible()


def test_an_error_shows_beside_its_question_as_one_leaves_it(phone, start):
    phone.goto(start)
    phone.get_by_role("button", name="Commencer").click()
    phone.get_by_label("Combien de fois ?").fill("souvent")
    phone.get_by_label("Quand, la dernière fois ?").focus()
    expect(question(phone, "Combien de fois ?")).to_contain_text("Écrivez un nombre en chiffres")
    phone.get_by_label("Combien de fois ?").fill("3")
    phone.get_by_label("Quand, la dernière fois ?").focus()
    expect(question(phone, "Combien de fois ?")).not_to_contain_text("Écrivez un nombre en chiffres")
    expect(phone.locator("[data-state]")).to_contain_text("Enregistré à")
    assert said() == {"Combien de fois ?": "3"}


def test_an_answer_is_taken_back(phone, start):
    phone.goto(start)
    phone.get_by_role("button", name="Commencer").click()
    go_on(phone)
    block = question(phone, "Qui porte la démarche ?")
    expect(block.get_by_role("button", name="Effacer ma réponse")).to_be_hidden()
    block.get_by_text("Le CCAS").tap()
    expect(phone.locator("[data-state]")).to_contain_text("Enregistré à")
    assert "Qui porte la démarche ?" in said()
    block.get_by_role("button", name="Effacer ma réponse").tap()
    expect(phone.locator("[data-progress]")).to_have_text("1 réponse sur 9")
    assert "Qui porte la démarche ?" not in said()


def test_nothing_is_lost_when_the_network_is(new_page, start):
    page = new_page(390)
    to_the_texts(page, start)
    page.get_by_label("Racontez").fill("Avant le tunnel.")
    expect(page.locator("[data-state]")).to_contain_text("Enregistré à")
    page.context.set_offline(True)
    page.get_by_label("Racontez").fill("Avant le tunnel, et dedans.")
    page.get_by_label("Et la suite ?").fill("La sortie.")
    expect(page.locator("[data-state]")).to_contain_text("Pas de réseau")
    page.get_by_role("button", name="Enregistrer et relire").click()
    expect(page.get_by_label("Et la suite ?")).to_have_value("La sortie.")
    assert said()["Racontez"] == "Avant le tunnel."
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_contain_text("Enregistré à")
    assert (said()["Racontez"], said()["Et la suite ?"]) == ("Avant le tunnel, et dedans.", "La sortie.")
    elsewhere = new_page()
    elsewhere.goto(start)
    expect(elsewhere.get_by_text("3 réponses sur 9")).to_be_visible()
    elsewhere.get_by_role("button", name="Reprendre").click()
    expect(elsewhere.get_by_text("Avant le tunnel, et dedans.")).to_be_visible()
    expect(elsewhere.get_by_text("La sortie.")).to_be_visible()


def test_what_is_typed_before_the_script_came_is_saved(new_page, start):
    page = new_page(390)
    page.goto(start)
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_load_state()
    waiting = []
    page.route("**/answering.js", lambda route: waiting.append(route))
    page.goto(page.url, wait_until="commit")
    page.get_by_label("Combien de fois ?").fill("7")
    question(page, "Vous réunissez-vous ?").first.get_by_label("je ne sais pas").check()
    waiting[0].continue_()
    expect(page.locator("[data-state]")).to_contain_text("Enregistré à")
    assert said() == {"Combien de fois ?": "7", "Vous réunissez-vous ?": "unknown"}


def test_what_could_not_be_sent_is_sent_by_the_next_visit(new_page, start):
    page = new_page(390)
    to_the_texts(page, start)
    here = page.url
    page.context.set_offline(True)
    expect(page.locator("[data-state]")).to_contain_text("Pas de réseau")
    page.get_by_label("Racontez").fill("Écrit dans le tunnel.")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(start)
    page.get_by_role("button", name="Reprendre").click()
    page.goto(here)
    expect(page.get_by_label("Racontez")).to_have_value("Écrit dans le tunnel.")
    page.wait_for_load_state("networkidle")
    assert said()["Racontez"] == "Écrit dans le tunnel."


def test_two_devices_lose_nothing(new_page, start):
    telephone, computer = new_page(390), new_page()
    to_the_texts(telephone, start)
    computer.goto(telephone.url)
    telephone.get_by_label("Racontez").fill("Du téléphone")
    telephone.get_by_label("Et la suite ?").fill("Du téléphone aussi")
    expect(telephone.locator("[data-progress]")).to_have_text("3 réponses sur 9")
    computer.get_by_label("Racontez").fill("De l’ordinateur")
    choice = computer.get_by_role("alert")
    expect(choice).to_contain_text("Du téléphone")
    expect(choice).to_contain_text("De l’ordinateur")
    assert said()["Racontez"] == "Du téléphone"
    choice.get_by_label("Ce que vous venez de saisir").check()
    expect(choice).to_be_hidden()
    assert (said()["Racontez"], said()["Et la suite ?"]) == ("De l’ordinateur", "Du téléphone aussi")
    telephone.get_by_label("Racontez").fill("Du téléphone encore")
    choice = telephone.get_by_role("alert")
    choice.get_by_label("Sur un autre appareil").check()
    expect(choice).to_be_hidden()
    expect(telephone.get_by_label("Racontez")).to_have_value("De l’ordinateur")
    assert said()["Racontez"] == "De l’ordinateur"
    telephone.get_by_label("Racontez").fill("Des deux")
    expect(telephone.locator("[data-state]")).to_contain_text("Enregistré à")
    telephone.get_by_role("button", name="Enregistrer et relire").click()
    expect(telephone.get_by_text("Des deux")).to_be_visible()
    assert said()["Racontez"] == "Des deux"


@pytest.mark.opens("answering:start", "answering:page", "answering:review", "answering:thanks")
def test_without_javascript(new_page, start):
    page = new_page(390, java_script_enabled=False)
    page.goto(start)
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_text("Si vous avez répondu « oui » à « Vous réunissez-vous ? »")).to_be_visible()
    page.get_by_label("Combien de fois ?").fill("souvent")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Écrivez un nombre en chiffres")
    page.get_by_label("Combien de fois ?").fill("3")
    go_on(page)
    page.get_by_role("group", name="Le manque de temps").get_by_label("non").check()
    page.get_by_role("button", name="Enregistrer et finir plus tard").click()
    expect(page.get_by_text("3 réponses sur 9")).to_be_visible()
    page.get_by_role("button", name="Reprendre").click()
    page.get_by_label("Racontez").fill("Peu.")
    page.get_by_role("button", name="Précédent").click()
    expect(page.get_by_role("group", name="Le manque de temps").get_by_label("non")).to_be_checked()
    go_on(page)
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.get_by_label("Non, ne pas me citer").check()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", name="Merci, vos réponses sont envoyées")).to_be_visible()
    assert said()["Racontez"] == "Peu."


def test_declining_and_coming_back(phone, start):
    phone.goto(start)
    phone.get_by_role("link", name="Je ne souhaite pas répondre").click()
    phone.get_by_label("Je n’ai pas le temps").check()
    phone.get_by_role("button", name="Je ne répondrai pas").click()
    expect(phone.get_by_role("heading", name="C’est noté")).to_be_visible()
    phone.get_by_role("button", name="Répondre finalement").click()
    expect(phone.get_by_role("heading", name="Vos réunions")).to_be_visible()


def test_pages_are_accessible(page_at_each_width, start, assert_accessible, invitation):
    page = page_at_each_width
    page.goto(start)
    assert_accessible(page)
    for name in ("Je ne souhaite pas répondre", "Transmettre à un·e collègue"):
        page.goto(start)
        with page.expect_navigation():
            page.get_by_role("link", name=name).click()
        assert_accessible(page)
    page.goto(start)
    page.get_by_role("button", name="Commencer").click()
    for number in range(1, 4):
        expect(page.get_by_text(f"Page {number} sur 3")).to_be_visible()
        assert_accessible(page)
        page.locator("button[value=next]").click()
    expect(page.get_by_role("heading", name="Vos réponses")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Non, ne pas me citer").check()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", name="Merci")).to_be_visible()
    assert_accessible(page)
    invitation.ended_at, invitation.ending, invitation.successor = timezone.now(), "handed_on", InvitationFactory()
    invitation.save()
    page.goto(start)
    assert_accessible(page)


def test_a_conflict_is_accessible(new_page, start, assert_accessible):
    first, second = new_page(390), new_page(390)
    to_the_texts(first, start)
    second.goto(first.url)
    first.get_by_label("Racontez").fill("Ici")
    expect(first.locator("[data-state]")).to_contain_text("Enregistré à")
    second.get_by_label("Racontez").fill("Là")
    expect(second.get_by_role("alert")).to_be_visible()
    assert_accessible(second)


def test_the_team_types_for_someone(page_at_each_width, sign_in, invitation, assert_accessible):
    page = page_at_each_width
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("campaigns:enter", args=[invitation.campaign_id, invitation.pk]))
    assert_accessible(page)
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("Combien de fois ?").fill("2")
    assert_accessible(page)
    go_on(page)
    expect(page.get_by_role("heading", name="Ce qui freine")).to_be_visible()
    assert Answer.objects.get(question__label="Combien de fois ?").saved_by
