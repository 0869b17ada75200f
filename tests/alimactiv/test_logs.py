"""What is logged, and told to Sentry, names nobody."""

import gzip
import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import brotli
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from alimactiv import logs
from outbox import links
from tests.alimactiv.test_settings import start

ADDRESS = "camille.fictive+liste@exemple.test"
NAME = "Camille\n\nFictive"


def record(message: str, *arguments, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("alimactiv.test", logging.WARNING, __file__, 1, message, arguments, info)


@pytest.mark.django_db
def test_a_link_is_not_logged():
    token = links.make(purpose="unsubscribe", subject="essai:1", recipient=ADDRESS, days=1)
    said = logs.redacted(f"GET /courriels/desinscription/{token}/ {ADDRESS} 200")
    assert said == "GET /courriels/desinscription/[jeton]/ [adresse] 200"


def test_a_link_without_digit_is_not_logged():
    """As one of 1,500 is."""
    assert logs.redacted(f"GET /repondre/{'abC-_' * 8}abc/") == "GET /repondre/[jeton]/"


@given(st.emails(domains=st.sampled_from(["exemple.test", "demo.alimactiv.example"])))
def test_no_address_passes(address):
    plain = address.split("@")[0].isascii() and all(c.isalnum() or c in ".+'-_" for c in address.split("@")[0])
    if plain:
        assert address not in logs.Words().format(record("mail to %s", address))


def test_one_object_a_line():
    try:
        raise ValueError(f"no mail for {ADDRESS}")
    except ValueError as error:
        line = logs.Json().format(record("mail %s\nfailed", 12, error=error))
    said = json.loads(line)
    assert "\n" not in line
    assert (said["level"], said["logger"], said["message"]) == ("warning", "alimactiv.test", "mail 12\nfailed")
    assert said["error"].endswith("ValueError: no mail for [adresse]")
    assert "in test_one_object_a_line" in said["error"], "the names of functions stay readable"


@pytest.mark.django_db
@pytest.mark.parametrize("form", [logs.Words, logs.Json])
@pytest.mark.parametrize("wrong", ["INSERT INTO accounts_user (name) VALUES ('{}')", "SELECT '{}' FROM nowhere"])
def test_no_row_that_the_database_refuses_passes(form, wrong):
    """PostgreSQL quotes it, or the statement: whole in its message, escaped where that is told within another."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(wrong.format(NAME))
    except DatabaseError as error:
        line = form().format(record("failed: %r", error, error=error))
    assert "Camille" not in line
    assert "Fictive" not in line
    assert "in test_no_row_that_the_database_refuses_passes" in line, "where it happened stays"


def test_an_unknown_form_is_refused():
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT"):
        logs.configuration("xml")


def test_sentry_is_told_of_no_person():
    event = {
        "level": "error",
        "user": {"id": 1, "email": ADDRESS, "ip_address": "192.0.2.1"},
        "server_name": "machine",
        "request": {
            "method": "POST",
            "url": f"https://alimactiv.example/annuaire/?q={ADDRESS}",
            "data": {"name": "Camille Fictive"},
            "headers": {"Cookie": "sessionid=abc"},
            "env": {"REMOTE_ADDR": "192.0.2.1"},
        },
        "exception": {"values": [{"type": "ValueError", "value": f"no mail for {ADDRESS}"}]},
    }
    assert logs.without_people(event, {}) == {
        "level": "error",
        "request": {"method": "POST", "url": "https://alimactiv.example/annuaire/"},
        "exception": {"values": [{"type": "ValueError", "value": "no mail for [adresse]"}]},
    }


class Sentry(BaseHTTPRequestHandler):
    """Keeps what it is sent, unpacked."""

    UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(self.UNPACK.get(self.headers["Content-Encoding"], bytes)(sent).decode())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said) -> None:
        """Nothing."""


@pytest.fixture
def sentry() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Sentry) as server:
        server.received = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


FAILURES = """
import django, logging, os, sentry_sdk
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # not collected
django.setup()
from django.test import Client
visitor = Client(raise_request_exception=False, SERVER_NAME="localhost", HTTP_USER_AGENT=os.environ["TOLD"])
visitor.cookies["sessionid"] = os.environ["TOLD"]
assert visitor.get("/annuaire/", {"q": os.environ["TOLD"]}, REMOTE_ADDR="192.0.2.77").status_code == 503  # no table
assert visitor.post("/compte/connexion/", {"email": os.environ["TOLD"]}, REMOTE_ADDR="192.0.2.77").status_code == 503
try:
    address, token, name = os.environ["TOLD"].split(" ", 2)
    int(token)
except ValueError as error:
    logging.getLogger("essai").exception("no mail for %s", address)
sentry_sdk.flush(30)
"""


def test_what_leaves_for_sentry_tells_of_no_person(sentry, tmp_path):
    """Of a page, of a form and of a task that fail, as a process of the site sends it."""
    started = start(
        FAILURES,
        SENTRY_DSN=f"http://key@127.0.0.1:{sentry.server_port}/1",
        DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3",
        TOLD=f"{ADDRESS} {'A1' + 'b2' * 20} Camille Fictive",
    )
    assert started.returncode == 0, started.stderr[-2000:]
    sent = "\n".join(sentry.received)
    assert sent.count('"type":"OperationalError"') >= 2, "otherwise this test proves nothing"
    assert "no mail for [adresse]" in sent
    for word in (ADDRESS, ADDRESS.split("@")[0], "A1b2", "Camille Fictive", "192.0.2.77"):
        assert word not in sent
