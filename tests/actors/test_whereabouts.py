import json

import pytest

from actors import whereabouts
from actors.distance import Point
from actors.listing import refresh
from tests.actors.geocoding import FOUND
from tests.factories import DirectoryFactory, FoodServiceFactory, SiteFactory, TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns():
    return [
        TerritoryFactory(
            name="Saint-Exemple", code="93066", department="93", population=100, latitude=48.9, longitude=2.4
        ),
        TerritoryFactory(name="Saint-Exemple", code="97411", department="974", population=900),
        TerritoryFactory(name="Le Modèle-sous-Bois", code="94033", department="94", population=50),
    ]


@pytest.mark.parametrize("text", ["Saint-Exemple", "st exemple", "SAINT EXEMPLE"])
def test_a_commune_by_its_name_the_largest_first_and_its_namesakes(towns, text):
    found = whereabouts.find(text)
    assert (found.label, found.communes, found.others) == ("Saint-Exemple (974)", ["97411"], ["Saint-Exemple (93)"])


@pytest.mark.parametrize("text", ["Saint-Exemple", "saint"])
@pytest.mark.parametrize("whose", ["its own", "around it"])
def test_the_namesake_with_a_directory_open_to_everyone_comes_first(towns, text, whose):
    small, large, _ = towns
    territory = small if whose == "its own" else TerritoryFactory(kind="epci", code="200000001")
    if whose == "around it":
        small.parents.add(territory)
    DirectoryFactory(territory=large, is_published=False)
    DirectoryFactory(territory=territory)
    found = whereabouts.find(text)
    assert (found.label, found.others) == ("Saint-Exemple (93)", ["Saint-Exemple (974)"])


def test_its_own_directory_comes_before_that_of_a_territory_around(towns):
    small, large, _ = towns
    DirectoryFactory(territory=small)
    around = DirectoryFactory(territory=TerritoryFactory(kind="department", code="974"))
    large.parents.add(around.territory)
    assert whereabouts.find("Saint-Exemple").label == "Saint-Exemple (93)"


def test_longer_names_are_offered_too_where_a_directory_is_open(towns):
    longer = [
        TerritoryFactory(name=f"Saint-Exemple-{end}", code=code) for end, code in (("Bas", "38001"), ("Haut", "38002"))
    ]
    DirectoryFactory(territory=longer[1])
    DirectoryFactory(territory=longer[0], is_published=False)
    found = whereabouts.find("Saint-Exemple")
    assert (found.label, found.others) == (
        "Saint-Exemple (974)",
        ["Saint-Exemple (93)", f"Saint-Exemple-Haut ({longer[1].department})"],
    )


@pytest.mark.parametrize("text", ["Saint-Exemple (93)", "93200 st exemple", "Saint-Exemple 93200", "saint exemple 93"])
def test_a_commune_with_its_departement_or_postcode(towns, text):
    found = whereabouts.find(text)
    assert (found.communes, found.point, found.others) == (["93066"], Point(48.9, 2.4), [])


def test_a_postcode_alone_is_that_of_the_entries_there(towns):
    SiteFactory(postcode="93200", insee_code="93066")
    assert whereabouts.find("93200").communes == ["93066"]


def test_an_arrondissement():
    TerritoryFactory(name="Ville 11e Arrondissement", kind="arrondissement", code="75111", department="75")
    assert whereabouts.find("ville 11ème").communes == ["75111"]


def test_a_commune_holds_its_arrondissements():
    city = TerritoryFactory(name="Grandville", code="75056")
    part = TerritoryFactory(name="Grandville 1er", kind="arrondissement", code="75101")
    part.parents.add(city)
    assert whereabouts.find("Grandville").communes == ["75056", "75101"]


def test_a_commune_without_coordinates_is_where_its_entries_are(towns):
    directory = DirectoryFactory()
    for latitude in (-20.9, -20.7):
        service = FoodServiceFactory(
            site__insee_code="97411",
            site__latitude=latitude,
            site__longitude=55.4,
            site__actor__visibility="public",
            site__actor__territories=[directory.territory],
        )
        refresh([service.actor_id])
    assert whereabouts.find("Saint-Exemple").point == Point(pytest.approx(-20.8), pytest.approx(55.4))


def test_the_start_of_a_name(towns):
    assert whereabouts.find("le modèle").communes == ["94033"]


@pytest.mark.parametrize("text", ["3 rue de la Paix, Saint-Exemple", "3 rue de la Paix 93200 Saint-Exemple"])
def test_without_the_geocoder_an_address_is_its_commune_and_that_is_said(towns, text):
    found = whereabouts.find(text)
    assert found.label.startswith("Saint-Exemple")
    assert found.note == "L’adresse n’a pas pu être cherchée\u00a0: voici la commune."


@pytest.mark.parametrize("text", ["zzz", "3 rue de nulle part", "…", "12"])
def test_nothing_is_so_called(towns, text):
    assert whereabouts.find(text) is None


def test_an_address_by_the_geocoder(towns, server):
    found = whereabouts.find("3 rue de l’Exemple")
    assert (found.label, found.point) == ("3 Rue de l’Exemple 93010 Bondy", Point(48.9022, 2.4821))
    assert (found.communes, found.department, found.note) == ([], "93", "")


def test_a_commune_is_not_asked_of_the_geocoder(towns, server):
    whereabouts.find("Saint-Exemple")
    assert server.asked == []


def test_what_the_geocoder_only_guesses_is_not_taken(towns, server):
    guess = json.loads(json.dumps(FOUND))
    guess["features"][0]["properties"]["score"] = 0.3
    server.body = json.dumps(guess).encode()
    found = whereabouts.find("3 rue inconnue, Saint-Exemple")
    assert found.note == "L’adresse n’a pas été trouvée\u00a0: voici la commune."


def test_a_commune_that_only_the_geocoder_knows(server):
    town = json.loads(json.dumps(FOUND))
    town["features"][0]["properties"]["type"] = "municipality"
    server.body = json.dumps(town).encode()
    assert whereabouts.find("Bondi").communes == ["93010"]
