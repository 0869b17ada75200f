from hypothesis import given

from evaluation.matrix import build
from tests.evaluation import naive
from tests.evaluation.random_workbooks import CRITERIA, facts, workbooks


@given(workbooks())
def test_agrees_with_the_contract(workbook):
    rows = build(facts(workbook), CRITERIA).rows
    assert [
        {
            "session": row.session,
            "territory": row.name,
            "answered": row.answered,
            "cells": {code: cell.verdict.code for code, cell in row.cells.items()},
        }
        for row in rows
    ] == naive.matrix(workbook, CRITERIA)


@given(workbooks())
def test_each_cell_counts_the_statements_behind_it(workbook):
    for row in build(facts(workbook), CRITERIA).rows:
        key = {"session": row.session, "territoire": row.name}
        said = {code: len(naive.counting_statements(workbook, key, code)) for code in CRITERIA}
        told_nothing = said["nothing"]
        said["nothing"] += sum(said[activity] - told_nothing for activity in naive.FIVE)
        assert {code: cell.evidence for code, cell in row.cells.items()} == said


@given(workbooks())
def test_each_cell_tells_whether_a_person_decided(workbook):
    for row in build(facts(workbook), CRITERIA).rows:
        key = {"session": row.session, "territoire": row.name}
        ruled = {ruling["critere"] for ruling in naive.of_participation(workbook["arbitrages"], key)}
        assert {code for code, cell in row.cells.items() if cell.ruled} == ruled
