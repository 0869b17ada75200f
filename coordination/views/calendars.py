"""Private calendar feeds: the page that makes and revokes them, and what calendar programs read."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coordination import feeds, ics
from coordination.models import CalendarFeed
from coordination.permissions import logbooks_read_by
from territories.models import Territory

MINUTES_5 = 300


@never_cache
def calendar_list(request):
    """One's feeds, and what may have one. A new feed's address is shown here, once: it is not kept."""
    territories = list(_territories(request))
    made = {feed.territory_id: feed for feed in CalendarFeed.objects.open().filter(user=request.user)}
    rows = [(territory, made.get(territory.pk if territory else None)) for territory in [None, *territories]]
    context: dict = {"rows": rows, "address": ""}
    if request.method == "POST":
        territory = _chosen(request)
        token = feeds.create_feed(user=request.user, territory=territory, by=request.user)
        address = request.build_absolute_uri(reverse("coordination:calendar_feed", args=[token]))
        context |= {"address": address, "webcal": f"webcal:{address.partition(':')[2]}", "made_for": territory}
    return render(request, "coordination/calendar_list.html", context)


@require_POST
def calendar_revoke(request, pk: int):
    feed = get_object_or_404(CalendarFeed.objects.open(), user=request.user, pk=pk)
    feeds.revoke_feed(feed=feed, by=request.user)
    messages.success(request, "Cette adresse ne donne plus rien.")
    return redirect("coordination:calendar_list")


@login_not_required
@require_safe
def calendar_feed(request, token: str):
    """What a calendar program reads, as often as it likes: nothing is sent again that has not changed."""
    feed = feeds.find_feed(token)
    if feed is None:
        raise Http404
    events = [
        ics.event_of(meeting, page=request.build_absolute_uri(meeting.get_absolute_url()))
        for meeting in feeds.meetings_of(feed)
    ]
    name = f"Réunions – {feed.territory}" if feed.territory else "Réunions Alim'Activ"
    content = ics.write(events, name=name)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={MINUTES_5}"
    return get_conditional_response(request, etag=etag, response=response)


def _territories(request):
    """Those of which one may follow the meetings apart."""
    return logbooks_read_by(request.user).order_by("name", "pk")


def _chosen(request) -> Territory | None:
    """The territory of the feed to make; ``None`` for all. Raises ``Http404`` for one that is not one's own."""
    pk = request.POST.get("territory", "")
    return get_object_or_404(_territories(request), pk=pk if pk.isdecimal() else 0) if pk else None
