"""The database and the store of files are lost, and come back from a backup, with the processes of a public site."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from tests.factories import CoordinatorFactory, MeetingFactory
from tests.processes import PostgreSQL, Site, kill
from tests.production.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENTS = {"note.txt": "Ordre du jour fictif", "relevé.txt": "Décision fictive, à l’unanimité"}
COUNT = """
from django.apps import apps
print({model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)})
"""


@pytest.fixture
def keeper():
    keeper = CoordinatorFactory()
    MeetingFactory.create_batch(3, territory=keeper.territory)
    return keeper


@pytest.fixture
def cookies(keeper) -> dict[str, str]:
    return signed_in(keeper.user)


@pytest.fixture
def stored(site, store, bucket, cookies) -> Iterator[Site]:
    """A site on a database of its own, whose files are in the store."""
    postgresql = PostgreSQL() if connection.vendor == "postgresql" else None
    site.open()
    site.environment |= store
    if postgresql:
        site.environment["DATABASE_URL"] = postgresql.url
    yield site
    site.close()
    if postgresql:
        postgresql.close()


def lose_database(site: Site) -> None:
    if connection.vendor == "sqlite":
        for file in site.folder.glob(f"{site.file.name}*"):
            file.unlink()
        return
    with psycopg.connect(site.environment["DATABASE_URL"]) as database:
        database.execute("DROP SCHEMA public CASCADE")
        database.execute("CREATE SCHEMA public")


def rows(site: Site) -> str:
    """How many of each model the site's database holds."""
    return site.manage("shell", "--no-imports", "--command", COUNT)


def test_what_is_lost_comes_back(stored, bucket, keeper, cookies):
    web = stored.start_web()
    web.cookies = cookies
    add = reverse("coordination:document_add", args=[keeper.territory_id])
    assert web.get(add).status == 200
    for name, content in DOCUMENTS.items():
        file = SimpleUploadedFile(name, content.encode(), "text/plain")
        assert web.post(add, file=file, title=name).status == 302
    listed = reverse("coordination:document_list", args=[keeper.territory_id])
    pages = sorted(set(re.findall(rf'href="({listed}\d+/)"', web.get(listed).text)))
    kill(stored.web)
    held = rows(stored)
    saved = stored.folder / "site.tar"
    stored.manage("backup", str(saved))

    lose_database(stored)
    bucket.objects.all().delete()
    stored.manage("restore", str(saved))

    assert rows(stored) == held
    web = stored.start_web()
    web.cookies = cookies
    answers = [web.get(page) for page in pages]
    assert sorted((answer.status, answer.text) for answer in answers) == [
        (200, text) for text in sorted(DOCUMENTS.values())
    ]
    assert len(list(bucket.objects.all())) == len(DOCUMENTS)
