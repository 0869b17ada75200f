"""An uploaded file's life: its columns named, checked dry, written once confirmed, and taken back whole.

A worker claims a run by compare-and-swap, and the end of a step is written in the transaction of its work: whatever
is killed, a file is in the directory whole or not at all, and its page tells which. Searches find its entries a
little later, some at a time.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from actors import listing
from actors.exchange import reading
from actors.exchange.planning import Plan, Touched, counted, plan
from actors.exchange.reading import Source
from actors.models import UNDO_FOR, DirectoryImport
from actors.operations.exchange import undo_import, write_import
from alimactiv.tabular import Problem
from territories.models import Territory

State, Step = DirectoryImport.State, DirectoryImport.Step
SILENCE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
INDEXED_AT_ONCE = 500
SHOWN_PROBLEMS, SHOWN_ENTRIES = 1000, 200


class SupersededError(Exception):
    """Another worker took this run over: what this one did is taken back."""


def hand_in(*, content: bytes, name: str, source: Source, territory: Territory, by) -> DirectoryImport:
    """Keep an uploaded file, whose columns ``source`` tells, with what they seem to mean."""
    mapping = {"columns": source.columns, "chosen": reading.guess(source)}
    fields = {"content": content, "file_name": name[:200], "territory": territory, "by": by}
    return DirectoryImport.objects.create(mapping={} if source.is_ours else mapping, **fields)


def ask(*, run: DirectoryImport, step: Step, by: User, mapping: Mapping[str, str] | None = None) -> bool:
    """Ask a worker for the next step of a run, done with the rights of ``by`` and in their name.

    False if it is not the run's next one, or somebody asked already.
    """
    ready = {
        Step.CHECK: [State.UPLOADED, State.CHECKED],
        Step.WRITE: [State.CHECKED],
        Step.UNDO: [State.DONE, State.FAILED],
    }[step]
    fields: dict[str, Any] = {"state": State.QUEUED, "step": step, "attempts": 0, "done": 0, "by": by}
    fields["beat_at"] = timezone.now()
    if mapping is not None:
        fields["mapping"] = run.mapping | {"chosen": dict(mapping)}
    return DirectoryImport.objects.filter(pk=run.pk, state__in=ready).update(**fields) == 1


def can_be_resumed(run: DirectoryImport) -> bool:
    """Whether the step in which the run failed can be asked for again: what it reads is still kept."""
    return run.state == State.FAILED and run.created_at > timezone.now() - UNDO_FOR


def resume(*, run: DirectoryImport, by: User) -> bool:
    """Ask again for the step in which a run failed; false if it cannot be, or somebody asked already."""
    failed = DirectoryImport.objects.filter(pk=run.pk, state=State.FAILED, created_at__gt=timezone.now() - UNDO_FOR)
    return failed.update(state=State.QUEUED, attempts=0, by=by, beat_at=timezone.now()) == 1


def can_be_undone(run: DirectoryImport) -> bool:
    """Whether what the run did is still known. One that failed may have written, and failed to be found by searches."""
    has_ended = run.state in (State.DONE, State.FAILED)
    return has_ended and bool(run.changes) and run.created_at > timezone.now() - UNDO_FOR


def process(run_id: int) -> None:
    """Do what is asked of one queued run. Does nothing if it is no longer queued.

    A failure is written on the run, then raised for the worker's log.
    """
    claimed = DirectoryImport.objects.filter(pk=run_id, state=State.QUEUED)
    if not claimed.update(state=State.RUNNING, beat_at=timezone.now()):
        return
    work = _Work(DirectoryImport.objects.select_related("territory", "by").get(pk=run_id))
    try:
        {Step.CHECK: work.check, Step.WRITE: work.write, Step.INDEX: work.index, Step.UNDO: work.undo}[work.run.step]()
    except Exception as error:
        reason = f"Une erreur imprévue l’a arrêté ({type(error).__name__})\u00a0; le journal du serveur en dit plus."
        work.mine.update(state=State.FAILED, reason=reason, ended_at=timezone.now())
        raise


class _Work:
    """One worker's hold on a run."""

    def __init__(self, run: DirectoryImport):
        self.run = run
        self.mine = DirectoryImport.objects.filter(pk=run.pk, state=State.RUNNING, attempts=run.attempts)

    def _tell(self, done: int, total: int) -> None:
        self.mine.update(done=done, total=total, beat_at=timezone.now())

    def _end(self, **fields: Any) -> None:
        if not self.mine.update(**fields):
            raise SupersededError(self.run.pk)

    def _source(self) -> tuple[Source, list[reading.Row]]:
        source = reading.read(bytes(self.run.content), self.run.file_name)
        mapping = self.run.mapping.get("chosen") or {column: column for column in source.columns}
        return source, reading.renamed(source, mapping)

    def check(self) -> None:
        source, rows = self._source()
        found = Plan() if source.is_refused else self._plan(rows, progress=self._tell)
        self._end(state=State.CHECKED, ended_at=timezone.now(), **told(source, found))

    def _plan(self, rows: list[reading.Row], **more: Any) -> Plan:
        return plan(rows, by=self.run.by, territory=self.run.territory, **more)

    def write(self) -> None:
        with transaction.atomic():
            _take_turn()
            source, rows = self._source()
            found = self._plan(rows, locked=True)
            changes = write_import(plan=found, file_name=self.run.file_name, by=self.run.by)
            written = {"changes": changes, "content": None, "done": 0, "total": len(changes)}
            self._end(step=Step.INDEX, beat_at=timezone.now(), **written, **told(source, found))
        self.run.changes, self.run.done = changes, 0
        self.index()

    def index(self) -> None:
        """Lets searches find what was written: apart, so that others can write meanwhile."""
        actors = [change["actor"] for change in self.run.changes]
        for start in range(self.run.done, len(actors), INDEXED_AT_ONCE):
            listing.refresh(actors[start : start + INDEXED_AT_ONCE])
            self._tell(min(start + INDEXED_AT_ONCE, len(actors)), len(actors))
        self._end(state=State.DONE, ended_at=timezone.now())

    def undo(self) -> None:
        with transaction.atomic():
            kept = undo_import(changes=self.run.changes, file_name=self.run.file_name, by=self.run.by)
            counts = self.run.counts | {
                "undone": len(self.run.changes) - len(kept),
                "kept": [
                    {"actor": one.change["actor"], "name": one.change["name"], "reason": one.reason} for one in kept
                ],
            }
            changes = [one.change for one in kept]
            self._end(state=State.UNDONE, ended_at=timezone.now(), changes=changes, counts=counts)


