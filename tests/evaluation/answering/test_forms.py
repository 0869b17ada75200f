"""The form of one page: ``evaluation/answering/forms.py``."""

import pytest
from django.http import QueryDict

from evaluation.answering.forms import PageForm, mark
from evaluation.answering.operations import Given, Saved
from evaluation.answering.prefill import Hint, Hints
from evaluation.models import Answer, Question
from tests.factories import AnswerFactory, ItemFactory, PageFactory, QuestionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return PageFactory()


@pytest.fixture
def text(page):
    return QuestionFactory(page=page, kind="text")


@pytest.fixture
def yes_no(page):
    return QuestionFactory(page=page, kind="yes_no", criterion_id="meeting")


@pytest.fixture
def grid(page):
    grid = QuestionFactory(page=page, kind="grid")
    for code in ("mapping", "diagnostic"):
        ItemFactory(question=grid, criterion_id=code)
    return grid


def posted(**fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def ticked(options) -> list[str]:
    return [option.label for option in options if option.is_ticked]


def test_a_page_shows_what_is_stored(page, text, yes_no):
    answers = [
        AnswerFactory(question=text, value="Un récit", revision=2),
        AnswerFactory(question=yes_no, value="no"),
    ]
    form = PageForm(page.questions.all(), stored={answer.question_id: answer for answer in answers})
    first, second = form.lines()
    assert first.bound.value() == "Un récit"
    assert first.mark == mark(2, "Un récit")
    assert (ticked(second.options), second.mark) == (["non"], mark(1, "no"))


def test_a_page_of_every_kind_alone_is_blank(page):
    for kind in Question.Kind:
        question = QuestionFactory(page=page, kind=kind, minimum=1, maximum=3)
        if kind in Question.WITH_ITEMS:
            ItemFactory.create_batch(2, question=question)
    lines = PageForm(page.questions.all()).lines()
    assert [len(line.options) for line in lines] == [0, 0, 0, 3, 2, 2, 3, 0]
    assert [line.bound.value() for line in lines] == [None] * 8
    assert [ticked(line.options) for line in lines] == [[]] * 8
    assert {line.mark for line in lines} == {mark(0, None)}
    assert [[option.label for option in row.options] for row in lines[-1].rows] == [
        ["oui", "non", "je ne sais pas"]
    ] * 2


def test_what_the_logbook_knows_is_ticked_until_answered(page, yes_no, grid):
    _, diagnostic = grid.items.all()
    hints = Hints({"meeting": Hint("yes", "une réunion"), "mapping": Hint("yes", "une cartographie")})
    single, rows = PageForm(page.questions.all(), hints=hints).lines()
    assert (ticked(single.options), single.hint.words, single.is_proposed) == (["oui"], "une réunion", True)
    assert [ticked(row.options) for row in rows.rows] == [["oui"], []]
    assert [row.hint and row.hint.words for row in rows.rows] == ["une cartographie", None]
    assert (rows.is_proposed, rows.hint) == (True, None)
    stored = {
        yes_no.pk: AnswerFactory(question=yes_no, value=None),
        grid.pk: AnswerFactory(question=grid, value={str(diagnostic.pk): "no"}),
    }
    single, rows = PageForm(page.questions.all(), stored=stored, hints=hints).lines()
    assert (ticked(single.options), single.hint.words, single.is_proposed) == ([], "une réunion", False)
    assert [ticked(row.options) for row in rows.rows] == [[], ["non"]]
    assert not rows.is_proposed


def test_what_is_posted_is_given(page, text, yes_no, grid):
    mapping, _ = grid.items.all()
    fields = {f"m{text.pk}": mark(3, "Avant"), f"q{text.pk}": "Après"}
    fields |= {f"m{yes_no.pk}": mark(1, "yes"), f"q{yes_no.pk}": "yes"}
    fields |= {f"m{grid.pk}": mark(0, None), f"q{grid.pk}_{mapping.pk}": "no"}
    form = PageForm(page.questions.all(), posted(**fields))
    assert form.given() == [
        Given(text.pk, "Après", 3, is_touched=True),
        Given(yes_no.pk, "yes", 1, is_touched=False),
        Given(grid.pk, {str(mapping.pk): "no"}, 0, is_touched=True),
    ]


def test_a_question_without_its_mark_is_not_given(page, text, yes_no):
    form = PageForm(page.questions.all(), posted(**{f"q{text.pk}": "Récit", f"m{yes_no.pk}": mark(0, None)}))
    assert form.given() == [Given(yes_no.pk, None, 0, is_touched=False)]


@pytest.mark.parametrize("nonsense", ["", "x", "-1.000000000000", "1", "9" * 30 + ".000000000000", "1.00000000000g"])
def test_a_mark_that_is_none_says_that_nothing_was_shown(page, text, nonsense):
    form = PageForm(page.questions.all(), posted(**{f"q{text.pk}": "Récit", f"m{text.pk}": nonsense}))
    assert form.given() == [Given(text.pk, "Récit", 0, is_touched=True)]


def test_errors_stand_beside_their_question_and_the_others_are_given(page, text, yes_no):
    fields = {f"m{text.pk}": mark(0, None), f"q{text.pk}": "a\0"}
    fields |= {f"m{yes_no.pk}": mark(0, None), f"q{yes_no.pk}": "no"}
    form = PageForm(page.questions.all(), posted(**fields))
    assert form.given() == [Given(yes_no.pk, "no", 0)]
    assert [bool(line.bound.errors) for line in form.lines()] == [True, False]
    assert not form.is_kept


def test_two_answers_are_shown_to_choose_from(page, text, yes_no):
    theirs = AnswerFactory(question=text, value="Le leur", revision=5)
    stored = {text.pk: theirs, yes_no.pk: AnswerFactory(question=yes_no, value="no", revision=1)}
    fields = {f"m{text.pk}": mark(1, None), f"q{text.pk}": "Le mien"}
    fields |= {f"m{yes_no.pk}": mark(0, None), f"q{yes_no.pk}": "no"}
    form = PageForm(page.questions.all(), posted(**fields))
    form.given()
    form.tell(Saved(stored, settled=frozenset([yes_no.pk]), conflicts=frozenset([text.pk])))
    first, second = form.lines()
    assert not form.is_kept
    assert (first.conflict, first.theirs_in_words, first.mine_in_words) == (theirs, "Le leur", "Le mien")
    assert first.bound.value() == "Le mien"
    assert first.conflict_origin == "Sur un autre appareil"
    assert first.mark == mark(1, None)
    assert (second.conflict, second.mark) == (None, mark(1, "no"))
    assert first.mine == "mine.5"


def test_the_team_is_named_where_it_answered(page, text):
    theirs = AnswerFactory(question=text, value="Le leur", revision=5, saved_by=UserFactory())
    form = PageForm(page.questions.all(), posted(**{f"m{text.pk}": "", f"q{text.pk}": "Le mien"}))
    form.given()
    form.tell(Saved({text.pk: theirs}, conflicts=frozenset([text.pk])))
    assert form.lines()[0].conflict_origin == "Saisi pour vous par l’équipe"


def test_choosing_ones_own_names_what_it_replaces(page, text):
    fields = {f"m{text.pk}": mark(1, None), f"q{text.pk}": "Le mien", f"k{text.pk}": "mine.5"}
    assert PageForm(page.questions.all(), posted(**fields)).given() == [Given(text.pk, "Le mien", 5)]


def test_choosing_the_other_one_gives_nothing_and_shows_it(page, text):
    fields = {f"m{text.pk}": mark(1, None), f"q{text.pk}": "Le mien", f"k{text.pk}": "theirs"}
    stored = {text.pk: AnswerFactory(question=text, value="Le leur", revision=5)}
    form = PageForm(page.questions.all(), posted(**fields), stored=stored)
    assert form.given() == []
    form.tell(Saved(stored))
    assert form.is_kept
    (line,) = form.lines()
    assert (line.bound.value(), line.mark) == ("Le leur", mark(5, "Le leur"))


def test_a_question_that_the_page_decides_of_says_when(page, yes_no, grid):
    mapping, _ = grid.items.all()
    QuestionFactory(page=page, condition_question=yes_no, condition_values=["yes", "unknown"])
    QuestionFactory(page=page, condition_question=grid, condition_item=mapping, condition_values=["no"])
    QuestionFactory(page=page, condition_question=QuestionFactory(), condition_values=["yes"])
    *_, first, second, elsewhere = PageForm(page.questions.all()).lines()
    assert first.condition == f"«\u00a0oui\u00a0» ou «\u00a0je ne sais pas\u00a0» à «\u00a0{yes_no.label}\u00a0»"
    assert first.asked_by == f"q{yes_no.pk}"
    assert second.condition == f"«\u00a0non\u00a0» à «\u00a0{mapping.label}\u00a0»"
    assert second.asked_by == f"q{grid.pk}_{mapping.pk}"
    assert (elsewhere.condition, elsewhere.asked_by) == ("", "")


def test_a_number_is_shown_with_a_comma(page):
    number = QuestionFactory(page=page, kind="number")
    form = PageForm([number], stored={number.pk: Answer(question=number, value="12.5")})
    assert 'value="12,5"' in str(form.lines()[0].bound)
