"""The words of the week in each language (``actors/week/languages.py``, ``wording.py``)."""

import string
import unicodedata
from dataclasses import fields
from datetime import date, time

import pytest

from actors.models import FoodService
from actors.week import languages, wording
from actors.week.languages import ARABIC, ENGLISH, FRENCH, LANGUAGES, conditions_of
from actors.week.pattern import Change, Regular, Slot

FR, EN, AR = (LANGUAGES[code] for code in (FRENCH, ENGLISH, ARABIC))
MORNING = Slot(time(9), time(12, 30))
NBSP = "\N{NO-BREAK SPACE}"


def tables(language) -> dict[str, list[str]]:
    found = {}
    for field in fields(language):
        value = getattr(language, field.name)
        if isinstance(value, dict):
            found[field.name] = value
        elif isinstance(value, tuple):
            found[field.name] = dict(enumerate(value))
    return found


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_no_word_is_missing(language):
    for name, table in tables(language).items():
        assert table.keys() == tables(FR)[name].keys()
        assert all(words.strip() for words in table.values()), name


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_kind_and_public_is_named(language):
    assert set(language.kinds) == set(FoodService.Kind)
    assert set(language.publics) == set(FoodService.Public)
    assert len(set(language.kinds.values())) == len(FoodService.Kind)


def test_the_sentences_of_the_languages_take_the_same_words():
    def taken(words: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(words) if name}

    for name, words in FR.words.items():
        assert taken(words) == taken(EN.words[name]) == taken(AR.words[name]), name


def test_arabic_is_in_arabic_letters_without_vowel_signs():
    for table in tables(AR).values():
        for words in table.values():
            letters = [c for c in words if unicodedata.category(c) in {"Lo", "Mn"}]
            assert not any(unicodedata.combining(c) for c in letters), words
    said = [words for name, table in tables(AR).items() for words in table.values() if name != "words"]
    assert all("ARABIC" in unicodedata.name(words[0]) for words in said)


def test_no_french_is_left_in_the_others():
    for name, table in tables(FR).items():
        for key, words in table.items():
            if len(words) > 12 and "{" not in words:
                assert words not in (tables(EN)[name][key], tables(AR)[name][key])


def test_only_what_is_known_is_asked():
    service = FoodService(fee="free", papers="yes", referral="no", registration="unknown")
    assert conditions_of(service) == ["fee_free", "papers_yes"]
    assert set(languages.CONDITIONS) == set(languages.SENTENCES)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (FR, f"9{NBSP}h{NBSP}– 12{NBSP}h{NBSP}30"),
        (EN, f"9:00{NBSP}– 12:30"),
        (AR, "من 9:00 إلى 12:30"),
    ],
)
def test_a_slot_in_words(language, words):
    assert wording.slot(language, MORNING) == words


def test_special_slots():
    whole, unsure = Slot(time(0), time(0)), Slot(time(0), time(0), ask=True)
    assert wording.slot(FR, whole) == "jour et nuit"
    assert wording.slot(FR, unsure) == "téléphonez pour savoir"
    assert wording.slot(FR, Slot(time(19), time(0))) == f"19{NBSP}h{NBSP}– minuit"
    assert wording.slot(FR, Slot(time(0), time(6))) == f"0{NBSP}h{NBSP}– 6{NBSP}h"
    assert wording.slot(FR, Slot(time(9), time(12), ask=True)).endswith("(à confirmer)")


CHANGES = {
    f"Fermé du 1er au 24{NBSP}août.": Change(date(2026, 8, 1), date(2026, 8, 24)),
    f"Fermé du 20{NBSP}décembre au 3{NBSP}janvier.": Change(date(2026, 12, 20), date(2027, 1, 3)),
    f"Fermé le jeudi 24{NBSP}décembre.": Change(date(2026, 12, 24), date(2026, 12, 24)),
    f"Fermé les lundis, du 2 au 23{NBSP}mars.": Change(date(2026, 3, 2), date(2026, 3, 23), weekday=0),
    f"Ouvert le samedi 12{NBSP}décembre{NBSP}: {wording.slot(FR, MORNING)}.": Change(
        date(2026, 12, 12), date(2026, 12, 12), (MORNING,)
    ),
    f"Le jeudi 24{NBSP}décembre{NBSP}: {wording.slot(FR, MORNING)} au lieu de jour et nuit.": Change(
        date(2026, 12, 24), date(2026, 12, 24), (MORNING,), (Slot(time(0), time(0)),)
    ),
}


@pytest.mark.parametrize(("words", "change"), CHANGES.items())
def test_a_change_in_words(words, change):
    assert wording.change(FR, change) == words
    assert wording.change(EN, change) != wording.change(AR, change) != words


def test_a_whole_week_in_words():
    days = [(Regular(MORNING),), (Regular(MORNING),), (), (), (Regular(MORNING, "1,3"),), (), ()]
    said = wording.slot(FR, MORNING)
    assert wording.whole_week(FR, days) == f"lundi et mardi {said}{NBSP}; vendredi {said} (1er et 3e du mois)"


def test_dates_name_their_month_once():
    days = [date(2026, 12, 7), date(2026, 12, 21), date(2027, 1, 1), date(2027, 1, 4)]
    assert wording.dates(FR, days) == ["7", f"21{NBSP}décembre", f"1er{NBSP}janvier", f"4{NBSP}janvier"]
