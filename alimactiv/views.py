import sys
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from alimactiv.accessibility import CHECKS, DOCUMENTS, GAPS

SECURITY_TXT_LIFE = timedelta(days=180)
COMES_BACK = 30  # seconds: when to ask again while the database does not answer


@login_not_required
def home(request):
    if request.user.is_authenticated:
        return redirect("landing")
    return render(request, "alimactiv/home.html")


def landing(request):
    """Where each role starts its day."""
    if request.user.is_staff or request.user.is_steering_reader:
        return redirect("evaluation:evaluation_list")
    return redirect("coordination:mine")


@login_not_required
def accessibility(request):
    context = {
        "checks": CHECKS,
        "documents": DOCUMENTS,
        "gaps": GAPS,
        "established_on": max(check.since for check in CHECKS),
        "contact": settings.ACCESSIBILITY_CONTACT,
    }
    return render(request, "alimactiv/accessibility.html", context)


@login_not_required
def security_txt(request):
    """Whom to tell of a weakness (RFC 9116); the answer is good for six months from now."""
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {(timezone.now() + SECURITY_TXT_LIFE).isoformat(timespec='seconds')}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_URL}{request.path}",
        f"Policy: {settings.SITE_URL}{reverse('legal')}#signaler",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@login_not_required
def legal(request):
    context = {"security_contact": settings.SECURITY_CONTACT, "geocoder": urlsplit(settings.GEOCODER_URL).hostname}
    return render(request, "alimactiv/legal.html", context)


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed, without asking the database anything: it may be what failed (503), and be back soon."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = render_to_string("503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(COMES_BACK), "Cache-Control": "no-store"})
    return HttpResponse(render_to_string("500.html"), status=500)
