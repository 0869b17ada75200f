"""The error pages, which ask the database nothing; whom to tell of a weakness."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from alimactiv import urls
from tests.pages import texts

handler500 = urls.handler500


def failing(error: Exception):
    @login_not_required
    def view(request) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    *urls.urlpatterns,
    path("lost/", failing(OperationalError("server closed the connection"))),
    path("closed/", failing(InterfaceError("connection already closed"))),
    path("wrong/", failing(ValueError("what nobody thought of"))),
]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("page", "status", "words", "again"),
    [
        ("/lost/", 503, "Le site revient dans un instant", "30"),
        ("/closed/", 503, "Le site revient dans un instant", "30"),
        ("/wrong/", 500, "Le site a rencontré une erreur", None),
    ],
)
def test_a_failure_without_any_database(client, page, status, words, again):
    """No ``db``: a query would fail this test."""
    client.raise_request_exception = False
    response = client.get(page)
    assert (response.status_code, response.headers.get("Retry-After")) == (status, again)
    assert words in texts(response)


def test_whom_to_tell_of_a_weakness(client, settings):
    """RFC 9116: one line each, good for less than a year, and where it stands."""
    settings.SITE_URL, settings.SECURITY_CONTACT = "https://alimactiv.example", "securite@alimactiv.example"
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ") for line in answer.text.splitlines())
    assert said["Contact"] == "mailto:securite@alimactiv.example"
    assert said["Canonical"] == "https://alimactiv.example/.well-known/security.txt"
    assert timedelta(days=90) < datetime.fromisoformat(said["Expires"]) - timezone.now() < timedelta(days=365)
    policy, _, anchor = said["Policy"].removeprefix(settings.SITE_URL).partition("#")
    _, _, section = client.get(policy).text.partition(f'<h2 id="{anchor}">')
    section, _, _ = section.partition("<h2")
    assert section.startswith("Signaler une faille")
    assert 'href="mailto:securite@alimactiv.example"' in section


@pytest.mark.parametrize(("url", "named"), [("https://geocodeur.exemple.test/v2", True), ("", False)])
def test_where_addresses_are_looked_for_is_said_if_they_are(client, settings, url, named):
    settings.GEOCODER_URL = url
    page = texts(client.get("/mentions-legales/"))
    assert ("sans dire qui l’a tapé, au géocodeur national (geocodeur.exemple.test)," in page) is named
    assert ("géocodeur" in page) is named
