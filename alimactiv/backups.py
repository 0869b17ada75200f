"""The whole site in one file, and back: the database and the uploaded files, each with its SHA-256.

A backup is a ``.tar`` of ``manifest.json``, ``database`` (what PostgreSQL's own tool or SQLite's backup wrote) and
``media/``. It is read whole and checked before anything is replaced. What is needed meanwhile stands beside it, where
there is room for it: a container's ``/tmp`` is its memory. One made on PostgreSQL is put back on PostgreSQL, one of
SQLite on SQLite. See docs/deployment.md.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.core.files.storage import Storage, default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

MANIFEST, DATABASE, MEDIA = "manifest.json", "database", "media"
CHUNK = 1024 * 1024
EMPTY = """
DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one);
  END LOOP;
END $$
"""


class BackupError(Exception):
    """Why a backup could not be made or put back, in French."""


def make(target: Path) -> dict:
    """Write a backup and return its manifest. Nothing is left of one that fails. Raises ``BackupError``."""
    if not target.parent.is_dir():
        raise BackupError(f"le dossier « {target.parent} » n'existe pas.")
    with tempfile.TemporaryDirectory(prefix=".alimactiv-backup-", dir=target.parent) as folder:
        work = Path(folder)
        _dump(work / DATABASE)
        names = sorted(_files(default_storage, ""))
        for name in names:
            copy = work / MEDIA / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            with default_storage.open(name) as source, copy.open("wb") as file:
                shutil.copyfileobj(source, file, CHUNK)
        manifest = {
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "engine": connection.vendor,
            "migrations": _migrations(),
            "files": {name: _sha256(work / name) for name in [DATABASE, *(f"{MEDIA}/{name}" for name in names)]},
        }
        (work / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        whole = work / "whole.tar"
        with tarfile.open(whole, "w") as archive:
            for name in (MANIFEST, *manifest["files"]):
                archive.add(work / name, name)
        whole.chmod(0o600)
        whole.replace(target)
    return manifest


def restore(source: Path, *, replace: bool) -> dict:
    """Put a backup back and return its manifest: the database as it was, its files beside those that came since.

    Raises ``BackupError`` for a file that is no backup or is damaged, for another kind of database, and for a
    database that already holds accounts unless ``replace``.
    """
    with tempfile.TemporaryDirectory(prefix=".alimactiv-restore-", dir=source.parent) as folder:
        work = Path(folder)
        manifest = _unpacked(source, work)
        if manifest["engine"] != connection.vendor:
            raise BackupError(
                f"Cette sauvegarde vient de « {manifest['engine']} », et la base d'ici est « {connection.vendor} »."
            )
        if not replace and _holds_accounts():
            raise BackupError("La base contient déjà des comptes. Pour la remplacer, ajoutez --replace.")
        _load(work / DATABASE)
        for name in manifest["files"]:
            if name != DATABASE:
                _put_file(work / name, name.removeprefix(f"{MEDIA}/"))
    return manifest


def _unpacked(source: Path, work: Path) -> dict:
    try:
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        manifest = json.loads((work / MANIFEST).read_text("utf-8"))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupError(f"Ce fichier n'est pas une sauvegarde lisible : {error}") from error
    damaged = [name for name, sha in manifest["files"].items() if _sha256(work / name) != sha]
    if damaged:
        raise BackupError(f"Sauvegarde abîmée, rien n'a été changé : {', '.join(damaged[:3])}.")
    return manifest


def _put_file(copy: Path, name: str) -> None:
    if default_storage.exists(name):
        default_storage.delete(name)
    with copy.open("rb") as file:
        default_storage.save(name, file)


def _files(storage: Storage, folder: str) -> Iterator[str]:
    """The names of all the files under ``folder``; none if the folder was never made."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}" if folder else name
    for name in filter(None, folders):
        yield from _files(storage, f"{folder}/{name}" if folder else name)


def _sha256(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _holds_accounts() -> bool:
    if "accounts_user" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user LIMIT 1")
        return cursor.fetchone() is not None


# Each kind of database by its own means ------------------------------------------------------------


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
    else:
        _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _load(source: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as copy:
            copy.backup(connection.connection)
    else:
        connection.close()
        lines = source.with_suffix(".sql")
        _postgresql("pg_restore", "--no-owner", "--no-privileges", f"--file={lines}", str(source))
        # Whole or not at all: what is there is dropped in the same transaction, with the tables that came since.
        options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        _postgresql("psql", *options, f"--command={EMPTY}", f"--file={lines}")


def _postgresql(program: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on the site's database. Raises ``BackupError`` with what it said."""
    found = shutil.which(os.environ.get(program.upper(), program))
    if not found:
        raise BackupError(f"Il manque {program} : installez les outils de PostgreSQL (postgresql-client).")
    here = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    where = {name: str(here[key]) for name, key in names.items() if here.get(key)}
    done = subprocess.run([found, *options], env=os.environ | where, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise BackupError(f"{program} a échoué : {done.stderr.strip()[-600:]}")
