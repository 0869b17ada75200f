import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from evaluation import operations
from evaluation.evidence import read, statements
from evaluation.figures import rests_on_activities
from evaluation.models import Case, Criterion
from evaluation.verdicts import Verdict
from tests.evaluation import naive
from tests.evaluation.random_workbooks import store, workbooks
from tests.factories import CaseFactory, EvaluationFactory, EvidenceFactory, InterviewFactory, RulingFactory

pytestmark = pytest.mark.django_db
from_database = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def figures_command(code: str) -> dict:
    out = StringIO()
    call_command("evaluation_figures", code, "--json", stdout=out)
    return json.loads(out.getvalue())


@from_database
@given(workbooks())
def test_command_agrees_with_the_contract(workbook):
    with transaction.atomic():
        evaluation = store(workbook)
        said = figures_command(evaluation.code)
        criteria = [criterion.code for criterion in read(evaluation).criteria]
        transaction.set_rollback(True)
    labels = {code: figure.pop("label") for code, figure in said["figures"].items()}
    assert said["figures"] == naive.figures(workbook, criteria)
    assert said["matrix"] == naive.matrix(workbook, criteria)
    assert (said["evaluation"], said["as_of"]) == ("essai", "2025-06-30")
    assert all(labels.values())


@from_database
@given(workbooks())
def test_a_cell_shows_as_many_statements_as_it_counts(workbook):
    with transaction.atomic():
        evaluation = store(workbook)
        reading = read(evaluation)
        wanted = [(row.facts.case_id, code) for row in reading.matrix.rows for code in row.cells]
        shown = statements(evaluation, wanted)
        transaction.set_rollback(True)
    for row in reading.matrix.rows:
        for code, cell in row.cells.items():
            counted = [s for s in shown[row.facts.case_id, code] if not s.left_out]
            assert len(counted) == cell.evidence
            assert all(statement.weighs for statement in counted)


@from_database
@given(workbooks())
def test_activities_alone_are_counted_as_among_all_criteria(workbook):
    with transaction.atomic():
        evaluation = store(workbook)
        whole, alone = read(evaluation), read(evaluation, activities_only=True)
        transaction.set_rollback(True)

    def counts(figure):
        cells = [
            (verdict, row.facts.case_id, [row.cells[part] for part in figure.parts])
            for verdict, rows in figure.rows.items()
            for row in rows
        ]
        return figure.label, figure.interval, figure.no_answer, figure.published, figure.status, cells

    assert {code: counts(figure) for code, figure in alone.figures.items()} == {
        code: counts(figure) for code, figure in whole.figures.items() if rests_on_activities(code)
    }


def test_command_knows_codes_in_any_case_and_says_which_there_are():
    EvaluationFactory(code="Sessions-1-3")
    assert figures_command("sessions-1-3")["evaluation"] == "Sessions-1-3"
    with pytest.raises(CommandError, match="Sessions-1-3"):
        figures_command("autre")


def test_command_knows_a_code_in_any_case():
    EvaluationFactory(code="été-2025", title="Bilan d’été")
    out = StringIO()
    call_command("evaluation_figures", " ÉTÉ-2025 ", stdout=out)
    assert out.getvalue().startswith("Bilan d’été")


def test_command_has_a_table_for_people():
    EvidenceFactory(case__evaluation__code="essai")
    out = StringIO()
    call_command("evaluation_figures", "essai", stdout=out)
    assert "meeting" in out.getvalue()


def filled(evaluation, number: int) -> None:
    for case in CaseFactory.create_batch(number, evaluation=evaluation):
        EvidenceFactory(case=case)
        EvidenceFactory(case=case, criterion_id="nothing")
        InterviewFactory(case=case)
        RulingFactory(case=case)


@pytest.mark.parametrize("number", [3, 300])
def test_queries_do_not_grow_with_the_cases(number, django_assert_num_queries):
    evaluation = EvaluationFactory()
    filled(evaluation, number)
    with django_assert_num_queries(8):
        reading = read(evaluation)
    assert len(reading.matrix.rows) == number


def test_other_evaluations_stay_apart():
    case = EvidenceFactory().case
    EvidenceFactory(case__participation=case.participation, value="no")
    RulingFactory(case__participation=case.participation, value="no", criterion_id="mapping")
    assert read(case.evaluation).figures["meeting"].certain == 1
    assert read(case.evaluation).figures["mapping"].certain == 0


def test_whatever_cases_are_given_only_the_evaluations_own_are_read():
    case = CaseFactory()
    CaseFactory()
    assert [row.facts.case_id for row in read(case.evaluation, Case.objects.all()).matrix.rows] == [case.pk]


def test_only_the_ruling_in_force_decides():
    case = CaseFactory()
    meeting = Criterion.objects.get(code="meeting")

    def cell():
        (row,) = read(case.evaluation).matrix.rows
        return row.cells["meeting"].verdict, row.cells["meeting"].ruled

    operations.rule(case=case, criterion=meeting, value="yes", reason="un", by=None)
    later = operations.rule(case=case, criterion=meeting, value="no", reason="deux", by=None)
    assert cell() == (Verdict.NO, True)
    restored = operations.withdraw_ruling(ruling=later, by=None)
    assert cell() == (Verdict.YES, True)
    operations.withdraw_ruling(ruling=restored, by=None)
    assert cell() == (Verdict.NO_ANSWER, False)


def test_published_figures_are_not_held_against_a_part_of_the_cases():
    evaluation = store_one_published()
    assert read(evaluation).figures["trained"].published == 1
    assert read(evaluation, Case.objects.all()).figures["trained"].published is None


def store_one_published():
    case = CaseFactory()
    case.evaluation.published_figures.create(code="trained", value=1)
    return case.evaluation


def test_statements_tell_why_one_does_not_count():
    case = CaseFactory()
    EvidenceFactory(case=case, reference="tard", date="2026-01-01")
    EvidenceFactory(case=case, reference="à temps", date="2025-12-31")
    EvidenceFactory(case=case, reference="rien oui", criterion_id="nothing")
    EvidenceFactory(case=case, reference="rien non", criterion_id="nothing", value="no")
    found = statements(case.evaluation, [(case.pk, "meeting")])[case.pk, "meeting"]
    assert {s.evidence.reference: (s.weighs, bool(s.left_out)) for s in found} == {
        "à temps": ("yes", False),
        "rien oui": ("no", False),
        "tard": ("", True),
        "rien non": ("", True),
    }
    assert [bool(s.left_out) for s in found] == [False, False, True, True]


def test_queries_do_not_grow_with_the_cells(django_assert_num_queries):
    cases = CaseFactory.create_batch(3, evaluation=EvaluationFactory())
    for case in cases:
        EvidenceFactory(case=case)
    with django_assert_num_queries(9):
        found = statements(cases[0].evaluation, [(case.pk, code) for case in cases for code in ("meeting", "nothing")])
    assert [len(found[case.pk, "meeting"]) for case in cases] == [1, 1, 1]
