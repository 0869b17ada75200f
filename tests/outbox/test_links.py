"""Links that act without an account: ``outbox/links.py``."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alimactiv.celery import app
from outbox import links
from outbox.models import Link
from tests.factories import MailFactory

pytestmark = pytest.mark.django_db
ABOUT = {"purpose": "reply", "subject": "attendance:1", "recipient": "a@exemple.test"}


def test_a_link_opens_its_purpose_only():
    token = links.make(**ABOUT, days=3)
    link = links.find(token, "reply")
    assert (link.subject, link.recipient) == ("attendance:1", "a@exemple.test")
    assert links.find(token, "unsubscribe") is None
    assert links.find(token[:-1], "reply") is None
    assert links.find("", "reply") is None


def test_the_token_is_not_kept():
    token = links.make(**ABOUT, days=3)
    assert token not in str(Link.objects.values().get())
    assert links.make(**ABOUT, days=3) != token


def test_a_link_expires():
    token = links.make(**ABOUT, days=3)
    Link.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert links.find(token, "reply")
    Link.objects.update(expires_at=timezone.now())
    assert links.find(token, "reply") is None


def test_links_are_revoked_by_subject_and_recipient():
    others = [ABOUT | {"recipient": "b@exemple.test"}, ABOUT | {"subject": "attendance:2"}, ABOUT | {"purpose": "x"}]
    token = links.make(**ABOUT, days=3)
    other_tokens = [links.make(**about, days=3) for about in others]
    assert links.revoke(purpose="reply", subject="attendance:1", recipient="A@exemple.test") == 1
    assert links.find(token, "reply") is None
    assert all(links.find(other, about["purpose"]) for other, about in zip(other_tokens, others, strict=True))
    assert links.revoke(purpose="reply", subject="attendance:1") == 1
    assert links.find(other_tokens[0], "reply") is None


def test_open_links_can_last_longer_never_less():
    until = timezone.now() + timedelta(days=5)
    chosen = ["attendance:1", "attendance:2", "attendance:3", "attendance:4"]
    for subject, days in zip(chosen, (3, 9, -1, 3), strict=True):
        links.make(**ABOUT | {"subject": subject}, days=days)
    links.make(**ABOUT | {"subject": "attendance:5"}, days=3)
    links.make(**ABOUT | {"purpose": "x"}, days=3)
    links.revoke(purpose="reply", subject="attendance:4")
    before = dict(Link.objects.values_list("pk", "expires_at"))
    assert links.extend(purpose="reply", subjects=chosen, until=until) == 1
    after = dict(Link.objects.values_list("pk", "expires_at"))
    extended = Link.objects.get(subject="attendance:1", purpose="reply")
    assert after == before | {extended.pk: until}


def test_the_schedule_forgets_links_a_month_after_they_stopped_working():
    for days in (-31, -29, 1):
        links.make(**ABOUT, days=days)
    app.autodiscover_tasks(force=True)
    app.tasks[app.conf.beat_schedule["forget-mailed-links"]["task"]]()
    assert Link.objects.count() == 2


def test_a_mails_links(register, settings):
    settings.SITE_URL = "https://alimactiv.exemple.test"
    register("essai", can_opt_out=False)
    register("autre")
    mail = MailFactory(recipient="a@exemple.test", subject="attendance:7")
    made = links.MailLinks(mail)
    assert made.page("outbox:unsubscribe", "x") == "https://alimactiv.exemple.test/courriels/desinscription/x/"
    link = links.find(made.token("reply", days=3), "reply")
    assert (link.subject, link.recipient) == ("attendance:7", "a@exemple.test")
    assert links.find(made.token("reply", days=3, subject="other:1"), "reply").subject == "other:1"
    assert made.unsubscribe() == ""
    address = links.MailLinks(MailFactory(purpose="autre")).unsubscribe()
    assert address.startswith("https://alimactiv.exemple.test/courriels/desinscription/")
    assert links.find(address.split("/")[-2], links.UNSUBSCRIBE).subject == "autre"
