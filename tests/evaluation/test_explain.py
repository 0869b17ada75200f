import pytest
from hypothesis import given

from evaluation.explain import definition, explain, gap
from evaluation.figures import Status, compute
from evaluation.matrix import build
from evaluation.verdicts import Tally, Verdict, all_of
from tests.evaluation.random_workbooks import CRITERIA, facts, published, workbooks
from tests.evaluation.test_figures import LABELS, case, figures_of


@given(workbooks())
def test_what_is_explained_is_what_was_decided(workbook):
    for row in build(facts(workbook), CRITERIA).rows:
        for code in CRITERIA:
            told = explain(row, code)
            assert told.sentence
            if code == "nothing":
                assert told.own is None
            else:
                parts = [row.verdict(part) for part in told.derived_from]
                assert all_of([told.own, *parts]) is row.verdict(code)


def sentence(tally: Tally | None = None, *, code="meeting", respondents=1, ruling=None) -> str:
    facts = case(respondents=respondents)
    facts = type(facts)(
        **{**facts.__dict__, "tallies": {code: tally or Tally()}, "rulings": {} if ruling is None else {code: ruling}}
    )
    return explain(build([facts], CRITERIA).rows[0], code).sentence.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("tally", "told"),
    [
        (Tally(yes=1), "Le seul constat compté dit « oui »."),
        (Tally(no=3), "Les 3 constats comptés disent tous « non »."),
        (
            Tally(yes=2, no=1),
            "Les constats se contredisent : 2 constats disent « oui », 1 dit « non ». Il reste à trancher.",
        ),
        (Tally(unknown=1), "Ce que l’on sait ne suffit pas : 1 constat dit « inconnu »."),
        (Tally(yes=1, unknown=2), "1 constat dit « oui », 2 disent « inconnu »."),
        (None, "Le territoire a répondu au questionnaire, et aucun constat ne porte sur ce critère : c’est « non »."),
    ],
)
def test_sentences(tally, told):
    assert told in sentence(tally)


def test_a_ruling_and_silence_have_their_sentence():
    assert sentence(Tally(no=1), ruling=True) == "Un arbitrage dit « oui » : il l’emporte sur les constats."
    assert "on ne sait pas" in sentence(respondents=0)


def test_statements_that_nothing_was_done_are_told_for_the_activities():
    row = build([case(nothing="yes")], CRITERIA).rows[0]
    assert [explain(row, code).refuted for code in ("meeting", "still_active", "nothing")] == [1, 0, 0]


@given(workbooks())
def test_every_figure_has_words(workbook):
    found = compute(build(facts(workbook), CRITERIA), LABELS, published(workbook))
    for figure in found.values():
        assert definition(figure, LABELS)
        if figure.status in (Status.WITHIN, Status.DIVERGENT, Status.NOT_RECOMPUTABLE):
            assert str(figure.published) in gap(figure)
        else:
            with pytest.raises(ValueError, match="no gap"):
                gap(figure)


@pytest.mark.parametrize(("published", "words"), [(0, "moins que"), (2, "à vérifier"), (5, "plus que")])
def test_gaps_say_on_which_side(published, words):
    cases = [case(1, meeting="yes"), case(2, meeting="unknown")]
    assert words in gap(figures_of(cases, {"meeting": published})["meeting"])


def test_verdict_of_nothing_is_told():
    row = build([case(nothing="yes")], CRITERIA).rows[0]
    assert row.verdict("nothing") is Verdict.YES
    assert explain(row, "nothing").sentence == "Aucune des cinq démarches n’a été faite."
