"""The report's charts outside a browser: the specifications of ``evaluation/charts.py`` drawn by vl-convert."""

import json
import re
import tempfile
from functools import cache, lru_cache
from html import escape
from typing import Any

import vl_convert
from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from evaluation.charts import INK, TO_CHECK, intervals
from evaluation.reporting.blocks import Bar, Group

FONT = "Atkinson Hyperlegible"
MANY = 5  # bars, or groups, that make a column too long
FILES = ("latin-400-normal", "latin-700-normal")
CONFIG = {"font": FONT, "background": None, "view": {"stroke": None}, "text": {"color": INK}}

# What only a screen reader in a browser reads, and what draws nothing.
_unread = re.compile(r' (?:aria-\w+|role|class|pointer-events|xmlns:xlink|version)="[^"]*"|<path [^>]*d=""[^>]*/>')
_edge = re.compile(r'<svg[^>]*?width="(?P<width>[\d.]+)"[^>]*?height="(?P<height>[\d.]+)"[^>]*>')


def is_drawn(chart: dict[str, Any]) -> bool:
    """Whether any bar of the block has numbers; where none has, words say all there is."""
    return any(not bar["note"] for group in chart["groups"] for bar in group["bars"])


def alternative(chart: dict[str, Any]) -> str:
    """The drawing in words: its message, then every bar."""
    said = [f"{chart['title']}. {chart['message']}"]
    for group in chart["groups"]:
        bars = ", ".join(f"{bar['label']} {_bar(bar).words}" for bar in group["bars"])
        said.append(f"{group['label']} : {bars}.")
    return " ".join(said)


def states(chart: dict[str, Any]) -> list[str]:
    """The words of its legend: what is certain, and what is to be checked if anything is."""
    doubt = any(_bar(bar).to_check for group in chart["groups"] for bar in group["bars"])
    return [chart["certain_word"], *([TO_CHECK] if doubt else [])]


def columns(chart: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Its groups, in one column or in several of about one height; the bars of a lone group are shared out too."""
    groups, beside = chart["groups"], chart["beside"]
    if len(groups) == 1:
        bars = groups[0]["bars"]
        if len(bars) < MANY:
            return [[groups[0] | {"label": ""}]]
        half = (len(bars) + 1) // 2
        return [[{"label": "", "bars": part}] for part in (bars[:half], bars[half:])]
    wanted = 3 if beside and len(groups) > MANY else 2
    heights = [1 + len(group["bars"]) * (1 if beside else 2) for group in groups]
    return _shared_out(groups, heights, min(wanted, len(groups)))


def _shared_out(groups: list, heights: list[float], number: int) -> list[list]:
    """The groups in ``number`` runs, none empty: the tallest as low as can be."""
    if number == 1:
        return [groups]
    splits = [
        [groups[:place], *_shared_out(groups[place:], heights[place:], number - 1)]
        for place in range(1, len(groups) - number + 2)
    ]
    height = dict(zip(map(id, groups), heights, strict=True))
    return min(splits, key=lambda runs: max(sum(height[id(group)] for group in run) for run in runs))


def svg(chart: dict[str, Any], groups: list[dict[str, Any]], *, width: int, alt: str) -> str:
    """Some groups of a chart block as an ``<svg>``, ``width`` pixels wide, without its legend; text stays text."""
    drawing = _drawn(json.dumps(groups), chart["certain_word"], chart["beside"], width)
    return drawing.replace(">", f"><title>{escape(alt)}</title>", 1)


@lru_cache(maxsize=64)
def _drawn(groups: str, certain_word: str, beside: bool, width: int) -> str:
    """Drawn once in a process: Altair checks in 30 ms what vl-convert draws in 20."""
    _fonts()
    parts = [Group(group["label"], [_bar(bar) for bar in group["bars"]]) for group in json.loads(groups)]
    spec = intervals(parts, certain_word=certain_word, beside=beside) | {"width": width, "config": CONFIG}
    for layer in spec["layer"]:
        for channel in ("fill", "stroke"):
            if channel in layer["encoding"]:
                layer["encoding"][channel]["legend"] = None
    drawing = _unread.sub("", vl_convert.vegalite_to_svg(json.dumps(spec)))
    # Without a size of its own, it takes that of its column.
    return _edge.sub(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \g<width> \g<height>">', drawing, count=1)


def _bar(bar: dict[str, Any]) -> Bar:
    return Bar(**bar)


@cache
def _fonts() -> tempfile.TemporaryDirectory:
    """vl-convert measures and draws text with the site's font; it reads TrueType only, and whenever it draws."""
    folder = tempfile.TemporaryDirectory(prefix="alimactiv-fonts-")  # goes with the process
    for name in FILES:
        font = TTFont(finders.find(f"vendor/atkinson-hyperlegible/atkinson-hyperlegible-{name}.woff2"))
        font.flavor = None
        font.save(f"{folder.name}/{name}.ttf")
    vl_convert.register_font_directory(folder.name)
    return folder
