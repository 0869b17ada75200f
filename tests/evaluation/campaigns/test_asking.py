"""The beat task's work: ``evaluation/campaigns/asking.py``."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alimactiv.celery import app
from evaluation.campaigns import asking
from evaluation.campaigns.mails import DAYS_AFTER_CLOSING
from evaluation.campaigns.schedule import DEFAULT_STEPS, GAP
from evaluation.models import Campaign, Step
from outbox.decisions import PARIS
from outbox.models import Mail
from tests.factories import CampaignFactory, CaseFactory, InvitationFactory, StepFactory

pytestmark = pytest.mark.django_db


def campaign_of_today(**fields) -> Campaign:
    campaign = CampaignFactory(running=True, **fields)
    for default in DEFAULT_STEPS:
        StepFactory(campaign=campaign, kind=default.kind, days=default.days)
    return campaign


def asked() -> list[tuple[str, int]]:
    days = {step.code: step.days for step in Step.objects.all()}
    return sorted((mail.recipient, days[mail.step]) for mail in Mail.objects.all())


def test_what_is_due_is_asked_for_once_however_often_one_looks():
    one = InvitationFactory(campaign=campaign_of_today())
    now = timezone.now()
    assert [asking.ask_due(now) for _ in range(3)] == [1, 0, 0]
    assert asked() == [(one.email, 0)]
    assert Mail.objects.get().due_at == now


@pytest.mark.parametrize(
    "changes",
    [
        {"state": Campaign.State.PAUSED},
        {"state": Campaign.State.ENDED},
        {"state": Campaign.State.DRAFT, "launched_at": None},
        {"opens_on": timezone.localdate() - timedelta(days=9), "closes_on": timezone.localdate() - timedelta(days=1)},
    ],
)
def test_campaigns_that_are_not_under_way_ask_for_nothing(changes):
    InvitationFactory(campaign=campaign_of_today())
    Campaign.objects.update(**changes)
    assert asking.ask_due(timezone.now()) == 0
    assert asked() == []


def test_a_mail_taken_back_at_the_closing_leaves_once_the_campaign_is_extended():
    one = InvitationFactory(campaign=campaign_of_today())
    now = timezone.now()
    asking.ask_due(now)
    Mail.objects.update(state=Mail.State.CANCELLED, reason="La campagne est close.")
    assert [asking.ask_due(now + timedelta(minutes=10)) for _ in range(2)] == [1, 0]
    mail = Mail.objects.get()
    assert (mail.recipient, mail.state, mail.reason) == (one.email, Mail.State.DUE, "")


def test_those_who_are_asked_no_more_get_nothing():
    campaign = campaign_of_today()
    InvitationFactory(campaign=campaign, ended_at=timezone.now(), ending="removed")
    kept = InvitationFactory(campaign=campaign)
    asking.ask_due(timezone.now())
    assert asked() == [(kept.email, 0)]


def test_each_campaign_and_each_case_is_asked_for_on_its_own():
    campaigns = [campaign_of_today(), campaign_of_today()]
    for campaign in campaigns:
        InvitationFactory.create_batch(2, campaign=campaign, email="commune@exemple.test")
    assert asking.ask_due(timezone.now()) == 4
    assert Mail.objects.count() == 4


def test_people_at_different_points_get_different_steps():
    opens_on = datetime(2026, 3, 10).date()
    now = datetime(2026, 3, 17, 9, tzinfo=PARIS)
    campaign = campaign_of_today(opens_on=opens_on, launched_at=now - timedelta(days=30))
    first, second = InvitationFactory.create_batch(2, campaign=campaign)
    asking.ask(campaign, now - timedelta(days=7))
    Mail.objects.filter(recipient=first.email).update(state=Mail.State.SENT, sent_at=now - timedelta(days=7))
    asking.ask(campaign, now)
    assert asked() == sorted([(first.email, 0), (first.email, 7), (second.email, 0)])


def test_a_thousand_recipients_take_as_many_questions_as_one_but_for_batches():
    campaign = campaign_of_today()
    case = CaseFactory(evaluation=campaign.evaluation)
    counts = []
    for more in (1, 2, 997):
        InvitationFactory.create_batch(more, campaign=campaign, case=case)
        with CaptureQueriesContext(connection) as queries:
            assert asking.ask(campaign, timezone.now()) == more
        counts.append(sum("INSERT" not in query["sql"] for query in queries))  # SQLite splits these
    assert counts == [counts[0], counts[0], counts[0] + 2]  # a second batch: who waits already, and what was taken back
    assert Mail.objects.count() == 1000
    with CaptureQueriesContext(connection) as queries:
        assert asking.ask(campaign, timezone.now()) == 0
    assert len(queries) < counts[0]


# What is said of it is what is done -----------------------------------------------------------------


def test_the_schedule_asks():
    campaign = campaign_of_today()
    InvitationFactory(campaign=campaign)
    app.autodiscover_tasks(force=True)
    app.tasks[app.conf.beat_schedule["ask-campaign-mails"]["task"]]()
    assert Mail.objects.count() == 1


def test_the_stated_schedule_is_the_configured_one():
    """docs/questionnaires.md and the pages say what ``DEFAULT_STEPS``, ``GAP`` and beat do."""
    base = Path(settings.BASE_DIR)
    doc = (base / "docs/questionnaires.md").read_text()
    stated = re.findall(r"^\| (J[^ |]*) \| (\w+)", doc, re.MULTILINE)
    labels = {"annonce": "notice", "invitation": "invitation", "relance": "reminder", "appel": "call"}
    assert [(day, labels[word]) for day, word in stated] == [
        (Step(kind=default.kind, days=default.days).offset, default.kind) for default in DEFAULT_STEPS
    ]
    seconds = app.conf.beat_schedule["ask-campaign-mails"]["schedule"]
    assert seconds == 10 * 60
    assert "every 10 minutes" in doc
    assert f"{GAP.days} days after their last" in doc.replace("\n  ", " ")
    assert f"{DAYS_AFTER_CLOSING} days more" in doc
    assert "toutes les dix minutes" in (base / "templates/evaluation/campaigns/campaign.html").read_text()
