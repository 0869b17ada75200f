from hypothesis import given

from evaluation.coverage import coverage
from evaluation.matrix import build
from tests.evaluation import naive
from tests.evaluation.random_workbooks import CRITERIA, facts, workbooks


@given(workbooks())
def test_agrees_with_the_figures(workbook):
    figures = naive.figures(workbook, CRITERIA)
    found = coverage(build(facts(workbook), CRITERIA))
    assert found.whole.trained == figures["trained"]["certain"]
    assert found.whole.answering == figures["answering"]["certain"]
    assert found.whole.interviewed == figures["interviewed"]["certain"]
    assert found.respondents == figures["respondents"]["certain"]
    silent = [row["territory"] for row in naive.matrix(workbook, CRITERIA) if not row["answered"]]
    assert [row.name for row in found.silent] == silent


@given(workbooks())
def test_parts_add_up_to_the_whole(workbook):
    found = coverage(build(facts(workbook), CRITERIA))
    for lines in (found.by_session, found.by_department):
        for count in ("trained", "answering", "interviewed"):
            assert sum(getattr(line, count) for line in lines) == getattr(found.whole, count)
        assert len({line.label for line in lines}) == len(lines)
