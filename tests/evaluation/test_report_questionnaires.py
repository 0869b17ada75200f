"""What a report tells of questionnaires beyond the criteria (``evaluation/reporting/questionnaires.py``)."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from evaluation import report
from evaluation.models import Answer, Question, Response
from evaluation.report import as_json, build, canonical, from_json
from evaluation.reporting.blocks import Quotes, Table, Text
from evaluation.reporting.questionnaires import MOST
from evaluation.reporting.release import NOT_TOLD, SOMEONE, Release
from tests.evaluation import naive
from tests.evaluation.answered import SENT, answer_to, ask, ask_about, campaign_of, respond
from tests.evaluation.random_answers import answered_workbooks, store_answered
from tests.evaluation.random_workbooks import AS_OF, VALUES
from tests.evaluation.test_report import block, fill, section, words_of
from tests.evaluation.test_report_public import released
from tests.factories import (
    CaseFactory,
    CodingFactory,
    EvaluationFactory,
    InvitationFactory,
    ItemFactory,
    QuestionnaireMailFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CHOICES = ("named", "territory", "none", "")
YES_NO = ["oui", "non", "je ne sais pas"]


@pytest.fixture
def evaluation():
    return EvaluationFactory()


@pytest.fixture
def campaign(evaluation):
    return campaign_of(evaluation)


def cases(evaluation, many, **more):
    return [CaseFactory(evaluation=evaluation, **more) for _ in range(many)]


def tables(found):
    """The questions told and their rows, by label."""
    blocks = section(found, "opinion").blocks
    return {one.title: [row[:2] for row in one.rows] for one in blocks if isinstance(one, Table)}


def table(found):
    return block(found, "opinion", Table)


def quotes(found):
    blocks = section(found, "opinion").blocks
    return {one.title: [(q.text, q.attribution) for q in one.quotes] for one in blocks if isinstance(one, Quotes)}


# Closed questions ---------------------------------------------------------------------------------


def test_a_scale_tells_each_step_and_the_median(evaluation, campaign):
    useful = ask(campaign, "scale", label="Utile ?", minimum=1, maximum=3, low_label="peu", high_label="très")
    for case, step in zip(cases(evaluation, 4), (3, 3, 2, 3), strict=True):
        respond(case, campaign, {useful: step})
    one = table(build(evaluation))
    assert one.rows == [["1 sur 3 (peu)", 0, 4], ["2 sur 3", 1, 4], ["3 sur 3 (très)", 3, 4]]
    assert one.columns[0].label == "Utile ?"
    assert one.message == "Le plus souvent (3 personnes sur 4)\u00a0: 3 sur 3 (très). La réponse médiane est 3."


def test_of_several_choices_each_is_out_of_who_answered(evaluation, campaign):
    helpful, (a, b, c) = ask_about(campaign, "multiple", *[(None, "yes")] * 3)
    for case, chosen in zip(cases(evaluation, 3), ([a.pk, b.pk], [a.pk, b.pk], None), strict=True):
        respond(case, campaign, {helpful: chosen})
    one = table(build(evaluation))
    assert one.rows == [[a.label, 2, 2], [b.label, 2, 2], [c.label, 0, 2]]
    assert one.message == f"Le plus souvent (2 personnes sur 2)\u00a0: {a.label}\u00a0; {b.label}."
    assert one.note == "Plusieurs réponses étaient possibles."


def test_numbers_are_told_by_their_median_and_extremes(evaluation, campaign):
    times = ask(campaign, "number", label="Combien de fois ?")
    for case, number in zip(cases(evaluation, 4), ("2", "1500", "4", "3.5"), strict=True):
        respond(case, campaign, {times: number})
    one = table(build(evaluation))
    assert one.rows == [["Combien de fois ?", 4, "3,75", "2", "1\u202f500"]]


def test_the_same_question_is_joined_over_versions_and_one_asked_otherwise_is_not(evaluation, campaign):
    other = campaign_of(evaluation)
    (case,) = cases(evaluation, 1)
    for one, kind in ((campaign, "yes_no"), (other, "yes_no"), (campaign, "single"), (other, "single")):
        question = ask(one, kind, label=f"Question {kind}")
        item = ItemFactory(question=question, label=f"choix de la campagne {one.pk}" if one == other else "choix")
        respond(case, one, {question: "yes" if kind == "yes_no" else item.pk})
    for one, maximum in ((campaign, 5), (other, 10)):
        respond(case, one, {ask(one, "scale", label="Note", minimum=4, maximum=maximum): 5})
    blocks = section(build(evaluation), "opinion").blocks
    assert [(one.title, [row[1] for row in one.rows], one.rows[0][2]) for one in blocks if isinstance(one, Table)] == [
        ("Question yes_no", [2, 0, 0], 2),
        ("Question single", [1, 1], 2),
        ("Note", [0, 1], 1),
        ("Note", [0, 1, 0, 0, 0, 0, 0], 1),
    ]


def test_what_feeds_a_criterion_or_does_not_count_is_not_told(evaluation, campaign):
    (case,) = cases(evaluation, 1)
    (outside,) = cases(evaluation, 1, in_scope=False)
    plain = ask(campaign, "yes_no", label="Seule comptée")
    fed = ask(campaign, "yes_no", "meeting")
    choice, (item, _) = ask_about(campaign, "single", (None, "yes"), ("nothing", "yes"))
    respond(case, campaign, {plain: "yes", fed: "yes", choice: item.pk})
    respond(outside, campaign, {plain: "no"})
    respond(case, campaign, {plain: "no"}, at=None)
    respond(case, campaign, {plain: "no"}, at=evaluation.as_of_ends + timedelta(seconds=1))
    never_asked = respond(case, campaign, {plain: "no"})
    never_asked.answers.update(is_asked=False)
    assert tables(build(evaluation)) == {"Seule comptée": [["oui", 1], ["non", 0], ["je ne sais pas", 0]]}


# In public ----------------------------------------------------------------------------------------


def public(evaluation, *, withheld=(), threshold=3):
    return released(evaluation, withheld=set(withheld), threshold=threshold)


def answer_all(evaluation, campaign, question, *values):
    for case, value in zip(cases(evaluation, len(values)), values, strict=True):
        respond(case, campaign, {question: value})


def test_in_public_the_few_are_kept_back_with_the_next_smallest(evaluation, campaign):
    question = ask(campaign, "yes_no", label="Utile ?")
    answer_all(evaluation, campaign, question, *["yes"] * 4, *["no"] * 5, "unknown")
    one = table(public(evaluation))
    assert one.rows == [["oui", NOT_TOLD, 10], ["non", 5, 10], ["je ne sais pas", NOT_TOLD, 10]]
    assert one.message == "10 personnes ont répondu à cette question."
    assert [row[1] for row in table(build(evaluation)).rows] == [4, 5, 1]


def test_many_persons_of_few_territories_are_few(evaluation, campaign):
    question = ask(campaign, "yes_no", label="Utile ?")
    answer_all(evaluation, campaign, question, "yes", "yes", "yes", "no")
    talkative = evaluation.cases.last()
    for _ in range(5):
        respond(talkative, campaign, {question: "no"})
    assert tables(public(evaluation)) == {}


def test_a_choice_that_nearly_everybody_made_is_kept_back(evaluation, campaign):
    """Else one would know how few did not."""
    question, (a, b) = ask_about(campaign, "multiple", *[(None, "yes")] * 2)
    answer_all(evaluation, campaign, question, *[[a.pk]] * 5, *[[a.pk, b.pk]] * 4, [b.pk])
    assert [row[1] for row in table(public(evaluation)).rows] == [NOT_TOLD, 5]


def test_a_question_that_follows_another_tells_nothing_of_it_in_public(evaluation, campaign):
    first = ask(campaign, "yes_no", label="Première")
    then = ask(campaign, "yes_no", label="Ensuite", condition_question=first, condition_values=["yes"])
    last = ask(campaign, "yes_no", label="Enfin", condition_question=then, condition_values=["yes"])
    for case in cases(evaluation, 4):
        respond(case, campaign, {first: "yes", then: "yes", last: "yes"})
    assert list(tables(build(evaluation))) == ["Première", "Ensuite", "Enfin"]
    assert list(tables(public(evaluation))) == ["Première"]


def test_an_extreme_is_one_person_s_and_stays_inside(evaluation, campaign):
    answer_all(evaluation, campaign, ask(campaign, "number", label="Combien ?"), "1", "2", "999")
    answer_all(evaluation, campaign, ask(campaign, "number", label="Répondue par deux"), "1", "2")
    assert table(public(evaluation)).rows == [["Combien ?", 3, "2"]]
    assert "999" not in words_of(as_json(public(evaluation)))


@given(st.lists(st.lists(st.integers(1, 6), max_size=8), min_size=1, max_size=6), st.integers(2, 4))
def test_no_part_of_a_whole_that_is_few_is_told_or_left_by_subtraction(parts, threshold):
    release = Release(True, threshold)
    told = release.persons(parts)
    hidden = [part for part, number in zip(parts, told, strict=True) if number is None]
    for part, number in zip(parts, told, strict=True):
        assert number in (None, len(part))
        assert number is None or not release.are_few(part)
    everyone = [case for part in parts for case in part]
    assert release.are_few(everyone) or not release.are_few([case for part in hidden for case in part])
    if hidden:  # how many they share tells nothing of how many have one
        assert all(number != 0 for number in told)
    else:
        assert not any(release.are_few(part) for part in parts)
    assert Release().persons(parts) == [len(part) for part in parts]


# Quotes -------------------------------------------------------------------------------------------


def say(case, campaign, question, words, quoting, **more):
    return respond(
        case, campaign, {question: words}, quoting=quoting, invitation__name=f"Personne {words[:40]}", **more
    )


def test_texts_are_quoted_as_persons_agreed(evaluation, campaign):
    question = ask(campaign, "text", label="Racontez")
    case = CaseFactory(evaluation=evaluation, label="Aubervilliers")
    for quoting in CHOICES:
        say(case, campaign, question, f"paroles {quoting}", quoting)
    inside, outside = build(evaluation), public(evaluation)
    someone = "une personne d’Aubervilliers"
    assert quotes(inside) == {
        "Racontez": [("paroles named", "Personne paroles named, Aubervilliers"), ("paroles territory", someone)]
    }
    assert quotes(outside) == {"Racontez": [("paroles named", someone), ("paroles territory", someone)]}
    for found in (inside, outside):
        (card,) = found.cards()
        assert {"Racontez": [(quote.text, quote.attribution) for quote in card.quotes]} == quotes(found)
        assert {quote.grade for quote in card.quotes} == {"déclaré"}


def test_only_territories_that_are_named_are_quoted_in_public(evaluation, campaign):
    question = ask(campaign, "text", label="Racontez")
    shown, hidden = (CaseFactory(evaluation=evaluation, label=label) for label in ("Bondy", "Grigny"))
    for case in (shown, hidden):
        say(case, campaign, question, f"Vu de {case.label}.", "territory")
    found = public(evaluation, withheld=["Grigny"])
    assert quotes(found) == {"Racontez": [("Vu de Bondy.", "une personne de Bondy")]}
    assert not [text for text in words_of(as_json(found)) if "Vu de" in text and "Bondy" not in text]


def test_each_territory_speaks_once_before_one_speaks_again_and_the_others_are_counted(evaluation, campaign):
    question = ask(campaign, "text", label="Racontez")
    first, *others = cases(evaluation, MOST)
    for words in "abc":
        say(first, campaign, question, words, "territory")
    for place, case in enumerate(others):
        say(case, campaign, question, f"autre {place}", "territory")
    found = build(evaluation)
    assert [words for words, _ in quotes(found)["Racontez"]] == ["a", *(f"autre {n}" for n in range(len(others)))]
    last = section(found, "opinion").blocks[-1]
    assert isinstance(last, Text)
    assert last.paragraphs == ["Et 2 autres réponses, de personnes qui ont aussi accepté d’être citées."]


def test_a_long_text_is_cut_and_told_in_one_paragraph(evaluation, campaign):
    (case,) = cases(evaluation, 1)
    say(case, campaign, ask(campaign, "text", label="Racontez"), "Un début\n\nsuivi " + "de mots " * 400, "named")
    ((words, _),) = quotes(build(evaluation))["Racontez"]
    assert words.startswith("Un début suivi de mots")
    assert words.endswith("[…]")
    assert len(words) <= 600


def test_a_coded_text_is_not_quoted_twice(evaluation, campaign):
    question = ask(campaign, "text", label="Racontez")
    (case,) = cases(evaluation, 1)
    whole = say(case, campaign, question, "Nous nous connaissons mieux.", "territory")
    part = say(case, campaign, question, "Une longue histoire, et du temps qui manque.", "territory")
    CodingFactory(answer=answer_to(whole, question), criterion_id="outcome.better_knowledge")
    CodingFactory(answer=answer_to(part, question), criterion_id="brake.people.lack_of_time", excerpt="du temps qui")
    found = build(evaluation)
    texts = ["Nous nous connaissons mieux.", "Une longue histoire, et du temps qui manque."]
    assert [quote.text for quote in found.cards()[0].quotes] == texts
    assert [words for words, _ in quotes(found)["Racontez"]] == texts[1:]  # the other stands beside its criterion


def test_a_sheet_quotes_its_territory(evaluation, campaign):
    question = ask(campaign, "text", label="Racontez")
    case, other = cases(evaluation, 2)
    say(case, campaign, question, "d’ici", "named")
    say(other, campaign, question, "d’ailleurs", "named")
    said = words_of(as_json(report.sheet(case)))
    assert "d’ici" in said
    assert "d’ailleurs" not in said


def test_no_person_who_was_asked_is_named_in_public_whoever_wrote_it(evaluation, campaign):
    question = ask(campaign, "text", label="Racontez")
    (case,) = cases(evaluation, 1)
    InvitationFactory(campaign=campaign, case=case, name="Zoé Fictive")
    InvitationFactory(campaign=campaign, case=case, name="Nous")
    say(case, campaign, question, "Nous devons tout à ZOÉ FICTIVE.", "named")
    assert quotes(public(evaluation)) == {"Racontez": [(f"Nous devons tout à {SOMEONE}.", f"une personne de {case}")]}
    assert "Nous devons tout à ZOÉ FICTIVE." in words_of(as_json(build(evaluation)))


# Any campaign -------------------------------------------------------------------------------------


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answered_workbooks(), st.sets(st.integers(0, 5)))
def test_any_campaign_is_counted_as_by_hand_and_says_nothing_that_nobody_agreed_to(workbook, kept):
    with transaction.atomic():
        holds_for_any_campaign(workbook, kept)
        transaction.set_rollback(True)


def holds_for_any_campaign(workbook, kept):
    evaluation = store_answered(workbook)
    for place, response in enumerate(Response.objects.order_by("pk")):
        Response.objects.filter(pk=response.pk).update(quoting=CHOICES[place % len(CHOICES)])
        texts = Answer.objects.filter(response=response, question__kind=Question.Kind.TEXT)
        texts.update(value=f"paroles {CHOICES[place % len(CHOICES)] or 'muettes'}")
    inside = build(evaluation)
    assert from_json(json.loads(canonical(as_json(inside)))) == inside
    assert canonical(as_json(inside)) == canonical(as_json(build(evaluation)))
    assert tables(inside) == by_hand(workbook, evaluation)
    named = frozenset(case.pk for place, case in enumerate(evaluation.cases.all()) if place in kept)
    outside = build(evaluation, release=Release(True, 3, named))
    for found in (inside, outside):
        assert not re.search("paroles (none|muettes)", "\n".join(words_of(as_json(found))))
    names = Response.objects.values_list("invitation__name", flat=True)
    said = "\n".join(words_of(as_json(outside)))
    assert [name for name in names if name in said] == []
    told = {pair[1] for rows in tables(outside).values() for pair in rows}
    assert not {1, 2} & told


def by_hand(workbook, evaluation):
    """The rows of each question that speaks of no criterion, by its label."""
    counted = {(row["session"], row["territoire"]) for row in naive.counted_participations(workbook)}
    sent = [
        row
        for row in workbook["reponses"]
        if row["envoyee"] and row["envoyee"] <= AS_OF and (row["session"], row["territoire"]) in counted
    ]
    found = {}
    questions = Question.objects.filter(page__version__campaigns__evaluation=evaluation).order_by("pk")
    for place, (asked, stored) in enumerate(zip(workbook["questions"], questions, strict=True)):
        answers = [row["reponses"][place] for row in sent]
        given = [
            one["valeur"]
            for one in answers
            if one["posee"] and one["enregistree"] <= AS_OF and one["valeur"] is not None
        ]
        if not given or asked["nature"] in ("texte", "grille"):
            continue
        if asked["nature"] == "oui_non":
            if asked["critere"] is None:
                found[stored.label] = [[word, given.count(said)] for word, said in zip(YES_NO, VALUES, strict=True)]
        elif not any(criterion for criterion, _ in asked["lignes"]):
            chosen = [row for value in given for row in (value if isinstance(value, list) else [value])]
            labels = [item.label for item in stored.items.all()]
            found[stored.label] = [[label, chosen.count(row)] for row, label in enumerate(labels)]
    return found


def answered_case(evaluation, number):
    """A case of which the report tells all that it reads: who answered, who did not, and a neighbour in silence."""
    case = fill(evaluation, number)
    campaign = campaign_of(evaluation)
    closed, text = ask(campaign, "yes_no"), ask(campaign, "text")
    ask_about(campaign, "multiple", (None, "yes"), (None, "yes"))
    response = respond(case, campaign, {closed: "yes", text: f"texte {number}"}, quoting="named")
    answer = answer_to(response, text)
    CodingFactory(answer=answer, criterion_id="meeting")
    Answer.objects.filter(pk=answer.pk).update(saved_by=UserFactory())
    silent = InvitationFactory(campaign=campaign, case=CaseFactory(evaluation=evaluation))
    QuestionnaireMailFactory(invitation=silent, step="step:1", due_at=SENT)


def test_a_report_of_campaigns_costs_the_same_queries_for_one_or_three():
    counts = []
    for many in (1, 3):
        evaluation = EvaluationFactory()
        for number in range(many):
            answered_case(evaluation, 10 * many + number)
        with CaptureQueriesContext(connection) as queries:
            build(evaluation)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 60
