import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = UserFactory(email="camille.roche@exemple.test", is_staff=True)
    client.force_login(user)
    return user


def telephone_shows(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def activate(client) -> str:
    """Turn the second factor on, as on the page; returns the secret that the telephone has."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": telephone_shows(secret)}, follow=True)
    assertContains(answer, "Codes de secours")
    return secret


def a_minute_later(monkeypatch) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 60)


def sign_in_by_mail(client, mailoutbox):
    mailoutbox.clear()
    client.post(reverse("account_login"), {"email": "camille.roche@exemple.test"})
    code = re.search(r"\d{4}-\d{4}", mailoutbox[0].body)[0]
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def test_from_my_account_to_the_recovery_codes(client, user):
    profile = client.get(reverse("accounts:profile"))
    assertContains(profile, reverse("mfa_activate_totp"))
    activate(client)
    assert Authenticator.objects.filter(user=user).count() == 2
    page = client.get(reverse("mfa_view_recovery_codes"))
    assert len(page.context["unused_codes"]) == 10
    assertContains(page, page.context["unused_codes"][0])
    assertContains(client.get(reverse("accounts:profile")), "Gérer la double vérification")
    download = client.get(reverse("mfa_download_recovery_codes"))
    assert download["Content-Type"] == "text/plain"


def test_a_wrong_code_does_not_activate(client, user):
    client.get(reverse("mfa_activate_totp"))
    answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assertContains(answer, "Code incorrect.")
    assert not Authenticator.objects.exists()


def test_signing_in_then_takes_both_codes(client, user, mailoutbox, monkeypatch):
    secret = activate(client)
    client.logout()
    a_minute_later(monkeypatch)
    answer = sign_in_by_mail(client, mailoutbox)
    assertRedirects(answer, reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assertContains(wrong, "Code incorrect.")
    answer = client.post(reverse("mfa_authenticate"), {"code": telephone_shows(secret)})
    assertRedirects(answer, reverse("landing"), fetch_redirect_response=False)
    assert "_auth_user_id" in client.session


def test_a_recovery_code_stands_in_for_the_telephone_once(client, user, mailoutbox):
    activate(client)
    code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for opens in (True, False):
        client.logout()
        sign_in_by_mail(client, mailoutbox)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert ("_auth_user_id" in client.session) is opens


def test_the_second_code_cannot_be_guessed(client, user, mailoutbox):
    activate(client)
    client.logout()
    sign_in_by_mail(client, mailoutbox)
    for _ in range(5):
        assertContains(client.post(reverse("mfa_authenticate"), {"code": "000000"}), "Code incorrect.")
    assertContains(client.post(reverse("mfa_authenticate"), {"code": "000000"}), "Trop d’essais.")


@pytest.mark.parametrize(
    "name",
    ["mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp"],
)
def test_an_open_session_is_not_enough_to_touch_it(client, user, monkeypatch, name):
    secret = activate(client)
    client.logout()
    client.force_login(user)  # another browser, left open
    a_minute_later(monkeypatch)
    page = reverse(name)
    answer = client.get(page)
    assertRedirects(answer, f"{reverse('mfa_reauthenticate')}?next={page}")
    assertContains(client.post(answer.url, {"code": "000000", "next": page}), "Code incorrect.")
    answer = client.post(answer.url, {"code": telephone_shows(secret), "next": page})
    assertRedirects(answer, page)


def test_deactivating_removes_the_recovery_codes_too(client, user):
    activate(client)
    answer = client.post(reverse("mfa_deactivate_totp"), follow=True)
    assertContains(answer, "La double vérification est désactivée.")
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old_ones(client, user):
    activate(client)
    old = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assertContains(client.get(reverse("mfa_generate_recovery_codes")), "ne marcheront plus")
    client.post(reverse("mfa_generate_recovery_codes"))
    new = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert not set(old) & set(new)
