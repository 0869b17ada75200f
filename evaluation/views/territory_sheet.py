"""A territory's own sheet: two pages to print, for who may see the case."""

import hashlib

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from evaluation.report import as_json, canonical, sheet
from evaluation.views.dossier import open_case

KEPT_FOR = 3600  # seconds


@require_safe
def territory_sheet(request: HttpRequest, code: str, case: int) -> HttpResponse:
    """As PDF, from the records as they stand. 404 too for a case that figures do not count: it has no card."""
    dossier, shown = open_case(request, code, case)
    if not dossier.reading.matrix.rows:
        raise Http404
    content = as_json(sheet(shown))
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    pdf = cache.get_or_set(f"territory-sheet:{digest}", lambda: _printed(content), KEPT_FOR)
    name = f"fiche-{slugify(shown.label)}-{slugify(dossier.evaluation.code)}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _printed(content: dict) -> bytes:
    # Loaded by who prints: see evaluation/rendering/__init__.py.
    from evaluation.rendering.sheet import render

    return render(content, content["matrix"]["rows"][0]["key"])
