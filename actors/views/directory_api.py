"""The published directories for other sites: data·inclusion v1, page by page, read only (docs/directory-api.md)."""

import hashlib
import json
from datetime import datetime, time

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods

from actors.exchange import data_inclusion, exporting
from actors.models import Actor, FoodService, Site
from territories.models import Territory

PER_PAGE = 100
"""Structures; each with all its services."""
FRESH_FOR = 300
"""Seconds during which others may keep an answer."""


class WrongRequestError(Exception):
    """A parameter that says nothing; why, in French."""


@login_not_required
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def directory(request: HttpRequest) -> HttpResponse:
    """Published entries, as everyone sees them; ``?page=``, ``?territoire=code``, ``?modifie_depuis=date``."""
    if request.method == "OPTIONS":
        return _open_to_all(request, HttpResponse(status=204))
    try:
        page = _page(request)
    except WrongRequestError as error:
        return _open_to_all(request, _json({"erreur": str(error)}, status=400))
    structures = Actor.objects.filter(pk__in=[actor.pk for actor in page])
    document = data_inclusion.write(exporting.public(structures))
    following = request.GET.copy()
    if page.has_next():
        following["page"] = str(page.next_page_number())
    body = {
        "page": page.number,
        "pages": page.paginator.num_pages,
        "total": page.paginator.count,
        "suivante": request.build_absolute_uri(f"?{following.urlencode()}") if page.has_next() else None,
        **document,
    }
    response = _json(body)
    changed = structures.aggregate(Max("changed_at"))["changed_at__max"]
    if changed:
        response["Last-Modified"] = http_date(changed.timestamp())
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()}"'
    response["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    # By what it holds alone: an entry that is closed to the public changes the page, and no date.
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return _open_to_all(request, answer)


def _json(body: dict, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json", status=status)


def _open_to_all(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Any site's pages may read it; it is the same for everyone, signed in or not."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET"
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
    request.session.accessed = False  # looked at on the way here, but for nothing: no « Vary: Cookie »
    return response


def _page(request: HttpRequest):
    actors = Actor.objects.active().published()
    code, since = request.GET.get("territoire", "").strip(), request.GET.get("modifie_depuis", "").strip()
    if code:
        actors = _of(actors, code)
    if since:
        actors = _changed_since(actors, _moment(since))
    paginator = Paginator(actors.order_by("pk").only("pk"), PER_PAGE)
    number = request.GET.get("page", "1")
    if not number.isascii() or not number.isdecimal() or not 1 <= int(number[:9]) <= paginator.num_pages:
        raise WrongRequestError(f"page : un nombre de 1 à {paginator.num_pages} est attendu.")
    return paginator.page(int(number))


def _of(actors: QuerySet[Actor], code: str) -> QuerySet[Actor]:
    """Those of the territories of this code: a few share one (Paris is a commune and a département)."""
    territories = list(Territory.objects.filter(code__iexact=code)) if code.isalnum() else []
    if not territories:
        raise WrongRequestError("territoire : aucun n’a ce code INSEE ou SIREN.")
    found = Q(pk=None)
    for territory in territories:
        found |= Q(pk__in=Actor.objects.of(territory).values("pk"))
    return actors.filter(found)


def _moment(text: str) -> datetime:
    try:
        day = parse_date(text)
        moment = datetime.combine(day, time.min) if day else parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise WrongRequestError("modifie_depuis : une date comme 2026-03-31 est attendue.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _changed_since(actors: QuerySet[Actor], moment: datetime) -> QuerySet[Actor]:
    changed = Q(changed_at__gte=moment)
    for model in (Site, FoodService):
        changed |= Exists(model.objects.filter(actor=OuterRef("pk"), changed_at__gte=moment))
    return actors.filter(changed)
