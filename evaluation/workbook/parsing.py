"""From a file to checked rows: every problem of a workbook is found here, before anything is written."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alimactiv import tabular
from alimactiv.tabular import Problem, Problems, Record, Table, TooManyProblemsError
from evaluation.criteria import NOTHING
from evaluation.figures import COUNTS, DEPARTMENT, FORMULAS
from evaluation.workbook.schema import CAMPAIGN_RESPONSES, READ, Column, TableSchema
from territories.models import Territory

# INSEE codes of communes and arrondissements form one set, SIREN codes of groupings another.
CODE_SPACES = {
    Territory.Kind.COMMUNE: "insee",
    Territory.Kind.ARRONDISSEMENT: "insee",
    Territory.Kind.EPCI: "siren",
    Territory.Kind.EPT: "siren",
    Territory.Kind.METROPOLIS: "siren",
    Territory.Kind.DEPARTMENT: "department",
    Territory.Kind.REGION: "region",
}

# Of all the French départements and overseas territories, some may have no territory in a workbook, and so the count 0.
DEPARTMENTS = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}
DEPARTMENTS |= {str(number) for number in (*range(971, 979), 984, 986, 987, 988, 989)}

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A record whose cells are values. ``line`` is where it stands in its file."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


@dataclass
class Workbook:
    """A workbook as read. It may be imported only when ``problems`` is empty.

    ``files`` names the file or sheet of each table.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    files: dict[str, str] = field(default_factory=dict)


def parse(path: Path, *, criteria: set[str], progress: Progress = lambda *step: None) -> Workbook:
    """Read the workbook at ``path`` and find all that is wrong with it.

    ``criteria`` are the codes that exist; ``progress`` is told (stage, rows done, rows in all).
    """
    tables, problems = tabular.read(path, READ)
    workbook = Workbook(problems=problems, files={name: table.file for name, table in tables.items()})
    if not tables and problems:
        return workbook
    order = {table.file: rank for rank, table in enumerate(tables.values())}
    with suppress(TooManyProblemsError):
        _check(workbook, tables, criteria, progress)
    problems.sort(key=lambda problem: (order.get(problem.file, -1), problem.line or 0))
    return workbook


def _check(workbook: Workbook, tables: dict[str, Table], criteria: set[str], progress: Progress) -> None:
    total = sum(len(table.records) for table in tables.values())
    done = 0
    declaring: set[str] = set()
    for name, schema in READ.items():
        progress("Lecture", done, total)
        table = tables.get(name)
        workbook.rows[name] = []
        if table is None:
            if not schema.optional:
                reason = "cette table manque (fichier .csv ou feuille de ce nom)."
                workbook.problems.append(Problem(name, reason))
            continue
        if table.readable:
            _check_columns(schema, table, workbook.problems)
            workbook.rows[name] = _rows(schema, table, workbook.problems)
            if _tells_its_keys(schema, table):
                declaring.add(name)
        done += len(table.records)
        table.records.clear()
    _Checks(workbook, declaring, criteria).run()
    progress("Lecture", total, total)


def _check_columns(schema: TableSchema, table: Table, problems: Problems) -> None:
    known = {column.name for column in schema.columns}
    for column in dict.fromkeys(table.columns):
        if column and column not in known:
            problems.append(
                Problem(table.file, f"colonne inconnue ; attendues : {', '.join(sorted(known))}.", 1, column)
            )
    missing = [c.name for c in schema.columns if not c.optional and c.name not in table.columns]
    for column in missing:
        problems.append(Problem(table.file, "cette colonne manque.", 1, column))


def _tells_its_keys(schema: TableSchema, table: Table) -> bool:
    """Whether all that the table declares can be told, so that what it does not declare can be too."""
    return (
        table.complete
        and all(column in table.columns for column in schema.key)
        and all(record.values[column] is not None for record in table.records for column in schema.key)
    )


def _rows(schema: TableSchema, table: Table, problems: Problems) -> list[Row]:
    """The table's rows; ``None`` in a cell that has no value, or whose problem was told."""
    present = [column for column in schema.columns if column.name in table.columns]
    absent = {c.name: c.default if c.optional else None for c in schema.columns if c.name not in table.columns}
    return [
        Row(record.line, absent | {c.name: _value(c, record, table.file, problems) for c in present})
        for record in table.records
    ]


def _value(column: Column, record: Record, file: str, problems: Problems) -> Any:
    text = record.values[column.name]
    if text is None:
        return None
    if not text:
        if not column.optional:
            problems.append(Problem(file, "cette valeur manque.", record.line, column.name))
            return None
        return column.default
    try:
        return column.parse(text)
    except ValueError as error:
        problems.append(Problem(file, str(error), record.line, column.name, text))
        return None


