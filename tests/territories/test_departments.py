"""The names of the départements are those of the geography that ships."""

import csv
import gzip

from django.conf import settings

from territories.departments import NAMES, named


def test_names_are_those_of_the_geography_that_ships():
    with gzip.open(settings.BASE_DIR / "data/geography/territories.csv.gz", "rt", encoding="utf-8") as file:
        official = {row["code"]: row["name"] for row in csv.DictReader(file) if row["kind"] == "department"}
    assert official == NAMES


def test_a_code_that_no_department_has_stands_alone():
    assert named("93") == "Seine-Saint-Denis (93)"
    assert named("00") == "00"
    assert named("") == ""
