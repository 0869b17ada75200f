"""What a version asks, as a plain value: read from its rows, changed, checked, compared, and written back.

Pages, questions and items are told apart by their keys: the ids of stored rows, any text for those to come.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar
from uuid import uuid4

from evaluation.models import Evidence, Question

Key = int | str
CHOICES = (Question.Kind.SINGLE, Question.Kind.MULTIPLE)


def _new_key() -> str:
    return uuid4().hex


@dataclass(frozen=True)
class ItemPart:
    """An option, or a row of a grid."""

    label: str
    criterion: str | None = None
    value: str = Evidence.Value.YES
    key: Key = field(default_factory=_new_key)


@dataclass(frozen=True)
class Condition:
    """The answer to ``question`` (for a grid, to its row ``item``) is one of ``values``: keys of items for a choice,
    else the texts of ``Question.condition_values``."""

    question: Key
    values: tuple[Key, ...]
    item: Key | None = None


@dataclass(frozen=True)
class QuestionPart:
    kind: str
    label: str
    help: str = ""
    required: bool = False
    criterion: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    low_label: str = ""
    high_label: str = ""
    items: tuple[ItemPart, ...] = ()
    condition: Condition | None = None
    key: Key = field(default_factory=_new_key)

    def item(self, key: Key) -> ItemPart | None:
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True)
class PagePart:
    title: str
    help: str = ""
    questions: tuple[QuestionPart, ...] = ()
    key: Key = field(default_factory=_new_key)


Part = TypeVar("Part", PagePart, QuestionPart, ItemPart)


@dataclass(frozen=True)
class Structure:
    """Changes give a new one, that ``checks.check`` may refuse; a key that is not there raises ``KeyError``."""

    introduction: str = ""
    thanks: str = ""
    pages: tuple[PagePart, ...] = ()

    @property
    def questions(self) -> tuple[QuestionPart, ...]:
        """In the order they are asked."""
        return tuple(question for page in self.pages for question in page.questions)

    def page(self, key: Key) -> PagePart:
        return _at(self.pages, key)

    def question(self, key: Key) -> QuestionPart:
        return _at(self.questions, key)

    def before(self, key: Key) -> tuple[QuestionPart, ...]:
        """The questions asked before that one."""
        questions = self.questions
        return questions[: questions.index(self.question(key))]

    def page_of(self, question: Key) -> PagePart:
        for page in self.pages:
            if any(one.key == question for one in page.questions):
                return page
        raise KeyError(question)

    def with_page(self, page: PagePart) -> "Structure":
        """In the place of the one that has its key, else at the end."""
        return replace(self, pages=_with(self.pages, page))

    def with_question(self, page: Key, question: QuestionPart) -> "Structure":
        """In the place of the one that has its key, else at the end of ``page``."""
        home = self.page(page)
        return self.with_page(replace(home, questions=_with(home.questions, question)))

    def without_page(self, key: Key) -> "Structure":
        return replace(self, pages=_without(self.pages, key))

    def without_question(self, key: Key) -> "Structure":
        home = self.page_of(key)
        return self.with_page(replace(home, questions=_without(home.questions, key)))

    def with_page_moved(self, key: Key, by: int) -> "Structure":
        """One place earlier (``by=-1``) or later (1), if there is one."""
        return replace(self, pages=_moved(self.pages, key, by))

    def with_question_moved(self, key: Key, by: int) -> "Structure":
        """One place earlier (``by=-1``) or later (1): from the edge of a page to the one beside it, if there is one."""
        home, question = self.page_of(key), self.question(key)
        moved = _moved(home.questions, key, by)
        if moved != home.questions:
            return self.with_page(replace(home, questions=moved))
        beside = self.pages.index(home) + by
        if not 0 <= beside < len(self.pages):
            return self
        page = self.pages[beside]
        there = (*page.questions, question) if by < 0 else (question, *page.questions)
        return self.without_question(key).with_page(replace(page, questions=there))

    def numbered(self) -> "Structure":
        """The same with keys that come from the places alone: what asks the same is then equal."""
        questions = {one.key: str(number) for number, one in enumerate(self.questions, start=1)}
        items = {
            item.key: f"{questions[one.key]}.{rank}"
            for one in self.questions
            for rank, item in enumerate(one.items, start=1)
        }
        return replace(
            self,
            pages=tuple(
                replace(page, key=str(rank), questions=tuple(_renamed(one, questions, items) for one in page.questions))
                for rank, page in enumerate(self.pages, start=1)
            ),
        )


def _renamed(question: QuestionPart, questions: dict[Key, Key], items: dict[Key, Key]) -> QuestionPart:
    condition = question.condition
    if condition:
        values = tuple(items.get(value, value) for value in condition.values)
        condition = Condition(questions[condition.question], values, items.get(condition.item))
    named = tuple(replace(item, key=items[item.key]) for item in question.items)
    return replace(question, key=questions[question.key], items=named, condition=condition)


def _at(parts: Iterable[Part], key: Key) -> Part:
    for part in parts:
        if part.key == key:
            return part
    raise KeyError(key)


def _with(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    if any(one.key == part.key for one in parts):
        return tuple(part if one.key == part.key else one for one in parts)
    return (*parts, part)


def _without(parts: tuple[Part, ...], key: Key) -> tuple[Part, ...]:
    _at(parts, key)
    return tuple(part for part in parts if part.key != key)


def _moved(parts: tuple[Part, ...], key: Key, by: int) -> tuple[Part, ...]:
    at = parts.index(_at(parts, key))
    to = at + by
    if not 0 <= to < len(parts):
        return parts
    order = list(parts)
    order.insert(to, order.pop(at))
    return tuple(order)
