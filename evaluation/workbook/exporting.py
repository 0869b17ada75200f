"""Writing an evaluation as a workbook that imports elsewhere to the same figures (contract, "Workbook")."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from alimactiv.tabular_writing import write_csv, write_xlsx
from evaluation import answers, logbook
from evaluation.criteria import ACTIVITIES, STILL_ACTIVE
from evaluation.models import Case, Criterion, Evaluation, Evidence, Interview, Respondents, Response, Ruling
from evaluation.workbook.schema import (
    CAMPAIGN_RESPONSES,
    KINDS,
    RULINGS,
    SOURCES,
    STATUSES,
    TABLES,
    VALUES,
    YES_NO,
)
from territories.models import TrainingSession

KIND_CODES, STATUS_CODES, VALUE_CODES, RULING_CODES, SOURCE_CODES, YES_NO_CODES = (
    {value: code for code, value in codes.items()} for codes in (KINDS, STATUSES, VALUES, RULINGS, SOURCES, YES_NO)
)


def tables(evaluation: Evaluation) -> dict[str, tuple[list[str], list[tuple]]]:
    """The workbook's tables: columns, and rows in a stable order."""
    rows = {
        "evaluation": iter([(evaluation.code, evaluation.title, evaluation.as_of, evaluation.active_months)]),
        "sessions": _sessions(evaluation),
        "territoires": _territories(evaluation),
        "participations": _participations(evaluation),
        "repondants": _respondents(evaluation),
        "entretiens": _interviews(evaluation),
        "constats": _evidence(evaluation),
        "arbitrages": _rulings(evaluation),
        "chiffres_publies": evaluation.published_figures.values_list("code", "value", "reference"),
    }
    found = {name: ([c.name for c in TABLES[name].columns], list(of_table)) for name, of_table in rows.items()}
    responses = list(_responses(evaluation))
    if responses:
        found[CAMPAIGN_RESPONSES.name] = ([c.name for c in CAMPAIGN_RESPONSES.columns], responses)
    return found


def as_xlsx(evaluation: Evaluation) -> bytes:
    return write_xlsx(tables(evaluation))


def as_csv_files(evaluation: Evaluation) -> dict[str, str]:
    """The tables as CSV texts by file name."""
    return {f"{name}.csv": write_csv(columns, rows) for name, (columns, rows) in tables(evaluation).items()}


def as_zip(evaluation: Evaluation) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in as_csv_files(evaluation).items():
            archive.writestr(name, text)
    return out.getvalue()


def write(evaluation: Evaluation, path: Path) -> None:
    """Write to ``path``: a .xlsx, a .zip, or (any other name) a folder of CSV files, made if missing."""
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        path.write_bytes(as_xlsx(evaluation))
    elif suffix == ".zip":
        path.write_bytes(as_zip(evaluation))
    else:
        path.mkdir(parents=True, exist_ok=True)
        for name, text in as_csv_files(evaluation).items():
            (path / name).write_text(text, encoding="utf-8", newline="")


def _cases(evaluation: Evaluation):
    return evaluation.cases.select_related("participation__session", "participation__territory")


def _sessions(evaluation: Evaluation) -> Iterator[tuple]:
    for session in TrainingSession.objects.filter(participations__cases__evaluation=evaluation).distinct():
        yield session.number, session.region, session.start_year, session.end_year


def _territories(evaluation: Evaluation) -> Iterator[tuple]:
    by_name = {case.label: case.participation.territory for case in _cases(evaluation)}
    for name, territory in sorted(by_name.items()):
        yield (
            name,
            KIND_CODES[territory.kind],
            territory.code,
            territory.department,
            territory.latitude,
            territory.longitude,
        )


def _participations(evaluation: Evaluation) -> Iterator[tuple]:
    for case in _cases(evaluation):
        participation = case.participation
        yield (
            participation.session.number,
            case.label,
            STATUS_CODES[participation.status],
            YES_NO_CODES[case.in_scope],
            participation.comment,
        )


def _of_cases(model, evaluation: Evaluation):
    return (
        model.objects.filter(case__evaluation=evaluation)
        .select_related("case__participation__session")
        .order_by("case__participation__session__number", "case__label", "pk")
    )


def _key(row) -> tuple[int, str]:
    return _key_of(row.case)


def _key_of(case: Case) -> tuple[int, str]:
    return case.participation.session.number, case.label


def _respondents(evaluation: Evaluation) -> Iterator[tuple]:
    """Persons counted outside, and those who answered a campaign: they have answered by the date of the whole."""
    answered = answers.respondents(evaluation, evaluation.cases.all())
    outside = {row.case_id: row for row in Respondents.objects.filter(case__evaluation=evaluation)}
    for case in _cases(evaluation):
        row, persons = outside.get(case.pk), answered.get(case.pk, 0)
        if row and (not persons or row.dated_by(evaluation.as_of)):
            yield *_key_of(case), row.date, row.count + persons
        elif persons:
            yield *_key_of(case), None, persons


def _responses(evaluation: Evaluation) -> Iterator[tuple]:
    counted = Response.objects.counted(evaluation).order_by("pk")
    numbers: dict[int, list[int]] = defaultdict(list)
    for pk, case in counted.values_list("pk", "invitation__case"):
        numbers[case].append(pk)
    for case in _cases(evaluation):
        for number in numbers[case.pk]:
            yield *_key_of(case), number


def _interviews(evaluation: Evaluation) -> Iterator[tuple]:
    for row in _of_cases(Interview, evaluation):
        yield *_key(row), row.date, row.structures


def _evidence(evaluation: Evaluation) -> Iterator[tuple]:
    """What was stated, and what the logbook and the answers that count said when the file was written.

    A workbook has no reader: it quotes those who agreed to be quoted, and names nobody.
    """
    derived = logbook.evidence(evaluation, _cases(evaluation), [*ACTIVITIES, STILL_ACTIVE])
    answered = answers.evidence(evaluation, _cases(evaluation), Criterion.objects.values_list("pk", flat=True))
    derived += [row for row in answered if row.date <= evaluation.as_of]
    derived.sort(key=lambda row: (*_key(row), row.criterion_id, row.reference))
    for row in [*_of_cases(Evidence, evaluation), *derived]:
        value, source = VALUE_CODES[row.value], SOURCE_CODES[row.source]
        yield *_key(row), row.criterion_id, value, source, row.reference, row.date, row.quote


def _rulings(evaluation: Evaluation) -> Iterator[tuple]:
    for row in _of_cases(Ruling, evaluation).in_force():
        yield *_key(row), row.criterion_id, RULING_CODES[row.value], row.reason, row.date
