"""What the processes of ``test_campaign_processes.py`` run: the site's own, at another hour, with a quick beat.

Mails leave in opening hours only, whatever the hour of the test: its clock is ``TEST_CLOCK`` seconds ahead, set before
anything of the site reads it.
"""

import os
from datetime import UTC, datetime, timedelta

from django.utils import timezone

AHEAD = timedelta(seconds=float(os.environ["TEST_CLOCK"]))


def now() -> datetime:
    return datetime.now(UTC) + AHEAD


timezone.now = now

from alimactiv.celery import app  # noqa: E402 (after the clock)

for entry, seconds in (("ask-campaign-mails", 4.0), ("send-due-mail", 0.5), ("mark-dead-mail-claims", 2.0)):
    app.conf.beat_schedule[entry]["schedule"] = seconds
