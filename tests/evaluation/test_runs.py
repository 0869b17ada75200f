"""An uploaded workbook's life (``evaluation/workbook/runs.py``), with the sessions 1-3 workbook as the file."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from evaluation.models import Evaluation, ImportRun
from evaluation.workbook import exporting, importing, runs
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
State = ImportRun.State


@pytest.fixture
def archive(settings) -> bytes:
    """The shipped workbook as a .zip, and an empty database again."""
    importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
    evaluation = Evaluation.objects.get()
    content = exporting.as_zip(evaluation)
    evaluation.delete()
    return content


def hand_in(content: bytes, name: str = "classeur.zip") -> ImportRun:
    return runs.hand_in(file=SimpleUploadedFile(name, content), by=UserFactory(is_staff=True))


def test_a_workbook_is_checked_dry_then_imported_once_confirmed(archive):
    run = hand_in(archive)
    runs.process(run.pk)
    run.refresh_from_db()
    assert (run.state, run.dry_run, run.problems) == (State.DONE, True, [])
    assert run.changes["participations"]["unchanged"] == 27
    assert run.changes["constats"]["added"] == 84
    assert not Evaluation.objects.exists()

    assert runs.confirm(run=run, by=run.by)
    runs.process(run.pk)
    run.refresh_from_db()
    assert (run.state, run.dry_run, run.evaluation) == (State.DONE, False, Evaluation.objects.get())
    assert run.finished_at is not None


def test_a_refused_workbook_tells_its_problems_and_cannot_be_confirmed():
    run = hand_in(b"not a workbook", "Bilan d’été.xlsx")
    runs.process(run.pk)
    run.refresh_from_db()
    assert run.state == State.REFUSED
    assert [problem["file"] for problem in run.problems] == ["Bilan d’été.xlsx"]
    assert not runs.confirm(run=run, by=run.by)


def test_a_run_is_confirmed_once(archive):
    run = hand_in(archive)
    runs.process(run.pk)
    assert [runs.confirm(run=run, by=run.by) for _ in range(2)] == [True, False]


def test_a_run_that_another_worker_has_is_left_alone(archive):
    run = hand_in(archive)
    ImportRun.objects.update(state=State.RUNNING, dry_run=False)
    runs.process(run.pk)
    run.refresh_from_db()
    assert run.state == State.RUNNING
    assert not Evaluation.objects.exists()


def test_a_worker_that_was_given_up_takes_its_import_back(archive, monkeypatch):
    """It comes back from a long silence when another has the run: what it wrote must not stand."""
    run = hand_in(archive)
    ImportRun.objects.update(dry_run=False)
    write = importing.write

    def given_up_meanwhile(*args, **options):
        ImportRun.objects.update(attempts=1)
        return write(*args, **options)

    monkeypatch.setattr(importing, "write", given_up_meanwhile)
    with pytest.raises(runs.SupersededError):
        runs.process(run.pk)
    assert not Evaluation.objects.exists()


def test_a_failure_is_written_on_the_run_and_raised(archive, monkeypatch):
    run = hand_in(archive)
    run.file.delete(save=False)
    with pytest.raises(FileNotFoundError):
        runs.process(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.failure == (
        "Une erreur imprévue l’a arrêté (FileNotFoundError) ; le journal du serveur en dit plus."
    )  # and neither English nor a path of this machine
    assert run.finished_at is not None


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_a_silent_run_is_queued_again(archive, state):
    run = hand_in(archive)
    silent = timezone.now() - runs.SILENCE - timedelta(seconds=1)
    ImportRun.objects.update(state=state, heartbeat_at=silent)
    assert runs.requeue_silent() == [run.pk]
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.QUEUED, 1)
    assert runs.requeue_silent() == []


def test_a_run_heard_of_lately_or_ended_is_not_queued_again(archive):
    hand_in(archive)
    ended = hand_in(archive)
    long_ago = timezone.now() - timedelta(days=1)
    ImportRun.objects.filter(pk=ended.pk).update(state=State.DONE, heartbeat_at=long_ago)
    assert runs.requeue_silent() == []


def test_a_run_whose_worker_dies_each_time_is_given_up(archive):
    run = hand_in(archive)
    long_ago = timezone.now() - timedelta(days=1)
    queued = 0
    for _ in range(runs.MOST_ATTEMPTS + 2):
        ImportRun.objects.update(heartbeat_at=long_ago)
        queued += len(runs.requeue_silent())
    run.refresh_from_db()
    assert (queued, run.state) == (runs.MOST_ATTEMPTS - 1, State.FAILED)


def test_files_are_forgotten_once_imported_or_old(archive):
    imported, dry, old = hand_in(archive), hand_in(archive), hand_in(archive)
    ImportRun.objects.update(state=State.DONE)
    ImportRun.objects.filter(pk=imported.pk).update(dry_run=False)
    ImportRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - runs.KEPT - timedelta(days=1))
    paths = {run.pk: run.file.path for run in (imported, dry, old)}
    assert runs.forget_files() == 2
    kept = {run.pk for run in ImportRun.objects.exclude(file="")}
    assert kept == {dry.pk}
    assert {pk for pk, path in paths.items() if Path(path).exists()} == {dry.pk}


def test_a_failed_import_goes_on_from_its_page(archive, client):
    run = hand_in(archive)
    ImportRun.objects.update(state=State.FAILED, dry_run=False, attempts=2, failure="Interrompu 3 fois.")
    client.force_login(run.by)
    again = reverse("evaluation:resume_import", args=[run.pk])
    assert again in client.get(run.get_absolute_url()).text
    client.post(again)
    client.post(again)  # pressed twice
    runs.process(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, Evaluation.objects.count()) == (State.DONE, 0, 1)


def test_a_failed_import_whose_file_is_gone_does_not_go_on(archive, client):
    run = hand_in(archive)
    ImportRun.objects.update(state=State.FAILED, file="")
    client.force_login(run.by)
    assert reverse("evaluation:resume_import", args=[run.pk]) not in client.get(run.get_absolute_url()).text
    assert not runs.resume(run=run, by=run.by)
