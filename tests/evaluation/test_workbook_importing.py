"""Writing a workbook: adds and updates, deletes nothing, all or nothing, the same twice (contract, "Workbook")."""

import datetime
import random

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from evaluation import operations
from evaluation.figures import COUNTS, FORMULAS
from evaluation.models import Case, Criterion, Evaluation, Evidence, Interview, PublishedFigure, Ruling
from evaluation.workbook import changes, importing
from evaluation.workbook.changes import Change
from evaluation.workbook.schema import LONGEST_KEY
from territories.departments import named
from territories.models import Participation, Territory, TrainingSession
from tests.evaluation import naive
from tests.evaluation.random_workbooks import CRITERIA, workbooks
from tests.evaluation.workbooks import (
    as_folder,
    as_xlsx,
    bring_in,
    clear,
    everything,
    evidence,
    figures,
    participation,
    small,
    territory,
)
from tests.factories import ParticipationFactory, UserFactory

pytestmark = pytest.mark.django_db
from_database = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def load(tmp_path):
    """Import tables written as a folder."""

    def load(tables, **options):
        folder = tmp_path / "classeur"
        for file in folder.glob("*.csv"):
            file.unlink()
        return bring_in(as_folder(folder, tables), **options)

    return load


def refused(tmp_path, tables) -> list[tuple]:
    """The problems of a workbook that contradicts what the evaluation holds; nothing may be written."""
    before = everything()
    outcome = importing.write(importing.check(as_folder(tmp_path / "refusé", tables)))
    assert outcome.refused
    assert (outcome.evaluation, outcome.changes) == (None, {})
    assert everything() == before
    return [(p.file, p.line, p.column, p.value, p.reason) for p in outcome.workbook.problems]


def counts(outcome) -> dict[str, tuple[int, int, int]]:
    """(added, updated, unchanged) of the tables where anything changed."""
    found = {name: (c.added, c.updated, c.unchanged) for name, c in outcome.changes.items()}
    return {name: numbers for name, numbers in found.items() if numbers[:2] != (0, 0)}


def rows_that_differ(before, after) -> dict[str, tuple[list, list]]:
    """By table, the rows that went and those that came."""
    gone = {name: [row for row in rows if row not in after[name]] for name, rows in before.items()}
    come = {name: [row for row in rows if row not in before[name]] for name, rows in after.items()}
    return {name: (gone[name], come[name]) for name in before if gone[name] or come[name]}


# What is written ----------------------------------------------------------------------------------


def test_every_table_is_written(load):
    outcome = load(small())
    evaluation = Evaluation.objects.get()
    assert outcome.evaluation == evaluation
    assert (evaluation.code, evaluation.title, evaluation.active_months) == ("essai", "Essai", 12)
    assert evaluation.as_of == datetime.date(2025, 12, 31)
    sessions = TrainingSession.objects.values_list("number", "region", "start_year", "end_year")
    assert list(sessions) == [(1, "Île-de-France", 2020, 2021), (2, "Île-de-France", 2022, 2022)]
    fields = ("name", "kind", "code", "department", "latitude", "longitude", "search_name", "is_official")
    assert list(Territory.objects.values_list(*fields)) == [
        ("Bondy", "commune", "93010", "93", 48.902, 2.483, "bondy", False),
        ("Grigny", "commune", "91286", "91", None, None, "grigny", False),
    ]
    assert Participation.objects.count() == 3
    cases = Case.objects.values_list("participation__session__number", "label", "in_scope")
    assert list(cases) == [(1, "Bondy", True), (1, "Grigny", True), (2, "Bondy", True)]
    grigny = Case.objects.get(label="Grigny")
    assert (grigny.respondents.count, grigny.respondents.date) == (2, datetime.date(2025, 6, 1))
    assert Interview.objects.get().structures == "CCAS"
    assert list(
        Evidence.objects.order_by("pk").values_list("case__label", "criterion", "value", "source", "reference")
    ) == [
        ("Grigny", "mapping", "yes", "document", ""),
        ("Bondy", "meeting", "no", "interview", "p. 3"),
    ]
    ruling = Ruling.objects.get()
    assert (ruling.value, ruling.reason, ruling.date) == ("yes", "Compte rendu lu.", datetime.date(2025, 11, 2))
    assert list(PublishedFigure.objects.values_list("code", "value", "reference")) == [("trained", 3, "partie I")]
    assert counts(outcome) == {
        "evaluation": (1, 0, 0),
        "sessions": (2, 0, 0),
        "territoires": (2, 0, 0),
        "participations": (3, 0, 0),
        "perimetre": (3, 0, 0),
        "repondants": (1, 0, 0),
        "entretiens": (1, 0, 0),
        "constats": (2, 0, 0),
        "arbitrages": (1, 0, 0),
        "chiffres_publies": (1, 0, 0),
    }


