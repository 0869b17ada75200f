from collections import Counter

import pytest

from actors.exchange.columns import BY_CODE, COLUMNS
from actors.exchange.reading import guess, read
from actors.exchange.values import READERS, write
from actors.models import FoodService
from alimactiv.text import normalised
from tests.actors.exchange.files import as_file


def test_a_heading_means_one_column():
    names = Counter(
        name
        for column in COLUMNS
        for name in {normalised(n) for n in (column.code, column.heading, *column.other_names)}
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.code)
def test_each_choice_is_read_by_its_words_and_by_its_code(column):
    if column.code not in READERS or not column.model_field.choices:
        return
    several = column.field in {"publics", "products", "languages"}
    for code, _ in column.model_field.flatchoices:
        value = [code] if several else code
        for words in (True, False):
            text = write(column, value, words=words)
            assert code == "unknown" or READERS[column.code](text) == value


def test_people_s_own_headings_are_known():
    source = read(as_file({"Nom": "A", "CP": "93140", "VILLE": "B", "N° SIRET": "", "Remarques": "x", "Tél.": ""}), "a")
    assert guess(source) == {
        "nom": "structure_nom",
        "cp": "lieu_code_postal",
        "ville": "lieu_commune",
        "n° siret": "structure_siret",
        "tél.": "structure_telephone",
    }


@pytest.mark.parametrize(
    ("heading", "values", "meaning"),
    [
        ("Type", ["Association", "CCAS", ""], "structure_type"),
        ("Type", ["Asso", "Mairie", "Distribution"], "structure_type"),
        ("Type", ["colis alimentaire", "Épicerie", "Association"], "service_type"),
        ("Type", ["", ""], "service_type"),
        ("Statut", ["Repas chauds", "maraude"], "service_type"),
        ("Type d’aide", ["Association", "CCAS"], "service_type"),
    ],
)
def test_what_a_type_is_of_its_values_tell(heading, values, meaning):
    source = read(as_file(*({"Nom": "A", heading: text} for text in values)), "a")
    assert guess(source)[heading.lower()] == meaning


def test_a_type_is_not_what_another_column_says():
    source = read(as_file({"Nom": "A", "Type": "Association", "Type de structure": "Association"}), "a")
    assert guess(source) == {"nom": "structure_nom", "type": "service_type", "type de structure": "structure_type"}


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("lieu_code_postal", "1000", "01000"),
        ("lieu_code_insee", "2a004", "2A004"),
        ("structure_siret", "123 456 789 01234", "12345678901234"),
        ("structure_site_web", "www.ville.example", "https://www.ville.example"),
        ("structure_telephone", "+33 (0)1.99.00.12.34", "01 99 00 12 34"),
        ("structure_fin", "31/12/2025", READERS["structure_fin"]("2025-12-31")),
        ("lieu_latitude", "48,85", 48.85),
        ("service_itinerant", "Oui", True),
        ("service_papiers", "non", "no"),
        ("service_cout", "Gratuite", "free"),
        ("service_publics", "étudiants; SDF", ["students", "homeless"]),
        ("service_publics", "tout public", []),
        ("horaires", "Mo-Fr  09:00-12:00", "Mo-Fr 09:00-12:00"),
    ],
)
def test_cells_are_read_as_people_write_them(code, text, value):
    assert READERS[code](text) == value


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("lieu_code_postal", "931400"),
        ("lieu_latitude", "nan"),
        ("lieu_latitude", "ici"),
        ("structure_siret", "123"),
        ("structure_id", "42"),
        ("structure_id", "a--b c"),
        ("structure_fin", "31/02/2025"),
        ("structure_courriel", "pas une adresse"),
        ("structure_site_web", "javascript://alert"),
        ("service_capacite", "99999999999"),
        ("service_itinerant", "peut-être"),
        ("service_type", "yoga"),
        ("service_publics", "familles, martiens"),
        ("horaires", "lundi 9h"),
        ("structure_nom", "a" * 201),
        ("structure_presentation", "a" * 32_001),
    ],
)
def test_cells_that_say_nothing_are_told_in_french(code, text):
    with pytest.raises(ValueError, match=r"[a-zé ]+"):
        READERS[code](text)


def test_what_is_not_known_is_an_empty_cell():
    service = FoodService()
    assert write(BY_CODE["service_papiers"], service.papers, words=True) == ""
    assert write(BY_CODE["service_cout"], service.fee, words=False) == ""
