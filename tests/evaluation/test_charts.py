"""What a chart draws is what it was given, whole and readable on a phone."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.charts import DASHES, LINE_CHARACTERS, TO_CHECK, Curve, intervals, over_days
from evaluation.reporting.blocks import Bar, Group

LABELS = st.text("abcdefghij é’-", min_size=1, max_size=90).map(str.strip).filter(bool)


@st.composite
def bars(draw) -> Bar:
    certain, possible, of = sorted(draw(st.lists(st.integers(0, 30), min_size=3, max_size=3)))
    return Bar(draw(LABELS), certain, possible, of, note=draw(st.sampled_from(["", "aucun constat"])))


GROUPS = st.lists(st.builds(Group, LABELS, st.lists(bars(), max_size=4)), max_size=4)


def layers(spec: dict) -> tuple[list, list, list, list]:
    """The data of the headings, labels, outlines of the whole and parts of the bars."""
    return tuple(layer["data"]["values"] for layer in spec["layer"])


def test_a_figure_in_words():
    assert Bar("Manque de temps", 2, 4, 18).words == "2\u00a0à\u00a04\u00a0sur\u00a018"
    assert Bar("Manque de temps", 2, 2, 18).words == "2\u00a0sur\u00a018"
    assert Bar("Manque de temps", 0, 0, 18, note="aucun constat").words == "aucun constat"


@settings(max_examples=25)  # Altair checks each against Vega-Lite's schema
@given(GROUPS, st.booleans())
def test_every_bar_is_drawn_from_what_is_certain_to_what_is_possible(groups, beside):
    _, labels, wholes, parts = layers(intervals(groups, certain_word="signalé", beside=beside))
    given_bars = [bar for group in groups for bar in group.bars]
    drawn = [bar for bar in given_bars if not bar.note]
    assert len(labels) == len(given_bars)
    assert [whole["end"] for whole in wholes] == [bar.of for bar in drawn]
    expected = [
        (group.label, bar.label, state, start, end)
        for group in groups
        for bar in group.bars
        if not bar.note
        for state, start, end in (("signalé", 0, bar.certain), (TO_CHECK, bar.certain, bar.possible))
        if end > start
    ]
    assert [tuple(part[name] for name in ("group", "label", "state", "start", "end")) for part in parts] == expected
    assert all(part["count"] == part["end"] - part["start"] for part in parts)


@settings(max_examples=25)  # Altair checks each against Vega-Lite's schema
@given(GROUPS, st.booleans())
def test_nothing_stands_on_anything_else(groups, beside):
    spec = intervals(groups, certain_word="fait", beside=beside)
    headings, labels, wholes, _ = layers(spec)
    rows = sorted((row["top"], row["bottom"]) for row in wholes)
    assert all(above[1] <= below[0] for above, below in pairwise(rows))
    tops = [place["y"] for place in headings + labels]
    assert len(set(tops)) == len(tops)
    assert all(bottom <= spec["height"] for _, bottom in rows)


def test_words_wrap_within_a_phone_and_keep_numbers_together():
    label = "Partir des besoins des associations et des personnes concernées dans chaque quartier"
    _, labels, _, _ = layers(intervals([Group("Famille", [Bar(label, 2, 4, 18)])], certain_word="signalé"))
    lines = labels[0]["text"].split("\n")
    assert all(len(line) <= LINE_CHARACTERS for line in lines)
    assert " ".join(lines).replace("\u00a0", " ") == f"{label} : 2 à 4 sur 18"
    assert any(re.search("2\u00a0à\u00a04\u00a0sur\u00a018", line) for line in lines)


def test_states_are_told_apart_by_more_than_colour():
    encoding = intervals([Group("F", [Bar("C", 1, 2, 3)])], certain_word="signalé")["layer"][3]["encoding"]
    fill, stroke = (encoding[channel]["scale"] for channel in ("fill", "stroke"))
    assert fill["domain"] == stroke["domain"] == ["signalé", TO_CHECK]
    assert fill["range"][0] == stroke["range"][0]  # solid
    assert fill["range"][1] != stroke["range"][1]  # hollow


# Curves -------------------------------------------------------------------------------------------


@st.composite
def curves(draw) -> Curve:
    days = sorted({0, *draw(st.sets(st.integers(1, 60), max_size=5))})
    counts = sorted(draw(st.lists(st.integers(0, 30), min_size=len(days), max_size=len(days))))
    return Curve(draw(LABELS), draw(st.integers(counts[-1], 40)), list(zip(days, counts, strict=True)))


@settings(max_examples=25)  # Altair checks each against Vega-Lite's schema
@given(st.lists(curves(), min_size=1, max_size=7, unique_by=lambda curve: curve.label))
def test_every_point_of_a_curve_is_drawn_as_a_share_and_told_as_a_count(drawn):
    spec = over_days(drawn, share_word="part des territoires", days_word="jours")
    expected = [(curve.label, day, count, curve.of) for curve in drawn for day, count in curve.points]
    points = spec["data"]["values"]
    assert [tuple(point[name] for name in ("label", "day", "count", "of")) for point in points] == expected
    assert all(point["share"] * point["of"] == pytest.approx(point["count"]) for point in points)
    assert all(0 <= point["share"] <= 1 for point in points)


def test_curves_are_told_apart_by_their_dashes():
    drawn = [Curve(f"Courbe {n}", 10, [(0, 0), (n, n)]) for n in range(1, 1 + len(DASHES))]
    encoding = over_days(drawn, share_word="part", days_word="jours")["layer"][0]["encoding"]
    dashes = encoding["strokeDash"]["scale"]
    assert dashes["domain"] == encoding["stroke"]["scale"]["domain"] == [curve.words for curve in drawn]
    assert len({tuple(dash) for dash in dashes["range"]}) == len(drawn)


def test_a_curve_tells_its_count_on_each_day():
    curve = Curve("Session 4", 18, [(0, 0), (3, 5), (9, 12)])
    assert [curve.at(day) for day in (0, 2, 3, 8, 9, 10)] == [0, 0, 5, 5, 12, None]
    assert curve.words == "Session 4\u00a0: 12\u00a0sur\u00a018"
