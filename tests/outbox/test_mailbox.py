from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from django.core.mail import EmailMessage, get_connection, send_mail
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils.timezone import localtime
from pytest_django.asserts import assertContains

from outbox.mailbox import read_mails
from tests.factories import UserFactory

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def folder(settings, tmp_path):
    settings.DEVELOPMENT = True
    settings.EMAIL_BACKEND = FILES
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def get(client):
    return client.get(reverse("outbox:mailbox"))


def test_anyone_reads_the_mails_that_would_have_left(client, folder):
    send_mail("Réunion d’été", "Voici : https://alimactiv.exemple.test/page\n\n<b>Merci</b>", None, ["a@exemple.test"])
    page = get(client)
    assertContains(page, "Réunion d’été")
    assertContains(page, "a@exemple.test")
    assertContains(page, '<a href="https://alimactiv.exemple.test/page"')
    assertContains(page, "&lt;b&gt;Merci&lt;/b&gt;")
    assertContains(page, date(localtime(), "j F Y à G\u00a0\\h\u00a0"))


def test_an_empty_mailbox_says_what_will_come(client, folder):
    assertContains(get(client), "Aucun courriel pour l’instant")


def test_several_mails_may_be_in_one_file(folder):
    mails = [EmailMessage(f"Message {n}", "é" * 200 + "\n", None, ["a@exemple.test"]) for n in range(3)]
    get_connection().send_messages(mails)
    assert len(list(folder.iterdir())) == 1
    assert [mail.subject for mail in read_mails(folder, 50)] == ["Message 2", "Message 1", "Message 0"]
    assert read_mails(folder, 1)[0].body == "é" * 200


def test_the_newest_file_comes_first_and_no_more_than_asked(folder):
    for n in range(5):
        sent = format_datetime(datetime(2026, 1, 1, 10, n, tzinfo=UTC))
        EmailMessage(f"Message {n}", "", None, ["a@exemple.test"], headers={"Date": sent}).send()
    assert [mail.subject for mail in read_mails(folder, 3)] == ["Message 4", "Message 3", "Message 2"]


def test_a_sign_in_code_can_be_read_there(client, folder, db):
    UserFactory(email="zoe@exemple.test")
    client.post(reverse("account_login"), {"email": "zoe@exemple.test"})
    assertContains(get(client), "Votre code de connexion")


@pytest.mark.parametrize(
    ("development", "backend"), [(False, FILES), (True, "django.core.mail.backends.smtp.EmailBackend")]
)
def test_it_is_not_there_on_a_site_that_sends(client, folder, settings, development, backend):
    send_mail("Secret", "1234-5678", None, ["a@exemple.test"])
    settings.DEVELOPMENT, settings.EMAIL_BACKEND = development, backend
    assert get(client).status_code == 404
    assert reverse("outbox:mailbox") not in client.get("/").content.decode()
