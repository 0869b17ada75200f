"""The directory's search: its list, its map's points, a territory's own directory, and the frame for other sites."""

import json
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Window
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from django.views.decorators.clickjacking import xframe_options_exempt

from actors import map as drawing
from actors.distance import Box, around
from actors.forms.search import SearchForm
from actors.models import Directory, Listing, is_professional
from actors.permissions import can_keep_directory
from actors.publication import let_frames
from actors.results import RELATED, as_written, results
from actors.search import RADII, corrected
from actors.week.schedule import is_published
from alimactiv.french import clock, dated
from territories.models import Territory

SHOWN = 20
DIRECTORIES = 60
SIDES = {"south": Min("latitude"), "west": Min("longitude"), "north": Max("latitude"), "east": Max("longitude")}
WHOLE = {"count": Count("pk"), **SIDES}
FARTHEST = 10**9
"""Of the pages that databases count to."""
FRANCE = Box(41.3, -5.2, 51.1, 9.6)


class Found(Paginator):
    """What a search found. Each row of a page tells how many there are and where, which takes the database less than
    to be asked for it apart."""

    @cached_property
    def count(self) -> int:
        return self._whole["count"]

    @property
    def box(self) -> Box | None:
        """The part of the map that holds all; None if nothing is on it."""
        sides = {name: self._whole[name] for name in SIDES}
        return Box(**sides) if sides["south"] is not None else None

    def get_page(self, number) -> Page:
        asked = min(int(number), FARTHEST) if str(number).isdecimal() else 1
        start = max(asked - 1, 0) * self.per_page
        telling = self.object_list.annotate(**{name: Window(whole) for name, whole in WHOLE.items()})
        rows = list(telling[start : start + self.per_page])
        if rows:
            self._whole = {name: getattr(rows[0], name) for name in WHOLE}
        elif not start:
            self._whole = dict.fromkeys(WHOLE) | {"count": 0}
        page = super().get_page(number)
        if page.number == asked:
            page.object_list = rows
        return page

    @cached_property
    def _whole(self) -> dict:
        """Asked apart for a page that is beyond the last."""
        return self.object_list.order_by().aggregate(**WHOLE)


@dataclass(frozen=True)
class Asked:
    """A search and what it found. ``corrected``: the words that were looked for instead of those written."""

    form: SearchForm
    page: Page
    corrected: str = ""

    @property
    def query(self) -> str:
        """The address's questions, as they were answered."""
        return self._with(q=self.corrected) if self.corrected else self._with()

    @property
    def wider(self) -> str:
        """The same questions, farther away; empty when that is not possible."""
        further = [radius for radius in RADII if self.form.place and radius > self.form.search.radius]
        return self._with(rayon=further[0]) if further else ""

    @property
    def namesakes(self) -> list[tuple[str, str]]:
        """Other communes of the name asked for: as they are written, and the same questions there."""
        return [(other, self._with(ou=other)) for other in (self.form.place.others if self.form.place else [])]

    @property
    def moment(self) -> str:
        """The day and hour that were understood; empty if none was asked for."""
        data = self.form.cleaned_data
        if not data.get("jour") and not data.get("heure"):
            return ""
        day = dated(self.form.search.date(timezone.now()), "l j F")
        hour = f" à {clock(data['heure'])}" if data["heure"] else ""
        return f"Ouvert {day}{hour}."

    def _with(self, **changed: object) -> str:
        query = self.form.data.copy()
        query.pop("page", None)
        for name, value in changed.items():
            query[name] = str(value)
        return query.urlencode()


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    asked = _ask(request, request.user)
    opened = [] if asked.form.is_asking else list(_published().order_by("territory__name")[: DIRECTORIES + 1])
    context = _context(asked) | {"opened": opened[:DIRECTORIES], "opened_is_cut": len(opened) > DIRECTORIES}
    return render(request, "actors/directory/search.html", context)