def test_the_same_workbook_twice_changes_nothing(load):
    load(small())
    before = everything()
    outcome = load(small())
    assert everything() == before
    assert counts(outcome) == {}
    assert {name: c.unchanged for name, c in outcome.changes.items()} == {
        **{name: len(rows) for name, rows in small().items()},
        "perimetre": 3,
    }


def test_the_same_workbook_in_another_form_and_order_changes_nothing(load, tmp_path):
    load(small())
    before = everything()
    upside_down = {name: rows[::-1] for name, rows in reversed(small().items())}
    outcome = bring_in(as_xlsx(tmp_path / "classeur.xlsx", upside_down))
    assert (counts(outcome), everything()) == ({}, before)


def test_rows_left_out_are_kept(load):
    load(small())
    before = everything()
    tables = small()
    for name in ("repondants", "entretiens", "constats", "arbitrages", "chiffres_publies"):
        tables[name] = []
    tables["participations"].pop()
    tables["sessions"].pop()
    assert counts(load(tables)) == {}
    assert everything() == before


CHANGES = [
    ("evaluation", "titre", "Autre", "evaluation.Evaluation", "titre", ("Essai", "Autre")),
    ("evaluation", "date", "2024-01-02", "evaluation.Evaluation", "état des lieux au", ("2025-12-31", "2024-01-02")),
    ("evaluation", "mois_activite", "6", "evaluation.Evaluation", "mois d'activité", ("12", "6")),
    ("sessions", "region", "Bretagne", "territories.TrainingSession", "région", ("Île-de-France", "Bretagne")),
    ("sessions", "fin", "2023", "territories.TrainingSession", "année de fin", ("2022", "2023")),
    ("territoires", "departement", "75", "territories.Territory", "département", ("93", "75")),
    ("territoires", "latitude", "48.9", "territories.Territory", "latitude", ("48.902", "48.9")),
    ("territoires", "code", "93011", "territories.Territory", "code INSEE ou SIREN", ("93010", "93011")),
    (
        "territoires",
        "type",
        "ept",
        "territories.Territory",
        "type",
        ("commune", "établissement public territorial (EPT)"),
    ),
    ("participations", "statut", "retire", "territories.Participation", "status", ("formé", "retiré")),
    ("participations", "commentaire", "Lu.", "territories.Participation", "commentaire", ("", "Lu.")),
    ("participations", "perimetre", "non", "evaluation.Case", "dans le périmètre", ("oui", "non")),
    ("repondants", "nombre", "0", "evaluation.Respondents", "nombre de personnes", ("2", "0")),
    ("repondants", "date", "", "evaluation.Respondents", "date", ("2025-06-01", "")),
    ("entretiens", "structures", "CLS", "evaluation.Interview", "structures rencontrées", ("CCAS", "CLS")),
    ("constats", "valeur", "inconnu", "evaluation.Evidence", "valeur", ("non", "inconnu")),
    ("constats", "citation", "Lu.", "evaluation.Evidence", "citation", ("", "Lu.")),
    ("constats", "date", "2025-01-01", "evaluation.Evidence", "date", ("", "2025-01-01")),
    ("chiffres_publies", "valeur", "4", "evaluation.PublishedFigure", "valeur publiée", ("3", "4")),
    ("chiffres_publies", "reference", "", "evaluation.PublishedFigure", "référence", ("partie I", "")),
]


