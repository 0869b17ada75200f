"""The site's own processes as they run, on a database and a queue that a test shares with them."""

import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

import psycopg
import pytest
import redis
from celery import Celery
from django.conf import settings
from django.db import connection

from script._test import free_port, new_cluster
from tests.visitor import Visitor

PATIENCE = 120  # seconds, for anything that must happen


def wait_for(happened: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < limit, f"still waiting for {what}"
        time.sleep(0.02)


def kill(process: subprocess.Popen) -> None:
    """The process and all that it started, at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Redis:
    """A Redis of the test's own, on a free port, that keeps nothing."""

    def __init__(self, folder: Path):
        program = os.environ.get("REDIS") or shutil.which("redis-server") or shutil.which("valkey-server")
        if not program:
            pytest.skip("Redis n'est pas installé : script/test l'installe")
        port = free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        self._command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self._log = folder / "redis.log"
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True)
        with closing(redis.Redis.from_url(self.url)) as client:
            wait_for(lambda: _answers(client), "Redis")

    def kill(self) -> None:
        kill(self._process)

    def hang(self) -> None:
        """From now on it takes connections, and answers nobody."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)


def _answers(client: redis.Redis) -> bool:
    with suppress(redis.ConnectionError):
        return client.ping()
    return False


class PostgreSQL:
    """A PostgreSQL of the test's own that holds what the tests' database does, to be stopped and started."""

    def __init__(self, *options: str):
        program = os.environ.get("POSTGRESQL")
        if connection.vendor != "postgresql" or not program:
            pytest.skip("Pour la suite sur PostgreSQL, lancée par script/test")
        self.folder = Path(tempfile.mkdtemp(prefix="alimactiv-pg-"))  # PostgreSQL's user reads no folder of pytest's
        self.url = f"postgres://alimactiv@127.0.0.1:{(port := free_port())}/postgres"
        self._command, self._how = new_cluster(program, self.folder, port)
        self._command.extend(options)
        self.start()
        binaries = Path(program).resolve().parent
        dump = subprocess.run([binaries / "pg_dump", "--no-owner", database_url()], capture_output=True, check=True)
        subprocess.run([binaries / "psql", "--quiet", self.url], input=dump.stdout, capture_output=True, check=True)

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True, **self._how)
        wait_for(self._answers, "PostgreSQL")

    def stop(self) -> None:
        """As its service does: connections are cut, what was committed is kept."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def close(self) -> None:
        kill(self._process)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def query(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.url) as database:
            return database.execute(sql).fetchall()

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            return bool(self.query("SELECT 1"))
        return False


def database_url() -> str:
    """Of the tests' database on PostgreSQL."""
    where = connection.settings_dict
    credentials = where["USER"] + (f":{where['PASSWORD']}" if where["PASSWORD"] else "")
    return f"postgres://{credentials}@{where['HOST']}:{where['PORT'] or 5432}/{where['NAME']}"


class Site:
    """Celery processes of ``application`` (a module that holds one), and the mail server that they reach."""

    def __init__(self, folder: Path, mail_server, broker: str, application: str = "tests.outbox.worker"):
        self.folder = folder
        self.application = application
        self.accepted: list[tuple[str, str]] = []
        """The title and the recipient of each mail that the mail server took."""
        self.answer = "250 OK"
        """What the mail server says to a mail: anything else refuses it."""
        mail_server.handle_DATA = self._accept
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
        self.processes: list[subprocess.Popen] = []

    def open(self) -> None:
        """Give the processes the database as it is now: they cannot share SQLite's, which is in memory."""
        if connection.vendor == "sqlite":
            self.file = self.folder / "workers.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(self.file)])
            self.environment["DATABASE_URL"] = f"sqlite:///{self.file}"
        else:
            self.environment["DATABASE_URL"] = database_url()

    def query(self, sql: str) -> list[tuple]:
        """What the processes' database answers."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file, timeout=30)) as database:
                return database.execute(sql).fetchall()
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    async def _accept(self, server, session, envelope) -> str:
        """What the mail server does with a mail: note what it is about and to whom, in no time."""
        title = BytesHeaderParser(policy=default).parsebytes(envelope.content)["Subject"]
        if self.answer.startswith("250"):
            self.accepted.append((title, *envelope.rcpt_tos))
        return self.answer

    def start_worker(self) -> subprocess.Popen:
        return self._start(
            *("worker", "--concurrency", "2", "--without-gossip", "--without-mingle"),
            *("--hostname", f"w{len(self.processes)}@test"),
        )

    def start_beat(self) -> subprocess.Popen:
        return self._start("beat", "--schedule", str(self.folder / f"beat{len(self.processes)}"), "--pidfile=")

    def start_web(self) -> Visitor:
        """gunicorn, once it answers; as who visits it sees it."""
        port = free_port()
        self.environment["PORT"] = str(port)
        self.web = self._run("web", "gunicorn", "-c", "python:alimactiv.gunicorn", "alimactiv.wsgi")
        visitor = Visitor(port)
        wait_for(visitor.is_answered, "the web process")
        return visitor

    def manage(self, *words: str) -> str:
        """What a command of ``manage.py`` prints; it must succeed."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self, name: str) -> str:
        """What the processes of that name wrote."""
        return "".join(file.read_text(errors="replace") for file in sorted(self.folder.glob(f"{name}*.log")))

    def _start(self, *words: str) -> subprocess.Popen:
        return self._run(words[0], "celery", "-A", self.application, *words, "--loglevel", "info")

    def _run(self, name: str, module: str, *words: str) -> subprocess.Popen:
        with (self.folder / f"{name}{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def wake(self, task: str, times: int = 1) -> None:
        """As beat does."""
        for _ in range(times):
            self.producer.send_task(task)

    def close(self) -> None:
        for process in self.processes:
            kill(process)
        self.producer.close()


def sites(folder: Path, mail_server, transport: str, **how) -> Iterator[Site]:
    """A ``Site`` with this broker (``filesystem`` or ``redis``), to ``yield from`` in a fixture."""
    server = Redis(folder) if transport == "redis" else None
    site = Site(folder, mail_server, server.url if server else "filesystem://", **how)
    site.redis = server
    yield site
    site.close()
    if server:
        server.kill()
