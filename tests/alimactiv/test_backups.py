"""A whole site saved and put back, by the commands, on the database that the tests run on."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

SERVER = os.environ.get("DATABASE_URL", "")


@pytest.fixture(scope="module")
def new_site(tmp_path_factory):
    """``new_site()`` is the environment of a site: a database, and a folder for its files; empty, or as ``like``."""
    made = []

    def make(like: dict[str, str] | None = None) -> dict[str, str]:
        name = f"site_{uuid4().hex}"
        home = tmp_path_factory.mktemp(name)
        site = {"DATABASE_URL": f"sqlite:///{home}/site.sqlite3", "MEDIA": str(home / "media"), "NAME": name}
        if connection.vendor == "postgresql":
            with psycopg.connect(SERVER, autocommit=True) as admin:
                admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like["NAME"] if like else "template0"}"')
            made.append(name)
            site["DATABASE_URL"] = urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
        elif like:
            shutil.copy(like["DATABASE_URL"].removeprefix("sqlite:///"), home / "site.sqlite3")
        if like:
            shutil.copytree(like["MEDIA"], home / "media")
        return site

    yield make
    for name in made:
        with psycopg.connect(SERVER, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def filled(new_site) -> dict[str, str]:
    """A site with an account and a file: to be copied, never changed."""
    site = new_site()
    run(site, FILL)
    return site


@pytest.fixture(scope="module")
def saved(filled, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("saved") / "site.tar"
    run(filled, f"call_command('backup', {str(file)!r})")
    return file


def run(site: dict[str, str], code: str) -> str:
    """What a few lines of Python print in a process of that site."""
    start = "import django; from django.conf import settings; django.setup(); settings.MEDIA_ROOT = os.environ['MEDIA']"
    lines = f"import os; {start}\nfrom django.core.management import call_command\n{code}"
    environment = os.environ | site | {"DJANGO_SETTINGS_MODULE": "alimactiv.settings"}
    done = subprocess.run([sys.executable, "-c", lines], env=environment, cwd=settings.BASE_DIR, capture_output=True)
    assert not done.returncode, done.stderr.decode()
    return done.stdout.decode()


FILL = """
call_command("migrate", verbosity=0)
from accounts.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
User.objects.create_user("camille@exemple.test", name="Camille Fictive")
default_storage.save("documents/a/note.txt", ContentFile("Ordre du jour".encode()))
"""
TELL = """
from accounts.models import User
from django.core.files.storage import default_storage
names = sorted(User.objects.values_list("name", flat=True))
file = "documents/a/note.txt"
print(names, default_storage.open(file).read().decode() if default_storage.exists(file) else "")
"""


def test_a_site_comes_back_elsewhere(new_site, filled, saved):
    there = new_site()
    run(there, f"call_command('restore', {str(saved)!r})")
    assert run(there, TELL) == run(filled, TELL) == "['Camille Fictive'] Ordre du jour\n"
    assert saved.stat().st_mode & 0o077 == 0, "nobody else on the machine reads a backup"


def test_what_came_since_is_replaced_only_when_told(new_site, filled, saved):
    here = new_site(filled)
    run(here, "from accounts.models import User; User.objects.create_user('x@exemple.test', name='Venu Depuis')")
    assert "--replace" in run(here, attempt(saved, replace=False))
    assert "Venu Depuis" in run(here, TELL)
    run(here, f"call_command('restore', {str(saved)!r}, '--replace')")
    assert run(here, TELL) == "['Camille Fictive'] Ordre du jour\n"


def test_a_table_of_a_newer_version_goes(new_site, filled, saved):
    """What an upgrade made, and what refers to what was there: the backup of before it is still put back."""
    here = new_site(filled)
    table = "CREATE TABLE newer (owner bigint REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED)"
    rows = "INSERT INTO newer SELECT id FROM accounts_user"
    execute = "from django.db import connection; connection.cursor().execute"
    run(here, f"{execute}({table!r}); connection.cursor().execute({rows!r})")
    run(here, f"call_command('restore', {str(saved)!r}, '--replace')")
    assert run(here, TELL) == "['Camille Fictive'] Ordre du jour\n"
    names = "from django.db import connection; print('newer' in connection.introspection.table_names())"
    assert run(here, names) == "False\n"


def test_a_damaged_backup_changes_nothing(new_site, filled, saved, tmp_path):
    here, file = new_site(filled), tmp_path / "site.tar"
    content = bytearray(saved.read_bytes())
    at = content.index(b"Ordre du jour")
    content[at : at + 5] = b"Faux!"
    file.write_bytes(bytes(content))
    assert "abîmée" in run(here, attempt(file, replace=True))
    assert run(here, TELL) == "['Camille Fictive'] Ordre du jour\n"


def attempt(file: Path, *, replace: bool) -> str:
    """Lines that print why a backup is not put back."""
    return f"""
from pathlib import Path
from alimactiv import backups
try:
    backups.restore(Path({str(file)!r}), replace={replace})
except backups.BackupError as error:
    print(error)
"""


def test_of_another_database(tmp_path, db):
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    work, file = tmp_path / "work", tmp_path / "site.tar"
    work.mkdir()
    (work / "manifest.json").write_text(json.dumps({"engine": other, "files": {}}))
    with tarfile.open(file, "w") as archive:
        archive.add(work / "manifest.json", "manifest.json")
    with pytest.raises(CommandError, match="vient de"):
        call_command("restore", str(file), "--replace")


@pytest.mark.parametrize("content", [b"", b"ceci n'est pas une archive"])
def test_no_backup_at_all(tmp_path, content):
    file = tmp_path / "site.tar"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="sauvegarde"):
        call_command("restore", str(file))


def test_nothing_is_left_of_a_backup_that_fails(filled, tmp_path):
    target = tmp_path / "missing" / "site.tar"
    code = f"""
from django.core.management import CommandError
try:
    call_command("backup", {str(target)!r})
except CommandError as error:
    print(error)
"""
    assert run(filled, code) == f"Aucune sauvegarde n'a été faite : le dossier « {target.parent} » n'existe pas.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_memory_is_not_filled(new_site, filled, tmp_path):
    """In a container, what is written in the usual folder for passing files is taken from its memory."""
    target = tmp_path / "site.tar"
    here = "import tempfile; tempfile.tempdir = '/nowhere'"
    run(filled, f"{here}; call_command('backup', {str(target)!r})")
    there = new_site()
    run(there, f"{here}; call_command('restore', {str(target)!r})")
    assert run(there, TELL) == run(filled, TELL)
    assert list(tmp_path.iterdir()) == [target]


def test_a_restoration_that_lacks_a_folder_says_so(tmp_path):
    with pytest.raises(CommandError, match="s'est arrêtée"):
        call_command("restore", str(tmp_path / "missing" / "site.tar"))


def test_every_file_is_saved(new_site, filled, tmp_path):
    here, names = new_site(filled), ["a.txt", "b/c.txt", "b/d/é.txt"]
    code = f"""
from pathlib import Path
from alimactiv import backups
from django.core.files.base import ContentFile
for name in {names!r}:
    backups.default_storage.save(name, ContentFile(name.encode()))
print(sorted(backups.make(Path({str(tmp_path / "site.tar")!r}))["files"]))
"""
    expected = ["database", *(f"media/{name}" for name in [*names, "documents/a/note.txt"])]
    assert run(here, code) == f"{sorted(expected)}\n"
