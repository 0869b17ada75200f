"""A format's making (``evaluation/reporting/renderings.py``)."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from evaluation import tasks
from evaluation.models import Rendering
from evaluation.models.reports import AlteredError
from evaluation.reporting import renderings
from evaluation.reporting.formats import FORMATS, Format
from evaluation.reporting.snapshots import freeze
from tests.evaluation import plain_format
from tests.factories import EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Rendering.State


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def snapshot(staff):
    return freeze(evaluation=EvaluationFactory(code="Été 2025"), title="Rapport d’essai", by=staff)


@pytest.fixture(autouse=True)
def light_formats(monkeypatch):
    for code in ("pdf", "slides"):
        plain = Format(code, code, FORMATS[code].suffix, FORMATS[code].media_type, "tests.evaluation.plain_format")
        monkeypatch.setitem(FORMATS, code, plain)
    monkeypatch.setitem(FORMATS, "workbook", Format("workbook", "x", ".xlsx", "x", "tests.evaluation.no_such_format"))


def made(snapshot, staff, format="pdf") -> Rendering:
    rendering = renderings.ask(snapshot=snapshot, format=format, by=staff)
    renderings.process(rendering.pk)
    rendering.refresh_from_db()
    return rendering


def test_a_format_is_made_from_the_content_of_its_snapshot_and_kept(snapshot, staff):
    rendering = made(snapshot, staff)
    content = rendering.file.read()
    rendering.file.close()
    assert content == snapshot.content.encode()
    assert (rendering.state, rendering.size) == (State.DONE, len(content))
    assert rendering.sha256 == hashlib.sha256(content).hexdigest()
    assert rendering.file.name.endswith("/rapport-ete-2025-n1.pdf")
    assert rendering.finished_at is not None


def test_what_is_made_is_not_made_again(snapshot, staff):
    first = made(snapshot, staff)
    again = made(snapshot, staff)
    assert (again.pk, again.file.name, again.finished_at) == (first.pk, first.file.name, first.finished_at)


def test_a_code_without_letters_has_a_file_too(staff):
    rendering = made(freeze(evaluation=EvaluationFactory(code="評価"), title="Rapport d’essai", by=staff), staff)
    assert rendering.file.name.endswith("/rapport-evaluation-n1.pdf")


def test_a_failure_tells_its_reason_and_may_be_tried_again(snapshot, staff, monkeypatch):
    rendering = renderings.ask(snapshot=snapshot, format="workbook", by=staff)
    with pytest.raises(ModuleNotFoundError):
        renderings.process(rendering.pk)
    rendering.refresh_from_db()
    assert rendering.state == State.FAILED
    assert rendering.failure == (
        "Une erreur imprévue l’a arrêté (ModuleNotFoundError)\u00a0; le journal du serveur en dit plus."
    )
    monkeypatch.setitem(FORMATS, "workbook", Format("workbook", "x", ".xlsx", "x", "tests.evaluation.plain_format"))
    again = made(snapshot, staff, "workbook")
    assert (again.pk, again.state, again.failure) == (rendering.pk, State.DONE, "")


def test_nothing_is_made_from_an_altered_snapshot(snapshot, staff):
    rendering = renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_reportsnapshot SET content = %s", ["{}"])
    with pytest.raises(AlteredError):
        renderings.process(rendering.pk)
    rendering.refresh_from_db()
    assert "empreinte" in rendering.failure


def test_formats_of_a_snapshot_take_turns(snapshot, staff):
    first = renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    second = renderings.ask(snapshot=snapshot, format="slides", by=staff)
    Rendering.objects.filter(pk=first.pk).update(state=State.RUNNING)
    renderings.process(second.pk)
    second.refresh_from_db()
    assert second.state == State.QUEUED
    assert renderings.next_of(second.pk) == []  # a worker that comes too early does not call itself again
    Rendering.objects.filter(pk=first.pk).update(state=State.FAILED)
    assert renderings.next_of(first.pk) == [second.pk]
    renderings.process(second.pk)
    second.refresh_from_db()
    assert second.state == State.DONE
    assert renderings.next_of(first.pk) == []


def test_a_format_that_another_worker_has_is_left_alone(snapshot, staff):
    rendering = renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    Rendering.objects.update(state=State.RUNNING)
    renderings.process(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.file.name) == (State.RUNNING, "")


def test_a_worker_that_was_given_up_keeps_nothing(snapshot, staff, monkeypatch, settings):
    """It comes back from a long silence when the format was queued again: the other's file is the one."""
    rendering = renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    render = plain_format.render

    def given_up_meanwhile(content):
        Rendering.objects.update(attempts=1, state=State.QUEUED)
        return render(content)

    monkeypatch.setattr(plain_format, "render", given_up_meanwhile)
    renderings.process(rendering.pk)
    rendering.refresh_from_db()
    assert (rendering.state, rendering.file.name) == (State.QUEUED, "")
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(("state", "attempts"), [(State.QUEUED, 0), (State.RUNNING, 1)])
def test_a_silent_one_is_queued_again(snapshot, staff, state, attempts):
    rendering = renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    silent = timezone.now() - renderings.SILENCE - timedelta(seconds=1)
    Rendering.objects.update(state=state, heartbeat_at=silent)
    assert renderings.requeue_silent() == [rendering.pk]
    rendering.refresh_from_db()
    assert (rendering.state, rendering.attempts) == (State.QUEUED, attempts)
    assert renderings.requeue_silent() == []


def test_one_whose_worker_dies_each_time_is_given_up(snapshot, staff):
    renderings.ask(snapshot=snapshot, format="pdf", by=staff)
    long_ago = timezone.now() - timedelta(days=1)
    for _ in range(renderings.MOST_ATTEMPTS):
        Rendering.objects.filter(state=State.QUEUED).update(state=State.RUNNING)
        Rendering.objects.update(heartbeat_at=long_ago)
        renderings.requeue_silent()
    rendering = Rendering.objects.get()
    assert rendering.state == State.FAILED
    assert str(renderings.MOST_ATTEMPTS) in rendering.failure


def test_the_worker_makes_what_it_is_given_and_the_schedule_takes_up_what_is_silent(snapshot, staff):
    asked = {code: renderings.ask(snapshot=snapshot, format=code, by=staff) for code in ("pdf", "slides")}
    tasks.render_report(str(asked["pdf"].pk))
    silent = timezone.now() - renderings.SILENCE - timedelta(seconds=1)
    Rendering.objects.filter(format="slides").update(state=State.RUNNING, heartbeat_at=silent)
    tasks.resume_stalled_renderings()
    assert dict(Rendering.objects.values_list("format", "state")) == {"pdf": State.DONE, "slides": State.QUEUED}
