"""What the environment may say, each read by a new process, as a site starts."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest

WORDS = "from django.conf import settings; print(settings.DATABASES['default']['ENGINE'], settings.CELERY_BROKER_URL)"
PATIENCE = 100  # seconds for a process that starts, says its words and ends
OURS = ("DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "DEVELOPMENT")


def start(words: str = WORDS, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    clean |= {"DJANGO_SETTINGS_MODULE": "alimactiv.settings", **environment}
    command = [sys.executable, "-c", words]
    return subprocess.run(command, env=clean, text=True, capture_output=True, check=False, timeout=PATIENCE)


@pytest.mark.parametrize("empty", [False, True])
def test_what_is_not_set_or_empty_has_its_default(empty):
    started = start(**dict.fromkeys([*OURS, "TRUSTED_PROXY_COUNT"], "") if empty else {})
    assert started.stdout.split() == ["django.db.backends.sqlite3", "filesystem://"], started.stderr


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "SECRET_KEY manque"),
        ({"SECRET_KEY": "x", "DEVELOPMENT": "1"}, "DEVELOPMENT et ALLOWED_HOSTS s'excluent"),
        ({"SECRET_KEY": "x", "DEBUG": "1"}, "DEBUG et ALLOWED_HOSTS s'excluent"),
        ({"SECRET_KEY": "x", "EMAIL_URL": "http://mail"}, "EMAIL_URL doit s'écrire"),
        ({"SECRET_KEY": "x" * 50, "SENTRY_DSN": "oui"}, "SENTRY_DSN doit être l'adresse"),
    ],
)
def test_a_public_site_that_would_not_be_safe_does_not_start(environment, reason):
    started = start(ALLOWED_HOSTS="alimactiv.example", **environment)
    assert started.returncode == 1
    assert reason in started.stderr


def test_a_public_site_takes_no_session_that_another_site_set():
    """Browsers keep a cookie so named only if it is secure, of the whole host, and set by it."""
    names = ("NAME", "SECURE", "HTTPONLY", "PATH", "DOMAIN")
    asked = f"from django.conf import settings; print(*(getattr(settings, 'SESSION_COOKIE_' + n) for n in {names}))"
    started = start(asked, ALLOWED_HOSTS="alimactiv.example", SECRET_KEY="x")
    assert started.stdout.split() == ["__Host-sessionid", "True", "True", "/", "None"], started.stderr


@pytest.mark.parametrize(
    ("environment", "allowed"),
    [
        ({}, ["'self'"]),
        (
            {"PROCONNECT_URL": "https://identite.example/api/v2"}
            | dict.fromkeys(["PROCONNECT_CLIENT_ID", "PROCONNECT_SECRET"], "x"),
            ["'self'", "https://identite.example"],
        ),
    ],
)
def test_forms_may_lead_to_proconnect_where_it_is_configured(environment, allowed):
    """Chromium blocks a form whose answer redirects elsewhere: nobody could sign in by it."""
    asked = "from django.conf import settings; print(*settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    started = start(asked, **environment)
    assert started.stdout.split() == allowed, started.stderr


def test_who_prints_nothing_does_not_load_weasyprint():
    """Commands and pages must answer where Pango is missing, and without its weight."""
    asked = "import django; django.setup(); import alimactiv.urls, sys; print('weasyprint' in sys.modules)"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "alimactiv.settings"}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("given", "told"), [("", "site@exemple.test"), ("secours@exemple.test", "secours@exemple.test")]
)
def test_whom_to_tell_of_a_weakness(given, told):
    """Compose hands over empty what nobody filled in."""
    asked = "from django.conf import settings; print(settings.SECURITY_CONTACT)"
    sender = "Alim'Activ <site@exemple.test>"
    assert start(asked, SECURITY_CONTACT=given, DEFAULT_FROM_EMAIL=sender).stdout.strip() == told


HEALTH = """
import django
django.setup()
from django.test import Client
answer = Client(SERVER_NAME="localhost").get("/healthz")
print(answer.status_code, answer.text.replace("\\n", " "))
"""


def test_a_database_that_hangs_is_not_waited_for():
    """It takes connections and answers nobody. Without the setting, psycopg gives it two minutes."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        address = f"postgres://nobody@127.0.0.1:{server.getsockname()[1]}/none"
        assert start(HEALTH, DATABASE_URL=address).stdout == "503 down database: does not answer \n"
