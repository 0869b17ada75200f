"""Writing a question and trying it, on a phone and without JavaScript; every page accessible at each width."""

import pytest
from django.urls import reverse

from evaluation import criteria
from evaluation.models import Answer, Criterion, Family, Question, Version
from evaluation.questionnaires import default, editing
from tests.factories import CampaignFactory, ResponseFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def answered(by) -> Version:
    """What ships; someone began to answer it, and a campaign in preparation uses it too."""
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    version = default.install().versions.get()
    ResponseFactory(invitation__campaign=CampaignFactory(version=version, running=True))
    CampaignFactory(version=version, title="Une campagne d’un nom assez long pour passer à la ligne sur un téléphone")
    return version


def address(name: str, version: Version, *more) -> str:
    return reverse(f"questionnaires:{name}", args=[version.questionnaire_id, version.number, *more])


def test_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, answered, by):
    page = page_at_each_width
    sign_in(page, by)
    new = editing.prepare_version(version=answered, by=by)
    by_kind = {question.kind: question for question in new.questions}
    first = new.pages.first()
    urls = [
        reverse("questionnaires:questionnaire_list"),
        reverse("questionnaires:questionnaire_create"),
        *(
            reverse(f"questionnaires:{name}", args=[new.questionnaire_id])
            for name in ("questionnaire", "questionnaire_edit", "questionnaire_delete")
        ),
        *(address(name, answered) for name in ("version", "texts_edit")),
        *(address(name, new) for name in ("version", "version_compare", "version_delete", "preview", "page_add")),
        *(address(name, new, first.pk) for name in ("page_edit", "page_delete", "question_add")),
        *(address("question_edit", new, question.pk) for question in by_kind.values()),
        *(address(name, new, by_kind["date"].pk) for name in ("question_condition", "question_delete")),
        address("question_delete", new, by_kind["single"].pk),
    ]
    for url in urls:
        page.goto(url)
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        assert_accessible(page)


def test_a_question_is_written_and_tried_on_a_phone(phone, assert_accessible, sign_in, answered, by):
    sign_in(phone, by)
    phone.goto(answered.get_absolute_url())
    phone.get_by_role("button", name="Préparer une nouvelle version").click()
    phone.get_by_role("link", name="Ajouter une question à la page 1").click()
    phone.get_by_role("link", name="Un choix", exact=True).click()
    phone.get_by_label("Question", exact=True).fill("Depuis combien de temps\u00a0?")
    phone.get_by_label("Intitulé").fill("Moins d’un an")
    phone.get_by_role("button", name="Ajouter un choix").click()
    phone.get_by_role("group", name="Choix 2").get_by_label("Intitulé").fill("Plus d’un an")
    assert_accessible(phone)
    phone.get_by_role("button", name="Enregistrer", exact=True).last.click()
    phone.get_by_text("Le questionnaire est à jour.").wait_for()
    new = Version.objects.get(number=2)
    written = Question.objects.get(page__version=new, label__startswith="Depuis combien")
    phone.locator(f"#question-{written.pk}").get_by_role("link", name="Quand la poser").click()
    phone.get_by_label("Selon la réponse à").select_option(label=default.ANYTHING.label)
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_label(default.ANYTHING.items[0].label).check()
    phone.get_by_role("button", name="Enregistrer").click()
    phone.get_by_text("Le questionnaire est à jour.").wait_for()

    phone.get_by_role("link", name="Aperçu").click()
    phone.get_by_role("button", name="Commencer").click()
    asked = phone.get_by_role("group", name="Depuis combien de temps")
    asked.wait_for(state="hidden")
    phone.get_by_label(default.ANYTHING.items[0].label).check()
    asked.wait_for(state="visible")
    assert_accessible(phone)
    phone.get_by_label("Plus d’un an").check()
    for part in default.STRUCTURE.pages:
        if part is not default.MEETINGS:  # not said to have met
            phone.get_by_role("heading", name=part.title, exact=True).wait_for()
            phone.get_by_role("button", name="Continuer").click()
    phone.get_by_role("heading", name="Fin de l’aperçu").wait_for()
    phone.get_by_text("Plus d’un an").wait_for()
    assert_accessible(phone)
    assert not Answer.objects.exists()


def test_the_preview_works_without_javascript(new_page, sign_in, answered, by):
    page = new_page(390, java_script_enabled=False)
    sign_in(page, by)
    page.goto(address("preview", answered))
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label(default.ANYTHING.items[1].label).check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("heading", name=default.BRAKES.title).wait_for()
    page.get_by_role("button", name="Précédent").click()
    assert page.get_by_label(default.ANYTHING.items[1].label).is_checked()
