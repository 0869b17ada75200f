"""How answers came in, day after day."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.campaigns.curves import by_session, former_campaigns, of_campaign
from evaluation.charts import Curve
from evaluation.models import Campaign, Case
from outbox.decisions import PARIS
from tests.factories import CampaignFactory, CaseFactory, InvitationFactory, ResponseFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def campaign() -> Campaign:
    """Opened ten days ago."""
    return CampaignFactory(running=True, opens_on=TODAY - timedelta(days=10))


def case_of(campaign: Campaign, session: int = 1) -> Case:
    return CaseFactory(evaluation=campaign.evaluation, participation__session__number=session)


def answer(campaign: Campaign, case: Case, day: int | None, hour: int = 10, **invitation) -> None:
    """Someone asked for ``case``, who answered on that day after the opening, Paris's hour; ``None``: not yet."""
    one = InvitationFactory(campaign=campaign, case=case, **invitation)
    at = datetime.combine(campaign.opens_on + timedelta(days=day or 0), time(hour), tzinfo=PARIS)
    ResponseFactory(invitation=one, started_at=at, submitted_at=None if day is None else at)


def test_territories_are_counted_on_the_day_of_their_first_answer(campaign):
    first, second, third = (case_of(campaign, n) for n in (1, 2, 3))
    answer(campaign, first, 3)
    answer(campaign, first, 7)  # a colleague, later: the same territory
    answer(campaign, second, 5)
    answer(campaign, third, None)
    assert of_campaign(campaign, "Ici") == Curve("Ici", 3, [(0, 0), (3, 1), (5, 2), (10, 2)])


def test_only_this_campaigns_answers_count(campaign):
    case = case_of(campaign)
    InvitationFactory(campaign=campaign, case=case)
    other = CampaignFactory(running=True, evaluation=campaign.evaluation, opens_on=campaign.opens_on)
    answer(other, case, 2)
    answer(other, case_of(campaign, 2), 2)
    assert of_campaign(campaign, "Ici") == Curve("Ici", 1, [(0, 0), (10, 0)])


def test_a_territory_that_nobody_is_asked_for_any_more_stays_in_the_whole(campaign):
    gone = {"ended_at": timezone.now(), "ending": "removed"}
    answer(campaign, case_of(campaign, 1), None, **gone)
    answer(campaign, case_of(campaign, 2), 4, **gone)
    assert of_campaign(campaign, "Ici") == Curve("Ici", 2, [(0, 0), (4, 1), (10, 1)])


def test_days_are_paris_s(campaign):
    answer(campaign, case_of(campaign), 4, hour=0)  # the day before, in UTC
    assert of_campaign(campaign, "Ici").points == [(0, 0), (4, 1), (10, 1)]


def test_an_answer_before_the_opening_counts_on_its_day(campaign):
    answer(campaign, case_of(campaign), -2)
    assert of_campaign(campaign, "Ici").points == [(0, 1), (10, 1)]


def test_a_campaign_that_is_over_ends_with_its_last_day(campaign):
    Campaign.objects.update(closes_on=TODAY - timedelta(days=4))
    campaign.refresh_from_db()
    answer(campaign, case_of(campaign), 1)
    assert of_campaign(campaign, "Ici").points == [(0, 0), (1, 1), (6, 1)]


def test_one_that_opens_later_starts_at_nothing():
    campaign = CampaignFactory(running=True, opens_on=TODAY + timedelta(days=3))
    InvitationFactory(campaign=campaign)
    assert of_campaign(campaign, "Ici") == Curve("Ici", 1, [(0, 0)])


def test_sessions_have_their_own_curves(campaign):
    answer(campaign, case_of(campaign, 4), 2)
    answer(campaign, case_of(campaign, 3), None)
    assert by_session(campaign) == [
        Curve("Session 3", 1, [(0, 0), (10, 0)]),
        Curve("Session 4", 1, [(0, 0), (2, 1), (10, 1)]),
    ]


def test_former_campaigns_are_those_launched_that_opened_before_the_latest_first(campaign):
    def opened(days: int, **fields) -> Campaign:
        return CampaignFactory(opens_on=campaign.opens_on - timedelta(days=days), **fields)

    older, recent = opened(300, running=True), opened(100, running=True)
    ended = opened(200, running=True, state="ended")
    opened(50)  # never launched
    opened(-5, running=True)
    assert list(former_campaigns(campaign)) == [recent, ended, older]


@pytest.mark.parametrize("territories", [1, 3])
def test_queries_do_not_follow_the_territories(campaign, territories):
    for session in range(territories):
        answer(campaign, case_of(campaign, session + 1), 1)
    with CaptureQueriesContext(connection) as queries:
        of_campaign(campaign, "Ici")
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert len(by_session(campaign)) == territories
    assert len(queries) == 3