@pytest.mark.parametrize(("table", "column", "value", "model", "words", "told"), CHANGES)
def test_a_changed_row_changes_that_row_only(load, table, column, value, model, words, told):
    load(small())
    before = everything()
    tables = small()
    tables[table][-1][column] = value
    dry = load(tables, dry_run=True)
    assert everything() == before
    outcome = load(tables)
    [(changed, (gone, come))] = rows_that_differ(before, everything()).items()
    assert changed == model
    assert len(gone) == len(come) == 1
    assert gone[0][0] == come[0][0], "the same row"
    assert sum(a != b for a, b in zip(gone[0], come[0], strict=True)) == 1
    [(name, numbers)] = counts(outcome).items()
    assert name == ("perimetre" if column == "perimetre" else table)
    assert numbers[:2] == (0, 1)
    [change] = outcome.changes[name].changes
    words = Participation._meta.get_field("status").verbose_name if words == "status" else words
    assert change.fields == {words: told}
    assert dry.changes == outcome.changes
    assert dry.evaluation is None
    assert counts(load(tables)) == {}


@pytest.mark.parametrize(
    ("column", "value"),
    [("critere", "mapping"), ("source", "document"), ("reference", "p. 4"), ("territoire", "Grigny")],
)
def test_a_changed_key_is_another_row(load, column, value):
    load(small())
    before = everything()
    tables = small()
    tables["constats"][-1][column] = value
    outcome = load(tables)
    assert counts(outcome) == {"constats": (1, 0, 1)}
    assert {name: len(gone) for name, (gone, _) in rows_that_differ(before, everything()).items()} == {
        "evaluation.Evidence": 0
    }


@pytest.mark.parametrize(("column", "value"), [("valeur", "non"), ("motif", "Relu."), ("date", "")])
def test_a_changed_ruling_supersedes_the_former(load, column, value):
    load(small())
    before = everything()
    former = Ruling.objects.get()
    tables = small()
    tables["arbitrages"][0][column] = value
    user = UserFactory()
    before["accounts.User"] = everything()["accounts.User"]
    dry = load(tables, dry_run=True)
    assert everything() == before
    outcome = load(tables, by=user)
    assert set(rows_that_differ(before, everything())) == {"evaluation.Ruling"}
    ruling = Ruling.objects.in_force().get()
    kept = Ruling.objects.get(pk=former.pk)
    assert (kept.value, kept.reason, kept.date) == (former.value, former.reason, former.date)
    assert (kept.superseded_by, kept.ended_by, ruling.by, former.by) == (ruling, user, user, None)
    assert counts(outcome) == {"arbitrages": (0, 1, 0)}
    assert dry.changes == outcome.changes
    again = everything()
    load(tables)
    assert everything() == again


def test_a_ruling_made_on_screen_since_is_superseded_by_that_of_the_workbook(load):
    load(small())
    ruling = Ruling.objects.get()
    criterion = Criterion.objects.get(code="meeting")
    operations.rule(case=ruling.case, criterion=criterion, value="no", reason="À l'écran.", by=UserFactory())
    assert counts(load(small())) == {"arbitrages": (0, 1, 0)}
    assert [r.value for r in Ruling.objects.order_by("pk")] == ["yes", "no", "yes"]
    assert Ruling.objects.in_force().get().reason == "Compte rendu lu."


