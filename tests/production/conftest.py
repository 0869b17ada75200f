from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from django.conf import settings
from django.test import Client
from moto.server import ThreadedMotoServer

from outbox import purposes
from tests.factories import UserFactory
from tests.outbox.worker import say
from tests.processes import Site, sites

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
KEYS = {"S3_ACCESS_KEY": "essai", "S3_SECRET_KEY": "essai", "S3_REGION": "eu-west-3"}


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


@pytest.fixture
def store() -> Iterator[dict[str, str]]:
    """The settings of a new, empty store."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield KEYS | {"S3_BUCKET": f"essai-{uuid4().hex}", "S3_ENDPOINT_URL": f"http://{host}:{port}"}
    server.stop()


@pytest.fixture
def bucket(store):
    """What is in it, seen from beside the site."""
    client = boto3.resource(
        "s3",
        endpoint_url=store["S3_ENDPOINT_URL"],
        region_name=store["S3_REGION"],
        aws_access_key_id=store["S3_ACCESS_KEY"],
        aws_secret_access_key=store["S3_SECRET_KEY"],
    )
    return client.create_bucket(
        Bucket=store["S3_BUCKET"], CreateBucketConfiguration={"LocationConstraint": store["S3_REGION"]}
    )
