"""Under every test: nothing leaves this machine or touches ``var/``, no template names what is not there."""

import ipaddress
import json
import os
import socket
import sys
from contextlib import closing
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import hypothesis
import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.template import engines
from django.template.base import Node
from django.test import override_settings

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")


# Nothing leaves this machine ----------------------------------------------------------------------


def is_here(host: str | bytes | None) -> bool:
    host = host.decode() if isinstance(host, bytes) else host
    if host in {None, "", "localhost", socket.gethostname()}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_network(event: str, arguments: tuple) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path: a Unix socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not is_here(host):
        raise RuntimeError(f"A test tried to reach {host}: tests reach this machine only.")


def pytest_configure(config) -> None:
    sys.addaudithook(refuse_network)


# Nothing touches var/ -----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Files and cache of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(autouse=True)
def no_geocoder(settings):
    """None is asked, unless the test has one of its own."""
    settings.GEOCODER_URL = ""


@pytest.fixture(scope="session", autouse=True)
def static_files_as_they_are(tmp_path_factory):
    """Static files come from their folders: nothing to collect first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        STORAGES=django_settings.STORAGES | {"staticfiles": plain},
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def own_queue():
    """What a test sends to the worker waits in memory: no worker of a running site takes it."""
    from alimactiv.celery import app

    app.conf.broker_url = "memory://"


# No template names what is not there --------------------------------------------------------------


class Undefined(str):
    """The empty text that Django puts for an undefined variable; it asks first whether there is another text.

    That is the moment to fail, if the variable is in one of our templates (Django's admin has some).
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        variable = getattr(frame.f_locals.get("self"), "var", "?")
        while frame:
            node = frame.f_locals.get("self")
            if isinstance(node, Node) and getattr(node, "origin", None):
                template = Path(node.origin.name)
                if template.is_relative_to(django_settings.BASE_DIR / "templates"):
                    name = template.relative_to(django_settings.BASE_DIR)
                    pytest.fail(f"Undefined variable « {variable} » in {name}")
                break
            frame = frame.f_back
        return False


@pytest.fixture(scope="session", autouse=True)
def undefined_variables_fail():
    engines["django"].engine.string_if_invalid = Undefined()


# A real mail server -------------------------------------------------------------------------------


class MailServer:
    """A real SMTP server on loopback: keeps what it takes in ``messages``; ``answer`` may make it refuse."""

    def __init__(self) -> None:
        with closing(socket.socket()) as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.messages: list[Message] = []
        self.answer = "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.answer.startswith("250"):
            self.messages.append(BytesParser(policy=default).parsebytes(envelope.content))
        return self.answer


@pytest.fixture
def mail_server(settings):
    """Django sends to a real SMTP server; returns it."""
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    controller.stop()


# The parts of script/test -------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter) -> None:
    """At the end of script/test's last run: every part before it, what it gave and how long it took."""
    file = Path(os.environ.get("TEST_PARTS", ""))
    if not file.is_file() or terminalreporter.config.option.markexpr.endswith("not parts"):
        return
    words = {"passed": "réussi", "failed": "ÉCHEC", "missing": "NON EXÉCUTÉ"}
    colours = {"passed": {"green": True}, "failed": {"red": True}, "missing": {"yellow": True}}
    terminalreporter.section("script/test")
    for part in json.loads(file.read_text()):
        line = f"{words[part['outcome']]:<13}{part['seconds']:>6} s  {part['name']}  {part['why']}"
        terminalreporter.line(line.rstrip(), **colours[part["outcome"]])
