"""What every task of the site bears, and what the schedule sends."""

import json
import pickle

import pytest
from celery import Celery

from alimactiv.celery import RetriedTask, app
from tests.alimactiv.test_settings import start

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith(("celery.", "tests.")))


def test_every_app_with_tasks_is_known():
    assert {name.partition(".")[0] for name in OURS} == {
        "accounts",
        "actors",
        "coordination",
        "evaluation",
        "outbox",
        "privacy",
    }


@pytest.mark.parametrize("name", OURS)
def test_a_task_survives_its_process_ends_in_time_and_is_tried_again(name):
    task = app.tasks[name]
    assert isinstance(task, RetriedTask)
    assert (task.acks_late, task.reject_on_worker_lost) == (True, True)
    soft = task.soft_time_limit or app.conf.task_soft_time_limit
    hard = task.time_limit or app.conf.task_time_limit
    assert 0 < soft < hard
    assert task.autoretry_for == (Exception,)
    assert task.max_retries > 0
    assert 0 < task.retry_backoff < task.retry_backoff_max
    assert task.retry_jitter


def test_redis_gives_no_task_away_that_may_still_run():
    asked = "print(settings.CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout'], settings.CELERY_TASK_TIME_LIMIT)"
    words = start(f"from django.conf import settings; {asked}", CELERY_BROKER_URL="redis://127.0.0.1:1/0").stdout
    visible, hard = map(int, words.split())
    assert visible > hard
    assert visible > RetriedTask.retry_backoff_max  # a task that waits for its next try is held too


def test_worker_and_beat_write_their_logs_as_the_site_does():
    told = """
import logging
from alimactiv.celery import app
app.log.setup(loglevel="INFO")  # what both begin with
logging.getLogger("celery.app.trace").info("no mail for %s", "camille.fictive@exemple.test")
"""
    (line,) = start(told, LOG_FORMAT="json").stderr.splitlines()
    said = json.loads(line)
    assert (said["logger"], said["message"]) == ("celery.app.trace", "no mail for [adresse]")


def test_what_fails_is_tried_again_then_given_up():
    apart = Celery("essai", task_cls=RetriedTask, broker="memory://", set_as_current=False)
    tries = []

    @apart.task(bind=True)
    def fail(task):
        tries.append(task.request.retries)
        raise ZeroDivisionError

    assert isinstance(fail.apply().result, ZeroDivisionError)
    assert tries == list(range(RetriedTask.max_retries + 1))


@pytest.mark.parametrize("entry", app.conf.beat_schedule)
def test_the_schedule_sends_tasks_that_exist_and_can_be_kept_in_beats_file(entry):
    sent = app.conf.beat_schedule[entry]
    assert sent["task"] in OURS
    pickle.loads(pickle.dumps(sent))


def test_what_is_sent_each_minute_does_not_pile_up():
    each_minute = [sent for sent in app.conf.beat_schedule.values() if sent["schedule"] == 60.0]
    assert all(sent["options"]["expires"] for sent in each_minute)
