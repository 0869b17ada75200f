"""Part II, told case by case: driving territories, mutualised projects, what was abandoned."""

from collections import defaultdict

from evaluation.criteria import ACTIVITIES, STILL_ACTIVE, Kind
from evaluation.matrix import Row
from evaluation.reporting.blocks import Block, Column, Family, Findings, Points, Project, Projects, Quotes, Table
from evaluation.reporting.facts import Facts
from evaluation.reporting.findings import finding
from evaluation.reporting.logged import project
from evaluation.reporting.outline import Section
from evaluation.reporting.wording import SIGNS, capital, french_date, plural, verdict_word
from evaluation.verdicts import Verdict, any_of

PART = "Ce que les territoires ont fait"
LIKELY = (Verdict.YES, Verdict.UNCERTAIN)
NO_THEME = "Sans thème consigné"
ABANDONED = "abandonné"


def driving(facts: Facts) -> Section:
    """The territories whose coordination is, or may be, still active: a table, what they did by theme, quotes."""
    rows = [row for row in facts.shown if row.verdict(STILL_ACTIVE) in LIKELY]
    are_known = any(row.verdict(STILL_ACTIVE) in LIKELY for row in facts.rows)
    blocks: list[Block] = []
    if rows:
        blocks = [_coordinations(facts, rows), *_themes(facts, rows)]
        quotes = [quote for row in rows for quote in facts.quotes(row, (STILL_ACTIVE, *ACTIVITIES))]
        blocks += [Quotes("Ce qu’on en dit", quotes)] if quotes else []
    return Section(
        code="driving",
        part=PART,
        title="Les territoires moteurs",
        summary=facts.key_figure("meeting_still_active").sentence
        if are_known
        else "Aucune coordination encore active.",
        blocks=blocks,
    )


def _coordinations(facts: Facts, rows: list[Row]) -> Table:
    numeric = any(facts.logged(row).meetings for row in rows)
    columns = [Column("Territoire"), Column("Session"), Column("Encore active"), Column("Démarches")]
    if numeric:
        columns += [Column("Réunions consignées", numeric=True), Column("Dernière réunion")]
    lines = []
    for row in sorted(rows, key=lambda row: row.verdict(STILL_ACTIVE) is not Verdict.YES):
        verdict, logged = row.verdict(STILL_ACTIVE), facts.logged(row)
        line = [row.name, str(row.session), f"{SIGNS[verdict]} {verdict_word(verdict, 'stated')}", _done(facts, row)]
        if numeric:
            last = logged.last_meeting
            line += [len(logged.meetings) or None, french_date(last) if last else ""]
        lines.append(line)
    return Table("Coordinations encore actives, ou à vérifier", columns, lines)


def _done(facts: Facts, row: Row) -> str:
    """``Cartographie, diagnostic de territoire (à vérifier)``"""
    words = []
    for code in ACTIVITIES:
        if row.verdict(code) in LIKELY:
            label = facts.figures[code].label
            words.append(label if row.verdict(code) is Verdict.YES else f"{label} (à vérifier)")
    return " ; ".join(words)


def _themes(facts: Facts, rows: list[Row]) -> list[Points]:
    by_theme: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for theme, titles in facts.logged(row).by_theme().items():
            by_theme[theme or NO_THEME].append(f"{row.name} : {' ; '.join(titles)}")
    named = sorted(theme for theme in by_theme if theme != NO_THEME)
    return [Points(capital(theme), by_theme[theme]) for theme in [*named, NO_THEME] if theme in by_theme]


def projects(facts: Facts) -> Section:
    """Mutualised projects: how many territories, what the logbooks hold of each, what was said."""
    found = [project for row in _once(facts.shown) for project in _projects(facts, row) if project.stage != ABANDONED]
    figure = facts.key_figure("mutualisation")
    blocks: list[Block] = []
    if facts.rows:
        blocks = [
            Findings("Projets de mutualisation", figure.sentence, [Family("", [finding(facts, "mutualisation")])])
        ]
        blocks += [Projects("Les projets consignés", found, figure.sentence)] if found else []
    return Section(
        code="projects",
        part=PART,
        title="Les projets mutualisés",
        summary=figure.sentence if facts.rows else "Aucun projet pour l’instant.",
        blocks=blocks,
    )


def _once(rows: list[Row]) -> list[Row]:
    """One row per territory: the logbook of one trained twice is told once."""
    return list({row.facts.territory_id: row for row in reversed(rows)}.values())[::-1]


def _projects(facts: Facts, row: Row) -> list[Project]:
    return [project(record, row.name, facts.evaluation.as_of) for record in facts.logged(row).projects]


# What was abandoned -------------------------------------------------------------------------------


def abandoned(facts: Facts) -> Section:
    """What began and no longer goes on, or never began: why, as far as brakes and quotes tell; abandoned projects."""
    stopped = [(row, what) for row in facts.shown if (what := _what_stopped(row))]
    lines = [[row.name, str(row.session), what, _reasons(facts, row)] for row, what in stopped]
    columns = [Column("Territoire"), Column("Session"), Column("Ce qui n’a pas abouti"), Column("Freins signalés")]
    going_on = [row for row in facts.rows if row.verdict(STILL_ACTIVE) in LIKELY]
    known = [row for row in facts.rows if _what_stopped(row)]
    told = facts.release.number(known, going_on)
    where = "" if told is None else f" dans {plural(told, 'territoire', 'territoires')} sur {len(facts.rows)}"
    summary = f"Des démarches n’ont pas abouti{where}." if known else "Aucune démarche abandonnée n’est connue."
    blocks: list[Block] = []
    if lines:
        codes = [STILL_ACTIVE, *(criterion.code for criterion in facts.criteria(Kind.BRAKE))]
        quotes = [quote for row, _ in stopped for quote in facts.quotes(row, codes)]
        blocks.append(Table("Démarches non abouties, et pourquoi", columns, lines, summary))
        blocks += [Quotes("Les raisons données", quotes)] if quotes else []
    given_up = [one for row in _once(facts.shown) for one in _projects(facts, row) if one.stage == ABANDONED]
    if given_up:
        blocks.append(Projects("Projets abandonnés", given_up))
    return Section("abandoned", PART, "Les démarches non abouties", summary, blocks)


def _what_stopped(row: Row) -> str:
    if row.verdict(STILL_ACTIVE) is not Verdict.NO:
        return ""
    if row.verdict("meeting") in LIKELY:
        return "une coordination s’est réunie, et ne se réunit plus"
    any_activity = any_of(row.verdict(code) for code in ACTIVITIES)
    if any_activity in LIKELY:
        perhaps = "" if any_activity is Verdict.YES else "peut-être "
        return f"des démarches ont {perhaps}été menées, sans réunion de coordination"
    return "aucune démarche n’a été mise en œuvre"


def _reasons(facts: Facts, row: Row) -> str:
    words = [
        criterion.label if row.verdict(criterion.code) is Verdict.YES else f"{criterion.label} (à vérifier)"
        for criterion in facts.criteria(Kind.BRAKE)
        if row.verdict(criterion.code) in LIKELY
    ]
    return " ; ".join(words) or "aucun frein signalé"
