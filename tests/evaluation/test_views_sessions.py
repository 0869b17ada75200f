"""Sessions side by side."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.by_session import MEASURES
from evaluation.models import Case, Evaluation
from territories.models import Participation, TrainingSession
from tests.factories import (
    CaseFactory,
    CoordinatorFactory,
    EvaluationFactory,
    EvidenceFactory,
    ParticipationFactory,
    RespondentsFactory,
    TerritoryFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation() -> Evaluation:
    return EvaluationFactory(code="essai")


def case_in(evaluation: Evaluation, session: TrainingSession, **fields) -> Case:
    participation = ParticipationFactory(session=session, status=Participation.Status.TRAINED, **fields)
    return CaseFactory(evaluation=evaluation, participation=participation)


@pytest.fixture
def cases(evaluation) -> list[Case]:
    """Session 1: a meeting for sure, and one to check. Session 2: a territory that did not answer."""
    first, second = TrainingSessionFactory(number=1), TrainingSessionFactory(number=2)
    cases = [case_in(evaluation, first), case_in(evaluation, first), case_in(evaluation, second)]
    for case in cases[:2]:
        RespondentsFactory(case=case)
        EvidenceFactory(case=case, criterion_id="meeting")
    EvidenceFactory(case=cases[1], criterion_id="meeting", value="unknown")
    return cases


@pytest.fixture
def reader(client):
    client.force_login(UserFactory(is_steering_reader=True))
    return client


def get(client, query: str = ""):
    response = client.get(reverse("evaluation:sessions", args=["essai"]) + query)
    assert response.status_code == 200
    return response


def text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).replace("\u00a0", " ").split())


def table(response) -> dict[str, list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", response.content.decode(), re.S)
    cells = [[text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]
    return {label: values for label, *values in cells}


def test_each_session_has_its_own_counts(reader, cases):
    shown = table(get(reader))
    assert shown["Chiffre"] == ["Session 1", "Session 2"]
    assert shown["Territoires formés"] == ["2", "1"]
    assert shown["Territoires ayant répondu"] == ["2 sur 2", "0 sur 1"]
    assert shown["Au moins une réunion de coordination"] == ["1 à 2 sur 2", "0 sur 1"]
    assert shown["Au moins une démarche mise en œuvre"] == ["1 à 2 sur 2", "0 sur 1"]
    assert len(shown) == 2 + len(MEASURES)


def test_the_chart_draws_the_table(reader, cases):
    response = get(reader)
    *_, wholes, parts = (layer["data"]["values"] for layer in response.context["chart"]["layer"])
    drawn = {(part["group"], part["label"], part["state"]): part["count"] for part in parts}
    assert len(wholes) == 2 * len(MEASURES)
    written = {}
    for measure, values in list(table(response).items())[2:]:
        for session, value in zip(["Session 1", "Session 2"], values, strict=True):
            certain, possible = re.fullmatch(r"(\d+)(?: à (\d+))? sur \d+", value).groups()
            to_check = int(possible or certain) - int(certain)
            written |= {(measure, session, "oui"): int(certain), (measure, session, "à vérifier"): to_check}
    assert drawn == {key: count for key, count in written.items() if count}


def test_each_count_leads_to_its_figure_for_that_session(reader, cases):
    shown = get(reader).content.decode()
    assert reverse("evaluation:figure", args=["essai", "meeting"]) + "?session=2" in shown


def test_a_territory_trained_again_is_named_even_if_not_counted_again(reader, evaluation, cases):
    again = case_in(evaluation, TrainingSessionFactory(number=4), territory=cases[0].participation.territory)
    Case.objects.filter(pk=again.pk).update(in_scope=False)
    shown = text(get(reader).content.decode())
    assert f"{cases[0].label} a été formé plusieurs fois : sessions 1 et 4." in shown
    assert table(get(reader))["Chiffre"] == ["Session 1", "Session 2"]


def test_a_candidate_for_a_second_session_is_not_trained_again(reader, evaluation, cases):
    ParticipationFactory(territory=cases[0].participation.territory)
    assert "plusieurs fois" not in text(get(reader).content.decode())


def test_filters_apply(reader, cases):
    assert table(get(reader, "?session=2"))["Chiffre"] == ["Session 2"]


def test_who_is_not_counted_makes_no_session(reader, evaluation, cases):
    out = case_in(evaluation, TrainingSessionFactory(number=8))
    Case.objects.filter(pk=out.pk).update(in_scope=False)
    CaseFactory(evaluation=evaluation, participation=ParticipationFactory(session=TrainingSessionFactory(number=9)))
    assert table(get(reader))["Chiffre"] == ["Session 1", "Session 2"]


def test_without_territories_the_page_says_so(reader, evaluation):
    assert "Aucune session à comparer" in text(get(reader).content.decode())


def test_who_may_read(client, cases):
    address = reverse("evaluation:sessions", args=["essai"])
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


def test_queries_do_not_grow(reader, evaluation, cases):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            get(reader)
        return len(queries)

    before = count()
    twice = TerritoryFactory()
    for number in (5, 6, 7):
        session = TrainingSessionFactory(number=number)
        case_in(evaluation, session)
        case_in(evaluation, session, territory=twice)
    assert count() == before
