"""A territory's week for whoever needs it: its page, the frame for other sites, the document and the calendar."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from actors.forms.week import DocumentForm, WeekForm
from actors.models import is_professional
from actors.permissions import can_keep_directory
from actors.publication import let_frames
from actors.week import ics, wording
from actors.week.languages import FRENCH, LANGUAGES
from actors.week.presenting import View
from actors.week.rendering import FORMAT_NAMES, Format, Imprint
from actors.week.rendering import render as draw
from actors.week.schedule import Week, build, is_published, this_monday
from territories.models import Territory

MINUTES_5 = 300


@dataclass(frozen=True)
class Asked:
    """The week that someone asks for."""

    territory: Territory
    form: WeekForm
    week: Week


@login_not_required
@require_safe
def week(request: HttpRequest, slug: str) -> HttpResponse:
    asked = _ask(request, _readable(request, slug))
    context = _context(request, asked) | {"can_keep": can_keep_directory(request.user, asked.territory)}
    return render(request, "actors/week/week.html", context)


@login_not_required
@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """For a frame on another site: the same for everyone, and no cookie is set."""
    territory = get_object_or_404(Territory.objects.with_slug(slug).select_related("directory"))
    if not is_published(territory):
        raise Http404
    response = render(request, "actors/week/embed.html", _context(request, _ask(request, territory)))
    let_frames(response, territory.directory)
    response.headers["Cache-Control"] = f"public, max-age={MINUTES_5}"
    return response


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """The week to print. What cannot be asked leads to the page, which says why."""
    asked = _ask(request, _readable(request, slug))
    if not asked.form.is_valid():
        return redirect(f"{reverse('week:week', args=[slug])}?{request.GET.urlencode()}")
    wanted = DocumentForm(request.GET)
    wanted.is_valid()
    format = Format(wanted.cleaned_data.get("format") or Format.A4)
    imprint = Imprint(timezone.localdate(), live_address(asked.territory))
    data = draw(asked.week, asked.form.language, format, imprint)
    return _cached(request, asked, data, "application/pdf", f"semaine-{slug}-{format}.pdf")


@login_not_required
@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """What a calendar program reads, as often as it likes: nothing is sent again that has not changed."""
    territory = _readable(request, slug)
    form = WeekForm(request.GET, territory=territory, first_day=timezone.localdate())
    if not form.is_valid():
        return redirect(f"{reverse('week:week', args=[slug])}?{request.GET.urlencode()}")
    today = timezone.localdate()
    coming = build(territory, today, today + ics.AHEAD, form.selection)
    asked = Asked(territory, form, coming)
    data = ics.write(coming, live_address(territory))
    return _cached(request, asked, data, "text/calendar; charset=utf-8", f"semaine-{slug}.ics")


def live_address(territory: Territory) -> str:
    """Where the week is read as it is now, from anywhere."""
    return f"{settings.SITE_URL}{reverse('week:week', args=[territory.slug])}"


def contact_of(territory: Territory) -> str:
    """Whom to ask, as the last edition says."""
    last = territory.week_editions.first()
    return last.content["contact"] if last else ""


def _readable(request: HttpRequest, slug: str) -> Territory:
    """Open to everyone once published, to professionals before. Raises ``Http404`` for others."""
    territory = get_object_or_404(Territory.objects.with_slug(slug).select_related("directory"))
    if not is_published(territory) and not is_professional(request.user):
        raise Http404
    return territory


def _ask(request: HttpRequest, territory: Territory) -> Asked:
    """What cannot be asked gives the usual week, and its form says why."""
    form = WeekForm(request.GET, territory=territory, first_day=this_monday(timezone.localdate()))
    form.is_valid()
    shown = build(territory, form.start, form.end, form.selection, contact=contact_of(territory))
    return Asked(territory, form, shown)


def _context(request: HttpRequest, asked: Asked) -> dict:
    language = LANGUAGES[asked.form.language]
    view, today = View(asked.week, language), timezone.localdate()
    is_now = asked.week.starts_on <= today <= asked.week.ends_on
    return {
        "territory": asked.territory,
        "is_published": is_published(asked.territory),
        "form": asked.form,
        "view": view,
        "words": view.words,
        "language": language,
        "languages": [(one, _query(request, langue=one.code)) for one in LANGUAGES.values()],
        "formats": [(name, _query(request, format=code.value)) for code, name in FORMAT_NAMES.items()],
        "query": _query(request),
        "today": _today(view, today) if is_now else None,
        "weekday": today.weekday() if is_now else None,
        "is_french": language.code == FRENCH,
    }


def _today(view: View, on: date) -> dict:
    return {"name": wording.day(view.language, on, weekday=True), "half_days": view.half_days_on(on)}


def _query(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()


def _cached(request: HttpRequest, asked: Asked, data: bytes, content_type: str, name: str) -> HttpResponse:
    etag = f'"{hashlib.sha256(data).hexdigest()}"'
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"{'public' if is_published(asked.territory) else 'private'}, max-age={MINUTES_5}"
    return get_conditional_response(request, etag=etag, response=response)
