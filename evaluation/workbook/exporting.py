"""Writing an evaluation as a workbook that imports elsewhere to the same figures (contract, "Workbook")."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from alimactiv.tabular import write_csv, write_xlsx
from evaluation import logbook
from evaluation.criteria import ACTIVITIES, STILL_ACTIVE
from evaluation.models import Evaluation, Evidence, Interview, Respondents, Ruling
from evaluation.workbook.schema import KINDS, RULINGS, SOURCES, STATUSES, TABLES, VALUES, YES_NO
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
    return {name: ([c.name for c in TABLES[name].columns], list(found)) for name, found in rows.items()}


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
    return row.case.participation.session.number, row.case.label


def _respondents(evaluation: Evaluation) -> Iterator[tuple]:
    for row in _of_cases(Respondents, evaluation):
        yield *_key(row), row.date, row.count


def _interviews(evaluation: Evaluation) -> Iterator[tuple]:
    for row in _of_cases(Interview, evaluation):
        yield *_key(row), row.date, row.structures


def _evidence(evaluation: Evaluation) -> Iterator[tuple]:
    """What was stated, and what the logbook said when the file was written."""
    logged = logbook.evidence(evaluation, _cases(evaluation), [*ACTIVITIES, STILL_ACTIVE])
    logged.sort(key=lambda row: (*_key(row), row.criterion_id, row.reference))
    for row in [*_of_cases(Evidence, evaluation), *logged]:
        value, source = VALUE_CODES[row.value], SOURCE_CODES[row.source]
        yield *_key(row), row.criterion_id, value, source, row.reference, row.date, row.quote


def _rulings(evaluation: Evaluation) -> Iterator[tuple]:
    for row in _of_cases(Ruling, evaluation).in_force():
        yield *_key(row), row.criterion_id, RULING_CODES[row.value], row.reason, row.date
