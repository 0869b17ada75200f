"""Which mail is due: ``evaluation/campaigns/schedule.py``, on rows that are in no database."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from actors.models import Trainee
from evaluation.campaigns import texts
from evaluation.campaigns.progress import Progress, Status
from evaluation.campaigns.schedule import DEFAULT_STEPS, GAP, due_step, hold, outdated, to_remind, why_not, words_of
from evaluation.models import Campaign, Invitation, Step
from outbox.decisions import PARIS
from outbox.models import Mail

Kind = Step.Kind
OPENS = date(2026, 3, 10)  # a Tuesday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def on(days: int, hour: int = 9) -> datetime:
    """So many days after the opening, in Paris."""
    return datetime.combine(OPENS + timedelta(days=days), datetime.min.time(), tzinfo=PARIS).replace(hour=hour)


def a_campaign(**fields) -> Campaign:
    return Campaign(
        **{
            "opens_on": OPENS,
            "closes_on": OPENS + timedelta(days=35),
            "state": Campaign.State.RUNNING,
            "launched_at": on(-10),
        }
        | fields
    )


def steps_of(campaign: Campaign) -> list[Step]:
    """The default ones, their keys their days."""
    return [
        Step(
            pk=1000 + default.days,
            campaign=campaign,
            kind=default.kind,
            days=default.days,
            subject=default.words.subject,
            text=default.words.text,
            partial_subject=default.words.partial_subject,
            partial_text=default.words.partial_text,
        )
        for default in DEFAULT_STEPS
    ]


def someone(email: str = "a@exemple.test", **fields) -> Progress:
    return Progress(invitation=Invitation(email=email), **{"status": Status.WAITING} | fields)


def having(one: Progress, days: int, moment: datetime, state: str = Mail.State.SENT) -> Progress:
    """With the mail of the step of that day."""
    mail = Mail(state=state, sent_at=moment if state == Mail.State.SENT else None, claimed_at=moment)
    return replace(one, mails={**one.mails, f"step:{1000 + days}": mail})


def due(one: Progress, now: datetime, **campaign) -> int | None:
    """The day of the step that is due; what is said of it agrees."""
    found = a_campaign(**campaign)
    step = due_step(one, steps_of(found), found, now)
    assert bool(why_not(one, steps_of(found), found, now)) == (step is None)
    return step.days if step else None


def said(one: Progress, now: datetime, **campaign) -> str:
    found = a_campaign(**campaign)
    return why_not(one, steps_of(found), found, now)


# Days -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06T23:59:59", None),
        ("2026-03-07T00:00", -3),
        ("2026-03-09T23:59:59", -3),
        ("2026-03-10T00:00", 0),
        ("2026-03-16T23:59:59", 0),
        ("2026-03-17T00:00", 7),
        ("2026-03-24T00:00", 14),
        ("2026-03-30T23:59:59", 14),
        ("2026-03-31T00:00", 21),  # summer time began on the 29th
        ("2026-04-14T23:59:59", 21),  # the last day of answers; the call is no mail
        ("2026-04-15T00:00", None),
    ],
)
def test_the_latest_step_is_due_from_midnight_in_paris_to_the_closing_day(moment, expected):
    assert due(someone(), at(moment)) == expected


def test_midnight_in_paris_is_not_midnight_in_utc():
    assert due(someone(), datetime.fromisoformat("2026-03-16T23:30+00:00")) == 7


def test_a_campaign_across_the_end_of_summer_time():
    """It opens on 20 October; 25 October 2026 lasts 25 hours."""
    opens = {"opens_on": date(2026, 10, 20), "closes_on": date(2026, 11, 20), "launched_at": at("2026-10-01T09:00")}
    assert due(someone(), at("2026-10-26T23:59:59"), **opens) == 0
    assert due(someone(), at("2026-10-27T00:00"), **opens) == 7


def test_the_notice_is_skipped_when_it_was_launched_after_its_day():
    assert due(someone(), on(-3), launched_at=on(-3, hour=23)) == -3
    assert due(someone(), on(-2), launched_at=on(-2)) is None
    assert due(someone(), on(0), launched_at=on(-2)) == 0


def test_a_notice_is_not_due_once_the_invitations_are_even_if_there_is_none():
    campaign = a_campaign()
    notice = steps_of(campaign)[0]
    assert due_step(someone(), [notice], campaign, on(-1)) == notice
    assert due_step(someone(), [notice], campaign, on(0)) is None


def test_a_notice_that_comes_too_late_announces_nothing():
    campaign = a_campaign()
    notice, invitation, *_ = steps_of(campaign)
    assert outdated(notice, campaign, on(-1, hour=23)) == ""
    assert outdated(notice, campaign, on(0, hour=0)) == "L’invitation part : il n’y a plus rien à annoncer."
    assert outdated(invitation, campaign, on(20)) == ""


# One after the other --------------------------------------------------------------------------------


def test_what_left_or_was_refused_is_never_asked_for_again():
    for state in (Mail.State.SENT, Mail.State.REFUSED, Mail.State.TO_CHECK):
        assert due(having(someone(), 0, on(0), state), on(1)) is None


def test_what_was_taken_back_before_it_left_is_due_again_as_long_as_it_is_the_latest():
    one = having(someone(), 0, on(0), Mail.State.CANCELLED)
    assert [due(one, on(day)) for day in (1, 7)] == [0, 7]


def test_after_an_outage_only_the_latest_is_due_and_what_was_skipped_stays_so():
    one = having(someone(), 0, on(0))
    assert due(one, on(15)) == 14
    assert due(having(one, 14, on(15)), on(16)) is None
    assert due(having(one, 14, on(15)), on(21)) == 21


@pytest.mark.parametrize("state", [Mail.State.DUE, Mail.State.CLAIMED])
def test_nothing_is_asked_while_a_mail_waits(state):
    one = having(someone(), 0, on(0), state)
    assert due(one, on(8)) is None
    assert said(one, on(8)) == "Un courriel attend déjà de partir."


@pytest.mark.parametrize("state", [Mail.State.SENT, Mail.State.TO_CHECK])
def test_a_reminder_keeps_its_distance_from_the_last_mail_that_left(state):
    one = having(someone(), 0, on(4), state)
    assert due(one, on(4) + GAP - timedelta(seconds=1)) is None
    assert said(one, on(8)) == f"Son dernier courriel date de moins de {GAP.days} jours."
    assert due(one, on(4) + GAP) == 7


def test_a_mail_that_did_not_leave_keeps_nobody_at_a_distance():
    assert due(having(someone(), 0, on(6), Mail.State.CANCELLED), on(7)) == 7


def test_the_invitation_follows_its_notice():
    assert due(having(someone(), -3, on(-1)), on(0)) == 0


def test_a_reminder_asked_for_by_hand_does_not_wait_but_for_a_mail_on_its_way():
    campaign = a_campaign()
    extra = Step(pk=5, campaign=campaign, kind=Kind.EXTRA, on=OPENS + timedelta(days=7))
    steps = [*steps_of(campaign), extra]
    one = having(someone(), 0, on(6))
    assert due_step(one, steps, campaign, on(6)) is None
    assert due_step(one, steps, campaign, on(7)) == extra  # rather than the reminder of that day
    assert due_step(having(one, 7, on(7), Mail.State.DUE), steps, campaign, on(7)) is None
    after = replace(one, mails={**one.mails, extra.code: Mail(state=Mail.State.SENT, sent_at=on(13))})
    assert due_step(after, steps, campaign, on(14)) is None
    assert due_step(after, steps, campaign, on(18)).days == 14


# To whom --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": Status.DONE}, "Cette personne a répondu."),
        ({"status": Status.ENDED}, "Cette personne n’est plus sollicitée."),
        ({"status": Status.DECLINED}, "Cette personne a décliné."),
        ({"covered": True}, "Quelqu’un d’autre a répondu pour ce territoire."),
        ({"email": ""}, "Cette personne n’a pas d’adresse de courriel."),
        ({"bounce": "550"}, "Son adresse est refusée : 550"),
        ({"opted_out": True, "status": Status.PARTIAL}, "Cette personne ne veut plus de ces courriels."),
    ],
)
def test_who_is_not_written_to_and_why(fields, reason):
    one = someone(**fields)
    assert due(one, on(0)) is None
    assert said(one, on(0)) == reason
    assert to_remind([one], a_campaign(), on(0)) == []


def test_who_left_their_post_is_not_written_to_from_the_next_day_on():
    one = someone()
    one.invitation.trainee = Trainee(in_post_until=OPENS)
    assert due(one, on(0)) == 0
    assert said(one, on(1)) == "Cette personne n’est plus en poste : remplacez-la."


@pytest.mark.parametrize("status", [Status.PARTIAL, Status.OPENED, Status.SENT, Status.WAITING])
def test_who_has_not_finished_is_written_to(status):
    assert due(someone(status=status), on(0)) == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": Campaign.State.DRAFT, "launched_at": None}, "La campagne n’est pas lancée."),
        ({"state": Campaign.State.ENDED}, "La campagne est arrêtée."),
        ({"state": Campaign.State.PAUSED}, "La campagne est en pause."),
        ({"closes_on": OPENS + timedelta(days=7)}, "La campagne est close."),
    ],
)
def test_campaigns_that_write_to_nobody(fields, reason):
    assert due(someone(), on(8), **fields) is None
    assert said(someone(), on(8), **fields) == reason


def test_who_wrote_today_is_left_alone_until_tomorrow_in_paris():
    one = someone(status=Status.PARTIAL, wrote_at=at("2026-03-17T00:10"))
    assert due(one, at("2026-03-17T23:50")) is None
    assert due(one, at("2026-03-18T00:00")) == 7
    assert due(replace(one, wrote_at=at("2026-03-16T23:59")), at("2026-03-17T00:00")) == 7
    assert hold(one, a_campaign(), at("2026-03-17T09:00")).until == at("2026-03-18T08:00")


def test_a_pause_is_looked_at_again_every_morning():
    paused = a_campaign(state=Campaign.State.PAUSED)
    assert hold(someone(), paused, at("2026-03-28T09:00")).until == at("2026-03-29T08:00")


def test_a_reminder_by_hand_goes_to_the_silent_who_await_no_mail():
    silent, started = someone(), having(someone(status=Status.PARTIAL), 0, on(0))
    waiting = having(someone(), 0, on(0), Mail.State.DUE)
    assert to_remind([silent, waiting, started], a_campaign(), on(1)) == [silent, started]


# Words ----------------------------------------------------------------------------------------------


def words(one: Progress, days: int) -> tuple[str, str]:
    steps = steps_of(a_campaign())
    return words_of(next(step for step in steps if step.days == days), one, steps)


def test_who_has_begun_gets_words_of_their_own():
    one = having(someone(status=Status.PARTIAL, wrote_at=on(2)), 0, on(0))
    assert words(one, 7) == (texts.FIRST_REMINDER.partial_subject, texts.FIRST_REMINDER.partial_text)
    assert words(having(someone(status=Status.OPENED), 0, on(0)), 7) == (
        texts.FIRST_REMINDER.subject,
        texts.FIRST_REMINDER.text,
    )


def test_what_a_colleague_began_and_handed_on_is_not_worded_as_ones_own():
    assert words(someone(status=Status.PARTIAL), 7) == (texts.INVITATION.subject, texts.INVITATION.text)


def test_the_first_mail_with_a_link_is_worded_as_the_invitation():
    invitation = (texts.INVITATION.subject, texts.INVITATION.text)
    notified = having(someone(), -3, on(-3))
    assert words(notified, 7) == invitation
    assert words(having(notified, 0, on(0), Mail.State.CANCELLED), 14) == invitation
    assert words(having(notified, 0, on(0)), 14) == (texts.SECOND_REMINDER.subject, texts.SECOND_REMINDER.text)
    assert words(someone(), -3) == (texts.NOTICE.subject, texts.NOTICE.text)
