from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from outbox import purposes
from tests.factories import UserFactory
from tests.outbox.worker import say
from tests.processes import Site, sites

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def site(tmp_path, mail_server) -> Iterator[Site]:
    """The site's processes, on files of the test's own."""
    for site in sites(tmp_path, mail_server, "redis", application="tests.production.worker"):
        site.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.production.settings",
            "TEST_FOLDER": str(tmp_path),
            "TEST_CLOCK": "0",
            "SECRET_KEY": settings.SECRET_KEY,  # sessions opened by the test are theirs too
            "GEOCODER_URL": "",
        }
        yield site


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def signed_in(user) -> dict[str, str]:
    """The cookies of who has signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.fixture
def session(staff) -> dict[str, str]:
    """The cookies of someone of ANSA's team."""
    return signed_in(staff)


@pytest.fixture
def purpose(monkeypatch) -> purposes.Purpose:
    """What the processes' own trial mails are (``tests/outbox/worker.py``), for the length of a test."""
    monkeypatch.setattr(purposes, "_registered", {})
    purposes.register(purposes.Purpose(code="essai", label="les essais", render=say))
    return purposes.get("essai")
