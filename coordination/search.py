"""Full-text search over what one may see: words by their beginning, accents and capitals ignored."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from alimactiv.text import normalised
from coordination.models import (
    ActionItem,
    Diagnostic,
    Document,
    Mapping,
    Meeting,
    Minutes,
    MutualisationProject,
    OtherAction,
    PoliticalSupport,
)
from coordination.models.record import Record
from territories.models import Territory

SHOWN = 20
"""Of each kind, the latest ones."""
AROUND = 90
"""Characters shown before the first word found, and after."""
WORD = re.compile(r"[^\W_]+")
KINDS: tuple[tuple[str, type[Record]], ...] = (
    ("Réunions", Meeting),
    ("Actions", ActionItem),
    ("Projets de mutualisation", MutualisationProject),
    ("Diagnostics", Diagnostic),
    ("Cartographies", Mapping),
    ("Autres actions", OtherAction),
    ("Soutiens politiques", PoliticalSupport),
    ("Documents", Document),
)


@dataclass(frozen=True)
class Hit:
    title: SafeString
    snippet: SafeString
    url: str
    territory: Territory
    day: date | None


@dataclass(frozen=True)
class Section:
    title: str
    hits: list[Hit]
    count: int
    """All that was found; ``hits`` are the latest of them."""


def search(user, text: str, territory: Territory | None = None) -> list[Section]:
    """What ``user`` may see that has every word of ``text``, by kind, in one territory or in all.

    Nothing without a word.
    """
    words = normalised(text).split()
    if not words:
        return []
    sections = [_minutes(user, text, words, territory)]
    for title, model in KINDS:
        found = model.objects.alive().visible_to(user).matching(text)
        found = found.filter(territory=territory) if territory else found
        sections.append(_section(title, found.select_related("territory").order_by("-created_at", "-pk"), words))
    return [section for section in sections if section.count]


def _section(title: str, found: QuerySet, words: list[str]) -> Section:
    hits = [
        Hit(
            title=marked(str(record), words),
            snippet=snippet(_besides_title(record), words),
            url=record.get_absolute_url(),
            territory=record.territory,
            day=_day(record),
        )
        for record in found[:SHOWN]
    ]
    return Section(title, hits, found.count() if len(hits) == SHOWN else len(hits))


def _minutes(user, text: str, words: list[str], territory: Territory | None) -> Section:
    found = Minutes.objects.alive().visible_to(user).matching(text)
    found = found.filter(meeting__territory=territory) if territory else found
    found = found.select_related("meeting__territory").prefetch_related("outcomes")
    hits = [
        Hit(
            title=marked(str(minutes), words),
            snippet=snippet(" – ".join([*(o.text for o in minutes.outcomes.all()), minutes.text]), words),
            url=minutes.get_absolute_url(),
            territory=minutes.meeting.territory,
            day=_day(minutes.meeting),
        )
        for minutes in found.order_by("-meeting__starts_at", "-pk")[:SHOWN]
    ]
    return Section("Comptes rendus", hits, found.count() if len(hits) == SHOWN else len(hits))


def _besides_title(record: Record) -> str:
    return " – ".join(words for words in record.own_words() if words and words != str(record))


def _day(record: Record) -> date | None:
    if isinstance(record, Meeting):
        return timezone.localtime(record.starts_at).date()
    return getattr(record, "finished_on", None) or getattr(record, "due_on", None)


def snippet(text: str, words: Iterable[str]) -> SafeString:
    """The part of ``text`` around the first of ``words``, with those it has marked; empty if it has none."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    spans = _spans(text, words)
    if not spans:
        return SafeString("")
    start = max(spans[0][0] - AROUND, 0)
    end = min(spans[0][1] + AROUND, len(text))
    start = text.find(" ", start, spans[0][0]) + 1 or start if start else 0
    end = max(text.rfind(" ", spans[0][1], end), spans[0][1]) if end < len(text) else end
    shown = marked(text[start:end], words)
    return format_html("{}{}{}", "… " if start else "", shown, " …" if end < len(text) else "")


def marked(text: str, words: Iterable[str]) -> SafeString:
    """``text``, escaped, with the words that begin as one of ``words`` in ``<mark>``."""
    text = unicodedata.normalize("NFC", text)
    parts, last = [], 0
    for start, end in _spans(text, words):
        parts.append((text[last:start], text[start:end]))
        last = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", parts), text[last:])


def _spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    words = tuple(words)
    return [found.span() for found in WORD.finditer(text) if normalised(found[0]).startswith(words)]
