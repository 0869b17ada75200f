"""What one does of a questionnaire received: ``evaluation/answering/operations.py``."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEntry
from evaluation.answering import operations
from evaluation.answering.operations import COPY, ClosedError, Given, IncompleteError
from evaluation.campaigns import asking
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Answer, Invitation, Response
from outbox.models import Bounce, Mail, OptOut
from tests.factories import AnswerFactory, InvitationFactory, ItemFactory, QuestionFactory, StepFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def save(invitation, question, value, revision=0, *, by=None, **how):
    return operations.save(invitation=invitation, given=[Given(question.pk, value, revision, **how)], by=by)


def stored(question) -> tuple:
    answer = Answer.objects.get(question=question)
    return answer.value, answer.revision


def done(invitation) -> list[str]:
    """What the audit keeps of an invitation, the oldest first."""
    entries = AuditEntry.objects.filter(subject=f"invitation:{invitation.pk}").order_by("pk")
    return [entry.action for entry in entries]


# Beginning and saving -------------------------------------------------------------------------------


def test_one_begins_once(invitation):
    first = operations.start(invitation=invitation)
    assert operations.start(invitation=invitation) == first
    assert done(invitation) == []


def test_the_team_begins_for_someone(invitation, staff):
    operations.start(invitation=invitation, by=staff)
    assert done(invitation) == ["réponse commencée pour la personne"]


def test_an_answer_is_stored_and_changed(response, question, staff):
    save(response.invitation, question, "Un début")
    assert stored(question) == ("Un début", 1)
    saved = save(response.invitation, question, "Une suite", 1, by=staff)
    assert stored(question) == ("Une suite", 2)
    assert (saved.settled, saved.conflicts) == ({question.pk}, set())
    assert saved.answers[question.pk].saved_by == staff
    save(response.invitation, question, None, 2)
    assert stored(question) == (None, 3)
    answer = Answer.objects.get()
    assert answer.saved_by is None
    response.refresh_from_db()
    assert response.saved_at >= answer.saved_at


def test_an_older_device_overwrites_nothing(response, question):
    save(response.invitation, question, "Ici")
    before = Response.objects.get().saved_at
    saved = save(response.invitation, question, "Là", 0)
    assert stored(question) == ("Ici", 1)
    assert (saved.settled, saved.conflicts) == (set(), {question.pk})
    assert saved.answers[question.pk].value == "Ici"
    assert Response.objects.get().saved_at == before


def test_a_device_that_pretends_to_know_the_future_overwrites_nothing(response, question):
    save(response.invitation, question, "Ici")
    assert save(response.invitation, question, "Là", 7).conflicts == {question.pk}
    assert stored(question) == ("Ici", 1)


def test_the_same_answer_again_is_no_conflict(response, question):
    save(response.invitation, question, "Ici")
    saved = save(response.invitation, question, "Ici", 0)
    assert (saved.settled, saved.conflicts) == ({question.pk}, set())
    assert stored(question) == ("Ici", 1)


def test_a_question_left_as_an_older_page_showed_it_says_nothing(response, question):
    save(response.invitation, question, "Avant")
    save(response.invitation, question, "Après", 1)
    saved = save(response.invitation, question, "Avant", 1, is_touched=False)
    assert (saved.settled, saved.outdated, saved.conflicts) == (set(), {question.pk}, set())
    assert stored(question) == ("Après", 2)


def test_what_was_taken_back_or_passed_over_gives_way(response, question):
    save(response.invitation, question, None)
    assert save(response.invitation, question, "Ici", 0).settled == {question.pk}
    assert stored(question) == ("Ici", 2)


def test_taking_back_what_changed_meanwhile_is_a_conflict(response, question):
    save(response.invitation, question, "Avant")
    save(response.invitation, question, "Après", 1)
    assert save(response.invitation, question, None, 1).conflicts == {question.pk}
    assert stored(question) == ("Après", 2)


def test_what_was_proposed_is_stored_though_untouched(response, question):
    save(response.invitation, question, "yes", 0, is_touched=False)
    assert stored(question) == ("yes", 1)


def test_a_conflict_on_one_question_stores_the_others(response, question, page):
    other = QuestionFactory(page=page)
    save(response.invitation, question, "Ici")
    given = [Given(question.pk, "Là", 0), Given(other.pk, "Ailleurs", 0)]
    saved = operations.save(invitation=response.invitation, given=given)
    assert (saved.settled, saved.conflicts) == ({other.pk}, {question.pk})
    assert {stored(question), stored(other)} == {("Ici", 1), ("Ailleurs", 1)}


def test_a_question_of_another_questionnaire_is_not_stored(response, question):
    saved = save(response.invitation, QuestionFactory(), "Ici")
    assert (saved.settled, saved.conflicts, Answer.objects.count()) == (set(), set(), 0)


def test_whether_an_answer_is_asked_is_judged_again(response, page):
    met = QuestionFactory(page=page, kind="yes_no")
    when = QuestionFactory(page=page, condition_question=met, condition_values=["yes"])
    then = QuestionFactory(page=page, kind="text", condition_question=when, condition_values=["Hier"])
    given = [Given(met.pk, "yes", 0), Given(when.pk, "Hier", 0), Given(then.pk, "Bien", 0)]
    operations.save(invitation=response.invitation, given=given)
    assert set(Answer.objects.values_list("is_asked", flat=True)) == {True}
    save(response.invitation, met, "no", 1)
    asked = dict(Answer.objects.values_list("question", "is_asked"))
    assert asked == {met.pk: True, when.pk: False, then.pk: False}
    save(response.invitation, met, "yes", 2)
    assert set(Answer.objects.values_list("is_asked", flat=True)) == {True}


def test_nobody_saves_before_beginning(invitation, question):
    with pytest.raises(ClosedError):
        save(invitation, question, "Ici")


def close(invitation: Invitation, how: str) -> None:
    campaign = invitation.campaign
    if how in {"ended", "draft"}:
        campaign.state, campaign.launched_at = how, campaign.launched_at if how == "ended" else None
        campaign.save()
    elif how == "past":
        campaign.opens_on = timezone.localdate() - timedelta(days=9)
        campaign.closes_on = timezone.localdate() - timedelta(days=1)
        campaign.save()
    elif how == "declined":
        Invitation.objects.update(declined_at=timezone.now())
    else:
        Invitation.objects.update(ended_at=timezone.now(), ending=how)


@pytest.mark.parametrize("how", ["ended", "draft", "past", "declined", *Invitation.Ending])
@pytest.mark.parametrize(
    "act",
    [
        lambda invitation, question: operations.start(invitation=invitation),
        lambda invitation, question: save(invitation, question, "Ici"),
        lambda invitation, question: operations.submit(invitation=invitation, quoting="none"),
        lambda invitation, question: operations.decline(invitation=invitation, reason=""),
        lambda invitation, question: operations.hand_on(
            invitation=invitation, name="Dominique Fictif", email="d@exemple.test", with_answers=False
        ),
    ],
)
def test_nothing_is_done_once_closed(response, question, how, act):
    close(response.invitation, how)
    with pytest.raises(ClosedError):
        act(response.invitation, question)
    assert not Answer.objects.exists()
    assert Response.objects.get().submitted_at is None
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_paused_campaign_takes_answers(response, question, state):
    response.invitation.campaign.state = state
    response.invitation.campaign.save()
    assert save(response.invitation, question, "Ici").settled == {question.pk}


# Sending --------------------------------------------------------------------------------------------


def test_answers_are_sent_and_the_first_time_stays(response, question):
    operations.submit(invitation=response.invitation, quoting="named")
    first = Response.objects.get()
    assert (first.quoting, first.submitted_at is None) == ("named", False)
    operations.submit(invitation=response.invitation, quoting="named")
    operations.submit(invitation=response.invitation, quoting="none")
    again = Response.objects.get()
    assert (again.quoting, again.submitted_at) == ("none", first.submitted_at)
    assert done(response.invitation) == ["réponse envoyée", "accord de citation modifié"]


def test_nothing_is_sent_while_a_required_answer_is_missing(response, page):
    required = QuestionFactory(page=page, required=True)
    with pytest.raises(IncompleteError):
        operations.submit(invitation=response.invitation, quoting="none")
    save(response.invitation, required, "Ici")
    operations.submit(invitation=response.invitation, quoting="none")
    assert Response.objects.get().submitted_at


def test_every_row_of_a_required_grid_is_wanted(response, page):
    grid = QuestionFactory(page=page, kind="grid", required=True)
    first, second = ItemFactory.create_batch(2, question=grid)
    save(response.invitation, grid, {str(first.pk): "yes"})
    with pytest.raises(IncompleteError):
        operations.submit(invitation=response.invitation, quoting="none")
    save(response.invitation, grid, {str(first.pk): "yes", str(second.pk): "unknown"}, 1)
    operations.submit(invitation=response.invitation, quoting="none")


def test_a_required_question_that_is_not_asked_is_not_wanted(response, page):
    met = QuestionFactory(page=page, kind="yes_no")
    QuestionFactory(page=page, required=True, condition_question=met, condition_values=["yes"])
    operations.submit(invitation=response.invitation, quoting="none")
    assert Response.objects.get().submitted_at


# Declining ------------------------------------------------------------------------------------------


def test_one_declines_and_takes_it_back(invitation, staff):
    operations.decline(invitation=invitation, reason="Je n’ai pas le temps")
    invitation.refresh_from_db()
    assert invitation.declined_at
    assert invitation.decline_reason == "Je n’ai pas le temps"
    operations.take_decline_back(invitation=invitation, by=staff)
    operations.take_decline_back(invitation=invitation)
    invitation.refresh_from_db()
    assert (invitation.declined_at, invitation.decline_reason) == (None, "")
    assert done(invitation) == ["a décliné", "accepte de répondre"]


@pytest.mark.parametrize("how", ["ended", "past", "handed_on"])
def test_a_decline_stands_once_closed(invitation, how):
    operations.decline(invitation=invitation, reason="")
    close(invitation, how)
    with pytest.raises(ClosedError):
        operations.take_decline_back(invitation=invitation)


def test_one_who_answered_neither_declines_nor_hands_on(response):
    operations.submit(invitation=response.invitation, quoting="none")
    with pytest.raises(ClosedError):
        operations.decline(invitation=response.invitation, reason="")
    with pytest.raises(ClosedError):
        hand_on(response.invitation)


# Handing on -----------------------------------------------------------------------------------------


def hand_on(invitation, email="dominique@exemple.test", *, with_answers=False, by=None):
    return operations.hand_on(
        invitation=invitation, name="Dominique Fictif", email=email, with_answers=with_answers, by=by
    )


def test_a_colleague_is_asked_instead(invitation):
    StepFactory(campaign=invitation.campaign)
    new = hand_on(invitation)
    invitation.refresh_from_db()
    assert (invitation.ending, invitation.successor, bool(invitation.ended_at)) == ("handed_on", new, True)
    assert (new.campaign, new.case, new.name, new.email) == (
        invitation.campaign,
        invitation.case,
        "Dominique Fictif",
        "dominique@exemple.test",
    )
    assert done(invitation) == ["transmission"]
    asking.ask_due(timezone.now())
    assert list(Mail.objects.values_list("purpose", "subject", "recipient")) == [
        (QUESTIONNAIRE, f"invitation:{new.pk}", new.email)
    ]


def test_the_answers_go_along_if_one_says_so(response, question, staff):
    save(response.invitation, question, "Un début")
    new = hand_on(response.invitation, with_answers=True, by=staff)
    response.refresh_from_db()
    assert (response.invitation, response.saved_at, stored(question)) == (new, None, ("Un début", 1))


def test_the_answers_stay_otherwise(response, question):
    save(response.invitation, question, "Un début")
    hand_on(response.invitation)
    response.refresh_from_db()
    assert response.invitation.ending == "handed_on"


def test_one_hands_on_once(invitation):
    hand_on(invitation)
    with pytest.raises(ClosedError):
        hand_on(invitation, "autre@exemple.test")
    assert Invitation.objects.count() == 2


def test_a_questionnaire_is_handed_on_three_times_at_most(invitation):
    for number in range(3):
        invitation = hand_on(invitation, f"numero{number}@exemple.test")
    with pytest.raises(ValidationError):
        hand_on(invitation, "numero4@exemple.test")
    assert Invitation.objects.standing().get() == invitation


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("Camille@exemple.test", "votre adresse d’invitation"),
        ("Deja@exemple.test", "déjà invitée"),
        ("Refusee@exemple.test", "ne pouvons pas écrire"),
        ("Lasse@exemple.test", "ne pouvons pas écrire"),
    ],
)
def test_some_addresses_cannot_be_asked(invitation, address, refusal):
    InvitationFactory(campaign=invitation.campaign, case=invitation.case, email="deja@exemple.test")
    Bounce.objects.create(address="refusee@exemple.test", reason="550")
    OptOut.objects.create(address="lasse@exemple.test", purpose=QUESTIONNAIRE)
    with pytest.raises(ValidationError) as refused:
        hand_on(invitation, address)
    assert refusal in refused.value.message_dict["email"][0]
    invitation.refresh_from_db()
    assert (invitation.ended_at, Invitation.objects.count()) == (None, 2)


# A copy ---------------------------------------------------------------------------------------------


def copies() -> list[str]:
    return list(Mail.objects.filter(purpose=COPY).values_list("recipient", flat=True))


def test_a_copy_is_asked_once_for_each_state_of_the_answers(response, question):
    operations.submit(invitation=response.invitation, quoting="none")
    for _ in range(2):
        operations.ask_copy(invitation=response.invitation)
    assert copies() == ["camille@exemple.test"]
    save(response.invitation, question, "Un ajout")
    operations.ask_copy(invitation=response.invitation)
    assert copies() == ["camille@exemple.test"] * 2
    assert Mail.objects.filter(urgent=True).count() == 2


def test_there_is_no_copy_of_what_was_not_sent(response):
    AnswerFactory(response=response)
    with pytest.raises(ClosedError):
        operations.ask_copy(invitation=response.invitation)


def test_there_is_no_copy_without_an_address(response):
    operations.submit(invitation=response.invitation, quoting="none")
    Invitation.objects.update(email="")
    with pytest.raises(ClosedError):
        operations.ask_copy(invitation=response.invitation)
    assert copies() == []
