"""The verbatims of an evaluation: finding them from a criterion, and coding the free texts among them."""

import pytest
from django.urls import reverse

from evaluation.models import Answer, Coding
from tests.evaluation.answered import answer_to, ask, campaign_of, respond
from tests.evaluation.test_views_dossier import get
from tests.factories import CaseFactory, CodingFactory, EvaluationFactory, EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def case():
    return CaseFactory(evaluation__code="essai", participation__session__number=1)


@pytest.fixture
def campaign(case):
    return campaign_of(case.evaluation)


@pytest.fixture
def written(case, campaign):
    """Two persons who answer a question and write."""
    meeting, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text", label="Racontez")
    for value in ("yes", "no"):
        respond(case, campaign, {meeting: value, text: f"Récit de {value}."})
    return case


# Verbatims ----------------------------------------------------------------------------------------


def test_a_brake_leads_to_its_verbatims(client, staff, case, campaign):
    text = ask(campaign, "text")
    response = respond(case, campaign, {text: "Le poste était vacant."})
    CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.turnover")
    page = client.get(reverse("evaluation:brakes", args=["essai"]) + "?session=1").content.decode()
    link = reverse("evaluation:verbatims", args=["essai"]) + "?critere=brake.people.turnover&amp;session=1"
    assert page.count("/verbatims/?critere=") == 1
    assert link in page
    shown, context = get(client, "verbatims", case.evaluation, query="?critere=brake.people.turnover&session=1")
    assert "Le poste était vacant." in shown
    assert context["carried"] == [("session", "1")]


def test_an_address_that_asks_for_what_is_not_offered_looks_for_less(client, staff, written):
    query = "?critere=inconnu&territoire=0&question=Autre&etat=x&mots=recit"
    _, context = get(client, "verbatims", written.evaluation, query=query)
    assert sorted(verbatim.words for verbatim in context["verbatims"]) == ["Récit de no.", "Récit de yes."]


def test_a_criterion_without_verbatims_leads_to_the_texts_to_code(client, staff, written):
    shown, _ = get(client, "verbatims", written.evaluation, query="?critere=brake.people.turnover")
    assert "Aucun texte n'est encore codé avec ce critère" in shown
    assert "Voir les textes pas encore codés" in shown


def test_quotes_of_statements_are_there_with_their_source(client, case):
    client.force_login(UserFactory(is_steering_reader=True))
    EvidenceFactory(case=case, quote="Une citation.", reference="rapport, page 3")
    shown, _ = get(client, "verbatims", case.evaluation)
    assert "Une citation. Au moins une réunion de coordination : oui – document rapport, page 3" in shown
    assert "Coder" not in shown


# Coding -------------------------------------------------------------------------------------------


@pytest.fixture
def text(written):
    return Answer.objects.filter(question__kind="text").order_by("pk").first()


def show_text(client, text, query=""):
    return get(client, "verbatim", text.response.invitation.campaign.evaluation, text.pk, query=query)


def code(client, text, query="", **data):
    data = {"criterion": "brake.people.turnover", "value": "yes", "revision": text.revision} | data
    return client.post(reverse("evaluation:verbatim", args=["essai", text.pk]) + query, data)


def test_coding_a_text_counts_at_once(client, staff, text, written):
    assert "Ce texte n'est pas encore codé" in show_text(client, text)[0]
    response = code(client, text, excerpt="Récit")
    assert response.url == reverse("evaluation:verbatim", args=["essai", text.pk])
    coding = Coding.objects.get()
    assert (coding.answer, coding.criterion_id, coding.value, coding.excerpt, coding.by) == (
        *(text, "brake.people.turnover", "yes"),
        *("Récit", staff),
    )
    shown, context = show_text(client, text)
    assert "Le texte est codé « Départs ou postes vacants »" in shown
    assert context["next"] not in (text, None)
    _, context = get(client, "cell", written.evaluation, written.pk, "brake.people.turnover")
    assert context["shown"].cell.verdict.code == "yes"


def test_correcting_a_coding_keeps_its_criterion(client, staff, text):
    coding = CodingFactory(answer=text, criterion_id="other", excerpt="Récit")
    _, context = show_text(client, text, f"?codage={coding.pk}")
    assert (context["correcting"], context["form"]["excerpt"].value()) == (coding, "Récit")
    code(client, text, f"?codage={coding.pk}", criterion="mapping", value="no")
    assert [(c.criterion_id, c.value) for c in Coding.objects.all()] == [("other", "no")]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"criterion": ""}, "criterion"),
        ({"criterion": "inconnu"}, "criterion"),
        ({"value": ""}, "value"),
        ({"excerpt": "jamais écrit"}, "excerpt"),
        ({"revision": 7}, "__all__"),
    ],
)
def test_a_refused_coding_is_told_beside_its_field_and_nothing_typed_is_lost(client, staff, text, data, field):
    response = code(client, text, **data)
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert not Coding.objects.exists()
    assert int(form["revision"].value()) == text.revision  # what comes back shows the text as it is


def test_a_coding_is_taken_back_by_post(client, staff, text):
    coding = CodingFactory(answer=text, criterion_id="other")
    response = client.post(reverse("evaluation:coding_remove", args=["essai", coding.pk]))
    assert response.url == reverse("evaluation:verbatim", args=["essai", text.pk])
    assert not Coding.objects.exists()


@pytest.mark.parametrize("change", [{"value": None}, {"is_asked": False}, {"response__submitted_at": None}])
def test_a_text_that_is_not_there_to_be_read_is_not_found(client, staff, text, change):
    if "response__submitted_at" in change:
        type(text.response).objects.update(submitted_at=None)
    else:
        Answer.objects.update(**change)
    assert client.get(reverse("evaluation:verbatim", args=["essai", text.pk])).status_code == 404


def test_nothing_of_an_evaluation_is_found_under_another_s_address(client, staff, text, written):
    EvaluationFactory(code="ailleurs")
    coding = CodingFactory(answer=text)
    for name, pk in (("verbatim", text.pk), ("case_responses", written.pk)):
        assert client.get(reverse(f"evaluation:{name}", args=["ailleurs", pk])).status_code == 404
    assert client.post(reverse("evaluation:coding_remove", args=["ailleurs", coding.pk])).status_code == 404


def test_a_number_or_a_choice_is_not_coded(client, staff, written):
    answer = Answer.objects.filter(question__kind="yes_no").first()
    assert client.get(reverse("evaluation:verbatim", args=["essai", answer.pk])).status_code == 404
