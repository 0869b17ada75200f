"""Persons of a same case who do not say the same (``evaluation/disagreements.py``)."""

import pytest

from evaluation.disagreements import Disagreement, find, side_by_side
from evaluation.verdicts import Tally
from tests.evaluation.answered import answer_to, ask, ask_about, campaign_of, respond
from tests.evaluation.test_answers import LATE
from tests.factories import CaseFactory, CodingFactory, EvidenceFactory, TraineeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(label="Ville-Exemple")


@pytest.fixture
def campaign(case):
    return campaign_of(case.evaluation)


def found(case) -> dict[str, Tally]:
    return {one.criterion: one.tally for one in find(case.evaluation, case.evaluation.cases.all())}


# Found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["yes", "no"], {"meeting": Tally(yes=1, no=1)}),
        (["yes", "yes", "unknown"], {"meeting": Tally(yes=2, unknown=1)}),
        (["yes", "yes"], {}),
        (["yes", None], {}),
        (["no"], {}),
        ([], {}),
    ],
)
def test_persons_disagree_when_they_do_not_all_say_the_same(case, campaign, values, expected):
    question = ask(campaign, "yes_no", "meeting")
    for value in values:
        respond(case, campaign, {question: value})
    assert found(case) == expected


def test_who_says_two_things_alone_disagrees_with_nobody(case, campaign):
    once, again = ask(campaign, "yes_no", "meeting"), ask(campaign, "yes_no", "meeting")
    respond(case, campaign, {once: "yes", again: "no"})
    respond(case, campaign, {})
    assert found(case) == {}
    respond(case, campaign, {once: "yes"})
    assert found(case) == {"meeting": Tally(yes=2, no=1)}  # one of them is on both sides


def test_nothing_contradicts_each_activity_that_someone_says(case, campaign):
    several, (nothing, mapping, denied) = ask_about(
        campaign, "multiple", ("nothing", "yes"), ("mapping", "yes"), ("nothing", "no")
    )
    respond(case, campaign, {several: [nothing.pk]})
    respond(case, campaign, {several: [mapping.pk, denied.pk]})
    assert found(case) == {"mapping": Tally(yes=1, no=1)}


def test_a_coding_is_what_its_person_says(case, campaign):
    text, question = ask(campaign, "text"), ask(campaign, "yes_no", "meeting")
    response = respond(case, campaign, {text: "Jamais réunis."})
    CodingFactory(answer=answer_to(response, text), value="no")
    respond(case, campaign, {question: "yes"})
    assert found(case) == {"meeting": Tally(yes=1, no=1)}


def test_only_persons_of_the_same_case_who_count_disagree(case, campaign):
    question = ask(campaign, "yes_no", "meeting")
    respond(case, campaign, {question: "yes"})
    respond(case, campaign, {question: "no"}, at=LATE)
    respond(case, campaign, {question: "no"}, at=None)
    respond(CaseFactory(evaluation=case.evaluation), campaign, {question: "no"})
    EvidenceFactory(case=case, value="no")
    assert found(case) == {}


def test_a_disagreement_tells_each_side(case):
    assert Disagreement(1, "meeting", Tally(yes=2, unknown=1)).sides == [(2, "oui"), (1, "inconnu")]


# Side by side -------------------------------------------------------------------------------------


def sheet(case, to_place=None):
    [only] = side_by_side(case, to_place or {}, reader=UserFactory(is_staff=True))
    return only


def lines(of) -> list[tuple]:
    return [(line.label, [reply.words for reply in line.replies], line.differs) for line in of.lines]


def test_a_line_for_each_question_and_each_row_that_someone_answered(case, campaign):
    meeting = ask(campaign, "yes_no", "meeting", label="Une réunion ?")
    ask(campaign, "text", label="Que personne ne remplit")
    grid, (first, second, _) = ask_about(campaign, "grid", *[(code, "yes") for code in ("mapping", "other", "nothing")])
    text = ask(campaign, "text", label="Racontez")
    respond(case, campaign, {meeting: "yes", grid: {str(first.pk): "no"}, text: "Un récit."})
    respond(
        case, campaign, {meeting: "yes", grid: {str(first.pk): "yes", str(second.pk): "unknown"}, text: "Un autre."}
    )
    assert lines(sheet(case)) == [
        ("Une réunion ?", ["oui", "oui"], False),
        (first.label, ["non", "oui"], True),
        (second.label, ["", "je ne sais pas"], False),
        ("Racontez", ["Un récit.", "Un autre."], False),
    ]


def test_a_column_for_each_response_sent_and_whether_it_counts(case, campaign):
    sent = respond(case, campaign, {}, invitation__name="Awa Fictive")
    late = respond(case, campaign, {}, at=LATE)
    respond(case, campaign, {}, at=None)
    respond(CaseFactory(evaluation=case.evaluation), campaign, {})
    columns = sheet(case).columns
    assert [(column.response, column.is_counted) for column in columns] == [(sent, True), (late, False)]
    assert columns[0].attribution == "Awa Fictive, Ville-Exemple"


def test_what_is_to_be_placed_stands_once_on_the_first_line_that_speaks_of_it(case, campaign):
    choice, [option] = ask_about(campaign, "single", ("mapping", "yes"))
    meeting, again = ask(campaign, "yes_no", "meeting"), ask(campaign, "yes_no", "meeting")
    text = ask(campaign, "text")
    response = respond(case, campaign, {choice: option.pk, meeting: "yes", again: "no", text: "Un récit."})
    CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.turnover")
    to_place = {"meeting": "m", "brake.people.turnover": "t", "mapping": "c", "other": "o"}
    assert [line.placed for line in sheet(case, to_place).lines] == [["c"], ["m"], [], ["t"]]


def test_campaigns_of_other_versions_have_their_own_sheet(case, campaign):
    other = campaign_of(case.evaluation)
    for of in (campaign, other):
        respond(case, of, {ask(of, "yes_no", "meeting"): "yes"})
    sheets = side_by_side(case, {"meeting": "m"}, reader=None)
    assert [sheet.version for sheet in sheets] == [campaign.version, other.version]
    assert [[line.placed for line in sheet.lines] for sheet in sheets] == [[["m"]], [[]]]


# Queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(number, django_assert_num_queries):
    case = CaseFactory()
    campaign = campaign_of(case.evaluation)
    questions = [ask(campaign, "yes_no", code) for code in ("meeting", "mapping", "other")[:number]]
    text = ask(campaign, "text")
    grid, [row] = ask_about(campaign, "grid", ("diagnostic", "yes"))
    for person in range(number + 1):
        response = respond(
            case,
            campaign,
            dict.fromkeys(questions, "yes" if person else "no") | {text: "Un récit.", grid: {str(row.pk): "yes"}},
            invitation__trainee=TraineeFactory(participation=case.participation),
        )
        CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.turnover")
    with django_assert_num_queries(5):
        assert len(find(case.evaluation, case.evaluation.cases.all())) == number
    with django_assert_num_queries(7):
        [only] = side_by_side(case, {}, reader=None)
        assert [
            coding.criterion.label for line in only.lines for r in line.replies for coding in r.answer.codings.all()
        ]
