"""Workbooks for tests: made of rows (dicts by column, as text), written as a folder, .zip or .xlsx, imported, read."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl
from django.apps import apps
from django.core.management import call_command

from evaluation.models import Evaluation, Ruling
from evaluation.workbook import importing
from evaluation.workbook.importing import Outcome
from evaluation.workbook.schema import TABLES
from territories.models import Participation, Territory, TrainingSession

Tables = dict[str, list[dict[str, str]]]


def small() -> Tables:
    """Two territories of one session, one of them trained again in another: a row in each of the nine tables."""
    return {
        "evaluation": [{"code": "essai", "titre": "Essai", "date": "2025-12-31", "mois_activite": "12"}],
        "sessions": [
            {"session": "1", "region": "Île-de-France", "debut": "2020", "fin": "2021"},
            {"session": "2", "region": "Île-de-France", "debut": "2022", "fin": "2022"},
        ],
        "territoires": [
            territory("Grigny", "91286", "91"),
            territory("Bondy", "93010", "93", latitude="48.902", longitude="2.483"),
        ],
        "participations": [participation(1, "Grigny"), participation(1, "Bondy"), participation(2, "Bondy")],
        "repondants": [{"session": "1", "territoire": "Grigny", "date": "2025-06-01", "nombre": "2"}],
        "entretiens": [{"session": "1", "territoire": "Bondy", "date": "", "structures": "CCAS"}],
        "constats": [
            evidence(1, "Grigny", "mapping"),
            evidence(1, "Bondy", "meeting", valeur="non", source="entretien", reference="p. 3"),
        ],
        "arbitrages": [
            {
                "session": "1",
                "territoire": "Bondy",
                "critere": "meeting",
                "valeur": "oui",
                "motif": "Compte rendu lu.",
                "date": "2025-11-02",
            }
        ],
        "chiffres_publies": [{"chiffre": "trained", "valeur": "3", "reference": "partie I"}],
    }


def territory(name: str, code: str, department: str, **others: str) -> dict[str, str]:
    row = {"territoire": name, "type": "commune", "code": code, "departement": department}
    return row | {"latitude": "", "longitude": ""} | others


def participation(session: int, name: str, **others: str) -> dict[str, str]:
    row = {"session": str(session), "territoire": name, "statut": "forme", "perimetre": "oui", "commentaire": ""}
    return row | others


def evidence(session: int, name: str, criterion: str, **others: str) -> dict[str, str]:
    row = {"session": str(session), "territoire": name, "critere": criterion, "valeur": "oui", "source": "document"}
    return row | {"reference": "", "date": "", "citation": ""} | others


# Written as files ---------------------------------------------------------------------------------


def columns_of(name: str, rows: Iterable[Mapping]) -> list[str]:
    """The table's columns in the contract's order, then any other that a row has."""
    columns = [column.name for column in TABLES[name].columns] if name in TABLES else []
    return [*columns, *dict.fromkeys(column for row in rows for column in row if column not in columns)]


def csv_text(name: str, rows: list[dict[str, str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns_of(name, rows), delimiter=delimiter, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_folder(folder: Path, tables: Tables, delimiter: str = ",") -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(csv_text(name, rows, delimiter).encode())
    return folder


def as_zip(path: Path, tables: Tables) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(f"classeur/{name}.csv", csv_text(name, rows))
    return path


def as_xlsx(path: Path, tables: Mapping[str, list[dict]]) -> Path:
    """Cells keep the type of the rows' values."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in tables.items():
        sheet = workbook.create_sheet(name)
        columns = columns_of(name, rows)
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    workbook.save(path)
    return path


# Imported and read --------------------------------------------------------------------------------


def bring_in(path: Path, **options) -> Outcome:
    """Import a workbook that must be accepted."""
    outcome = importing.write(importing.check(path), **options)
    assert [str(problem) for problem in outcome.workbook.problems] == []
    return outcome


def clear() -> None:
    """Forget every evaluation, and what they were about."""
    Ruling.objects.update(superseded_by=None, restores=None)
    for model in (Evaluation, Participation, Territory, TrainingSession):
        model.objects.all().delete()


def figures(code: str) -> dict:
    """What ``evaluation_figures CODE --json`` prints."""
    out = io.StringIO()
    call_command("evaluation_figures", code, "--json", stdout=out)
    return json.loads(out.getvalue())


def everything() -> dict[str, list[tuple]]:
    """Every row of every table of the product, and each of their values."""
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in OWN_APPS]
    return {m._meta.label: sorted(m._base_manager.values_list(), key=repr) for m in models}


OWN_APPS = {"accounts", "outbox", "territories", "actors", "evaluation"}
