from collections import Counter

import pytest
from hypothesis import given

from evaluation.figures import Status, compute, is_figure_code
from evaluation.matrix import CaseFacts, build
from evaluation.verdicts import Tally, Verdict
from tests.evaluation import naive
from tests.evaluation.random_workbooks import CRITERIA, FIGURES, facts, published, workbooks

LABELS = {code: f"Critère {code}" for code in CRITERIA}


def figures_of(cases, publish=None):
    return compute(build(cases, CRITERIA), LABELS, publish or {})


@given(workbooks())
def test_every_figure_agrees_with_the_contract(workbook):
    found = figures_of(facts(workbook), published(workbook))
    assert {
        code: {
            "certain": figure.certain,
            "possible": figure.possible,
            "no_answer": figure.no_answer,
            "published": figure.published,
            "status": figure.status.value,
            "territories": figure.names(Verdict.YES),
            "uncertain": figure.names(Verdict.UNCERTAIN),
        }
        for code, figure in found.items()
    } == naive.figures(workbook, CRITERIA)


@given(workbooks())
def test_every_territory_is_in_one_group_of_a_formula(workbook):
    for figure in figures_of(facts(workbook)).values():
        if figure.parts:
            ids = [row.facts.case_id for rows in figure.rows.values() for row in rows]
            assert Counter(ids) == Counter(case.case_id for case in facts(workbook))


def case(number=0, *, name="Abel", session=1, respondents=1, **said):
    tallies = {code: Tally(**{value: 1}) for code, value in said.items() if isinstance(value, str)}
    return CaseFacts(number, session, name, "commune", "93", respondents, False, False, tallies)


@pytest.mark.parametrize(
    ("value", "status"),
    [(1, Status.DIVERGENT), (2, Status.WITHIN), (3, Status.WITHIN), (4, Status.DIVERGENT), (None, "not_published")],
)
def test_status_of_an_interval(value, status):
    cases = [case(1, meeting="yes"), case(2, meeting="yes"), case(3, meeting="unknown"), case(4, meeting="no")]
    figure = figures_of(cases, {} if value is None else {"meeting": value})["meeting"]
    assert (figure.certain, figure.possible, figure.interval) == (2, 3, "2 à 3")
    assert figure.status == status


def test_reconciled_only_without_doubt():
    figure = figures_of([case(1, meeting="yes")], {"meeting": 1})["meeting"]
    assert (figure.status, figure.interval) == (Status.RECONCILED, "1")


def test_what_nobody_spoke_of_cannot_be_recomputed():
    found = figures_of([case(1, meeting="yes")], {"outcome.better_knowledge": 0, "mapping": 0, "still_active": 0})
    assert found["outcome.better_knowledge"].status is Status.NOT_RECOMPUTABLE
    assert found["mapping"].status is Status.NOT_RECOMPUTABLE
    assert found["still_active"].status is Status.RECONCILED, "a meeting is one of its criteria"


def test_nothing_is_ground_for_an_activity_only_when_it_says_yes():
    assert figures_of([case(1, nothing="yes")], {"mapping": 0})["mapping"].status is Status.RECONCILED
    assert figures_of([case(1, nothing="no")], {"mapping": 0})["mapping"].status is Status.NOT_RECOMPUTABLE


def test_a_territory_trained_twice_is_named_twice():
    found = figures_of([case(1, session=1, meeting="yes"), case(2, session=2, meeting="yes")])
    assert found["meeting"].names(Verdict.YES) == ["Abel", "Abel"]


def test_names_are_sorted_by_code_point():
    names = ["Zoé", "abel", "Évry", "Abel"]
    found = figures_of([case(number, name=name) for number, name in enumerate(names)])
    assert found["trained"].names(Verdict.YES) == ["Abel", "Zoé", "abel", "Évry"]


def test_figure_codes():
    assert all(is_figure_code(code, CRITERIA, ["93", "2B"]) for code in FIGURES)
    assert not any(is_figure_code(code, CRITERIA, ["93"]) for code in ["department.2B", "unheard", "department."])
