"""Coordinates of territories, from a file of the form that geo.api.gouv.fr gives."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import shapely
from django.db import transaction
from shapely.geometry import shape

from territories.models import Territory


class CoordinatesError(Exception):
    """The file cannot be used; ``problems`` says why in French, one sentence a place."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Place:
    """Where the territory with this code is, in degrees (WGS 84)."""

    code: str
    latitude: float
    longitude: float


@dataclass
class Changes:
    placed: int = 0
    kept: int = 0  # they had other coordinates
    unknown: list[str] = field(default_factory=list)  # codes of no territory


def read(file: Path) -> list[Place]:
    """The places of a JSON list (``code``, ``centre`` or ``contour``) or of a GeoJSON FeatureCollection.

    Without a centre, a point inside the contour. Raises ``CoordinatesError`` with all that is wrong.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CoordinatesError([f"{file} : illisible ({error.strerror})."]) from None
    except UnicodeDecodeError:
        raise CoordinatesError([f"{file} : le fichier n'est pas en UTF-8."]) from None
    except json.JSONDecodeError as error:
        raise CoordinatesError([f"{file}, ligne {error.lineno} : JSON incorrect."]) from None
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        content = content.get("features")
    if not isinstance(content, list):
        raise CoordinatesError([f"{file} : ni une liste JSON, ni une FeatureCollection GeoJSON."])
    places, problems = [], []
    for number, item in enumerate(content, start=1):
        try:
            places.append(_place(item))
        except ValueError as error:
            problems.append(f"{file}, élément {number} : {error}")
    if problems:
        raise CoordinatesError(problems)
    return places


def _place(item) -> Place:
    if not isinstance(item, dict):
        raise ValueError("ce n'est pas un objet.")
    about = item.get("properties") if item.get("type") == "Feature" else item
    code = about.get("code") if isinstance(about, dict) else None
    if not isinstance(code, str) or not code:
        raise ValueError('pas de « code » (un texte, par exemple "93066").')
    geometry = about.get("centre") or item.get("geometry") or about.get("contour")
    if not geometry:
        raise ValueError(f"{code} n'a ni « centre » ni contour.")
    try:
        found = shape(geometry)
        point = found if found.geom_type == "Point" else found.representative_point()
        longitude, latitude = point.x, point.y
    except (shapely.errors.ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise ValueError(f"{code} : géométrie incorrecte.") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(
            f"{code} : longitude {longitude:g}, latitude {latitude:g} ; attendu en degrés, longitude d'abord."
        )
    return Place(code, latitude, longitude)


@transaction.atomic
def load(places: list[Place], *, kind: str = "", overwrite: bool = False) -> Changes:
    """Gives the territories with these codes (of one ``kind``, if told) their coordinates.

    Those that have some keep them unless ``overwrite``. Raises ``CoordinatesError`` if a code is that of territories
    of several kinds (93 is a département and a région).
    """
    territories = Territory.objects.filter(kind=kind) if kind else Territory.objects.all()
    known: dict[str, list[Territory]] = {}
    for territory in territories.only("code", "kind", "latitude", "longitude"):
        known.setdefault(territory.code, []).append(territory)
    changes, moved, problems = Changes(), [], []
    for place in places:
        found = known.get(place.code, [])
        if len(found) > 1:
            kinds = ", ".join(sorted(territory.kind for territory in found))
            problems.append(f"{place.code} : plusieurs territoires ont ce code ({kinds}) ; précisez --kind.")
        elif not found:
            changes.unknown.append(place.code)
        elif (found[0].latitude, found[0].longitude) == (place.latitude, place.longitude):
            continue
        elif found[0].latitude is not None and not overwrite:
            changes.kept += 1
        else:
            found[0].latitude, found[0].longitude = place.latitude, place.longitude
            moved.append(found[0])
    if problems:
        raise CoordinatesError(problems)
    Territory.objects.bulk_update(moved, ["latitude", "longitude"], batch_size=500)
    changes.placed = len(moved)
    return changes
