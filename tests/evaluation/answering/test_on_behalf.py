"""Typing for a person what they say on the telephone."""

import pytest
from django.urls import reverse

from evaluation.answering.forms import mark
from evaluation.models import Answer, Invitation, Response
from tests.factories import CampaignFactory, UserFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def url(invitation):
    def address(name="enter", *args):
        return reverse(f"campaigns:{name}", args=[invitation.campaign_id, invitation.pk, *args])

    return address


def test_the_team_answers_for_someone(client, staff, url, page, question):
    assert "Vous saisissez pour <strong>Camille Fictive</strong>" in texts(client.get(url()))
    assert client.post(url()).url == url("enter_page", page.pk)
    data = {f"m{question.pk}": mark(0, None), f"q{question.pk}": "Au téléphone", "go": "next"}
    assert client.post(url("enter_page", page.pk), data).url == url("enter_review")
    answer = Answer.objects.get()
    assert (answer.value, answer.saved_by) == ("Au téléphone", staff)
    assert "à voix haute" in texts(client.get(url("enter_review")))
    assert client.post(url("enter_review"), {"quoting": "none"}).url == url("enter_thanks")
    assert Response.objects.get().submitted_at


def test_the_person_sees_what_the_team_typed(client, staff, url, link, invitation, page, question):
    client.post(url())
    data = {f"m{question.pk}": mark(0, None), f"q{question.pk}": "Au téléphone"}
    client.post(url("enter_page", page.pk), data)
    client.logout()
    address = reverse("answering:page", args=[link(invitation), page.pk])
    shown = texts(client.post(address, data | {f"q{question.pk}": "Par le lien"}))
    assert "Saisi pour vous par l’équipe" in shown
    assert "Vous saisissez pour" not in shown


def test_a_person_of_another_campaign_is_not_found(client, staff, invitation):
    other = CampaignFactory(running=True)
    assert client.get(reverse("campaigns:enter", args=[other.pk, invitation.pk])).status_code == 404


def test_one_who_is_not_asked_any_more_is_not_found(client, staff, url, invitation):
    Invitation.objects.update(ended_at=invitation.added_at, ending="removed")
    assert client.get(url()).status_code == 404


def test_the_team_declines_and_hands_on(client, staff, url, invitation):
    client.post(url("enter_decline"), {"words": "Dit au téléphone"})
    invitation.refresh_from_db()
    assert invitation.decline_reason == "Dit au téléphone"
    client.post(url())
    who = {"name": "Dominique Fictif", "email": "dominique@exemple.test", "agreed": "on"}
    assert client.post(url("enter_hand_on"), who).url == invitation.campaign.get_absolute_url()
    invitation.refresh_from_db()
    assert invitation.successor.name == "Dominique Fictif"
