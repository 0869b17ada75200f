"""Uploaded files in an S3-compatible store: a real server of it on loopback."""

import json
import tarfile
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from moto.server import ThreadedMotoServer

from tests.factories import CoordinatorFactory
from tests.production.conftest import signed_in
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = {"S3_ACCESS_KEY": "essai", "S3_SECRET_KEY": "essai", "S3_REGION": "eu-west-3"}
BUCKET = "alimactiv-essai"
CONTENT = b"Ordre du jour fictif"


@pytest.fixture
def store() -> Iterator[dict[str, str]]:
    """The settings of a new, empty store."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield KEYS | {"S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": f"http://{host}:{port}"}
    server.stop()


@pytest.fixture
def bucket(store):
    client = boto3.resource(
        "s3",
        endpoint_url=store["S3_ENDPOINT_URL"],
        region_name=store["S3_REGION"],
        aws_access_key_id=store["S3_ACCESS_KEY"],
        aws_secret_access_key=store["S3_SECRET_KEY"],
    )
    return client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": store["S3_REGION"]})


def test_a_document_in_the_store_is_read_through_the_site_saved_and_put_back(site, store, bucket):
    keeper, elsewhere = CoordinatorFactory(), CoordinatorFactory()
    cookies, others = signed_in(keeper.user), signed_in(elsewhere.user)
    site.open()
    site.environment |= store
    web = site.start_web()
    web.cookies = cookies
    add = reverse("coordination:document_add", args=[keeper.territory_id])
    assert web.get(add).status == 200
    assert web.post(add, file=SimpleUploadedFile("note.txt", CONTENT, "text/plain"), title="Note").status == 302

    (kept,) = bucket.objects.all()
    assert kept.get()["Body"].read() == CONTENT
    assert not (site.folder / "media").exists(), "nothing beside the store"
    ((pk, name),) = site.query("SELECT id, file FROM coordination_document")
    assert name == kept.key
    page = reverse("coordination:document", args=[keeper.territory_id, pk])
    answer = web.get(page)
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert Visitor(web.port, cookies=others).get(page).status == 404
    assert Visitor(web.port).get(page).status == 302

    saved = site.folder / "site.tar"
    site.manage("backup", str(saved))
    with tarfile.open(saved) as archive:
        assert archive.extractfile(f"media/{name}").read() == CONTENT
        assert set(json.load(archive.extractfile("manifest.json"))["files"]) == {"database", f"media/{name}"}
    kept.delete()
    assert web.get(page).status == 404
    if connection.vendor == "sqlite":  # on PostgreSQL it would replace the tests' own database
        site.manage("restore", str(saved), "--replace")
        assert web.get(page).body == CONTENT
