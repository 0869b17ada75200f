"""How the report tells that people were asked to answer (``evaluation/reporting/asking.py``)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from evaluation.report import as_json, build
from evaluation.reporting.blocks import Table
from evaluation.reporting.release import NOT_TOLD
from outbox.models import Bounce, Mail
from tests.evaluation.answered import ask, campaign_of, respond
from tests.evaluation.test_report import section, words_of
from tests.evaluation.test_report_public import released
from tests.factories import (
    AnswerFactory,
    CallFactory,
    CaseFactory,
    EvaluationFactory,
    InvitationFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAYS = {"opens_on": date(2025, 5, 5), "closes_on": date(2025, 6, 9)}
REASON = "Parti à la retraite, dit M. Fictif."


@pytest.fixture
def evaluation():
    return EvaluationFactory()


@pytest.fixture
def campaign(evaluation):
    return campaign_of(evaluation, title="Bilan d’essai", **DAYS)


def table(found, title):
    return next((one for one in section(found, "method").blocks if isinstance(one, Table) and one.title == title), None)


def turnout(found):
    return table(found, "Les campagnes de questionnaire")


def silent(found):
    return {row[0]: row[2] for row in table(found, "Territoires qui n’ont pas répondu").rows}


def test_a_campaign_tells_its_days_who_was_asked_and_who_answered(evaluation, campaign):
    question = ask(campaign, "yes_no")
    late = evaluation.as_of_ends + timedelta(days=1)
    for at in (None, late, *[evaluation.as_of_ends] * 3):
        response = respond(CaseFactory(evaluation=evaluation), campaign, {question: "yes"}, at=at)
    response.answers.update(saved_by=UserFactory())
    AnswerFactory(response=response, saved_by=UserFactory())
    respond(CaseFactory(evaluation=evaluation, in_scope=False), campaign, {question: "yes"})
    InvitationFactory(campaign=campaign, case=response.invitation.case)
    one = turnout(build(evaluation))
    assert one.rows == [["Bilan d’essai", "5 mai 2025", "9 juin 2025", 6, 4, 1, 1]]
    assert one.message == "4 réponses reçues pour 6 personnes sollicitées."


def test_without_a_campaign_nothing_is_told_of_one(evaluation):
    CaseFactory(evaluation=evaluation)
    found = build(evaluation)
    assert turnout(found) is None
    assert list(silent(found).values()) == ["raison non consignée"]


def answer_many(evaluation, campaign, many):
    for _ in range(many):
        respond(CaseFactory(evaluation=evaluation), campaign, {})


@pytest.mark.parametrize(
    ("answering", "others", "told"), [(5, 4, [9, 5]), (5, 0, [5, 5]), (5, 1, [NOT_TOLD] * 2), (2, 5, [NOT_TOLD] * 2)]
)
def test_in_public_a_turnout_tells_of_no_few_persons(evaluation, campaign, answering, others, told):
    answer_many(evaluation, campaign, answering)
    for _ in range(others):
        InvitationFactory(campaign=campaign, case=CaseFactory(evaluation=evaluation))
    one = turnout(released(evaluation, withheld=set()))
    assert (one.rows, one.message) == ([["Bilan d’essai", "5 mai 2025", "9 juin 2025", *told]], "")
    assert turnout(build(evaluation)).rows[0][3:5] == [answering + others, answering]


def test_in_public_a_turnout_does_not_tell_what_the_figure_keeps_back(evaluation, campaign):
    """Persons of unnamed territories, found by taking away those of the named ones."""
    answer_many(evaluation, campaign, 5)
    found = released(evaluation, withheld={evaluation.cases.first().label})
    assert found.figure("respondents").count.certain is None
    assert turnout(found).rows[0][3:] == [NOT_TOLD, NOT_TOLD]


def test_in_public_a_late_answer_is_none(evaluation, campaign):
    answer_many(evaluation, campaign, 4)
    for _ in range(3):
        respond(CaseFactory(evaluation=evaluation), campaign, {}, at=evaluation.as_of_ends + timedelta(days=1))
    assert turnout(released(evaluation, withheld=set())).rows[0][3:] == [7, 4]


# Who did not answer -------------------------------------------------------------------------------


def person(campaign, case, **more):
    return InvitationFactory(campaign=campaign, case=case, **more)


def test_of_a_silent_territory_it_tells_how_it_was_asked_without_names(evaluation, campaign):
    case = CaseFactory(evaluation=evaluation, label="Bondy", participation__comment="Changement d’équipe.")
    first = person(campaign, case)
    for step in range(3):
        QuestionnaireMailFactory(invitation=first, step=f"step:{step}")
    QuestionnaireMailFactory(invitation=first, step="step:4", state=Mail.State.DUE)
    CallFactory(invitation=first)
    declined = person(campaign, case, declined_at=timezone.now(), decline_reason=REASON)
    QuestionnaireMailFactory(invitation=declined, step="step:1")
    bounced = person(campaign, case)
    Bounce.objects.create(address=bounced.email, reason="inconnue")
    ResponseFactory(invitation=person(campaign, case))
    late = evaluation.as_of_ends + timedelta(days=1)
    ResponseFactory(invitation=person(campaign, case), started_at=late, submitted_at=late)
    found = build(evaluation)
    assert silent(found) == {
        "Bondy": "Changement d’équipe.\n5 personnes sollicitées, par 4 courriels et 1 appel\u00a0: "
        "1 n’a pas répondu, 1 a ouvert le questionnaire sans répondre, 1 a répondu après l’état des lieux, "
        "1 a décliné, 1 a une adresse qui ne reçoit plus."
    }
    said = "\n".join(words_of(as_json(found)))
    assert not [one for one in (REASON, "Personne Invitée", "@exemple.test") if one in said]
    public = table(released(evaluation, withheld=set()), "Territoires qui n’ont pas répondu")
    assert [row[0] for row in public.rows] == ["Bondy"]
    assert len(public.columns) == len(public.rows[0]) == 2  # without the reasons


def test_who_was_replaced_is_asked_through_their_successor(evaluation, campaign):
    case = CaseFactory(evaluation=evaluation)
    successor = person(campaign, case)
    left = person(campaign, case, ended_at=timezone.now(), ending="replaced", successor=successor)
    QuestionnaireMailFactory(invitation=left, step="step:1")
    assert silent(build(evaluation)) == {
        case.label: "1 personne sollicitée, par 1 courriel\u00a0: 1 n’a pas encore reçu de courriel."
    }


def test_a_campaign_in_preparation_asked_nobody(evaluation, campaign):
    case = CaseFactory(evaluation=evaluation)
    campaign.state, campaign.launched_at = campaign.State.DRAFT, None
    campaign.save()
    person(campaign, case)
    found = build(evaluation)
    assert (turnout(found), silent(found)) == (None, {case.label: "raison non consignée"})
