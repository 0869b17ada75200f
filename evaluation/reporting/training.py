"""Part I: the training and its history, the method and its coverage."""

from collections import defaultdict
from collections.abc import Sequence

from evaluation.coverage import Line, coverage
from evaluation.figures import DEPARTMENT
from evaluation.matrix import Row
from evaluation.models import Case, Evidence
from evaluation.reporting import asking
from evaluation.reporting.blocks import Column, Map, MapPoint, Points, Table, Text
from evaluation.reporting.facts import Facts
from evaluation.reporting.outline import Section
from evaluation.reporting.release import NOT_TOLD
from evaluation.reporting.wording import SIGNS, capital, french_date, joined, plural, verdict_word
from evaluation.verdicts import Verdict
from territories.departments import named
from territories.models import Participation

TRAINED = Participation.Status.TRAINED
PART = "La formation"
REFERENCE_FIGURE = "any_activity"  # what the map shows


def training(facts: Facts) -> Section:
    """Sentences; a map; a table by département, one of the trained territories by session; those trained again; those
    out of scope, and those that were not trained."""
    blocks = []
    if facts.rows:
        departments = [table for table in (_departments(facts),) if table.rows]
        blocks = [Text(_sentences(facts)), _map(facts), *departments, _trained(facts)]
    if again := [one for one in facts.trained_again if one.name in {row.name for row in facts.shown}]:
        items = [f"{one.name} : sessions {joined([str(number) for number in one.sessions])}" for one in again]
        blocks.append(Points("Territoires formés plusieurs fois", items))
    others = _not_counted(facts)
    blocks += [table for table in (_out_of_scope(others), _not_trained(others)) if table.rows]
    return Section(
        code="training",
        part=PART,
        title="La formation et son histoire",
        summary=_summary(facts) if facts.rows else "Aucun territoire formé n’est encore dans le périmètre.",
        blocks=blocks,
    )


def _summary(facts: Facts) -> str:
    sessions = len({row.session for row in facts.rows})
    departments = len({row.facts.department for row in facts.rows} - {""})
    where = f"dans {plural(departments, 'département', 'départements')}, " if departments else ""
    return (
        f"{capital(plural(len(facts.rows), 'territoire formé', 'territoires formés'))}, {where}"
        f"en {plural(sessions, 'session', 'sessions')}."
    )


def _sentences(facts: Facts) -> list[str]:
    published = facts.key_figure("trained").comparison
    said = [published] if published else []
    regions: dict[str, set[int]] = defaultdict(set)
    for case in _cases(facts, facts.rows):
        regions[case.participation.session.region].add(case.participation.session.number)
    for region, numbers in sorted(regions.items()):
        several = "sessions" if len(numbers) > 1 else "session"
        said.append(f"{region} : {several} {joined([str(number) for number in sorted(numbers)])}.")
    return said


def _cases(facts: Facts, rows: Sequence[Row]) -> list[Case]:
    by_id = {case.pk: case for case in facts.cases}
    return [by_id[row.facts.case_id] for row in rows]


def _map(facts: Facts) -> Map:
    figure = facts.figures[REFERENCE_FIGURE]
    verdicts = {row.facts.case_id: verdict for verdict in Verdict for row in figure.rows[verdict]}
    points = [
        MapPoint(
            name=row.name,
            session=row.session,
            department=named(row.facts.department),
            latitude=row.facts.latitude,
            longitude=row.facts.longitude,
            verdict=verdicts[row.facts.case_id].code,
            sign=SIGNS[verdicts[row.facts.case_id]],
            word=verdict_word(verdicts[row.facts.case_id], "stated"),
        )
        for row in facts.shown
        if row.facts.latitude is not None
    ]
    return Map(
        title="Les territoires formés, et s’ils ont mis en œuvre au moins une démarche",
        message=facts.key_figure(REFERENCE_FIGURE).sentence,
        points=points,
        not_located=[row.name for row in facts.shown if row.facts.latitude is None],
    )


def _departments(facts: Facts) -> Table:
    found = [facts.key_figure(code) for code in facts.figures if code.startswith(DEPARTMENT)]
    has_published = any(figure.published is not None for figure in found)
    columns = [Column("Département"), Column("Territoires formés", numeric=True)]
    rows = [
        [
            named(figure.code.removeprefix(DEPARTMENT)),
            figure.count.words.partition(" sur ")[0] if figure.count.certain is None else figure.count.certain,
            *([figure.published] if has_published else []),
        ]
        for figure in found
    ]
    if has_published:
        columns.append(Column("Publié", numeric=True))
    return Table("Territoires formés par département", columns, rows)


def _trained(facts: Facts) -> Table:
    rows = [
        [
            case.label,
            f"{case.participation.session.number}",
            case.participation.session.years,
            named(row.facts.department),
        ]
        for row, case in zip(facts.shown, _cases(facts, facts.shown), strict=True)
    ]
    columns = [Column("Territoire"), Column("Session"), Column("Années"), Column("Département")]
    note = "" if len(rows) == len(facts.rows) else "Les territoires qui n’ont pas accepté d’être nommés n’y sont pas."
    return Table("Territoires formés, par session", columns, rows, note=note)


def _not_counted(facts: Facts) -> list[Case]:
    counted = {row.facts.case_id for row in facts.rows}
    return [case for case in facts.cases if case.pk not in counted and facts.release.shows(case.pk)]


def _out_of_scope(others: Sequence[Case]) -> Table:
    rows = [_line(case) for case in others if case.participation.status == TRAINED]
    columns = [Column("Territoire"), Column("Session"), Column("Département"), Column("Précision")]
    return Table("Territoires formés, hors du périmètre de l’évaluation", columns, rows)