def test_a_dry_run_writes_nothing_and_tells_the_same(load):
    before = everything()
    dry = load(small(), dry_run=True)
    assert everything() == before
    assert dry.changes == load(small()).changes
    assert dry.changes["territoires"].changes == [Change("Grigny"), Change("Bondy")]


def test_only_the_first_changes_are_told_in_full(load, monkeypatch):
    monkeypatch.setattr(changes, "SHOWN_CHANGES", 2)
    outcome = load(small())
    assert outcome.changes["participations"].added == 3
    assert len(outcome.changes["participations"].changes) == 2


@pytest.mark.parametrize("code", ["ESSAI", " Essai ", "essai"])
def test_the_code_is_the_same_in_any_case(load, code):
    load(small())
    tables = small()
    tables["evaluation"][0]["code"] = code
    assert counts(load(tables)) == {}
    assert Evaluation.objects.get().code == "essai"


def test_the_code_is_the_same_in_any_case_with_accents_too(load):
    tables = small()
    tables["evaluation"][0]["code"] = "été-2025"
    load(tables)
    tables["evaluation"][0]["code"] = "ÉTÉ-2025"
    assert counts(load(tables)) == {}


# All or nothing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step", ["_sessions", "_participations", "_cases", "_evidence", "_rulings", "_published_figures"]
)
def test_nothing_is_written_when_the_database_refuses(load, monkeypatch, step):
    """A real refusal, by a constraint, after the tables before have been written."""
    load(small())
    before = everything()
    write = getattr(importing._Writer, step)

    def write_then_break(writer):
        write(writer)
        Territory.objects.bulk_create([Territory(name="X", kind="commune", code="1", latitude=500, longitude=0)])

    monkeypatch.setattr(importing._Writer, step, write_then_break)
    tables = small()
    tables["evaluation"][0]["titre"] = "Autre"
    tables["sessions"].append({"session": "3", "region": "X", "debut": "2024", "fin": "2024"})
    tables["arbitrages"][0]["valeur"] = "non"
    with pytest.raises(IntegrityError):
        load(tables)
    assert everything() == before


def test_a_refused_workbook_writes_nothing(tmp_path):
    tables = small()
    tables["repondants"][0]["nombre"] = "-1"
    before = everything()
    outcome = importing.write(importing.check(as_folder(tmp_path / "classeur", tables)))
    assert outcome.refused
    assert everything() == before


# Territories --------------------------------------------------------------------------------------


def official(**fields) -> Territory:
    found = {"name": "Bondy (officiel)", "kind": "commune", "code": "93010", "department": "93", "latitude": 1.0}
    return Territory.objects.create(**found | {"longitude": 2.0, "is_official": True, "search_name": ""} | fields)


def test_the_official_territory_of_that_code_is_taken_and_keeps_its_name(load):
    bondy = official()
    load(small())
    found = Territory.objects.get(code="93010")
    assert (found.pk, found.name, found.kind, found.is_official) == (bondy.pk, "Bondy (officiel)", "commune", True)
    assert (found.latitude, found.longitude) == (48.902, 2.483)
    printed = figures("essai")
    assert printed["figures"]["trained"]["territories"] == ["Bondy", "Bondy", "Grigny"]
    assert [row["territory"] for row in printed["matrix"]] == ["Bondy", "Grigny", "Bondy"]


@pytest.mark.parametrize(
    ("declared", "kind", "taken"),
    [
        ("commune", "commune", True),
        ("commune", "arrondissement", True),
        ("metropole", "epci", True),
        ("ept", "epci", True),
        ("departement", "commune", False),
        ("departement", "region", False),
    ],
)
def test_a_code_is_looked_for_among_codes_of_its_sort(load, declared, kind, taken):
    known = official(kind=kind, code="93")
    tables = small()
    tables["territoires"][1] |= {"type": declared, "code": "93"}
    load(tables)
    assert (Case.objects.filter(label="Bondy").first().participation.territory == known) is taken
    known.refresh_from_db()
    assert known.kind == kind
    assert counts(load(tables)) == {}


