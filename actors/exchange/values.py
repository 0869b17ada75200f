"""From a row's values to a cell's text and back: what is written is read again as it was."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from actors import numbers
from actors.exchange.columns import COLUMNS, HOURS, TERRITORIES, Column
from actors.exchange.rows import plain
from actors.exchange.wording import EVERYONE, FEES, PUBLICS, STRUCTURES, YES_NO
from actors.hours.reading import check
from actors.models import Actor, FoodService
from alimactiv.fields import ChoiceListField
from alimactiv.tabular import as_text
from alimactiv.tabular_writing import writable

UNKNOWN = "unknown"
LONGEST_TEXT = 32_000
"""Characters in one cell: what a cell of a workbook holds."""
GREATEST = 2_147_483_647
UID = re.compile(r"\S+--\S+")
_SEPARATORS = re.compile(r"[,;|\n]")


def write(column: Column, value: Any, *, words: bool) -> str:
    """A cell's text: choices by their French words, or by their codes; what is not known is empty."""
    field = column.model_field
    if value is None or value == "":
        return ""
    if isinstance(field, ChoiceListField):
        labels = dict(field.flatchoices) if words else {}
        return ", ".join(labels.get(code, code) for code in value)
    if field.choices:
        if value == UNKNOWN:
            return ""
        return writable(dict(field.flatchoices).get(value, value)) if words else value
    return writable(value) if isinstance(value, str) else as_text(value)


def _reader(column: Column) -> Callable[[str], Any]:
    field = column.model_field
    if column.code == HOURS:
        return lru_cache(maxsize=10_000)(check)
    if column.field == "uid":
        return _identifier
    if isinstance(field, ChoiceListField):
        return _several_of(field)
    if field.choices:
        return _choice(field)
    for kind, found in _OF_FIELDS.items():
        if isinstance(field, kind):
            return found
    before = _CLEANED.get(column.field, lambda text: text)
    return lambda text: _checked(field, before(text))


def _checked(field: models.Field, text: str) -> str:
    limit = field.max_length or LONGEST_TEXT
    if len(text) > limit:
        raise ValueError(f"texte trop long : {len(text)} signes, {limit} au plus.")
    try:
        field.run_validators(text)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None
    return text


def _identifier(text: str) -> str:
    if not UID.fullmatch(text) or len(text) > 150:
        raise ValueError("un identifiant a la forme source--numéro, sans espace, de 150 signes au plus.")
    return text


_SYNONYMS = {"fee": FEES, "publics": PUBLICS}


def _choice(field: models.Field) -> Callable[[str], str]:
    known = {plain(word): code for code, label in field.flatchoices for word in (label, code)}
    known |= {word: code for word, code in _other_words(field).items() if word not in known}

    def read_choice(text: str) -> str:
        code = known.get(plain(text))
        if code is None:
            words = ", ".join(str(label) for _, label in field.flatchoices)
            raise ValueError(f"valeur inconnue ; on peut écrire : {words}.")
        return code

    return read_choice


def _other_words(field: models.Field) -> dict[str, str]:
    if field is Actor._meta.get_field("kind"):
        return STRUCTURES
    if field.name in _SYNONYMS:
        return _SYNONYMS[field.name]
    return YES_NO if list(field.choices) == FoodService.Need.choices else {}


def _several_of(field: ChoiceListField) -> Callable[[str], list[str]]:
    """None of them means everyone."""
    one = _choice(field)

    def read_several(text: str) -> list[str]:
        words = [word for word in _SEPARATORS.split(text) if word.strip() and plain(word) not in EVERYONE]
        return field.to_python({one(word) for word in words})

    return read_several


def _boolean(text: str) -> bool:
    said = YES_NO.get(plain(text))
    if said is None:
        raise ValueError("écrivez « oui » ou « non ».")
    return said == FoodService.Need.YES


def _day(text: str) -> date:
    french = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        return date(int(french[3]), int(french[2]), int(french[1])) if french else date.fromisoformat(text)
    except ValueError:
        raise ValueError("date inconnue : écrivez 2026-12-31 ou 31/12/2026.") from None


def _decimal(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ValueError("un nombre décimal est attendu, comme 48,8566.")
    return number


def _count(text: str) -> int:
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not re.fullmatch(r"\d{1,10}", digits, re.ASCII) or int(digits) > GREATEST:
        raise ValueError("un nombre entier est attendu.")
    return int(digits)


_OF_FIELDS: dict[type[models.Field], Callable[[str], Any]] = {
    models.BooleanField: _boolean,
    models.DateField: _day,
    models.FloatField: _decimal,
    models.IntegerField: _count,
}


def _digits(text: str) -> str:
    return numbers.SPACES.sub("", text)


@lru_cache(maxsize=10_000)
def _phone(text: str) -> str:
    """As the site writes it; what is no single number is kept as it came."""
    try:
        return numbers.telephone(text)
    except ValueError:
        return text


def _address(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _postcode(text: str) -> str:
    """Five digits: a spreadsheet takes the nought off 01000."""
    digits = _digits(text)
    if not re.fullmatch(r"\d{4,5}", digits, re.ASCII):
        raise ValueError("un code postal a cinq chiffres.")
    return digits.zfill(5)


def _insee_code(text: str) -> str:
    code = text.strip().upper().zfill(5)
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", code, re.ASCII):
        raise ValueError("un code INSEE de commune a cinq signes, comme 93010 ou 2A004.")
    return code


def _siret(text: str) -> str:
    digits = _digits(text)
    if not re.fullmatch(r"\d{14}", digits, re.ASCII):
        raise ValueError("un SIRET a quatorze chiffres.")
    return digits


_CLEANED: dict[str, Callable[[str], str]] = {
    "siret": _siret,
    "phone": _phone,
    "contact_phone": _phone,
    "website": _address,
    "postcode": _postcode,
    "insee_code": _insee_code,
}


READERS: dict[str, Callable[[str], Any]] = {
    column.code: _reader(column) for column in COLUMNS if column.code != TERRITORIES
}
"""By column code, what a cell that is not empty says. They raise ``ValueError``, in French, for what it cannot say."""

_DOUBTED = {"siret": numbers.siret, "phone": numbers.telephone, "contact_phone": numbers.telephone}


def is_doubtful(column: Column, value: Any) -> str:
    """Why a value that is kept may still be wrong; empty if nothing says so."""
    if column.field not in _DOUBTED:
        return ""
    try:
        _DOUBTED[column.field](value)
    except ValueError as error:
        return str(error)
    return ""


def said(columns: Iterable[Column], row: models.Model, *, words: bool) -> dict[str, str]:
    """The cells of the columns of one row of the database."""
    return {column.code: write(column, getattr(row, column.field), words=words) for column in columns}
