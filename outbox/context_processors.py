from django.utils import timezone

from outbox import health


def worker(request):
    """For pages that wait for mails (``outbox/_worker_silence.html``); asked only by those that show it."""
    return {"worker_silence": lambda: health.silence(timezone.now())}
