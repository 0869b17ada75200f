"""The report's charts outside a browser: the specifications of ``evaluation/charts.py`` drawn by vl-convert."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from html import escape
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from evaluation.reporting.blocks import Bar, Group

FONT = "Atkinson Hyperlegible"
MANY = 5  # bars, or groups, that make a column too long
WIDTHS = {1: 1080, 2: 520, 3: 360}  # pixels of a column, for so many of them
LIMIT = 60  # seconds
CONFIG = {"font": FONT, "background": None, "view": {"stroke": None}}

# What only a screen reader in a browser reads, and what draws nothing.
_unread = re.compile(r' (?:aria-\w+|role|class|pointer-events|xmlns:xlink|version)="[^"]*"|<path [^>]*d=""[^>]*/>')
_edge = re.compile(r'<svg[^>]*?width="(?P<width>[\d.]+)"[^>]*?height="(?P<height>[\d.]+)"[^>]*>')


def alternative(chart: dict[str, Any]) -> str:
    """The drawing in words: its message, then every bar."""
    said = [f"{chart['title']}. {chart['message']}"]
    for group in chart["groups"]:
        bars = ", ".join(f"{bar['label']} {bar_of(bar).words}" for bar in group["bars"])
        said.append(f"{group['label']} : {bars}.")
    return " ".join(said)


def states(chart: dict[str, Any]) -> list[str]:
    """The words of its legend: what is certain, and what is to be checked if anything is."""
    from evaluation.charts import TO_CHECK

    doubt = any(bar_of(bar).to_check for group in chart["groups"] for bar in group["bars"])
    return [chart["certain_word"], *([TO_CHECK] if doubt else [])]


def columns(chart: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Its groups, in one column or in several of about one height; the bars of a lone group are shared out too."""
    groups, beside = chart["groups"], chart["beside"]
    if len(groups) == 1:
        bars = groups[0]["bars"]
        if len(bars) < MANY:
            return [[groups[0] | {"label": ""}]]
        ends = [0, *accumulate(_even(len(bars), 3 if len(bars) > MANY else 2))]
        return [[{"label": "", "bars": bars[start:end]}] for start, end in pairwise(ends)]
    wanted = 3 if beside and len(groups) > MANY else 2
    heights = [1 + len(group["bars"]) * (1 if beside else 2) for group in groups]
    return _shared_out(groups, heights, min(wanted, len(groups)))


def _even(whole: int, parts: int) -> list[int]:
    """``7`` in three parts: ``3, 2, 2``."""
    return [whole // parts + (place < whole % parts) for place in range(parts)]


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


@contextmanager
def drawing(charts: Sequence[dict[str, Any]]) -> Iterator[Callable[[], list[list[str]]]]:
    """Each chart block as ``<svg>`` columns, without a legend; text stays text.

    They are drawn while the caller goes on: what this gives waits for them. Raises ``subprocess.SubprocessError`` if
    vl-convert fails or takes over a minute.
    """
    if not charts:
        yield list
        return
    command = [sys.executable, str(Path(__file__).with_name("vega.py"))]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,  # noqa: S603
        ThreadPoolExecutor(max_workers=1) as thread,
    ):
        try:
            specs = [_spec(chart, groups) for chart in charts for groups in columns(chart)]
            answer = thread.submit(process.communicate, json.dumps(specs), timeout=LIMIT)
            yield lambda: _received(charts, process, answer)
        finally:
            process.kill()


def _received(charts: Sequence[dict[str, Any]], process: subprocess.Popen, answer: Future) -> list[list[str]]:
    output, _ = answer.result()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    drawings = iter(json.loads(output))
    return [[_tidy(next(drawings), alt) for alt in _alternatives(chart)] for chart in charts]


def _spec(chart: dict[str, Any], groups: list[dict[str, Any]]) -> dict[str, Any]:
    from evaluation.charts import intervals  # Altair loads while vl-convert starts

    parts = [Group(group["label"], [bar_of(bar) for bar in group["bars"]]) for group in groups]
    spec = intervals(parts, certain_word=chart["certain_word"], beside=chart["beside"])
    for layer in spec["layer"]:
        for channel in ("fill", "stroke"):
            if channel in layer["encoding"]:
                layer["encoding"][channel]["legend"] = None
    # Fixed sizes: one scale for all the columns, whatever fonts the machine has to measure text with.
    return spec | {"width": WIDTHS[len(columns(chart))], "autosize": "none", "padding": 2, "config": CONFIG}


def _alternatives(chart: dict[str, Any]) -> list[str]:
    others = len(columns(chart)) - 1
    return [alternative(chart), *[f"Suite du graphique : {chart['title']}."] * others]


def _tidy(drawing: str, alt: str) -> str:
    """Without a size of its own, it takes that of its column."""
    root = r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \g<width> \g<height>">'
    return _edge.sub(root, _unread.sub("", drawing), count=1).replace(">", f"><title>{escape(alt)}</title>", 1)


def bar_of(bar: dict[str, Any]) -> Bar:
    return Bar(**bar)
