"""Part IV: what does not reconcile, what was decided, the words used, and every statement."""

from collections.abc import Sequence

from evaluation.evidence import Statement
from evaluation.explain import explain
from evaluation.figures import Status
from evaluation.matrix import Row
from evaluation.models import Case, Criterion, Evidence
from evaluation.reporting.blocks import Block, Column, Table
from evaluation.reporting.facts import Facts
from evaluation.reporting.outline import Section
from evaluation.reporting.quotes import may_quote
from evaluation.reporting.release import NOBODY_NAMED
from evaluation.reporting.wording import STATUS_WORDS, french_date, plural
from evaluation.verdicts import Verdict

PART = "Pour vérifier"
OPEN = (Status.WITHIN, Status.DIVERGENT, Status.NOT_RECOMPUTABLE)


def gaps(facts: Facts) -> Section:
    """Every published figure beside the computed one, those that do not reconcile first; the cells in doubt, with what
    is said each way; the decisions taken."""
    published = [facts.key_figure(code) for code, figure in facts.figures.items() if figure.published is not None]
    told = [figure for figure in published if figure.published is not None]
    open_ones = [figure for figure in told if figure.status in OPEN]
    blocks: list[Block] = []
    columns = [
        Column("Chiffre"),
        Column("Calculé"),
        Column("Publié", numeric=True),
        Column("Constat"),
        Column("Pourquoi"),
    ]
    if told:
        ordered = [*open_ones, *(figure for figure in told if figure.status not in OPEN)]
        rows = [[f.label, f.count.words, f.published, STATUS_WORDS[Status(f.status)], f.comparison] for f in ordered]
        blocks.append(Table("Chiffres publiés et chiffres calculés", columns, rows))
    blocks += [table for table in (_doubts(facts), _rulings(facts)) if table.rows]
    return Section(
        code="gaps",
        part=PART,
        title="Ce qui ne concorde pas",
        summary=_gaps_summary(len(open_ones), len(told)),
        blocks=blocks,
    )


def _gaps_summary(open_ones: int, published: int) -> str:
    if not published:
        return "Aucun chiffre publié auquel se comparer."
    if not open_ones:
        return f"Les {plural(published, 'chiffre publié', 'chiffres publiés')} se retrouvent dans les constats."
    verb = "ne se retrouvent pas tels quels" if open_ones > 1 else "ne se retrouve pas tel quel"
    counted = plural(open_ones, "chiffre publié", "chiffres publiés")
    return f"{counted} sur {published} {verb} dans les constats."


def _doubts(facts: Facts) -> Table:
    """The cells that their own statements leave in doubt: what is derived from them is not told again."""
    rows = [
        [row.name, str(row.session), criterion.label, *_sides(facts, row, criterion)]
        for row in facts.shown
        for criterion in facts.reading.criteria
        if row.verdict(criterion.code) is Verdict.UNCERTAIN and explain(row, criterion.code).own is Verdict.UNCERTAIN
    ]
    sides = [Column(label) for label in ("Disent oui", "Disent non", "Ne savent pas")]
    message = f"{plural(len(rows), 'point', 'points')} à vérifier." if rows else ""
    return Table(
        "Les doutes, et ce qui est dit de part et d’autre",
        [Column("Territoire"), Column("Session"), Column("Critère"), *sides],
        rows,
        message,
    )


def _sides(facts: Facts, row: Row, criterion: Criterion) -> list[str]:
    said = facts.said[row.facts.case_id, criterion.code]
    return [
        "\n".join(_told(facts, statement) for statement in said if statement.weighs == value)
        for value in (Evidence.Value.YES, Evidence.Value.NO, Evidence.Value.UNKNOWN)
    ]


def _told(facts: Facts, statement: Statement) -> str:
    """``entretien : la plateforme a été renforcée (rapport, partie II…)``"""
    evidence = statement.evidence
    said = evidence.get_source_display()
    if may_quote(statement, public=facts.public) or (evidence.quote and not facts.public):
        said = f"{said} : {evidence.quote}"
    return f"{said} ({evidence.reference})" if evidence.reference and not facts.public else said


def _rulings(facts: Facts) -> Table:
    """Decisions in force on counted cases. In public, without their reasons, written for the team."""
    rows = [
        [
            ruling.case.label,
            str(ruling.case.participation.session.number),
            ruling.criterion.label,
            ruling.get_value_display(),
            "" if facts.public else ruling.reason,
            french_date(ruling.date) if ruling.date else "",
        ]
        for ruling in facts.rulings
        if facts.release.shows(ruling.case_id)
    ]
    labels = ("Territoire", "Session", "Critère", "Décision", "Motif", "Date")
    return Table("Les arbitrages", [Column(label) for label in labels], rows)


# Every statement ----------------------------------------------------------------------------------


def evidence(facts: Facts) -> Section:
    """Every statement about every case, those that are not counted too: its source, its grade, whether it counts."""
    counted = {row.facts.case_id for row in facts.rows}
    rows = [
        [*_line(facts, case, criterion, statement), _counts(case.pk in counted, statement)]
        for case in facts.cases
        if facts.release.shows(case.pk)
        for criterion in facts.reading.criteria
        for statement in facts.own(case.pk, criterion.code)
    ]
    labels = ("Territoire", "Session", "Critère", "Valeur", "Source", "Degré", "Référence", "Date", "Ce qui est dit")
    columns = [Column(label) for label in (*labels, "Compte")]
    summary = f"{plural(len(rows), 'constat', 'constats')}, chacun avec sa source et son degré de preuve."
    return Section(
        code="evidence",
        part=PART,
        title="Tous les constats",
        summary=summary
        if rows
        else NOBODY_NAMED
        if facts.rows and not facts.shown
        else "Aucun constat pour l’instant.",
        blocks=[Table("Constats", columns, rows, summary)] if rows else [],
    )


def _line(facts: Facts, case: Case, criterion: Criterion, statement: Statement) -> Sequence[str]:
    found = statement.evidence
    inside = not facts.public
    return [
        case.label,
        str(case.participation.session.number),
        criterion.label,
        found.get_value_display(),
        found.get_source_display(),
        found.grade,
        found.reference if inside else "",
        french_date(found.date) if found.date else "",
        found.quote if inside or may_quote(statement, public=True) else "",
    ]


def _counts(is_counted: bool, statement: Statement) -> str:
    if not is_counted:
        return "non : territoire hors du compte"
    return f"non : {statement.left_out}" if statement.left_out else "oui"