def test_the_territory_of_the_very_kind_is_preferred(load):
    official(kind="arrondissement", name="A")
    commune = official(kind="commune", name="B")
    load(small())
    assert Case.objects.filter(label="Bondy").first().participation.territory == commune


def test_absent_coordinates_erase_nothing(load):
    load(small())
    tables = small()
    tables["territoires"][1] |= {"latitude": "", "longitude": ""}
    assert counts(load(tables)) == {}
    assert Territory.objects.get(name="Bondy").latitude == 48.902


def test_a_changed_code_is_corrected_in_place(load):
    load(small())
    bondy = Territory.objects.get(name="Bondy")
    tables = small()
    tables["territoires"][1]["code"] = "93999"
    assert counts(load(tables)) == {"territoires": (0, 1, 1)}
    bondy.refresh_from_db()
    assert bondy.code == "93999"
    assert Territory.objects.count() == 2


def test_a_changed_code_that_another_territory_has_moves_the_cases_there(load):
    load(small())
    before = figures("essai")
    known = official(code="93999")
    tables = small()
    tables["territoires"][1]["code"] = "93999"
    outcome = load(tables)
    assert counts(outcome)["perimetre"] == (0, 2, 1)
    assert counts(outcome)["participations"] == (2, 0, 1)
    assert set(Case.objects.filter(label="Bondy").values_list("participation__territory", flat=True)) == {known.pk}
    assert figures("essai") == before
    assert counts(load(tables)) == {}


def test_an_official_code_is_not_changed_by_a_workbook(load):
    bondy = official()
    load(small())
    tables = small()
    tables["territoires"][1]["code"] = "93999"
    load(tables)
    bondy.refresh_from_db()
    assert bondy.code == "93010"
    assert Case.objects.filter(label="Bondy").first().participation.territory.code == "93999"
    assert counts(load(tables)) == {}


def test_a_renamed_territory_keeps_its_cases(load):
    load(small())
    evidence_before = list(Evidence.objects.values_list("pk", "case"))
    tables = renamed(small(), {"Bondy": "Ville de Bondy"})
    assert counts(load(tables)) == {"perimetre": (0, 2, 1)}
    assert list(Evidence.objects.values_list("pk", "case")) == evidence_before
    assert figures("essai")["figures"]["trained"]["territories"] == ["Grigny", "Ville de Bondy", "Ville de Bondy"]


def renamed(tables, names):
    return {
        table: [
            row | {"territoire": names.get(row["territoire"], row["territoire"])} if "territoire" in row else row
            for row in rows
        ]
        for table, rows in tables.items()
    }


def test_a_territory_renamed_by_a_part_of_the_workbook_is_renamed_in_all_its_cases(load):
    load(small())
    tables = renamed(small(), {"Bondy": "Ville de Bondy"})
    tables["participations"].pop()
    load(tables)
    labels = Case.objects.values_list("participation__session__number", "label")
    assert list(labels) == [(1, "Grigny"), (1, "Ville de Bondy"), (2, "Ville de Bondy")]


def test_a_place_that_another_name_has_is_refused(load, tmp_path):
    """Two territories that swap codes: whose evidence is whose could not be told."""
    load(small())
    tables = small()
    tables["territoires"][0]["code"], tables["territoires"][1]["code"] = "93010", "91286"
    assert set(refused(tmp_path, tables)) == {
        ("territoires.csv", 2, "code", "93010", "dans cette évaluation, ce code est celui de « Bondy »."),
        ("territoires.csv", 3, "code", "91286", "dans cette évaluation, ce code est celui de « Grigny »."),
    }


