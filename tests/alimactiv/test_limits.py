"""Who guesses links or searches without end is told to wait; others are not."""

import pytest
from django.urls import get_resolver, reverse
from pytest_django.asserts import assertContains

from alimactiv import limits
from outbox import links
from outbox.links import UNSUBSCRIBE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Small limits, whose stretch does not end during a test."""
    monkeypatch.setattr(limits, "MISSES", limits.Limit("token", 3, 10**9))
    monkeypatch.setattr(limits, "SEARCHES", limits.Limit("search", 2, 10**9))


def open_link(client, token: str, address: str = "192.0.2.1"):
    return client.get(reverse("outbox:unsubscribe", args=[token]), REMOTE_ADDR=address)


def test_guessing_links_is_stopped(client):
    good = links.make(purpose=UNSUBSCRIBE, subject="action_reminder", recipient="a@exemple.test", days=1)
    answers = [open_link(client, f"{number:043}").status_code for number in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert open_link(client, good).status_code == 429, "even a good one: who guesses waits"
    assert open_link(client, good, "192.0.2.2").status_code == 200


def test_links_that_open_are_not_counted(client):
    token = links.make(purpose=UNSUBSCRIBE, subject="action_reminder", recipient="a@exemple.test", days=1)
    assert {open_link(client, token).status_code for _ in range(10)} == {200}


def test_searching_without_end_is_stopped(client):
    answers = [client.get(reverse("directory:search"), REMOTE_ADDR="192.0.2.1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assertContains(answers[-1], "Patientez", status_code=429)
    assert client.get(reverse("directory:search"), REMOTE_ADDR="192.0.2.2").status_code == 200


def test_every_limited_page_exists():
    for name in limits.SEARCH_PAGES:
        space, _, page = name.partition(":")
        assert page in get_resolver().namespace_dict[space][1].reverse_dict
