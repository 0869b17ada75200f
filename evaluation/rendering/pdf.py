"""The report as a PDF document to hand round: A4 landscape, accessible, everything in it."""

import hashlib
from itertools import groupby
from typing import Any

from django.template.loader import get_template
from django.utils.text import slugify

from alimactiv.prose import prose
from evaluation.rendering import charts, matrix
from evaluation.rendering import map as drawn_map
from evaluation.rendering.tables import FOLD, laid_out
from evaluation.rendering.typography import NBSP, all_french
from evaluation.report import canonical

Json = dict[str, Any]
COVER_FIGURES = ("trained", "answering", "any_activity", "meeting_still_active")
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
TEMPLATES = {
    "text": "evaluation/report/pdf/_text.html",
    "points": "evaluation/report/pdf/_points.html",
    "table": "evaluation/report/pdf/_table.html",
    "chart": "evaluation/report/pdf/_chart.html",
    "map": "evaluation/report/pdf/_map.html",
    "figures": "evaluation/report/pdf/_figures.html",
    "matrix": "evaluation/report/pdf/_matrix.html",
    "findings": "evaluation/report/pdf/_findings.html",
    "quotes": "evaluation/report/pdf/_quotes.html",
    "cards": "evaluation/report/pdf/_cards.html",
    "projects": "evaluation/report/pdf/_projects.html",
    "steps": "evaluation/report/pdf/_steps.html",
}
HALF_CHARACTERS = 70  # of a line of half a page
MANY_TILES, FEW_QUOTES = 6, 5
WHOLE_LINE = {"is_half": False, "width": "100%", "half_width": "100%"}  # of a block that says nothing else
HALF_PAGE, SLACK = 26, 5  # lines of text under one another; how much longer a column may be than the other


def render(content: Json) -> bytes:
    """``content`` (``report.as_json``) as PDF/UA-1."""
    from alimactiv.pdf import render_pdf

    return render_pdf(page(content), stylesheet="alimactiv/report.css")


def page(content: Json) -> str:
    """The document as HTML, charts and map drawn in it; nothing else is fetched but fonts."""
    report = all_french(content)
    figures = {figure["code"]: figure for figure in report["figures"]}
    found = [block for section in report["sections"] for block in section["blocks"] if block["kind"] == "chart"]
    for block in found:
        block["drawings"] = []
    with charts.drawing(found) as drawn:
        template = get_template("evaluation/report/pdf/report.html")
        parts = _parts(report["sections"])
        for block, drawings in zip(found, drawn(), strict=True):
            block["drawings"].extend(drawings)
    context = {
        "report": report,
        "edition": report["edition"],
        "print_of": hashlib.sha256(canonical(content).encode()).hexdigest()[:8],
        "figures": [figures[code] for code in COVER_FIGURES if code in figures],
        "parts": parts,
        "tells_statements": any(section["code"] == "evidence" for section in report["sections"]),
    }
    return template.render(context)


def _parts(sections: list[Json]) -> list[Json]:
    """The sections by part, numbered; a part of several sections is opened by a page of its own.

    Not where an editor's order comes back to a part, nor where there is nothing to open.
    """
    groups = [(title, list(group)) for title, group in groupby(sections, key=lambda section: section["part"])]
    whole = len(groups) == len({title for title, _ in groups}) <= len(NUMERALS)
    parts = []
    for place, (title, group) in enumerate(groups):
        filled = [section for section in group if section["blocks"]]
        opens = whole and len(group) > 1 and len(filled) > 1
        parts.append(
            {
                "title": title,
                "numeral": NUMERALS[place] if whole else "",
                "opens": opens,
                "begins_page": opens or place == 0,
                "sections": [_section(section, f"{place + 1}.{n}") for n, section in enumerate(group, start=1)],
            }
        )
    return parts


def _section(section: Json, number: str) -> Json:
    said = {section["summary"]}
    blocks = [_block(block, said) for block in section["blocks"]]
    for block in blocks:
        block["is_first"] = block is blocks[0]
    if len(blocks) == 1:
        blocks[0]["title"] = ""  # the section's own is above it
    commentary = section["commentary"]
    return section | {
        "number": number,
        "anchor": slugify(section["title"]),  # what a screen reader says of a link to it
        "rows": _rows(blocks),
        "commentary": commentary and commentary | {"html": prose(commentary["text"])},
    }


def _rows(blocks: list[Json]) -> list[list[list[Json]]]:
    """Blocks one under the other; narrow ones that follow one another in two columns of about the same height."""
    rows: list[list[list[Json]]] = []
    for block in blocks:
        open_row = rows[-1] if rows and all(one["is_half"] for column in rows[-1] for one in column) else None
        if not (open_row and block["is_half"] and _joined(open_row, block)):
            rows.append([[block]])
    return rows