def test_a_name_given_to_a_new_place_while_the_former_gets_another_is_refused(load, tmp_path):
    load(small())
    tables = small()
    tables["territoires"].append(territory("Evry", "91286", "91"))
    tables["territoires"][0]["code"] = "91999"
    tables["participations"].append(participation(1, "Evry"))
    assert refused(tmp_path, tables) == [
        ("territoires.csv", 4, "code", "91286", "dans cette évaluation, ce code est celui de « Grigny ».")
    ]


def test_a_name_that_another_case_keeps_is_refused(load, tmp_path):
    load(small())
    official(code="93999")
    tables = small()
    tables["territoires"][1]["code"] = "93999"
    tables["participations"].pop()
    reason = "un autre territoire a ce nom dans cette évaluation (session 2)."
    assert refused(tmp_path, tables) == [("territoires.csv", 3, "territoire", "Bondy", reason)]


def test_long_names_are_searched_without_breaking(load):
    load(renamed(small(), {"Bondy": "œ" * 200}))
    assert len(Territory.objects.get(code="93010").search_name) == 200


def test_the_longest_reference_is_kept_on_every_database(load):
    """PostgreSQL refuses an index entry over 2,704 bytes that it cannot compress."""
    longest = "".join(chr(0x10000 + random.Random(n).randrange(0xFFFF)) for n in range(LONGEST_KEY))
    tables = small()
    tables["constats"][0] |= {"reference": longest, "critere": "success.carriers.used_to_working_together"}
    load(tables)
    assert Evidence.objects.get(reference=longest).criterion_id == "success.carriers.used_to_working_together"
    assert counts(load(tables)) == {}


# Several evaluations ------------------------------------------------------------------------------


def second(code="autre"):
    """Another evaluation of the same participations, under other names, that says other things of them."""
    tables = renamed(small(), {"Bondy": "Commune de Bondy"})
    tables["evaluation"][0] |= {"code": code, "date": "2024-12-31"}
    tables["participations"][0]["perimetre"] = "non"
    tables["repondants"] = [row | {"territoire": "Commune de Bondy", "nombre": "5"} for row in tables["repondants"]]
    tables["entretiens"] = []
    tables["constats"] = [
        evidence(1, "Commune de Bondy", "nothing"),
        evidence(1, "Grigny", "mapping", valeur="non"),
        evidence(2, "Commune de Bondy", "diagnostic", source="questionnaire"),
    ]
    tables["arbitrages"] = [tables["arbitrages"][0] | {"valeur": "non"}]
    tables["chiffres_publies"] = [{"chiffre": "trained", "valeur": "2", "reference": ""}]
    return tables


def test_two_evaluations_of_the_same_participations_stay_apart(load):
    load(small())
    first = figures("essai")
    load(second())
    other = figures("autre")
    assert figures("essai") == first
    load(small())
    assert (figures("essai"), figures("autre")) == (first, other)
    assert (Territory.objects.count(), Participation.objects.count(), Case.objects.count()) == (2, 3, 6)
    assert first["figures"]["meeting"]["territories"] == ["Bondy"]
    assert other["figures"]["diagnostic"]["territories"] == ["Commune de Bondy"]
    assert other["figures"]["trained"]["certain"] == 2


@from_database
@given(workbooks(), workbooks())
def test_two_random_evaluations_stay_apart(tmp_path_factory, one, other):
    """As long as they agree on what is a fact of a session or of a place: departments and statuses."""
    other["territoires"] = one["territoires"]
    statuses = {(row["session"], row["territoire"]): row["statut"] for row in one["participations"]}
    for row in other["participations"]:
        row["statut"] = statuses.get((row["session"], row["territoire"]), row["statut"])
    folder = tmp_path_factory.getbasetemp()
    clear()
    bring_in(as_folder(folder / "un", on_file(one, "un")))
    bring_in(as_folder(folder / "autre", on_file(other, "autre")))
    bring_in(as_folder(folder / "un", on_file(one, "un")))
    assert figures("un")["figures"] == expected_figures(one)
    assert figures("autre")["figures"] == expected_figures(other)


