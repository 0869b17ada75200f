"""Celery workers as they run, killed in the middle of thousands of mails to a real SMTP server."""

import logging
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import redis
from celery import Celery
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from outbox import delivery, operations
from outbox.models import Mail
from tests.factories import MailFactory
from tests.outbox.worker import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)
State = Mail.State
MAILS = 2000
PATIENCE = 120  # seconds, for anything that must happen


def wait_for(happened: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < limit, f"still waiting for {what}"
        time.sleep(0.02)


class Site:
    """The database and the queue that the workers share with the test."""

    def __init__(self, folder, mail_server, broker: str):
        self.folder = folder
        self.accepted: list[tuple[str, str]] = []
        mail_server.handle_DATA = self.accept
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's: ten lines a mail
        self.environment = os.environ | {"EMAIL_URL": mail_server.url, "CELERY_BROKER_URL": broker}
        self.producer = Celery(broker=broker)
        if broker == "filesystem://":
            for name in ("messages", "control"):
                (folder / name).mkdir()
            self.environment["TEST_QUEUE"] = str(folder)
            self.producer.conf.broker_transport_options = {
                "data_folder_in": str(folder / "messages"),
                "data_folder_out": str(folder / "messages"),
                "control_folder": str(folder / "control"),
            }
        self.workers: list[subprocess.Popen] = []

    def open(self) -> None:
        """Give the workers the database as it is now: they cannot share SQLite's, which is in memory."""
        if connection.vendor == "sqlite":
            self.file = self.folder / "workers.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self.file)])
            self.environment["DATABASE_URL"] = f"sqlite:///{self.file}"
        else:
            where = connection.settings_dict
            credentials = where["USER"] + (f":{where['PASSWORD']}" if where["PASSWORD"] else "")
            self.environment["DATABASE_URL"] = (
                f"postgres://{credentials}@{where['HOST']}:{where['PORT'] or 5432}/{where['NAME']}"
            )

    def rows(self) -> dict[tuple[str, str], str]:
        """The state of each mail, by what it is about and its recipient."""
        query = "SELECT subject, recipient, state FROM outbox_mail"
        if connection.vendor == "sqlite":
            with sqlite3.connect(self.file, timeout=30) as database:
                found = database.execute(query).fetchall()
            database.close()
        else:
            with connection.cursor() as cursor:
                cursor.execute(query)
                found = cursor.fetchall()
        return {(subject, recipient): state for subject, recipient, state in found}

    def states(self) -> Counter:
        return Counter(self.rows().values())

    async def accept(self, server, session, envelope) -> str:
        """What the mail server does with a mail: note what it is about and to whom, in no time."""
        subject = re.search(rb"^Subject: \w+ (\S+)", envelope.content, re.MULTILINE)[1].decode()
        self.accepted.append((subject, *envelope.rcpt_tos))
        return "250 OK"

    def start_worker(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "celery", "-A", "tests.outbox.worker", "worker", "--concurrency", "2"]
        with (self.folder / f"worker{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [
                    *command,
                    "--loglevel",
                    "info",
                    "--without-gossip",
                    "--without-mingle",
                    "--hostname",
                    f"w{len(self.workers)}@test",
                ],
                cwd=django_settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def wake(self, task: str, times: int = 1) -> None:
        """As beat does."""
        for _ in range(times):
            self.producer.send_task(task)


def kill(worker: subprocess.Popen) -> None:
    """The worker and all its processes, at once."""
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.fixture(params=["filesystem", "redis"])
def site(request, tmp_path, mail_server) -> Iterator[Site]:
    broker = "filesystem://"
    if request.param == "redis":
        url = os.environ.get("TEST_REDIS_URL")
        if not url:
            pytest.skip("Redis n'est pas installé : script/test l'installe, ou TEST_REDIS_URL le désigne")
        broker = urlsplit(url)._replace(path="/9").geturl()  # beside the queues of other tests
        redis.Redis.from_url(broker).flushdb()
    site = Site(tmp_path, mail_server, broker)
    yield site
    for worker in site.workers:
        kill(worker)
    site.producer.close()


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
    wait_for(lambda: not site.states()[State.DUE], "the last mail")
    site.wake("tests.an_hour_later")
    wait_for(lambda: not site.states()[State.CLAIMED], "the dead claims")

    rows, accepted = site.rows(), set(site.accepted)
    assert set(rows) == set(wanted)
    assert len(accepted) == len(site.accepted)  # none twice
    assert set(rows.values()) <= {State.SENT, State.TO_CHECK}
    sent = {mail for mail, state in rows.items() if state == State.SENT}
    assert sent <= accepted
    in_doubt = set(rows) - sent
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
            assert delivery._claim(first, MONDAY)
            claimed.set()
            is_second_done.wait(1)  # it is not: it waits for this transaction
        connection.close()

    thread = threading.Thread(target=be_first)
    thread.start()
    claimed.wait(PATIENCE)
    assert delivery._claim(second, MONDAY) is None
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
    wait_for(lambda: site.states()[State.SENT] >= 60, "each address's mail")
    site.wake("tests.send_on_monday", times=4)
    time.sleep(1)
    assert site.states() == {State.SENT: 60, State.DUE: 180}
    assert Counter(address for _, address in site.accepted) == {f"a{address}@exemple.test": 1 for address in range(60)}
