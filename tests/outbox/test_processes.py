"""Celery workers as they run, killed in the middle of thousands of mails to a real SMTP server."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from outbox import claims, operations
from outbox.models import Mail
from tests.factories import MailFactory
from tests.outbox.worker import MONDAY
from tests.processes import PATIENCE, Site, kill, sites, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
State = Mail.State
MAILS = 2000


@pytest.fixture(params=["filesystem", "redis"])
def site(request, tmp_path, mail_server) -> Iterator[Site]:
    yield from sites(tmp_path, mail_server, request.param)


def rows(site: Site) -> dict[tuple[str, str], str]:
    """The state of each mail, by what it is about and its recipient."""
    found = site.query("SELECT subject, recipient, state FROM outbox_mail")
    return {(subject, recipient): state for subject, recipient, state in found}


def states(site: Site) -> Counter:
    return Counter(rows(site).values())


def test_killed_workers_send_nothing_twice_and_lose_nothing(site, purpose):
    wanted = [(f"essai:{number}", f"a{number}@exemple.test") for number in range(MAILS)]
    operations.ask_many(
        purpose="essai", wanted=wanted, due_at=timezone.now() - timedelta(hours=1), urgent=True
    )  # urgent: whatever the hour of the test
    site.open()
    for share in (0.2, 0.45, 0.7):
        worker = site.start_worker()
        site.wake("outbox.tasks.send_due", times=8)
        wait_for(lambda share=share: len(site.accepted) >= share * MAILS, f"{share} of the mails")
        kill(worker)
        assert len(site.accepted) < MAILS
    site.start_worker()
    site.wake("outbox.tasks.send_due", times=8)
    wait_for(lambda: not states(site)[State.DUE], "the last mail")
    site.wake("tests.an_hour_later")
    wait_for(lambda: not states(site)[State.CLAIMED], "the dead claims")
    site.wake("tests.two_hours_later")
    wait_for(lambda: not {State.DUE, State.CLAIMED} & set(states(site)), "what the dead workers held")

    found, accepted = rows(site), set(site.accepted)
    assert set(found) == set(wanted)
    assert len(accepted) == len(site.accepted)  # none twice
    assert set(found.values()) <= {State.SENT, State.TO_CHECK}
    sent = {mail for mail, state in found.items() if state == State.SENT}
    assert sent <= accepted
    in_doubt = set(found) - sent
    assert accepted - sent <= in_doubt
    assert len(in_doubt) <= 6  # two processes, killed three times


def test_claims_for_one_address_take_turns(purpose):
    """Whoever comes second waits for the first to end, then sees its claim, even on another row."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: the transaction is the lock")
    first, second = MailFactory.create_batch(2, recipient="a@exemple.test")
    claimed, is_second_done = threading.Event(), threading.Event()

    def be_first() -> None:
        with transaction.atomic():
            assert claims.take([first], MONDAY)
            claimed.set()
            is_second_done.wait(1)  # it is not: it waits for this transaction
        connection.close()

    thread = threading.Thread(target=be_first)
    thread.start()
    claimed.wait(PATIENCE)
    assert claims.take([first, second], MONDAY) == []
    is_second_done.set()
    thread.join()
    assert Counter(Mail.objects.values_list("state", flat=True)) == {State.CLAIMED: 1, State.DUE: 1}


def test_workers_that_race_keep_to_one_mail_a_day(site, purpose):
    """Two workers of two processes each, and four mails for every address."""
    wanted = [(f"essai:{number}", f"a{address}@exemple.test") for address in range(60) for number in range(4)]
    operations.ask_many(purpose="essai", wanted=wanted, due_at=MONDAY)
    site.open()
    for _ in range(2):
        site.start_worker()
    site.wake("tests.send_on_monday", times=12)
    wait_for(lambda: states(site)[State.SENT] >= 60, "each address's mail")
    site.wake("tests.send_on_monday", times=4)
    time.sleep(1)
    assert states(site) == {State.SENT: 60, State.DUE: 180}
    assert Counter(address for _, address in site.accepted) == {f"a{address}@exemple.test": 1 for address in range(60)}
