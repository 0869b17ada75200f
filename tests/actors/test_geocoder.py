import json
from contextlib import closing
from socket import socket

import pytest
from django.core.cache import cache

from actors import geocoder
from tests.actors.geocoding import FOUND

ADDRESS = geocoder.Address(
    "3 Rue de l’Exemple 93010 Bondy", "housenumber", "93140", "Bondy", "93010", 48.9022, 2.4821, 0.97
)


def assert_at_rest(server) -> None:
    """It was asked once, is unavailable, and is not asked again."""
    with pytest.raises(geocoder.Unavailable):
        geocoder.search("3 rue de l’Exemple")
    with pytest.raises(geocoder.Unavailable):
        geocoder.search("4 rue de l’Exemple")
    assert len(server.asked) == 1


def test_an_address_is_found_and_remembered(server):
    assert geocoder.search(" 3  rue de l’Exemple ", postcode="93140", limit=2) == [ADDRESS]
    assert geocoder.search("3 rue de l’Exemple", postcode="93140", limit=2) == [ADDRESS]
    assert server.asked == [{"q": ["3 rue de l’Exemple"], "postcode": ["93140"], "limit": ["2"]}]


@pytest.mark.parametrize("text", ["", "ab", "?? rue"])
def test_what_it_would_refuse_is_not_asked(server, text):
    assert geocoder.search(text) == []
    assert server.asked == []


def test_a_question_that_it_refuses_finds_nothing_and_no_more(server):
    server.status, server.body = 400, b"{}"
    assert geocoder.search("3 rue de l’Exemple") == []
    server.status, server.body = 200, json.dumps(FOUND).encode()
    assert geocoder.search("4 rue de l’Exemple") == [ADDRESS]


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("Wed, 21 Oct 2026 07:28:00 GMT", geocoder.REST),
        ("", geocoder.REST),
        ("999999", geocoder.LONGEST_REST),
    ],
)
def test_too_many_questions_it_is_left_in_peace_as_long_as_it_asks(server, asked, seconds):
    server.status, server.headers = 429, {"Retry-After": asked}
    assert_at_rest(server)
    assert cache.get(geocoder.RESTING) == seconds


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"features": [{"properties": {}}]}',
        b'{"features": [{"properties": {"label": "x"}, "geometry": {"coordinates": [2]}}]}',
        b'{"features": [{"properties": {"label": "x"}, "geometry": {"coordinates": [2, 200]}}]}',
        b"\xff",
        b" " * (geocoder.LARGEST + 1),
    ],
)
def test_an_answer_that_is_not_one(server, body):
    server.body = body
    assert_at_rest(server)


def test_an_error_of_its_own(server):
    server.status = 503
    assert_at_rest(server)


def test_slow(server, monkeypatch):
    monkeypatch.setattr(geocoder, "TIMEOUT", 0.05)
    server.wait = 0.5
    assert_at_rest(server)


def test_down(settings):
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        settings.GEOCODER_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(geocoder.Unavailable):
        geocoder.search("3 rue de l’Exemple")


def test_none_is_configured():
    with pytest.raises(geocoder.Unavailable):
        geocoder.search("3 rue de l’Exemple")


def test_after_its_rest_it_is_asked_again(server):
    server.status = 503
    assert_at_rest(server)
    cache.delete(geocoder.RESTING)  # as its minute does
    server.status = 200
    assert geocoder.search("3 rue de l’Exemple") == [ADDRESS]


def test_what_was_asked_is_never_logged(server, caplog):
    server.status = 503
    assert_at_rest(server)
    assert "Exemple" not in caplog.text
    assert caplog.records
