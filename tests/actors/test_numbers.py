import pytest

from actors.numbers import siret, telephone

NO_BREAK, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0199001234", "01 99 00 12 34"),
        ("01.99.00.12.34", "01 99 00 12 34"),
        (" 01-99-00-12-34 ", "01 99 00 12 34"),
        (f"01{NO_BREAK}99{NARROW}00 12 34", "01 99 00 12 34"),
        ("+33 1 99 00 12 34", "01 99 00 12 34"),
        ("+33 (0)1 99 00 12 34", "01 99 00 12 34"),
        ("0033199001234", "01 99 00 12 34"),
        ("0262 99 12 34", "02 62 99 12 34"),
        ("115", "115"),
        ("39 19", "3919"),
        ("116 117", "116117"),
        ("+32 2 555 12 12", "+32 2 555 12 12"),
        ("0032.2.555.12.12", "+32 2 555 12 12"),
        ("+262 692 99 12 34", "+262 692 99 12 34"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(typed, kept):
    assert telephone(typed) == kept
    assert telephone(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ["01 99 00 12", "01 99 00 12 34 ou 06 99 00 12 34", "00 99 00 12 34", "appeler Dominique", "12", "+33 1 99"],
)
def test_what_is_no_telephone_number_is_told(typed):
    with pytest.raises(ValueError, match="écrivez-en un seul"):
        telephone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("732 829 320 00074", "73282932000074"),
        (f"732{NO_BREAK}829{NARROW}320.00074", "73282932000074"),
        ("35600000000048", "35600000000048"),  # the head office of La Poste, whose key is Luhn's
        ("356 000 000 00001", "35600000000001"),  # one of its post offices, whose digits add up to 15
        ("", ""),
    ],
)
def test_a_siret_is_kept_without_spaces(typed, kept):
    assert siret(typed) == kept


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("73282932000047", "deux sont échangés"),
        ("73282932000075", "un chiffre y est faux"),
        ("35600000000002", "n’existe pas"),  # of La Poste, digits that add up to 16
        ("73282932500074", "n’existe pas"),  # adds up to a multiple of five, but is not of La Poste
        ("732829320", "cinq de l’établissement"),
        ("7328293200007", "il y en a 13"),
        ("sans SIRET", "quatorze chiffres."),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "quatorze chiffres"),
    ],
)
def test_what_is_no_siret_is_told(typed, told):
    with pytest.raises(ValueError, match=told):
        siret(typed)
