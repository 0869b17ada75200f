"""Calling, over HTTP."""

import html
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Call, Campaign, Invitation
from tests.evaluation import answered
from tests.factories import (
    CallFactory,
    CampaignFactory,
    InvitationFactory,
    MeetingFactory,
    StepFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def campaign() -> Campaign:
    """Whose day of calls has come."""
    campaign = CampaignFactory(running=True, opens_on=TODAY - timedelta(days=28))
    StepFactory(campaign=campaign, kind="invitation", days=0)
    StepFactory(campaign=campaign, kind="call", days=28, text="Bonjour {nom}, ici {expediteur}. {lien}")
    return campaign


@pytest.fixture
def person(campaign) -> Invitation:
    return InvitationFactory(campaign=campaign, name="Anaïs Fictive", phone="01 00 00 00 07")


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def team(client, staff) -> Client:
    client.force_login(staff)
    return client


def listed(team: Client) -> list[str]:
    response = team.get(reverse("campaigns:calls"))
    assert response.status_code == 200
    return [one.progress.invitation.name for one in response.context["page_obj"]]


def page_of(one: Invitation) -> str:
    return reverse("campaigns:call", args=[one.campaign_id, one.pk])


# The list -----------------------------------------------------------------------------------------


def test_today_s_list_tells_whom_to_call_why_and_at_which_number(team, person):
    InvitationFactory(campaign=CampaignFactory(running=True), name="Chloé d’Ailleurs")  # whose day has not come
    without = InvitationFactory(campaign=person.campaign, name="Zoé Fictive")
    assert listed(team) == [person.name, without.name]
    page = texts(team.get(reverse("campaigns:calls")))
    assert 'href="tel:0100000007"' in page
    assert page.count("N’a pas encore répondu") == 2
    assert page.count("numéro à trouver") == 1
    assert "Chloé" not in page


def test_an_empty_list_says_who_will_be_there(team):
    assert listed(team) == []
    assert "Personne à appeler aujourd’hui" in texts(team.get(reverse("campaigns:calls")))


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_one_as_for_three(team, campaign, count):
    for _ in range(count):
        CallFactory(invitation=InvitationFactory(campaign=campaign), at=timezone.now() - timedelta(days=3))
    listed(team)
    with CaptureQueriesContext(connection) as queries:
        assert len(listed(team)) == count
    assert len(queries) == 11


# A call -------------------------------------------------------------------------------------------


def test_a_call_is_prepared_with_what_to_say_and_what_the_logbook_knows(team, person):
    answered.ask(person.campaign, "yes_no", "meeting")
    MeetingFactory(territory=person.case.participation.territory)
    MeetingFactory()  # of another territory
    CallFactory(invitation=person, note="Plutôt le matin.")
    CallFactory(invitation=InvitationFactory(campaign=person.campaign), note="Secret d’une autre")
    page = html.unescape(texts(team.get(page_of(person))))
    assert f"Bonjour {person.name}, ici {person.campaign.sender_name}. (son lien personnel" in page
    assert "Une réunion, le 5 mai 2026" in page
    assert "Plutôt le matin." in page
    assert "Secret" not in page


def test_a_campaign_without_words_of_its_own_has_the_usual_ones(team, person):
    person.campaign.steps.filter(kind="call").delete()
    page = html.unescape(texts(team.get(page_of(person))))
    assert f"de la part de {person.campaign.sender_name}" in page


def test_nobody_is_called_before_the_launch(team):
    assert team.get(page_of(InvitationFactory())).status_code == 404


@pytest.mark.parametrize(
    ("outcome", "more"), [("no_answer", {}), ("will_answer", {}), ("call_again", {"again_on": TOMORROW}), ("stop", {})]
)
def test_who_was_called_leaves_today_s_list(team, staff, person, outcome, more):
    response = team.post(page_of(person), {"outcome": outcome, "note": " Au bureau. ", **more})
    assert response.url == reverse("campaigns:calls")
    call = person.calls.get()
    assert (call.outcome, call.by, call.note, call.again_on) == (outcome, staff, "Au bureau.", more.get("again_on"))
    assert listed(team) == []


def test_answers_on_the_telephone_lead_to_entering_them(team, person):
    response = team.post(page_of(person), {"outcome": "answered"})
    assert response.url == reverse("campaigns:enter", args=[person.campaign_id, person.pk])
    assert listed(team) == [person.name]  # until they are entered


@pytest.mark.parametrize(
    "happens",
    [
        lambda one: Campaign.objects.update(closes_on=TODAY - timedelta(days=1)),
        lambda one: Invitation.objects.update(ended_at=timezone.now(), ending="handed_on"),
    ],
)
def test_who_can_answer_no_more_leaves_nothing_to_enter(team, person, happens):
    happens(person)
    response = team.post(page_of(person), {"outcome": "answered"}, follow=True)
    assert response.redirect_chain == [(reverse("campaigns:calls"), 302)]
    assert "on ne peut plus saisir" in texts(response)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "autre"}, "outcome"),
        ({"outcome": "call_again"}, "again_on"),
        ({"outcome": "call_again", "again_on": TODAY - timedelta(days=1)}, "again_on"),
        ({"outcome": "call_again", "again_on": TODAY + timedelta(days=300)}, "again_on"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(team, person, typed, field):
    response = team.post(page_of(person), {"note": "À ne pas perdre", **typed})
    assert [*refusals(response)] == [field]
    assert "À ne pas perdre" in texts(response)
    assert not Call.objects.exists()


def test_a_day_left_beside_another_outcome_means_nothing(team, person):
    team.post(page_of(person), {"outcome": "no_answer", "again_on": TODAY - timedelta(days=9)})
    assert person.calls.get().again_on is None


def test_a_call_noted_by_mistake_is_taken_back_after_a_question(team, person):
    call = CallFactory(invitation=person, outcome="stop")
    kept = CallFactory(invitation=InvitationFactory(campaign=person.campaign, email="autre@exemple.test"))
    page = reverse("campaigns:call_remove", args=[call.pk])
    assert team.get(page).status_code == 200
    assert Call.objects.count() == 2
    assert team.post(page).url == reverse("campaigns:person", args=[person.campaign_id, person.pk])
    assert [*Call.objects.all()] == [kept]
    assert listed(team) == [person.name]
