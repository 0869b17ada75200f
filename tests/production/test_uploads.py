"""Uploaded files in an S3-compatible store: a real server of it on loopback."""

import json
import tarfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import CoordinatorFactory
from tests.production.conftest import signed_in
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = b"Ordre du jour fictif"


def test_a_document_in_the_store_is_read_through_the_site_and_saved(site, store, bucket):
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
