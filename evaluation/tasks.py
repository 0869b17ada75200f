from celery import shared_task
from django.utils import timezone

from evaluation.campaigns import asking
from evaluation.workbook import runs


@shared_task
def ask_campaign_mails() -> None:
    asking.ask_due(timezone.now())


@shared_task
def run_import(run_id: str) -> None:
    runs.process(run_id)


@shared_task
def resume_stalled_imports() -> None:
    for run_id in runs.requeue_silent():
        run_import.delay(str(run_id))


@shared_task
def forget_imported_files() -> None:
    runs.forget_files()
