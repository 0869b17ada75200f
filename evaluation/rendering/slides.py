"""The report as slides (.pptx): one message a slide, in its title; lists, tables and charts that one can edit.

The annexes are left to the other formats; what does not fit a slide goes on with the next, « (2/3) ».
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil
from typing import Any

from alimactiv.prose import plain
from evaluation.rendering.deck import Deck, Series
from evaluation.rendering.typography import NBSP, all_french
from evaluation.report import from_json
from evaluation.reporting import blocks
from evaluation.reporting.outline import Report, Section
from evaluation.reporting.wording import SIGNS
from evaluation.verdicts import Verdict

LEFT_TO_OTHERS = {"glossary", "evidence"}
KEY_FIGURES = 6  # a slide each up to so many, then a table
SIZES = ((16, 74, 12), (14, 84, 15), (12, 98, 18))  # of a table's text, in points: characters across, lines down
MATRIX = (11, 20)  # the same for the matrix: points, lines
TALL = 6  # lines of a cell that is for readers, not for a room
BARS = 9  # of a chart's slide
PARAGRAPHS = 1100  # characters of a slide's list
SIGN = {verdict.code: sign for verdict, sign in SIGNS.items()}
LEGEND = "● établi, ◐ à vérifier, ○ non, – sans réponse ; (●) réunion tenue, coordination encore active."


def render(content: dict[str, Any], *, template: bytes | None = None) -> bytes:
    """The slides of a report's JSON. ``template`` is another .pptx to take layouts, fonts and colours from."""
    report = from_json(all_french(content))
    deck = Deck(title=report.title, author=(report.edition and report.edition.author) or "", template=template)
    deck.cover(report.title, _edition(report))
    shown = [section for section in report.sections if section.code not in LEFT_TO_OTHERS]
    for part, sections in groupby(shown, key=lambda section: section.part):
        found = list(sections)
        deck.part(part, [section.title for section in found])
        for section in found:
            _section(deck, section)
    return deck.bytes()


def _edition(report: Report) -> list[str]:
    lines = [f"État des lieux au {report.as_of_words}"]
    if report.edition:
        lines.append(f"Version {report.edition.number}, établie le {report.edition.made_on}")
    return lines


def _section(deck: Deck, section: Section) -> None:
    if not section.blocks and not section.commentary:
        deck.bullets(section.title, [section.summary])
    for place, block in enumerate(section.blocks):
        if block.kind == "text" and place:
            deck.add_notes("\n".join(block.paragraphs))  # a remark on what was just shown
        else:
            DRAWN[block.kind](deck, section, block)
    if section.commentary:
        told = plain(section.commentary.text)
        if section.commentary.is_outdated:
            told.insert(0, "Les chiffres de cette partie ont changé depuis que ce commentaire a été écrit.")
        _listed(deck, f"{section.title} : commentaire", told)


# Lists --------------------------------------------------------------------------------------------


def _text(deck: Deck, section: Section, block: blocks.Text) -> None:
    _listed(deck, section.title, block.paragraphs)


def _points(deck: Deck, section: Section, block: blocks.Points) -> None:
    _listed(deck, block.message or block.title, block.items)


def _quotes(deck: Deck, section: Section, block: blocks.Quotes) -> None:
    _listed(deck, block.title, [_quoted(quote) for quote in block.quotes])


def _projects(deck: Deck, section: Section, block: blocks.Projects) -> None:
    for project in block.projects:
        told = (
            ("Thème", project.theme),
            ("Étape", project.stage),
            ("Partenaires", ", ".join(project.partners)),
            ("Mis en commun", ", ".join(project.shares)),
            ("Financement", ", ".join(project.funding)),
            ("En bref", project.summary),
            ("Résultats", project.results),
        )
        _listed(deck, f"{project.territory} : {project.title}", [f"{name} : {words}" for name, words in told if words])


def _steps(deck: Deck, section: Section, block: blocks.Steps) -> None:
    for step in block.steps:
        paid = [f"Financement : {step.funding}"] if step.funding else []
        _listed(deck, step.heading, [*plain(step.text), *paid] or [step.step_kind])


def _listed(deck: Deck, title: str, paragraphs: Sequence[str]) -> None:
    """A list, over as many slides as it takes."""
    for heading, part in _pages(title, paragraphs, lambda text: len(text) + 60, PARAGRAPHS):
        deck.bullets(heading, part)


