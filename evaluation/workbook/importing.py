"""Writing a checked workbook: adds and updates, deletes nothing, all or nothing (contract, "Workbook")."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from alimactiv.tabular import Problem
from alimactiv.text import normalised
from evaluation import answers, operations
from evaluation.criteria import NOTHING
from evaluation.models import (
    Case,
    Criterion,
    Evaluation,
    Evidence,
    Interview,
    PublishedFigure,
    Respondents,
    Response,
    Ruling,
)
from evaluation.workbook.changes import TABLE_WORDS, Change, TableChanges, said, words
from evaluation.workbook.parsing import CODE_SPACES, Progress, Row, Workbook, parse
from evaluation.workbook.schema import CAMPAIGN_RESPONSES
from territories.models import Participation, Territory, TrainingSession


@dataclass
class Outcome:
    """How an import went: refused with ``workbook.problems``, or what it changed (or, dry, would change)."""

    workbook: Workbook
    evaluation: Evaluation | None = None
    changes: dict[str, TableChanges] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return bool(self.workbook.problems)


def check(path: Path, *, progress: Progress = lambda *step: None) -> Workbook:
    """Read the workbook at ``path`` and find all that is wrong with it; nothing is written."""
    return parse(path, criteria=set(Criterion.objects.values_list("code", flat=True)), progress=progress)


@transaction.atomic
def write(workbook: Workbook, *, by=None, dry_run: bool = False) -> Outcome:
    """Write a checked workbook in one transaction; one with problems is refused.

    So is, with the problem added, one that contradicts what the evaluation already holds.
    A dry run does the same and takes it back: it tells what would change, and changes nothing.
    """
    if workbook.problems:
        return Outcome(workbook)
    _take_turn()
    writer = _Writer(workbook, by)
    try:
        with transaction.atomic():
            writer.write()
            if dry_run:
                transaction.set_rollback(True)
    except _ContradictionError as contradiction:
        workbook.problems.extend(contradiction.problems)
        return Outcome(workbook)
    return Outcome(workbook, None if dry_run else writer.evaluation, writer.changes)


def _take_turn() -> None:
    """Wait for the import under way, if any: two would trip over the territories and sessions that both add.

    (SQLite has one writer at a time anyway.)
    """
    list(Criterion.objects.select_for_update(no_key=True).filter(pk=NOTHING).order_by())


class _ContradictionError(Exception):
    def __init__(self, problems: list[Problem]):
        super().__init__(problems)
        self.problems = problems


class _Writer:
    """One import under way. Each table's rows are brought in by :meth:`_sync`, in the order of :meth:`write`."""

    def __init__(self, workbook: Workbook, by):
        self.workbook = workbook
        self.rows = workbook.rows
        self.by = by
        self.changes = {name: TableChanges() for name in TABLE_WORDS}

    def write(self) -> None:
        self._evaluation()
        self._sessions()
        self._territories()
        self._participations()
        self._cases()
        self._known_responses()
        self._respondents()
        interviews = {
            self._case(row).pk: {"date": row["date"], "structures": row["structures"]}
            for row in self.rows["entretiens"]
        }
        self._about_cases("entretiens", Interview, interviews)
        self._evidence()
        self._rulings()
        self._published_figures()

    def _sync(
        self,
        table: str,
        existing: Mapping[Hashable, models.Model],
        wanted: Mapping[Hashable, dict[str, Any]],
        make: Callable[[Any], models.Model],
        label: Callable[[models.Model], str],
    ) -> dict[Hashable, models.Model]:
        """Create what ``wanted`` has and ``existing`` lacks, update what differs; returns the rows by key.

        ``make`` builds the row of a key, to which the wanted fields are then given.
        """
        changes, new, changed, names, result = self.changes[table], [], [], set(), {}
        for key, fields in wanted.items():
            row = existing.get(key)
            if row is None:
                row = make(key)
                new.append(row)
                changes.added += 1
                for name, value in fields.items():
                    setattr(row, name, value)
                changes.tell(Change(label(row)))
            elif differing := {n: (getattr(row, n), v) for n, v in fields.items() if getattr(row, n) != v}:
                for name, (_, value) in differing.items():
                    setattr(row, name, value)
                changed.append(row)
                names |= set(differing)
                changes.updated += 1
                changes.tell(Change(label(row), {words(row, n): said(row, n, p) for n, p in differing.items()}))
            else:
                changes.unchanged += 1
            result[key] = row
        manager = (new or changed or [None])[0]
        if manager is not None:
            model = type(manager)
            model.objects.bulk_create(new, batch_size=500)
            if changed:
                model.objects.bulk_update(changed, names, batch_size=500)
        return result

    def _evaluation(self) -> None:
        row = self.rows["evaluation"][0]
        former = self._known_evaluation(row["code"])
        fields = {"title": row["titre"], "as_of": row["date"], "active_months": row["mois_activite"]}
        found = self._sync(
            "evaluation",
            {"": former} if former else {},
            {"": fields},
            lambda key: Evaluation(code=row["code"]),
            lambda evaluation: evaluation.code,
        )
        self.evaluation = found[""]

    def _known_evaluation(self, code: str) -> Evaluation | None:
        """The evaluation of this code, in any case (SQLite's own comparison knows no accents)."""
        codes = Evaluation.objects.values_list("pk", "code")
        same = [pk for pk, other in codes if other.casefold() == code.casefold()]
        return Evaluation.objects.select_for_update().filter(pk__in=same).first()

    def _sessions(self) -> None:
        rows = {row["session"]: row for row in self.rows["sessions"]}
        self.sessions = self._sync(
            "sessions",
            TrainingSession.objects.in_bulk(list(rows), field_name="number"),
            {
                number: {"region": row["region"], "start_year": row["debut"], "end_year": row["fin"]}
                for number, row in rows.items()
            },
            lambda number: TrainingSession(number=number),
            str,
        )

    def _territories(self) -> None:
        rows = {row["territoire"]: row for row in self.rows["territoires"]}
        found = self._known_territories(rows)
        wanted = {}
        for name, row in rows.items():
            fields = {"department": row["departement"]}
            if row["latitude"] is not None:
                fields |= {"latitude": row["latitude"], "longitude": row["longitude"]}
            if name not in found or not found[name].is_official:
                fields |= {"kind": row["type"], "code": row["code"]}
            wanted[name] = fields
        self.territories = self._sync(
            "territoires", found, wanted, lambda name: Territory(name=name, search_name=normalised(name)[:200]), str
        )

    def _known_territories(self, rows: dict[str, Row]) -> dict[str, Territory]:
        """The rows' territories by name: by code first, else the one the evaluation knows under that name."""
        spaces = {(CODE_SPACES[row["type"]], row["code"]): name for name, row in rows.items()}
        found = {}
        for territory in Territory.objects.filter(code__in={code for _, code in spaces}):
            name = spaces.get((CODE_SPACES[territory.kind], territory.code))
            if name is not None and (name not in found or territory.kind == rows[name]["type"]):
                found[name] = territory
        claimed = {territory.pk for territory in found.values()}
        for case in self.evaluation.cases.select_related("participation__territory"):
            territory = case.participation.territory
            unknown = case.label in rows and case.label not in found
            if unknown and territory.pk not in claimed and not territory.is_official:
                found[case.label] = territory
                claimed.add(territory.pk)
        return found

    def _participations(self) -> None:
        self.keys = {
            (row["session"], row["territoire"]): (
                self.sessions[row["session"]].pk,
                self.territories[row["territoire"]].pk,
            )
            for row in self.rows["participations"]
        }
        existing = {
            (p.session_id, p.territory_id): p
            for p in Participation.objects.filter(session__in=self.sessions.values()).select_related(
                "session", "territory"
            )
        }
        wanted = {
            self.keys[row["session"], row["territoire"]]: {
                "status": row["statut"],
                "comment": row["commentaire"],
            }
            for row in self.rows["participations"]
        }
        sessions = {session.pk: session for session in self.sessions.values()}
        territories = {territory.pk: territory for territory in self.territories.values()}
        self.participations = self._sync(
            "participations",
            existing,
            wanted,
            lambda key: Participation(session=sessions[key[0]], territory=territories[key[1]]),
            str,
        )

    def _cases(self) -> None:
        """Every participation of the workbook becomes a case, under the workbook's name of its territory."""
        known = list(self.evaluation.cases.select_related("participation__session"))
        by_participation = {case.participation_id: case for case in known}
        by_label = {(case.participation.session.number, case.label): case for case in known}
        existing, wanted, problems = {}, {}, []
        for row in self.rows["participations"]:
            key = (row["session"], row["territoire"])
            participation = self.participations[self.keys[key]]
            same, namesake = by_participation.get(participation.pk), by_label.get(key)
            if same and same is not namesake and (namesake or (row["session"], same.label) in self.keys):
                reason = f"dans cette évaluation, ce code est celui de « {same.label} »."
                problems.append(self._territory_problem(row["territoire"], "code", reason))
            elif same or namesake:
                existing[key] = same or namesake
            wanted[key] = {
                "participation_id": participation.pk,
                "label": row["territoire"],
                "in_scope": row["perimetre"],
            }
        names = {territory.pk: name for name, territory in self.territories.items()}
        for case in set(known) - set(existing.values()):
            name = names.get(case.participation.territory_id)
            if name:
                key = (case.participation.session.number, name)
                existing[key], wanted[key] = case, {"label": name}
            elif case.label in self.territories:
                reason = (
                    f"un autre territoire a ce nom dans cette évaluation (session {case.participation.session.number})."
                )
                problems.append(self._territory_problem(case.label, "territoire", reason))
        if problems:
            raise _ContradictionError(list(dict.fromkeys(problems)))
        self.cases = self._sync(
            "perimetre",
            existing,
            wanted,
            lambda key: Case(evaluation=self.evaluation),
            lambda case: case.label,
        )

    def _territory_problem(self, name: str, column: str, reason: str) -> Problem:
        row = next(row for row in self.rows["territoires"] if row["territoire"] == name)
        return Problem(self.workbook.files["territoires"], reason, row.line, column, row[column])

    def _known_responses(self) -> None:
        """The workbook's responses that the evaluation has of its own campaigns, by case: they already count."""
        here = dict(Response.objects.submitted(self.evaluation).values_list("pk", "invitation__case"))
        self.known: dict[int, set[int]] = defaultdict(set)
        for row in self.rows[CAMPAIGN_RESPONSES.name]:
            case = self._case(row).pk
            if here.get(row["numero"]) == case:
                self.known[case].add(row["numero"])

    def _respondents(self) -> None:
        """Of the persons that the workbook counts, those besides the known responses."""
        stored = {row.case_id: row for row in Respondents.objects.filter(case__evaluation=self.evaluation)}
        wanted = {}
        for row in self.rows["repondants"]:
            case = self._case(row).pk
            besides = max(0, row["nombre"] - len(self.known[case]))
            is_counted = case in stored and stored[case].dated_by(self.evaluation.as_of)
            if besides or not self.known[case] or is_counted:
                wanted[case] = {"date": row["date"], "count": besides}
        self._about_cases("repondants", Respondents, wanted)

    def _about_cases(self, table: str, model: type[models.Model], wanted: Mapping[int, dict[str, Any]]) -> None:
        """``wanted`` by case's id."""
        cases = {case.pk: case for case in self.cases.values()}
        self._sync(
            table,
            {row.case_id: row for row in model.objects.filter(case__evaluation=self.evaluation)},
            wanted,
            lambda pk: model(case=cases[pk]),
            lambda row: cases[row.case_id].label,
        )

    def _case(self, row: Row) -> Case:
        return self.cases[row["session"], row["territoire"]]

    def _evidence(self) -> None:
        cases = {case.pk: case for case in self.cases.values()}
        self._sync(
            "constats",
            {
                (e.case_id, e.criterion_id, e.source, e.reference): e
                for e in Evidence.objects.filter(case__evaluation=self.evaluation).order_by()
            },
            {
                (self._case(row).pk, row["critere"], row["source"], row["reference"]): {
                    "value": row["valeur"],
                    "date": row["date"],
                    "quote": row["citation"],
                }
                for row in self.rows["constats"]
                if not self._is_known(row)
            },
            lambda key: Evidence(case=cases[key[0]], criterion_id=key[1], source=key[2], reference=key[3]),
            lambda e: f"{cases[e.case_id].label} – {e.criterion_id} ({e.get_source_display()})",
        )

    def _is_known(self, row: Row) -> bool:
        """Whether a known response says it: it is derived from what the person answers now."""
        is_answer = row["source"] == Evidence.Source.QUESTIONNAIRE
        return is_answer and answers.response_named(row["reference"]) in self.known[self._case(row).pk]

    def _rulings(self) -> None:
        changes = self.changes["arbitrages"]
        in_force = {
            (ruling.case_id, ruling.criterion_id): ruling
            for ruling in Ruling.objects.in_force().filter(case__evaluation=self.evaluation)
        }
        criteria = Criterion.objects.in_bulk([row["critere"] for row in self.rows["arbitrages"]])
        for row in self.rows["arbitrages"]:
            case = self._case(row)
            former = in_force.get((case.pk, row["critere"]))
            decision = {"value": row["valeur"], "reason": row["motif"], "date": row["date"]}
            label = f"{case.label} – {row['critere']}"
            if former is None:
                changes.added += 1
                changes.tell(Change(label))
            elif differing := {n: (getattr(former, n), v) for n, v in decision.items() if getattr(former, n) != v}:
                changes.updated += 1
                changes.tell(Change(label, {words(former, n): said(former, n, p) for n, p in differing.items()}))
            else:
                changes.unchanged += 1
                continue
            operations.rule(case=case, criterion=criteria[row["critere"]], by=self.by, **decision)

    def _published_figures(self) -> None:
        self._sync(
            "chiffres_publies",
            {figure.code: figure for figure in self.evaluation.published_figures.all()},
            {
                row["chiffre"]: {"value": row["valeur"], "reference": row["reference"]}
                for row in self.rows["chiffres_publies"]
            },
            lambda code: PublishedFigure(evaluation=self.evaluation, code=code),
            lambda figure: figure.code,
        )