def _not_trained(others: Sequence[Case]) -> Table:
    rows = [
        [*_line(case)[:3], case.participation.get_status_display(), case.participation.comment]
        for case in others
        if case.participation.status != TRAINED
    ]
    columns = [Column("Territoire"), Column("Session"), Column("Département"), Column("Statut"), Column("Précision")]
    return Table("Candidatures, et participations qui ne sont pas allées au bout", columns, rows)


def _line(case: Case) -> list[str]:
    participation = case.participation
    department = named(participation.territory.department)
    return [case.label, str(participation.session.number), department, participation.comment]


# Method -------------------------------------------------------------------------------------------


def method(facts: Facts) -> Section:
    """Sentences on the date, who answered and who was met; the campaigns and their turnout; what the statements rest
    on; who did not answer and why; the interviews; coverage by session and by département."""
    figures = [facts.key_figure(code) for code in ("answering", "respondents", "interviewed")]
    blocks = []
    if facts.rows:
        blocks = [Text([*_method_words(facts), *(figure.sentence for figure in figures[1:])])]
        blocks += [
            table for table in (_campaigns(facts), _sources(facts), _silent(facts), _interviews(facts)) if table.rows
        ]
        blocks += _coverage(facts)
    return Section(
        code="method",
        part=PART,
        title="La méthode et ce qu’elle couvre",
        summary=figures[0].sentence if facts.rows else "Rien n’est encore recueilli.",
        blocks=blocks,
    )


def _method_words(facts: Facts) -> list[str]:
    return [
        f"État des lieux au {french_date(facts.evaluation.as_of)} : ce qui est daté d’après ce jour n’est pas compté.",
        "Chaque constat dit d’un territoire qu’un critère est établi, qu’il ne l’est pas, ou qu’on ne sait pas. Des "
        "constats qui se contredisent laissent un doute : le chiffre est alors donné comme un intervalle, du nombre "
        "certain au nombre possible. Un territoire qui n’a pas répondu est compté à part.",
        "Ce rapport décrit la contribution de la formation. Sans groupe de comparaison, il n’en mesure pas l’impact.",
    ]


def _sources(facts: Facts) -> Table:
    """Statements by grade, the strongest first; in public, not those of a few territories."""
    found: dict[str, list[Row]] = defaultdict(list)
    """The row of each statement, by source."""
    for row in facts.rows:
        for criterion in facts.reading.criteria:
            for statement in facts.own(row.facts.case_id, criterion.code):
                found[statement.evidence.source].append(row)
    rows = [
        [Evidence.Source(source).label, grade, len(found[source]) if _is_told(facts, found[source]) else NOT_TOLD]
        for source, grade in reversed(Evidence.GRADES.items())
        if found[source]
    ]
    return Table(
        "Sur quoi reposent les constats",
        [Column("Source"), Column("Degré de preuve"), Column("Constats", numeric=True)],
        rows,
        note="Du plus fort au plus faible degré de preuve.",
    )


def _is_told(facts: Facts, found: Sequence[Row]) -> bool:
    by_case = {row.facts.case_id: row for row in found}
    return facts.release.number(list(by_case.values())) is not None


def _silent(facts: Facts) -> Table:
    """In public, without the reasons: they are the team's words about those who were trained."""
    silent = facts.release.shown(coverage(facts.reading.matrix).silent)
    rows = [
        [case.label, str(case.participation.session.number), _reason(facts, case)] for case in _cases(facts, silent)
    ]
    message = facts.key_figure("answering").sentence if rows else ""
    columns = [Column("Territoire"), Column("Session"), Column("Raison")]
    if facts.public:
        columns, rows = columns[:2], [row[:2] for row in rows]
    return Table("Territoires qui n’ont pas répondu", columns, rows, message)


def _reason(facts: Facts, case: Case) -> str:
    """The comment on the participation, and how it was asked in vain."""
    known = facts.asking.silent.get(case.pk, "")
    return "\n".join(part for part in (case.participation.comment, known) if part) or "raison non consignée"


def _campaigns(facts: Facts) -> Table:
    told = facts.counts["respondents"].certain is not None
    return asking.campaigns(facts.asking, facts.release, tells_respondents=told)


def _interviews(facts: Facts) -> Table:
    met = [row for row in facts.shown if row.facts.interviewed]
    rows = [
        [case.label, case.interview.structures, french_date(case.interview.date) if case.interview.date else ""]
        for case in _cases(facts, met)
    ]
    columns = [Column("Territoire"), Column("Structures rencontrées"), Column("Date")]
    if not any(row[2] for row in rows):
        columns, rows = columns[:2], [row[:2] for row in rows]
    return Table("Entretiens approfondis", columns, rows, facts.key_figure("interviewed").sentence)


def _coverage(facts: Facts) -> list[Table]:
    """Left out of a public report: small numbers could be put together from its cells."""
    if facts.public:
        return []
    found = coverage(facts.reading.matrix)
    return [
        _coverage_table("Couverture par session", "Session", found.by_session),
        _coverage_table("Couverture par département", "Département", found.by_department),
    ]


def _coverage_table(title: str, first: str, lines: Sequence[Line]) -> Table:
    numbers = [Column(label, numeric=True) for label in ("Formés", "Ayant répondu", "Entretiens")]
    rows = [[line.label, line.trained, line.answering, line.interviewed] for line in lines]
    return Table(title, [Column(first), *numbers], rows)
