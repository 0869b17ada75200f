from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from accounts.models import AuditEntry
from alimactiv.access import require
from outbox import links
from privacy import operations, register
from privacy.mails import KEEP
from privacy.permissions import can_read_exports

PAGE_SIZE = 50
RUNS_SHOWN = 10


@login_not_required
def register_page(request):
    """The register of processing (RGPD art. 30), from what the code itself does."""
    context = {
        "holdings": register.HOLDINGS,
        "rules": register.FORGETTINGS,
        "controller": settings.DATA_CONTROLLER,
        "contact": settings.DATA_CONTACT,
    }
    return render(request, "privacy/register.html", context)


def export_list(request):
    """Who took what out of the site, and what it lately forgot of itself."""
    require(can_read_exports(request.user))
    entries = Paginator(AuditEntry.objects.exports().select_related("by"), PAGE_SIZE)
    context = {
        "page_obj": entries.get_page(request.GET.get("page")),
        "runs": list(AuditEntry.objects.filter(action=operations.RETENTION)[:RUNS_SHOWN]),
    }
    return render(request, "privacy/exports.html", context)


@login_not_required
def keep(request, token: str):
    """GET shows, POST keeps the person's data for three more years."""
    link = links.find(token, KEEP)
    if link is None:
        return render(request, "outbox/link_over.html", status=404)
    if request.method == "POST":
        operations.keep_person(email=link.recipient, at=timezone.now())
    return render(request, "privacy/keep.html", {"address": link.recipient, "is_kept": request.method == "POST"})
