"""What a mistyped word may have meant: the words of the index that are one or two slips away."""

from django.db.models import Q

from actors.models import Word

CANDIDATES = 4000
"""Words of the index that are compared with one mistyped one, at the most."""
KEPT = 4


def near(word: str) -> list[str]:
    """The nearest first, at most four: one slip away, or two for a word of six letters; never itself.

    A slip: a letter too many, missing, wrong, or two side by side exchanged. The first two letters, or the third to the
    fifth, are taken to be right.
    """
    slips = allowed(word)
    if not slips:
        return []
    alike = Q(text__startswith=word[0]) | Q(text__contains=word[1:4])
    found = Word.objects.filter(alike).exclude(text=word).order_by("text").values_list("text", flat=True)
    near = [(distance(word, text), text) for text in found[:CANDIDATES] if abs(len(text) - len(word)) <= slips]
    return [text for slip, text in sorted(near) if slip <= slips][:KEPT]


def allowed(word: str) -> int:
    """How many slips a word of this length may have: short ones would become anything."""
    if not word.isalpha() or len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2


def distance(one: str, other: str) -> int:
    """How many slips lie between two words (Damerau and Levenshtein's, each pair exchanged at most once)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
