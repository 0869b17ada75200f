"""Runs every part of script/test, one after the other, on a throwaway PostgreSQL. Tests start their own Redis.

Each part is noted in a file that the last pytest run reads: `tests/house/test_parts.py` has one test for each
part, so that pytest's last line and exit code count everything.
"""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WORKERS = "2"
START_LIMIT = 60  # seconds


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_until(ready, errors: type[Exception], log: Path) -> None:
    limit = time.monotonic() + START_LIMIT
    while True:
        try:
            ready()
        except errors:
            if time.monotonic() > limit:
                sys.exit(f"{log.read_text()}\nLe serveur d'essai n'a pas démarré.")
            time.sleep(0.05)
        else:
            return


@contextmanager
def running(command: list[str], log: Path, ready, errors: type[Exception], **how) -> Iterator[int]:
    """A server for the length of the block; the number of its process. Ctrl-C does not reach it: it is ended once the
    tests are."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **how)
    try:
        wait_until(ready, errors, log)
        yield server.pid
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def unprivileged() -> dict:
    """PostgreSQL refuses to run as root: run it as its own user, or as nobody."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def new_cluster(program: str, folder: Path, port: int) -> tuple[list[str | Path], dict]:
    """Prepare an empty PostgreSQL in ``folder``: the command that runs it, and how."""
    binaries = Path(program).resolve().parent
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    how = {"cwd": folder, **who}
    data = folder / "data"
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    prepare = ["initdb", "-D", data, "-U", "alimactiv", "-A", "trust", "-E", "UTF8", f"--locale={locale}", "-N"]
    subprocess.run([binaries / prepare[0], *prepare[1:]], check=True, stdout=subprocess.DEVNULL, **how)
    loose = [f"{name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    command = [
        *(binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder),
        *(word for option in loose for word in ("-c", option)),
    ]
    return command, how


@contextmanager
def postgresql(program: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL that forgets everything."""
    folder, port = Path(tempfile.mkdtemp(prefix="alimactiv-pg-")), free_port()
    url = f"postgres://alimactiv@127.0.0.1:{port}/postgres"
    try:
        command, how = new_cluster(program, folder, port)
        with running(command, folder / "log", lambda: psycopg.connect(url).close(), psycopg.OperationalError, **how):
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Parts:
    """What was run, what it gave and how long it took; kept in the file that the last pytest run reads."""

    def __init__(self, file: Path):
        self.file = file
        self.noted: list[dict] = []
        os.environ["TEST_PARTS"] = str(file)

    def note(self, name: str, outcome: str, seconds: float = 0, why: str = "") -> None:
        self.noted.append({"name": name, "outcome": outcome, "seconds": round(seconds, 1), "why": why})
        self.file.write_text(json.dumps(self.noted))

    def run(self, name: str, *command: str, **environment: str) -> int:
        print(f"\n── {name} " + "─" * max(0, 100 - len(name)), flush=True)
        started = time.monotonic()
        code = subprocess.run([BIN / command[0], *command[1:]], env=os.environ | environment).returncode
        self.note(name, "failed" if code else "passed", time.monotonic() - started, "voir plus haut" if code else "")
        return code


def main(arguments: list[str]) -> int:
    os.chdir(ROOT)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alimactiv-test-")))
        given = os.environ.get("DATABASE_URL", "")
        given_postgres = given if given.startswith(("postgres://", "postgresql://")) else ""
        for name in ("ALLOWED_HOSTS", "CELERY_BROKER_URL", "DEBUG", "DEVELOPMENT", "EMAIL_URL"):
            os.environ.pop(name, None)  # the tests say what they need; the developer's own values are not it
        sqlite = {"DATABASE_URL": f"sqlite:///{folder}/alimactiv.sqlite3"}
        postgres = {}
        if not arguments or os.environ.get("TEST_POSTGRES"):
            if given_postgres or os.environ["POSTGRESQL"]:
                url = given_postgres or stack.enter_context(postgresql(os.environ["POSTGRESQL"]))
                postgres = {"DATABASE_URL": url}
            elif arguments:
                sys.exit("TEST_POSTGRES est demandé, mais PostgreSQL n'est pas installé.")
        if arguments:
            return subprocess.run([BIN / "pytest", *arguments], env=os.environ | (postgres or sqlite)).returncode
        return everything(Parts(folder / "parts.json"), sqlite, postgres)


def everything(parts: Parts, sqlite: dict, postgres: dict) -> int:
    public = {"ALLOWED_HOSTS": "alimactiv.example", "SECRET_KEY": "".join(map(chr, range(48, 122)))}
    check = ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    parts.run("ruff check", "ruff", "check", "--quiet")
    parts.run("ruff format", "ruff", "format", "--check", "--quiet")
    parts.run("djlint --lint", "djlint", "templates", "--lint")
    parts.run("djlint --check", "djlint", "templates", "--check")
    parts.run("import-linter", "lint-imports")
    parts.run("makemigrations --check", "python", "manage.py", "makemigrations", "--check", "--dry-run", **sqlite)
    parts.run("check --deploy", *check, **public, **sqlite)
    if postgres:
        parts.run("migrations sans interruption", "python", "script/_lint_migrations.py", **postgres)
    if not os.environ["REDIS"]:
        parts.note("Redis", "missing", why="redis-server n'est pas installé")
    if not os.environ["CHROMIUM"]:
        parts.note("navigateur", "missing", why="Chromium n'est pas installé")
    parts.run("pytest sur SQLite", "pytest", "-n", WORKERS, "-m", "not browser and not parts", **sqlite)
    if postgres:
        return parts.run("pytest sur PostgreSQL, navigateur compris", "pytest", "-n", WORKERS, **postgres)
    for name in ("migrations sans interruption", "pytest sur PostgreSQL"):
        parts.note(name, "missing", why="PostgreSQL n'est pas installé")
    return parts.run("navigateur, sur SQLite", "pytest", "-n", WORKERS, "-m", "browser or parts", **sqlite)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    sys.exit(main(sys.argv[1:]))
