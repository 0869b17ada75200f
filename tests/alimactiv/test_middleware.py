import pytest
from django.urls import reverse

from tests.factories import UserFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db


def test_a_button_pressed_once_the_session_has_ended_says_that_nothing_was_done(client):
    button = reverse("campaigns:pause", args=[1])
    assert client.post(button).url.endswith(f"?next={button}")
    client.force_login(UserFactory())
    response = client.get(button)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "Rien n’a été fait" in texts(response)


def test_a_page_stays_as_it_is(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "Rien n’a été fait" not in texts(response)
