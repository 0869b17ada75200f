"""Random workbooks, as rows (see naive.py), and the two ways into the product: its pure facts, and its database."""

import datetime
from collections import Counter, defaultdict

from hypothesis import strategies as st

from evaluation import models
from evaluation.matrix import CaseFacts
from evaluation.verdicts import Tally
from territories.models import Participation, Territory, TrainingSession
from tests.evaluation import naive

AS_OF = "2025-06-30"
DATES = st.sampled_from(["", "2025-06-29", AS_OF, "2025-07-01"])
NAMES = ["Épinal-Exemple", "Abel", "Zoé-sur-Essai", "École", "bas de casse"]
DEPARTMENTS = ["75", "93", "2A"]
CRITERIA = [*naive.FIVE, "nothing", "still_active", "brake.people.turnover", "outcome.better_knowledge"]
FIGURES = [
    *("trained", "answering", "respondents", "interviewed", "any_activity", "mapping_or_diagnostic"),
    *("mapping_or_diagnostic_then_meeting", "meeting_still_active", "department.93", "department.2B", *CRITERIA),
]
VALUES = {"oui": "yes", "non": "no", "inconnu": "unknown"}
SOURCES = {"questionnaire": "questionnaire", "entretien": "interview", "document": "document", "journal": "logbook"}
STATUSES = {"candidat": "candidate", "retenu": "selected", "forme": "trained", "retire": "withdrawn"}


def often(usual, *others):
    return st.sampled_from([usual] * 4 + list(others))


@st.composite
def workbooks(draw):
    territories = [{"territoire": name, "departement": draw(st.sampled_from(DEPARTMENTS))} for name in NAMES]
    keys = st.tuples(st.sampled_from([1, 2]), st.sampled_from(NAMES))
    known = draw(st.lists(keys, unique=True, max_size=6))
    participations = [
        _row(key, statut=draw(often("forme", "candidat", "retenu", "retire")), perimetre=draw(often("oui", "non")))
        for key in known
    ]

    def some(max_size, **columns):
        """Rows about the participations, one for each key of the contract."""
        if not known:
            return []
        rows = st.builds(_row, st.sampled_from(known), **columns)
        return draw(st.lists(rows, max_size=max_size, unique_by=_key))

    return {
        "evaluation": [{"code": "essai", "date": AS_OF}],
        "territoires": territories,
        "participations": participations,
        "repondants": some(5, date=DATES, nombre=st.integers(0, 3)),
        "entretiens": some(4, date=DATES),
        "constats": some(
            20,
            critere=st.sampled_from(CRITERIA),
            valeur=st.sampled_from(list(VALUES)),
            source=st.sampled_from(list(SOURCES)),
            reference=st.sampled_from(["", "page 1", "page 2"]),
            date=DATES,
        ),
        "arbitrages": some(
            3,
            critere=st.sampled_from([criterion for criterion in CRITERIA if criterion != "nothing"]),
            valeur=st.sampled_from(["oui", "non"]),
        ),
        "chiffres_publies": draw(
            st.lists(
                st.fixed_dictionaries({"chiffre": st.sampled_from(FIGURES), "valeur": st.integers(0, 6)}),
                max_size=8,
                unique_by=lambda row: row["chiffre"],
            )
        ),
    }


def _row(key, **columns):
    return {"session": key[0], "territoire": key[1], **columns}


def _key(row):
    return tuple(row.get(name) for name in ("session", "territoire", "critere", "source", "reference"))


def published(workbook):
    return {row["chiffre"]: row["valeur"] for row in workbook["chiffres_publies"]}


def facts(workbook) -> list[CaseFacts]:
    """The workbook as the pure modules of the product take it, in the order of its rows."""
    department_of = {row["territoire"]: row["departement"] for row in workbook["territoires"]}
    found = []
    counted = naive.counted_participations(workbook)
    for case_id, row in enumerate(row for row in workbook["participations"] if row in counted):
        said = defaultdict(Counter)
        for statement in naive.statements(workbook, row):
            said[statement["critere"]][VALUES[statement["valeur"]]] += 1
        rulings = naive.of_participation(workbook["arbitrages"], row)
        found.append(
            CaseFacts(
                case_id=case_id,
                session=row["session"],
                name=row["territoire"],
                kind="commune",
                department=department_of[row["territoire"]],
                respondents=naive.persons(workbook, row),
                interviewed=bool(naive.of_participation(workbook["entretiens"], row)),
                by_questionnaire=any(s["source"] == "questionnaire" for s in naive.statements(workbook, row)),
                tallies={code: Tally(**counts) for code, counts in said.items()},
                rulings={ruling["critere"]: ruling["valeur"] == "oui" for ruling in rulings},
            )
        )
    return found


def store(workbook) -> models.Evaluation:
    """The workbook as rows of the database."""
    as_of = datetime.date.fromisoformat(AS_OF)
    evaluation = models.Evaluation.objects.create(code="essai", title="Essai", as_of=as_of)
    territories = {
        row["territoire"]: Territory.objects.create(
            name=row["territoire"], kind="commune", code=f"E{number}", department=row["departement"]
        )
        for number, row in enumerate(workbook["territoires"])
    }
    sessions = {
        number: TrainingSession.objects.create(number=number, region="Essai", start_year=2024, end_year=2024)
        for number in (1, 2)
    }
    cases = {}
    for row in workbook["participations"]:
        participation = Participation.objects.create(
            session=sessions[row["session"]],
            territory=territories[row["territoire"]],
            status=STATUSES[row["statut"]],
        )
        cases[row["session"], row["territoire"]] = models.Case.objects.create(
            evaluation=evaluation,
            participation=participation,
            label=row["territoire"],
            in_scope=row["perimetre"] == "oui",
        )
    _store_what_is_said(workbook, cases)
    models.PublishedFigure.objects.bulk_create(
        models.PublishedFigure(evaluation=evaluation, code=code, value=value)
        for code, value in published(workbook).items()
    )
    return evaluation


def _store_what_is_said(workbook, cases):
    def case(row):
        return cases[row["session"], row["territoire"]]

    models.Respondents.objects.bulk_create(
        models.Respondents(case=case(row), date=row["date"] or None, count=row["nombre"])
        for row in workbook["repondants"]
    )
    models.Interview.objects.bulk_create(
        models.Interview(case=case(row), date=row["date"] or None) for row in workbook["entretiens"]
    )
    models.Evidence.objects.bulk_create(
        models.Evidence(
            case=case(row),
            criterion_id=row["critere"],
            value=VALUES[row["valeur"]],
            source=SOURCES[row["source"]],
            reference=row["reference"],
            date=row["date"] or None,
        )
        for row in workbook["constats"]
    )
    models.Ruling.objects.bulk_create(
        models.Ruling(case=case(row), criterion_id=row["critere"], value=VALUES[row["valeur"]], reason="motif d'essai")
        for row in workbook["arbitrages"]
    )
