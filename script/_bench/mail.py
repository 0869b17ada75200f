"""Mails through the outbox, beside the same mails handed over by bare smtplib on one connection."""

import os
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from _test import free_port, running

from _bench import country
from _bench.measuring import Measure, Work, child, of_process, site

BATCH, BATCHES = 200, 5
OPEN = datetime(2026, 3, 3, 10, tzinfo=ZoneInfo("Europe/Paris"))
"""A Tuesday, when mails leave."""


def mail() -> Iterator[Measure]:
    """Mails a second through the outbox / by bare smtplib on one connection, to the same server."""
    with country.server() as server, tempfile.TemporaryDirectory(prefix="alimactiv-bench-") as folder:
        port = free_port()
        command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
        pid_file = Path(folder) / "pid"
        shell = ["sh", "-c", f'echo $$ > {pid_file}; exec "$@"', "sh", *command]

        def answers() -> None:
            smtplib.SMTP("127.0.0.1", port).quit()

        with running(shell, Path(folder) / "log", answers, OSError):
            url = f"smtp://127.0.0.1:{port}"
            found = child("mail.leaving", pid_file.read_text(), DATABASE_URL=server.empty("mails"), EMAIL_URL=url)
    yield Measure("mails a second, outbox / smtplib, on the clock", found["clock"], "×", at_least=0.6)
    yield Measure("the same, processor of site, database and mail server", found["processor"], "×", at_least=0.6)
    yield Measure("a mail through the outbox: processor of site and database", found["outbox"] * 1000, "ms")
    yield Measure("a mail by smtplib: processor", found["bare"] * 1000, "ms")
    yield Measure("mails a second through the outbox", found["rate"], "/s")


def leaving(mail_server: str) -> dict:
    site()
    from outbox import operations, purposes

    purposes.register(purposes.Purpose("bench", "les mesures", _message))
    work = Work()
    ratios: dict[str, list[float]] = {"clock": [], "processor": [], "outbox": [], "bare": [], "rate": []}
    for number in range(BATCHES + 1):
        wanted = [(f"mail:{number}", f"personne{n}-{number}@simulation.alimactiv.example") for n in range(BATCH)]
        operations.ask_many(purpose="bench", wanted=wanted, due_at=OPEN)
        spent = {}
        for name, send in (("outbox", _outbox), ("bare", partial(_bare, wanted, _as_bytes(*wanted[0])))):
            start = time.perf_counter(), work.now(), of_process(int(mail_server))
            send()
            end = time.perf_counter(), work.now(), of_process(int(mail_server))
            spent[name] = [after - before for before, after in zip(start, end, strict=True)]
        _check_all_left(number)
        if number:  # the first warms up
            ours, bare = spent["outbox"], spent["bare"]
            ratios["clock"].append(bare[0] / ours[0])
            ratios["processor"].append((bare[1] + bare[2]) / (ours[1] + ours[2]))
            ratios["outbox"].append(ours[1] / BATCH)
            ratios["bare"].append(bare[1] / BATCH)
            ratios["rate"].append(BATCH / ours[0])
    return {name: statistics.median(values) for name, values in ratios.items()}


def _message(mail, links):
    from outbox.purposes import Message

    page = links.page("home")
    text = f"Bonjour,\n\n{'Ceci est une mesure. ' * 30}\n\n{page}"
    return Message(subject="Mesure", text=text, html=f"<p>Bonjour,</p><p>{'Ceci est une mesure. ' * 30}</p>")


def _as_bytes(subject: str, recipient: str) -> bytes:
    """One of the mails, as the outbox hands it over."""
    from outbox import composing
    from outbox.links import MailLinks
    from outbox.models import Mail

    mail = Mail.objects.get(subject=subject, recipient=recipient)
    return composing.compose(mail, _message(mail, MailLinks(mail)), MailLinks(mail)).message().as_bytes(linesep="\r\n")


def _outbox() -> None:
    from outbox import delivery

    delivery.send_due(clock=lambda: OPEN, seconds=None)


def _bare(wanted: list[tuple[str, str]], content: bytes) -> None:
    host, _, port = os.environ["EMAIL_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        for _, recipient in wanted:
            server.sendmail("ne-pas-repondre@alimactiv.example", [recipient], content)


def _check_all_left(number: int) -> None:
    from outbox.models import Mail

    left = Mail.objects.filter(subject=f"mail:{number}", state=Mail.State.SENT).count()
    if left != BATCH:
        raise RuntimeError(f"{left} mails of {BATCH} left")
