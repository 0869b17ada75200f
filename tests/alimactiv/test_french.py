from datetime import UTC, date, datetime

import pytest
from django.template import engines

from alimactiv.french import dated


def shown(text: str, **context) -> str:
    return engines["django"].from_string(text).render(context)


@pytest.mark.parametrize(
    ("day", "pattern", "words"),
    [
        (date(2026, 9, 1), "j F Y", "1er septembre 2026"),
        (date(2026, 9, 1), "l j F Y", "mardi 1er septembre 2026"),
        (date(2026, 9, 1), r"à \j j N", "à j 1er sept."),
        (date(2026, 9, 1), "j/m/Y", "1/09/2026"),
        (date(2026, 9, 11), "j F Y", "11 septembre 2026"),
    ],
)
def test_the_first_of_a_month(day, pattern, words):
    assert dated(day, pattern) == words
    assert shown("{{ day|date:pattern }}", day=day, pattern=pattern) == words


def test_the_first_is_that_of_paris():
    midnight = datetime(2026, 8, 31, 22, tzinfo=UTC)
    assert shown('{{ at|date:"j F Y à H:i" }}', at=midnight) == "1er septembre 2026 à 0\u00a0h"


def test_no_date_shows_nothing():
    assert shown('{{ none|date:"j F" }}{{ missing|date:"j F" }}', none=None) == ""


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 réponse"), (1, "1 réponse"), (1.5, "1,5 réponse"), (2, "2 réponses")]
)
def test_nought_is_singular(count, words):
    assert shown("{{ count }} réponse{{ count|pluralize }}", count=count) == words


def test_what_is_counted_and_what_is_written():
    text = '{{ names|length }} {{ names|pluralize:"a,ont" }}'
    assert [shown(text, names=names) for names in ([], ["a"], ["a", "b"])] == ["0 a", "1 a", "2 ont"]
