"""How far places are from one another, as the crow flies, on a round Earth: right to half a per cent."""

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin, sqrt

from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

EARTH = 6371.0
"""Its mean radius, in kilometres."""


@dataclass(frozen=True)
class Point:
    """In degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Box:
    """A part of the map; its west is never east of its east (nothing of ours lies at the 180th meridian)."""

    south: float
    west: float
    north: float
    east: float

    def holds(self) -> Q:
        """Of rows with a ``latitude`` and a ``longitude``: those in it. An index answers."""
        return Q(latitude__range=(self.south, self.north), longitude__range=(self.west, self.east))


def kilometres(one: Point, other: Point) -> float:
    """By the haversine formula."""
    half = (
        sin(radians(other.latitude - one.latitude) / 2) ** 2
        + cos(radians(one.latitude))
        * cos(radians(other.latitude))
        * sin(radians(other.longitude - one.longitude) / 2) ** 2
    )
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def kilometres_from(point: Point):
    """The same, for a query on rows with a ``latitude`` and a ``longitude``; null without them."""
    north = Sin(Radians(F("latitude") - point.latitude) / 2.0)
    east = Sin(Radians(F("longitude") - point.longitude) / 2.0)
    half = Power(north, 2) + Cos(Radians(F("latitude"))) * cos(radians(point.latitude)) * Power(east, 2)
    return ASin(Least(Value(1.0), Sqrt(half, output_field=FloatField()))) * (2 * EARTH)


def around(point: Point, radius: float) -> Box:
    """The smallest part of the map that holds all that is ``radius`` kilometres away or nearer."""
    angle = radius / EARTH
    north = degrees(angle)
    narrow = cos(radians(point.latitude))
    east = degrees(asin(min(1.0, sin(angle) / narrow))) if narrow > sin(angle) else 180.0
    return Box(
        south=point.latitude - north,
        west=point.longitude - east,
        north=point.latitude + north,
        east=point.longitude + east,
    )
