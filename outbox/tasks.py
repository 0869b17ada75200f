from celery import shared_task
from django.utils import timezone

from outbox import delivery
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
