"""Who holds which mails: ``outbox/claims.py``."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from outbox import claims, operations
from outbox.decisions import CLAIM_LIFE, PARIS
from outbox.models import Mail, OptOut
from outbox.privacy import HOLDINGS
from tests.factories import MailFactory, UserFactory
from tests.processes import wait_for

pytestmark = pytest.mark.django_db
State = Mail.State
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
ADDRESS = "a@exemple.test"


def taken(*mails: Mail) -> list[Mail]:
    return claims.take(list(mails or Mail.objects.order_by("pk")), MONDAY)


def in_turn(mail: Mail, turn: int = 1) -> bool:
    """Whether it had its turn, as the worker that rendered it notes it."""
    mail.turn, mail.attempts, mail.title, mail.message_id = turn, 1, "Réunion", "<1@exemple.test>"
    return claims.take_its_turn(mail)


@pytest.mark.parametrize("urgent", [False, True])
def test_a_batch_is_nobody_elses(purpose, urgent):
    MailFactory.create_batch(2, urgent=urgent)
    planned = list(Mail.objects.order_by("pk"))
    batch = claims.take(planned, MONDAY)
    assert [(mail.pk, mail.state, mail.turn) for mail in batch] == [(mail.pk, State.CLAIMED, 0) for mail in planned]
    assert {(mail.claim, mail.claimed_at) for mail in Mail.objects.all()} == {(batch[0].claim, MONDAY)}
    for later in (timedelta(0), CLAIM_LIFE, CLAIM_LIFE * 2):  # as long as nobody gave it up
        assert claims.take(planned, MONDAY + later) == []


def test_taking_looks_again_at_the_limits(purpose):
    """Another worker sent to the address since this one made its plan."""
    first, second = MailFactory.create_batch(2, recipient=ADDRESS)
    other = MailFactory()
    (batch,) = taken(first)
    assert taken(second) == []
    assert in_turn(batch)
    claims.settle(batch.claim, accepted=1)
    assert taken(second, other) == [other]


def test_taking_asks_as_many_questions_for_one_as_for_three(purpose):
    counts = []
    for more in (1, 3):
        mails = MailFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            assert len(taken(*mails)) == more
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_turn_is_one_statement_and_keeps_what_a_person_will_need_to_know(purpose):
    MailFactory()
    (mail,) = taken()
    mail.claimed_at = MONDAY + timedelta(seconds=9)
    with CaptureQueriesContext(connection) as queries:
        assert in_turn(mail)
    assert len(queries) == 1
    kept = Mail.objects.get()
    assert (kept.state, kept.turn, kept.claimed_at, kept.attempts, kept.title, kept.message_id) == (
        State.CLAIMED,
        1,
        MONDAY + timedelta(seconds=9),
        1,
        "Réunion",
        "<1@exemple.test>",
    )


def opted_out(mail: Mail) -> None:
    operations.opt_out(address=ADDRESS, purpose="essai")


def bounced(mail: Mail) -> None:
    operations.record_bounce(address=ADDRESS, reason="550 Inconnu")


def cancelled(mail: Mail) -> None:
    assert operations.cancel(purpose="essai", subject=mail.subject, reason="Annulée.") == 1


def moved(mail: Mail) -> None:
    later = MONDAY + timedelta(days=1)
    operations.ask(purpose="essai", subject=mail.subject, recipient=ADDRESS, due_at=later)


def erased(mail: Mail) -> None:
    HOLDINGS[0].erase(ADDRESS)


def given_up(mail: Mail) -> None:
    claims.settle(mail.claim, accepted=0)


def given_up_and_taken_again(mail: Mail) -> None:
    given_up(mail)
    assert len(taken()) == 1


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [
        (opted_out, State.CLAIMED),
        (bounced, State.CLAIMED),
        (cancelled, State.CANCELLED),
        (moved, State.DUE),
        (erased, State.CANCELLED),
        (given_up, State.DUE),
        (given_up_and_taken_again, State.CLAIMED),
    ],
)
def test_what_changed_since_the_batch_was_taken_keeps_a_mail_from_its_turn(purpose, meanwhile, state):
    MailFactory(recipient=ADDRESS)
    (mail,) = taken()
    meanwhile(mail)
    assert not in_turn(mail)
    kept = Mail.objects.get()
    assert (kept.state, kept.title) == (state, "")


def test_who_refuses_something_else_still_gets_it(register):
    register("essai")
    register("autre")
    register("dû", can_opt_out=False)
    OptOut.objects.create(address=ADDRESS, purpose="dû")
    operations.opt_out(address=ADDRESS, purpose="autre")
    operations.opt_out(address="b@exemple.test", purpose="essai")
    for purpose in ("essai", "dû"):
        mail = MailFactory(recipient=ADDRESS, purpose=purpose, urgent=True)
        (batch,) = taken(mail)
        assert in_turn(batch)
        claims.settle(batch.claim, accepted=1)


def test_what_had_its_turn_is_not_taken_back_any_more(purpose):
    MailFactory(recipient=ADDRESS)
    (mail,) = taken()
    assert in_turn(mail)
    moved(mail)
    assert operations.cancel(purpose="essai", subject=mail.subject, reason="Annulée.") == 0
    claims.settle(mail.claim, accepted=1)
    kept = Mail.objects.get()
    assert (kept.state, kept.due_at) == (State.SENT, mail.due_at)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (0, [State.TO_CHECK, State.REFUSED, State.TO_CHECK, State.DUE]),
        (1, [State.SENT, State.REFUSED, State.TO_CHECK, State.DUE]),
        (3, [State.SENT, State.REFUSED, State.SENT, State.DUE]),
    ],
)
def test_the_end_of_a_batch(purpose, accepted, expected):
    """The first had its turn, the second too and was refused, the third too; the fourth was waiting for it."""
    MailFactory.create_batch(4)
    other = MailFactory(due_at=MONDAY + timedelta(days=1))
    batch = taken()
    for turn, mail in enumerate(batch[:3], 1):
        mail.claimed_at = MONDAY + timedelta(seconds=turn)
        assert in_turn(mail, turn)
    claims.note(batch[1], State.REFUSED, reason="Refusé.")
    assert claims.settle(batch[0].claim, accepted=accepted) == expected.count(State.TO_CHECK)
    *found, last = Mail.objects.order_by("pk")
    assert [mail.state for mail in found] == expected
    assert [mail.sent_at for mail in found] == [mail.claimed_at if mail.state == State.SENT else None for mail in found]
    doubt = {State.TO_CHECK: claims.INTERRUPTED, State.REFUSED: "Refusé."}
    assert [mail.reason for mail in found] == [doubt.get(mail.state, "") for mail in found]
    assert (found[3].claim, found[3].claimed_at, found[3].turn) == (None, None, None)
    assert (last.pk, last.state) == (other.pk, State.DUE)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks whole databases")
@pytest.mark.django_db(transaction=True)
def test_a_batch_ends_while_another_is_taken_and_neither_blocks_the_other(purpose):
    """Both go through the rows in their order: the end holds nothing of the second while it waits for the first."""
    MailFactory.create_batch(2)
    first, second = taken()
    assert in_turn(second, 1)

    def settle() -> None:
        try:
            claims.settle(second.claim, accepted=1)
        finally:
            connection.close()

    def waits_for_this() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            return bool(cursor.fetchall())

    ending = threading.Thread(target=settle)
    with transaction.atomic():
        Mail.objects.select_for_update().get(pk=first.pk)
        ending.start()
        wait_for(waits_for_this, "the end of the batch")
        Mail.objects.select_for_update(nowait=True).get(pk=second.pk)
    ending.join(30)
    assert [mail.state for mail in Mail.objects.order_by("pk")] == [State.DUE, State.SENT]


def test_a_worker_that_was_given_up_while_handing_over_still_says_that_it_left(purpose):
    MailFactory()
    (mail,) = taken()
    assert in_turn(mail)
    assert claims.settle(mail.claim, accepted=0) == 1
    assert Mail.objects.get().state == State.TO_CHECK
    claims.settle(mail.claim, accepted=1)
    kept = Mail.objects.get()
    assert (kept.state, kept.reason, kept.sent_at) == (State.SENT, "", MONDAY)


def test_one_in_doubt_stays_so_whatever_leaves_after_it(purpose):
    MailFactory.create_batch(2)
    first, second = taken()
    assert in_turn(first, 1)
    claims.note(first, State.TO_CHECK, reason="Interrompu.")
    assert in_turn(second, 2)
    assert claims.settle(second.claim, accepted=2) == 0
    assert list(Mail.objects.order_by("pk").values_list("state", "reason")) == [
        (State.TO_CHECK, "Interrompu."),
        (State.SENT, ""),
    ]


def test_one_that_a_person_sent_again_is_not_settled_by_who_held_it(purpose):
    MailFactory()
    (mail,) = taken()
    assert in_turn(mail)
    claims.settle(mail.claim, accepted=0)
    operations.requeue(mail=Mail.objects.get(), by=UserFactory(is_staff=True))
    claims.settle(mail.claim, accepted=1)
    assert Mail.objects.get().state == State.DUE


def test_what_an_older_version_claimed_is_in_doubt(purpose):
    """It took one mail at once and counted no turns."""
    MailFactory(state=State.CLAIMED, claim="11111111-1111-1111-1111-111111111111", claimed_at=MONDAY)
    ((claim, last),) = Mail.objects.silent_claims(MONDAY + timedelta(seconds=1))
    assert last is None
    assert claims.settle(claim, accepted=-1) == 1


def test_what_came_to_its_turn_meanwhile_is_not_put_off(purpose):
    """Who finds a claim dead looks for the next mail; its worker, alive, hands that one over first."""
    MailFactory()
    (batch,) = taken()
    seen = Mail.objects.following(batch.claim)
    assert in_turn(batch)
    claims.note(seen, State.DUE)
    assert Mail.objects.get().state == State.CLAIMED
