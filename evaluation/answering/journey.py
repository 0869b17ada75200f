"""The way through a questionnaire, given the answers so far: its pages, where to go on, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evaluation.models import Answer, Page, Question, Response, Version
from evaluation.questionnaires.conditions import asked
from evaluation.questionnaires.values import is_complete, words


@dataclass(frozen=True)
class Said:
    """A question that is asked, and its answer in words."""

    question: Question
    words: str
    is_missing: bool
    """Required, and not answered in full."""


@dataclass(frozen=True)
class Stage:
    """A page to go through."""

    page: Page
    number: int
    shown: list[Question]
    """What the page lays out: those that its own answers decide of are among them."""
    said: list[Said]
    """What is asked."""
    is_done: bool
    """Every question asked was answered, or passed over where it may be."""

    @property
    def missing(self) -> list[Said]:
        return [one for one in self.said if one.is_missing]


@dataclass(frozen=True)
class Journey:
    version: Version
    answers: Mapping[int, Answer]
    """By question's id."""

    @cached_property
    def questions(self) -> list[Question]:
        return self.version.questions

    @cached_property
    def _asked(self) -> list[Question]:
        return asked(self.questions, {pk: answer.value for pk, answer in self.answers.items()})

    @cached_property
    def stages(self) -> list[Stage]:
        reached = {question.pk for question in self._asked}
        found: list[Stage] = []
        for page in self.version.pages.all():
            shown = _shown(page, reached)
            if shown:
                said = [self._said(question) for question in shown if question.pk in reached]
                is_done = not any(one.is_missing or one.question.pk not in self.answers for one in said)
                found.append(Stage(page, len(found) + 1, shown, said, is_done))
        return found

    def _said(self, question: Question) -> Said:
        value = self._value(question)
        return Said(question, words(question, value), question.required and not is_complete(question, value))

    def _value(self, question: Question):
        answer = self.answers.get(question.pk)
        return answer.value if answer else None

    @property
    def total(self) -> int:
        return len(self._asked)

    @property
    def answered(self) -> int:
        return sum(self._value(question) is not None for question in self._asked)

    @property
    def missing(self) -> list[Said]:
        return [one for stage in self.stages for one in stage.missing]

    @property
    def resumes_at(self) -> Stage | None:
        """The first page that is not done; ``None``: all are, the answers are to be checked and sent."""
        return next((stage for stage in self.stages if not stage.is_done), None)

    def stage(self, page: int) -> Stage | None:
        """The one of a page's id."""
        return next((stage for stage in self.stages if stage.page.pk == page), None)

    def beside(self, stage: Stage, by: int) -> Stage | None:
        """The page after (``by=1``) or before (-1) another."""
        at = stage.number - 1 + by
        return self.stages[at] if 0 <= at < len(self.stages) else None


def _shown(page: Page, reached: set[int]) -> list[Question]:
    """Those asked, and those that depend on what is answered on the page itself."""
    found: dict[int, Question] = {}
    here = {question.pk for question in page.questions.all()}
    for question in page.questions.all():
        on = question.condition_question_id
        if question.pk in reached or (on in here and on in found):
            found[question.pk] = question
    return list(found.values())


def read(response: Response) -> Journey:
    """The way through what a response answers; five queries."""
    version = Version.objects.in_full().get(pk=response.invitation.campaign.version_id)
    return Journey(version, {answer.question_id: answer for answer in response.answers.all()})
