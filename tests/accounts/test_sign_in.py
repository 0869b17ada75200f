"""Signing in as people do: through the pages, with the code of the mail."""

import re
import time

import pytest
from django.urls import NoReverseMatch, reverse
from pytest_django.asserts import assertContains, assertRedirects

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

REQUEST = "/compte/connexion/"
CONFIRM = "/compte/connexion/code/"
LANDING = "/bienvenue/"


@pytest.fixture
def user():
    return UserFactory(email="camille.roche@exemple.test")


def ask_code(client, email="camille.roche@exemple.test", **query):
    return client.post(REQUEST, {"email": email, **query})


def code_in(mail) -> str:
    return re.search(r"^\d{4}-\d{4}$", mail.body, re.MULTILINE)[0]


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def later(monkeypatch, seconds: int) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)


def test_a_code_by_mail_opens_the_site(client, user, mailoutbox):
    assertContains(client.get(REQUEST), "Adresse de courriel")
    assertRedirects(ask_code(client), CONFIRM)
    (mail,) = mailoutbox
    assert mail.to == ["camille.roche@exemple.test"]
    assert mail.subject == "Votre code de connexion à Alim'Activ"
    answer = client.post(CONFIRM, {"code": code_in(mail)})
    assertRedirects(answer, LANDING, fetch_redirect_response=False)
    assert is_signed_in(client)


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", " {0}-{1} "])
def test_the_code_is_understood_however_it_is_typed(client, user, mailoutbox, typed):
    ask_code(client)
    client.post(CONFIRM, {"code": typed.format(*code_in(mailoutbox[0]).split("-"))})
    assert is_signed_in(client)


def test_the_case_of_the_address_does_not_matter(client, user, mailoutbox):
    ask_code(client, "Camille.ROCHE@Exemple.test")
    client.post(CONFIRM, {"code": code_in(mailoutbox[0])})
    assert is_signed_in(client)


def test_the_code_leaves_by_a_real_mail_server(client, user, mail_server):
    ask_code(client)
    (mail,) = mail_server.messages
    body = mail.get_content()
    assert "Vous n’avez rien demandé\N{NO-BREAK SPACE}?" in body
    client.post(CONFIRM, {"code": re.search(r"\d{4}-\d{4}", body)[0]})
    assert is_signed_in(client)


def test_one_says_it_when_the_mail_server_refuses(client, user, mail_server):
    mail_server.answer = "451 Plus tard"
    answer = ask_code(client)
    assertContains(answer, "Le courriel n’a pas pu partir", status_code=503)


def test_one_comes_back_to_the_page_asked_for(client, user, mailoutbox):
    asked = reverse("accounts:profile")
    answer = client.get(asked)
    assertRedirects(answer, f"{REQUEST}?next={asked}")
    answer = ask_code(client, next=asked)
    answer = client.post(answer.url, {"code": code_in(mailoutbox[0]), "next": asked})
    assertRedirects(answer, asked, fetch_redirect_response=False)


def test_never_to_another_site(client, user, mailoutbox):
    elsewhere = "https://ailleurs.exemple.test/"
    ask_code(client, next=elsewhere)
    answer = client.post(CONFIRM, {"code": code_in(mailoutbox[0]), "next": elsewhere})
    assertRedirects(answer, LANDING, fetch_redirect_response=False)


def test_a_wrong_code_is_said_beside_its_field(client, user):
    ask_code(client)
    answer = client.post(CONFIRM, {"code": "0000-0000"})
    assertContains(answer, "Ce n’est pas le code du dernier courriel reçu.")
    assertContains(answer, 'aria-invalid="true"')
    assert not is_signed_in(client)


def test_after_five_wrong_codes_the_right_one_is_dead(client, user, mailoutbox):
    ask_code(client)
    for _ in range(4):
        assert client.post(CONFIRM, {"code": "0000-0000"}).status_code == 200
    answer = client.post(CONFIRM, {"code": "0000-0000"}, follow=True)
    assert answer.redirect_chain == [(REQUEST, 302)]
    assertContains(answer, "Trop d’essais.")
    client.post(CONFIRM, {"code": code_in(mailoutbox[0])})
    assert not is_signed_in(client)


def test_a_code_dies_after_a_quarter_of_an_hour(client, user, mailoutbox, monkeypatch):
    ask_code(client)
    later(monkeypatch, 15 * 60 + 1)
    answer = client.post(CONFIRM, {"code": code_in(mailoutbox[0])}, follow=True)
    assertContains(answer, "Ce code a expiré. Demandez-en un nouveau.")
    assert not is_signed_in(client)


