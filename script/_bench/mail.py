"""Mails through the outbox, beside bare smtplib on one connection: writing the same mails, or with bytes ready."""

import os
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from _test import free_port, running

from _bench import country
from _bench.measuring import Measure, Work, child, of_process, site

BATCH, BATCHES = 200, 9
WRITING, READY = "a smtplib loop that writes each mail", "a smtplib loop of ready bytes"
OPEN = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo("Europe/Paris"))
"""A Tuesday, when mails leave."""


def mail() -> Iterator[Measure]:
    """Mails a second through the outbox / by bare smtplib on one connection, to the same server."""
    with country.server() as server:
        found = left(BATCH, server)
    for bare in (WRITING, READY):
        ours, other = found["outbox"], found[bare]
        yield Measure(
            f"mails a second, outbox / {bare}, on the clock", other["clock"] / ours["clock"], "×", at_least=0.6
        )
        ratio = (other["site"] + other["server"]) / (ours["site"] + ours["server"])
        yield Measure(f"mails a second of processor, outbox / {bare}", ratio, "×", at_least=0.6)
    for way, name in (("outbox", "through the outbox"), (WRITING, f"by {WRITING}"), (READY, f"by {READY}")):
        yield Measure(f"a mail {name}: processor of site and database", found[way]["site"] * 1000, "ms")
    yield Measure("a mail, however it comes: processor of the mail server", found["outbox"]["server"] * 1000, "ms")
    yield Measure("mails a second through the outbox", 1 / found["outbox"]["clock"], "/s")


def left(batch: int, server: country.Server) -> dict:
    """What ``leaving`` found of so many mails at once, with a mail server and a database of their own."""
    with tempfile.TemporaryDirectory(prefix="alimactiv-bench-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]

        def answers() -> None:
            smtplib.SMTP("127.0.0.1", port).quit()

        with running(command, Path(folder) / "log", answers, OSError) as mail_server:
            url = f"smtp://127.0.0.1:{port}"
            return child("mail.leaving", mail_server, batch, DATABASE_URL=server.empty("mails"), EMAIL_URL=url)


def leaving(mail_server: str, batch: str) -> dict:
    """Seconds a mail takes by each way: on the clock, of processor of site and database, and of the mail server."""
    site()
    from outbox import operations, purposes
    from outbox.models import Mail

    waiting = int(batch)
    purposes.register(purposes.Purpose("bench", "les mesures", _message))
    work = Work()
    runs: dict[str, list[list[float]]] = {"outbox": [], WRITING: [], READY: []}
    for number in range(BATCHES + 1):
        wanted = [(f"mail:{number}", f"personne{n}-{number}@simulation.alimactiv.example") for n in range(waiting)]
        operations.ask_many(purpose="bench", wanted=wanted, due_at=OPEN)
        mails = list(Mail.objects.filter(subject=f"mail:{number}"))
        content = _written(mails[0])
        ways = {
            "outbox": _outbox,
            WRITING: partial(_bare, mails, _written),
            READY: partial(_bare, mails, lambda _mail, content=content: content),
        }
        for name, send in ways.items():
            start = time.perf_counter(), work.now(), of_process(int(mail_server))
            send()
            end = time.perf_counter(), work.now(), of_process(int(mail_server))
            if number:  # the first warms up
                runs[name].append([(after - before) / waiting for before, after in zip(start, end, strict=True)])
        _check_all_left(number, waiting)
    return {
        name: dict(zip(("clock", "site", "server"), map(statistics.median, zip(*found, strict=True)), strict=True))
        for name, found in runs.items()
    }


def _message(mail, links):
    from outbox.purposes import Message

    page = links.page("home")
    text = f"Bonjour,\n\n{'Ceci est une mesure. ' * 30}\n\n{page}"
    return Message(subject="Mesure", text=text, html=f"<p>Bonjour,</p><p>{'Ceci est une mesure. ' * 30}</p>")


def _written(mail) -> bytes:
    """A mail as the outbox hands it over, without its outbox: rendered by its templates, and written by Django."""
    from outbox import composing
    from outbox.links import MailLinks

    links = MailLinks(mail, "a" * 43)
    return composing.compose(mail, _message(mail, links), links).message().as_bytes(linesep="\r\n")


def _outbox() -> None:
    from outbox import delivery

    delivery.send_due(clock=lambda: OPEN, seconds=None)


def _bare(mails: list, written: Callable[..., bytes]) -> None:
    host, _, port = os.environ["EMAIL_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        for mail in mails:
            server.sendmail("ne-pas-repondre@alimactiv.example", [mail.recipient], written(mail))


def _check_all_left(number: int, waiting: int) -> None:
    from outbox.models import Mail

    left = Mail.objects.filter(subject=f"mail:{number}", state=Mail.State.SENT).count()
    if left != waiting:
        raise RuntimeError(f"{left} mails of {waiting} left")
