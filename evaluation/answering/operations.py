"""What one does of a questionnaire received: begin, answer, send, decline, hand on, ask for a copy.

``by`` is the member of the team who types for the person; ``None``: the person, by the link of a mail. Whoever acts
holds the invitation's row until done, so that two devices, or the person and the team, act one after the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from evaluation.answering.journey import read
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Answer, Invitation, Question, Response
from evaluation.questionnaires.conditions import asked
from outbox import operations as outbox
from outbox.models import Bounce, OptOut

COPY = "questionnaire_copy"
"""The purpose of the mail with one's own answers."""
MAX_HANDED_ON = 3


class ClosedError(Exception):
    """Nothing can be answered here any more: the campaign is over, or the person declined, or is no longer asked."""


class IncompleteError(Exception):
    """Required answers are missing."""


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
    """What became of answers given, by question's id."""

    answers: dict[int, Answer]
    """All that is stored now, by question."""
    settled: frozenset[int] = frozenset()
    """Stored as given."""
    outdated: frozenset[int] = frozenset()
    """A newer one is stored, of which the device knew nothing, and against which it said nothing."""
    conflicts: frozenset[int] = frozenset()
    """A newer one is stored, and the device says another."""


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
    journey = read(response)
    known = {question.pk for question in journey.questions}
    answers = dict(journey.answers)
    by_fate: dict[Fate, set[int]] = {fate: set() for fate in Fate}
    written = []
    for one in given:
        if one.question_id not in known:
            continue
        answer = answers.setdefault(one.question_id, Answer(response=response, question_id=one.question_id, revision=0))
        fate = _fate(one, answer)
        by_fate[fate].add(one.question_id)
        if fate is Fate.SETTLED and (answer.revision == 0 or answer.value != one.value):
            answer.value, answer.revision, answer.saved_by = one.value, answer.revision + 1, by
            answer.saved_at = timezone.now()
            written.append(answer)
    if written:
        _write(response, journey.questions, answers, written)
    return Saved(answers, *(frozenset(by_fate[fate]) for fate in (Fate.SETTLED, Fate.OUTDATED, Fate.CONFLICT)))


@transaction.atomic
def submit(*, invitation: Invitation, quoting: str, by: User | None = None) -> None:
    """Send the answers. They count from then on, as they are changed until closing; sent again, the first time stays.

    ``quoting`` is what may be made of the person's words. Raises ``ClosedError``, and ``IncompleteError`` while
    required answers are missing.
    """
    held = _hold(invitation)
    response = _response(held)
    if read(response).missing:
        raise IncompleteError
    if response.submitted_at is None:
        action, response.submitted_at = "réponse envoyée", timezone.now()
    elif response.quoting != quoting:
        action = "accord de citation modifié"
    else:
        return
    response.quoting = quoting
    response.save(update_fields=["quoting", "submitted_at"])
    audit.note(held, action, by=by, citation=response.get_quoting_display())


@transaction.atomic
def decline(*, invitation: Invitation, reason: str, by: User | None = None) -> None:
    """Say that one will not answer. Raises ``ClosedError``, also once the answers are sent."""
    held = _unsent(invitation)
    held.declined_at, held.decline_reason = timezone.now(), reason
    held.save(update_fields=["declined_at", "decline_reason"])
    audit.note(held, "a décliné", by=by, motif=reason)


@transaction.atomic
def take_decline_back(*, invitation: Invitation, by: User | None = None) -> None:
    """Want to answer after all; one who never declined stays so. Raises ``ClosedError``."""
    held = _lock(invitation)
    if not _is_asked(held):
        raise ClosedError
    if held.declined_at:
        held.declined_at, held.decline_reason = None, ""
        held.save(update_fields=["declined_at", "decline_reason"])
        audit.note(held, "accepte de répondre", by=by)


