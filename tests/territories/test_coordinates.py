import json

import pytest
from django.core.management import CommandError, call_command

from territories import coordinates
from territories.coordinates import CoordinatesError, Place
from territories.models import Territory
from tests.factories import TerritoryFactory

SQUARE = {"type": "Polygon", "coordinates": [[[2, 48], [4, 48], [4, 50], [2, 50], [2, 48]]]}
POINT = {"type": "Point", "coordinates": [2.36, 48.93]}


def read(tmp_path, content) -> list[Place]:
    file = tmp_path / "places.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return coordinates.read(file)


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": {"code": "93066", **properties}}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ([{"code": "93066", "centre": POINT}], Place("93066", 48.93, 2.36)),
        ([{"code": "93066", "centre": POINT, "contour": SQUARE}], Place("93066", 48.93, 2.36)),
        ([{"code": "93066", "contour": SQUARE}], Place("93066", 49, 3)),
        ({"type": "FeatureCollection", "features": [feature(POINT)]}, Place("93066", 48.93, 2.36)),
        ({"type": "FeatureCollection", "features": [feature(SQUARE)]}, Place("93066", 49, 3)),
        ({"type": "FeatureCollection", "features": [feature(SQUARE, centre=POINT)]}, Place("93066", 48.93, 2.36)),
        ("\ufeff[]".encode(), None),
    ],
)
def test_read(tmp_path, content, place):
    assert read(tmp_path, content) == ([place] if place else [])


def test_the_point_of_a_crescent_is_inside_it(tmp_path):
    crescent = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 9], [9, 9], [9, 1], [0, 1], [0, 0]]
    contour = {"type": "MultiPolygon", "coordinates": [[crescent]]}
    (place,) = read(tmp_path, [{"code": "1", "contour": contour}])
    assert not (0 < place.longitude < 9 and 1 < place.latitude < 9)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "ligne 1 : JSON incorrect"),
        ("é".encode("latin-1"), "UTF-8"),
        ({"type": "Feature"}, "ni une liste JSON, ni une FeatureCollection"),
        ({"type": "FeatureCollection"}, "ni une liste JSON, ni une FeatureCollection"),
        (["93066"], "élément 1 : ce n'est pas un objet"),
        ([{"centre": POINT}], "élément 1 : pas de « code »"),
        ([{"code": 93066, "centre": POINT}], "pas de « code »"),
        ([{"code": "93066"}], "93066 n'a ni « centre » ni contour"),
        ([{"code": "93066", "centre": {"type": "Point"}}], "93066 : géométrie incorrecte"),
        ([{"code": "93066", "centre": {"type": "Point", "coordinates": ["a", "b"]}}], "géométrie incorrecte"),
        ([{"code": "93066", "centre": {"type": "Point", "coordinates": []}}], "géométrie incorrecte"),
        ([{"code": "93066", "centre": {"type": "Cercle", "coordinates": [1, 2]}}], "géométrie incorrecte"),
        ([{"code": "93066", "centre": "ici"}], "géométrie incorrecte"),
        ([{"code": "93066", "contour": {"type": "Polygon", "coordinates": []}}], "géométrie incorrecte"),
        ([{"code": "93066", "centre": {"type": "Point", "coordinates": [652000, 6871000]}}], "longitude d'abord"),
        ([{"code": "93066", "centre": {"type": "Point", "coordinates": [float("nan"), 2]}}], "en degrés"),
    ],
)
def test_read_says_what_is_wrong(tmp_path, content, problem):
    with pytest.raises(CoordinatesError) as error:
        read(tmp_path, content)
    (said,) = error.value.problems
    assert problem in said.replace("\u00a0", " ")


def test_read_says_all_that_is_wrong(tmp_path):
    with pytest.raises(CoordinatesError) as error:
        read(tmp_path, [{"code": "1"}, {"code": "2", "centre": POINT}, 3])
    assert [problem.split(" : ")[0][-9:] for problem in error.value.problems] == ["élément 1", "élément 3"]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CoordinatesError, match=r"absent\.json"):
        coordinates.read(tmp_path / "absent.json")


@pytest.fixture
def territories(db):
    """One without coordinates, one with."""
    return TerritoryFactory(code="93066"), TerritoryFactory(code="93048", latitude=48.8, longitude=2.4)


PLACES = [Place("93066", 48.93, 2.36), Place("93048", 48.86, 2.44), Place("00000", 1, 1)]


def positions(territories) -> list[tuple]:
    return [(found.latitude, found.longitude) for found in Territory.objects.filter(pk__in=[t.pk for t in territories])]


def test_load_places_those_that_have_none(territories):
    changes = coordinates.load(PLACES)
    assert (changes.placed, changes.kept, changes.unknown) == (1, 1, ["00000"])
    assert positions(territories) == [(48.93, 2.36), (48.8, 2.4)]
    again = coordinates.load(PLACES)
    assert (again.placed, again.kept) == (0, 1)


def test_load_may_move_the_others(territories):
    assert coordinates.load(PLACES, overwrite=True).placed == 2
    assert positions(territories) == [(48.93, 2.36), (48.86, 2.44)]


def test_a_code_of_two_kinds_needs_the_kind_and_nothing_is_written_without(territories):
    department = TerritoryFactory(kind=Territory.Kind.DEPARTMENT, code="93")
    TerritoryFactory(kind=Territory.Kind.REGION, code="93")
    with pytest.raises(CoordinatesError, match="department, region"):
        coordinates.load([*PLACES, Place("93", 48.9, 2.4)])
    assert positions(territories) == [(None, None), (48.8, 2.4)]
    coordinates.load([Place("93", 48.9, 2.4)], kind=Territory.Kind.DEPARTMENT)
    assert positions([department]) == [(48.9, 2.4)]


def test_the_command_says_what_it_did(tmp_path, territories, capsys):
    file = tmp_path / "places.json"
    file.write_text(
        json.dumps([{"code": place.code, "centre": {"type": "Point", "coordinates": [2, 48]}} for place in PLACES])
    )
    call_command("load_coordinates", str(file))
    said = capsys.readouterr().out
    assert "1 territoires placés" in said
    assert "--overwrite" in said
    assert "Codes inconnus : 00000" in said


def test_the_command_says_what_is_wrong(tmp_path, db):
    with pytest.raises(CommandError, match="illisible"):
        call_command("load_coordinates", str(tmp_path / "absent.json"))
