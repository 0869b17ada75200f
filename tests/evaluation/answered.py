"""Campaigns answered, for tests: a questionnaire question by question, and what each person answers to it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from evaluation.models import Answer, Campaign, Case, Item, Question, Response
from tests.factories import AnswerFactory, CampaignFactory, ItemFactory, QuestionFactory, ResponseFactory

SENT = datetime(2025, 6, 2, 9, tzinfo=UTC)
"""Well before the date of an evaluation of ``EvaluationFactory``."""


def campaign_of(evaluation, **more) -> Campaign:
    return CampaignFactory(evaluation=evaluation, running=True, **more)


def ask(campaign: Campaign, kind: str, criterion: str | None = None, **more) -> Question:
    return QuestionFactory(page__version=campaign.version, kind=kind, criterion_id=criterion, **more)


def ask_about(campaign: Campaign, kind: str, *said: tuple[str, str], **more) -> tuple[Question, list[Item]]:
    """A choice or a grid, with an option or a row for each (criterion, value)."""
    question = ask(campaign, kind, **more)
    return question, [ItemFactory(question=question, criterion_id=code, value=value) for code, value in said]


def respond(case: Case, campaign: Campaign, given: Mapping[Question, object], *, at=SENT, **more) -> Response:
    """A response sent ``at``; ``more`` is the response's or its invitation's (``invitation__name=...``)."""
    sent = {"started_at": at or SENT, "submitted_at": at}
    response = ResponseFactory(invitation__campaign=campaign, invitation__case=case, **sent | more)
    for question, value in given.items():
        AnswerFactory(response=response, question=question, value=value, saved_at=at or SENT)
    return response


def answer_to(response: Response, question: Question) -> Answer:
    return response.answers.get(question=question)
