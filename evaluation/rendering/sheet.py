"""One territory's sheet for its coordinators: at most two pages, from its card in a report."""

from collections.abc import Callable, Sequence
from textwrap import shorten
from typing import Any

from django.template.loader import render_to_string

from evaluation.rendering.typography import all_french

Json = dict[str, Any]
LINE = 88  # letters of a line
MOMENTS, PROJECTS, QUOTES = 18, 18, 10  # lines that the second page holds of each
KNOWN, PARTNERS = 2 * LINE, 5  # letters for a thing known of the territory; partners of a project that are named


def render(content: Json, territory: str) -> bytes:
    """The sheet of the card whose key is ``territory``, as PDF/UA-1. Raises ``LookupError`` if there is none."""
    from alimactiv.pdf import render_pdf

    return render_pdf(page(content, territory), stylesheet="alimactiv/report.css")


def page(content: Json, territory: str) -> str:
    """The sheet as HTML. What two pages cannot hold is counted, and left to the report."""
    card = next((card for card in _cards(content) if card["key"] == territory), None)
    if card is None:
        raise LookupError(territory)
    card = all_french(card)
    moments = _latest(card["timeline"], MOMENTS)
    projects, other_projects = _held([_brief(project) for project in card["projects"]], _project_lines, PROJECTS)
    quotes, other_quotes = _held(card["quotes"], lambda quote: 1 + len(quote["text"]) // LINE, QUOTES)
    known = [
        ("Structures rencontrées", card["structures_met"]),
        ("Partenaires", ", ".join(card["partners"])),
        ("Portage politique", "\N{NO-BREAK SPACE}; ".join(card["support"])),
        ("À savoir", card["comment"]),
    ]
    context = {
        "report": all_french({key: content[key] for key in ("title", "as_of_words")}),
        "edition": content["edition"],
        "card": card,
        "known": [(label, _cut(text, KNOWN)) for label, text in known if text],
        "reported": [
            ("Ce qui a freiné", card["brakes"]),
            ("Ce qui a aidé", card["success"]),
            ("Ce que la formation a changé", card["outcomes"]),
        ],
        "moments": moments,
        "earlier": len(card["timeline"]) - len(moments),
        "projects": [projects[start : start + 2] for start in range(0, len(projects), 2)],
        "other_projects": other_projects,
        "quotes": quotes,
        "other_quotes": other_quotes,
    }
    return render_to_string("evaluation/report/pdf/sheet.html", context)


def _cards(content: Json) -> list[Json]:
    blocks = [block for section in content["sections"] for block in section["blocks"]]
    return [card for block in blocks if block["kind"] == "cards" for card in block["cards"]]


def _latest(timeline: Sequence[Json], lines: int) -> list[Json]:
    """The last moments that so many lines hold, in their order."""
    latest, _ = _held(timeline[::-1], lambda moment: 1 + (len(moment["title"]) + len(moment["theme"])) // 60, lines)
    return latest[::-1]


def _cut(text: str, letters: int) -> str:
    return shorten(text, letters, placeholder="…")


def _brief(project: Json) -> Json:
    """What half a page holds of a project."""
    partners = project["partners"]
    named = [*partners[:PARTNERS], "…"] if len(partners) > PARTNERS else partners
    return project | {
        "summary": _cut(project["summary"], 2 * LINE),
        "results": _cut(project["results"], LINE),
        "partners": named,
    }


def _project_lines(project: Json) -> int:
    """For two of them side by side, each counts for half."""
    texts = [project["title"], project["summary"], project["results"]]
    texts += [", ".join(project[name]) for name in ("partners", "shares", "funding")]
    return (1 + sum(1 + 2 * len(text) // LINE for text in texts if text)) // 2


def _held(items: Sequence[Any], lines: Callable[[Any], int], room: int) -> tuple[list[Any], int]:
    """The first items that ``room`` lines hold, and how many are left out."""
    held, used = [], 0
    for item in items:
        used += lines(item)
        if used > room:
            break
        held.append(item)
    return held, len(items) - len(held)
