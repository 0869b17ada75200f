from celery import shared_task
from django.utils import timezone

from privacy import operations


@shared_task
def apply_retention() -> None:
    operations.apply_retention(now=timezone.now(), dry_run=False)