def _joined(columns: list[list[Json]], block: Json) -> bool:
    """Whether the row took the block in: as its second column, or under the shorter one."""
    if len(columns) == 1:
        columns.append([block])
        return True
    heights = [sum(one["lines"] for one in column) for column in columns]
    shorter = heights.index(min(heights))
    fits = heights[shorter] + block["lines"] <= min(max(heights) + SLACK, HALF_PAGE)
    if fits:
        columns[shorter].append(block)
    return fits


def _block(block: Json, said: set[str]) -> Json:
    """A block with what its template needs; a message that was said in the section already is not said again."""
    message = block.get("message", "")
    draw = _DRAWN.get(block["kind"], dict)
    block = WHOLE_LINE | draw(block) | {"template": TEMPLATES[block["kind"]]}
    block["message"] = "" if message in said else message
    if block["kind"] == "text":
        block["paragraphs"] = [words for words in block["paragraphs"] if words not in said]
    said.add(message)
    return block


def _map(block: Json) -> Json:
    points = [point | {"number": number} for number, point in enumerate(block["points"], start=1)]
    alt = f"{block['title']}. {block['message']} La liste qui suit donne les mêmes territoires."
    labels = (("N°", True), ("Territoire", False), ("Département", False), ("Session", False), ("État", False))
    rows = [[p["number"], p["name"], p["department"], str(p["session"]), f"{p['sign']} {p['word']}"] for p in points]
    table = {
        "title": "",
        "columns": [{"label": label, "numeric": numeric} for label, numeric in labels],
        "rows": rows,
    }
    return block | {"svg": drawn_map.svg(points, alt=alt), "list": laid_out(table, half=len(points) <= FOLD)}


def _points(block: Json) -> Json:
    lines = 3 + sum(1 + len(item) // HALF_CHARACTERS for item in block["items"])
    return block | {"lines": lines, "is_half": lines <= HALF_PAGE}


def _projects(block: Json) -> Json:
    return block | {"pairs": _lines(block["projects"], 2)}


def _steps(block: Json) -> Json:
    return block | {"pairs": _lines([step | {"html": prose(step["text"])} for step in block["steps"]], 2)}


def _figures(block: Json) -> Json:
    """The first of a section are large, three to a line; the value apart from what it is out of."""
    figures = []
    for figure in block["figures"]:
        value, _, of = figure["count"]["words"].partition(f"sur{NBSP}")
        css = "" if value[:1].isdigit() else " words"  # « moins de 3 », « non communiqué »
        figures.append(figure | {"value": value.strip(), "out_of": of and f"sur{NBSP}{of}", "css": css})
    return block | {"tiles": _lines(figures, 3)}


def _lines(items: list[Json], length: int) -> list[list[Json]]:
    return [items[start : start + length] for start in range(0, len(items), length)]


def _findings(block: Json) -> Json:
    """A few criteria of which nothing was said case by case are shown as figures: all there is was published."""
    found = [finding for family in block["families"] for finding in family["findings"]]
    for finding in found:
        finding["is_short"] = len(finding["quotes"]) <= FEW_QUOTES
    bare = not any(one["quotes"] or one["territories"] or one["uncertain"] for one in found)
    tiles = found if bare and len(found) <= MANY_TILES else []
    return block | {"tiles": _lines(tiles, 4 if len(tiles) == 4 else 3)}


def _quotes(block: Json) -> Json:
    """What one source says stands under one signature; by pages, in two columns."""
    signed = groupby(block["quotes"], key=lambda quote: (quote["attribution"], quote["grade"]))
    pages: list[list[Json]] = [[]]
    for (attribution, grade), quotes in signed:
        texts = [quote["text"] for quote in quotes]
        lines = 2 + sum(1 + len(text) // HALF_CHARACTERS for text in texts)
        if pages[-1] and sum(one["lines"] for one in pages[-1]) + lines > 2 * HALF_PAGE:
            pages.append([])
        pages[-1].append({"attribution": attribution, "grade": grade, "texts": texts, "lines": lines})
    return block | {"pages": [_in_two(page) for page in pages]}


def _in_two(items: list[Json]) -> list[list[Json]]:
    """Two columns of about the same height, read one after the other."""
    if len(items) < 2:
        return [items, []]
    heights = [item["lines"] for item in items]
    split = min(range(1, len(items)), key=lambda place: max(sum(heights[:place]), sum(heights[place:])))
    return [items[:split], items[split:]]


def _chart(block: Json) -> Json:
    """Its ``drawings`` come when they are drawn."""
    return block | {"states": charts.states(block)}


_DRAWN = {
    "chart": _chart,
    "figures": _figures,
    "table": laid_out,
    "map": _map,
    "matrix": matrix.laid_out,
    "points": _points,
    "findings": _findings,
    "quotes": _quotes,
    "projects": _projects,
    "steps": _steps,
}
