"""The second factor that a site can ask of ANSA's team, and the list of one's sessions."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from tests.accounts.test_second_factor import a_minute_later, activate, telephone_shows
from tests.factories import CoordinatorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demanding(settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_team_is_led_to_a_second_factor(client, demanding, method):
    client.force_login(UserFactory(is_staff=True))
    response = getattr(client, method)(reverse("accounts:people"))
    assertRedirects(response, reverse("mfa_activate_totp"), fetch_redirect_response=False)


def test_the_way_there_and_out_is_open(client, demanding):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert client.get(reverse("legal")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_with_one_the_team_works(client, demanding):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    activate(client)
    assert Authenticator.objects.filter(user=user).exists()
    assert client.get(reverse("accounts:people")).status_code == 200


def test_a_session_from_before_the_second_factor_must_give_it(client, demanding, monkeypatch):
    """Someone who reads the mailbox signed in first: the holder's activation does not open the site to them."""
    user, before = UserFactory(is_staff=True), Client()
    for browser in (client, before):
        browser.force_login(user)
    secret = activate(client)
    page, ask = reverse("accounts:people"), reverse("mfa_reauthenticate")
    assertRedirects(before.get(f"{page}?q=a"), f"{ask}?next=%2Fpersonnes%2F%3Fq%3Da")
    assert before.post(page).url == ask
    assert before.get(reverse("mfa_view_recovery_codes")).url.startswith(ask)
    assertContains(before.post(ask, {"code": "000000", "next": page}), "Code incorrect.")
    assert before.get(page).status_code == 302
    a_minute_later(monkeypatch)
    assertRedirects(before.post(ask, {"code": telephone_shows(secret), "next": page}), page)
    assert before.get(page).status_code == 200


def test_others_are_not_asked(client, demanding):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert Client().get(reverse("account_login")).status_code == 200


def test_a_site_that_does_not_ask(client, settings):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse("accounts:people")).status_code == 200


def sign_in(browser: Client, user, mailoutbox) -> None:
    browser.post(reverse("account_request_login_code"), {"email": user.email})
    code = re.search(r"\d{4}-\d{4}", mailoutbox.pop().body)[0]
    browser.post(reverse("account_confirm_login_code"), {"code": code})


def test_signing_out_elsewhere(client, mailoutbox):
    user, elsewhere, stranger = UserFactory(), Client(), Client()
    for browser, who in ((client, user), (elsewhere, user), (stranger, UserFactory())):
        sign_in(browser, who, mailoutbox)
    listed = client.get(reverse("usersessions_list"))
    assert listed.context["session_count"] == 2
    assertContains(listed, "Déconnecter tous les autres appareils")
    client.post(reverse("usersessions_list"))
    assert client.get(reverse("accounts:profile")).status_code == 200
    assertRedirects(
        elsewhere.get(reverse("accounts:profile")),
        f"{reverse('account_login')}?next={reverse('accounts:profile')}",
        fetch_redirect_response=False,
    )
    assert stranger.get(reverse("accounts:profile")).status_code == 200
    assertNotContains(client.get(reverse("usersessions_list")), "Déconnecter tous")
