"""Telephone numbers and SIRET, as people write them and as they are kept.

What is not one raises ``ValueError``, in French words for who typed it.
"""

import re

SHORT = re.compile(r"1\d\d|1[01]\d\d|116\d{3}|3\d{3}|118\d{3}")
"""Numbers that one calls as they are: 115, 3919, 116 117."""
LA_POSTE = "356000000"
SPACES = re.compile(r"[\s.\-/()\u00a0\u202f\u2010\u2011]+")


def telephone(text: str) -> str:
    """``01 99 00 12 34`` for a French number however it is written; an international one from its ``+``.

    >>> telephone("+33 (0)1.99.00.12.34"), telephone("0032 2 555 12 12"), telephone("3919")
    ('01 99 00 12 34', '+32 2 555 12 12', '3919')
    """
    digits = SPACES.sub("", text)
    if not digits:
        return ""
    national = re.fullmatch(r"(?:(?:\+|00)330?|0)([1-9]\d{8})", digits)
    if national:
        number = "0" + national[1]
        return " ".join(number[at : at + 2] for at in range(0, 10, 2))
    if re.fullmatch(r"\+[1-9]\d{6,13}|00[1-9]\d{8,13}", digits):
        written = SPACES.sub(" ", text).strip()
        return "+" + re.sub(r"^(?:\+|00)\s*", "", written)
    if SHORT.fullmatch(digits):
        return digits
    raise ValueError(
        "Ce numéro n’est pas complet ou en compte plusieurs : écrivez-en un seul, comme 01 99 00 12 34. "
        "Pour un numéro à l’étranger, commencez par + et l’indicatif du pays."
    )


def siret(text: str) -> str:
    """The fourteen digits of a SIRET whose key is right, spaces left out.

    The key is Luhn's, but for the establishments of La Poste, whose digits add up to a multiple of five (INSEE).
    """
    digits = SPACES.sub("", text)
    if not digits:
        return ""
    if not re.fullmatch(r"\d{14}", digits, re.ASCII):
        told = f" : il y en a {len(digits)}" if digits.isdecimal() else ""
        hint = " Neuf chiffres, c’est un SIREN : ajoutez les cinq de l’établissement." if len(digits) == 9 else ""
        raise ValueError(f"Un SIRET a quatorze chiffres{told}.{hint}")
    figures = [int(one) for one in digits]
    if _luhn(figures) % 10 and not (digits.startswith(LA_POSTE) and sum(figures) % 5 == 0):
        raise ValueError("Ce SIRET n’existe pas : un chiffre y est faux, ou deux sont échangés.")
    return digits


def _luhn(figures: list[int]) -> int:
    doubled = [figure * 2 if at % 2 == 0 else figure for at, figure in enumerate(figures)]
    return sum(figure - 9 if figure > 9 else figure for figure in doubled)
