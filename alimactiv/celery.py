"""The Celery application and the whole schedule: when jobs run is said here and nowhere else."""

import os
from datetime import UTC, datetime
from logging.config import dictConfig
from typing import Any

from celery import Celery, Task
from celery.beat import BeatLazyFunc
from celery.schedules import crontab
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alimactiv.settings")


class RetriedTask(Task):
    """What every task of the site is: done again when it fails, later and later; so each may run twice.

    Three times in a few minutes, for what passes by itself (a database that restarts). What lasts longer is for the
    schedule, which sends its tasks again anyway.
    """

    autoretry_for = (Exception,)
    max_retries = 3
    retry_backoff = 10  # seconds, then twice as many each time
    retry_backoff_max = 300
    retry_jitter = True


app = Celery("alimactiv", task_cls=RetriedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def say_as_the_site_does(**said: Any) -> None:
    """Worker and beat write their logs as the web process does, without addresses or tokens: Celery has its own way."""
    dictConfig(settings.LOGGING)


def now() -> str:
    """When beat sends a task, in its own words: what it sends is read later, and elsewhere."""
    return datetime.now(UTC).isoformat()


app.conf.beat_schedule = {
    "pulse": {
        "task": "outbox.tasks.pulse",
        "schedule": 60.0,
        "kwargs": {"sent_at": BeatLazyFunc(now)},
        "options": {"expires": 600},  # who is so far behind is as good as silent (outbox/health.py)
    },
    "send-due-mail": {
        "task": "outbox.tasks.send_due",
        "schedule": 60.0,
        "options": {"expires": 55},  # workers behind by a minute: the next one does
    },
    "mark-dead-mail-claims": {
        "task": "outbox.tasks.mark_dead_claims",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget-mailed-links": {
        "task": "outbox.tasks.forget_links",
        "schedule": crontab(hour=4, minute=30),
    },
    "resume-stalled-imports": {
        "task": "evaluation.tasks.resume_stalled_imports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget-imported-files": {
        "task": "evaluation.tasks.forget_imported_files",
        "schedule": crontab(hour=4, minute=20),
    },
    "ask-campaign-mails": {
        "task": "evaluation.tasks.ask_campaign_mails",
        "schedule": 600.0,
        "options": {"expires": 590},
    },
    "resume-stalled-renderings": {
        "task": "evaluation.tasks.resume_stalled_renderings",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "ask-action-reminders": {
        "task": "coordination.tasks.ask_action_reminders",
        "schedule": crontab(hour=6, minute=30),
    },
    "forget-deleted-records": {
        "task": "coordination.tasks.forget_deleted",
        "schedule": crontab(hour=4, minute=40),
    },
    "tell-bereft-structures": {
        "task": "actors.tasks.tell_bereft_structures",
        "schedule": crontab(hour=6, minute=40),
    },
    "ask-about-entries": {
        "task": "actors.tasks.ask_about_entries",
        "schedule": crontab(hour=6, minute=50),
    },
    "announce-proposals": {
        "task": "actors.tasks.announce_proposals",
        "schedule": crontab(hour=7, minute=0),
    },
    "rebuild-directory-index": {
        "task": "actors.tasks.rebuild_directory_index",
        "schedule": crontab(hour=0, minute=20),  # what ended yesterday is found no more
    },
    "apply-retention": {
        "task": "privacy.tasks.apply_retention",
        "schedule": crontab(hour=3, minute=50, day_of_week="sunday"),
    },
    "resume-stalled-directory-imports": {
        "task": "actors.tasks.resume_stalled_directory_imports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget-directory-imports": {
        "task": "actors.tasks.forget_directory_imports",
        "schedule": crontab(hour=4, minute=25),
    },
    "resume-stalled-booklets": {
        "task": "actors.tasks.resume_stalled_booklets",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget-booklets": {
        "task": "actors.tasks.forget_booklets",
        "schedule": crontab(hour=4, minute=35),
    },
    "clear-expired-sessions": {
        "task": "accounts.tasks.clear_expired_sessions",
        "schedule": crontab(hour=4, minute=10),
    },
}
