"""From the packages to the rows: two small packages of made-up places."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from territories import geography

COMMUNE = {"type": "commune-actuelle", "departement": "93", "region": "11"}


def package(folder, version: str, communes: list[dict], epci=(), ept=()):
    (folder / "data").mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"version": version}))
    tables = {
        "communes": communes,
        "epci": epci,
        "ept": ept,
        "regions": [{"code": "11", "nom": "Île-Exemple"}],
        "departements": [
            {"code": "93", "nom": "Seine-Exemple", "region": "11"},
            {"code": "95", "nom": "Val-Exemple", "region": "11"},
        ],
    }
    for name, lines in tables.items():
        (folder / "data" / f"{name}.json").write_text(json.dumps(lines))
    return str(folder)


@pytest.fixture
def rows(tmp_path) -> dict:
    """What two years' packages give, by kind and code."""
    before = [
        COMMUNE | {"code": "1", "nom": "Grande", "population": 100},
        COMMUNE | {"code": "2", "nom": "Déléguée", "population": 20},
        COMMUNE | {"code": "3", "nom": "Absorbée", "population": 10},
    ]
    now = [
        COMMUNE | {"code": "1", "nom": "Grande", "population": 130, "anciensCodes": ["3"]},
        COMMUNE | {"code": "4", "nom": "Ailleurs", "population": 170, "departement": "95"},
        {"type": "commune-deleguee", "code": "2", "nom": "Déléguée", "departement": "93", "chefLieu": "1"},
        {
            "type": "arrondissement-municipal",
            "code": "11",
            "nom": "Grande 1er",
            "departement": "93",
            "commune": "1",
            "population": 60,
        },
    ]
    members = [{"code": "4", "populationMunicipale": 170}, {"code": "1", "populationMunicipale": 130}]
    group = {"nom": "Groupe", "populationMunicipale": 300, "membres": members}
    epci = [group | {"code": "20", "type": "CA"}, group | {"code": "200054781", "type": "METRO"}]
    ept = [group | {"code": "30", "type": "EPT"}]
    output = tmp_path / "out.csv.gz"
    call_command(
        "build_geography",
        package(tmp_path / "now", "6.0.0", now, epci, ept),
        package(tmp_path / "before", "4.1.0", before),
        output=output,
    )
    return {row.key: row for row in geography.read(output)}


def test_every_kind_is_there_once(rows):
    assert sorted(rows) == [
        ("arrondissement", "11"),
        ("commune", "1"),
        ("commune", "2"),
        ("commune", "3"),
        ("commune", "4"),
        ("department", "93"),
        ("department", "95"),
        ("epci", "20"),
        ("ept", "30"),
        ("metropolis", "200054781"),
        ("region", "11"),
    ]


def test_a_commune_is_part_of_its_groups_and_department(rows):
    groups = (("epci", "20"), ("metropolis", "200054781"), ("ept", "30"))
    assert rows["commune", "1"].parents == (*groups, ("department", "93"))
    assert rows["arrondissement", "11"].parents == (("commune", "1"),)


def test_a_group_is_where_most_of_its_inhabitants_live(rows):
    group = rows["epci", "20"]
    assert (group.department, group.population) == ("95", 300)
    assert group.parents == (("department", "93"), ("department", "95"))
    assert ("metropolis", "200054781") in rows["ept", "30"].parents


def test_departments_and_regions_have_their_communes_inhabitants(rows):
    keys = [("department", "93"), ("department", "95"), ("region", "11")]
    assert [rows[key].population for key in keys] == [130, 170, 300]


@pytest.mark.parametrize("code", ["2", "3"])
def test_a_commune_of_a_former_year_ended_with_it(rows, code):
    ended = rows["commune", code]
    assert (ended.valid_to, ended.merged_into) == (date(2024, 12, 31), "1")
    assert ended.population in {20, 10}


def test_a_folder_that_is_not_the_package_is_named(tmp_path):
    with pytest.raises(CommandError, match=str(tmp_path)):
        call_command("build_geography", str(tmp_path), output=tmp_path / "out")
