"""Who is to be called today, and why; what came of each call."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.history import history_of
from evaluation.campaigns.calls import QUIET, WHY_WORDS, ToCall, Why, note_call, remove_call, to_call
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Call, Campaign, Invitation
from outbox.models import Bounce, OptOut
from tests.factories import (
    CallFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    ResponseFactory,
    StepFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 18)
OPENED, CALLS = TODAY - timedelta(days=28), TODAY  # today is the day on which calls begin


def running(**fields) -> Campaign:
    """Opened four weeks ago, with calls from today on."""
    campaign = CampaignFactory(running=True, opens_on=OPENED, **fields)
    StepFactory(campaign=campaign, kind="invitation", days=0)
    StepFactory(campaign=campaign, kind="reminder", days=7)
    StepFactory(campaign=campaign, kind="call", days=(CALLS - OPENED).days)
    return campaign


@pytest.fixture
def campaign() -> Campaign:
    return running()


@pytest.fixture
def person(campaign) -> Invitation:
    return InvitationFactory(campaign=campaign, phone="01 00 00 00 01")


def found_on(day: date) -> list[tuple[Invitation, Why, date]]:
    return [(one.progress.invitation, one.why, one.since) for one in to_call(day)]


def called(one: Invitation, outcome: str, day: date = TODAY, **fields) -> Call:
    at = datetime.combine(day, time(10), tzinfo=ZoneInfo("Europe/Paris"))
    return CallFactory(invitation=one, outcome=outcome, at=at, **fields)


# The day has come ---------------------------------------------------------------------------------


def test_the_silent_are_called_from_the_calls_day_on(person):
    assert found_on(CALLS - timedelta(days=1)) == []
    assert found_on(CALLS) == [(person, Why.REMINDED, CALLS)]
    assert found_on(CALLS + timedelta(days=2)) == [(person, Why.REMINDED, CALLS)]


def test_a_campaign_without_call_calls_nobody_who_can_be_written_to(campaign, person):
    campaign.steps.filter(kind="call").delete()
    assert found_on(TODAY) == []


def test_nobody_is_called_for_what_has_not_begun_is_paused_is_over_or_was_ended(person):
    Campaign.objects.update(state="draft", launched_at=None)
    assert found_on(TODAY) == []
    for state in ("paused", "ended"):
        Campaign.objects.update(state=state, launched_at=timezone.now())
        assert found_on(TODAY) == []
    Campaign.objects.update(state="running")
    assert [one for one, *_ in found_on(person.campaign.closes_on)] == [person]
    assert found_on(person.campaign.closes_on + timedelta(days=1)) == []


def test_who_answered_declined_or_is_asked_no_more_is_left_alone(campaign, person):
    now = timezone.now()
    ResponseFactory(invitation=InvitationFactory(campaign=campaign), started_at=now, submitted_at=now)
    InvitationFactory(campaign=campaign, declined_at=now)
    InvitationFactory(campaign=campaign, ended_at=now, ending="removed")
    begun = InvitationFactory(campaign=campaign, phone="01 00 00 00 02")
    ResponseFactory(invitation=begun)
    assert {one for one, *_ in found_on(TODAY)} == {person, begun}


def test_where_one_answer_is_enough_the_colleagues_are_left_alone():
    campaign = running(one_per_territory=True)
    answered = InvitationFactory(campaign=campaign)
    InvitationFactory(campaign=campaign, case=answered.case)
    elsewhere = InvitationFactory(campaign=campaign, case=CaseFactory(evaluation=campaign.evaluation))
    now = timezone.now()
    ResponseFactory(invitation=answered, started_at=now, submitted_at=now)
    assert found_on(TODAY) == [(elsewhere, Why.REMINDED, CALLS)]


# No mail reaches them -----------------------------------------------------------------------------


@pytest.mark.parametrize("why", [Why.REFUSED, Why.NO_ADDRESS, Why.OPTED_OUT])
def test_whom_no_mail_reaches_is_called_from_the_invitation_on(campaign, why):
    InvitationFactory(campaign=campaign)  # who can be written to
    one = InvitationFactory(campaign=campaign, email="" if why == Why.NO_ADDRESS else "Sans.Suite@exemple.test")
    if why == Why.REFUSED:
        Bounce.objects.create(address="sans.suite@exemple.test", reason="550")
    if why == Why.OPTED_OUT:
        OptOut.objects.create(address="sans.suite@exemple.test", purpose=QUESTIONNAIRE)
        ResponseFactory(invitation=one)  # having begun changes nothing
    assert found_on(OPENED - timedelta(days=1)) == []
    assert found_on(OPENED) == [(one, why, OPENED)]


# After a call -------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", QUIET)
def test_a_call_leaves_the_person_alone_for_a_while(person, outcome):
    called(person, outcome)
    back = TODAY + QUIET[outcome]
    assert found_on(back - timedelta(days=1)) == []
    assert found_on(back) == [(person, Why.REMINDED, CALLS)]


def test_who_is_to_be_called_again_is_on_the_day_even_before_the_calls_day(person):
    again = CALLS - timedelta(days=3)
    called(person, "call_again", CALLS - timedelta(days=6), again_on=again)
    assert found_on(again - timedelta(days=1)) == []
    assert found_on(again) == [(person, Why.AGAIN, again)]
    assert found_on(CALLS) == [(person, Why.AGAIN, again)]  # still: nobody called


def test_a_day_agreed_on_prevails_over_the_calls_day(person):
    called(person, "call_again", again_on=TODAY + timedelta(days=4))
    assert found_on(TODAY + timedelta(days=3)) == []
    assert found_on(TODAY + timedelta(days=4)) == [(person, Why.AGAIN, TODAY + timedelta(days=4))]


def test_only_the_last_call_counts(person):
    called(person, "call_again", TODAY - timedelta(days=2), again_on=TODAY)
    called(person, "no_answer", TODAY)
    assert found_on(TODAY) == []
    assert found_on(TODAY + timedelta(days=1)) == [(person, Why.REMINDED, CALLS)]


def test_answers_given_by_telephone_wait_to_be_entered(person):
    called(person, "answered")
    assert found_on(TODAY) == [(person, Why.ANSWERED, TODAY)]
    now = timezone.now()
    ResponseFactory(invitation=person, started_at=now, submitted_at=now)
    assert found_on(TODAY) == []


# Who asked not to be called -----------------------------------------------------------------------


def test_a_refusal_holds_for_good(person):
    called(person, "stop", TODAY - timedelta(days=5))
    called(person, "no_answer", TODAY - timedelta(days=4))  # by a colleague who did not know
    assert found_on(TODAY + timedelta(days=6)) == []


@pytest.mark.parametrize("same", ["trainee", "email"])
def test_a_refusal_holds_in_the_next_campaign(same):
    before = running()
    trainee = TraineeFactory()
    who = {"trainee": trainee} if same == "trainee" else {"email": "Nom@exemple.test"}
    called(InvitationFactory(campaign=before, **who), "stop", TODAY - timedelta(days=300))
    Campaign.objects.update(state="ended")
    campaign = running()
    who = {"trainee": trainee} if same == "trainee" else {"email": "nom@exemple.test"}
    InvitationFactory(campaign=campaign, **who)
    others = [InvitationFactory(campaign=campaign, trainee=TraineeFactory()), InvitationFactory(campaign=campaign)]
    assert {one for one, *_ in found_on(TODAY)} == {*others}


def test_persons_without_address_are_not_taken_for_one_another(campaign):
    called(InvitationFactory(campaign=campaign, email=""), "stop")
    one = InvitationFactory(campaign=campaign, email="")
    assert [found for found, *_ in found_on(TODAY)] == [one]


# The list -----------------------------------------------------------------------------------------


def test_the_most_pressing_come_first_and_those_without_a_number_last(campaign):
    sooner = running(closes_on=TODAY + timedelta(days=1))
    session = InvitationFactory(campaign=campaign, phone="1").case.participation.session
    names = {
        "sans numéro": InvitationFactory(campaign=sooner),
        "rappel": InvitationFactory(campaign=campaign, phone="1"),
        "à saisir": InvitationFactory(campaign=campaign, phone="1"),
        "ferme bientôt": InvitationFactory(campaign=sooner, phone="1"),
        "ensuite": Invitation.objects.get(case__participation__session=session),
    }
    called(names["rappel"], "call_again", TODAY - timedelta(days=1), again_on=TODAY)
    called(names["à saisir"], "answered", TODAY)
    words = {one: name for name, one in names.items()}
    shown = [words[one] for one, *_ in found_on(TODAY)]
    assert shown == ["rappel", "à saisir", "ferme bientôt", "ensuite", "sans numéro"]


def test_every_reason_has_its_words():
    assert list(WHY_WORDS) == list(Why)


@pytest.mark.parametrize("count", [1, 3])
def test_ten_queries_however_many_campaigns_and_persons(count):
    for _ in range(count):
        campaign = running(one_per_territory=True)
        for _ in range(count):
            one = InvitationFactory(campaign=campaign)
            called(one, "no_answer", TODAY - timedelta(days=3))
            ResponseFactory(invitation=one)
    with CaptureQueriesContext(connection) as queries:
        found = to_call(TODAY)
        for one in found:
            assert isinstance(one, ToCall)
            str(one.campaign), str(one.progress.invitation.case.participation.territory), one.words
    assert len(found) == count**2
    assert len(queries) == 10


# Noting -------------------------------------------------------------------------------------------


def test_a_call_is_kept_with_who_made_it_and_leaves_a_trace(person):
    staff = UserFactory(is_staff=True, name="Équipe Fictive")
    note_call(
        call=Call(invitation=person, outcome="call_again", again_on=TODAY, note="Plutôt le matin."),
        by=staff,
    )
    call = person.calls.get()
    assert (call.by, call.outcome, call.again_on, call.note) == (staff, "call_again", TODAY, "Plutôt le matin.")
    event = history_of(person)[0]
    assert (event.action, event.who) == ("appel noté", str(staff))
    told = {change.name: change.after for change in event.changes}
    assert told == {"résultat": "à rappeler", "rappeler le": str(TODAY), "note": "Plutôt le matin."}


def test_a_call_noted_by_mistake_is_taken_back_and_the_trace_stays(person):
    staff = UserFactory(is_staff=True)
    call = called(person, "stop")
    assert found_on(TODAY) == []
    remove_call(call=call, by=staff)
    assert found_on(TODAY) == [(person, Why.REMINDED, CALLS)]
    event = history_of(person)[0]
    assert (event.action, event.who) == ("appel retiré", str(staff))
    assert {change.name: change.after for change in event.changes} == {"résultat": call.get_outcome_display()}
