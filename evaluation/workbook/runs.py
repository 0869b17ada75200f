"""An uploaded workbook's life: handed in, checked dry, confirmed, imported; resumed when its worker died.

A run is claimed by compare-and-swap, and its end is written in the transaction of its import: whatever is killed,
a workbook is imported whole or not at all, and the page tells which.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from evaluation.models import ImportRun
from evaluation.workbook import importing
from evaluation.workbook.importing import Outcome

State = ImportRun.State
SILENCE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=30)


class SupersededError(Exception):
    """Another worker took this run over: what this one did is taken back."""


def hand_in(*, file, by) -> ImportRun:
    """Keep an uploaded workbook, to be checked dry."""
    return ImportRun.objects.create(file=file, filename=Path(file.name).name[:200], by=by)


def confirm(*, run: ImportRun, by) -> bool:
    """Ask for the import of a workbook whose dry run went well; false if somebody already did."""
    confirmed = ImportRun.objects.filter(pk=run.pk, dry_run=True, state=State.DONE).update(
        dry_run=False, state=State.QUEUED, by=by, attempts=0, stage="", rows_done=0, heartbeat_at=timezone.now()
    )
    return confirmed == 1


def resume(*, run: ImportRun, by) -> bool:
    """Ask again for what failed; false if the run did not, if its file is gone, or if somebody asked already."""
    failed = ImportRun.objects.filter(pk=run.pk, state=State.FAILED).exclude(file="")
    queued = {"state": State.QUEUED, "attempts": 0, "stage": "", "rows_done": 0, "heartbeat_at": timezone.now()}
    return failed.update(by=by, **queued) == 1


def process(run_id) -> None:
    """Check, and unless dry import, one queued run. Does nothing if it is no longer queued.

    A failure is written on the run, then raised for the worker's log.
    """
    claimed = ImportRun.objects.filter(pk=run_id, state=State.QUEUED)
    if not claimed.update(state=State.RUNNING, heartbeat_at=timezone.now()):
        return
    run = ImportRun.objects.get(pk=run_id)
    mine = ImportRun.objects.filter(pk=run_id, state=State.RUNNING, attempts=run.attempts)

    def progress(stage: str, done: int, total: int) -> None:
        mine.update(stage=stage, rows_done=done, rows_total=total, heartbeat_at=timezone.now())

    try:
        with _local_copy(run) as path:
            workbook = importing.check(path, progress=progress)
        progress("Enregistrement", 0, run.rows_total)
        with transaction.atomic():
            outcome = importing.write(workbook, by=run.by, dry_run=run.dry_run)
            if not mine.update(**_ending(outcome, {path.name: run.filename})):
                raise SupersededError(run_id)
    except Exception as error:
        failure = f"Une erreur imprévue l’a arrêté ({type(error).__name__}) ; le journal du serveur en dit plus."
        mine.update(state=State.FAILED, failure=failure, finished_at=timezone.now())
        raise


@contextmanager
def _local_copy(run: ImportRun) -> Iterator[Path]:
    """The run's file under a local path that keeps its suffix, wherever media are stored."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"classeur{Path(run.file.name).suffix}"
        with run.file.open("rb") as source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        yield path


def _ending(outcome: Outcome, names: dict[str, str]) -> dict:
    """``names`` gives back to the local copy the name under which its user knows the file."""
    return {
        "state": State.REFUSED if outcome.refused else State.DONE,
        "problems": [
            vars(problem) | {"file": names.get(problem.file, problem.file)} for problem in outcome.workbook.problems
        ],
        "changes": {table: changes.as_json() for table, changes in outcome.changes.items()},
        "evaluation": outcome.evaluation,
        "finished_at": timezone.now(),
    }


def requeue_silent() -> list:
    """Queue again the runs whose worker died, give up those that died too often; returns the ids queued."""
    queued = []
    for run in ImportRun.objects.silent_since(timezone.now() - SILENCE):
        same = ImportRun.objects.filter(pk=run.pk, state=run.state, attempts=run.attempts)
        if run.attempts + 1 >= MOST_ATTEMPTS:
            same.update(
                state=State.FAILED,
                failure=f"Le traitement s’est interrompu {MOST_ATTEMPTS} fois avant sa fin.",
                finished_at=timezone.now(),
            )
        elif same.update(state=State.QUEUED, attempts=run.attempts + 1, heartbeat_at=timezone.now()):
            queued.append(run.pk)
    return queued


def forget_files() -> int:
    """Delete the files of runs that ended, once imported or after ``KEPT``; returns how many."""
    imported = Q(dry_run=False, state=State.DONE)
    old = Q(created_at__lt=timezone.now() - KEPT)
    ended = ImportRun.objects.exclude(state__in=[State.QUEUED, State.RUNNING]).exclude(file="")
    runs = list(ended.filter(imported | old))
    for run in runs:
        run.file.delete(save=False)
        ImportRun.objects.filter(pk=run.pk).update(file="")
    return len(runs)
