from celery import shared_task
from django.utils import timezone

from coordination import actions, records


@shared_task(name="coordination.tasks.forget_deleted")
def forget_deleted() -> None:
    records.forget_deleted()


@shared_task(name="coordination.tasks.ask_action_reminders")
def ask_action_reminders() -> None:
    actions.ask_reminders(timezone.localdate())