def _take_turn() -> None:
    """Wait for the import under way, if any: two would not see the entries that each adds. (SQLite has one writer.)"""
    list(DirectoryImport.objects.select_for_update(no_key=True).order_by("pk")[:1])


def told(source: Source, found: Plan) -> dict[str, Any]:
    """What a run keeps of a plan, for its page."""
    problems, notes = _in_order(source.problems, found.problems), _in_order(source.notes, found.notes)
    left_out = {(problem.file, problem.line) for problem in problems}
    changed = [one for one in found.touched if one.is_changed]
    return {
        "problems": [_problem(one, "problem") for one in problems[:SHOWN_PROBLEMS]]
        + [_problem(one, "note") for one in notes[:SHOWN_PROBLEMS]],
        "counts": {
            "rows": found.rows,
            "left_out": len(left_out),
            "problems": len(problems),
            "notes": len(notes),
            "changed": len(changed),
            "refused": source.is_refused,
            "tables": counted(found.touched),
            "entries": [_entry(one) for one in changed[:SHOWN_ENTRIES]],
        },
    }


def _in_order(*told: list[Problem]) -> list[Problem]:
    """As one goes through the file; what is said of all of it at the end."""
    return sorted(chain(*told), key=lambda one: (one.file, not one.line, one.line or 0))


def _problem(problem: Problem, level: str) -> dict[str, Any]:
    return vars(problem) | {"level": level}


def _entry(touched: Touched) -> dict[str, Any]:
    """One entry that is new or changed, in words."""
    new = [str(row) for row in touched.created if row is not touched.bundle.actor]
    changed = [
        f"{row._meta.get_field(name).verbose_name} ({row})" if row is not touched.bundle.actor else name_of
        for row, fields in touched.before.values()
        for name in fields
        for name_of in [str(row._meta.get_field(name).verbose_name)]
    ]
    changed += [f"territoire {territory}" for territory in touched.new_territories if not touched.is_new]
    return {"name": touched.bundle.actor.name, "is_new": touched.is_new, "new": new, "changed": changed}


def requeue_silent() -> list[int]:
    """Queue again the runs whose worker died, give up those that died too often; returns the keys queued."""
    queued = []
    for run in DirectoryImport.objects.silent_since(timezone.now() - SILENCE):
        same = DirectoryImport.objects.filter(pk=run.pk, state=run.state, attempts=run.attempts)
        if run.attempts + 1 >= MOST_ATTEMPTS:
            reason = f"Le traitement s’est interrompu {MOST_ATTEMPTS} fois avant sa fin."
            same.update(state=State.FAILED, reason=reason, ended_at=timezone.now())
        elif same.update(state=State.QUEUED, attempts=run.attempts + 1, beat_at=timezone.now()):
            queued.append(run.pk)
    return queued


def forget() -> None:
    """Files that were not imported go after a month, and what it took to undo those that were."""
    old = DirectoryImport.objects.filter(created_at__lt=timezone.now() - UNDO_FOR)
    old.filter(state__in=[State.UPLOADED, State.CHECKED]).delete()
    old.exclude(pk__in=DirectoryImport.objects.under_way()).exclude(changes=[], problems=[], content=None).update(
        changes=[], problems=[], content=None
    )