# Random workbooks, held against the contract ------------------------------------------------------


def on_file(workbook, code="essai"):
    """A random workbook with the columns that figures do not need, and a territory that takes no part."""
    territories = [row | {"type": "commune", "code": f"E{n}"} for n, row in enumerate(workbook["territoires"])]
    territories.append({"territoire": "Sans part", "type": "commune", "code": "E99", "departement": "2B"})
    return {
        **{name: rows for name, rows in workbook.items() if name != "evaluation"},
        "evaluation": [workbook["evaluation"][0] | {"code": code, "titre": "Essai"}],
        "sessions": [{"session": n, "region": "Essai", "debut": 2024, "fin": 2024} for n in (1, 2)],
        "territoires": territories,
        "arbitrages": [row | {"motif": "Essai."} for row in workbook["arbitrages"]],
    }


def every_criterion() -> list[str]:
    return [criterion.code for criterion in Criterion.objects.in_order()]


def expected_figures(workbook) -> dict:
    labels = figures_labels()
    found = naive.figures(workbook, every_criterion())
    return {code: {"label": labels(code)} | figure for code, figure in found.items()}


def figures_labels():
    labels = dict(Criterion.objects.values_list("code", "label"))
    labels |= {code: named.label for code, named in (COUNTS | FORMULAS).items()}
    return lambda code: labels.get(code) or f"Territoires formés – {named(code.removeprefix('department.'))}"


@from_database
@given(workbooks())
def test_imported_figures_are_the_contract_s(tmp_path_factory, workbook):
    clear()
    tables = on_file(workbook)
    bring_in(as_folder(tmp_path_factory.getbasetemp() / "au hasard", tables, delimiter=";"))
    printed = figures("essai")
    assert printed["figures"] == expected_figures(workbook)
    assert printed["matrix"] == naive.matrix(workbook, every_criterion())
    before = everything()
    bring_in(as_xlsx(tmp_path_factory.getbasetemp() / "au hasard.xlsx", tables))
    assert everything() == before


def test_the_random_workbooks_use_criteria_that_ship():
    assert set(CRITERIA) <= set(every_criterion())


# Many rows ----------------------------------------------------------------------------------------


def large(number: int, said: int):
    tables = small()
    tables["territoires"] = [territory(f"Ville {n}", f"X{n}", "93") for n in range(number)]
    tables["participations"] = [participation(1, f"Ville {n}") for n in range(number)]
    tables["repondants"] = [
        {"session": "1", "territoire": f"Ville {n}", "date": "", "nombre": "1"} for n in range(number)
    ]
    tables["entretiens"] = [
        {"session": "1", "territoire": f"Ville {n}", "date": "", "structures": ""} for n in range(number)
    ]
    tables["constats"] = [
        evidence(1, f"Ville {n}", "mapping", reference=f"p. {page}") for n in range(number) for page in range(said)
    ]
    tables["arbitrages"] = []
    return tables


@pytest.mark.parametrize("number", [20, 2_000])
def test_an_import_takes_few_queries_however_many_rows(load, number):
    """A query for 500 rows (fewer on SQLite, which takes few parameters), and some for each table."""
    tables = large(number, said=3)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(tables)
    rows = sum(len(rows) for rows in tables.values())
    assert len(queries) < 60 + rows / 60
    with CaptureQueriesContext(connection) as queries:
        assert counts(load(tables)) == {}
    assert len(queries) < 30
    tables["constats"] = [row | {"valeur": "non"} for row in tables["constats"]]
    with CaptureQueriesContext(connection) as queries:
        assert counts(load(tables)) == {"constats": (0, number * 3, 0)}
    assert len(queries) < 30 + len(tables["constats"]) / 60


def test_participations_that_others_made_in_the_same_session_are_left_alone(load):
    other = ParticipationFactory(session__number=1)
    load(small())
    assert not Case.objects.filter(participation=other).exists()
