"""The week as a document to pin on a wall, or in large print to hold in the hand: PDF/UA-1."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from unicodedata import normalize

import segno
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from actors.week import wording
from actors.week.languages import LANGUAGES
from actors.week.presenting import Told, View
from actors.week.schedule import Week

KEPT = 24 * 3600
"""Seconds for which a document is kept: it is drawn again if what it says has changed."""
FEW, SOME = 6, 16
"""Up to how many places the letters of a poster are large, and fairly large."""


class Format(StrEnum):
    A4 = "a4"
    A3 = "a3"
    LARGE = "grand"


FORMAT_NAMES = {Format.A4: "A4", Format.A3: "A3", Format.LARGE: "gros caractères"}


@dataclass(frozen=True)
class Imprint:
    """What a document says of itself: when, where to read the week as it is now, and its number if it is an edition."""

    on: date
    url: str
    number: int | None = None


@dataclass(frozen=True)
class Former:
    """The edition to tell the changes since."""

    week: Week
    number: int
    on: date


def render(week: Week, language: str, format: Format, imprint: Imprint, since: Former | None = None) -> bytes:
    """The document; drawn once for the same content, whoever asks."""
    html = page(week, language, format, imprint, since)
    key = f"week-{hashlib.sha256(html.encode()).hexdigest()}"
    data = cache.get(key)
    if data is None:
        # WeasyPrint takes a second to import: only who draws a document waits for it.
        from alimactiv.pdf import render_pdf

        data = render_pdf(html, stylesheet="alimactiv/week.css")
        cache.set(key, data, KEPT)
    return data


def page(week: Week, language: str, format: Format, imprint: Imprint, since: Former | None = None) -> str:
    """The document as HTML."""
    view = View(week, LANGUAGES[language])
    rows = len(view.week.open)
    context = {
        "view": view,
        "words": view.words,
        "language": view.language,
        "format": format.value,
        "density": "few" if rows <= FEW else "some" if rows <= SOME else "many",
        "imprint": _imprint(view, imprint),
        "qr": mark_safe(qr_code(imprint.url, view.words["live"])),  # noqa: S308 (ours)
        "url": imprint.url.split("://")[-1].rstrip("/"),
        "since": since,
        "since_title": _since_title(view, since),
        "told": _told(view, since),
    }
    template = "actors/week/pdf/large.html" if format == Format.LARGE else "actors/week/pdf/poster.html"
    # A letter and its accent typed apart would be two glyphs of which one has no text of its own.
    return normalize("NFC", render_to_string(template, context))


def qr_code(url: str, title: str) -> str:
    """A QR code as inline SVG."""
    return segno.make(url, error="m", micro=False).svg_inline(omitsize=True, border=0, dark="#1d2a26", title=title)


def _imprint(view: View, imprint: Imprint) -> str:
    day = wording.day(view.language, imprint.on, year=True)
    if imprint.number is None:
        return view.words["state_on"].format(day=day)
    return view.words["edition"].format(number=imprint.number, day=day)


def _since_title(view: View, since: Former | None) -> str:
    day = wording.day(view.language, since.on, year=True) if since else ""
    return view.words["since"].format(number=since.number, day=day) if since else ""


def _told(view: View, since: Former | None) -> list[Told]:
    return view.since(since.week) if since else []
