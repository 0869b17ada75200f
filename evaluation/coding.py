"""Coding free texts: what a person of the team reads in one, said of a criterion.

Each write leaves its trace on the case; the person's own words are not repeated there.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from evaluation.models import Answer, Case, Coding, Criterion, Evidence, Question


@transaction.atomic
def code(*, answer: Answer, criterion: Criterion, value: str, excerpt: str = "", revision: int, by: User) -> Coding:
    """Say what the text of ``answer`` tells of ``criterion``, in place of what was said of it before, if anything.

    ``revision`` is the one that was read. Raises ``ValidationError`` if the text was changed or taken back meanwhile,
    for a value that is none, and for an excerpt that is not of the text.
    """
    held = Answer.objects.select_for_update(of=("self",)).select_related("question").get(pk=answer.pk)
    _check(held, value, revision)
    excerpt = _excerpt(held.value, excerpt)
    former = Coding.objects.filter(answer=held, criterion=criterion).first()
    said = {"value": value, "excerpt": excerpt, "revision": held.revision}
    if former and said == {name: getattr(former, name) for name in said}:
        return former
    coding, _ = Coding.objects.update_or_create(
        answer=held, criterion=criterion, defaults={**said, "by": by, "at": timezone.now()}
    )
    _note("codage revu" if former else "texte codé", coding, by, before=former)
    return coding


@transaction.atomic
def uncode(*, coding: Coding, by: User) -> None:
    """Take back what was said of a text."""
    _note("codage retiré", coding, by)
    coding.delete()


@transaction.atomic
def withhold(*, answer: Answer, is_withheld: bool, by: User) -> None:
    """Keep a free text out of what others than the team read, or let it out again if the person agreed."""
    changed = Answer.objects.filter(pk=answer.pk).exclude(is_withheld=is_withheld).update(is_withheld=is_withheld)
    if changed:
        action = "texte à ne pas citer" if is_withheld else "texte de nouveau citable"
        audit.note(answer.response.invitation.case, action, by=by, question=answer.question.label)


def _check(answer: Answer, value: str, revision: int) -> None:
    if answer.question.kind != Question.Kind.TEXT:
        raise ValidationError("Seuls les textes libres se codent : les autres réponses parlent d’elles-mêmes.")
    if answer.value is None or not answer.is_asked:
        raise ValidationError("La personne a retiré ce texte : il n’y a plus rien à coder.")
    if answer.revision != revision:
        raise ValidationError("La personne a changé ce texte pendant que vous le lisiez : relisez-le avant de coder.")
    if value not in Evidence.Value:
        raise ValidationError({"value": "Choisissez oui, non ou inconnu."})


def _excerpt(text: str, excerpt: str) -> str:
    """The excerpt as the text has it, whatever spaces and line breaks were copied."""
    if not excerpt.strip():
        return ""
    found = re.search(r"\s+".join(map(re.escape, excerpt.split())), text)
    if found is None:
        raise ValidationError({"excerpt": "Cet extrait n’est pas dans le texte : copiez-le tel quel."})
    return found[0]


def _note(action: str, coding: Coding, by: User, *, before: Coding | None = None) -> None:
    value = coding.get_value_display()
    case = Case.objects.get(invitations__response=coding.answer.response_id)
    said = {
        "question": coding.answer.question.label,
        "critère": coding.criterion.label,
        "ce que dit le texte": [before.get_value_display(), value] if before else value,
    }
    audit.note(case, action, by=by, **said)
