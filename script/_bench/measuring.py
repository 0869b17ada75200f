"""What every subject measures with: processor time, processes of their own, aims, and growth."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from math import log
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "bench"
"""What takes minutes to make and serves again: simulated countries."""


@dataclass(frozen=True)
class Measure:
    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def aim(self) -> str:
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return f"at least {self.at_least:g}" if self.at_least is not None else ""

    @property
    def judgement(self) -> str:
        """Whether the aim is met, as shown; empty without one."""
        if not self.aim:
            return ""
        value = round(self.value, 2)
        too_much = self.at_most is not None and value > self.at_most
        too_little = self.at_least is not None and value < self.at_least
        return "missed" if too_much or too_little else "met"


def child(task: str, *words: object, **environment: str) -> dict:
    """What a task (``module.function``) answers in a new process: nothing is warm that a worker would find cold."""
    command = [sys.executable, "-m", "_bench", "--task", task, *map(str, words)]
    done = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{task} did not end well: {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def site() -> None:
    """Set the site up in this process, on the database of ``DATABASE_URL``."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alimactiv.settings")
    os.environ.setdefault("SECRET_KEY", "bench")
    os.environ.setdefault("DEVELOPMENT", "1")
    import django

    django.setup()


def manage(*words: object, **environment: str) -> None:
    command = [sys.executable, ROOT / "manage.py", *map(str, words)]
    subprocess.run(command, env=os.environ | {"SECRET_KEY": "bench"} | environment, check=True, stdout=sys.stderr)


def processor() -> float:
    """Seconds of processor that this process and its ended children used."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Clock:
    """Seconds since it was made, on the wall and of processors, this process's children included."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), processor()

    def read(self, part: str = "") -> dict:
        return {f"{part}seconds": time.perf_counter() - self.wall, f"{part}cpu": processor() - self.cpu}


class Work:
    """Processor time of this process and of the PostgreSQL process that serves it."""

    def __init__(self) -> None:
        from django.db import connection

        connection.close()
        connection.settings_dict["CONN_MAX_AGE"] = None  # else another process serves what is asked after a minute
        connection.ensure_connection()
        self._backend = connection.connection.info.backend_pid

    def now(self) -> float:
        return time.process_time() + of_process(self._backend)


def of_process(pid: int) -> float:
    """Seconds of processor that a process used; 0 where the system does not say (other than Linux)."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return 0.0


def of_children(pid: int) -> float:
    """Seconds of processor that the processes which a process started have used so far, those that ended included
    (gunicorn renews its workers); 0 as ``of_process``."""
    ticks = 0
    with suppress(OSError):
        ticks += sum(_times(pid)[2:])
        for started in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            ticks += sum(_times(int(started))[:2])
    return ticks / os.sysconf("SC_CLK_TCK")


def _times(pid: int) -> list[int]:
    """A process's own time, in the program and in the system, then that of its ended children."""
    return [int(ticks) for ticks in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]]


def memory_of_children(pid: int) -> float:
    """Megabytes that the largest of the processes which a process started took at the most; 0 as ``of_process``."""
    most = 0
    with suppress(OSError):
        for started in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            lines = Path(f"/proc/{started}/status").read_text().splitlines()
            most = max(most, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
    return most / 1024


FRAMES = 130
"""Calls within one another that a block of Python's stack holds, about."""


def side_by_side(work: Work, whole, floor, runs: int) -> tuple[float, float]:
    """Seconds of processor of each, the median of some runs taken in turn: a busy machine is busy for both.

    Each run starts deeper in the stack: a loop whose calls cross the end of a block of Python's stack takes and gives
    back memory at each, and up to twice its time, by the mere number of functions above it.
    """
    found: dict[object, list[float]] = {whole: [], floor: []}
    for run in range(runs):
        for one in (whole, floor):
            start = work.now()
            _at_depth(run * FRAMES // runs, one)
            found[one].append(work.now() - start)
    return statistics.median(found[whole]), statistics.median(found[floor])


def _at_depth(frames: int, what) -> None:
    _at_depth(frames - 1, what) if frames else what()


def peak_memory() -> float:
    """Megabytes that this process took at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def exponent(sizes: list[float], values: list[float]) -> float:
    """Of the power of the size that the values follow: 1 is in proportion, 0 does not grow."""
    logs = [(log(size), log(value)) for size, value in zip(sizes, values, strict=True)]
    return statistics.linear_regression(*zip(*logs, strict=True)).slope
