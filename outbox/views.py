from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render

from alimactiv.development import mailbox_is_open
from outbox.mailbox import read_mails

SHOWN = 50


@login_not_required
def mailbox(request):
    """The mails that would have left, in development; one needs them to sign in. Elsewhere, 404."""
    if not mailbox_is_open():
        raise Http404
    mails = read_mails(Path(settings.EMAIL_FILE_PATH), limit=SHOWN)
    return render(request, "outbox/mailbox.html", {"mails": mails, "shown": SHOWN})
