"""Where each person of a campaign stands: the one reading for pages, mails and calls."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluation.campaigns.progress import QUESTIONNAIRE, STATUS_WORDS, Progress, Status, progress, progress_in
from evaluation.models import Campaign, Invitation, Response
from outbox.models import Bounce, Mail, OptOut
from tests.factories import (
    AnswerFactory,
    CallFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mail_to(one: Invitation, step: str = "step:1", state: str = Mail.State.SENT, **fields) -> Mail:
    return QuestionnaireMailFactory(invitation=one, step=step, state=state, **{"due_at": NOW, **fields})


def answered(one: Invitation, **fields) -> Response:
    """To the end."""
    return ResponseFactory(invitation=one, started_at=NOW, submitted_at=NOW, **fields)


def standing(one: Invitation) -> Progress:
    """How the person stands, read afresh."""
    return next(found for found in progress(one.campaign) if found.invitation == one)


@pytest.fixture
def campaign() -> Campaign:
    return CampaignFactory(running=True)


@pytest.fixture
def person(campaign) -> Invitation:
    return InvitationFactory(campaign=campaign, email="Nom.Fictif@exemple.test")


# The status ---------------------------------------------------------------------------------------


def get_sent(one):
    mail_to(one)


def opt_out(one):
    OptOut.objects.create(address=one.email.lower(), purpose=QUESTIONNAIRE)


def bounce(one):
    Bounce.objects.create(address=one.email.lower(), reason="550 inconnu")


def open_the_form(one):
    ResponseFactory(invitation=one)


def answer_a_question(one):
    AnswerFactory(response=one.response)


def decline(one):
    Invitation.objects.filter(pk=one.pk).update(declined_at=NOW)


def be_replaced(one):
    Invitation.objects.filter(pk=one.pk).update(ended_at=NOW, ending=Invitation.Ending.REPLACED)


def submit(one):
    Response.objects.filter(invitation=one).update(submitted_at=timezone.now())


HAPPENING = {
    Status.SENT: get_sent,
    Status.OPTED_OUT: opt_out,
    Status.BOUNCED: bounce,
    Status.OPENED: open_the_form,
    Status.PARTIAL: answer_a_question,
    Status.DECLINED: decline,
    Status.ENDED: be_replaced,
    Status.DONE: submit,
}


def test_what_comes_later_prevails(person):
    assert standing(person).status == Status.WAITING
    for status, happen in HAPPENING.items():
        happen(person)
        assert standing(person).status == status
    assert [*HAPPENING, Status.WAITING] == [*reversed(list(Status)[:-1]), Status.WAITING]  # and none is left out


def test_every_status_has_its_words():
    assert list(STATUS_WORDS) == list(Status)
    assert len(set(STATUS_WORDS.values())) == len(Status)


@pytest.mark.parametrize("state", Mail.State)
def test_a_mail_in_doubt_may_have_left_and_no_other_that_is_not_sent(person, state):
    mail_to(person, state=state)
    left = state in (Mail.State.SENT, Mail.State.TO_CHECK)
    assert standing(person).status == (Status.SENT if left else Status.WAITING)
    assert standing(person).last_left_at == (NOW if left else None)
    assert standing(person).awaits_mail == (state in (Mail.State.DUE, Mail.State.CLAIMED))


def test_the_last_mail_that_left_is_the_latest(person):
    for days, step in ((3, "step:1"), (1, "step:3"), (2, "step:2")):
        mail_to(person, step, sent_at=NOW - timedelta(days=days))
    mail_to(person, "step:4", Mail.State.DUE)
    assert standing(person).last_left_at == NOW - timedelta(days=1)
    assert {*standing(person).mails} == {"step:1", "step:2", "step:3", "step:4"}


def test_only_what_concerns_the_person_counts(campaign, person):
    other = InvitationFactory(campaign=campaign)
    elsewhere = InvitationFactory(campaign__running=True, email=person.email)  # the same person, another campaign
    for one in (other, elsewhere):
        mail_to(one)
        CallFactory(invitation=one)
        AnswerFactory(response=answered(one, saved_at=NOW))
    OptOut.objects.create(address=person.email.lower(), purpose="meeting_invitation")
    OptOut.objects.create(address=other.email, purpose=QUESTIONNAIRE)
    Bounce.objects.create(address=other.email, reason="550")
    mail_to(person, purpose="autre")
    assert standing(person) == Progress(invitation=person, status=Status.WAITING)


def test_who_began_and_wants_no_more_mails_is_known_for_both(person):
    AnswerFactory(response=ResponseFactory(invitation=person))
    opt_out(person)
    bounce(person)
    found = standing(person)
    assert (found.status, found.opted_out, found.bounce) == (Status.PARTIAL, True, "550 inconnu")


def test_mails_to_a_former_address_are_no_longer_the_persons(person):
    Bounce.objects.create(address="ancienne@exemple.test", reason="550")
    mail_to(person, recipient="ancienne@exemple.test")
    assert standing(person) == Progress(invitation=person, status=Status.WAITING)


def test_a_person_without_address_has_nothing_of_the_others(campaign):
    one = InvitationFactory(campaign=campaign, email="")
    InvitationFactory(campaign=campaign, email="")
    assert standing(one) == Progress(invitation=one, status=Status.WAITING)


# What they answered -------------------------------------------------------------------------------


def test_answers_taken_back_or_no_longer_asked_are_not_counted(person):
    response = ResponseFactory(invitation=person, saved_at=NOW)
    AnswerFactory(response=response, value=None)
    AnswerFactory(response=response, is_asked=False)
    assert standing(person).status == Status.OPENED
    AnswerFactory(response=response)
    AnswerFactory(response=response, value=0)
    found = standing(person)
    assert (found.status, found.answered, found.wrote_at) == (Status.PARTIAL, 2, NOW)


def test_calls_are_told_with_the_last_one_first(person):
    first = CallFactory(invitation=person, at=NOW - timedelta(days=2))
    last = CallFactory(invitation=person, at=NOW - timedelta(days=1))
    assert standing(person).calls == (last, first)


# Who is silent ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_who_is_silent(status):
    assert Progress(Invitation(), status).is_silent == (status not in (Status.DONE, Status.ENDED, Status.DECLINED))
    assert not Progress(Invitation(), status, covered=True).is_silent


def test_one_answer_covers_the_others_of_its_territory(campaign, person):
    Campaign.objects.update(one_per_territory=True)
    campaign.refresh_from_db()
    colleague = InvitationFactory(campaign=campaign, case=person.case)
    InvitationFactory(campaign=campaign, case=CaseFactory(evaluation=campaign.evaluation))
    response = ResponseFactory(invitation=colleague)
    assert not any(found.covered for found in progress(campaign))  # begun only
    response.submitted_at = timezone.now()
    response.save()
    assert {found.invitation for found in progress(campaign) if found.covered} == {person}


def test_an_answer_covers_even_when_its_author_was_replaced_since(campaign, person):
    Campaign.objects.update(one_per_territory=True)
    campaign.refresh_from_db()
    answered(InvitationFactory(campaign=campaign, case=person.case, ended_at=NOW, ending=Invitation.Ending.REPLACED))
    assert standing(person).covered


def test_an_answer_covers_nobody_where_each_is_asked_nor_in_another_campaign(campaign, person):
    answered(InvitationFactory(campaign=campaign, case=person.case))
    assert not standing(person).covered
    other = CampaignFactory(running=True, evaluation=campaign.evaluation, one_per_territory=True)
    waiting = InvitationFactory(campaign=other, case=person.case)
    assert not standing(waiting).covered
    both = progress_in([campaign, other], Invitation.objects.in_full())
    assert not any(found.covered for found in both)


# Reading many -------------------------------------------------------------------------------------


def test_several_campaigns_are_read_at_once_as_one_by_one():
    campaigns = [CampaignFactory(running=True, one_per_territory=one) for one in (True, False)]
    for campaign in campaigns:
        one = InvitationFactory(campaign=campaign)
        answered(InvitationFactory(campaign=campaign, case=one.case))
        mail_to(one)
    found = progress_in(campaigns, Invitation.objects.in_full())
    assert len(found) == 4
    one_by_one = [one for campaign in campaigns for one in progress(campaign)]
    assert sorted(found, key=lambda one: one.invitation.pk) == sorted(one_by_one, key=lambda one: one.invitation.pk)


def test_chosen_invitations_alone_are_read(campaign, person):
    InvitationFactory(campaign=campaign)
    found = progress(campaign, campaign.invitations.in_full().filter(pk=person.pk))
    assert [one.invitation for one in found] == [person]


@pytest.mark.parametrize("persons", [1, 3])
def test_seven_queries_however_many_persons(persons):
    campaign = CampaignFactory(running=True, one_per_territory=True)
    for _ in range(persons):
        one = InvitationFactory(campaign=campaign)
        mail_to(one)
        AnswerFactory(response=answered(one))
        CallFactory(invitation=one)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for found in progress(campaign):
            str(found.invitation), found.invitation.trainee, found.last_left_at
            [str(call.by) for call in found.calls]
    assert len(queries) == 7
