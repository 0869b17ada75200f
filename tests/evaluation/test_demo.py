"""The demonstration's campaigns: plainly fictional, made once, and every page of them opens."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.demo import STAFF, create_demo_accounts
from actors.models import Trainee
from coordination.demo import town
from coordination.demo.town import DOMAIN
from evaluation import demo
from evaluation.campaigns.progress import Status, progress
from evaluation.evidence import read
from evaluation.models import Campaign, Case, Evaluation, Invitation, Recommendation, Response
from evaluation.verdicts import Verdict
from outbox.models import Mail
from territories.models import Territory, TrainingSession
from tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def load():
    accounts = create_demo_accounts()
    TerritoryFactory(kind=Territory.Kind.COMMUNE, code=town.CODE, name=town.NAME)  # whose logbook is not in question
    return lambda: demo.create_demo_campaigns(by=accounts[STAFF])


@pytest.fixture
def campaigns(load):
    load()
    return Campaign.objects.order_by("opens_on")


def test_nobody_in_it_exists(campaigns):
    assert {person.email.rpartition("@")[2] for person in Trainee.objects.all()} == {DOMAIN}
    assert {person.email.rpartition("@")[2] for person in Invitation.objects.all()} == {DOMAIN}
    assert all("fictive" in case.label for case in Case.objects.all())
    assert all("fictif" in evaluation.title for evaluation in Evaluation.objects.all())
    assert "fictive" in TrainingSession.objects.get().region


def test_it_is_made_once(load):
    load()
    before = Counter(
        type(row).__name__ for model in (Campaign, Invitation, Response, Mail) for row in model.objects.all()
    )
    load()
    after = Counter(
        type(row).__name__ for model in (Campaign, Invitation, Response, Mail) for row in model.objects.all()
    )
    assert before == after


def test_no_mail_waits_to_leave(campaigns):
    assert not Mail.objects.filter(state=Mail.State.DUE).exists()


def test_mails_that_left_have_the_titles_that_people_read(campaigns):
    titles = Mail.objects.values_list("title", flat=True)
    assert titles
    assert not [title for title in titles if "{" in title]


def test_one_campaign_is_over_and_the_other_shows_every_kind_of_person(campaigns):
    former, present = campaigns
    assert former.is_over
    assert present.is_open
    found = {one.status for one in progress(present)}
    assert {Status.DONE, Status.PARTIAL, Status.DECLINED, Status.BOUNCED, Status.SENT} <= found


def test_what_happened_is_dated_within_its_campaign(campaigns):
    for campaign in campaigns:
        first, last = campaign.opens_on - timedelta(days=4), min(campaign.closes_on, timezone.localdate())
        answered = Response.objects.filter(invitation__campaign=campaign, submitted_at__isnull=False)
        days = [timezone.localdate(one.submitted_at) for one in answered]
        days += [
            timezone.localdate(mail.sent_at)
            for one in progress(campaign)
            for mail in one.mails.values()
            if mail.sent_at
        ]
        assert first <= min(days) <= max(days) <= last


def test_answers_make_the_figures_and_some_disagree(campaigns):
    reading = read(campaigns[1].evaluation)
    assert reading.figures["answering"].certain > 0
    assert any(row.verdict("still_active") is Verdict.UNCERTAIN for row in reading.matrix.rows)


def test_every_page_of_a_campaign_opens(client, campaigns):
    from accounts.models import User

    client.force_login(User.objects.get(email=STAFF.email))
    for campaign in campaigns:
        for name in ("campaigns:campaign", "campaigns:follow_up"):
            assert client.get(reverse(name, args=[campaign.pk])).status_code == 200
        assert client.get(reverse("evaluation:overview", args=[campaign.evaluation.code])).status_code == 200


def test_the_whole_demonstration_loads_and_what_was_changed_in_it_stays():
    TerritoryFactory(is_official=True)  # the geography is there, and not in question
    call_command("load_demo", stdout=StringIO())
    announced = Recommendation.objects.filter(evaluation__code="sessions-1-3")
    headings = set(announced.values_list("heading", flat=True))
    assert len(headings) == announced.count() > 3
    announced.first().delete()
    call_command("load_demo", stdout=StringIO())
    assert announced.count() == len(headings) - 1
    assert read(Evaluation.objects.get(code="sessions-1-3")).figures["trained"].status == "reconciled"
