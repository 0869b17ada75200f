"""Answers as values: read from what was typed, ticked or posted, and put back into words.

The shape of each kind is in ``conditions.py``. What ``clean`` returns is JSON, and ``clean`` returns it as it is.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from alimactiv.french import dated
from evaluation.models import Evidence, Question

Kind = Question.Kind

MAX_TEXT = 5000
"""Characters of a free text: two printed pages."""
YES_NO_WORDS = {Evidence.Value.YES: "oui", Evidence.Value.NO: "non", Evidence.Value.UNKNOWN: "je ne sais pas"}
YEARS = range(1900, 2101)

_NUMBER = re.compile(r"([+-]?)([0-9]{1,12})(?:[.,]([0-9]{1,4}))?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_CONTROLS = {code: " " for code in [*range(1, 32), *range(127, 160)] if chr(code) not in "\t\n"}
"""Word processors leave some in what one pastes; workbooks refuse them."""
_NOT_OFFERED = "Choisissez parmi les réponses proposées."
_NO_NUMBER = "Écrivez un nombre en chiffres, par exemple 12 ou 12,5."
_NO_DATE = "Écrivez une date, par exemple 31/03/2026."


def clean(question: Question, raw: Any) -> Any:
    """The value of an answer, from what a form or a program gives; ``None`` for an empty one.

    ``raw`` is a text, for choices an item's id or several, for a grid a mapping from an item's id to a value of
    ``Evidence.Value``; ids and numbers as texts or integers. Whether an answer is required is not asked here. Raises
    ``ValidationError``, in French, for anything else.
    """
    if raw is None or raw in ("", [], {}, ()):
        return None
    return _CLEAN[question.kind](question, raw)


def words(question: Question, value: Any) -> str:
    """An answer in French, for pages, copies and exports: a line for each row of a grid, nothing for no answer."""
    return "" if value is None else _WORDS[question.kind](question, value)


def is_complete(question: Question, value: Any) -> bool:
    """Whether the question is answered in full: of a grid, every row."""
    if question.kind == Kind.GRID:
        return value is not None and all(str(item.pk) in value for item in question.items.all())
    return value is not None


def _text(raw: Any) -> str:
    """A text that databases and workbooks take, its ends trimmed."""
    if not isinstance(raw, str):
        raise ValidationError("Écrivez une réponse en toutes lettres.")
    if "\0" in raw or any("\ud800" <= character <= "\udfff" for character in raw):
        raise ValidationError("Ce texte contient un caractère que l’on ne peut pas garder\u00a0: retapez-le.")
    return raw.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS).strip()


def _clean_text(question: Question, raw: Any) -> str | None:
    text = _text(raw)
    if len(text) > MAX_TEXT:
        raise ValidationError(
            f"Ce texte est trop long\u00a0: {grouped(len(text))} caractères, pour {grouped(MAX_TEXT)} au plus."
        )
    return text or None


def _clean_number(question: Question, raw: Any) -> str | None:
    text = _typed(raw, _NO_NUMBER).translate(_SPACES)
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValidationError(_NO_NUMBER)
    sign, whole, decimals = found.groups()
    decimals = (decimals or "").rstrip("0")
    plain = str(int(whole)) + (f".{decimals}" if decimals else "")
    number = f"-{plain}" if sign == "-" and plain != "0" else plain
    lowest, highest = question.minimum, question.maximum
    if lowest is not None and Decimal(number) < lowest:
        raise ValidationError(f"Ce nombre est trop petit\u00a0: {grouped(lowest)} au moins.")
    if highest is not None and Decimal(number) > highest:
        raise ValidationError(f"Ce nombre est trop grand\u00a0: {grouped(highest)} au plus.")
    return number


def _clean_date(question: Question, raw: Any) -> str | None:
    text = _typed(raw, _NO_DATE)
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if day.year not in YEARS:
            raise ValidationError("Vérifiez l’année de cette date.")
        return day.isoformat()
    raise ValidationError(_NO_DATE)


def _clean_yes_no(question: Question, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in Evidence.Value:
        raise ValidationError(_NOT_OFFERED)
    return str(raw)


def _clean_single(question: Question, raw: Any) -> int:
    items = {str(item.pk): item.pk for item in question.items.all()}
    chosen = _typed(raw, _NOT_OFFERED)
    if chosen not in items:
        raise ValidationError(_NOT_OFFERED)
    return items[chosen]


def _clean_multiple(question: Question, raw: Any) -> list[int] | None:
    if not isinstance(raw, (list, tuple)):
        raise ValidationError(_NOT_OFFERED)
    chosen = {_clean_single(question, one) for one in raw}
    return [item.pk for item in question.items.all() if item.pk in chosen]


def _clean_scale(question: Question, raw: Any) -> int:
    text = _typed(raw, _NOT_OFFERED)
    if not _WHOLE.fullmatch(text) or not question.minimum <= int(text) <= question.maximum:
        raise ValidationError(_NOT_OFFERED)
    return int(text)


def _clean_grid(question: Question, raw: Any) -> dict[str, str] | None:
    if not isinstance(raw, Mapping):
        raise ValidationError(_NOT_OFFERED)
    given = {_typed(item, _NOT_OFFERED): value for item, value in raw.items() if value not in (None, "")}
    rows = [str(item.pk) for item in question.items.all()]
    if not given.keys() <= set(rows):
        raise ValidationError(_NOT_OFFERED)
    return {row: _clean_yes_no(question, given[row]) for row in rows if row in given} or None


def _typed(raw: Any, refusal: str) -> str:
    """A short text or an integer, as text. Raises ``ValidationError`` for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int)) or (isinstance(raw, int) and abs(raw) > 10**12):
        raise ValidationError(refusal)
    return _text(raw) if isinstance(raw, str) else str(raw)


