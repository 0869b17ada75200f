from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from alimactiv.celery import app
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_schedule_clears_expired_sessions_and_whence_they_came():
    now, user = timezone.now(), UserFactory()
    for key, days in (("expired", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
        UserSession.objects.create(user=user, session_key=key, ip="192.0.2.1", user_agent="Poste")
    UserSession.objects.create(user=user, session_key="signed out", ip="192.0.2.1", user_agent="Poste")
    app.autodiscover_tasks(force=True)  # as a worker does when it starts
    app.tasks[app.conf.beat_schedule["clear-expired-sessions"]["task"]]()
    assert [session.pk for session in Session.objects.all()] == ["open"]
    assert [session.session_key for session in UserSession.objects.all()] == ["open"]