# Tables -------------------------------------------------------------------------------------------


def _table(deck: Deck, section: Section, block: blocks.Table) -> None:
    rows = [["" if cell is None else str(cell) for cell in row] for row in block.rows]
    numeric = [place for place, column in enumerate(block.columns) if column.numeric]
    _rows(
        deck, block.message or block.title, [column.label for column in block.columns], rows, numeric, notes=block.note
    )


def _findings(deck: Deck, section: Section, block: blocks.Findings) -> None:
    rows, headings = [], []
    for family in block.families:
        if family.label and len(block.families) > 1:
            headings.append(len(rows))
            rows.append([family.label, "", ""])
        rows += [[finding.label, finding.count.words, _named(finding)] for finding in family.findings]
    quotes = [_quoted(quote) for family in block.families for finding in family.findings for quote in finding.quotes]
    columns = ["Critère", "Territoires", "Lesquels"]
    _rows(deck, block.message, columns, rows, headings=headings, notes="\n\n".join(quotes))


def _figures(deck: Deck, section: Section, block: blocks.KeyFigures) -> None:
    if len(block.figures) > KEY_FIGURES:
        columns = ["Chiffre", "Calculé", "Publié", "Comparaison"]
        rows = [
            [one.label, one.count.words, "" if one.published is None else str(one.published), one.comparison]
            for one in block.figures
        ]
        _rows(deck, block.message or block.title, columns, rows, numeric=[1, 2])
        return
    for one in block.figures:
        told = [one.comparison, _named(one)]
        deck.number(one.sentence, one.count.words, [words for words in told if words], notes=one.definition)


def _matrix(deck: Deck, section: Section, block: blocks.Matrix) -> None:
    columns = [column for column in block.columns if column.code != "still_active"]
    rows = [
        [f"{row.session} – {row.territory}", *(_sign(row, column.code) for column in columns)] for row in block.rows
    ]
    head = ["Territoire", *(column.label for column in columns)]
    total = ["Ensemble", *(block.totals[column.code] for column in columns)]
    widths = [3, *(1.4 for _ in columns)]
    centred = range(1, len(columns) + 1)
    points, most = MATRIX
    for heading, part in _pages(block.message, [*rows, total], lambda row: 1, most):
        deck.table(heading, head, part, widths, points=points, centred=centred, notes=LEGEND)


def _sign(row: blocks.MatrixRow, code: str) -> str:
    sign = SIGN[row.cells[code]]
    is_active = code == "meeting" and row.cells[code] == row.active == Verdict.YES.code
    return f"({sign})" if is_active else sign


def _cards(deck: Deck, section: Section, block: blocks.Cards) -> None:
    for card in block.cards:
        kinds = (
            ("Démarches", card.activities),
            ("Freins", card.brakes),
            ("Conditions de réussite", card.success),
            ("Résultats", card.outcomes),
        )
        told = [
            f"{name} : {', '.join(f'{mark.sign}{NBSP}{mark.label}' for mark in marks)}"
            for name, marks in kinds
            if marks
        ]
        told += [f"Partenaires : {', '.join(card.partners)}"] if card.partners else []
        told += [f"Structures rencontrées : {card.structures_met}"] if card.structures_met else []
        told += [_quoted(quote) for quote in card.quotes[:2]]
        history = [f"{moment.when} : {moment.label}, {moment.title}" for moment in card.timeline]
        deck.bullets(
            f"{card.name} (session {card.session}) : {card.summary}",
            told,
            notes="\n".join([*history, *(_quoted(quote) for quote in card.quotes[2:])]),
        )


def _map(deck: Deck, section: Section, block: blocks.Map) -> None:
    """A map is not something one edits on a slide: its list is."""
    by_state: dict[str, list[str]] = {}
    for point in block.points:
        by_state.setdefault(f"{point.sign} {point.word}", []).append(point.name)
    rows = [[state, str(len(names)), ", ".join(names)] for state, names in by_state.items()]
    if block.not_located:
        rows.append(["sans coordonnées", str(len(block.not_located)), ", ".join(block.not_located)])
    _rows(deck, block.message, ["État", "Territoires", "Lesquels"], rows, numeric=[1])


