"""Ask for mails, take the request back, settle what is in doubt, and keep who wants no more of them."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from outbox import purposes
from outbox.models import Bounce, Mail, OptOut

State = Mail.State
BATCH = 500
REQUEUABLE = frozenset({State.TO_CHECK, State.REFUSED, State.CANCELLED})
GIVEN_BACK = {"state": State.DUE, "claim": None, "claimed_at": None, "turn": None}
AS_NEW = {**GIVEN_BACK, "retry_at": None, "attempts": 0, "reason": ""}
CHANGED_MEANWHILE = "Ce courriel a changé d’état entre-temps : il n’y a plus rien à décider."


def ask(
    *,
    purpose: str,
    subject: str,
    step: str = "",
    recipient: str,
    due_at: datetime | None = None,
    urgent: bool | None = None,
) -> Mail:
    """Ask for a mail, from ``due_at`` on (now unless told); it leaves when ``outbox.delivery`` says so.

    Asking again for the same (purpose, subject, step, recipient) gives the same row, whatever became of it; one
    still to be sent takes a new ``due_at``. For a second mail on one subject, change ``step``. The request is part
    of the caller's transaction: no commit, no mail. Raises ``LookupError`` for an unknown purpose, ``ValueError``
    without a recipient.
    """
    ask_many(purpose=purpose, step=step, wanted=[(subject, recipient)], due_at=due_at, urgent=urgent)
    return Mail.objects.get(purpose=purpose, subject=subject, step=step, recipient=_lower(recipient))


@transaction.atomic
def ask_many(
    *,
    purpose: str,
    step: str = "",
    wanted: Iterable[tuple[str, str]],
    due_at: datetime | None = None,
    urgent: bool | None = None,
    again: bool = False,
) -> None:
    """``ask`` for many (subject, recipient) at once, in a few queries per ``BATCH``.

    ``again``: those that became useless before they left are to be sent after all.
    """
    known = purposes.get(purpose)
    pairs = [(subject, _lower(recipient)) for subject, recipient in wanted]
    if not all(recipient for _, recipient in pairs):
        raise ValueError("a mail needs a recipient")
    rows = Mail.objects.filter(purpose=purpose, step=step)
    for start in range(0, len(pairs), BATCH):
        batch = dict.fromkeys(pairs[start : start + BATCH])
        if due_at is not None:
            _change_many(rows.not_handed_over().exclude(due_at=due_at), batch, **GIVEN_BACK, due_at=due_at)
        if again:
            _change_many(rows.filter(state=State.CANCELLED), batch, **AS_NEW, due_at=due_at or timezone.now())
        Mail.objects.bulk_create(
            [
                Mail(
                    purpose=purpose,
                    subject=subject,
                    step=step,
                    recipient=recipient,
                    due_at=due_at or timezone.now(),
                    urgent=known.urgent if urgent is None else urgent,
                )
                for subject, recipient in batch
            ],
            ignore_conflicts=True,
        )


def _change_many(rows: QuerySet[Mail], pairs: Iterable[tuple[str, str]], **new) -> None:
    """Change those of ``rows`` that are about one of these (subject, recipient), as long as they stay in ``rows``."""
    pairs = set(pairs)
    about = rows.filter(subject__in={subject for subject, _ in pairs})
    chosen = [pk for pk, *pair in about.values_list("pk", "subject", "recipient") if tuple(pair) in pairs]
    rows.filter(pk__in=chosen).update(**new)


def cancel(*, purpose: str, subject: str, step: str | None = None, recipient: str | None = None, reason: str) -> int:
    """Take back what was asked and has not left (of one step, of one recipient, or all); how many mails.

    A mail being handed over at this moment still leaves.
    """
    found = Mail.objects.not_handed_over().filter(purpose=purpose, subject=subject)
    if step is not None:
        found = found.filter(step=step)
    if recipient is not None:
        found = found.filter(recipient=_lower(recipient))
    return found.update(state=State.CANCELLED, reason=reason)


@transaction.atomic
def requeue(*, mail: Mail, by: User) -> None:
    """Send again what is in doubt, failed or was given up; ``render`` still decides whether it has something to tell.

    For one in doubt the recipient may get it twice, with the same Message-ID. Raises ``ValidationError`` if its
    state changed meanwhile.
    """
    before = audit.values(mail)
    _change(mail, REQUEUABLE, **AS_NEW)
    audit.note(mail, "renvoi demandé", by=by, before=before)


@transaction.atomic
def mark_sent(*, mail: Mail, by: User) -> None:
    """Say that a mail in doubt did leave, when its worker last held it. Raises ``ValidationError`` as ``requeue``."""
    before = audit.values(mail)
    _change(mail, {State.TO_CHECK}, state=State.SENT, sent_at=mail.claimed_at, reason="")
    audit.note(mail, "déclaré parti", by=by, before=before)


def _change(mail: Mail, old: Iterable[Mail.State], **new) -> None:
    if mail.state not in old or not Mail.objects.filter(pk=mail.pk, state=mail.state).update(**new):
        raise ValidationError(CHANGED_MEANWHILE)
    mail.refresh_from_db()


@transaction.atomic
def opt_out(*, address: str, purpose: str, by: User | None = None) -> None:
    """No more mails of this purpose to this address; ``by`` is nobody when its holder followed a mail's link.

    Raises ``ValueError`` for a purpose that one cannot refuse.
    """
    known = purposes.find(purpose)
    if known and not known.can_opt_out:
        raise ValueError(f"nobody can opt out of {purpose}")
    refusal, is_new = OptOut.objects.get_or_create(address=_lower(address), purpose=purpose)
    if is_new:
        audit.note(refusal, "désinscription", by=by, adresse=refusal.address, objet=purpose)


@transaction.atomic
def opt_in(*, address: str, purpose: str, by: User | None = None) -> None:
    """Take an ``opt_out`` back; what was cancelled meanwhile stays so."""
    for refusal in OptOut.objects.select_for_update().filter(address=_lower(address), purpose=purpose):
        audit.note(refusal, "réinscription", by=by, adresse=refusal.address, objet=purpose)
        refusal.delete()


@transaction.atomic
def record_bounce(*, address: str, reason: str, by: User | None = None) -> None:
    """Nothing more to this address: a mail server said that it does not take mail. The first reason is kept.

    ``by`` is nobody when the server said so while a mail was handed over, someone when its answer came as a mail.
    """
    bounce, is_new = Bounce.objects.get_or_create(address=_lower(address), defaults={"reason": reason})
    if is_new and by:
        audit.note(bounce, "adresse refusée", by=by, adresse=bounce.address, raison=reason)


@transaction.atomic
def lift_bounce(*, bounce: Bounce, by: User) -> None:
    """Write to this address again; what was cancelled meanwhile stays so, and can be requeued."""
    audit.note(bounce, "adresse rétablie", by=by, adresse=bounce.address, raison=bounce.reason)
    bounce.delete()


def _lower(address: str) -> str:
    return address.strip().lower()
