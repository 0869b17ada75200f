"""The booklet as a document of A5 pages: PDF/UA-1."""

from unicodedata import normalize

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from actors.booklet.content import Booklet
from actors.week.rendering import qr_code

LIVE = "L’annuaire à jour, en ligne"


def render(booklet: Booklet) -> bytes:
    """The document. About a second for a town of twenty helps, and half a minute for two hundred."""
    # WeasyPrint takes a second to import: only who draws a document waits for it.
    from alimactiv.pdf import render_pdf

    return render_pdf(page(booklet), stylesheet="alimactiv/booklet.css")


def page(booklet: Booklet) -> str:
    """The document as HTML."""
    url = f"{settings.SITE_URL}{reverse('directory:territory', args=[booklet.slug])}"
    context = {
        "booklet": booklet,
        "choices": booklet.choices,
        "url": url.split("://")[-1].rstrip("/"),
        "qr": mark_safe(qr_code(url, LIVE)),  # noqa: S308 (ours)
        "live": LIVE,
    }
    # A letter and its accent typed apart would be two glyphs of which one has no text of its own.
    return normalize("NFC", render_to_string("actors/booklet/pdf/booklet.html", context))
