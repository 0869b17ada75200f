"""What the directory's map shows of one part of France: points while they are few, else groups on a grid.

Two queries at the most, and less than 60 KB, whatever the size of the directory.
"""

from math import ceil, log2
from typing import NamedTuple

from django.db.models import Avg, Count, F, FloatField, Max, Min
from django.db.models.functions import Floor
from django.urls import reverse

from actors.distance import Box
from actors.models import Actor, FoodService

POINTS = 120
"""Listings shown one by one; with more, they are grouped."""
CELLS = 14
"""Signs that find room from side to side, about."""
FLATNESS = 0.7
"""A degree of latitude over one of longitude, about, on a map of France: cells look square."""
NEAR = 0.0005
"""Degrees: under some forty metres, one may have no nearer look; each point is shown."""
NAME = 70
"""Characters of a name."""


class _Shown(NamedTuple):
    """What is read of a listing; entries have some forty columns, and objects made of them cost more than the query."""

    latitude: float
    longitude: float
    search_text: str
    pk: int
    actor: int
    actor__name: str
    actor__kind: str
    service__kind: str | None
    service__name: str | None


def features(listings, box: Box) -> dict:
    """A GeoJSON FeatureCollection of the ``listings`` (a query) that are in ``box``.

    A point has ``places``, the listings that stand just there; a group has ``count`` and its ``bounds`` (south, west,
    north, east).
    """
    there = listings.filter(box.holds()).order_by()
    found = _groups(there, box)
    if sum(group["properties"]["count"] for group in found) <= POINTS:
        few = there.values_list(*_Shown._fields)
        found = _points([_Shown(*one) for one in few], box)
    return {"type": "FeatureCollection", "features": found}


def _points(listings: list[_Shown], box: Box) -> list[dict]:
    """What stands at one point together; points whose signs would lie on one another, as a group."""
    standing: dict[tuple[float, float], list[_Shown]] = {}
    for listing in sorted(listings):
        standing.setdefault((listing.latitude, listing.longitude), []).append(listing)
    close = _width(box) / CELLS
    heaps: dict[tuple[float, float], dict[tuple[float, float], list[_Shown]]] = {}
    for point, there in standing.items():
        heap = point if close < NEAR else next((one for one in heaps if _is_close(one, point, close)), point)
        heaps.setdefault(heap, {})[point] = there
    return [_point(points) if len(points) == 1 else _group(points) for points in heaps.values()]


def _is_close(one: tuple[float, float], other: tuple[float, float], close: float) -> bool:
    return abs(one[0] - other[0]) < close * FLATNESS and abs(one[1] - other[1]) < close


def _point(points: dict[tuple[float, float], list[_Shown]]) -> dict:
    ((latitude, longitude), there) = next(iter(points.items()))
    return _feature(latitude, longitude, {"places": [_described(one) for one in there]})


def _group(points: dict[tuple[float, float], list[_Shown]]) -> dict:
    latitudes, longitudes = zip(*points, strict=True)
    bounds = [min(latitudes), min(longitudes), max(latitudes), max(longitudes)]
    middle = sum(latitudes) / len(points), sum(longitudes) / len(points)
    count = sum(len(there) for there in points.values())
    return _feature(*middle, {"count": count, "bounds": [round(side, 5) for side in bounds]})


def _described(listing: _Shown) -> dict:
    kind = FoodService.Kind(listing.service__kind).label.capitalize() if listing.service__kind else ""
    return {
        "name": listing.actor__name[:NAME],
        "what": (listing.service__name or kind)[:NAME] or Actor.Kind(listing.actor__kind).label,
        "url": reverse("directory:entry", args=[listing.actor]),
    }


def _groups(there, box: Box) -> list[dict]:
    step = _step(box)
    cells = (
        there.annotate(row=_cell("latitude", step * FLATNESS), column=_cell("longitude", step))
        .values("row", "column")
        .annotate(
            count=Count("pk"),
            middle_latitude=Avg("latitude"),
            middle_longitude=Avg("longitude"),
            south=Min("latitude"),
            west=Min("longitude"),
            north=Max("latitude"),
            east=Max("longitude"),
        )
        .order_by("row", "column")
    )
    return [
        _feature(
            cell["middle_latitude"],
            cell["middle_longitude"],
            {"count": cell["count"], "bounds": [round(cell[side], 5) for side in ("south", "west", "north", "east")]},
        )
        for cell in cells
    ]


def _step(box: Box) -> float:
    """The width of a cell, in degrees; a power of two, so that groups stay as they are while the map is moved."""
    return 2.0 ** ceil(log2(_width(box) / CELLS))


def _width(box: Box) -> float:
    """Its longer side, in degrees of longitude."""
    return max(box.east - box.west, (box.north - box.south) / FLATNESS, 1e-4)


def _cell(side: str, step: float):
    return Floor(F(side) / step, output_field=FloatField())


def _feature(latitude: float, longitude: float, properties: dict) -> dict:
    point = {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]}
    return {"type": "Feature", "geometry": point, "properties": properties}
