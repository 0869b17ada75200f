"""What the pages say of the processes behind them: ``outbox/health.py``."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from alimactiv import broker
from alimactiv.celery import app
from outbox import health
from outbox.decisions import PARIS
from outbox.health import LATE, MAIL_LATE, MAIL_STUCK, SILENT, Level
from outbox.models import Mail, Pulse
from tests.factories import MailFactory, UserFactory
from tests.processes import Redis, Site, kill, sites, wait_for

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
SATURDAY = MONDAY + timedelta(days=5)
A_MINUTE = timedelta(minutes=1)
ALL_WELL = dict.fromkeys(["database", "broker", "worker", "beat", "mail", "to-check"], Level.GOOD)


@pytest.fixture
def queue():
    """``queue(2)``: two tasks wait for a worker, whatever other tests of this process left there."""

    def fill(count: int) -> None:
        for _ in range(count):
            app.send_task("outbox.tasks.mark_dead_claims")

    def empty() -> None:
        with app.connection_for_write() as connection:
            app.amqp.queues[app.conf.task_default_queue](connection.default_channel).purge()

    empty()
    yield fill
    empty()


def seen(*, worker: timedelta = A_MINUTE, beat: timedelta = A_MINUTE) -> None:
    """As long before Monday."""
    Pulse.objects.create(process=Pulse.Process.WORKER, at=MONDAY - worker)
    Pulse.objects.create(process=Pulse.Process.BEAT, at=MONDAY - beat)


def levels(now: datetime = MONDAY) -> dict[str, Level]:
    return {line.code: line.level for line in health.lines(now)}


def line(code: str, now: datetime = MONDAY) -> health.Line:
    return next(line for line in health.lines(now) if line.code == code)


# Processes ----------------------------------------------------------------------------------------


def test_a_pulse_is_one_row_a_process():
    for minute in range(2):
        now = MONDAY + minute * A_MINUTE
        health.note_pulse(sent_at=now - timedelta(seconds=2), now=now)
    assert dict(Pulse.objects.values_list("process", "at")) == {"worker": now, "beat": now - timedelta(seconds=2)}


def test_all_goes_well():
    seen()
    assert levels() == ALL_WELL


@pytest.mark.parametrize(("age", "level"), [(LATE, Level.WATCH), (SILENT, Level.BROKEN)])
def test_a_worker_that_falls_silent_while_tasks_wait_has_stopped(queue, age, level):
    queue(2)
    seen(worker=age, beat=age)
    assert levels() == ALL_WELL | {"worker": level, "beat": Level.WATCH}
    assert line("worker").plain == f"silent since {(MONDAY - age).astimezone(UTC).isoformat()}"
    assert "2 tâches y attendent" in line("broker").words
    assert levels(MONDAY - timedelta(seconds=1))["worker"] != level


def test_if_nothing_waits_it_is_beat_that_stopped():
    seen(worker=SILENT, beat=SILENT)
    assert levels() == ALL_WELL | {"worker": Level.WATCH, "beat": Level.BROKEN}


def test_a_site_whose_worker_never_ran_says_so(queue):
    queue(1)
    assert levels() == ALL_WELL | {"worker": Level.BROKEN, "beat": Level.WATCH}
    assert line("worker").plain == "silent since never"


def test_without_broker_only_the_broker_is_to_blame(monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    seen()
    assert levels() == ALL_WELL | {"broker": Level.BROKEN}
    Pulse.objects.update(at=MONDAY - SILENT)
    assert levels() == ALL_WELL | {"broker": Level.BROKEN, "worker": Level.BROKEN, "beat": Level.WATCH}
    assert line("worker").remedy.startswith("Rétablissez d’abord la file")


def test_a_broker_counts_what_waits_and_is_not_waited_for(tmp_path, monkeypatch):
    server = Redis(tmp_path)
    monkeypatch.setattr(app.conf, "broker_url", server.url)
    assert broker.waiting() == 0
    with app.connection_for_write(server.url) as connection:
        for _ in range(3):
            app.send_task("outbox.tasks.mark_dead_claims", connection=connection)
    assert broker.waiting() == 3
    server.kill()
    with pytest.raises(broker.Unreachable):
        broker.waiting()


# Mails --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "level"), [(A_MINUTE, Level.GOOD), (MAIL_LATE, Level.WATCH), (MAIL_STUCK - A_MINUTE, Level.WATCH)]
)
def test_a_mail_that_could_have_left_is_late_since_then(purpose, late, level):
    MailFactory(due_at=MONDAY - late)
    MailFactory(due_at=MONDAY)
    assert line("mail").level == level
    assert line("mail").plain.startswith("2 could have left, since")


def test_a_mail_due_for_days_is_late_since_the_hour_of_opening(purpose):
    MailFactory(due_at=MONDAY - timedelta(days=3))
    assert line("mail", MONDAY.replace(hour=8, minute=29)).level == Level.GOOD
    assert line("mail", MONDAY.replace(hour=8, minute=30)).level == Level.WATCH
    assert line("mail").level == Level.BROKEN
    assert "2 mars 2026 à 8\xa0h\xa000" in line("mail").words


def test_what_waits_by_rule_is_not_late(purpose):
    MailFactory(due_at=SATURDAY - timedelta(days=1))
    MailFactory(recipient="a@exemple.test", state=Mail.State.SENT, sent_at=MONDAY - timedelta(hours=1))
    MailFactory(recipient="a@exemple.test", due_at=MONDAY - timedelta(days=1))  # had today's
    MailFactory(retry_at=MONDAY + A_MINUTE)
    assert line("mail").plain == "none late"
    assert line("mail", SATURDAY).level == Level.GOOD  # closed
    MailFactory(urgent=True, due_at=SATURDAY - MAIL_STUCK)
    assert line("mail", SATURDAY).level == Level.BROKEN


def test_what_is_in_doubt_asks_for_someone(purpose):
    MailFactory(state=Mail.State.TO_CHECK, claim=uuid4(), claimed_at=MONDAY)
    assert (line("to-check").level, line("to-check").plain) == (Level.WATCH, "1")


def test_it_takes_as_many_questions_for_one_mail_as_for_three(purpose):
    counts = []
    for more in (1, 2):
        MailFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            health.lines(MONDAY)
        counts.append(len(queries))
    assert counts == [6, 6]


# Pages --------------------------------------------------------------------------------------------


def test_who_supervises_is_told_in_plain_lines(client, queue):
    health.note_pulse(sent_at=timezone.now(), now=timezone.now())
    assert client.get(reverse("healthz")).content == b"ok\n"
    queue(1)
    Pulse.objects.update(at=MONDAY)
    MailFactory(recipient="secret@exemple.test", state=Mail.State.TO_CHECK, claim=uuid4(), claimed_at=MONDAY)
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
    assert answer.content.decode().splitlines() == [
        "degraded",
        "worker: silent since 2026-03-02T09:00:00+00:00",
        "beat: unknown since 2026-03-02T09:00:00+00:00",
        "to-check: 1",
    ]


def test_who_keeps_the_processes_is_told_in_words(queue, capsys):
    now = timezone.now()
    Pulse.objects.create(process=Pulse.Process.WORKER, at=now)
    Pulse.objects.create(process=Pulse.Process.BEAT, at=now - 2 * SILENT)
    call_command("health", "worker")
    worker = next(line for line in health.lines(now) if line.code == "worker")
    assert capsys.readouterr().out == f"worker: en ordre. {worker.words}\n"
    with pytest.raises(CommandError, match=r"^En panne : beat\.$"):
        call_command("health", "worker", "beat")
    beat = next(line for line in health.lines(now) if line.code == "beat")
    assert capsys.readouterr().out.splitlines()[1] == f"beat: en panne. {beat.words} {beat.remedy}"
    with pytest.raises(CommandError, match="Partie inconnue : nobody"):
        call_command("health", "nobody")


def test_without_database_the_web_process_is_of_no_use(tmp_path):
    asked = (
        "import django; django.setup(); from django.test import Client;"
        "answer = Client(headers={'host': 'localhost'}).get('/healthz');"
        "print(answer.status_code, answer.content.decode())"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "alimactiv.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/alimactiv.sqlite3",
    }
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["503", "down", "database:", "does", "not", "answer"]


def test_the_staff_reads_what_is_wrong_and_what_to_do(client, queue):
    client.force_login(UserFactory(is_staff=True))
    health.note_pulse(sent_at=timezone.now(), now=timezone.now())
    page = reverse("health")
    assertContains(client.get(page), "Tout est en ordre.")
    assertNotContains(client.get(page), "en panne")
    queue(1)
    Pulse.objects.update(at=MONDAY)
    response = client.get(page)
    assertContains(response, "2 points demandent votre attention.")
    assertContains(response, "Dernier signe de vie le 2 mars 2026 à 10\xa0h\xa000.")
    assertContains(response, "Faites relancer le processus «\xa0worker\xa0»")
    assertContains(client.get(reverse("accounts:profile")), page)  # at the foot of each page
    client.force_login(UserFactory(is_steering_reader=True))
    assertNotContains(client.get(reverse("accounts:profile")), page)


def banner(user) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return Template("{% include 'outbox/_worker_silence.html' %}").render(RequestContext(request)).strip()


def test_pages_that_wait_for_mails_warn_the_staff_of_a_silent_worker():
    staff = UserFactory(is_staff=True)
    assert "depuis l’installation du site" in banner(staff)
    now = timezone.now()
    health.note_pulse(sent_at=now, now=now)
    with CaptureQueriesContext(connection) as queries:
        assert banner(staff) == ""
    assert len(queries) == 1
    Pulse.objects.update(at=now - SILENT)
    assert "Aucun courriel ne part en ce moment." in banner(staff)
    with CaptureQueriesContext(connection) as queries:
        assert banner(UserFactory.build()) == ""
    assert len(queries) == 0
    assert health.silence(now - timedelta(seconds=1)) == ""


# Real processes -----------------------------------------------------------------------------------

SAY = """
import django; django.setup()
import sys
from datetime import timedelta
from django.utils import timezone
import tests.outbox.worker
from outbox import health
for line in health.lines(timezone.now() + timedelta(seconds=float(sys.argv[1]))):
    print(line.code, line.level.name, line.plain, sep="|")
