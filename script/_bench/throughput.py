"""Requests a second under production's gunicorn with two workers, beside bare Django views under the same."""

import http.client
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from _test import free_port, running

from _bench import country
from _bench.measuring import ROOT, Measure, child, memory_of_children, of_children, site

VISITORS, SECONDS, TURNS = 8, 5, 3
SETTINGS = {"SECRET_KEY": "bench", "DEVELOPMENT": "1", "WEB_WORKERS": "2", "WEB_THREADS": "4"}
OVERVIEW = "an evaluation's overview"


def throughput() -> Iterator[Measure]:
    """Requests a second of a page / of two bare views (its template again, its bytes); the tail; errors; memory."""
    with country.server() as server, tempfile.TemporaryDirectory(prefix="alimactiv-bench-") as name:
        folder = Path(name)
        with redis(folder) as broker:
            for place in (country.SMALL, country.FULL):
                url = server.of(place)
                found = child("throughput.paths", DATABASE_URL=url)
                for page, (path, cookie) in found.items():
                    if place == country.FULL or page == OVERVIEW:
                        told = f"{page}, {place.territories:,} territories" if page == OVERVIEW else page
                        yield from _of(told, path, cookie, folder, url, broker, server.process)


def _of(page: str, path: str, cookie: str, folder: Path, url: str, broker: str, database: int) -> Iterator[Measure]:
    with (
        gunicorn("pages()", folder, DATABASE_URL=url, CELERY_BROKER_URL=broker) as ours,
        gunicorn(f"rendering({path!r}, {cookie!r})", folder, DATABASE_URL=url) as rendering,
    ):
        body = folder / "answer"
        body.write_bytes(_ask(ours.port, path, cookie)[1])
        with gunicorn(f"ready({str(body)!r})", folder) as ready:
            asked = ((ours, path), (rendering, "/"), (ready, "/"))
            runs = [[_load(one, where, cookie, database) for one, where in asked] for _ in range(TURNS)]
        memory = memory_of_children(ours.process)
    ours_runs = [run[0] for run in runs]
    for number, bare in enumerate(("that renders the same", "of ready bytes"), 1):
        rate = statistics.median(run[0]["rate"] / run[number]["rate"] for run in runs)
        yield Measure(f"{page} / a bare view {bare}: requests a second", rate, "×", at_least=0.4)
        spent = statistics.median(run[number]["processor"] / run[0]["processor"] for run in runs)
        yield Measure(f"{page} / a bare view {bare}: requests a second of processor", spent, "×", at_least=0.4)
    yield Measure(f"{page}: requests a second", statistics.median(one["rate"] for one in ours_runs), "/s")
    tail = statistics.median(one["p95"] / one["median"] for one in ours_runs)
    yield Measure(f"{page}: 95th percentile / median", tail, "×", at_most=4)
    yield Measure(f"{page}: errors", sum(one["errors"] for run in runs for one in run), "errors", at_most=0)
    yield Measure(f"{page}: peak memory of a web process", memory, "MB", at_most=250)


def paths() -> dict:
    """Pages asked for under load, each with the session of who reads it: nobody's, or one that may read all."""
    site()
    from django.test import Client

    from accounts.models import User
    from actors.models import Listing
    from evaluation.models import Evaluation
    from territories.models import Coordinator

    staff, _ = User.objects.get_or_create(email="charge@simulation.alimactiv.example", defaults={"is_staff": True})
    client = Client()
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    territory = Coordinator.objects.order_by("pk").first().territory_id
    entry = Listing.objects.filter(audience=0, kind__gt="").order_by("pk").first().actor_id
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    return {
        "home": ("/", ""),
        "sign-in": ("/compte/connexion/", ""),
        "directory search": ("/annuaire/?q=jardin", ""),
        "a directory entry": (f"/annuaire/fiche/{entry}/", ""),
        "a territory's journal": (f"/journal/{territory}/", cookie),
        "the evaluations": ("/evaluations/", cookie),
        OVERVIEW: (f"/evaluations/{Evaluation.objects.get().code}/", cookie),
    }


@dataclass(frozen=True)
class Served:
    port: int
    process: int


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis, where production counts its limits."""
    program, port = os.environ.get("REDIS") or shutil.which("redis-server"), free_port()
    if not program:
        sys.exit("Redis is not installed: script/test installs it.")

    def answers() -> None:
        socket.create_connection(("127.0.0.1", port)).close()

    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with running(command, folder / "redis.log", answers, OSError, cwd=folder):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def gunicorn(application: str, folder: Path, **environment: str) -> Iterator[Served]:
    port = free_port()
    served = f"_bench.served:{application}"
    command = [sys.executable, "-m", "gunicorn", "-c", "python:alimactiv.gunicorn", served]

    def answers() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        connection.getresponse().read()

    environ = os.environ | SETTINGS | {"PORT": str(port)} | environment
    with running(command, folder / f"gunicorn-{port}.log", answers, OSError, cwd=ROOT, env=environ) as process:
        yield Served(port, process)


def _ask(port: int, path: str, cookie: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    return response.status, response.read()


def _load(asked: Served, path: str, cookie: str, database: int) -> dict:
    """What visitors who ask again as soon as they are answered see, for some seconds; processor time a request."""
    before = of_children(asked.process) + of_children(database)
    end = time.monotonic() + SECONDS

    def visit(_number: int) -> list[tuple[float, int]]:
        seen = []
        while time.monotonic() < end:
            start = time.perf_counter()
            try:
                status = _ask(asked.port, path, cookie)[0]
            except OSError:
                status = 0
            seen.append((time.perf_counter() - start, status))
        return seen

    with ThreadPoolExecutor(VISITORS) as pool:
        seen = [one for some in pool.map(visit, range(VISITORS)) for one in some]
    times = sorted(duration for duration, _ in seen)
    return {
        "rate": len(seen) / SECONDS,
        "processor": (of_children(asked.process) + of_children(database) - before) / len(seen),
        "median": statistics.median(times),
        "p95": times[int(len(times) * 0.95)],
        "errors": sum(status != 200 for _, status in seen),
    }
