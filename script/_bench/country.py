"""Simulated countries (``simulate_network``), each made once and kept, on a PostgreSQL of the bench's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from _test import free_port, running, unprivileged

from _bench.measuring import KEPT, manage

LIMITS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_parallel_workers_per_gather=0")
"""Nothing here must outlive a power cut; one process serves a request, so that its processor time can be read."""


@dataclass(frozen=True)
class Country:
    territories: int
    actors: int
    meetings: int

    @property
    def name(self) -> str:
        return f"country_{self.territories}_{self.actors}"


FULL = Country(1500, 100_000, 60_000)
QUARTER = Country(375, 25_000, 15_000)
SIXTEENTH = Country(94, 6_250, 3_750)
SMALL = Country(18, 1_200, 720)


@dataclass(frozen=True)
class Server:
    port: int
    process: int = 0
    """Its number, once it runs."""

    def url(self, name: str) -> str:
        return f"postgres://alimactiv@127.0.0.1:{self.port}/{name}"

    def of(self, country: Country) -> str:
        """The URL of the database where a country is; the first time, once it is made. Kept ones follow the code."""
        url = self.made(country.name, lambda url: build(country, url))
        manage("migrate", "--verbosity", 0, DATABASE_URL=url)
        return url

    def copy_of(self, country: Country, name: str) -> str:
        """The URL of a new copy, for what writes."""
        self.of(country)
        self._do(f"drop database if exists {name} with (force)", f"create database {name} template {country.name}")
        return self.url(name)

    def empty(self, name: str) -> str:
        self._do(f"drop database if exists {name} with (force)", f"create database {name}")
        manage("migrate", "--verbosity", 0, DATABASE_URL=self.url(name))
        return self.url(name)

    def made(self, name: str, make) -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return self.url(name)
        print(f"making {name}, once", file=sys.stderr, flush=True)
        self._do("drop database if exists making with (force)", "create database making")
        make(self.url("making"))
        self._do(f"alter database making rename to {name}")
        return self.url(name)

    def _do(self, *orders: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for order in orders:
                connection.execute(order)


def build(country: Country, url: str) -> None:
    manage("migrate", "--verbosity", 0, DATABASE_URL=url)
    sizes = ("territories", "actors", "meetings")
    manage("simulate_network", *(f"--{size}={getattr(country, size)}" for size in sizes), DATABASE_URL=url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")  # as autovacuum does of itself, in its time


@contextmanager
def server() -> Iterator[Server]:
    """The bench's PostgreSQL, for the length of the block; the site's static files are made."""
    manage("collectstatic", "--noinput", "--verbosity", 0)
    program = os.environ.get("POSTGRESQL") or shutil.which("postgres")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not program and not found:
        sys.exit("PostgreSQL is not installed: script/test installs it.")
    binaries = Path(program or found[-1]).resolve().parent
    folder = KEPT / "postgresql"
    folder.mkdir(parents=True, exist_ok=True)
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    how = {"cwd": folder, **who}
    if not (folder / "data" / "PG_VERSION").exists():
        new = [binaries / "initdb", "-D", folder / "data", "-U", "alimactiv", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*new, "--locale=C.UTF-8", "-N"], check=True, stdout=subprocess.DEVNULL, **how)
    port = free_port()
    command = [binaries / "postgres", "-D", folder / "data", "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    for limit in LIMITS:
        command += ["-c", limit]
    ready = lambda: psycopg.connect(Server(port).url("postgres")).close()  # noqa: E731
    with running(command, folder.parent / "postgresql.log", ready, psycopg.OperationalError, **how) as process:
        yield Server(port, process)
