"""What a workbook may say, and every kind of problem: file, line, column, value and reason, all at once."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from alimactiv import tabular
from evaluation.criteria import SHIPPED_CODES
from evaluation.models import Evidence, Ruling
from evaluation.workbook import schema
from evaluation.workbook.parsing import Workbook, parse
from territories.models import Participation, Territory
from tests.evaluation import workbooks
from tests.evaluation.workbooks import as_folder, as_xlsx, as_zip, evidence, participation, small, territory

OPTIONAL = {
    "evaluation": ["mois_activite"],
    "sessions": [],
    "territoires": ["latitude", "longitude"],
    "participations": ["commentaire"],
    "repondants": ["date"],
    "entretiens": ["date", "structures"],
    "constats": ["reference", "date", "citation"],
    "arbitrages": ["date"],
    "chiffres_publies": ["reference"],
}
COLUMNS = {
    "evaluation": "code titre date mois_activite",
    "sessions": "session region debut fin",
    "territoires": "territoire type code departement latitude longitude",
    "participations": "session territoire statut perimetre commentaire",
    "repondants": "session territoire date nombre",
    "entretiens": "session territoire date structures",
    "constats": "session territoire critere valeur source reference date citation",
    "arbitrages": "session territoire critere valeur motif date",
    "chiffres_publies": "chiffre valeur reference",
}
REQUIRED = [(table, c) for table, columns in COLUMNS.items() for c in columns.split() if c not in OPTIONAL[table]]
OPTIONAL_TABLES = ["entretiens", "arbitrages", "chiffres_publies"]
REQUIRED_TABLES = [table for table in COLUMNS if table not in OPTIONAL_TABLES]
MISSING = "cette valeur manque."


def read(path: Path) -> Workbook:
    return parse(path, criteria=set(SHIPPED_CODES))


def values(workbook: Workbook, table: str) -> list[dict]:
    assert workbook.problems == []
    return [row.values for row in workbook.rows[table]]


def problems(path: Path) -> list[tuple]:
    """Each problem as (file, line, column, value, reason)."""
    return [(p.file, p.line, p.column, p.value, p.reason) for p in read(path).problems]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "classeur"


def test_the_schema_is_the_contract_s():
    assert {name: " ".join(c.name for c in table.columns) for name, table in schema.TABLES.items()} == COLUMNS
    assert {n: [c.name for c in t.columns if c.optional] for n, t in schema.TABLES.items()} == OPTIONAL
    assert [name for name, table in schema.TABLES.items() if table.optional] == OPTIONAL_TABLES


# What is read -------------------------------------------------------------------------------------


def test_a_workbook_is_read_as_values(folder):
    workbook = read(as_folder(folder, small()))
    assert values(workbook, "evaluation") == [
        {"code": "essai", "titre": "Essai", "date": date(2025, 12, 31), "mois_activite": 12}
    ]
    assert values(workbook, "sessions")[1] == {"session": 2, "region": "Île-de-France", "debut": 2022, "fin": 2022}
    assert values(workbook, "territoires") == [
        {
            "territoire": "Grigny",
            "type": Territory.Kind.COMMUNE,
            "code": "91286",
            "departement": "91",
            "latitude": None,
            "longitude": None,
        },
        {
            "territoire": "Bondy",
            "type": Territory.Kind.COMMUNE,
            "code": "93010",
            "departement": "93",
            "latitude": 48.902,
            "longitude": 2.483,
        },
    ]
    assert values(workbook, "participations")[0] == {
        "session": 1,
        "territoire": "Grigny",
        "statut": Participation.Status.TRAINED,
        "perimetre": True,
        "commentaire": "",
    }
    assert values(workbook, "repondants") == [
        {"session": 1, "territoire": "Grigny", "date": date(2025, 6, 1), "nombre": 2}
    ]
    assert values(workbook, "entretiens") == [{"session": 1, "territoire": "Bondy", "date": None, "structures": "CCAS"}]
    assert values(workbook, "constats")[1] == {
        "session": 1,
        "territoire": "Bondy",
        "critere": "meeting",
        "valeur": Evidence.Value.NO,
        "source": Evidence.Source.INTERVIEW,
        "reference": "p. 3",
        "date": None,
        "citation": "",
    }
    assert values(workbook, "arbitrages") == [
        {
            "session": 1,
            "territoire": "Bondy",
            "critere": "meeting",
            "valeur": Ruling.Value.YES,
            "motif": "Compte rendu lu.",
            "date": date(2025, 11, 2),
        }
    ]
    assert values(workbook, "chiffres_publies") == [{"chiffre": "trained", "valeur": 3, "reference": "partie I"}]


def test_every_form_of_a_workbook_says_the_same(tmp_path):
    tables = small()
    tables["constats"][0]["citation"] = 'Dit « oui »,\nsans "mais" ; c\'est tout'
    typed = small()
    typed["evaluation"][0]["date"] = datetime(2025, 12, 31)
    typed["evaluation"][0]["mois_activite"] = 12.0
    typed["territoires"][0] |= {"code": 91286, "departement": 91}
    typed["territoires"][1] |= {"latitude": 48.902, "longitude": 2.483}
    typed["participations"] = [
        row | {"session": float(row["session"]), "perimetre": True} for row in typed["participations"]
    ]
    typed["repondants"][0] |= {"date": date(2025, 6, 1), "nombre": 2.0}
    typed["constats"][0]["citation"] = tables["constats"][0]["citation"]
    forms = [
        as_folder(tmp_path / "virgules", tables),
        as_folder(tmp_path / "points-virgules", tables, delimiter=";"),
        as_zip(tmp_path / "classeur.zip", tables),
        as_xlsx(tmp_path / "classeur.xlsx", tables),
        as_xlsx(tmp_path / "types.xlsx", typed),
    ]
    first, *others = [{name: values(read(form), name) for name in COLUMNS} for form in forms]
    for other in others:
        assert other == first


def test_dates_are_iso_or_french(folder):
    tables = small()
    tables["evaluation"][0]["date"] = "31/12/2025"
    tables["repondants"][0]["date"] = " 1/6/2025 "
    workbook = read(as_folder(folder, tables))
    assert values(workbook, "evaluation")[0]["date"] == date(2025, 12, 31)
    assert values(workbook, "repondants")[0]["date"] == date(2025, 6, 1)


def test_headers_and_codes_are_matched_in_any_case_and_space(folder):
    tables = small()
    tables["participations"][0] |= {"statut": " Forme", "perimetre": "OUI "}
    tables["territoires"] = [{name.upper(): value for name, value in row.items()} for row in tables["territoires"]]
    tables["territoires"][0] |= {"TYPE": "Commune", "CODE": "2a004", "DEPARTEMENT": "2a"}
    tables["constats"][0] |= {"critere": " Mapping", "valeur": "Inconnu", "source": "JOURNAL"}
    tables["arbitrages"][0] |= {"critere": "MEETING", "valeur": "Non"}
    tables["chiffres_publies"] = [
        {"chiffre": "Department.2A", "valeur": "1"},
        {"chiffre": "BRAKE.People.Turnover", "valeur": "+1"},
    ]
    as_folder(folder, tables)
    header = " , ".join(tables["territoires"][0])
    rows = [",".join(row.values()) for row in tables["territoires"]]
    (folder / "territoires.csv").write_text("\n".join([header, *rows]))
    workbook = read(folder)
    assert values(workbook, "participations")[0]["statut"] == Participation.Status.TRAINED
    assert values(workbook, "participations")[0]["perimetre"] is True
    assert values(workbook, "territoires")[0]["code"] == "2A004"
    assert values(workbook, "territoires")[0]["departement"] == "2A"
    assert [row["critere"] for row in values(workbook, "constats")] == ["mapping", "meeting"]
    assert values(workbook, "constats")[0]["valeur"] == Evidence.Value.UNKNOWN
    assert values(workbook, "constats")[0]["source"] == Evidence.Source.LOGBOOK
    assert values(workbook, "arbitrages")[0]["critere"] == "meeting"
    assert [row["chiffre"] for row in values(workbook, "chiffres_publies")] == [
        "department.2A",
        "brake.people.turnover",
    ]


def test_a_name_is_matched_as_it_is_written(folder):
    tables = small()
    tables["territoires"].append(territory("GRIGNY", "69096", "69"))
    tables["participations"].append(participation(1, "GRIGNY"))
    workbook = read(as_folder(folder, tables))
    assert [row["territoire"] for row in values(workbook, "participations")] == ["Grigny", "Bondy", "Bondy", "GRIGNY"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("commune", "commune"),
        ("arrondissement", "arrondissement"),
        ("epci", "epci"),
        ("ept", "ept"),
        ("departement", "department"),
        ("metropole", "metropolis"),
    ],
)
def test_kinds_of_territories(folder, kind, expected):
    tables = small()
    tables["territoires"][0]["type"] = kind
    assert values(read(as_folder(folder, tables)), "territoires")[0]["type"] == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [("candidat", "candidate"), ("retenu", "selected"), ("forme", "trained"), ("retire", "withdrawn")],
)
def test_statuses(folder, status, expected):
    tables = small()
    tables["participations"][0]["statut"] = status
    assert values(read(as_folder(folder, tables)), "participations")[0]["statut"] == expected


def test_optional_tables_and_columns_may_be_absent(folder):
    tables = small()
    for name, columns in OPTIONAL.items():
        tables[name] = [{c: v for c, v in row.items() if c not in columns} for row in tables[name]]
    as_folder(folder, tables)
    for name, rows in tables.items():
        text = "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])
        (folder / f"{name}.csv").write_text(text)
    for name in OPTIONAL_TABLES:
        (folder / f"{name}.csv").unlink()
    workbook = read(folder)
    assert values(workbook, "evaluation")[0]["mois_activite"] == 12
    assert values(workbook, "constats")[0]["reference"] == ""
    assert values(workbook, "constats")[0]["date"] is None
    assert [workbook.rows[name] for name in OPTIONAL_TABLES] == [[], [], []]


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in OPTIONAL.items() for c in columns])
def test_optional_values_may_be_empty(folder, table, column):
    tables = small()
    for row in tables[table]:
        row[column] = " "
    if column in ("latitude", "longitude"):
        tables["territoires"] = [row | {"latitude": "", "longitude": ""} for row in tables["territoires"]]
    assert read(as_folder(folder, tables)).problems == []


def test_figures_may_be_published_for_every_code_of_the_contract(folder):
    tables = small()
    codes = ["trained", "answering", "respondents", "interviewed", "any_activity", "nothing", "mapping_or_diagnostic"]
    codes += [
        "mapping_or_diagnostic_then_meeting",
        "meeting_still_active",
        "department.91",
        "department.60",
        "department.XY",
    ]
    tables["territoires"][0]["departement"] = "XY"
    codes += sorted(SHIPPED_CODES - {"nothing"})
    tables["chiffres_publies"] = [{"chiffre": code, "valeur": "0"} for code in codes]
    assert read(as_folder(folder, tables)).problems == []


def test_coordinates_take_a_comma_and_any_precision(folder):
    tables = small()
    tables["territoires"][1] |= {"latitude": "-48,123456789012", "longitude": "0.00000123"}
    found = values(read(as_folder(folder, tables, delimiter=";")), "territoires")[1]
    assert (found["latitude"], found["longitude"]) == (-48.123456789, 0.00000123)


# Problems: tables and columns ---------------------------------------------------------------------


@pytest.mark.parametrize("table", REQUIRED_TABLES)
def test_a_missing_table(folder, table):
    as_folder(folder, small())
    (folder / f"{table}.csv").unlink()
    assert problems(folder) == [(table, None, "", "", "cette table manque (fichier .csv ou feuille de ce nom).")]


def test_an_empty_folder(tmp_path):
    assert [problem[0] for problem in problems(tmp_path)] == REQUIRED_TABLES


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("write", [as_folder, as_xlsx])
def test_an_unknown_column(tmp_path, table, write):
    tables = small()
    tables[table][0]["Remarque"] = "x"
    file = f"{table}.csv" if write is as_folder else table
    expected = ", ".join(sorted(COLUMNS[table].split()))
    assert problems(write(tmp_path / "classeur.xlsx", tables)) == [
        (file, 1, "remarque", "", f"colonne inconnue ; attendues : {expected}.")
    ]


@pytest.mark.parametrize(("table", "column"), REQUIRED)
def test_a_missing_column_is_told_once_and_the_rest_is_still_checked(folder, table, column):
    tables = small()
    as_folder(folder, tables)
    columns = [name for name in COLUMNS[table].split() if name != column]
    rows = [",".join(row[name] for name in columns) for row in tables[table]]
    (folder / f"{table}.csv").write_text("\n".join([",".join(columns), *rows]))
    assert problems(folder) == [(f"{table}.csv", 1, column, "", "cette colonne manque.")]


def test_rows_are_checked_under_a_wrong_header(folder):
    as_folder(folder, small())
    (folder / "constats.csv").write_text(
        "session,territoire,critere,valeur,page\n9,Grigny,?,oui,3\n1,Pantin,mapping,si,"
    )
    assert [problem[:4] for problem in problems(folder)] == [
        ("constats.csv", 1, "page", ""),
        ("constats.csv", 1, "source", ""),
        ("constats.csv", 2, "critere", "?"),
        ("constats.csv", 2, "session", "9"),
        ("constats.csv", 3, "valeur", "si"),
        ("constats.csv", 3, "territoire", "Pantin"),
    ]


@pytest.mark.parametrize(("table", "column"), REQUIRED)
def test_a_missing_value(folder, table, column):
    tables = small()
    tables[table].append(tables[table].pop() | {column: ""})
    line = len(tables[table]) + 1
    assert (f"{table}.csv", line, column, "", MISSING) in problems(as_folder(folder, tables))


# Problems: values ---------------------------------------------------------------------------------

NEGATIVE = "un nombre négatif n’a pas de sens ici."
WHOLE = "un nombre entier est attendu."
DAY = "une date est attendue : AAAA-MM-JJ ou JJ/MM/AAAA."
DEGREES = "des degrés décimaux sont attendus, par exemple 48,85."
KINDS = "valeur inconnue ; attendu : commune, arrondissement, epci, ept, departement, metropole."
CODE = "un code d’évaluation s’écrit en lettres, chiffres, tirets et points (60 au plus)."


@pytest.mark.parametrize(
    ("table", "column", "value", "reason"),
    [
        ("repondants", "nombre", "-1", NEGATIVE),
        ("chiffres_publies", "valeur", "-3", NEGATIVE),
        ("repondants", "nombre", "2,5", WHOLE),
        ("repondants", "nombre", "deux", WHOLE),
        ("repondants", "nombre", "٣", WHOLE),
        ("repondants", "nombre", "9" * 10, "un nombre entre 0 et 2147483647 est attendu."),
        ("repondants", "nombre", "9" * 30, WHOLE),
        ("chiffres_publies", "valeur", "1e3", WHOLE),
        ("evaluation", "mois_activite", "0", "un nombre entre 1 et 1200 est attendu."),
        ("evaluation", "date", "2025-02-30", DAY),
        ("evaluation", "date", "12/31/2025", DAY),
        ("evaluation", "date", "31/12/25", DAY),
        ("repondants", "date", "juin 2025", DAY),
        ("repondants", "date", "2025-06-01T10:00:00", DAY),
        ("evaluation", "code", "a/b", CODE),
        ("evaluation", "code", "Importer", CODE),
        ("evaluation", "code", "x" * 61, CODE),
        ("sessions", "debut", "20", "un nombre entre 1900 et 2200 est attendu."),
        ("territoires", "type", "région", KINDS),
        ("territoires", "latitude", "90,5", "un nombre entre -90 et 90 est attendu."),
        ("territoires", "longitude", "181", "un nombre entre -180 et 180 est attendu."),
        ("territoires", "latitude", "48°54'", DEGREES),
        ("territoires", "longitude", "nan", DEGREES),
        ("participations", "statut", "formé", "valeur inconnue ; attendu : candidat, retenu, forme, retire."),
        ("participations", "perimetre", "vrai", "valeur inconnue ; attendu : oui, non."),
        ("constats", "valeur", "yes", "valeur inconnue ; attendu : oui, non, inconnu."),
        ("constats", "source", "", MISSING),
        ("constats", "source", "rumeur", "valeur inconnue ; attendu : questionnaire, entretien, document, journal."),
        ("constats", "critere", "cartographie", "critère inconnu."),
        ("arbitrages", "critere", "brake", "critère inconnu."),
        ("arbitrages", "valeur", "inconnu", "valeur inconnue ; attendu : oui, non."),
        ("arbitrages", "motif", "", MISSING),
        ("arbitrages", "critere", "nothing", "ce critère se déduit des cinq démarches : il ne s’arbitre pas."),
        ("chiffres_publies", "chiffre", "total", "chiffre inconnu."),
        ("chiffres_publies", "chiffre", "department.99", "chiffre inconnu."),
        ("constats", "reference", "é" * 601, "texte trop long : 600 caractères au plus."),
        ("constats", "citation", "é" * 20_001, "texte trop long : 20000 caractères au plus."),
        ("evaluation", "titre", "=A1", "une formule n’est pas acceptée : mettez sa valeur."),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_wrong_value(tmp_path, form, table, column, value, reason):
    tables = small()
    tables[table][-1][column] = value
    line = len(tables[table]) + 1
    if form == "csv":
        path, file = as_folder(tmp_path / "classeur", tables), f"{table}.csv"
    else:
        path, file = as_xlsx(tmp_path / "classeur.xlsx", tables), table
    assert problems(path) == [(file, line, column, value[:200], reason)]


@pytest.mark.parametrize("column", ["latitude", "longitude"])
def test_half_a_place(folder, column):
    tables = small()
    tables["territoires"][1][column] = ""
    reason = "donnez la latitude et la longitude, ou aucune des deux."
    assert problems(as_folder(folder, tables)) == [("territoires.csv", 3, column, "", reason)]


def test_a_session_that_ends_before_it_starts(folder):
    tables = small()
    tables["sessions"][0]["fin"] = "2019"
    reason = "la session finit avant d’avoir commencé."
    assert problems(as_folder(folder, tables)) == [("sessions.csv", 2, "fin", "2019", reason)]


def test_no_evaluation_row(folder):
    as_folder(folder, small())
    (folder / "evaluation.csv").write_text("code,titre,date\n\n,,\n")
    assert problems(folder) == [("evaluation.csv", None, "", "", "cette table doit avoir une ligne.")]


def test_two_evaluation_rows(folder):
    tables = small()
    tables["evaluation"].append(tables["evaluation"][0] | {"code": "autre"})
    reason = "cette table n’a qu’une ligne : un classeur, une évaluation."
    assert problems(as_folder(folder, tables)) == [("evaluation.csv", 3, "code", "autre", reason)]


# Problems: keys and declarations ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "key", "others"),
    [
        ("sessions", "session", "session", {"region": "Ailleurs"}),
        ("territoires", "territoire", "territoire", {"departement": "92"}),
        ("participations", "territoire", "session, territoire", {"statut": "retire"}),
        ("repondants", "territoire", "session, territoire", {"nombre": "7"}),
        ("entretiens", "territoire", "session, territoire", {"structures": "CLS"}),
        ("constats", "reference", "session, territoire, critere, source, reference", {"valeur": "inconnu"}),
        ("arbitrages", "critere", "session, territoire, critere", {"motif": "Autre."}),
        ("chiffres_publies", "chiffre", "chiffre", {"valeur": "9"}),
    ],
)
def test_the_same_key_twice(folder, table, column, key, others):
    tables = small()
    first = len(tables[table]) + 1
    again = tables[table][-1] | others
    if column in ("critere", "chiffre"):
        again[column] = again[column].upper()
    tables[table].append(again)
    reason = f"même clé ({key}) que la ligne {first}."
    value = tables[table][-2][column]
    assert problems(as_folder(folder, tables)) == [(f"{table}.csv", first + 1, column, value, reason)]


def test_evidence_of_another_source_or_reference_is_another_row(folder):
    tables = small()
    tables["constats"] += [
        evidence(1, "Grigny", "mapping", source="entretien"),
        evidence(1, "Grigny", "mapping", reference="p. 1"),
        evidence(1, "Grigny", "mapping", reference="P. 1"),
    ]
    assert read(as_folder(folder, tables)).problems == []


@pytest.mark.parametrize(
    ("kind", "other", "same"),
    [
        ("commune", "commune", True),
        ("commune", "arrondissement", True),
        ("epci", "metropole", True),
        ("epci", "commune", False),
        ("departement", "commune", False),
    ],
)
def test_two_names_for_a_code(folder, kind, other, same):
    tables = small()
    tables["territoires"][0] |= {"type": kind, "code": "93"}
    tables["territoires"][1] |= {"type": other, "code": "93"}
    expected = [("territoires.csv", 3, "code", "93", "ce code est déjà celui de « Grigny » (ligne 2).")]
    assert problems(as_folder(folder, tables)) == (expected if same else [])


DEPENDENT = ["participations", "repondants", "entretiens", "constats", "arbitrages"]


@pytest.mark.parametrize("table", DEPENDENT)
@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("session", "7", "session non déclarée dans la table « sessions »."),
        ("territoire", "Pantin", "territoire non déclaré dans la table « territoires »."),
        ("territoire", "bondy", "territoire non déclaré dans la table « territoires »."),
    ],
)
def test_what_is_not_declared(folder, table, column, value, reason):
    tables = small()
    tables[table].append(tables[table][0] | {column: value})
    line = len(tables[table]) + 1
    assert problems(as_folder(folder, tables)) == [(f"{table}.csv", line, column, value, reason)]


@pytest.mark.parametrize("table", DEPENDENT[1:])
def test_what_took_no_part(folder, table):
    tables = small()
    tables[table].append(tables[table][0] | {"session": "2", "territoire": "Grigny"})
    line = len(tables[table]) + 1
    reason = "ce territoire n’a pas de participation déclarée à la session 2."
    assert problems(as_folder(folder, tables)) == [(f"{table}.csv", line, "territoire", "Grigny", reason)]


def test_what_is_not_declared_is_told_beside_other_problems_of_the_declaring_tables(folder):
    tables = small()
    tables["sessions"][0] |= {"debut": "mille", "note": "x"}
    tables["territoires"][0]["latitude"] = "nord"
    tables["participations"][0]["statut"] = "?"
    tables["repondants"].append(tables["repondants"][0] | {"session": "8"})
    tables["constats"].append(evidence(1, "Pantin", "mapping"))
    tables["arbitrages"].append(tables["arbitrages"][0] | {"session": "2", "territoire": "Grigny"})
    assert {problem[:4] for problem in problems(as_folder(folder, tables))} == {
        ("sessions.csv", 1, "note", ""),
        ("sessions.csv", 2, "debut", "mille"),
        ("territoires.csv", 2, "latitude", "nord"),
        ("participations.csv", 2, "statut", "?"),
        ("repondants.csv", 3, "session", "8"),
        ("constats.csv", 4, "territoire", "Pantin"),
        ("arbitrages.csv", 3, "territoire", "Grigny"),
    }


def test_what_a_damaged_table_declares_is_not_held_against_the_others(folder):
    tables = small()
    tables["repondants"].append(tables["repondants"][0] | {"session": "2", "territoire": "Bondy"})
    as_folder(folder, tables)
    (folder / "territoires.csv").write_text(
        "territoire,type,code,departement\n=1,commune,91286,91\nBondy,commune,93010,93"
    )
    (folder / "sessions.csv").write_text('session,region,debut,fin\n1,IdF,2020,2021\n"2,IdF,2020,2021')
    (folder / "participations.csv").write_bytes(b"\xff\xfe")
    assert [problem[:3] for problem in problems(folder)] == [
        ("participations.csv", 1, ""),
        ("sessions.csv", 3, ""),
        ("territoires.csv", 2, "territoire"),
    ]


def test_all_problems_are_told_at_once_by_file_and_line(folder):
    tables = small()
    tables["constats"] += [
        evidence(1, "Grigny", "cartographie", valeur="si"),
        evidence(1, "Pantin", "mapping", date="hier"),
        evidence(1, "Grigny", "mapping"),
    ]
    tables["repondants"][0]["nombre"] = "-2"
    tables["participations"].append(participation(1, "Bondy"))
    tables["chiffres_publies"].append({"chiffre": "tout", "valeur": "x"})
    tables["evaluation"][0]["date"] = "=TODAY()"
    as_folder(folder, tables)
    (folder / "entretiens.csv").write_text("session,territoire,date,avec\n")
    found = [problem[:4] for problem in problems(folder)]
    assert found == sorted(found, key=lambda problem: (problem[0], problem[1]))
    assert set(found) == {
        ("chiffres_publies.csv", 3, "chiffre", "tout"),
        ("chiffres_publies.csv", 3, "valeur", "x"),
        ("constats.csv", 4, "critere", "cartographie"),
        ("constats.csv", 4, "valeur", "si"),
        ("constats.csv", 5, "territoire", "Pantin"),
        ("constats.csv", 5, "date", "hier"),
        ("constats.csv", 6, "reference", ""),
        ("entretiens.csv", 1, "avec", ""),
        ("evaluation.csv", 2, "date", "=TODAY()"),
        ("participations.csv", 5, "territoire", "Bondy"),
        ("repondants.csv", 2, "nombre", "-2"),
    }
    assert len(found) == 11


def test_problems_are_told_up_to_a_limit(folder, monkeypatch):
    monkeypatch.setattr(tabular, "MAX_PROBLEMS", 5)
    tables = small()
    tables["constats"] = [evidence(1, "Grigny", "?", reference=str(n)) for n in range(20)]
    found = problems(as_folder(folder, tables))
    assert [problem[1] for problem in found] == [None, 2, 3, 4, 5]
    assert found[0][4] == "plus de 5 problèmes : la suite n’est pas dite."


def test_line_numbers_count_blank_rows_and_quoted_line_ends(folder):
    as_folder(folder, small())
    (folder / "repondants.csv").write_text(
        '\ufeffsession;territoire;date;nombre\n\n1;"Bon\ndy";;1\n;;;\n1;Bondy;;x\n', encoding="utf-8"
    )
    assert [problem[:4] for problem in problems(folder)] == [
        ("repondants.csv", 3, "territoire", "Bon dy"),
        ("repondants.csv", 6, "nombre", "x"),
    ]


def test_progress_is_told_from_nothing_to_all(folder):
    told = []
    parse(
        as_folder(folder, small()),
        criteria=set(SHIPPED_CODES),
        progress=lambda *step: told.append(step),
    )
    rows = sum(len(rows) for rows in small().values())
    assert told[0] == ("Lecture", 0, rows)
    assert told[-1] == ("Lecture", rows, rows)
    assert told == sorted(told, key=lambda step: step[1])


def test_the_shipped_workbook_has_no_problem(settings, tmp_path):
    source = settings.BASE_DIR / "data" / "sessions-1-3"
    assert read(source).problems == []
    archive = shutil.make_archive(str(tmp_path / "classeur"), "zip", source)
    assert read(Path(archive)).problems == []


def test_helpers_write_the_columns_of_the_contract():
    assert workbooks.columns_of("constats", [])[:3] == ["session", "territoire", "critere"]
