"""The commands as they are run: what they print, where, and their exit status."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.audit import subject_of
from accounts.models import AuditEntry
from evaluation.criteria import SHIPPED_CODES
from evaluation.models import Evaluation
from tests.evaluation.workbooks import as_folder, bring_in, everything, figures, small

database = pytest.mark.django_db


def run(*args) -> tuple[str, str, str]:
    """What a command prints on its two outputs, and the words it fails with."""
    out, err, failure = io.StringIO(), io.StringIO(), ""
    try:
        call_command(*args, stdout=out, stderr=err)
    except CommandError as error:
        failure = str(error)
    return out.getvalue(), err.getvalue(), failure


# import_evaluation --------------------------------------------------------------------------------


@database
def test_import_tells_what_changed(tmp_path):
    tables = small()
    run("import_evaluation", str(as_folder(tmp_path / "a", tables)))
    tables["repondants"][0]["nombre"] = "5"
    out, err, failure = run("import_evaluation", str(as_folder(tmp_path / "a", tables)))
    assert (err, failure) == ("", "")
    assert "constats : 0 ajout(s), 0 mise(s) à jour, 2 sans changement\n" in out
    assert "repondants : 0 ajout(s), 1 mise(s) à jour, 0 sans changement\n" in out
    assert "  Grigny : nombre de personnes « 2 » → « 5 »\n" in out
    assert out.endswith("Import terminé.\n")


@database
def test_a_dry_run_says_so_and_writes_nothing(tmp_path):
    before = everything()
    out, _, failure = run("import_evaluation", str(as_folder(tmp_path / "a", small())), "--dry-run")
    assert "constats : 2 ajout(s)" in out
    assert out.endswith("Essai à blanc : rien n'a été écrit.\n")
    assert failure == ""
    assert everything() == before


@database
@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_problems_are_told_a_line_each_and_nothing_is_written(tmp_path, options):
    tables = small()
    tables["repondants"][0] |= {"nombre": "-1", "session": "9"}
    tables["constats"][0]["critere"] = "x\ny"
    before = everything()
    out, err, failure = run("import_evaluation", str(as_folder(tmp_path / "a", tables)), *options)
    assert out == ""
    assert sorted(err.splitlines()) == [
        "constats.csv, ligne 2, colonne critere : « x y » – critère inconnu.",
        "repondants.csv, ligne 2, colonne nombre : « -1 » – un nombre négatif n’a pas de sens ici.",
        "repondants.csv, ligne 2, colonne session : « 9 » – session non déclarée dans la table « sessions ».",
    ]
    assert failure == "Classeur refusé, rien n'a été écrit : 3 problème(s)."
    assert everything() == before


@database
@pytest.mark.parametrize("path", ["nulle-part", "nulle/part.xlsx", ""])
def test_a_path_that_is_no_workbook(tmp_path, path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("import_evaluation", path)[2].startswith("Classeur refusé, rien n'a été écrit : ")


# evaluation_figures -------------------------------------------------------------------------------


@database
def test_json_has_the_shape_of_the_contract(tmp_path):
    tables = small()
    tables["constats"].append(
        tables["constats"][0] | {"valeur": "inconnu", "source": "questionnaire", "critere": "other"}
    )
    bring_in(as_folder(tmp_path / "a", tables))
    out, err, failure = run("evaluation_figures", "ESSAI", "--json")
    assert (err, failure) == ("", "")
    printed = json.loads(out)
    assert list(printed) == ["evaluation", "as_of", "figures", "matrix"]
    assert (printed["evaluation"], printed["as_of"]) == ("essai", "2025-12-31")
    counts = {"trained", "answering", "respondents", "interviewed", "department.91", "department.93"}
    formulas = {"any_activity", "mapping_or_diagnostic", "mapping_or_diagnostic_then_meeting", "meeting_still_active"}
    assert set(printed["figures"]) == counts | formulas | SHIPPED_CODES
    types = {
        "label": str,
        "certain": int,
        "possible": int,
        "no_answer": int,
        "published": (int, type(None)),
        "status": str,
        "territories": list,
        "uncertain": list,
    }
    for figure in printed["figures"].values():
        assert list(figure) == list(types)
        assert all(isinstance(figure[key], kind) for key, kind in types.items())
        assert figure["label"]
    assert printed["figures"]["trained"] == {
        "label": "Territoires formés",
        "certain": 3,
        "possible": 3,
        "no_answer": 0,
        "published": 3,
        "status": "reconciled",
        "territories": ["Bondy", "Bondy", "Grigny"],
        "uncertain": [],
    }
    assert printed["figures"]["other"]["uncertain"] == ["Grigny"]
    assert printed["figures"]["other"]["published"] is None
    assert [(row["session"], row["territory"], row["answered"]) for row in printed["matrix"]] == [
        (1, "Bondy", False),
        (1, "Grigny", True),
        (2, "Bondy", False),
    ]
    for row in printed["matrix"]:
        assert list(row) == ["session", "territory", "answered", "cells"]
        assert set(row["cells"]) == SHIPPED_CODES
        assert set(row["cells"].values()) <= {"no", "no_answer", "uncertain", "yes"}


@database
def test_the_matrix_is_by_session_then_name_by_code_point(tmp_path):
    tables = small()
    names = ["Zoé", "Évry", "abel", "Abel", "É\u0301", "🍎", "ﬀ", "-x"]
    tables["sessions"] = [
        row | {"session": number} for row, number in zip(tables["sessions"], ["2", "10"], strict=True)
    ]
    tables["territoires"] = [
        {"territoire": name, "type": "commune", "code": f"{n}", "departement": "93"} for n, name in enumerate(names)
    ]
    tables["participations"] = [
        {"session": session, "territoire": name, "statut": "forme", "perimetre": "oui"}
        for name in names
        for session in ("10", "2")
    ]
    for table in ("repondants", "entretiens", "constats", "arbitrages"):
        tables[table] = []
    bring_in(as_folder(tmp_path / "a", tables))
    printed = figures("essai")
    expected = [(session, name) for session in (2, 10) for name in sorted(names)]
    assert [(row["session"], row["territory"]) for row in printed["matrix"]] == expected
    assert printed["figures"]["trained"]["territories"] == sorted(names * 2)


@database
def test_without_json_a_table(tmp_path):
    bring_in(as_folder(tmp_path / "a", small()))
    lines = run("evaluation_figures", "essai")[0].splitlines()
    assert lines[0] == "Essai – état des lieux au 31 décembre 2025"
    assert lines[3].split() == ["trained", "3", "3", "0", "3", "reconciled"]
    assert len(lines) == 3 + len(figures("essai")["figures"])


@database
@pytest.mark.parametrize("command", ["evaluation_figures", "export_evaluation"])
def test_an_unknown_evaluation_is_an_error_that_tells_the_known_ones(tmp_path, command):
    bring_in(as_folder(tmp_path / "a", small()))
    options = ["--output", str(tmp_path / "b")] if command == "export_evaluation" else ["--json"]
    out, _, failure = run(command, "autre", *options)
    assert out == ""
    assert failure == "Aucune évaluation n'a le code « autre ». Évaluations connues : essai."
    assert not (tmp_path / "b").exists()


# export_evaluation --------------------------------------------------------------------------------


@database
@pytest.mark.parametrize(("name", "form"), [("dossier", "dossier"), ("a.zip", ".zip"), ("a.xlsx", ".xlsx")])
def test_export_writes_a_workbook(tmp_path, name, form):
    bring_in(as_folder(tmp_path / "source", small()))
    before = figures("essai")
    out, _, failure = run("export_evaluation", "Essai", "--output", str(tmp_path / name))
    assert (out, failure) == (f"Évaluation « essai » écrite dans {tmp_path / name}.\n", "")
    (noted,) = AuditEntry.objects.exports()
    assert (noted.action, noted.by) == ("export du classeur d’évaluation", None)
    assert (noted.subject, noted.changes["format"]) == (subject_of(Evaluation.objects.get()), form)
    Evaluation.objects.all().delete()
    bring_in(tmp_path / name)
    assert figures("essai") == before


@database
@pytest.mark.parametrize("name", ["absent/a.xlsx", "source/essai.csv"])
def test_where_nothing_can_be_written_is_an_error(tmp_path, name):
    bring_in(as_folder(tmp_path / "source", small()))
    (tmp_path / "source" / "essai.csv").touch()
    assert run("export_evaluation", "essai", "--output", str(tmp_path / name))[2].startswith("Impossible d'écrire ")
    assert not AuditEntry.objects.exports().exists()


# As a person runs them ----------------------------------------------------------------------------


def manage(database_url: str, *args) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database_url, "PYTHONWARNINGS": "", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )


def test_a_refused_workbook_exits_with_1_and_a_good_one_with_0(tmp_path):
    database_url = f"sqlite:///{tmp_path}/essai.sqlite3"
    assert manage(database_url, "migrate", "--verbosity", "0").returncode == 0
    tables = small()
    tables["repondants"][0]["nombre"] = "-1"
    refused = manage(database_url, "import_evaluation", str(as_folder(tmp_path / "a", tables)))
    assert refused.returncode == 1
    assert refused.stderr.decode().splitlines()[0] == (
        "repondants.csv, ligne 2, colonne nombre : « -1 » – un nombre négatif n’a pas de sens ici."
    )
    assert b"Traceback" not in refused.stderr
    assert manage(database_url, "evaluation_figures", "essai", "--json").returncode == 1
    assert manage(database_url, "import_evaluation", str(as_folder(tmp_path / "a", small()))).returncode == 0
    printed = manage(database_url, "evaluation_figures", "essai", "--json")
    assert printed.returncode == 0
    assert json.loads(printed.stdout)["figures"]["trained"]["territories"] == ["Bondy", "Bondy", "Grigny"]
