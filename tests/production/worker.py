"""What the Celery processes of ``test_faults.py`` run: the site's own, with the purposes, the clock and the quick beat
of their neighbours."""

import tests.outbox.worker  # noqa: F401 (its purposes and its pulse)
from tests.evaluation.worker import app

app.conf.beat_schedule["resume-stalled-renderings"]["schedule"] = 1.0
