from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from alimactiv.celery import app

pytestmark = pytest.mark.django_db


def test_the_schedule_clears_expired_sessions():
    now = timezone.now()
    for key, days in (("expired", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
    app.autodiscover_tasks(force=True)  # as a worker does when it starts
    app.tasks[app.conf.beat_schedule["clear-expired-sessions"]["task"]]()
    assert [session.pk for session in Session.objects.all()] == ["open"]
