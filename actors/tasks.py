from celery import shared_task
from django.utils import timezone

from actors import listing
from actors.booklet import making
from actors.exchange import runs
from actors.freshness import asking
from actors.operations import joining, proposals


@shared_task
def tell_bereft_structures() -> None:
    """Once a day: coordinators are told which structures have nobody any more."""
    joining.tell_bereft_structures()


@shared_task
def ask_about_entries() -> None:
    asking.ask_due(timezone.now())


@shared_task
def announce_proposals() -> None:
    now = timezone.now()
    proposals.announce(now)
    proposals.tell_staff(now)


@shared_task
def rebuild_directory_index() -> None:
    """Every night: services end, and openings of the days to come are known."""
    listing.rebuild()


@shared_task
def run_directory_import(run: int) -> None:
    runs.process(run)


@shared_task
def resume_stalled_directory_imports() -> None:
    for run in runs.requeue_silent():
        run_directory_import.delay(run)


@shared_task
def forget_directory_imports() -> None:
    runs.forget()


@shared_task
def make_booklet(pk: int) -> None:
    making.process(pk)


@shared_task
def resume_stalled_booklets() -> None:
    for pk in making.requeue_silent():
        make_booklet.delay(pk)


@shared_task
def forget_booklets() -> None:
    making.forget()
