"""Territories on a map without tiles: where they are from one another, in true proportions, as SVG. Pure.

No outline is drawn, because none is known: points, their names where there is room, a scale and the north.
"""

from html import escape
from math import cos, hypot, radians
from typing import Any

WIDTH, HEIGHT, EDGE = 620, 420, 26  # pixels
RADIUS, LETTER = 5.5, 11
LONGEST = 26  # characters of a name that is written out
ROUNDS = 40  # of moving apart what touches, at most
NAMED = 40  # points from which numbers alone are written
KILOMETRES = 111.2  # in a degree of latitude
GREEN, OCHRE, SOFT, INK, PAPER, LINE = "#1f6f50", "#835200", "#515d58", "#1d2a26", "#f7f3ea", "#e2d9ca"
COLOURS = {"yes": GREEN, "uncertain": OCHRE, "no": SOFT, "no_answer": SOFT}

Place = tuple[float, float]
Frame = tuple[float, float, float, float]  # left, top, right, bottom


def svg(points: list[dict[str, Any]], *, alt: str) -> str:
    """The points (``MapPoint``), each with its ``number``, as an ``<svg>``; empty where there are none."""
    if not points:
        return ""
    scale, places = placed(points)
    parts = [_grid(), *_labels(points, places), *map(_marker, points, places), _ruler(scale)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<title>{escape(alt)}</title>{''.join(parts)}</svg>"
    )


def placed(points: list[dict[str, Any]]) -> tuple[float, list[Place]]:
    """Pixels per kilometre, and where every point is drawn: as flat as a region is, none upon another."""
    middle = radians(sum(point["latitude"] for point in points) / len(points))
    east = [point["longitude"] * KILOMETRES * cos(middle) for point in points]
    south = [-point["latitude"] * KILOMETRES for point in points]
    wide, high = max(max(east) - min(east), 5), max(max(south) - min(south), 5)
    scale = min((WIDTH - 4 * EDGE) / wide, (HEIGHT - 3 * EDGE) / high)
    x0, y0 = (max(east) + min(east)) / 2, (max(south) + min(south)) / 2
    places = [
        (WIDTH / 2 + (x - x0) * scale, HEIGHT / 2 - EDGE / 3 + (y - y0) * scale)
        for x, y in zip(east, south, strict=True)
    ]
    return scale, _apart(places)


def _apart(places: list[Place]) -> list[Place]:
    """Points that would hide one another, moved a little: a territory trained twice has two."""
    moved, least = [list(place) for place in places], 2 * RADIUS + 1
    for _ in range(ROUNDS):
        still = True
        for i, one in enumerate(moved):
            for other in moved[:i]:
                dx, dy = one[0] - other[0], one[1] - other[1]
                distance = hypot(dx, dy)
                if distance < least:
                    still = False
                    dx, dy = (dx / distance, dy / distance) if distance else (1, 0)
                    push = (least - distance) / 2
                    one[0], one[1] = one[0] + dx * push, one[1] + dy * push
                    other[0], other[1] = other[0] - dx * push, other[1] - dy * push
        if still:
            break
    return [(x, y) for x, y in moved]


def _grid() -> str:
    return f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="{PAPER}"/>'


def _marker(point: dict[str, Any], place: Place) -> str:
    """The verdict's sign: full, half full, hollow; a bar where nobody answered."""
    x, y, colour = round(place[0], 1), round(place[1], 1), COLOURS[point["verdict"]]
    inside = colour if point["verdict"] == "yes" else "#ffffff"
    drawn = f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="{inside}" stroke="{colour}" stroke-width="1.6"/>'
    if point["verdict"] == "uncertain":
        drawn += f'<path d="M{x} {y - RADIUS}A{RADIUS} {RADIUS} 0 0 0 {x} {y + RADIUS}Z" fill="{colour}"/>'
    if point["verdict"] == "no_answer":
        drawn += f'<path d="M{x - 2.6} {y}H{x + 2.6}" stroke="{colour}" stroke-width="1.8"/>'
    return drawn


# Names --------------------------------------------------------------------------------------------


def _labels(points: list[dict[str, Any]], places: list[Place]) -> list[str]:
    """Names where there is room, numbers elsewhere; the most hemmed in choose first."""
    taken: list[Frame] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in places]
    crowd = [sum(hypot(x - a, y - b) < 60 for a, b in places) for x, y in places]
    drawn = []
    for place in sorted(range(len(points)), key=lambda place: -crowd[place]):
        name, number = points[place]["name"], str(points[place]["number"])
        texts = [name, number] if len(name) <= LONGEST and len(points) < NAMED else [number]
        found = next((spot for text in texts if (spot := _free(text, places[place], taken))), None)
        if found:
            text, anchor, x, y, frame = found
            taken.append(frame)
            drawn.append(
                f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-family="Atkinson Hyperlegible" '
                f'font-size="{LETTER}" fill="{INK}">{escape(text)}</text>'
            )
    return drawn


def _free(text: str, place: Place, taken: list[Frame]) -> tuple[str, str, float, float, Frame] | None:
    """Where ``text`` hides nothing around ``place``; ``None`` if nowhere."""
    (x, y), wide, gap = place, 0.53 * LETTER * len(text), RADIUS + 3
    up, down, level = y - gap, y + gap + 0.7 * LETTER, y + 0.35 * LETTER
    spots = [("start", x + gap, level), ("end", x - gap, level), ("middle", x, up), ("middle", x, down)]
    spots += [(anchor, x + dx, dy) for anchor, dx in (("start", 4), ("end", -4)) for dy in (up, down)]
    for anchor, left, base in spots:
        start = left - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        frame = (start - 1, base - 0.85 * LETTER, start + wide + 1, base + 0.2 * LETTER)
        inside = frame[0] > 6 and frame[2] < WIDTH - 6 and frame[1] > 6 and frame[3] < HEIGHT - 24
        if inside and not any(_meet(frame, other) for other in taken):
            return text, anchor, left, base, frame
    return None


def _meet(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ruler(scale: float) -> str:
    """A round number of kilometres, and the north."""
    length = next((km for km in (500, 200, 100, 50, 20, 10, 5, 2) if km * scale < 120), 1)
    x, y, end = 18, HEIGHT - 14, 18 + length * scale
    text = f'font-family="Atkinson Hyperlegible" font-size="9.5" fill="{SOFT}"'
    return (
        f'<path d="M{x} {y - 4}V{y}H{end:.1f}V{y - 4}" fill="none" stroke="{SOFT}" stroke-width="1"/>'
        f'<text x="{end + 6:.1f}" y="{y}" {text}>{length} km</text>'
        f'<path d="M{WIDTH - 20} {HEIGHT - 34}l5 20l-5 -4l-5 4Z" fill="{SOFT}"/>'
        f'<text x="{WIDTH - 20}" y="{HEIGHT - 38}" text-anchor="middle" {text}>N</text>'
    )
