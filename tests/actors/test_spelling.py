import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.models import Word
from actors.spelling import distance, near

words = st.text("abcde", max_size=7)


def slow(one: str, other: str) -> int:
    """The definition itself."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        slow(one[1:], other) + 1,
        slow(one, other[1:]) + 1,
        slow(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if one[:2] == other[1::-1] and len(one) > 1 and len(other) > 1:
        ways.append(slow(one[2:], other[2:]) + 1)
    return min(ways)


@given(words, st.text("abc", max_size=4))
def test_the_distance_is_the_one_defined(one, other):
    one = one[:4]
    assert distance(one, other) == distance(other, one) == slow(one, other)


@pytest.mark.django_db
def test_the_nearest_first_and_never_itself():
    Word.objects.bulk_create(Word(text=text) for text in ("epicerie", "epiceries", "epice", "repas", "colis"))
    assert near("epicerie") == ["epiceries"]
    assert near("epicere") == ["epicerie", "epice", "epiceries"]
    assert near("clois") == ["colis"]
    assert near("rep") == []
    assert near("93140") == []
