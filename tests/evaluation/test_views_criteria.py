"""Brakes, success conditions and outcomes by family."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import Case, Evaluation
from territories.models import Participation
from tests.factories import (
    CaseFactory,
    CoordinatorFactory,
    EvaluationFactory,
    EvidenceFactory,
    ParticipationFactory,
    PublishedFigureFactory,
    RespondentsFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PAGES = ["evaluation:brakes", "evaluation:success", "evaluation:outcomes"]


@pytest.fixture
def evaluation() -> Evaluation:
    return EvaluationFactory(code="essai")


def answering(evaluation: Evaluation, label: str, **fields) -> Case:
    case = CaseFactory(evaluation=evaluation, label=label, **fields)
    RespondentsFactory(case=case)
    return case


@pytest.fixture
def cases(evaluation) -> list[Case]:
    """Lack of time: sure for one, contradicted for another, not reported by the third, no answer from the fourth."""
    sure, contradicted, quiet = (answering(evaluation, name) for name in ("Ville-Sûre", "Ville-Double", "Ville-Calme"))
    silent = CaseFactory(evaluation=evaluation, label="Ville-Muette")
    EvidenceFactory(case=sure, criterion_id="brake.people.lack_of_time")
    EvidenceFactory(case=contradicted, criterion_id="brake.people.lack_of_time")
    EvidenceFactory(case=contradicted, criterion_id="brake.people.lack_of_time", value="no")
    return [sure, contradicted, quiet, silent]


@pytest.fixture
def reader(client):
    client.force_login(UserFactory(is_steering_reader=True))
    return client


def page(client, name: str, query: str = "") -> str:
    response = client.get(reverse(name, args=["essai"]) + query)
    assert response.status_code == 200
    return response.content.decode()


def text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).replace("\u00a0", " ").split())


def lines(response) -> dict:
    return {line.figure.code: line for part in response.context["families"] for line in part.lines}


def test_each_criterion_is_an_interval_that_names_its_territories(reader, cases):
    shown = text(page(reader, "evaluation:brakes").split('<div class="two-columns">')[1])
    assert "Manque de temps dédié : 1 à 2 sur 4 ● signalé : Ville-Sûre ◐ à vérifier : Ville-Double" in shown
    assert "Ville-Calme" not in shown
    assert "Départs ou postes vacants : aucun constat" in shown


def test_not_reported_is_not_absent_and_no_answer_is_named(reader, cases):
    shown = text(page(reader, "evaluation:brakes"))
    assert "rien de ce qui a été recueilli n’en parle. Cela ne prouve pas l’absence." in shown
    assert "Sans réponse : Ville-Muette" in shown


def test_the_chart_draws_the_table(reader, cases):
    response = reader.get(reverse("evaluation:brakes", args=["essai"]))
    rows = re.findall(r"<tr>(.*?)</tr>", response.content.decode().split("<tbody>", 1)[1].split("</figure>")[0], re.S)
    table = {}
    for row in rows:
        words = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        if len(words) == 6:
            table[text(words[0])] = [int(text(word)) for word in words[1:]]
    assert table == {"Manque de temps dédié": [1, 1, 1, 1, 4]}
    *_, parts = (layer["data"]["values"] for layer in response.context["chart"]["layer"])
    drawn = {(part["label"], part["state"]): part["count"] for part in parts}
    assert drawn == {
        (label, state): count
        for label, numbers in table.items()
        for state, count in zip(["signalé", "à vérifier"], numbers, strict=False)
    }


def test_each_criterion_leads_to_its_figure_and_each_territory_to_its_cell(reader, cases):
    shown = page(reader, "evaluation:brakes", "?departement=93")
    code = "brake.people.lack_of_time"
    assert reverse("evaluation:figure", args=["essai", code]) + "?departement=93" in shown
    assert reverse("evaluation:cell", args=["essai", cases[0].pk, code]) in shown


def test_a_published_outcome_without_statements_is_not_recomputable(reader, evaluation, cases):
    PublishedFigureFactory(evaluation=evaluation, code="outcome.better_knowledge", value=11)
    shown = text(page(reader, "evaluation:outcomes"))
    assert "Meilleure connaissance des acteurs du territoire : aucun constat ? non recalculable (11)" in shown
    assert "data-spec" not in page(reader, "evaluation:outcomes")  # nothing to draw


def test_published_values_are_not_held_against_some_of_the_territories(reader, evaluation, cases):
    PublishedFigureFactory(evaluation=evaluation, code="outcome.better_knowledge", value=11)
    shown = text(page(reader, "evaluation:outcomes", "?departement=93"))
    assert "(11)" not in shown
    assert "elles ne sont pas rappelées quand un filtre est posé" in shown


def test_a_filter_narrows_numbers_and_names(reader, evaluation, cases):
    other = answering(
        evaluation,
        "Ville-Ailleurs",
        participation=ParticipationFactory(
            session=TrainingSessionFactory(number=7), status=Participation.Status.TRAINED
        ),
    )
    EvidenceFactory(case=other, criterion_id="brake.people.lack_of_time")
    response = reader.get(reverse("evaluation:brakes", args=["essai"]) + "?session=7")
    line = lines(response)["brake.people.lack_of_time"]
    assert (line.bar.certain, line.bar.possible, line.bar.of) == (1, 1, 1)
    assert "Ville-Sûre" not in response.content.decode()


def test_who_is_not_counted_is_not_named(reader, evaluation, cases):
    out = answering(evaluation, "Ville-Hors-Périmètre", in_scope=False)
    candidate = answering(evaluation, "Ville-Candidate", participation=ParticipationFactory(status="candidate"))
    elsewhere = answering(EvaluationFactory(), "Ville-D-Une-Autre")
    for case in (out, candidate, elsewhere):
        EvidenceFactory(case=case, criterion_id="brake.people.lack_of_time")
    shown = page(reader, "evaluation:brakes")
    for case in (out, candidate, elsewhere):
        assert case.label not in shown


@pytest.mark.parametrize("name", PAGES)
def test_without_territories_the_page_says_so(reader, evaluation, name):
    assert "Aucun territoire à compter" in page(reader, name)


@pytest.mark.parametrize("name", PAGES)
def test_who_may_read(client, evaluation, cases, name):
    address = reverse(name, args=["essai"])
    assert client.get(address).status_code == 302
    expected = [
        (UserFactory(is_staff=True), 200),
        (UserFactory(is_steering_reader=True), 200),
        (CoordinatorFactory(territory=cases[0].participation.territory).user, 403),
        (CoordinatorFactory().user, 404),
        (UserFactory(), 404),
    ]
    for user, status in expected:
        client.force_login(user)
        assert client.get(address).status_code == status


@pytest.mark.parametrize("name", PAGES)
def test_queries_do_not_grow(reader, evaluation, cases, name):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(reader, name)
        return len(queries)

    before = count()
    for n in range(3):
        case = answering(evaluation, f"Ville-En-Plus-{n}")
        for criterion in ("brake.people.turnover", "success.field.concrete_tools", "outcome.regional_links"):
            EvidenceFactory(case=case, criterion_id=criterion)
    assert count() == before
