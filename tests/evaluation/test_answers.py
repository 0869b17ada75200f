"""Evidence from answers (``evaluation/answers.py``): derived from what persons answer, as it is now."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from evaluation.answers import Turnout, response_named, turnout
from evaluation.evidence import case_statements, read, statements
from evaluation.models import Answer, Case, Response
from evaluation.verdicts import Verdict
from tests.evaluation import naive
from tests.evaluation.answered import SENT, answer_to, ask, ask_about, campaign_of, respond
from tests.evaluation.random_answers import answered_workbooks, store_answered
from tests.factories import (
    CaseFactory,
    CodingFactory,
    EvidenceFactory,
    InvitationFactory,
    RespondentsFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
AS_OF = date(2025, 12, 31)
LATE = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # after midnight in Paris: 2026
JUST_IN_TIME = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)


@pytest.fixture
def case():
    return CaseFactory(evaluation__as_of=AS_OF, label="Ville-Exemple")


@pytest.fixture
def campaign(case):
    return campaign_of(case.evaluation)


def row(case):
    [found] = [row for row in read(case.evaluation).matrix.rows if row.facts.case_id == case.pk]
    return found


def verdict(case, code: str) -> Verdict:
    return row(case).verdict(code)


def said(case, code: str, reader=None) -> list[tuple]:
    found = statements(case.evaluation, [(case.pk, code)], reader=reader)[case.pk, code]
    return [(s.weighs, s.evidence.grade, s.evidence.date, s.record) for s in found]


# What each kind of question says ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"), [("yes", Verdict.YES), ("no", Verdict.NO), ("unknown", Verdict.UNCERTAIN)]
)
def test_a_yes_or_no_speaks_of_its_criterion(case, campaign, value, expected):
    response = respond(case, campaign, {ask(campaign, "yes_no", "meeting"): value})
    assert verdict(case, "meeting") is expected
    assert said(case, "meeting") == [(value, "déclaré", date(2025, 6, 2), response)]


def test_a_chosen_option_says_its_value_of_its_criterion(case, campaign):
    question, (yes, no, other) = ask_about(
        campaign, "single", ("meeting", "yes"), ("meeting", "no"), ("mapping", "unknown")
    )
    respond(case, campaign, {question: no.pk})
    assert verdict(case, "meeting") is Verdict.NO
    Answer.objects.update(value=other.pk)
    assert verdict(case, "mapping") is Verdict.UNCERTAIN
    assert row(case).cells["meeting"].evidence == 0
    Answer.objects.update(value=yes.pk)
    assert verdict(case, "meeting") is Verdict.YES


def test_each_chosen_option_of_several_speaks_and_the_others_do_not(case, campaign):
    question, (mapping, _, meeting) = ask_about(
        campaign, "multiple", ("mapping", "yes"), ("diagnostic", "yes"), ("meeting", "yes")
    )
    respond(case, campaign, {question: [mapping.pk, meeting.pk]})
    cells = row(case).cells
    assert [(code, cells[code].evidence) for code in ("mapping", "diagnostic", "meeting")] == [
        ("mapping", 1),
        ("diagnostic", 0),
        ("meeting", 1),
    ]
    assert cells["diagnostic"].verdict is Verdict.NO  # who answered and said nothing of it


def test_each_row_of_a_grid_that_is_answered_speaks(case, campaign):
    question, (turnover, time, _) = ask_about(
        campaign,
        "grid",
        ("brake.people.turnover", "yes"),
        ("brake.people.lack_of_time", "yes"),
        ("brake.politics.no_support", "yes"),
    )
    respond(case, campaign, {question: {str(turnover.pk): "yes", str(time.pk): "no"}})
    found = row(case)
    assert found.verdict("brake.people.turnover") is Verdict.YES
    assert (found.verdict("brake.people.lack_of_time"), found.cells["brake.people.lack_of_time"].evidence) == (
        Verdict.NO,
        1,
    )
    assert found.cells["brake.politics.no_support"].evidence == 0


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        ("text", "Rien de tel.", {}),
        ("number", "12", {}),
        ("date", "2025-01-01", {}),
        ("scale", 3, {"minimum": 1, "maximum": 5}),
        ("yes_no", "yes", {}),
    ],
)
def test_other_answers_say_nothing_of_criteria(case, campaign, kind, value, more):
    respond(case, campaign, {ask(campaign, kind, **more): value})
    assert {cell.evidence for cell in row(case).cells.values()} == {0}
    assert case_statements(case) == []


def test_a_coded_text_speaks_of_the_criterion_it_was_coded_with(case, campaign):
    text = ask(campaign, "text")
    response = respond(case, campaign, {text: "Le poste est resté vacant."})
    CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.turnover")
    assert verdict(case, "brake.people.turnover") is Verdict.YES
    assert said(case, "brake.people.turnover") == [("yes", "déclaré", date(2025, 6, 2), response)]


def test_nothing_is_a_no_on_each_activity(case, campaign):
    question, [nothing] = ask_about(campaign, "single", ("nothing", "yes"))
    respond(case, campaign, {question: nothing.pk})
    assert verdict(case, "nothing") is Verdict.YES
    assert [weighs for weighs, *_ in said(case, "mapping")] == ["no"]


# What counts --------------------------------------------------------------------------------------


def test_an_answer_counts_once_sent(case, campaign):
    response = respond(case, campaign, {ask(campaign, "yes_no", "meeting"): "yes"}, at=None)
    assert verdict(case, "meeting") is Verdict.NO_ANSWER
    assert said(case, "meeting") == []
    Response.objects.filter(pk=response.pk).update(submitted_at=SENT)
    assert verdict(case, "meeting") is Verdict.YES


@pytest.mark.parametrize("change", [{"is_asked": False}, {"value": None}])
def test_an_answer_no_longer_asked_or_taken_back_says_nothing(case, campaign, change):
    question, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text")
    response = respond(case, campaign, {question: "yes", text: "Une réunion."})
    CodingFactory(answer=answer_to(response, text), criterion_id="mapping")
    Answer.objects.update(**change)
    assert verdict(case, "meeting") is Verdict.NO
    assert said(case, "meeting") == said(case, "mapping") == []
    assert row(case).answered  # a person who answers nothing has answered


@pytest.mark.parametrize(("at", "counts"), [(JUST_IN_TIME, True), (LATE, False)])
def test_an_answer_sent_after_the_state_of_play_is_left_out_and_shown(case, campaign, at, counts):
    respond(case, campaign, {ask(campaign, "yes_no", "meeting"): "yes"}, at=at)
    assert verdict(case, "meeting") is (Verdict.YES if counts else Verdict.NO_ANSWER)
    assert row(case).facts.respondents == counts
    [(weighs, _, day, _)] = said(case, "meeting")
    assert (weighs, day) == (("yes", AS_OF) if counts else ("", date(2026, 1, 1)))


def test_an_answer_changed_after_the_state_of_play_is_left_out_and_the_person_counts(case, campaign):
    question, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text")
    response = respond(case, campaign, {question: "yes", text: "Un texte."})
    CodingFactory(answer=answer_to(response, text), criterion_id="mapping")
    Answer.objects.update(saved_at=LATE)
    assert row(case).facts.respondents == 1
    assert {row(case).cells[code].evidence for code in ("meeting", "mapping")} == {0}
    assert [(weighs, day) for weighs, _, day, _ in said(case, "meeting") + said(case, "mapping")] == [
        ("", date(2026, 1, 1))
    ] * 2


def test_persons_are_added_to_those_counted_outside(case, campaign):
    RespondentsFactory(case=case, count=2)
    assert row(case).facts.respondents == 2
    respond(case, campaign, {})
    respond(case, campaign, {}, invitation__ended_at=SENT, invitation__ending="handed_on")  # left, and had answered
    respond(case, campaign, {}, at=None)
    assert row(case).facts.respondents == 4
    assert read(case.evaluation).figures["respondents"].certain == 4


def test_two_persons_who_disagree_leave_it_to_be_checked(case, campaign):
    question = ask(campaign, "yes_no", "meeting")
    for value in ("yes", "no"):
        respond(case, campaign, {question: value})
    assert verdict(case, "meeting") is Verdict.UNCERTAIN


def test_answers_add_up_with_what_was_stated(case, campaign):
    EvidenceFactory(case=case, criterion_id="meeting", value="no")
    respond(case, campaign, {ask(campaign, "yes_no", "meeting"): "yes"})
    assert verdict(case, "meeting") is Verdict.UNCERTAIN
    assert len(said(case, "meeting")) == 2


def test_another_evaluation_s_answers_and_another_case_s_say_nothing(case, campaign):
    question = ask(campaign, "yes_no", "meeting")
    respond(CaseFactory(evaluation=case.evaluation), campaign, {question: "yes"})
    elsewhere = CaseFactory(participation=case.participation, evaluation__as_of=AS_OF)
    respond(elsewhere, campaign_of(elsewhere.evaluation, version=campaign.version), {question: "yes"})
    assert verdict(case, "meeting") is Verdict.NO_ANSWER
    assert said(case, "meeting") == []


# What is told of it -------------------------------------------------------------------------------


def references(case, code, reader) -> list[str]:
    return [s.evidence.reference for s in statements(case.evaluation, [(case.pk, code)], reader=reader)[case.pk, code]]


def test_the_team_alone_knows_which_response_says_it(case, campaign):
    version = campaign.version
    ask(campaign, "text")
    question, [_, row_of_grid] = ask_about(campaign, "grid", ("mapping", "yes"), ("meeting", "yes"))
    response = respond(case, campaign, {question: {str(row_of_grid.pk): "yes"}})
    whole = f"questionnaire « {version.questionnaire} », réponse n° {response.pk}, question 2, ligne 2"
    assert references(case, "meeting", UserFactory(is_staff=True)) == [whole]
    assert references(case, "meeting", None) == [whole]  # a workbook tells statements apart by it
    for reader in (UserFactory(is_steering_reader=True), UserFactory()):
        assert references(case, "meeting", reader) == [f"questionnaire « {version.questionnaire} »"]
    assert response_named(whole) == response.pk


@pytest.mark.parametrize(
    "reference", ["", "rapport, page 3", "questionnaire « Bilan »", "questionnaire papier, réponse n° 3, question 2"]
)
def test_other_references_name_no_response(reference):
    assert response_named(reference) is None


def test_a_statement_tells_the_question(case, campaign):
    question, [item] = ask_about(campaign, "multiple", ("meeting", "yes"), label="Qu’avez-vous fait ?")
    respond(case, campaign, {question: [item.pk]})
    [statement] = case_statements(case)
    assert statement.evidence.about == f"Qu’avez-vous fait ? – {item.label}"


@pytest.mark.parametrize(
    ("text", "excerpt", "quote", "outdated"),
    [
        ("Un poste vacant, puis rien.", "Un poste vacant", "Un poste vacant", False),
        ("Un poste vacant, puis rien.", "", "Un poste vacant, puis rien.", False),
        ("Tout va bien.", "Un poste vacant", "Tout va bien.", True),
    ],
)
def test_only_words_that_the_text_still_has_are_quoted(case, campaign, text, excerpt, quote, outdated):
    question = ask(campaign, "text")
    response = respond(case, campaign, {question: text}, quoting="territory")
    Answer.objects.update(revision=2 if outdated else 1)
    CodingFactory(answer=answer_to(response, question), excerpt=excerpt, revision=1)
    [statement] = case_statements(case)
    assert (statement.evidence.quote, statement.evidence.is_outdated) == (quote, outdated)


# How far a campaign is ----------------------------------------------------------------------------


def test_turnout_counts_those_asked_and_those_who_answered(case, campaign):
    campaign_of(case.evaluation, state="draft", launched_at=None)
    respond(case, campaign, {})
    respond(case, campaign, {}, invitation__ended_at=SENT, invitation__ending="removed")
    respond(case, campaign, {}, at=LATE)
    respond(case, campaign, {}, at=None)
    InvitationFactory(campaign=campaign, case=case)
    InvitationFactory(campaign=campaign, case=case, ended_at=SENT, ending="replaced")
    InvitationFactory(campaign=campaign, case=CaseFactory(evaluation=case.evaluation))
    only = Case.objects.filter(pk=case.pk)
    assert turnout(case.evaluation, only) == [Turnout(campaign, asked=5, answered=3, late=1)]
    assert [found.asked for found in turnout(case.evaluation, case.evaluation.cases.all())] == [6]
    assert turnout(CaseFactory().evaluation, Case.objects.all()) == []


# Against the contract -----------------------------------------------------------------------------

from_database = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@from_database
@given(answered_workbooks())
def test_figures_and_cells_are_the_contract_s(workbook):
    with transaction.atomic():
        evaluation = store_answered(workbook)
        reading = read(evaluation)
        wanted = [(row.facts.case_id, code) for row in reading.matrix.rows for code in row.cells]
        shown = statements(evaluation, wanted)
        transaction.set_rollback(True)
    criteria = [criterion.code for criterion in reading.criteria]
    expected = naive.with_answers(workbook)
    assert {code: told(figure) for code, figure in reading.figures.items()} == naive.figures(expected, criteria)
    assert [
        {"session": row.session, "territory": row.name, "answered": row.answered, "cells": verdicts(row)}
        for row in reading.matrix.rows
    ] == naive.matrix(expected, criteria)
    for row in reading.matrix.rows:
        for code, cell in row.cells.items():
            assert len([s for s in shown[row.facts.case_id, code] if not s.left_out]) == cell.evidence


def told(figure) -> dict:
    return {
        "certain": figure.certain,
        "possible": figure.possible,
        "no_answer": figure.no_answer,
        "published": figure.published,
        "status": figure.status.value,
        "territories": figure.names(Verdict.YES),
        "uncertain": figure.names(Verdict.UNCERTAIN),
    }


def verdicts(row) -> dict[str, str]:
    return {code: cell.verdict.code for code, cell in row.cells.items()}


# Queries ------------------------------------------------------------------------------------------


def answered_cases(number: int) -> list[Case]:
    first = CaseFactory()
    campaign = campaign_of(first.evaluation)
    meeting, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text")
    grid, rows = ask_about(campaign, "grid", ("mapping", "yes"), ("diagnostic", "yes"))
    cases = [first, *CaseFactory.create_batch(number - 1, evaluation=first.evaluation)]
    for case in cases:
        response = respond(
            case,
            campaign,
            {meeting: "yes", text: "Un texte.", grid: {str(one.pk): "no" for one in rows}},
            invitation__trainee=TraineeFactory(participation=case.participation),
        )
        CodingFactory(answer=answer_to(response, text), criterion_id="other")
    return cases


@pytest.mark.parametrize("number", [1, 3, 60])
def test_queries_do_not_grow_with_the_responses(number, django_assert_num_queries):
    cases = answered_cases(number)
    with django_assert_num_queries(12):
        reading = read(cases[0].evaluation)
    assert reading.figures["meeting"].certain == number


@pytest.mark.parametrize("number", [1, 3])
def test_queries_for_statements_do_not_grow_with_the_responses(number, django_assert_num_queries):
    cases = answered_cases(number)
    staff = UserFactory(is_staff=True)
    cells = [(case.pk, code) for case in cases for code in ("meeting", "mapping", "other")]
    with django_assert_num_queries(14):
        found = statements(cases[0].evaluation, cells, reader=staff)
        assert all(s.evidence.attribution is not None for said in found.values() for s in said)
    assert [len(found[cell]) for cell in cells] == [1] * len(cells)
