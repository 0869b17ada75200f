"""What the workers of ``test_processes.py`` run: the site's Celery application, with purposes of its own."""

import os
from datetime import datetime, timedelta

from django.utils import timezone

from alimactiv.celery import app
from outbox.purposes import Message, Purpose, register

MONDAY = datetime.fromisoformat("2026-03-02T10:00+01:00")


def say(mail, links) -> Message:
    return Message(subject=mail.subject, text="Bonjour")


for code in ("essai", "autre"):
    register(Purpose(code=code, label=code, render=say))
app.conf.beat_schedule["pulse"]["schedule"] = 1.0
if folder := os.environ.get("TEST_QUEUE"):
    app.conf.broker_transport_options = {
        "data_folder_in": f"{folder}/messages",
        "data_folder_out": f"{folder}/messages",
        "control_folder": f"{folder}/control",
    }


@app.task(name="tests.send_on_monday")
def send_on_monday() -> None:
    from outbox import delivery

    delivery.send_due(clock=lambda: MONDAY)


@app.task(name="tests.two_hours_later")
def two_hours_later() -> None:
    """What dead workers held, and what is tried again after a failure, leaves."""
    from outbox import delivery

    delivery.send_due(clock=lambda: timezone.now() + timedelta(hours=2))


@app.task(name="tests.an_hour_later")
def an_hour_later() -> None:
    from outbox import delivery

    delivery.mark_dead_claims(now=timezone.now() + timedelta(hours=1))
