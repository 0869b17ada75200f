"""The mails to come, foreseen: ``evaluation/campaigns/forecast.py`` says what the beat task and the outbox then do."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.campaigns import asking
from evaluation.campaigns.forecast import as_launched, forecast
from evaluation.campaigns.progress import progress
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Campaign, Response, Step
from outbox import delivery, purposes
from outbox.decisions import PARIS
from outbox.models import Mail, OptOut
from outbox.purposes import Message, Purpose
from tests.factories import (
    CampaignFactory,
    InvitationFactory,
    MailFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    StepFactory,
    TraineeFactory,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 3, 10)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def campaign_on(opens_on: date, **fields) -> Campaign:
    campaign = CampaignFactory(
        running=True,
        opens_on=opens_on,
        **{"launched_at": at("2026-01-05T10:00"), "closes_on": opens_on + timedelta(days=35)} | fields,
    )
    for default in DEFAULT_STEPS:
        StepFactory(campaign=campaign, kind=default.kind, days=default.days)
    return campaign


def foreseen(campaign: Campaign, now: datetime) -> list[list[tuple[int | None, str]]]:
    """For each person: days of the steps and the moments of leaving, in Paris."""
    return [
        [(mail.step.days, f"{timezone.localtime(mail.at):%Y-%m-%d %H:%M}") for mail in one.mails]
        for one in forecast(campaign, progress(campaign), now)
    ]


def test_the_plain_case():
    campaign = campaign_on(TUESDAY)
    InvitationFactory(campaign=campaign)
    assert foreseen(campaign, at("2026-03-01T12:00")) == [
        [
            (-3, "2026-03-09 08:00"),  # its Saturday is no day for mails
            (0, "2026-03-10 08:00"),
            (7, "2026-03-17 08:00"),
            (14, "2026-03-24 08:00"),
            (21, "2026-03-31 08:00"),
        ]
    ]


def test_august_and_the_distance_between_reminders():
    campaign = campaign_on(date(2026, 7, 28), closes_on=date(2026, 9, 30))
    InvitationFactory(campaign=campaign)
    assert foreseen(campaign, at("2026-07-28T09:00")) == [
        [(0, "2026-07-28 09:00"), (7, "2026-09-01 08:00"), (21, "2026-09-07 08:00")]
    ]


def test_a_notice_stuck_in_august_is_dropped():
    campaign = campaign_on(date(2026, 8, 10), closes_on=date(2026, 9, 30))
    InvitationFactory(campaign=campaign)
    assert [day for day, _ in foreseen(campaign, at("2026-07-01T09:00"))[0]] == [21]


def test_nothing_leaves_after_the_closing_day():
    campaign = campaign_on(TUESDAY, closes_on=TUESDAY + timedelta(days=14))
    InvitationFactory(campaign=campaign)
    assert [day for day, _ in foreseen(campaign, at("2026-03-09T12:00"))[0]] == [-3, 0, 7, 14]


def test_who_leaves_their_post_on_the_way_gets_nothing_afterwards():
    campaign = campaign_on(TUESDAY)
    InvitationFactory(campaign=campaign)
    InvitationFactory(campaign=campaign, trainee=TraineeFactory(in_post_until=TUESDAY + timedelta(days=10)))
    stays, leaves = foreseen(campaign, at("2026-03-09T12:00"))
    assert [day for day, _ in stays] == [-3, 0, 7, 14, 21]
    assert [day for day, _ in leaves] == [-3, 0, 7]


def test_two_persons_with_one_address_take_turns():
    campaign = campaign_on(TUESDAY)
    for _ in range(2):
        InvitationFactory(campaign=campaign, email="commune@exemple.test")
    first, second = foreseen(campaign, at("2026-03-10T09:00"))
    assert first[0] == (0, "2026-03-10 09:00")
    assert second[0] == (0, "2026-03-11 08:00")


def test_an_address_that_has_had_its_mail_today_waits():
    campaign = campaign_on(TUESDAY)
    InvitationFactory(campaign=campaign, email="a@exemple.test")
    MailFactory(recipient="a@exemple.test", state=Mail.State.SENT, sent_at=at("2026-03-10T08:10"))
    assert foreseen(campaign, at("2026-03-10T09:00"))[0][0] == (0, "2026-03-11 08:00")


def test_who_gets_nothing_and_why():
    campaign = campaign_on(TUESDAY)
    InvitationFactory(campaign=campaign, email="")
    OptOut.objects.create(address=InvitationFactory(campaign=campaign).email, purpose="questionnaire")
    found = forecast(campaign, progress(campaign), at("2026-03-10T09:00"))
    assert [(one.mails, one.reason) for one in found] == [
        ((), "Cette personne n’a pas d’adresse de courriel."),
        ((), "Cette personne ne veut plus de ces courriels."),
    ]
    campaign.state = Campaign.State.PAUSED
    InvitationFactory(campaign=campaign)
    assert forecast(campaign, progress(campaign), at("2026-03-10T09:00"))[2].reason == "La campagne est en pause."


def test_who_gets_nothing_since_no_day_is_left():
    campaign = campaign_on(date(2026, 8, 3), closes_on=date(2026, 8, 28))
    InvitationFactory(campaign=campaign)
    found = forecast(campaign, progress(campaign), at("2026-08-01T09:00"))
    assert [(list(one.mails), one.reason) for one in found] == [
        ([], "Au jour de son prochain courriel (1er septembre 2026), la campagne est close.")
    ]


def test_who_gets_nothing_since_they_leave_their_post_before():
    campaign = campaign_on(TUESDAY)
    InvitationFactory(campaign=campaign, trainee=TraineeFactory(in_post_until=date(2026, 3, 8)))
    (one,) = forecast(campaign, progress(campaign), at("2026-03-07T12:00"))
    assert "(9 mars 2026), cette personne n’est plus en poste" in one.reason


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (Mail.State.SENT, "lui a été adressé."),
        (Mail.State.REFUSED, "n’est pas parti\u00a0: Adresse refusée"),
    ],
)
def test_who_gets_nothing_more_since_the_last_mail_was_asked_for(state, end):
    campaign = campaign_on(TUESDAY)
    one = InvitationFactory(campaign=campaign)
    step = campaign.steps.get(days=21)
    QuestionnaireMailFactory(
        invitation=one, step=step.code, state=state, due_at=at("2026-03-31T10:00"), reason="Adresse refusée"
    )
    (found,) = forecast(campaign, progress(campaign), at("2026-04-10T09:00"))
    assert found.reason == f"Le dernier courriel prévu à ce jour {end}"


def test_a_campaign_in_preparation_is_foreseen_as_if_launched_now():
    campaign = campaign_on(TUESDAY)
    Campaign.objects.update(state=Campaign.State.DRAFT, launched_at=None)
    campaign.refresh_from_db()
    InvitationFactory(campaign=campaign)
    now = at("2026-03-08T12:00")
    assert foreseen(campaign, now) == [[]]
    assert [day for day, _ in foreseen(as_launched(campaign, now), now)[0]] == [0, 7, 14, 21]
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DRAFT


def test_as_many_questions_for_one_as_for_three():
    campaign = campaign_on(TUESDAY)
    counts = []
    for more in (1, 2):
        InvitationFactory.create_batch(more, campaign=campaign)
        found = progress(campaign)
        with CaptureQueriesContext(connection) as queries:
            forecast(campaign, found, at("2026-03-09T12:00"))
        counts.append(len(queries))
    assert counts == [4, 4]


@pytest.mark.parametrize("opens_on", [TUESDAY, date(2026, 3, 29), date(2026, 7, 24), date(2026, 10, 23)])
def test_what_is_foreseen_is_what_is_done(monkeypatch, mailoutbox, opens_on):
    """Beat and the outbox, day by day: one alone, two who share an address, one who has begun."""
    campaign = campaign_on(opens_on, closes_on=opens_on + timedelta(days=60))
    InvitationFactory(campaign=campaign)
    InvitationFactory.create_batch(2, campaign=campaign, email="commune@exemple.test")
    ResponseFactory(invitation=InvitationFactory(campaign=campaign))
    Response.objects.update(saved_at=at("2026-01-05T10:00"))
    start = datetime.combine(opens_on - timedelta(days=5), time(), tzinfo=PARIS)
    expected = [
        [(mail.step.days, timezone.localdate(mail.at)) for mail in one.mails]
        for one in forecast(campaign, progress(campaign), start)
    ]

    say = Purpose("questionnaire", "essais", lambda mail, links: dropped(mail) or Message("Essai", "Bonjour"))
    monkeypatch.setattr(purposes, "_registered", {"questionnaire": say})

    def dropped(mail: Mail) -> None:
        step = Step.objects.get(pk=mail.step.partition(":")[2])
        if step.kind == Step.Kind.NOTICE and timezone.localdate(mail.claimed_at) >= opens_on:
            raise purposes.NoLongerDue

    for days in range(66):
        for hour in (0, 8, 13):
            now = datetime.combine(start + timedelta(days=days), time(hour), tzinfo=PARIS)
            asking.ask_due(now)
            delivery.send_due(clock=lambda moment=now: moment, seconds=None)
    codes = {step.code: step.days for step in campaign.steps.all()}
    done = [
        sorted(
            (codes[mail.step], timezone.localdate(mail.sent_at))
            for mail in one.mails.values()
            if mail.state == Mail.State.SENT
        )
        for one in progress(campaign)
    ]
    assert done == expected