def grouped(number: int | str) -> str:
    """A number as one reads it: ``12 500,5``."""
    sign, plain = ("-", str(number)[1:]) if str(number).startswith("-") else ("", str(number))
    whole, _, decimals = plain.partition(".")
    thousands = f"{int(whole):,}".replace(",", "\u202f")
    return sign + thousands + (f",{decimals}" if decimals else "")


def _chosen_words(question: Question, value: Any) -> str:
    chosen = value if isinstance(value, list) else [value]
    return "\u00a0; ".join(item.label for item in question.items.all() if item.pk in chosen)


def _scale_words(question: Question, value: int) -> str:
    meaning = {question.minimum: question.low_label, question.maximum: question.high_label}.get(value)
    return f"{value} sur {question.maximum}" + (f" ({meaning})" if meaning else "")


def _grid_words(question: Question, value: Mapping[str, str]) -> str:
    rows = [(item.label, value.get(str(item.pk))) for item in question.items.all()]
    return "\n".join(f"{label}\u00a0: {YES_NO_WORDS[said]}" for label, said in rows if said)


_CLEAN: dict[str, Callable[[Question, Any], Any]] = {
    Kind.TEXT: _clean_text,
    Kind.NUMBER: _clean_number,
    Kind.DATE: _clean_date,
    Kind.YES_NO: _clean_yes_no,
    Kind.SINGLE: _clean_single,
    Kind.MULTIPLE: _clean_multiple,
    Kind.SCALE: _clean_scale,
    Kind.GRID: _clean_grid,
}

_WORDS: dict[str, Callable[[Question, Any], str]] = {
    Kind.TEXT: lambda question, value: value,
    Kind.NUMBER: lambda question, value: grouped(value),
    Kind.DATE: lambda question, value: dated(date.fromisoformat(value)),
    Kind.YES_NO: lambda question, value: YES_NO_WORDS[value],
    Kind.SINGLE: _chosen_words,
    Kind.MULTIPLE: _chosen_words,
    Kind.SCALE: _scale_words,
    Kind.GRID: _grid_words,
}
