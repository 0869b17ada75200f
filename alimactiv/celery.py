"""The Celery application and the whole schedule: when jobs run is said here and nowhere else."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alimactiv.settings")

app = Celery("alimactiv")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "send-due-mail": {
        "task": "outbox.tasks.send_due",
        "schedule": 60.0,
        "options": {"expires": 55},  # workers behind by a minute: the next one does
    },
    "mark-dead-mail-claims": {
        "task": "outbox.tasks.mark_dead_claims",
        "schedule": 60.0,
    },
    "forget-mailed-links": {
        "task": "outbox.tasks.forget_links",
        "schedule": crontab(hour=4, minute=30),
    },
    "resume-stalled-imports": {
        "task": "evaluation.tasks.resume_stalled_imports",
        "schedule": 60.0,
    },
    "forget-imported-files": {
        "task": "evaluation.tasks.forget_imported_files",
        "schedule": crontab(hour=4, minute=20),
    },
    "resume-stalled-renderings": {
        "task": "evaluation.tasks.resume_stalled_renderings",
        "schedule": 60.0,
    },
    "ask-action-reminders": {
        "task": "coordination.tasks.ask_action_reminders",
        "schedule": crontab(hour=6, minute=30),
    },
    "forget-deleted-records": {
        "task": "coordination.tasks.forget_deleted",
        "schedule": crontab(hour=4, minute=40),
    },
    "clear-expired-sessions": {
        "task": "accounts.tasks.clear_expired_sessions",
        "schedule": crontab(hour=4, minute=10),
    },
}
