"""The workbook's tables and columns, and how a cell's text becomes a value (contract, "Workbook")."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from evaluation.models import Evidence, Ruling
from evaluation.models.dossier import RESERVED_CODES, evaluation_code
from territories.models import Participation, Territory

BIGGEST_INTEGER = 2_147_483_647
LONGEST_KEY = 600  # PostgreSQL refuses index entries over 2,704 bytes

KINDS = {
    "commune": Territory.Kind.COMMUNE,
    "arrondissement": Territory.Kind.ARRONDISSEMENT,
    "epci": Territory.Kind.EPCI,
    "ept": Territory.Kind.EPT,
    "departement": Territory.Kind.DEPARTMENT,
    "metropole": Territory.Kind.METROPOLIS,
}
STATUSES = {
    "candidat": Participation.Status.CANDIDATE,
    "retenu": Participation.Status.SELECTED,
    "forme": Participation.Status.TRAINED,
    "retire": Participation.Status.WITHDRAWN,
}
VALUES = {"oui": Evidence.Value.YES, "non": Evidence.Value.NO, "inconnu": Evidence.Value.UNKNOWN}
RULINGS = {"oui": Ruling.Value.YES, "non": Ruling.Value.NO}
SOURCES = {
    "questionnaire": Evidence.Source.QUESTIONNAIRE,
    "entretien": Evidence.Source.INTERVIEW,
    "document": Evidence.Source.DOCUMENT,
    "journal": Evidence.Source.LOGBOOK,
}
YES_NO = {"oui": True, "non": False}


@dataclass(frozen=True)
class Column:
    """``parse`` turns the text into a value or raises ``ValueError`` with the reason, in French."""

    name: str
    parse: Callable[[str], Any]
    optional: bool = False
    default: Any = None


@dataclass(frozen=True)
class TableSchema:
    """``key`` names the columns that tell two rows apart; none: the table has one row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    optional: bool = False


def text(longest: int = 20_000) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if len(value) > longest:
            raise ValueError(f"texte trop long : {longest} caractères au plus.")
        return value

    return parse


def official_code(longest: int) -> Callable[[str], str]:
    """An INSEE or SIREN code: capitals, as in 2A004, however it was typed."""
    parse = text(longest)
    return lambda value: parse(value.upper())


def one_of(choices: dict[str, Any]) -> Callable[[str], Any]:
    def parse(value: str) -> Any:
        try:
            return choices[value.casefold()]
        except KeyError:
            raise ValueError(f"valeur inconnue ; attendu : {', '.join(choices)}.") from None

    return parse


def integer(least: int, most: int = BIGGEST_INTEGER) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,20}", value):
            raise ValueError("un nombre entier est attendu.")
        number = int(value)
        if number < 0 <= least:
            raise ValueError("un nombre négatif n’a pas de sens ici.")
        if not least <= number <= most:
            raise ValueError(f"un nombre entre {least} et {most} est attendu.")
        return number

    return parse


def degrees(most: int) -> Callable[[str], float]:
    def parse(value: str) -> float:
        if not re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]{1,50})?", value):
            raise ValueError("des degrés décimaux sont attendus, par exemple 48,85.")
        number = float(value.replace(",", "."))
        if abs(number) > most:
            raise ValueError(f"un nombre entre -{most} et {most} est attendu.")
        return round(number, 9)  # as much as .xlsx holds

    return parse


def day(value: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(value, form).date()
        except ValueError:
            continue
    raise ValueError("une date est attendue : AAAA-MM-JJ ou JJ/MM/AAAA.")


def code_of_evaluation(value: str) -> str:
    if not evaluation_code.regex.search(value) or value.casefold() in RESERVED_CODES or len(value) > 60:
        raise ValueError("un code d’évaluation s’écrit en lettres, chiffres, tirets et points (60 au plus).")
    return value


def _reference(longest: int = 20_000) -> Column:
    return Column("reference", text(longest), optional=True, default="")


def _date() -> Column:
    return Column("date", day, optional=True)


SESSION = Column("session", integer(0))
TERRITORY = Column("territoire", text(200))
CASE = ("session", "territoire")

TABLES = {
    table.name: table
    for table in (
        TableSchema(
            "evaluation",
            (),
            (
                Column("code", code_of_evaluation),
                Column("titre", text(200)),
                Column("date", day),
                Column("mois_activite", integer(1, 1200), optional=True, default=12),
            ),
        ),
        TableSchema(
            "sessions",
            ("session",),
            (
                SESSION,
                Column("region", text(100)),
                Column("debut", integer(1900, 2200)),
                Column("fin", integer(1900, 2200)),
            ),
        ),
        TableSchema(
            "territoires",
            ("territoire",),
            (
                TERRITORY,
                Column("type", one_of(KINDS)),
                Column("code", official_code(20)),
                Column("departement", official_code(3)),
                Column("latitude", degrees(90), optional=True),
                Column("longitude", degrees(180), optional=True),
            ),
        ),
        TableSchema(
            "participations",
            CASE,
            (
                SESSION,
                TERRITORY,
                Column("statut", one_of(STATUSES)),
                Column("perimetre", one_of(YES_NO)),
                Column("commentaire", text(), optional=True, default=""),
            ),
        ),
        TableSchema("repondants", CASE, (SESSION, TERRITORY, _date(), Column("nombre", integer(0)))),
        TableSchema(
            "entretiens",
            CASE,
            (SESSION, TERRITORY, _date(), Column("structures", text(), optional=True, default="")),
            optional=True,
        ),
        TableSchema(
            "constats",
            (*CASE, "critere", "source", "reference"),
            (
                SESSION,
                TERRITORY,
                Column("critere", text(100)),
                Column("valeur", one_of(VALUES)),
                Column("source", one_of(SOURCES)),
                _reference(LONGEST_KEY),
                _date(),
                Column("citation", text(), optional=True, default=""),
            ),
        ),
        TableSchema(
            "arbitrages",
            (*CASE, "critere"),
            (
                SESSION,
                TERRITORY,
                Column("critere", text(100)),
                Column("valeur", one_of(RULINGS)),
                Column("motif", text()),
                _date(),
            ),
            optional=True,
        ),
        TableSchema(
            "chiffres_publies",
            ("chiffre",),
            (Column("chiffre", text(120)), Column("valeur", integer(0)), _reference()),
            optional=True,
        ),
    )
}

# Beside the tables of the contract, which other sites leave alone: the responses of this site's own campaigns that an
# exported workbook takes in, by their numbers. Brought back here, they are not counted a second time (ADR 21).
CAMPAIGN_RESPONSES = TableSchema(
    "reponses_campagne", (*CASE, "numero"), (SESSION, TERRITORY, Column("numero", integer(1))), optional=True
)
READ = TABLES | {CAMPAIGN_RESPONSES.name: CAMPAIGN_RESPONSES}
