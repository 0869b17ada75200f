"""Places as points (RFC 7946), each with the flat table's row as its properties, by column code."""

from collections.abc import Iterable
from typing import Any

from actors.exchange.bundles import Bundle, Cells
from actors.exchange.rows import NotReadableError, Row, as_cell

POINT = ("lieu_longitude", "lieu_latitude")


def write(bundles: Iterable[Bundle]) -> dict[str, Any]:
    """Everything that everyone may read; what has no known point has no geometry."""
    rows = [row for bundle in bundles for row in bundle.rows(words=False, with_contact=False)]
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def _feature(row: Cells) -> dict[str, Any]:
    point = [float(row[code]) for code in POINT if code in row]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point} if point else None,
        "properties": {code: text for code, text in row.items() if code not in POINT},
    }


def read(data: dict[str, Any], file: str) -> list[Row]:
    """Raises ``NotReadableError`` for what is no collection of features."""
    features = data.get("features")
    if not isinstance(features, list):
        raise NotReadableError("ce GeoJSON n’a pas de liste « features ».")
    return [Row(line, file, _cells(feature)) for line, feature in enumerate(features, start=1)]


def _cells(feature: Any) -> Cells:
    if not isinstance(feature, dict):
        return {}
    properties = feature.get("properties")
    cells = {str(name): as_cell(value) for name, value in properties.items()} if isinstance(properties, dict) else {}
    geometry = feature.get("geometry")
    point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    if isinstance(point, list) and len(point) >= 2:
        cells |= {code: as_cell(number) for code, number in zip(POINT, point, strict=False)}
    return cells