"""


@pytest.fixture(params=["filesystem", "redis"])
def site(request, tmp_path, mail_server):
    yield from sites(tmp_path, mail_server, request.param)


def told(site: Site, later: timedelta = timedelta()) -> dict[str, str]:
    """The levels that a web process would tell, ``later``."""
    environment = site.environment | {"DJANGO_SETTINGS_MODULE": "alimactiv.settings"}
    command = [sys.executable, "-c", SAY, str(later.total_seconds())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {code: level for code, level, _ in (line.split("|") for line in done.stdout.splitlines())}


@pytest.mark.django_db(transaction=True)
def test_which_of_the_real_processes_stopped_is_told(site):
    site.open()
    beat, worker = site.start_beat(), site.start_worker()
    wait_for(lambda: len(site.query("SELECT * FROM outbox_pulse")) == 2, "the first pulse")
    well = {code: level.name for code, level in ALL_WELL.items()}
    assert told(site) == well

    kill(worker)
    time.sleep(2.5)  # beat goes on: what it asks for waits
    assert told(site, SILENT) == well | {"worker": "BROKEN", "beat": "WATCH"}

    before = site.query("SELECT MAX(at) FROM outbox_pulse")
    site.start_worker()
    wait_for(lambda: site.query("SELECT MAX(at) FROM outbox_pulse") > before, "the next pulse")
    assert told(site) == well

    kill(beat)
    wait_for(lambda: told(site, SILENT) == well | {"worker": "WATCH", "beat": "BROKEN"}, "an empty queue")
    if site.redis:
        site.redis.kill()
        assert told(site) == well | {"broker": "BROKEN"}