@transaction.atomic
def hand_on(*, invitation: Invitation, name: str, email: str, with_answers: bool, by: User | None = None) -> Invitation:
    """Let a colleague answer instead: they are asked, by the campaign's next mail (``campaigns.asking``).

    ``with_answers`` gives them what was answered so far. Raises ``ValidationError`` where they cannot be asked, and
    ``ClosedError``, also once the answers are sent.
    """
    held = _unsent(invitation)
    if _times_handed_on(held) >= MAX_HANDED_ON:
        raise ValidationError(
            "Ce questionnaire est déjà passé par plusieurs personnes\u00a0: écrivez-nous le nom de celle qui répondra."
        )
    _check_address(held, email)
    held.ended_at, held.ending = timezone.now(), Invitation.Ending.HANDED_ON
    held.save(update_fields=["ended_at", "ending"])
    successor = Invitation(campaign=held.campaign, case=held.case, name=name, email=email)
    try:
        with transaction.atomic():
            successor.save()
    except IntegrityError:
        raise ValidationError({"email": "Cette personne est déjà invitée à répondre pour ce territoire."}) from None
    held.successor = successor
    held.save(update_fields=["successor"])
    if with_answers:
        # Nothing of this is the newcomer's yet: neither the day of the last answer, nor the right to be quoted.
        Response.objects.filter(invitation=held).update(
            invitation=successor, saved_at=None, quoting=Response.Quoting.NOT_ASKED
        )
    audit.note(held, "transmission", by=by, à=name, avec_les_réponses="oui" if with_answers else "non")
    return successor


@transaction.atomic
def ask_copy(*, invitation: Invitation, by: User | None = None) -> None:
    """Ask for the mail with the answers, to the invitation's own address: one for each state of the answers.

    Raises ``ClosedError`` where nothing was sent, or where there is no address.
    """
    held = _lock(invitation)
    response = Response.objects.filter(invitation=held, submitted_at__isnull=False).first()
    if held.ended_at or not held.email or response is None:
        raise ClosedError
    state = max(response.submitted_at, response.saved_at or response.submitted_at)
    outbox.ask(purpose=COPY, subject=audit.subject_of(held), step=state.isoformat(), recipient=held.email)
    audit.note(held, "copie demandée", by=by)


def _check_address(held: Invitation, email: str) -> None:
    """Raises ``ValidationError`` for one's own address, and for one that no mail would reach."""
    address = email.lower()
    if address == held.email.lower():
        raise ValidationError({"email": "C’est votre adresse d’invitation\u00a0: indiquez-en une autre."})
    refuses = OptOut.objects.filter(address=address, purpose=QUESTIONNAIRE).exists()
    if refuses or Bounce.objects.filter(address=address).exists():
        raise ValidationError({"email": "Nous ne pouvons pas écrire à cette adresse\u00a0: indiquez-en une autre."})


def _times_handed_on(held: Invitation) -> int:
    """How many hands it came through, up to ``MAX_HANDED_ON``."""
    times, current = 0, held
    while times < MAX_HANDED_ON and (
        current := Invitation.objects.filter(successor=current, ending=Invitation.Ending.HANDED_ON).first()
    ):
        times += 1
    return times


class Fate(Enum):
    """What becomes of an answer given: see ``Saved``."""

    SETTLED = auto()
    OUTDATED = auto()
    CONFLICT = auto()


def _fate(given: Given, stored: Answer) -> Fate:
    """Nothing that somebody answered is overwritten by a device that did not show it.

    A question left as an older page showed it says nothing against a newer answer; and where the newer one was only
    taken back, or passed over, there is nothing to lose.
    """
    if stored.revision == 0 or given.revision == stored.revision or given.value == stored.value:
        return Fate.SETTLED
    if not given.is_touched:
        return Fate.OUTDATED
    return Fate.SETTLED if stored.value is None else Fate.CONFLICT


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


def _lock(invitation: Invitation) -> Invitation:
    """The invitation as it is now, and nobody else's until the transaction ends."""
    locked = Invitation.objects.select_for_update(of=("self",))
    return locked.select_related("campaign", "case").get(pk=invitation.pk)


def _is_asked(held: Invitation) -> bool:
    return held.ended_at is None and held.campaign.is_open


def _hold(invitation: Invitation) -> Invitation:
    """The same, for who may answer. Raises ``ClosedError``."""
    held = _lock(invitation)
    if held.declined_at or not _is_asked(held):
        raise ClosedError
    return held


def _unsent(invitation: Invitation) -> Invitation:
    """The same, for who may answer and has not sent it."""
    held = _hold(invitation)
    if Response.objects.filter(invitation=held, submitted_at__isnull=False).exists():
        raise ClosedError
    return held


def _response(held: Invitation) -> Response:
    response = Response.objects.filter(invitation=held).first()
    if response is None:
        raise ClosedError
    response.invitation = held
    return response
