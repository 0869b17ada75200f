"""What one does of a questionnaire received: begin, answer, send, decline, hand on, ask for a copy.

``by`` is the member of the team who types for the person; ``None``: the person, by the link of a mail. Whoever acts
holds the invitation's row until done, so that two devices, or the person and the team, act one after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from evaluation.models import Answer, Invitation, Question, Response, Version
from evaluation.questionnaires.conditions import asked


class ClosedError(Exception):
    """Nothing can be answered here any more: the campaign is over, or the person declined, or is no longer asked."""


@dataclass(frozen=True)
class Given:
    """One answer, as it comes from a device: ``value`` cleaned, ``revision`` the one the device had (0: none yet)."""

    question_id: int
    value: Any
    revision: int
    is_touched: bool = True
    """Whether it is another than the device had before its eyes."""


@dataclass(frozen=True)
class Saved:
    """What became of answers given: stored as they are, or in conflict with a newer one and not stored."""

    answers: dict[int, Answer]
    """All that is stored now, by question."""
    settled: frozenset[int] = frozenset()
    conflicts: frozenset[int] = frozenset()


@transaction.atomic
def start(*, invitation: Invitation, by: User | None = None) -> Response:
    """Begin to answer, or go on. Raises ``ClosedError``."""
    current = _hold(invitation)
    response, is_new = Response.objects.get_or_create(invitation=current)
    if is_new and by:
        audit.note(current, "réponse commencée pour la personne", by=by)
    return response


@transaction.atomic
def save(*, invitation: Invitation, given: Iterable[Given], by: User | None = None) -> Saved:
    """Store answers, each unless another was stored that its device did not know.

    An answer given as ``None`` is one taken back, or a question seen and passed over. Which answers are asked is judged
    again. Raises ``ClosedError``, also where nobody began.
    """
    response = _response(_hold(invitation))
    questions = _questions(response)
    known = {question.pk for question in questions}
    answers = {answer.question_id: answer for answer in response.answers.select_related("saved_by")}
    settled, conflicts, written = set(), set(), []
    for one in given:
        if one.question_id not in known:
            continue
        answer = answers.setdefault(one.question_id, Answer(response=response, question_id=one.question_id, revision=0))
        fate = _fate(one, answer)
        (conflicts if fate is Fate.CONFLICT else settled).add(one.question_id)
        if fate is Fate.WRITTEN:
            answer.value, answer.revision, answer.saved_by = one.value, answer.revision + 1, by
            answer.saved_at = timezone.now()
            written.append(answer)
    if written:
        _write(response, questions, answers, written)
    return Saved(answers, frozenset(settled), frozenset(conflicts))


class Fate(Enum):
    """What becomes of an answer given."""

    KNOWN = auto()
    WRITTEN = auto()
    CONFLICT = auto()


def _fate(given: Given, stored: Answer) -> Fate:
    """Nothing that somebody answered is overwritten by a device that did not show it.

    A question left as an older page showed it says nothing against a newer answer; and where the newer one was only
    taken back, or passed over, there is nothing to lose.
    """
    if stored.revision and given.value == stored.value:
        return Fate.KNOWN
    if given.revision == stored.revision:
        return Fate.WRITTEN
    if stored.revision and not given.is_touched:
        return Fate.KNOWN
    return Fate.WRITTEN if stored.value is None else Fate.CONFLICT


def _write(
    response: Response, questions: list[Question], answers: dict[int, Answer], written: Iterable[Answer]
) -> None:
    for answer in written:
        answer.save()
    reached = {q.pk for q in asked(questions, {pk: answer.value for pk, answer in answers.items()})}
    for answer in answers.values():
        if answer.is_asked != (answer.question_id in reached):
            answer.is_asked = not answer.is_asked
            answer.save(update_fields=["is_asked"])
    response.saved_at = timezone.now()
    response.save(update_fields=["saved_at"])


def _questions(response: Response) -> list[Question]:
    return Version.objects.in_full().get(pk=response.invitation.campaign.version_id).questions


def _hold(invitation: Invitation) -> Invitation:
    """The invitation as it is now, and nobody else's until the transaction ends. Raises ``ClosedError``."""
    held = Invitation.objects.select_for_update(of=("self",)).select_related("campaign", "case").get(pk=invitation.pk)
    if held.ended_at or held.declined_at or not held.campaign.is_open:
        raise ClosedError
    return held


def _response(held: Invitation) -> Response:
    response = Response.objects.filter(invitation=held).first()
    if response is None:
        raise ClosedError
    response.invitation = held
    return response
