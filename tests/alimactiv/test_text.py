"""Texts as searches compare them."""

import pytest

from alimactiv.text import normalised


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Épicerie de l’Œuvre", "epicerie de l oeuvre"),
        ("ÆGIS, Saint-Étienne-du-Rouvray", "aegis saint etienne du rouvray"),
        ("  colis\u00a0_  repas / ½ ", "colis repas 1 2"),
        ("ée\u0301", "ee"),
        ("STRASSE straße", "strasse strasse"),
        ("« – »", ""),
    ],
)
def test_only_letters_and_digits_are_compared(written, compared):
    assert normalised(written) == compared