def _rows(
    deck: Deck,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[int] = (),
    headings: Sequence[int] = (),
    notes: str = "",
) -> None:
    """A table, as large as it can be read, over as many slides as it takes; what is for readers only is told apart."""
    if not rows:
        return
    fit = _fit([columns, *rows])
    if max(fit.lines) > TALL:
        deck.bullets(title, ["Le détail est dans le rapport et dans le classeur."], notes=notes)
        return
    for heading, part in _pages(title, list(enumerate(rows, start=1)), lambda row: fit.lines[row[0]], fit.most):
        deck.table(
            heading,
            columns,
            [row for _, row in part],
            fit.widths,
            points=fit.points,
            centred=numeric,
            headings=[place for place, (number, _) in enumerate(part) if number - 1 in headings],
            notes=notes,
        )


@dataclass(frozen=True)
class Fit:
    """How rows stand on a slide: size of text, columns' widths in characters, lines by row, and lines a slide has."""

    points: int
    widths: list[float]
    lines: list[int]
    most: int


def _fit(rows: Sequence[Sequence[str]]) -> Fit:
    """The largest text with which all is on one slide; else the smallest."""
    for points, across, most in SIZES:
        widths = _widths(rows, across)
        fit = Fit(points, widths, [_lines(row, widths) for row in rows], most)
        if sum(fit.lines[1:]) <= most:
            break
    return fit


def _lines(row: Sequence[str], widths: Sequence[float]) -> int:
    return max(ceil(len(text) / width) or 1 for text, width in zip(row, widths, strict=True))


def _widths(rows: Sequence[Sequence[str]], across: int) -> list[float]:
    """In characters: every column its longest word, and the rest to those that say most."""
    columns = list(zip(*rows, strict=True))
    least = [min(24, max(len(word) for cell in cells for word in (cell.split() or [""]))) + 2 for cells in columns]
    wanted = [max(map(len, cells)) for cells in columns]
    missing = [max(0, want - low) for want, low in zip(wanted, least, strict=True)]
    share = max(0, across - sum(least)) / max(1, sum(missing))
    return [low + more * share for low, more in zip(least, missing, strict=True)]


# Charts -------------------------------------------------------------------------------------------


def _chart(deck: Deck, section: Section, block: blocks.Chart) -> None:
    """The bars that have numbers; the others are in the table that follows or in words."""
    several = len(block.groups) > 1
    bars = [
        (f"{group.label} – {bar.label}" if several and block.beside else bar.label, bar)
        for group in block.groups
        for bar in group.bars
        if not bar.note
    ]
    widest = max((bar.of for _, bar in bars), default=0)
    for heading, part in _pages(block.message or block.title, bars, lambda bar: 1, BARS):
        series = [Series(block.certain_word, [bar.certain for _, bar in part])]
        if any(bar.to_check for _, bar in part):
            series.append(Series("à vérifier", [bar.to_check for _, bar in part], hollow=True))
        deck.chart(heading, [label for label, _ in part], series, of=max(widest, 1))


# Words --------------------------------------------------------------------------------------------


def _quoted(quote: blocks.Quote) -> str:
    return f"« {quote.text} » {quote.attribution}"


def _named(found: blocks.KeyFigure | blocks.Finding) -> str:
    names = ", ".join(found.territories)
    if not found.uncertain:
        return names
    return f"{names}{' ; ' if names else ''}à vérifier : {', '.join(found.uncertain)}"


def _pages(title: str, rows: Sequence, weight: Callable[[Any], int], most: int) -> Iterable[tuple[str, list]]:
    """``rows`` cut into slides of about one weight, each with its title."""
    pages: list[list] = []
    room = 0
    for row in rows:
        if not pages or room < weight(row):
            pages.append([])
            room = most
        pages[-1].append(row)
        room -= weight(row)
    for number, page in enumerate(pages, start=1):
        yield (f"{title} ({number}/{len(pages)})" if len(pages) > 1 else title), page


DRAWN: dict[str, Callable[[Deck, Section, Any], None]] = {
    "text": _text,
    "points": _points,
    "table": _table,
    "chart": _chart,
    "map": _map,
    "figures": _figures,
    "matrix": _matrix,
    "findings": _findings,
    "quotes": _quotes,
    "cards": _cards,
    "projects": _projects,
    "steps": _steps,
}
