"""Prepares the database and the demonstration, then keeps web, worker and beat running (see script/run)."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
LOGS = VAR / "log"
PYTHON = sys.executable
START_LIMIT = 60  # seconds for the first page
STOP_LIMIT = 10  # seconds for a process to end by itself; a task cut short is done again at the next start

PORT = os.environ["PORT"]
BIND = os.environ.get("BIND", "127.0.0.1")
if not os.environ.get("ALLOWED_HOSTS") and BIND in {"127.0.0.1", "localhost", "::1"}:
    # The demonstration shows sign-in codes: for this machine alone, unless DEVELOPMENT is asked for.
    os.environ.setdefault("DEVELOPMENT", "1")
os.environ.update(PYTHONUNBUFFERED="1", BIND=BIND, PORT=PORT)

COMMANDS = {
    "web": ["-m", "gunicorn", "-c", "python:alimactiv.gunicorn", "alimactiv.wsgi"],
    "worker": ["-m", "celery", "-A", "alimactiv", "worker", "--loglevel", "info", "--concurrency", "2"],
    "beat": [
        *("-m", "celery", "-A", "alimactiv", "beat", "--loglevel", "info"),
        *("--schedule", str(VAR / "beat-schedule")),
    ],
}


def manage(*arguments: str) -> str:
    """What a management command printed; ends here, with what it said, if it fails."""
    done = subprocess.run([PYTHON, "manage.py", *arguments], text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\n« manage.py {' '.join(arguments)} » a échoué.")
    return done.stdout


def collect_static() -> None:
    """Hashes and compresses the static files, which takes seconds: only if one of them changed since."""
    sources = [ROOT / ".venv" / "installed.lock", *sorted((ROOT / "static").rglob("*"))]
    seen = "".join(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}\n" for file in sources)
    stamp = VAR / "static.stamp"
    if not ((VAR / "static").is_dir() and stamp.is_file() and stamp.read_text() == seen):
        manage("collectstatic", "--no-input", "--verbosity", "0")
        stamp.write_text(seen)


def prepare() -> str:
    """Makes the database, the static files and the demonstration; returns how to sign in."""
    print("Préparation de la base, des pages et de la démonstration (plus long la première fois)…", flush=True)
    manage("migrate", "--no-input", "--verbosity", "0")
    collect_static()
    if os.environ.get("DEVELOPMENT", "").lower() not in {"1", "true", "yes", "on"}:
        return ""
    return manage("load_demo")


def start(name: str) -> subprocess.Popen:
    """Starts a process in its own group, so that ending it ends what it started too."""
    with (LOGS / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [PYTHON, *COMMANDS[name]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def stop(processes: dict[str, subprocess.Popen]) -> None:
    for process in processes.values():
        process.terminate()  # each ends its own children, after what they are doing
    limit = time.monotonic() + STOP_LIMIT
    for process in processes.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, limit - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever is left of the group
        process.wait()


def fail(name: str, what: str) -> NoReturn:
    last = (LOGS / f"{name}.log").read_text(errors="replace").splitlines()[-20:]
    sys.exit("\n".join(last) + f"\n\n{what} : tout est arrêté. Son journal : var/log/{name}.log")


def check_alive(processes: dict[str, subprocess.Popen]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            fail(name, f"Le processus « {name} » s'est terminé (code {process.returncode})")


def wait_for_page(address: str, processes: dict[str, subprocess.Popen]) -> None:
    """As the proxy of a public site would ask: it answers to its own names only, and elsewhere leads on to HTTPS."""
    page = urllib.request.Request(address)  # noqa: S310
    if hosts := os.environ.get("ALLOWED_HOSTS"):
        page.add_header("Host", hosts.split(",")[0].strip().lstrip(".*") or "localhost")
        page.add_header("X-Forwarded-Proto", "https")
    limit = time.monotonic() + START_LIMIT
    while True:
        check_alive(processes)
        try:
            urllib.request.urlopen(page, timeout=5).close()  # noqa: S310 (our own address)
        except urllib.error.HTTPError as error:
            fail("web", f"Le site répond par une erreur ({error.code})")
        except OSError:
            if time.monotonic() > limit:
                fail("web", f"Le site ne répond pas après {START_LIMIT} secondes")
            time.sleep(0.2)
        else:
            return


def main() -> None:
    os.chdir(ROOT)
    LOGS.mkdir(parents=True, exist_ok=True)
    how_to_sign_in = prepare()
    address = f"http://{'127.0.0.1' if BIND == '0.0.0.0' else BIND}:{PORT}/"  # noqa: S104 (a comparison)
    processes: dict[str, subprocess.Popen] = {}
    try:
        for name in COMMANDS:
            processes[name] = start(name)
        wait_for_page(address, processes)
        print(f"\nAlim'Activ est ouvert : {address}\n")
        if how_to_sign_in:
            print(how_to_sign_in)
            print(f"Le code de connexion arrive dans la boîte de démonstration : {address}courriels/")
        print("Journaux : var/log/. Ctrl-C arrête tout.", flush=True)
        while True:
            check_alive(processes)
            time.sleep(0.5)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop(processes)


def end(number: int, _frame) -> None:
    print("\nArrêt…", flush=True)
    sys.exit(0 if number == signal.SIGINT else 128 + number)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    main()
