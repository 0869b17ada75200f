from celery import shared_task

from coordination import records


@shared_task(name="coordination.tasks.forget_deleted")
def forget_deleted() -> None:
    records.forget_deleted()
