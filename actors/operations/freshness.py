"""What is confirmed of an entry, and by whom; who is asked about it, and who is not."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from actors.freshness import asking
from actors.freshness.addressees import CHECK, Why, addressees
from actors.freshness.rhythm import states
from actors.models import Actor, CheckCall, CheckRound, Confirmation, Section
from outbox import links

Outcome = CheckRound.Outcome


@transaction.atomic
def confirm(
    *,
    actor: Actor,
    sections: Iterable[Section],
    role: Confirmation.Role,
    by: User | None = None,
    by_phone: bool = False,
) -> None:
    """Notes that these sections are right today; ``by`` is nobody for who came by a link.

    None of them: part of one was corrected, and nothing was said of what it holds besides.
    Whatever the structure answers closes the round in which it was asked; a coordinator's own correction does once
    nothing is left to ask.
    """
    sections = [Section(section) for section in sections]
    Actor.objects.select_for_update().get(pk=actor.pk)
    now = timezone.now()
    Confirmation.objects.bulk_create(
        Confirmation(actor=actor, section=section, at=now, role=role, by=by, by_phone=by_phone) for section in sections
    )
    if sections:
        told = {"parties": ", ".join(str(section.label) for section in sections), "par": Confirmation.Role(role).label}
        audit.note(actor, "confirmation", by=by, **told, **({"au téléphone": "oui"} if by_phone else {}))
    check = CheckRound.objects.open().filter(actor=actor).first()
    if check and (role == Confirmation.Role.STRUCTURE or not states([actor], now)[actor.pk].due):
        close(check=check, outcome=Outcome.PHONED if by_phone else Outcome.ANSWERED)


def close(*, check: CheckRound, outcome: CheckRound.Outcome) -> None:
    """Ends a round; its mails that have not left find out by themselves."""
    check.closed_at, check.outcome = timezone.now(), outcome
    check.save(update_fields=["closed_at", "outcome"])


@transaction.atomic
def ask_now(*, actor: Actor, by: User) -> None:
    """Asks about the whole entry by mail, whatever is due: the next mail of its round, or the first of a new one.

    Raises ``ValidationError``, in words for who asks, if nobody can be written to or a mail is already on its way.
    """
    actor = Actor.objects.select_for_update().get(pk=actor.pk)
    if actor.is_not_asked:
        raise ValidationError("Cette structure n’est pas à relancer : levez d’abord ce choix.")
    found = addressees([actor])[actor.pk]
    if found.why:
        raise ValidationError(f"{WHY_WORDS[found.why]} Il reste le téléphone.")
    check = CheckRound.objects.open().filter(actor=actor).first()
    letters = asking.letters_of([check])[check.pk] if check else []
    if any(one.state in asking.WAITING for one in letters):
        raise ValidationError("Un courriel est déjà en route vers cette structure.")
    gone = {one.number for one in letters if one.left_at}
    if check and (check.to_call_since or len(gone) > 1):
        close(check=check, outcome=Outcome.DROPPED)
        check, gone = None, set()
    if check is None:
        check = CheckRound(actor=actor, opened_at=timezone.now())
    check.by_hand = True
    check.save()
    asking.send(check, number=len(gone) + 1, to=found.reached, now=timezone.now())
    audit.note(actor, "vérification demandée", by=by)


WHY_WORDS = {
    Why.NO_ADDRESS: "Cette fiche n’a aucune adresse de courriel.",
    Why.REFUSED: "Le serveur de courriel refuse l’adresse de cette structure.",
    Why.OPTED_OUT: "Cette structure ne veut plus recevoir ces courriels.",
}


@transaction.atomic
def revoke_links(*, actor: Actor, by: User) -> int:
    """Makes the links sent about an entry open nothing; how many there were."""
    count = links.revoke(purpose=CHECK, subject=audit.subject_of(actor))
    audit.note(actor, "liens de vérification révoqués", by=by, nombre=count)
    return count


@transaction.atomic
def do_not_ask(*, actor: Actor, reason: str, by: User) -> None:
    """Nobody asks this structure any more, by mail or by telephone: its entry ages, and shows it."""
    _set_asked(actor, False, reason)
    audit.note(actor, "ne pas relancer", by=by, raison=reason)


@transaction.atomic
def ask_again(*, actor: Actor, by: User) -> None:
    """Takes ``do_not_ask`` back: the round goes on where it was."""
    _set_asked(actor, True, "")
    audit.note(actor, "à relancer de nouveau", by=by)


def _set_asked(actor: Actor, is_asked: bool, reason: str) -> None:
    actor.is_not_asked, actor.not_asked_reason = not is_asked, reason
    actor.save(update_fields=["is_not_asked", "not_asked_reason"])


@transaction.atomic
def hand_to_call_list(*, actor: Actor) -> None:
    """No second mail: whoever was written to says that someone else is to be asked."""
    CheckRound.objects.open().filter(actor=actor, to_call_since=None).update(to_call_since=timezone.now())


@transaction.atomic
def note_call(
    *, check: CheckRound, result: CheckCall.Result, by: User, call_again_on: date | None = None, note: str = ""
) -> CheckCall:
    """Keeps what came of a call that ``by`` made; its ``note`` is the desk's: the structure reads the entry's log."""
    call = CheckCall.objects.create(
        round=check, at=timezone.now(), by=by, result=result, call_again_on=call_again_on, note=note
    )
    told = {"résultat": call.get_result_display(), "rappeler le": str(call_again_on or "")}
    audit.note(check.actor, "appel noté", by=by, **{name: word for name, word in told.items() if word})
    return call


@transaction.atomic
def confirm_by_phone(*, actor: Actor, sections: Iterable[Section], by: User) -> None:
    """What the structure said is right when ``by`` reached it; the call is noted if one was to be made."""
    check = CheckRound.objects.open().filter(actor=actor).first()
    if check:
        note_call(check=check, result=CheckCall.Result.REACHED, by=by)
    confirm(actor=actor, sections=sections, role=Confirmation.Role.STRUCTURE, by=by, by_phone=True)
