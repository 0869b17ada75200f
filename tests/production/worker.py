"""What the Celery processes of this folder's tests run: the site's own, with the purposes, the clock and the quick
beat of their neighbours.

``TEST_DIES_AFTER`` is a piece of SQL: the first statement that holds it is the last one of these processes, which are
killed at once, between what it wrote and the end of its transaction.
"""

import os
import signal

from django.db.backends.signals import connection_created

import tests.outbox.worker  # noqa: F401 (its purposes and its pulse)
from tests.evaluation.worker import app

for entry in ("resume-stalled-renderings", "resume-stalled-imports", "resume-stalled-directory-imports"):
    app.conf.beat_schedule[entry]["schedule"] = 1.0

LAST_WORDS = os.environ.get("TEST_DIES_AFTER", "")


def die_after(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if LAST_WORDS in sql:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    return done


def hold(sender, connection, **more) -> None:
    connection.execute_wrappers.append(die_after)


if LAST_WORDS:
    connection_created.connect(hold)
