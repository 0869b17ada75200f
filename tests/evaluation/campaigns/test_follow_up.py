"""Counts, lines and the reminder asked for by hand: what the follow-up of a campaign tells."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.campaigns import operations
from evaluation.campaigns.follow_up import (
    SILENT,
    Line,
    Territory,
    by_territory,
    counts,
    facts,
    lines,
    name_of,
    reminding,
)
from evaluation.campaigns.progress import QUESTIONNAIRE, Status, progress
from evaluation.models import Campaign, Invitation, Step
from outbox.decisions import PARIS
from outbox.models import Bounce, Mail, OptOut
from tests.factories import (
    AnswerFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    MailFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    StepFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 18, 10, tzinfo=PARIS)  # a Wednesday
TODAY = NOW.date()


@pytest.fixture
def campaign() -> Campaign:
    """Opened two weeks ago; its second reminder is to come."""
    opens_on = TODAY - timedelta(days=14)
    campaign = CampaignFactory(
        running=True, opens_on=opens_on, closes_on=TODAY + timedelta(days=30), launched_at=NOW - timedelta(days=20)
    )
    for kind, days in (("invitation", 0), ("reminder", 7), ("reminder", 21), ("call", 28)):
        StepFactory(campaign=campaign, kind=kind, days=days)
    return campaign


def step(campaign: Campaign, days: int) -> Step:
    return campaign.steps.get(days=days)


def written_to(one: Invitation, days: int, **fields) -> Mail:
    """The mail of a step, on its day."""
    found = step(one.campaign, days)
    fields = {"due_at": datetime.combine(found.day, NOW.time(), tzinfo=PARIS), **fields}
    return QuestionnaireMailFactory(invitation=one, step=found.code, **fields)


def begun(one: Invitation, **fields):
    return ResponseFactory(invitation=one, started_at=NOW - timedelta(days=3), **fields)


def line_of(one: Invitation) -> Line:
    found = lines(one.campaign, progress(one.campaign), NOW)
    return next(line for line in found if line.progress.invitation == one)


# Counts -------------------------------------------------------------------------------------------


def test_who_answered_has_also_opened_and_got_a_mail(campaign):
    one = InvitationFactory(campaign=campaign)
    written_to(one, 0)
    begun(one, submitted_at=NOW)
    Bounce.objects.create(address=one.email, reason="550")
    (found,) = progress(campaign)
    assert facts(found) == {Status.DONE, Status.OPENED, Status.SENT, Status.BOUNCED}


def test_of_who_is_asked_no_more_nothing_else_is_told(campaign):
    one = InvitationFactory(campaign=campaign, ended_at=NOW, ending="removed")
    written_to(one, 0)
    begun(one)
    (found,) = progress(campaign)
    assert facts(found) == {Status.ENDED}


def test_counts_over_persons_and_territories(campaign):
    first = CaseFactory(evaluation=campaign.evaluation)
    done, colleague = (InvitationFactory(campaign=campaign, case=first) for _ in range(2))
    begun(done, submitted_at=NOW)
    AnswerFactory(response=begun(colleague))
    for one in (done, colleague):
        written_to(one, 0)
    InvitationFactory(campaign=campaign, declined_at=NOW)
    gone = InvitationFactory(campaign=campaign, ended_at=NOW, ending="removed")  # its territory was asked
    written_to(gone, 0)
    begun(of_another(first), submitted_at=NOW)
    found = counts(progress(campaign))
    assert (found.invited, found.territories, found.answering) == (3, 3, 1)
    assert dict(found.facts) == {
        Status.DONE: 1,
        Status.PARTIAL: 1,
        Status.OPENED: 2,
        Status.SENT: 2,
        Status.DECLINED: 1,
        Status.ENDED: 1,
        SILENT: 1,
    }


def of_another(case) -> Invitation:
    """Asked for the same territory, by another campaign."""
    return InvitationFactory(campaign=CampaignFactory(running=True, evaluation=case.evaluation), case=case)


def test_several_answers_of_a_territory_are_one_territory(campaign):
    case = CaseFactory(evaluation=campaign.evaluation)
    for _ in range(2):
        begun(InvitationFactory(campaign=campaign, case=case), submitted_at=NOW)
    found = counts(progress(campaign))
    assert (found.territories, found.answering, found.facts[Status.DONE]) == (1, 1, 2)


# Lines --------------------------------------------------------------------------------------------


def test_the_last_mail_and_the_next_one(campaign):
    one = InvitationFactory(campaign=campaign)
    written_to(one, 0)
    last = written_to(one, 7)
    line = line_of(one)
    assert line.last == (step(campaign, 7), last)
    assert line.last_step == "relance (J+7)"
    assert (line.next.step, line.next.at.astimezone(PARIS).date()) == (
        step(campaign, 21),
        campaign.opens_on + timedelta(days=21),
    )
    assert line.next_step == "relance (J+21)"
    assert line.reason == ""


def test_a_mail_that_waits_is_the_next_one_not_the_last(campaign):
    one = InvitationFactory(campaign=campaign)
    written_to(one, 7, state=Mail.State.DUE)
    line = line_of(one)
    assert line.last is None
    assert line.last_step == ""
    assert (line.next.step, line.next.at) == (step(campaign, 7), NOW)


def test_a_mail_of_a_step_that_is_no_more_is_told_all_the_same(campaign):
    one = InvitationFactory(campaign=campaign)
    mail = QuestionnaireMailFactory(invitation=one, step="step:999999", due_at=NOW - timedelta(days=6))
    assert line_of(one).last == (None, mail)
    assert line_of(one).last_step == name_of(None)


@pytest.mark.parametrize(
    ("what", "settled"),
    [("answered", True), ("declined", True), ("ended", True), ("no address", False), ("opted out", False)],
)
def test_why_there_is_no_next_mail(campaign, what, settled):
    one = InvitationFactory(campaign=campaign, email="" if what == "no address" else "a@exemple.test")
    if what == "answered":
        begun(one, submitted_at=NOW)
    elif what == "opted out":
        OptOut.objects.create(address=one.email, purpose=QUESTIONNAIRE)
    elif what in ("declined", "ended"):
        changes = {"declined_at": NOW} if what == "declined" else {"ended_at": NOW, "ending": "removed"}
        Invitation.objects.update(**changes)
    line = line_of(one)
    assert line.next is None
    assert line.reason
    assert line.is_settled == settled


def test_a_paused_campaign_says_so_whatever_waits(campaign):
    one = InvitationFactory(campaign=campaign)
    written_to(one, 7, state=Mail.State.DUE)
    Campaign.objects.update(state="paused")
    one.campaign.refresh_from_db()
    line = line_of(one)
    assert (line.next, "pause" in line.reason) == (None, True)


def test_once_every_mail_has_left_there_is_none_to_come(campaign):
    one = InvitationFactory(campaign=campaign)
    campaign.steps.filter(days=21).delete()
    written_to(one, 0)
    written_to(one, 7)
    line = line_of(one)
    assert (line.next, line.is_settled) == (None, False)
    assert line.reason == "Le dernier courriel prévu à ce jour lui a été adressé."


def test_persons_stand_together_by_territory(campaign):
    first, second = (CaseFactory(evaluation=campaign.evaluation, participation__session__number=n) for n in (1, 2))
    theirs = [
        InvitationFactory(campaign=campaign, case=case, name=n)
        for case, n in ((second, "A"), (first, "B"), (first, "C"))
    ]
    found = by_territory(lines(campaign, progress(campaign), NOW))
    told = [(one.case, [line.progress.invitation for line in one.lines]) for one in found]
    assert told == [(first, [theirs[1], theirs[2]]), (second, [theirs[0]])]


def test_a_territory_where_nobody_is_asked_any_more_shows(campaign):
    case = CaseFactory(evaluation=campaign.evaluation)
    InvitationFactory(campaign=campaign, case=case, declined_at=NOW)
    gone = InvitationFactory(campaign=campaign, case=case, ended_at=NOW, ending="removed")

    def territory() -> Territory:
        (found,) = by_territory(lines(campaign, progress(campaign), NOW))
        return found

    assert territory().is_left
    begun(gone, submitted_at=NOW)  # they had answered
    assert not territory().is_left
    InvitationFactory(campaign=CampaignFactory(running=True), case=case)
    assert len(territory().lines) == 2


@pytest.mark.parametrize("persons", [1, 3])
def test_as_many_queries_for_one_as_for_three(campaign, persons):
    for _ in range(persons):
        written_to(InvitationFactory(campaign=campaign), 0)
        written_to(InvitationFactory(campaign=campaign), 7, state=Mail.State.DUE)
    found = progress(campaign)
    with CaptureQueriesContext(connection) as queries:
        for line in lines(campaign, found, NOW):
            assert line.last_step or line.next_step
    assert len(queries) == 5
    with CaptureQueriesContext(connection) as queries:
        assert len(reminding(campaign, found, NOW).written) == persons
    assert len(queries) == 4


# The reminder asked for by hand -------------------------------------------------------------------


def test_who_would_be_reminded_and_who_not(campaign):
    silent = InvitationFactory(campaign=campaign, name="Silencieuse")
    written_to(silent, 7)
    partial = InvitationFactory(campaign=campaign, name="Commencée")
    AnswerFactory(response=begun(partial))
    done = InvitationFactory(campaign=campaign, name="Répondue")
    begun(done, submitted_at=NOW)
    waiting = InvitationFactory(campaign=campaign, name="En attente")
    written_to(waiting, 7, state=Mail.State.DUE)
    nowhere = InvitationFactory(campaign=campaign, email="")
    InvitationFactory(campaign=CampaignFactory(running=True))  # of another campaign
    found = reminding(campaign, progress(campaign), NOW)
    assert {(one.progress.invitation, one.at, one.reason) for one in found.written} == {
        (silent, NOW, ""),
        (partial, NOW, ""),
    }
    assert {one.invitation for one, reason in found.others if reason} == {done, waiting, nowhere}


def test_when_a_reminder_leaves_is_told_with_what_holds_it(campaign):
    limited = InvitationFactory(campaign=campaign)
    MailFactory(recipient=limited.email, state="sent", sent_at=NOW - timedelta(hours=1))  # of another purpose
    writing = InvitationFactory(campaign=campaign)
    begun(writing, saved_at=NOW - timedelta(hours=1))
    found = {one.progress.invitation: one for one in reminding(campaign, progress(campaign), NOW).written}
    tomorrow = TODAY + timedelta(days=1)
    assert [found[one].at.astimezone(PARIS).date() for one in (limited, writing)] == [tomorrow, tomorrow]
    assert found[limited].reason != found[writing].reason
    assert all(one.reason for one in found.values())


def test_two_territories_of_one_address_take_turns(campaign):
    for _ in range(2):
        InvitationFactory(campaign=campaign, email="deux@exemple.test")
    days = [one.at.astimezone(PARIS).date() for one in reminding(campaign, progress(campaign), NOW).written]
    assert days == [TODAY, TODAY + timedelta(days=1)]


def test_what_is_shown_is_what_is_asked_for_and_only_once(campaign):
    silent = [InvitationFactory(campaign=campaign) for _ in range(2)]
    begun(InvitationFactory(campaign=campaign), submitted_at=NOW)
    now = timezone.now()
    Campaign.objects.update(opens_on=timezone.localdate() - timedelta(days=14), closes_on=timezone.localdate())
    campaign.refresh_from_db()
    shown = {one.progress.invitation for one in reminding(campaign, progress(campaign), now).written}
    assert operations.remind_silent(campaign=campaign, by=UserFactory(is_staff=True)) == 2
    asked = {one.invitation for one in progress(campaign) if campaign.steps.get(kind=Step.Kind.EXTRA).code in one.mails}
    assert shown == asked == {*silent}
    Mail.objects.update(state="sent", sent_at=now)
    again = reminding(campaign, progress(campaign), now)
    assert again.written == []
    assert operations.remind_silent(campaign=campaign, by=UserFactory(is_staff=True)) == 0
