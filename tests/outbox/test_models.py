"""The constraints of the outbox's tables."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from outbox.models import Bounce, Mail, OptOut
from tests.factories import MailFactory

pytestmark = pytest.mark.django_db


def refused(name: str, model, **values) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**values)


def test_a_mail_is_asked_for_once():
    mail = MailFactory()
    key = {field: getattr(mail, field) for field in ("purpose", "subject", "step", "recipient")}
    with pytest.raises(IntegrityError), transaction.atomic():
        MailFactory(**key)
    for field in key:
        MailFactory(**(key | {field: "b@exemple.test"}))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("mail_recipient_lower_case", {"recipient": "A@exemple.test"}),
        ("mail_has_recipient", {"recipient": ""}),
        ("mail_claimed_by_someone", {"state": Mail.State.CLAIMED}),
        ("mail_claimed_by_someone", {"state": Mail.State.CLAIMED, "claim": uuid.uuid4()}),
        ("mail_claimed_by_someone", {"state": Mail.State.TO_CHECK, "claimed_at": timezone.now()}),
        ("mail_sent_is_dated", {"state": Mail.State.SENT}),
    ],
)
def test_a_mail_makes_sense(name, wrong):
    with pytest.raises(IntegrityError, match=name):
        MailFactory(**wrong)


def test_one_opts_out_once_in_lower_case():
    OptOut.objects.create(address="a@exemple.test", purpose="essai")
    OptOut.objects.create(address="a@exemple.test", purpose="autre")
    refused(r"opt_out_once|outbox_optout\.address", OptOut, address="a@exemple.test", purpose="essai")
    refused("opt_out_lower_case", OptOut, address="B@exemple.test", purpose="essai")


def test_an_address_bounces_once_in_lower_case():
    Bounce.objects.create(address="a@exemple.test", reason="550")
    refused(r"outbox_bounce", Bounce, address="a@exemple.test", reason="551")
    refused("bounce_lower_case", Bounce, address="B@exemple.test", reason="550")