def test_a_code_serves_once(client, user, mailoutbox):
    ask_code(client)
    code = {"code": code_in(mailoutbox[0])}
    client.post(CONFIRM, code)
    client.logout()
    client.post(CONFIRM, code)
    assert not is_signed_in(client)


def test_a_code_serves_only_in_the_browser_that_asked_for_it(client, user, mailoutbox):
    ask_code(client)
    other = type(client)()
    ask_code(other, "personne@exemple.test")
    other.post(CONFIRM, {"code": code_in(mailoutbox[0])})
    assert not is_signed_in(other)


def test_one_can_give_another_address(client, user):
    ask_code(client, "camille@exemple.test")
    assertRedirects(client.get(REQUEST), CONFIRM)
    assertRedirects(client.post(reverse("account_logout"), {"next": REQUEST}), REQUEST)


def test_an_unknown_address_sees_the_same_pages_and_is_told_by_mail(client, user, mailoutbox):
    answer = ask_code(client, "inconnue@exemple.test")
    assertRedirects(answer, CONFIRM)
    unknown = client.get(CONFIRM).content.decode()
    other = type(client)()
    ask_code(other)
    known = other.get(CONFIRM).content.decode()
    without_csrf = re.compile(r'value="[\w]{64}"')
    assert without_csrf.sub("", unknown.replace("inconnue@", "camille.roche@")) == without_csrf.sub("", known)
    mail = mailoutbox[0]
    assert mail.to == ["inconnue@exemple.test"]
    assert "aucun compte n’y est ouvert" in mail.body


def test_a_deactivated_account_is_an_unknown_address(client, user, mailoutbox):
    user.is_active = False
    user.save()
    ask_code(client)
    assert "aucun compte n’y est ouvert" in mailoutbox[0].body


def test_deactivated_between_the_mail_and_the_code(client, user, mailoutbox):
    ask_code(client)
    user.is_active = False
    user.save()
    answer = client.post(CONFIRM, {"code": code_in(mailoutbox[0])}, follow=True)
    assertContains(answer, "Ce compte est fermé")
    assert not is_signed_in(client)


def test_a_session_ends_when_its_account_is_deactivated(client, user):
    client.force_login(user)
    user.is_active = False
    user.save()
    profile = reverse("accounts:profile")
    assertRedirects(client.get(profile), f"{REQUEST}?next={profile}")


def test_an_address_cannot_be_flooded_with_codes(client, user, mailoutbox):
    for _ in range(3):
        other = type(client)()
        assertRedirects(ask_code(other), CONFIRM, fetch_redirect_response=False)
    assertContains(ask_code(client), "Trop d’essais. Patientez quelques minutes, puis recommencez.")
    assert len(mailoutbox) == 3


def test_a_place_that_asks_for_too_many_codes_waits(client):
    for number in range(20):
        ask_code(type(client)(), f"personne{number}@exemple.test")
    answer = ask_code(client)
    assertContains(answer, "Trop de demandes en peu de temps", status_code=429)


def test_the_place_is_the_visitors_behind_our_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        other = type(client)(headers={"x-forwarded-for": f"203.0.113.7, 192.0.2.{number}"})
        ask_code(other, f"personne{number}@exemple.test")
    same = type(client)(headers={"x-forwarded-for": "192.0.2.0"})
    assertRedirects(ask_code(same), CONFIRM)


def test_signing_out_takes_a_post(client, user):
    client.force_login(user)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    assertRedirects(client.post(reverse("account_logout")), reverse("home"))
    assert not is_signed_in(client)


def test_the_link_of_the_welcome_mail_fills_in_the_address(client):
    assertContains(client.get(REQUEST, {"email": "camille@exemple.test"}), 'value="camille@exemple.test"')


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_set_password",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_from_key",
    ],
)
def test_there_is_no_page_about_passwords_or_addresses(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["login/", "signup/", "inscription/", "password/reset/", "password/set/", "password/change/", "email/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nor_at_the_usual_addresses(client, path, method):
    assert getattr(client, method)(f"/compte/{path}").status_code == 404


def test_signing_up_is_the_sign_in_page(client):
    assert reverse("account_signup") == REQUEST


@pytest.mark.parametrize("development", [True, False])
def test_demo_accounts_show_in_development_only(client, settings, development):
    settings.DEVELOPMENT = development
    shown = "equipe@demo.alimactiv.example" in client.get(REQUEST).content.decode()
    assert shown is development