@login_not_required
def territory(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Territory.objects.with_slug(slug).select_related("directory"))
    directory = getattr(found, "directory", None)
    if not is_published(found) and not is_professional(request.user):
        raise Http404
    context = _context(_ask(request, request.user, found)) | {
        "territory": found,
        "directory": directory,
        "is_published": is_published(found),
        "can_keep": can_keep_directory(request.user, found),
    }
    return render(request, "actors/directory/territory.html", context)


@login_not_required
@xframe_options_exempt
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """For a frame on another site: nobody is signed in there, and no cookie is set."""
    found = get_object_or_404(Territory.objects.with_slug(slug))
    directory = get_object_or_404(_published(), territory=found)
    context = _context(_ask(request, AnonymousUser(), found)) | {"territory": found}
    response = render(request, "actors/directory/embed.html", context)
    let_frames(response, directory)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@login_not_required
def points(request: HttpRequest) -> HttpResponse:
    """What the map shows of a part of it (``bbox``: west, south, east, north), as GeoJSON."""
    box = _box(request.GET.get("bbox", ""))
    if box is None:
        return HttpResponseBadRequest("bbox=ouest,sud,est,nord", content_type="text/plain; charset=utf-8")
    slug = request.GET.get("territoire", "")
    within = get_object_or_404(Territory.objects.with_slug(slug)) if slug else None
    form = SearchForm(request.GET, territory=within)
    listings = Listing.objects.visible_to(request.user)
    found = form.search.among(listings) if form.is_valid() else listings.none()
    body = json.dumps(drawing.features(found, box), ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, content_type="application/geo+json")
    response.headers["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "public, max-age=300"
    return get_conditional_response(request, etag=response.headers["ETag"], response=response)


def _published():
    return Directory.objects.filter(is_published=True).select_related("territory")


def _ask(request: HttpRequest, user, within: Territory | None = None) -> Asked:
    form = SearchForm(request.GET, territory=within)
    listings = Listing.objects.visible_to(user)
    if not form.is_valid() or not (form.is_asking or within):
        return Asked(form, _page(listings.none(), request))
    found = form.search.among(listings)
    page = _page(found, request)
    other = corrected(form.search, listings) if not page.paginator.count else None
    if other:
        instead = other.among(listings)
        page_instead = _page(instead, request)
        if page_instead.paginator.count:
            first = Listing.objects.select_related(*RELATED).get(pk=page_instead.object_list[0].pk)
            return Asked(form, page_instead, as_written(other.text, first))
    return Asked(form, page)


def _page(found, request: HttpRequest) -> Page:
    return Found(found.only("pk"), SHOWN).get_page(request.GET.get("page"))


def _context(asked: Asked) -> dict:
    at = timezone.now()
    return {
        "asked": asked,
        "form": asked.form,
        "page_obj": asked.page,
        "results": results(asked.page.object_list, at),
        "map_data": _map_data(asked),
    }


def _map_data(asked: Asked) -> dict:
    """What ``directory-map.js`` starts from."""
    _, tiles, options = settings.LEAFLET_CONFIG["TILES"][0]
    query = f"{asked.query}&territoire={asked.form.territory.slug}" if asked.form.territory else asked.query
    box = _start(asked)
    return {
        "points": f"{reverse('directory:points')}?{query}",
        "bounds": [[box.south, box.west], [box.north, box.east]],
        "tiles": tiles,
        "attribution": options["attribution"],
    }


def _start(asked: Asked) -> Box:
    """The part of the map to begin with: around the place asked for, or all that was found."""
    if asked.form.place and asked.form.place.point:
        return around(asked.form.place.point, asked.form.search.radius)
    return asked.page.paginator.box or FRANCE


def _box(text: str) -> Box | None:
    try:
        west, south, east, north = (float(side) for side in text.split(","))
    except ValueError:
        return None
    west, east = max(west, -180.0), min(east, 180.0)
    south, north = max(south, -90.0), min(north, 90.0)
    return Box(south, west, north, east) if south < north and west < east else None
