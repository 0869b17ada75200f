"""Signing in with ProConnect: the whole exchange, with a real OpenID Connect provider on loopback."""

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertRedirects

from accounts import proconnect
from accounts.models import User
from script._test import free_port
from tests.accounts import identity_provider
from tests.factories import UserFactory
from tests.pages import texts
from tests.processes import kill, wait_for

pytestmark = pytest.mark.django_db
EMAIL = "camille@ville-exemple.test"
PROGRAM = Path(identity_provider.__file__)
HOST = "localhost"  # a provider leads back to an address that may exist: not to « testserver »


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME=HOST)


@pytest.fixture(params=["plain", "signed"])
def form(request) -> str:
    return request.param


@pytest.fixture
def provider(form, settings, tmp_path):
    """ProConnect's part, which knows one person."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    callback = f"http://{HOST}{reverse('openid_connect_callback', kwargs={'provider_id': 'proconnect'})}"
    with (tmp_path / "provider.log").open("wb") as log:
        command = [sys.executable, str(PROGRAM), str(port), callback, EMAIL, form]
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    application = {
        "provider_id": "proconnect",
        "name": "ProConnect",
        "client_id": identity_provider.CLIENT_ID,
        "secret": identity_provider.SECRET,
        "settings": {
            "server_url": address,
            "token_auth_method": "client_secret_post",
            "oauth_pkce_enabled": True,
            "email_authentication": True,
            "verified_email": True,
            "scope": ["openid", "email"],
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [application]}}

    def answers() -> bool:
        try:
            return requests.get(f"{address}/.well-known/openid-configuration", timeout=2).ok
        except requests.ConnectionError:
            assert process.poll() is None, (tmp_path / "provider.log").read_text()
            return False

    try:
        wait_for(answers, "the identity provider")
        yield address
    finally:
        kill(process)


@pytest.fixture
def unreachable(settings):
    """Called, it leaves nobody at ProConnect's address."""

    def leave() -> None:
        (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        app["settings"]["server_url"] = f"http://127.0.0.1:{free_port()}"

    return leave


def sign_in(client):
    """From the button to ProConnect and back: the answer of the page that it leads back to."""
    pressed = client.post(reverse("openid_connect_login", kwargs={"provider_id": "proconnect"}))
    asked = requests.get(pressed["Location"], allow_redirects=False, timeout=10)
    back = asked.headers["Location"]
    assert "error" not in parse_qs(urlsplit(back).query), back
    return client.get(urlsplit(back).path, parse_qs(urlsplit(back).query))


def test_who_has_an_account_is_signed_in(client, provider):
    user = UserFactory(email=EMAIL)
    assertRedirects(sign_in(client), reverse("landing"), fetch_redirect_response=False)
    assert client.get(reverse("accounts:profile")).wsgi_request.user == user
    assert client.get(reverse("accounts:profile")).wsgi_request.user.sign_in == "ProConnect"


@pytest.mark.parametrize("form", ["plain"], indirect=True)
def test_who_has_none_gets_none(client, provider):
    UserFactory(email="autre@ville-exemple.test")
    assertContains(sign_in(client), "Aucun compte n’est ouvert à cette adresse")
    assert User.objects.count() == 1
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("form", ["plain"], indirect=True)
def test_a_closed_account_stays_closed(client, provider):
    UserFactory(email=EMAIL, is_active=False)
    assertRedirects(sign_in(client), reverse("account_inactive"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("form", ["forged"], indirect=True)
def test_a_false_signature_signs_nobody_in(client, provider):
    UserFactory(email=EMAIL)
    assertContains(sign_in(client), "ProConnect n’a pas pu vous connecter", status_code=401)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("form", ["plain"], indirect=True)
def test_the_button_shows_and_says_what_it_is(client, provider):
    page = texts(client.get(reverse("account_login")))
    assert '<button class="btn" type="submit">S’identifier avec ProConnect</button>' in page
    assert "Qu’est-ce que ProConnect ?" in page


def test_who_signs_out_is_signed_out_of_proconnect_too(client, provider):
    UserFactory(email=EMAIL)
    sign_in(client)
    left = client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
    leave = left.headers["Refresh"].removeprefix("0; url=")
    assert leave.startswith(f"{provider}/")
    assertContains(left, f'href="{escape(leave)}"')
    assert left.headers["Cache-Control"] == "no-store"
    answer = requests.get(leave, allow_redirects=False, timeout=10)  # it asks nothing: it knows whose session this is
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == (HOST, reverse("home"))
    assert parse_qs(back.query)["state"] == parse_qs(urlsplit(leave).query)["state"]
    assertRedirects(client.post(reverse("account_logout")), reverse("home"))


@pytest.mark.parametrize("form", ["plain"], indirect=True)
def test_a_session_of_another_kind_is_closed_here_alone(client, provider):
    client.force_login(UserFactory(email=EMAIL))
    assertRedirects(client.post(reverse("account_logout")), reverse("home"))


@pytest.mark.parametrize("form", ["plain"], indirect=True)
def test_leaving_asks_nothing_of_proconnect(client, provider, unreachable):
    UserFactory(email=EMAIL)
    sign_in(client)
    unreachable()
    left = client.post(reverse("account_logout"))
    assert left.headers["Refresh"].startswith(f"0; url={provider}/")
    assert "_auth_user_id" not in client.session
    assert proconnect.FOR_SIGN_OUT not in client.session


@pytest.mark.parametrize("form", ["plain"], indirect=True)
def test_while_proconnect_does_not_answer_the_page_says_so(client, provider, unreachable):
    UserFactory(email=EMAIL)
    button = reverse("openid_connect_login", kwargs={"provider_id": "proconnect"})
    asked = requests.get(client.post(button)["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(asked.headers["Location"])
    unreachable()
    for answer in (client.post(button), client.get(back.path, parse_qs(back.query))):
        assertContains(answer, "ProConnect n’a pas pu vous connecter", status_code=401)
    assert "_auth_user_id" not in client.session


def test_without_setting_there_is_no_button_and_no_page(client):
    assert "ProConnect" not in client.get(reverse("account_login")).content.decode()
    for name in ("openid_connect_login", "openid_connect_callback"):
        assert client.get(reverse(name, kwargs={"provider_id": "proconnect"})).status_code == 404
