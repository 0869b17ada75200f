"""What print needs and no library decides: widths of columns, spaces, the places of a map, the columns of a chart."""

from itertools import combinations
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rendering import charts
from evaluation.rendering import map as drawn_map
from evaluation.rendering.tables import FOLD, laid_out
from evaluation.rendering.typography import french


def table(rows, *labels):
    return {"title": "", "columns": [{"label": label, "numeric": False} for label in labels], "rows": rows}


# Tables -------------------------------------------------------------------------------------------


def test_a_column_that_holds_nothing_is_left_out():
    found = laid_out(table([["Bondy", "", "x"], ["Cergy", None, ""]], "Territoire", "Date", "Note"))
    assert [column["label"] for column in found["columns"]] == ["Territoire", "Note"]
    assert [[cell["text"] for cell in row["cells"]] for row in found["rows"]] == [["Bondy", "x"], ["Cergy", ""]]


@given(st.lists(st.lists(st.text("abc é\n", max_size=200), min_size=3, max_size=3), max_size=80))
def test_widths_make_up_the_table_and_no_row_is_lost(rows):
    found = laid_out(table(rows, "Un", "Deux", "Trois"))
    assert sum(float(column["width"].rstrip("%")) for column in found["columns"]) == pytest.approx(100, abs=0.2)
    pieces = [row for page in found["pieces"] for half in page for row in half] or found["rows"]
    assert [row["cells"][0]["text"] for row in pieces] == [row[0] for row in rows]


def test_a_long_narrow_table_is_folded_by_pages_in_halves_of_one_height():
    found = laid_out(table([[f"Territoire {n}", "oui"] for n in range(3 * FOLD)], "Territoire", "État"))
    assert [[len(half) for half in page] for page in found["pieces"]] == [[FOLD, FOLD], [FOLD // 2, FOLD // 2]]


def test_a_row_is_never_alone_on_a_page():
    found = laid_out(table([["Un"], ["Deux"], ["Trois"], ["Quatre"]], "Nombre"))
    assert ["keep" in row["css"] for row in found["rows"]] == [False, True, False, True]


def test_a_verdict_in_a_table_has_its_colour():
    found = laid_out(table([["Bondy", "◐ à vérifier"], ["Cergy", "●"]], "Territoire", "État"))
    assert [row["cells"][1]["css"] for row in found["rows"]] == ["uncertain", ""]


# Spaces -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Freins : l'échelle ; et ?", "Freins\u00a0: l’échelle\u00a0; et\u00a0?"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("14 à 15 sur 18", "14\u00a0à\u00a015 sur\u00a018"),
        ("12 000 €, 30 %", "12\u00a0000\u00a0€, 30\u00a0%"),
        ("le 1er janvier 2025, page 12", "le 1er\u00a0janvier 2025, page\u00a012"),
        ("12\u202f000\u202f€", "12\u00a0000\u00a0€"),
        ("sous-préfecture d'Exemple", "sous-préfecture d’Exemple"),
        ("brake.scale : 'x'", "brake.scale\u00a0: 'x'"),
    ],
)
def test_french(typed, printed):
    assert french(typed) == printed


@given(st.text("ab 1à:;?«» '’\u00a0\n"))
def test_typography_changes_no_word_and_is_done_once(typed):
    assert french(typed).replace("\u00a0", " ").replace("’", "'") == typed.replace("\u00a0", " ").replace("’", "'")
    assert french(french(typed)) == french(typed)


# The map ------------------------------------------------------------------------------------------

places = st.tuples(st.floats(42, 51), st.floats(-4, 8))


def point(number, place, name="Bondy"):
    latitude, longitude = place
    return {"number": number, "name": name, "latitude": latitude, "longitude": longitude, "verdict": "yes"}


@given(st.lists(places, min_size=1, max_size=20))
def test_points_stay_in_the_frame_apart_from_one_another(found):
    points = [point(number, place) for number, place in enumerate(found, start=1)]
    _, drawn = drawn_map.placed(points)
    assert all(0 < x < drawn_map.WIDTH and 0 < y < drawn_map.HEIGHT for x, y in drawn)
    for one, other in combinations(drawn, 2):
        assert hypot(one[0] - other[0], one[1] - other[1]) > drawn_map.RADIUS


def test_a_place_is_named_where_there_is_room_and_numbered_elsewhere():
    svg = drawn_map.svg([point(1, (48.9, 2.4)), point(2, (48.9, 2.5), "Communauté " * 4)], alt="Une carte & sa liste")
    assert ">Bondy</text>" in svg
    assert ">2</text>" in svg
    assert "Communauté" not in svg
    assert "<title>Une carte &amp; sa liste</title>" in svg


def test_without_a_point_there_is_no_map():
    assert drawn_map.svg([], alt="") == ""


# Charts -------------------------------------------------------------------------------------------


def bars(number):
    return [{"label": f"Barre {n}", "certain": n, "possible": n + 1, "of": 18, "note": ""} for n in range(number)]


def chart(*numbers, beside=False):
    groups = [{"label": f"Groupe {place}", "bars": bars(number)} for place, number in enumerate(numbers)]
    return {"title": "T", "message": "M.", "certain_word": "fait", "groups": groups, "beside": beside}


@pytest.mark.parametrize(
    ("numbers", "beside", "shared"),
    [
        ((2,), False, [[2]]),
        ((7,), False, [[3], [2], [2]]),
        ((1, 2, 3, 2, 2), False, [[1, 2, 3], [2, 2]]),
        ((3,) * 8, True, [[3, 3, 3], [3, 3, 3], [3, 3]]),
    ],
)
def test_groups_are_shared_out_between_columns(numbers, beside, shared):
    found = charts.columns(chart(*numbers, beside=beside))
    assert sorted([len(group["bars"]) for group in column] for column in found) == sorted(shared)


def test_a_chart_is_drawn_as_text_and_shapes_with_its_words_for_who_does_not_see_it():
    drawn = chart(2)
    with charts.drawing([drawn]) as result:
        ((drawing,),) = result()
    assert "Barre 1" in drawing
    assert "<path" in drawing
    assert f"<title>{charts.alternative(drawn)}</title>" in drawing
    said = charts.alternative(drawn).replace("\u00a0", " ")
    assert said == "T. M. Groupe 0 : Barre 0 0 à 1 sur 18, Barre 1 1 à 2 sur 18."
    with charts.drawing([]) as result:
        assert result() == []
