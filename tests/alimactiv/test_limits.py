"""Who guesses links or searches without end is told to wait; others are not."""

import re

import pytest
from django.urls import URLResolver, get_resolver, reverse
from pytest_django.asserts import assertContains

from alimactiv import limits
from outbox import links
from outbox.links import UNSUBSCRIBE
from tests.factories import DirectoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Small limits, whose stretch does not end during a test."""
    monkeypatch.setattr(limits, "MISSES", limits.Limit("token", 3, 10**9))
    monkeypatch.setattr(limits, "SEARCHES", limits.Limit("search", 2, 10**9))
    monkeypatch.setattr(limits, "DRAWINGS", limits.Limit("drawing", 1, 10**9))


def open_link(client, token: str, address: str = "192.0.2.1"):
    return client.get(reverse("outbox:unsubscribe", args=[token]), REMOTE_ADDR=address)


def test_guessing_links_is_stopped(client):
    good = links.make(purpose=UNSUBSCRIBE, subject="action_reminder", recipient="a@exemple.test", days=1)
    answers = [open_link(client, f"{number:043}").status_code for number in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    assert open_link(client, good).status_code == 429, "even a good one: who guesses waits"
    assert open_link(client, good, "192.0.2.2").status_code == 200


ANSWERS_ALIKE = "/nouveau-lien/"  # for links known and unknown, with a limit of its own


def with_token() -> list[str]:
    """Every address of the site that a link opens, with a token that nobody was given."""
    found = []

    def walk(patterns, before: str) -> None:
        for pattern in patterns:
            path = before + pattern.pattern._route
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif "<str:token>" in path and not path.endswith(ANSWERS_ALIKE):
                found.append("/" + re.sub(r"<\w+:\w+>", "1", path.replace("<str:token>", "0" * 43)))

    walk(get_resolver().url_patterns, "")
    return found


def ask(client, page: str):
    """By the form, where a page only takes one."""
    answer = client.get(page, REMOTE_ADDR="192.0.2.1")
    return client.post(page, REMOTE_ADDR="192.0.2.1") if answer.status_code == 405 else answer


def test_every_page_of_a_link_counts_those_that_open_nothing(client, monkeypatch):
    pages = with_token()
    assert len(pages) > 20
    monkeypatch.setattr(limits, "MISSES", limits.Limit("token", len(pages), 10**9))
    opened = {page: ask(client, page).status_code for page in pages}
    assert {page: status for page, status in opened.items() if status != 404} == {}
    assert open_link(client, "0" * 43).status_code == 429, "each was counted"


def test_links_that_open_are_not_counted(client):
    token = links.make(purpose=UNSUBSCRIBE, subject="action_reminder", recipient="a@exemple.test", days=1)
    assert {open_link(client, token).status_code for _ in range(10)} == {200}


@pytest.mark.parametrize("page", ["directory:search", "api:directory"])
def test_searching_without_end_is_stopped(client, page):
    answers = [client.get(reverse(page), REMOTE_ADDR="192.0.2.1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assertContains(answers[-1], "Patientez", status_code=429)
    assert client.get(reverse(page), REMOTE_ADDR="192.0.2.2").status_code == 200


def test_printing_without_end_is_stopped(client):
    address = reverse("week:document", args=[DirectoryFactory().territory.slug])
    assert [client.get(address, REMOTE_ADDR="192.0.2.1").status_code for _ in range(2)] == [200, 429]
    assert client.get(reverse("directory:search"), REMOTE_ADDR="192.0.2.1").status_code == 200, "each its own limit"


@pytest.mark.parametrize(("other", "status"), [("2001:db8:1:1::2", 429), ("2001:db8:1:2::1", 404)])
def test_a_visitor_is_a_whole_network_of_the_new_internet(client, other, status):
    for number in range(3):
        open_link(client, f"{number:043}", "2001:db8:1:1::1")
    assert open_link(client, "3" * 43, other).status_code == status


def test_the_address_is_the_one_that_our_proxy_saw(client, settings):
    """What a visitor writes in the header stands before it: no way out of a limit, nor to use up another's."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    tries = [
        client.get(reverse("directory:search"), HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 192.0.2.1")
        for number in range(3)
    ]
    assert [answer.status_code for answer in tries] == [200, 200, 429]
    assert client.get(reverse("directory:search"), HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 200


def test_every_limited_page_exists():
    for name in limits.SEARCH_PAGES | limits.DRAWN:
        space, _, page = name.partition(":")
        assert page in get_resolver().namespace_dict[space][1].reverse_dict
