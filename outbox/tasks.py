from datetime import datetime

from celery import shared_task
from django.utils import timezone

from outbox import delivery, health
from outbox.models import Link


@shared_task(name="outbox.tasks.send_due")
def send_due() -> None:
    delivery.send_due()


@shared_task(name="outbox.tasks.mark_dead_claims")
def mark_dead_claims() -> None:
    delivery.mark_dead_claims(now=timezone.now())


@shared_task(name="outbox.tasks.forget_links")
def forget_links() -> None:
    Link.objects.forgettable().delete()


@shared_task(name="outbox.tasks.pulse")
def pulse(sent_at: str) -> None:
    """``sent_at``: when beat sent it, ISO."""
    health.note_pulse(sent_at=datetime.fromisoformat(sent_at), now=timezone.now())
