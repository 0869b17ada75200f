"""The staff's page of mails, and the page that a mail's « ne plus recevoir » opens."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from outbox import links
from outbox.models import Bounce, Mail, OptOut
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_settles_what_is_in_doubt(page_at_each_width, sign_in, assert_accessible):
    page = page_at_each_width
    claimed = {"claim": "11111111-1111-1111-1111-111111111111", "claimed_at": datetime(2026, 3, 2, 9, tzinfo=UTC)}
    mail = MailFactory(state=Mail.State.TO_CHECK, title="Compte rendu", **claimed)
    Bounce.objects.create(address="a@exemple.test", reason="550 Boîte inconnue")
    OptOut.objects.create(address="b@exemple.test", purpose="essai")
    sign_in(page, UserFactory(is_staff=True))
    page.goto(reverse("outbox:mail_list"))
    assert_accessible(page)
    page.get_by_role("button", name="Il est bien parti").click()
    page.get_by_text("est noté comme envoyé").wait_for()
    mail.refresh_from_db()
    assert mail.state == Mail.State.SENT
    page.get_by_role("link", name="Adresses à qui l’on n’écrit pas").click()
    page.get_by_text("Ajouter une adresse refusée").click()
    assert_accessible(page)


def test_one_stops_mails_from_a_phone_without_signing_in(phone, assert_accessible):
    token = links.make(purpose=links.UNSUBSCRIBE, subject="essai", recipient="a@exemple.test", days=3)
    phone.goto(reverse("outbox:unsubscribe", args=[token]))
    assert_accessible(phone)
    phone.get_by_role("button", name="Ne plus les recevoir").click()
    phone.get_by_role("heading", name="C’est noté").wait_for()
    assert_accessible(phone)
    assert list(OptOut.objects.values_list("address", "purpose")) == [("a@exemple.test", "essai")]
