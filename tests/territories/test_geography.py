"""Loading the official geography: small ones made up here, and once the whole file."""

from datetime import date

import pytest
from django.core.management import call_command

from territories import geography
from territories.geography import Row
from territories.models import Territory
from tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
Kind = Territory.Kind
LAST_DAY = date(2024, 12, 31)

REGION = Row(Kind.REGION, "11", "Île-Exemple", population=300)
DEPARTMENT = Row(Kind.DEPARTMENT, "93", "Seine-Exemple", "93", 300, ((Kind.REGION, "11"),))
GROUP = Row(Kind.EPCI, "200", "CA Exemple", "93", 300, ((Kind.DEPARTMENT, "93"),))
TOWN = Row(Kind.COMMUNE, "93066", "Grande-Ville", "93", 300, ((Kind.EPCI, "200"), (Kind.DEPARTMENT, "93")))
FORMER = Row(Kind.COMMUNE, "93059", "Petite-Ville", "93", 30, ((Kind.DEPARTMENT, "93"),), LAST_DAY, "93066")
ROWS = [REGION, DEPARTMENT, GROUP, TOWN, FORMER]


def get(row: Row) -> Territory:
    return Territory.objects.get(kind=row.kind, code=row.code)


def everything():
    """All that a load may touch, to compare before and after."""
    return list(Territory.objects.order_by("pk").values()), sorted(
        Territory.parents.through.objects.values_list("from_territory_id", "to_territory_id")
    )


def test_a_file_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "geography.csv.gz"
    geography.write(ROWS, file)
    assert geography.read(file) == ROWS


def test_load_adds_territories_their_parents_and_mergers():
    changes = geography.load(ROWS)
    assert (changes.added, changes.updated, changes.links_added, changes.links_removed) == (5, 0, 5, 0)
    town, former = get(TOWN), get(FORMER)
    assert set(town.parents.all()) == {get(GROUP), get(DEPARTMENT)}
    assert (former.merged_into, former.valid_to) == (town, LAST_DAY)
    assert all(Territory.objects.values_list("is_official", flat=True))
    assert list(Territory.objects.search("grande ville")) == [town]


def test_load_again_changes_nothing():
    geography.load(ROWS)
    before = everything()
    assert not geography.load(ROWS)
    assert everything() == before


def test_load_takes_the_official_name_and_population_and_keeps_what_was_entered():
    own = TerritoryFactory(code="93066", name="Gde Ville", department="95", latitude=48.9, longitude=2.3, population=1)
    changes = geography.load(ROWS)
    assert (changes.added, changes.updated) == (4, 1)
    own.refresh_from_db()
    assert (own.name, own.search_name, own.population, own.is_official) == ("Grande-Ville", "grande ville", 300, True)
    assert (own.department, own.latitude, own.longitude) == ("95", 48.9, 2.3)


def test_load_completes_what_was_left_empty():
    own = TerritoryFactory(code="93059", name="Petite-Ville", department="", population=5)
    geography.load([*ROWS[:-1], Row(Kind.COMMUNE, "93059", "Petite-Ville", "93", None, (), LAST_DAY, "93066")])
    own.refresh_from_db()
    assert (own.department, own.valid_to, own.merged_into) == ("93", LAST_DAY, get(TOWN))
    assert own.population == 5


def test_load_keeps_an_end_and_a_merger_already_noted():
    other = TerritoryFactory()
    own = TerritoryFactory(code="93059", valid_to=date(2020, 1, 1), merged_into=other)
    geography.load(ROWS)
    own.refresh_from_db()
    assert (own.valid_to, own.merged_into) == (date(2020, 1, 1), other)


def test_load_of_another_year_moves_links_and_lets_go_of_what_is_no_longer_official():
    geography.load(ROWS)
    mine = TerritoryFactory(name="Quartier")
    mine.parents.add(get(TOWN))
    get(TOWN).parents.add(mine)
    bigger = Row(Kind.EPCI, "300", "CA Nouvelle", "93", 400, ((Kind.DEPARTMENT, "93"),))
    moved = Row(Kind.COMMUNE, "93066", "Grande-Ville", "93", 310, ((Kind.EPCI, "300"), (Kind.DEPARTMENT, "93")))
    changes = geography.load([REGION, DEPARTMENT, bigger, moved, FORMER])
    assert (changes.added, changes.updated, changes.links_added, changes.links_removed) == (1, 1, 2, 1)
    assert changes.no_longer_official == ["CA Exemple"]
    assert not get(GROUP).is_official
    assert set(get(TOWN).parents.all()) == {get(bigger), get(DEPARTMENT), mine}
    assert set(mine.parents.all()) == {get(TOWN)}


def test_load_is_all_or_nothing():
    orphan = Row(Kind.COMMUNE, "93001", "Sans-Parent", "93", 1, ((Kind.EPCI, "absent"),))
    with pytest.raises(KeyError):
        geography.load([REGION, orphan])
    assert not Territory.objects.exists()


def test_the_command_says_what_changed(tmp_path, capsys):
    file = tmp_path / "geography.csv.gz"
    geography.write(ROWS, file)
    call_command("load_geography", str(file))
    assert (
        "5 territoires ajoutés, 0 mis à jour, 1 réunis à un autre ; 5 rattachements ajoutés" in capsys.readouterr().out
    )
    call_command("load_geography", str(file))
    assert "rien n'a changé" in capsys.readouterr().out
    geography.write(ROWS[:-1], file)
    call_command("load_geography", str(file))
    assert "Petite-Ville" in capsys.readouterr().out


def test_the_whole_file_loads_twice():
    """The only test that loads all of it (a few seconds)."""
    changes = geography.load(geography.read())
    assert changes.added == Territory.objects.count() == 36_517
    assert not geography.load(geography.read())
    # The territories of sessions 1 to 3, by the codes that the workbook gives.
    seine = Territory.objects.get(kind=Kind.DEPARTMENT, code="93")
    saint_denis = Territory.objects.get(kind=Kind.COMMUNE, code="93066")
    pierrefitte = Territory.objects.get(kind=Kind.COMMUNE, code="93059")
    paris_11 = Territory.objects.get(kind=Kind.ARRONDISSEMENT, code="75111")
    roissy = Territory.objects.get(kind=Kind.EPCI, code="200055655")
    assert Territory.objects.get(kind=Kind.METROPOLIS, code="244400404").name == "Nantes Métropole"
    assert (pierrefitte.valid_to, pierrefitte.merged_into) == (LAST_DAY, saint_denis)
    assert {parent.name for parent in saint_denis.parents.all()} == {
        "Seine-Saint-Denis",
        "Plaine Commune",
        "Métropole du Grand Paris",
    }
    assert [parent.name for parent in seine.parents.all()] == ["Île-de-France"]
    assert [parent.name for parent in paris_11.parents.all()] == ["Paris"]
    assert {parent.code for parent in roissy.parents.all()} == {"77", "95"}
    assert roissy.children.filter(code="95680").exists()
    communes = Territory.objects.filter(kind=Kind.COMMUNE, parents=seine)
    assert (communes.count(), communes.current().count()) == (40, 39)
    assert seine.population == sum(communes.current().values_list("population", flat=True))
    assert Territory.objects.search("saint-denis").filter(department="93")[0] == saint_denis
