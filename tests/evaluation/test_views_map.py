"""The map, its data and the list that says the same."""

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
    RespondentsFactory,
    TerritoryFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation() -> Evaluation:
    return EvaluationFactory(code="essai")


def trained(territory, session=None) -> Participation:
    more = {"session": session} if session else {}
    return ParticipationFactory(territory=territory, status=Participation.Status.TRAINED, **more)


def case_at(evaluation: Evaluation, name: str, latitude=None, longitude=None) -> Case:
    territory = TerritoryFactory(name=name, latitude=latitude, longitude=longitude)
    case = CaseFactory(evaluation=evaluation, participation=trained(territory))
    RespondentsFactory(case=case)
    return case


@pytest.fixture
def cases(evaluation) -> list[Case]:
    north, south, nowhere = (
        case_at(evaluation, "Ville-Nord", 48.95, 2.35),
        case_at(evaluation, "Ville-Sud", 48.6, 2.4),
        case_at(evaluation, "Ville-Sans-Lieu"),
    )
    EvidenceFactory(case=north, criterion_id="meeting")
    EvidenceFactory(case=south, criterion_id="brake.people.turnover")
    return [north, south, nowhere]


@pytest.fixture
def reader(client):
    client.force_login(UserFactory(is_steering_reader=True))
    return client


def get(client, query: str = ""):
    response = client.get(reverse("evaluation:map", args=["essai"]) + query)
    assert response.status_code == 200
    return response


def on_map(response) -> dict[str, str]:
    return {case["name"]: case["word"] for point in response.context["map_data"]["points"] for case in point["cases"]}


def in_list(response) -> dict[str, str]:
    return {place.row.name: place.word for group in response.context["groups"] for place in group.places}


def text(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u00a0", " ").split())


def test_any_activity_unless_told(reader, cases):
    response = get(reader)
    assert response.context["figure"].code == "any_activity"
    assert on_map(response) == {"Ville-Nord": "fait", "Ville-Sud": "non"}
    assert in_list(response) == on_map(response) | {"Ville-Sans-Lieu": "non"}


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ("still_active", {"Ville-Nord": "non", "Ville-Sud": "non"}),
        ("nothing", {"Ville-Nord": "non", "Ville-Sud": "oui"}),
        ("brake.people.turnover", {"Ville-Nord": "non signalé", "Ville-Sud": "signalé"}),
    ],
)
def test_the_address_chooses_what_is_shown(reader, cases, criterion, words):
    response = get(reader, f"?critere={criterion}")
    assert on_map(response) == words
    assert f'value="{criterion}" selected' in response.content.decode()


@pytest.mark.parametrize("criterion", ["", "answering", "no.such.thing", "department.93"])
def test_what_is_not_judged_by_territory_is_not_shown(reader, cases, criterion):
    assert get(reader, f"?critere={criterion}").context["figure"].code == "any_activity"


def test_who_has_no_coordinates_is_listed_apart(reader, cases):
    shown = text(get(reader))
    assert "Sans coordonnées, donc absents de la carte : Ville-Sans-Lieu ." in shown


def test_a_place_trained_twice_is_one_marker_with_both(reader, evaluation, cases):
    again = CaseFactory(
        evaluation=evaluation, participation=trained(cases[0].participation.territory, TrainingSessionFactory(number=9))
    )
    points = get(reader).context["map_data"]["points"]
    assert len(points) == 2
    both = next(point for point in points if len(point["cases"]) == 2)
    assert {case["url"] for case in both["cases"]} == {
        reverse("evaluation:case", args=["essai", case.pk]) for case in (cases[0], again)
    }


def test_filters_narrow_and_keep_the_choice(reader, cases):
    number = cases[0].participation.session.number
    response = get(reader, f"?critere=meeting&session={number}")
    assert set(in_list(response)) == {"Ville-Nord"}
    assert response.context["figure"].code == "meeting"


def test_without_javascript_the_list_is_there_and_the_map_is_not(reader, cases):
    shown = get(reader).content.decode()
    assert re.search(r'<div class="map"[^>]* hidden>', shown)
    assert "La même chose en liste" in shown


def test_no_script_or_style_stands_in_the_page(reader, evaluation, cases):
    case_at(evaluation, "</script><b>Ville", 48.9, 2.2)
    shown = get(reader).content.decode()
    scripts = re.findall(r"<script([^>]*)>", shown)
    assert scripts
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"<[^>]+ style=|<style|<[^>]+ on\w+=", shown)
    assert "</script><b>Ville" not in shown


def test_who_is_not_counted_is_not_on_the_map(reader, evaluation, cases):
    out = CaseFactory(
        evaluation=evaluation, in_scope=False, participation=trained(TerritoryFactory(latitude=48, longitude=2))
    )
    candidate = CaseFactory(evaluation=evaluation, participation=ParticipationFactory())
    shown = get(reader).content.decode()
    assert out.label not in shown
    assert candidate.label not in shown


def test_without_territories_the_page_says_so(reader, evaluation):
    assert "Aucun territoire à placer" in text(get(reader))


def test_who_may_read(client, cases):
    address = reverse("evaluation:map", args=["essai"])
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
    for n in range(3):
        case_at(evaluation, f"Ville-En-Plus-{n}", 48.7 + n / 10, 2.3)
    assert count() == before