@dataclass
class _Checks:
    """What rows say of one another.

    A table in ``declaring`` told all its keys: what is not among them is not declared. The others are held against
    nobody.
    """

    workbook: Workbook
    declaring: set[str]
    criteria: set[str]

    def run(self) -> None:
        self._one_evaluation()
        self._codes("constats", "critere", {code.casefold(): code for code in self.criteria}, "critère inconnu.")
        self._codes("arbitrages", "critere", {code.casefold(): code for code in self.criteria}, "critère inconnu.")
        self._codes("chiffres_publies", "chiffre", self._figures(), "chiffre inconnu.")
        for schema in READ.values():
            if schema.key:
                self._unique(schema)
        self._territory_codes()
        self._rows_agree()
        self._references()

    def _problem(self, table: str, row: Row, column: str, reason: str) -> None:
        value = row[column]
        self.workbook.problems.append(
            Problem(self.workbook.files[table], reason, row.line, column, "" if value is None else str(value))
        )

    def _one_evaluation(self) -> None:
        rows = self.workbook.rows["evaluation"]
        if "evaluation" in self.declaring and not rows:
            file = self.workbook.files["evaluation"]
            self.workbook.problems.append(Problem(file, "cette table doit avoir une ligne."))
        for row in rows[1:]:
            self._problem("evaluation", row, "code", "cette table n’a qu’une ligne : un classeur, une évaluation.")

    def _figures(self) -> dict[str, str]:
        declared = {row["departement"] for row in self.workbook.rows["territoires"] if row["departement"]}
        codes = {*COUNTS, *FORMULAS, *self.criteria}
        codes |= {f"{DEPARTMENT}{department}" for department in declared | DEPARTMENTS}
        return {code.casefold(): code for code in codes}

    def _codes(self, table: str, column: str, known: dict[str, str], reason: str) -> None:
        for row in self.workbook.rows[table]:
            if row[column] is None:
                continue
            code = known.get(row[column].casefold())
            if code is None:
                self._problem(table, row, column, reason)
            row.values[column] = code

    def _unique(self, schema: TableSchema) -> None:
        first: dict[tuple, int] = {}
        for row in self.workbook.rows[schema.name]:
            key = tuple(row[column] for column in schema.key)
            if None in key:
                continue
            if key in first:
                reason = f"même clé ({', '.join(schema.key)}) que la ligne {first[key]}."
                self._problem(schema.name, row, schema.key[-1], reason)
            first.setdefault(key, row.line)

    def _territory_codes(self) -> None:
        first: dict[tuple, Row] = {}
        for row in self.workbook.rows["territoires"]:
            if row["type"] is None or row["code"] is None:
                continue
            other = first.setdefault((CODE_SPACES[row["type"]], row["code"]), row)
            if other["territoire"] != row["territoire"]:
                reason = f"ce code est déjà celui de « {other['territoire']} » (ligne {other.line})."
                self._problem("territoires", row, "code", reason)

    def _rows_agree(self) -> None:
        for row in self.workbook.rows["sessions"]:
            if None not in (row["debut"], row["fin"]) and row["fin"] < row["debut"]:
                self._problem("sessions", row, "fin", "la session finit avant d’avoir commencé.")
        told = {(problem.file, problem.line, problem.column) for problem in self.workbook.problems}
        for row in self.workbook.rows["territoires"]:
            if (row["latitude"] is None) != (row["longitude"] is None):
                column = "longitude" if row["longitude"] is None else "latitude"
                if (self.workbook.files["territoires"], row.line, column) not in told:
                    reason = "donnez la latitude et la longitude, ou aucune des deux."
                    self._problem("territoires", row, column, reason)
        for row in self.workbook.rows["arbitrages"]:
            if row["critere"] == NOTHING:
                reason = "ce critère se déduit des cinq démarches : il ne s’arbitre pas."
                self._problem("arbitrages", row, "critere", reason)

    def _references(self) -> None:
        sessions = {row["session"] for row in self.workbook.rows["sessions"]}
        territories = {row["territoire"] for row in self.workbook.rows["territoires"]}
        participations = {(row["session"], row["territoire"]) for row in self.workbook.rows["participations"]}
        about_cases = ("participations", "repondants", "entretiens", "constats", "arbitrages", CAMPAIGN_RESPONSES.name)
        for table in about_cases:
            for row in self.workbook.rows[table]:
                session, territory = row["session"], row["territoire"]
                if session is None or territory is None:
                    continue
                if "sessions" in self.declaring and session not in sessions:
                    self._problem(table, row, "session", "session non déclarée dans la table « sessions ».")
                elif "territoires" in self.declaring and territory not in territories:
                    self._problem(table, row, "territoire", "territoire non déclaré dans la table « territoires ».")
                elif "participations" in self.declaring and (session, territory) not in participations:
                    reason = f"ce territoire n’a pas de participation déclarée à la session {session}."
                    self._problem(table, row, "territoire", reason)
