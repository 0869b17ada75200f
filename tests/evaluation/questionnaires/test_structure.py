"""A questionnaire as a value: changes, checks, and rows there and back."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from evaluation.models import Item, Page, Question
from evaluation.questionnaires import default, rows
from evaluation.questionnaires.checks import check
from evaluation.questionnaires.structure import Condition, ItemPart, PagePart, QuestionPart, Structure
from tests.factories import VersionFactory

Kind = Question.Kind
ASKED_FIRST = QuestionPart(Kind.YES_NO, "Vous réunissez-vous ?", key="meets")
CHOICE = QuestionPart(
    Kind.SINGLE, "Où ?", items=(ItemPart("À la mairie", key="hall"), ItemPart("Ailleurs", key="else")), key="where"
)
GRID = QuestionPart(Kind.GRID, "Quoi ?", items=(ItemPart("Carte", "mapping", key="map"),), key="what")
SCALE = QuestionPart(Kind.SCALE, "Utile ?", minimum=1, maximum=5, key="useful")
TEXT = QuestionPart(Kind.TEXT, "Racontez", key="tell")


def of(*pages: tuple[QuestionPart, ...]) -> Structure:
    return Structure(
        pages=tuple(PagePart(f"Page {n}", questions=page, key=f"p{n}") for n, page in enumerate(pages, start=1))
    )


def labels(structure: Structure) -> list[list[str]]:
    return [[one.key for one in page.questions] for page in structure.pages]


def refusals(structure: Structure) -> list[str]:
    try:
        check(structure)
    except ValidationError as refusal:
        return refusal.messages
    return []


def asked_if(question: QuestionPart, on: str, *values, item=None) -> QuestionPart:
    return replace(question, condition=Condition(on, values, item))


# Changes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "by", "expected"),
    [
        ("where", -1, [["where", "meets"], ["what", "tell"]]),
        ("meets", 1, [["where", "meets"], ["what", "tell"]]),
        ("where", 1, [["meets"], ["where", "what", "tell"]]),
        ("what", -1, [["meets", "where", "what"], ["tell"]]),
        ("meets", -1, [["meets", "where"], ["what", "tell"]]),
        ("tell", 1, [["meets", "where"], ["what", "tell"]]),
    ],
)
def test_a_question_moves_within_its_page_and_to_the_one_beside(key, by, expected):
    structure = of((ASKED_FIRST, CHOICE), (GRID, TEXT))
    assert labels(structure.with_question_moved(key, by)) == expected


def test_a_page_moves_with_its_questions():
    structure = of((ASKED_FIRST,), (GRID, TEXT))
    assert labels(structure.with_page_moved("p2", -1)) == [["what", "tell"], ["meets"]]
    assert structure.with_page_moved("p1", -1) == structure


def test_a_question_takes_the_place_of_the_one_that_has_its_key():
    structure = of((ASKED_FIRST, CHOICE), (TEXT,))
    changed = structure.with_question("p1", replace(ASKED_FIRST, label="Et maintenant ?"))
    assert labels(changed) == labels(structure)
    assert changed.question("meets").label == "Et maintenant ?"


@pytest.mark.parametrize("name", ["page", "question", "page_of", "before", "without_page", "without_question"])
def test_nothing_is_found_by_an_unknown_key(name):
    with pytest.raises(KeyError):
        getattr(of((ASKED_FIRST,)), name)("nowhere")


# Checks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dependant",
    [
        asked_if(TEXT, "meets", "yes", "unknown"),
        asked_if(TEXT, "where", "hall"),
        asked_if(TEXT, "what", "no", item="map"),
        asked_if(TEXT, "useful", "4", "5"),
    ],
)
def test_conditions_on_earlier_questions_are_sound(dependant):
    assert refusals(of((ASKED_FIRST, CHOICE), (GRID, SCALE, dependant))) == []


@pytest.mark.parametrize(
    ("structure", "words"),
    [
        (of((asked_if(TEXT, "meets", "yes"), ASKED_FIRST)), "doit venir après"),
        (of((asked_if(TEXT, "meets", "yes"),)), "une question qui disparaîtrait"),
        (of((asked_if(ASKED_FIRST, "meets", "yes"),)), "doit venir après"),
        (of((CHOICE, asked_if(TEXT, "where", "home"))), "une réponse à « Où ? » qui disparaîtrait"),
        (of((CHOICE, asked_if(TEXT, "where"))), "une réponse à « Où ? » qui disparaîtrait"),
        (of((GRID, asked_if(TEXT, "what", "yes", item="plan"))), "une ligne de « Quoi ? » qui disparaîtrait"),
        (of((GRID, asked_if(TEXT, "what", "yes"))), "une ligne de « Quoi ? » qui disparaîtrait"),
        (of((ASKED_FIRST, asked_if(TEXT, "meets", "yes", item="map"))), "une ligne"),
        (of((SCALE, asked_if(TEXT, "useful", "6"))), "une réponse à « Utile ? » qui disparaîtrait"),
        (of((TEXT, asked_if(SCALE, "tell", "oui"))), "une réponse à « Racontez » qui disparaîtrait"),
        (of((replace(CHOICE, items=CHOICE.items[:1]),)), "au moins deux choix"),
        (of((replace(GRID, items=()),)), "au moins une ligne"),
        (of((replace(CHOICE, items=(ItemPart("Ici"), ItemPart("ici"))),)), "deux fois le même intitulé"),
        (of((replace(SCALE, maximum=12),)), "degrés au plus"),
        (of((replace(SCALE, maximum=1),)), "degrés au plus"),
        (of((replace(SCALE, minimum=None),)), "degrés au plus"),
        (of((QuestionPart(Kind.NUMBER, "Combien ?", minimum=3, maximum=2),)), "dépasse le plus grand"),
    ],
)
def test_what_is_unsound_is_refused_in_words(structure, words):
    [refusal] = refusals(structure)
    assert words in refusal


# Rows ---------------------------------------------------------------------------------------------


@pytest.fixture
def version(db):
    return VersionFactory()


def stored(version) -> Structure:
    return rows.read(type(version).objects.in_full().get(pk=version.pk))


def test_what_ships_is_read_as_it_was_written(version):
    rows.write(default.STRUCTURE, version)
    assert stored(version).numbered() == default.STRUCTURE.numbered()


def test_rows_keep_their_ids_and_what_is_gone_goes(version):
    rows.write(of((CHOICE, asked_if(TEXT, "where", "hall")), (GRID,)), version)
    before = stored(version)
    where, tell, what = before.questions
    smaller = before.without_question(tell.key).with_question(
        before.pages[0].key, replace(where, items=(*where.items[1:], ItemPart("En visio")))
    )
    rows.write(smaller.without_page(before.pages[1].key), version)
    after = stored(version)
    assert [one.key for one in after.questions] == [where.key]
    assert after.questions[0].items[0] == where.items[1]
    assert not Question.objects.filter(pk__in=[tell.key, what.key]).exists()
    assert Page.objects.filter(version=version).count() == 1
    assert Item.objects.filter(question__page__version=version).count() == 2


def test_a_question_survives_the_page_it_leaves(version):
    rows.write(of((ASKED_FIRST,), (TEXT,)), version)
    before = stored(version)
    tell = before.questions[1]
    moved = before.with_question_moved(tell.key, -1).without_page(before.pages[1].key)
    rows.write(moved, version)
    assert stored(version) == moved


def test_a_row_goes_with_the_question_that_depends_on_it(version):
    rows.write(of((GRID, asked_if(TEXT, "what", "yes", item="map")), (ASKED_FIRST,)), version)
    smaller = stored(version).without_page(stored(version).pages[0].key)
    rows.write(smaller, version)
    assert stored(version) == smaller
    assert not Item.objects.filter(question__page__version=version).exists()


def test_another_versions_rows_are_left_alone(version):
    rows.write(of((CHOICE, asked_if(TEXT, "where", "hall"))), version)
    before = stored(version)
    other = VersionFactory()
    rows.write(before, other)
    assert stored(version) == before
    assert stored(other).numbered() == before.numbered()
    assert not {one.key for one in stored(other).questions} & {one.key for one in before.questions}


# Any sequence of changes --------------------------------------------------------------------------


MOVES = st.tuples(
    st.sampled_from(["up", "down", "page up", "page down", "drop", "drop page", "drop item", "add", "condition"]),
    st.integers(0, 40),
    st.integers(0, 40),
)


def changed(structure: Structure, what: str, at: int, to: int) -> Structure:
    """One edit, whatever the numbers; the same structure where there is nothing to edit."""
    questions, pages = structure.questions, structure.pages
    if what == "add" and pages:
        return structure.with_question(
            pages[at % len(pages)].key, replace(CHOICE, key=f"new {at} {to}", items=CHOICE.items)
        )
    if what.startswith(("page", "drop page")) and pages:
        page = pages[at % len(pages)].key
        return (
            structure.without_page(page)
            if what == "drop page"
            else structure.with_page_moved(page, -1 if "up" in what else 1)
        )
    if not questions:
        return structure
    question = questions[at % len(questions)]
    home = structure.page_of(question.key).key
    if what in ("up", "down"):
        return structure.with_question_moved(question.key, -1 if what == "up" else 1)
    if what == "drop":
        return structure.without_question(question.key)
    if what == "drop item" and question.items:
        gone = question.items[to % len(question.items)]
        return structure.with_question(home, replace(question, items=tuple(i for i in question.items if i != gone)))
    if what == "condition":
        on = questions[to % len(questions)]
        item = on.items[0].key if on.kind == Kind.GRID else None
        values = ("yes",) if not on.items or item else (on.items[0].key,)
        return structure.with_question(home, replace(question, condition=Condition(on.key, values, item)))
    return structure


def earlier_only(structure: Structure) -> bool:
    """Said anew, without ``check``: each condition names a question before, and rows and choices of it."""
    seen: dict = {}
    for question in structure.questions:
        condition = question.condition
        if condition:
            on = seen.get(condition.question)
            if on is None or (condition.item is not None and condition.item not in {i.key for i in on.items}):
                return False
            if on.kind == Kind.SINGLE and not set(condition.values) <= {i.key for i in on.items}:
                return False
        seen[question.key] = question
    return True


@given(st.lists(MOVES, max_size=25))
def test_no_edit_leaves_a_condition_on_a_later_or_missing_question(moves):
    structure = default.STRUCTURE
    for move in moves:
        after = changed(structure, *move)
        if refusals(after):
            continue
        structure = after
        assert earlier_only(structure)


@given(st.lists(MOVES, max_size=25))
def test_only_unsound_edits_are_refused(moves):
    """A refusal has a reason that the rule said anew finds too, or is about a question's own shape."""
    structure = default.STRUCTURE
    for move in moves:
        after = changed(structure, *move)
        reasons = refusals(after)
        if not reasons:
            structure = after
        elif "disparaîtrait" in reasons[0] or "venir après" in reasons[0]:
            told = [one for one in after.questions if one.condition]
            assert told
            assert not earlier_only(after) or move[0] == "condition"
