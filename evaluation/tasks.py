from celery import shared_task
from django.utils import timezone

from evaluation.campaigns import asking
from evaluation.reporting import renderings
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


@shared_task
def render_report(rendering_id: str) -> None:
    try:
        renderings.process(rendering_id)
    finally:
        for waiting in renderings.next_of(rendering_id):
            render_report.delay(str(waiting))


@shared_task
def resume_stalled_renderings() -> None:
    for rendering_id in renderings.requeue_silent():
        render_report.delay(str(rendering_id))
