"""Charts, as Vega-Lite specifications that Altair has checked: one drawing for the screen and for print. Pure."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from textwrap import wrap

import altair as alt

from evaluation.reporting.blocks import Bar, Group

INK, INK_SOFT, CARD, GREEN, OCHRE = "#1d2a26", "#515d58", "#fffefb", "#1f6f50", "#835200"
DASHES = ((1, 0), (9, 5), (2, 4), (12, 4, 2, 4), (5, 3))
"""What tells curves apart in print and to who sees no colours; the colours only help."""
STROKES = (GREEN, OCHRE, INK, INK_SOFT, GREEN)
CURVES_HEIGHT = 240  # in pixels
TO_CHECK = "à vérifier"
LINE_CHARACTERS, LEGEND_CHARACTERS = 44, 34  # what a phone is wide enough for
LINE, BAR, GAP = 18, 16, 12  # heights, in pixels
BESIDE = 180  # what words beside a bar take of its width, in pixels


@dataclass(frozen=True)
class Curve:
    """How many of ``of`` there were, day after day: ``points`` are (day, count), from day 0, in order."""

    label: str
    of: int
    points: Sequence[tuple[int, int]]

    def at(self, day: int) -> int | None:
        """The count on a day; ``None`` after the last one known."""
        if day > self.points[-1][0]:
            return None
        return [count for since, count in self.points if since <= day][-1]

    @property
    def words(self) -> str:
        """``Session 4 : 12 sur 18``"""
        value = f"{self.points[-1][1]} sur {self.of}".replace(" ", "\N{NO-BREAK SPACE}")
        return f"{self.label}\N{NO-BREAK SPACE}: {value}"


def intervals(groups: Sequence[Group], *, certain_word: str, beside: bool = False) -> dict:
    """Horizontal bars within the outline of the whole: solid what is certain, hollow what is to be checked.

    Words stand above their bar, or ``beside`` it where they are short: the drawing holds on a phone.
    """
    *layers, height = _placed(groups, certain_word, beside)
    widest = max((bar.of for group in groups for bar in group.bars), default=0)
    spec = deepcopy(_checked(certain_word, beside)) | {"height": height}
    for layer, values in zip(spec["layer"], layers, strict=True):
        layer["data"] = {"values": values}
        layer["encoding"]["y"]["scale"] |= {"domain": [0, height], "range": [0, height]}
        if "scale" in layer["encoding"]["x"]:
            layer["encoding"]["x"]["scale"]["domain"] = [0, max(widest, 1)]
    return spec


@cache
def _checked(certain_word: str, beside: bool) -> dict:
    """The drawing without its values: Altair takes 30 ms to check it, and needs to once."""
    across = alt.Scale(domain=[0, 1], range=[BESIDE if beside else 0, alt.expr("width")])
    down = alt.Scale(domain=[0, 1], range=[0, 1])
    nothing = alt.Chart(alt.Data(values=[]))
    drawing = alt.layer(
        _words(nothing, down, fontSize=15, fontWeight="bold"),
        _words(nothing, down, fontSize=14),
        _bars(nothing.mark_rect(fillOpacity=0, stroke=INK_SOFT, strokeWidth=0.75), across, down),
        _bars(nothing.mark_rect(strokeWidth=2), across, down).encode(**_state(certain_word)),
    )
    spec = drawing.properties(height=1).to_dict()
    del spec["data"]  # what the layers share, which is nothing
    return spec


def _placed(groups: Sequence[Group], certain_word: str, beside: bool) -> tuple[list, list, list, list, int]:
    """Headings, labels, outlines of the whole and parts of the bars, each at its height; and the height of it all."""
    headings, labels, wholes, parts, y = [], [], [], [], 0
    for group in groups:
        lines = _wrapped(group.label)
        headings.append({"text": "\n".join(lines), "y": y})
        y += LINE * len(lines) + GAP // 2
        for bar in group.bars:
            lines = _wrapped(f"{bar.label}\N{NO-BREAK SPACE}: {bar.words}")
            labels.append({"text": "\n".join(lines), "y": y})
            y += 0 if beside else LINE * len(lines)
            if not bar.note:
                place = {"top": y, "bottom": y + BAR}
                wholes.append({"start": 0, "end": bar.of, **place})
                parts += [{"group": group.label, **part, **place} for part in _parts(bar, certain_word)]
            y += (0 if bar.note and not beside else BAR) + (GAP // 2 if beside else GAP)
        y += GAP
    return headings, labels, wholes, parts, y


def _wrapped(text: str) -> list[str]:
    return wrap(text, LINE_CHARACTERS, break_on_hyphens=False)


def _parts(bar: Bar, certain_word: str) -> list[dict]:
    """What is certain, then what is to be checked, where there is any."""
    ends = ((certain_word, 0, bar.certain), (TO_CHECK, bar.certain, bar.possible))
    return [
        {"label": bar.label, "state": state, "count": end - start, "start": start, "end": end}
        for state, start, end in ends
        if end > start
    ]


def _words(chart: alt.Chart, down: alt.Scale, **style) -> alt.Chart:
    mark = {"align": "left", "baseline": "top", "lineBreak": "\n", "lineHeight": LINE, "color": INK, **style}
    return chart.mark_text(**mark).encode(x=alt.XValue(0), y=alt.Y("y:Q", scale=down, axis=None), text="text:N")


def _bars(chart: alt.Chart, across: alt.Scale, down: alt.Scale) -> alt.Chart:
    return chart.encode(
        x=alt.X("start:Q", scale=across, axis=None),
        x2="end:Q",
        y=alt.Y("top:Q", scale=down, axis=None),
        y2="bottom:Q",
    )


def _state(certain_word: str) -> dict:
    """What tells the certain from what is to be checked: solid or hollow, in one legend."""

    def scale(certain: str, to_check: str) -> alt.Scale:
        return alt.Scale(domain=[certain_word, TO_CHECK], range=[certain, to_check])

    legend = alt.Legend(title=None, orient="top", symbolType="square", symbolSize=220, symbolStrokeWidth=2)
    return {
        "fill": alt.Fill("state:N", scale=scale(GREEN, CARD), legend=legend),
        "stroke": alt.Stroke("state:N", scale=scale(GREEN, OCHRE), legend=legend),
        "tooltip": [
            alt.Tooltip("label:N", title="intitulé"),
            alt.Tooltip("state:N", title="état"),
            alt.Tooltip("count:Q", title="territoires"),
        ],
    }


def over_days(curves: Sequence[Curve], *, share_word: str, days_word: str) -> dict:
    """Curves of shares over the days, each with its own dashes and its last count in the legend above."""
    names = ["\n".join(wrap(curve.words, LEGEND_CHARACTERS, break_on_hyphens=False)) for curve in curves]
    looks = [(DASHES[n % len(DASHES)], STROKES[n % len(STROKES)]) for n in range(len(names))]
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="vertical",
        symbolType="stroke",
        symbolSize=900,
        symbolStrokeWidth=3,
        labelLimit=0,  # a campaign's name is never cut, and goes on beneath
        labelExpr="split(datum.label, '\\n')",
    )
    points = [
        {
            "curve": name,
            "label": curve.label,
            "day": day,
            "count": count,
            "of": curve.of,
            "share": count / max(curve.of, 1),
        }
        for name, curve in zip(names, curves, strict=True)
        for day, count in curve.points
    ]
    base = alt.Chart(alt.Data(values=points)).encode(
        x=alt.X("day:Q", title=days_word, axis=alt.Axis(tickMinStep=1, grid=False)),
        y=alt.Y("share:Q", title=share_word, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5)),
        stroke=alt.Stroke("curve:N", scale=alt.Scale(domain=names, range=[look[1] for look in looks]), legend=legend),
        strokeDash=alt.StrokeDash(
            "curve:N", scale=alt.Scale(domain=names, range=[list(look[0]) for look in looks]), legend=legend
        ),
    )
    tooltip = [
        alt.Tooltip("label:N", title="courbe"),
        alt.Tooltip("day:Q", title="jour"),
        alt.Tooltip("count:Q", title="territoires"),
        alt.Tooltip("of:Q", title="sur"),
    ]
    drawing = alt.layer(
        base.mark_line(interpolate="step-after", strokeWidth=3),
        base.mark_circle(size=60, fill=CARD, fillOpacity=1, strokeDash=[1, 0]).encode(tooltip=tooltip),
    )
    return drawing.properties(height=CURVES_HEIGHT).to_dict()
