"""What was said in so many words (``evaluation/verbatims.py``)."""

import pytest

from evaluation import verbatims
from evaluation.models import Answer, Criterion
from evaluation.verbatims import Wanted
from tests.evaluation.answered import answer_to, ask, campaign_of, respond
from tests.evaluation.test_answers import LATE
from tests.factories import CaseFactory, CodingFactory, EvidenceFactory, TraineeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(label="Ville-Exemple", participation__session__number=2)


@pytest.fixture
def campaign(case):
    return campaign_of(case.evaluation)


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def found(of, reader, **wanted) -> list[str]:
    keys = verbatims.search(of.evaluation, of.evaluation.cases.all(), Wanted(**wanted), reader=reader)
    return [verbatim.words for verbatim in verbatims.fetch(keys, reader=reader)]


def test_texts_come_first_then_quotes_by_session_and_territory(case, campaign, staff):
    text = ask(campaign, "text")
    earlier = CaseFactory(evaluation=case.evaluation, label="Zoé", participation__session__number=1)
    other = CaseFactory(evaluation=case.evaluation, label="Abel", participation__session=case.participation.session)
    for number, of in enumerate((case, earlier, other)):
        respond(of, campaign, {text: f"texte {number}"})
        EvidenceFactory(case=of, quote=f"citation {number}")
    EvidenceFactory(case=case)  # without a quote
    assert found(case, staff) == [*(f"texte {n}" for n in (1, 2, 0)), *(f"citation {n}" for n in (1, 2, 0))]


def test_only_free_texts_that_count_are_there(case, campaign, staff):
    text, number = ask(campaign, "text"), ask(campaign, "number")
    respond(case, campaign, {text: "compté", number: "12"})
    respond(case, campaign, {text: "tard"}, at=LATE)
    respond(case, campaign, {text: "brouillon"}, at=None)
    EvidenceFactory(case=case, quote="citation tardive", date="2026-01-01")
    assert found(case, staff) == ["compté"]
    Answer.objects.filter(value="compté").update(is_asked=False)
    assert found(case, staff) == []


def test_each_search_narrows(case, campaign, staff):
    first, second = ask(campaign, "text", label="Racontez"), ask(campaign, "text", label="Et ensuite ?")
    response = respond(case, campaign, {first: "Le poste était vacant", second: "Rien"})
    elsewhere = CaseFactory(evaluation=case.evaluation)
    respond(elsewhere, campaign, {first: "Ailleurs, l’été"})
    EvidenceFactory(case=case, quote="Une citation d’Évry", criterion_id="meeting")
    CodingFactory(answer=answer_to(response, first), criterion_id="brake.people.turnover")
    turnover, meeting = (Criterion.objects.get(pk=code) for code in ("brake.people.turnover", "meeting"))
    assert found(case, staff, criterion=turnover) == ["Le poste était vacant"]
    assert found(case, staff, criterion=meeting) == ["Une citation d’Évry"]
    assert found(case, staff, question="Et ensuite ?") == ["Rien"]
    assert found(case, staff, case=elsewhere) == ["Ailleurs, l’été"]
    assert sorted(found(case, staff, state="a-coder")) == ["Ailleurs, l’été", "Rien"]
    assert found(case, staff, state="a-relire") == []
    Answer.objects.update(revision=2)
    assert found(case, staff, state="a-relire") == ["Le poste était vacant"]
    assert found(case, staff, words="VACANT poste") == ["Le poste était vacant"]
    assert found(case, staff, words="evry") == ["Une citation d’Évry"]
    assert found(case, staff, words="vacant été") == []


def test_a_text_coded_twice_is_there_once(case, campaign, staff):
    text = ask(campaign, "text")
    response = respond(case, campaign, {text: "un texte"})
    for criterion in ("mapping", "meeting"):
        CodingFactory(answer=answer_to(response, text), criterion_id=criterion, revision=7)
    assert found(case, staff) == found(case, staff, state="a-relire") == ["un texte"]


def test_counts_are_of_what_the_reader_may_read(case, campaign, staff):
    text = ask(campaign, "text")
    for quoting in ("named", "none"):
        response = respond(case, campaign, {text: "un texte"}, quoting=quoting)
        CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.turnover")
    EvidenceFactory(case=case, criterion_id="brake.people.turnover", quote="une citation")
    EvidenceFactory(case=case, criterion_id="meeting")
    cases = case.evaluation.cases.all()
    assert verbatims.counts(case.evaluation, cases, reader=staff) == {"brake.people.turnover": 3}
    reader = UserFactory(is_steering_reader=True)
    assert verbatims.counts(case.evaluation, cases, reader=reader) == {"brake.people.turnover": 2}
    assert len(found(case, reader)) == 2


def test_questions_are_the_free_texts_once_each(case, campaign):
    again = campaign_of(case.evaluation)
    for of in (campaign, again):
        ask(of, "text", label="Racontez")
    ask(again, "text", label="Et ensuite ?")
    ask(again, "number", label="Combien ?")
    ask(campaign_of(CaseFactory().evaluation), "text", label="Ailleurs")
    assert verbatims.questions(case.evaluation) == ["Racontez", "Et ensuite ?"]


def test_the_next_text_to_code_comes_round(case, campaign, staff):
    text = ask(campaign, "text")
    first, second, third = (answer_to(respond(case, campaign, {text: f"texte {n}"}), text) for n in range(3))
    CodingFactory(answer=second)

    def after(answer):
        return verbatims.next_uncoded(answer, case.evaluation, reader=staff)

    assert [after(first), after(second), after(third)] == [third, third, first]
    for answer in (first, third):
        CodingFactory(answer=answer)
    assert after(first) is None


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(number, django_assert_num_queries):
    case, staff = CaseFactory(), UserFactory(is_staff=True)
    campaign = campaign_of(case.evaluation)
    text = ask(campaign, "text")
    for _ in range(number):
        trainee = TraineeFactory(participation=case.participation)
        response = respond(case, campaign, {text: "un texte"}, invitation__trainee=trainee)
        CodingFactory(answer=answer_to(response, text))
        EvidenceFactory(case=case, quote="une citation")
    with django_assert_num_queries(6):
        keys = verbatims.search(case.evaluation, case.evaluation.cases.all(), Wanted(), reader=staff)
        said = verbatims.fetch(keys, reader=staff)
        assert len({v.attribution for v in said if v.is_answer}) == number
        assert {(c.criterion.label, c.is_outdated) for v in said for c in v.codings}
    assert len(said) == 2 * number
