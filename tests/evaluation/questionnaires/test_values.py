"""Answers as values: ``evaluation/questionnaires/values.py``."""

import json
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from evaluation.models import Question
from evaluation.questionnaires import values

Kind = Question.Kind
ITEMS = [
    SimpleNamespace(pk=pk, label=label) for pk, label in ((7, "Le manque de temps"), (3, "Les élus"), (12, "Rien"))
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def question(kind, **more):
    """One of this kind, on nothing but itself."""
    ends = {"minimum": 1, "maximum": 5, "low_label": "pas du tout", "high_label": "tout à fait"}
    fields = {"kind": kind, "minimum": None, "maximum": None} | (ends if kind == Kind.SCALE else {}) | more
    return SimpleNamespace(items=SimpleNamespace(all=lambda: ITEMS), **fields)


@pytest.mark.parametrize(
    ("kind", "raw", "value", "words"),
    [
        ("text", "  Un\r\nrécit\x0c ", "Un\nrécit", "Un\nrécit"),
        ("number", "12,50", "12.5", "12,5"),
        ("number", " 1\u202f250 000", "1250000", "1\u202f250\u202f000"),
        ("number", "-0", "0", "0"),
        ("number", "-1200,5", "-1200.5", "-1\u202f200,5"),
        ("number", 3, "3", "3"),
        ("date", "31/03/2026", "2026-03-31", "31 mars 2026"),
        ("date", "2026-03-31", "2026-03-31", "31 mars 2026"),
        ("yes_no", "unknown", "unknown", "je ne sais pas"),
        ("single", "3", 3, "Les élus"),
        ("multiple", ["12", "7", "12"], [7, 12], "Le manque de temps\u00a0; Rien"),
        ("scale", "4", 4, "4 sur 5"),
        ("scale", "5", 5, "5 sur 5 (tout à fait)"),
        (
            "grid",
            {"3": "no", "7": "yes", "12": ""},
            {"7": "yes", "3": "no"},
            "Le manque de temps\u00a0: oui\nLes élus\u00a0: non",
        ),
    ],
)
def test_what_is_typed_becomes_a_value_and_words(kind, raw, value, words):
    asked = question(kind)
    assert values.clean(asked, raw) == value
    assert values.words(asked, value) == words


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("raw", [None, "", [], {}])
def test_nothing_typed_is_no_answer(kind, raw):
    assert values.clean(question(kind), raw) is None
    assert values.words(question(kind), None) == ""


@pytest.mark.parametrize(("kind", "raw"), [("text", " \n "), ("number", "\u00a0"), ("date", " "), ("grid", {"7": ""})])
def test_blanks_are_no_answer(kind, raw):
    assert values.clean(question(kind), raw) is None


@pytest.mark.parametrize(
    ("kind", "raw", "refusal"),
    [
        (
            "text",
            "a" * (values.MAX_TEXT + 1),
            "Ce texte est trop long\u00a0: 5\u202f001 caractères, pour 5\u202f000 au plus.",
        ),
        ("text", "a\0b", "un caractère que l’on ne peut pas garder"),
        ("text", "\ud800", "un caractère que l’on ne peut pas garder"),
        ("text", ["a"], "en toutes lettres"),
        ("number", "1e9", "Écrivez un nombre en chiffres"),
        ("number", "9" * 5000, "Écrivez un nombre en chiffres"),
        ("number", 10**40, "Écrivez un nombre en chiffres"),
        ("number", True, "Écrivez un nombre en chiffres"),
        ("number", "nan", "Écrivez un nombre en chiffres"),
        ("date", "31/02/2026", "Écrivez une date"),
        ("date", "31/03/0026", "Vérifiez l’année"),
        ("yes_no", "maybe", "parmi les réponses proposées"),
        ("yes_no", ["yes"], "parmi les réponses proposées"),
        ("single", "99", "parmi les réponses proposées"),
        ("single", {"a": [1]}, "parmi les réponses proposées"),
        ("multiple", ["7", "99"], "parmi les réponses proposées"),
        ("multiple", "7", "parmi les réponses proposées"),
        ("scale", "6", "parmi les réponses proposées"),
        ("scale", "0", "parmi les réponses proposées"),
        ("scale", "4.5", "parmi les réponses proposées"),
        ("grid", {"99": "yes"}, "parmi les réponses proposées"),
        ("grid", {"7": "peut-être"}, "parmi les réponses proposées"),
        ("grid", {"7": {"deep": ["yes"]}}, "parmi les réponses proposées"),
        ("grid", "yes", "parmi les réponses proposées"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(kind, raw, refusal):
    with pytest.raises(ValidationError) as refused:
        values.clean(question(kind), raw)
    assert refusal in refused.value.messages[0]


@pytest.mark.parametrize(("typed", "is_taken"), [("2", False), ("3", True), ("10", True), ("10,1", False)])
def test_a_number_stays_between_its_ends(typed, is_taken):
    asked = question("number", minimum=3, maximum=10)
    if is_taken:
        assert values.clean(asked, typed) == typed
    else:
        with pytest.raises(ValidationError):
            values.clean(asked, typed)


def test_a_grid_is_complete_once_every_row_is_answered():
    grid = question("grid")
    assert not values.is_complete(grid, None)
    assert not values.is_complete(grid, {"7": "yes", "3": "no"})
    assert values.is_complete(grid, {"7": "yes", "3": "no", "12": "unknown"})
    assert values.is_complete(question("text"), "oui")
    assert not values.is_complete(question("text"), None)


typed = {
    Kind.TEXT: st.text(max_size=50),
    Kind.NUMBER: st.from_regex(r"[+-]?[0-9 ]{1,12}([.,][0-9]{1,4})?", fullmatch=True),
    Kind.DATE: st.dates().map(str) | st.dates().map(lambda day: f"{day:%d/%m/%Y}"),
    Kind.YES_NO: st.sampled_from(["yes", "no", "unknown", ""]),
    Kind.SINGLE: st.sampled_from(["3", 7, 12, "99"]),
    Kind.MULTIPLE: st.lists(st.sampled_from(["3", 7, 12, "99"])),
    Kind.SCALE: st.integers(-1, 7).map(str),
    Kind.GRID: st.dictionaries(st.sampled_from(["3", 7, "12", "x"]), st.sampled_from(["yes", "no", "", None])),
}


@given(st.sampled_from(Kind).flatmap(lambda kind: st.tuples(st.just(kind), JSON | typed[kind])))
def test_anything_is_a_value_or_refused(given):
    """A value is JSON, is itself when read again, and has words; all else is refused, and nothing breaks."""
    kind, raw = given
    asked = question(kind)
    try:
        value = values.clean(asked, raw)
    except ValidationError:
        return
    stored = json.loads(json.dumps(value))
    assert stored == value
    assert values.clean(asked, stored) == value
    assert bool(values.words(asked, value)) == (value is not None)
    assert "\0" not in values.words(asked, value)


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.integers(0, 9999))
def test_a_number_in_words_reads_as_itself(whole, decimals):
    asked = question("number")
    value = values.clean(asked, f"{whole},{decimals:04}")
    assert values.clean(asked, values.words(asked, value)) == value
