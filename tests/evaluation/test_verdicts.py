import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.criteria import ACTIVITIES, NOTHING
from evaluation.verdicts import NO_TALLY, Rule, Tally, Verdict, all_of, any_of, counted, deciding, negate, of_case
from tests.evaluation import naive
from tests.evaluation.random_workbooks import CRITERIA, facts, workbooks

NO, NO_ANSWER, UNCERTAIN, YES = Verdict.NO, Verdict.NO_ANSWER, Verdict.UNCERTAIN, Verdict.YES
some = st.lists(st.sampled_from(Verdict), min_size=1, max_size=5)


def test_order_is_the_contracts():
    assert sorted(Verdict) == [NO, NO_ANSWER, UNCERTAIN, YES]
    assert [verdict.code for verdict in sorted(Verdict)] == ["no", "no_answer", "uncertain", "yes"]


@given(some)
def test_combining_agrees_with_the_contract(parts):
    codes = [part.code for part in parts]
    assert any_of(parts).code == naive.any_of(codes)
    assert all_of(parts).code == naive.all_of(codes)
    assert [negate(part).code for part in parts] == [naive.negate(code) for code in codes]


@given(st.lists(st.sampled_from([NO, UNCERTAIN, YES]), min_size=1))
def test_without_no_answer_it_is_kleenes_logic(parts):
    assert negate(any_of(parts)) is all_of([negate(part) for part in parts])


@given(workbooks())
def test_every_verdict_agrees_with_the_contract(workbook):
    for case in facts(workbook):
        row = {"session": case.session, "territoire": case.name}
        found = of_case(CRITERIA, counted(case.tallies), case.rulings, answered=naive.answered(workbook, row))
        assert {code: verdict.code for code, verdict in found.items()} == {
            code: naive.verdict(workbook, row, code) for code in CRITERIA
        }


def verdict(tally=NO_TALLY, *, code="meeting", nothing=NO_TALLY, rulings=None, answered=True, wanted=None):
    tallies = counted({code: tally, NOTHING: nothing})
    return of_case([*ACTIVITIES, NOTHING, "still_active"], tallies, rulings or {}, answered=answered)[wanted or code]


@pytest.mark.parametrize(
    ("tally", "answered", "expected"),
    [
        (Tally(yes=2), False, YES),
        (Tally(no=1), False, NO),
        (Tally(yes=1, no=1), True, UNCERTAIN),
        (Tally(yes=3, unknown=1), True, UNCERTAIN),
        (Tally(no=3, unknown=1), True, UNCERTAIN),
        (Tally(unknown=1), False, UNCERTAIN),
        (Tally(), True, NO),
        (Tally(), False, NO_ANSWER),
    ],
)
def test_evidence_decides(tally, answered, expected):
    assert verdict(tally, answered=answered) is expected


@pytest.mark.parametrize(("ruled", "expected"), [(True, YES), (False, NO)])
def test_a_ruling_wins(ruled, expected):
    assert verdict(Tally(yes=1, no=1, unknown=1), rulings={"meeting": ruled}) is expected


def test_nothing_said_yes_speaks_against_every_activity():
    assert [verdict(code=activity, nothing=Tally(yes=1), answered=False) for activity in ACTIVITIES] == [NO] * 5
    assert verdict(Tally(yes=1), nothing=Tally(yes=1)) is UNCERTAIN


def test_nothing_said_no_or_unknown_counts_for_nothing():
    assert verdict(Tally(yes=1), nothing=Tally(no=2, unknown=2)) is YES
    assert verdict(nothing=Tally(no=2, unknown=2), answered=False) is NO_ANSWER


def test_nothing_is_derived_from_the_five():
    assert verdict(wanted=NOTHING) is YES
    assert verdict(Tally(yes=1), wanted=NOTHING) is NO
    assert verdict(Tally(unknown=1), wanted=NOTHING) is UNCERTAIN
    assert verdict(answered=False, wanted=NOTHING) is NO_ANSWER
    assert verdict(nothing=Tally(yes=1), rulings={"other": True}, wanted=NOTHING) is NO


@pytest.mark.parametrize(
    ("meeting", "active", "expected"),
    [(True, True, YES), (True, False, NO), (False, True, NO), (False, False, NO)],
)
def test_still_active_needs_a_meeting(meeting, active, expected):
    assert verdict(rulings={"meeting": meeting, "still_active": active}, wanted="still_active") is expected


@pytest.mark.parametrize(
    ("tally", "rulings", "answered", "rule"),
    [
        (Tally(yes=1, no=1), {"meeting": True}, True, Rule.RULED_YES),
        (Tally(yes=1, no=1), {"meeting": False}, True, Rule.RULED_NO),
        (Tally(yes=1, no=1, unknown=1), {}, True, Rule.CONTRADICTED),
        (Tally(yes=1, unknown=1), {}, True, Rule.UNKNOWN),
        (Tally(yes=1), {}, True, Rule.ONLY_YES),
        (Tally(no=1), {}, True, Rule.ONLY_NO),
        (Tally(), {}, True, Rule.ANSWERED_WITHOUT),
        (Tally(), {}, False, Rule.NOBODY_ANSWERED),
    ],
)
def test_the_deciding_rule_is_named(tally, rulings, answered, rule):
    assert deciding("meeting", {"meeting": tally}, rulings, answered=answered) is rule
