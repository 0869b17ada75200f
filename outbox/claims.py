"""Who holds which mails, and how far a worker has come with those that it holds.

A worker takes a batch at once, in a transaction that locks all that waits for its addresses: of several workers one
gets a mail, and none goes over an address's limits. The batch has one ``claim``. Before a mail is handed over its row
gets its ``turn``, 1 for the first, 2 for the next: that is the one write a mail costs, and it fails if the mail was
taken back or may not leave any more. What becomes of a mail is noted before the next one's turn, unless the server
accepted it: that a later turn came says so. So the last turn of a batch is all that a dead worker leaves in doubt;
those before it were accepted, those without a turn have not left.
"""

import uuid
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from outbox import purposes
from outbox.decisions import Action
from outbox.models import Mail
from outbox.operations import GIVEN_BACK
from outbox.planning import decided, histories_of

State = Mail.State

INTERRUPTED = "L’envoi s’est interrompu : le courriel est peut-être parti, peut-être pas."
# Written out: asked once a mail, and the ORM would take longer to write it than the database to run it.
TAKE_ITS_TURN = """
    UPDATE outbox_mail SET turn = %s, claimed_at = %s, attempts = %s, title = %s, message_id = %s
    WHERE id = %s AND claim = %s AND state = 'claimed'
    AND NOT EXISTS (SELECT 1 FROM outbox_bounce WHERE address = %s)
    AND NOT EXISTS (SELECT 1 FROM outbox_optout WHERE address = %s AND purpose = %s)
"""


def take(planned: list[Mail], now: datetime) -> list[Mail]:
    """Those of ``planned`` (of different addresses) that may still leave and that no other worker has, as one batch.

    (SQLite has one writer at a time: there the transaction itself is the lock.)
    """
    claim = uuid.uuid4()
    with transaction.atomic():
        waiting = {mail.pk: mail for mail in Mail.objects.waiting_for([mail.recipient for mail in planned])}
        found = [waiting[mail.pk] for mail in planned if mail.pk in waiting]
        histories = histories_of({mail.recipient for mail in found}, now)
        due = [mail for mail in found if mail.state == State.DUE]
        taken = [mail for mail, decision in decided(due, histories, now) if decision.action == Action.SEND]
        Mail.objects.filter(pk__in=[mail.pk for mail in taken], state=State.DUE).update(
            state=State.CLAIMED, claim=claim, claimed_at=now, turn=0, reason=""
        )
    for mail in taken:
        mail.state, mail.claim, mail.claimed_at, mail.turn, mail.reason = State.CLAIMED, claim, now, 0, ""
    return taken


def take_its_turn(mail: Mail) -> bool:
    """Note that ``mail`` is handed over now, with its ``turn``; whether it still may.

    It may not if the claim was given up, if it was taken back, or if its address refuses it since it was taken: then
    it stays without a turn, and ``settle`` gives it back.
    """
    optional = purposes.get(mail.purpose).can_opt_out
    written = [_written(mail, name) for name in ("turn", "claimed_at", "attempts", "title", "message_id")]
    held = [_written(mail, name) for name in ("id", "claim")]
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE_ITS_TURN, [*written, *held, mail.recipient, mail.recipient, mail.purpose if optional else ""]
        )
        return cursor.rowcount == 1


def _written(mail: Mail, name: str):
    """A field's value as the database wants it."""
    return Mail._meta.get_field(name).get_db_prep_save(getattr(mail, name), connection)


def note(mail: Mail, state: Mail.State, **what) -> str:
    """Note what became of one mail of a batch, if it is not what most become: sent.

    Nothing is noted if it came to another turn meanwhile: a worker given up for dead may be alive.
    """
    held = Mail.objects.held_by(mail.claim).filter(pk=mail.pk, turn=mail.turn)
    held.update(**{"state": state, "reason": "", "turn": None, "attempts": mail.attempts, **what})
    return state


@transaction.atomic
def settle(claim: uuid.UUID, *, accepted: int) -> int:
    """End a batch of which the server accepted what had its turn until ``accepted``, but what was noted otherwise.

    What had its turn later is in doubt; what had none is given back, to leave another time. How many are in doubt.
    """
    held = Mail.objects.held_by(claim)
    list(held.select_for_update().order_by("pk").values("pk"))  # in the order of ``take``: neither blocks the other
    held.filter(turn__range=(1, accepted)).update(state=State.SENT, sent_at=F("claimed_at"), turn=None, reason="")
    claimed = held.filter(state=State.CLAIMED)
    claimed.filter(turn=0).update(**GIVEN_BACK)
    return claimed.update(state=State.TO_CHECK, reason=INTERRUPTED)
