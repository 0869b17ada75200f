"""The Celery application and the whole schedule: when jobs run is said here and nowhere else."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alimactiv.settings")

app = Celery("alimactiv")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "resume-stalled-imports": {
        "task": "evaluation.tasks.resume_stalled_imports",
        "schedule": 60.0,
    },
    "forget-imported-files": {
        "task": "evaluation.tasks.forget_imported_files",
        "schedule": crontab(hour=4, minute=20),
    },
    "clear-expired-sessions": {
        "task": "accounts.tasks.clear_expired_sessions",
        "schedule": crontab(hour=4, minute=10),
    },
}
