"""Signing in and managing people, at both widths."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_signing_in_takes_an_address_and_a_code(page_at_each_width, assert_accessible, settings):
    settings.DEVELOPMENT = True
    UserFactory(email="zoe@exemple.test", name="Zoé Blanc")
    page = page_at_each_width
    page.goto(f"{reverse('account_login')}?next={reverse('accounts:profile')}")
    assert_accessible(page)
    page.get_by_label("Adresse de courriel").fill("zoe@exemple.test")
    page.keyboard.press("Enter")
    page.get_by_label("Code reçu par courriel").fill("0000-0000")
    page.keyboard.press("Enter")
    page.get_by_text("Ce n’est pas le code du dernier courriel reçu.").wait_for()
    assert_accessible(page)
    page.get_by_label("Code reçu par courriel").fill(re.search(r"\d{4}-\d{4}", mail.outbox[0].body)[0])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Mon compte").wait_for()
    page.get_by_text("Zoé Blanc").wait_for()
    assert_accessible(page)


def test_a_second_factor(page_at_each_width, assert_accessible, sign_in):
    user = UserFactory()
    page = page_at_each_width
    sign_in(page, user)
    page.goto(reverse("accounts:profile"))
    page.get_by_role("link", name="Activer la double vérification").click()
    secret = page.locator("main code").inner_text()
    assert_accessible(page)
    now = list(yield_hotp_counters_from_time())[1]
    page.locator("#id_code").fill(format_hotp_value(hotp_value(secret, now)))
    page.get_by_role("button", name="Activer").click()
    page.get_by_role("heading", name="Codes de secours").wait_for()
    assert_accessible(page)
    for name in ("mfa_index", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page.goto(reverse(name))
        assert_accessible(page)


def test_the_pages_about_people(page_at_each_width, assert_accessible, sign_in):
    staff = UserFactory(is_staff=True)
    user = UserFactory(name="Héloïse Lefèvre-Beauchamp", email=f"{'longue' * 8}@exemple.test")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    page = page_at_each_width
    sign_in(page, staff)
    for name in ("people", "add_person"):
        page.goto(reverse(f"accounts:{name}"))
        assert_accessible(page)
    page.get_by_role("button", name="Ouvrir le compte").click()
    page.get_by_text("À corriger avant de continuer").wait_for()
    assert_accessible(page)
    for name in ("person", "deactivate_person", "reactivate_person", "remove_second_factor"):
        page.goto(reverse(f"accounts:{name}", args=[user.pk]))
        assert_accessible(page)


def test_the_mailbox(page_at_each_width, assert_accessible, settings, tmp_path):
    settings.DEVELOPMENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    page = page_at_each_width
    page.goto(reverse("outbox:mailbox"))
    assert_accessible(page)
    mail.send_mail("Objet", f"https://exemple.test/{'a' * 90}", None, [f"{'longue' * 8}@exemple.test"])
    page.reload()
    page.get_by_role("heading", name="Objet").wait_for()
    assert_accessible(page)
