"""Adding, editing and merging territories; saying who coordinates them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from territories.models import Territory
from tests.factories import (
    TerritoryFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
Kind = Territory.Kind


# Adding and editing a territory -------------------------------------------------------------------

NEW = {"name": "Pays-Exemple", "kind": "epci", "code": "P1", "department": ""}


def test_a_territory_is_added(staff):
    response = staff.post(reverse("territories:territory_create"), NEW)
    territory = Territory.objects.get(code="P1")
    assert response.url == territory.get_absolute_url()
    assert (territory.name, territory.is_official) == ("Pays-Exemple", False)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"name": ""}, "name", "obligatoire"),
        ({"kind": "commune", "code": "93066"}, "code", "Ville-Exemple"),
        ({"latitude": "48"}, "longitude", "la latitude et la longitude"),
        ({"longitude": "2"}, "latitude", "la latitude et la longitude"),
        ({"latitude": "91", "longitude": "2"}, "latitude", "90"),
        ({"latitude": "48", "longitude": "-181"}, "longitude", "180"),
        ({"latitude": "ici", "longitude": "2"}, "latitude", "nombre"),
        ({"valid_from": "2025-01-01", "valid_to": "2024-12-31"}, "valid_to", "précède"),
        ({"population": "-1"}, "population", "0"),
        ({"department": "999"}, "department", "999"),
    ],
)
def test_a_wrong_territory_is_refused_beside_its_field(staff, change, field, reason):
    found = refusals(staff.post(reverse("territories:territory_create"), NEW | change))
    assert list(found) == [field]
    assert reason in found[field]
    assert not Territory.objects.filter(code="P1").exists()


def test_a_territory_in_a_session_keeps_a_department(staff, participation):
    territory = participation.territory
    url = reverse("territories:territory_edit", args=[territory.pk])
    typed = {"name": territory.name, "kind": territory.kind, "code": territory.code, "department": ""}
    assert "il lui faut un département" in refusals(staff.post(url, typed))["department"]


def test_the_identity_of_an_official_territory_stays(staff):
    territory = TerritoryFactory(name="Officielle", is_official=True)
    url = reverse("territories:territory_edit", args=[territory.pk])
    response = staff.post(url, {"name": "Autre", "kind": "epci", "code": "Z", "latitude": "48.5", "longitude": "2,5"})
    assert response.url == territory.get_absolute_url()
    code = territory.code
    territory.refresh_from_db()
    assert (territory.name, territory.kind, territory.code) == ("Officielle", Kind.COMMUNE, code)
    assert (territory.latitude, territory.longitude) == (48.5, 2.5)


def test_another_territory_is_edited_whole(staff):
    territory = TerritoryFactory(code="X1")
    url = reverse("territories:territory_edit", args=[territory.pk])
    values = {"name": "Renommée", "kind": "commune", "code": "X1", "population": "12", "valid_to": "2030-12-31"}
    assert staff.post(url, values).url == territory.get_absolute_url()
    territory.refresh_from_db()
    assert (territory.name, territory.population, territory.valid_to) == ("Renommée", 12, date(2030, 12, 31))


def test_a_merged_territory_keeps_a_last_day(staff, coordinator):
    url = reverse("territories:territory_edit", args=[coordinator.territory_id])
    values = {"name": "Ville-Exemple", "kind": "commune", "code": "93066"}
    assert "réuni à un autre" in refusals(staff.post(url, values))["valid_to"]


def test_an_error_keeps_the_title_and_what_was_typed(staff):
    territory = TerritoryFactory(name="Avant")
    url = reverse("territories:territory_edit", args=[territory.pk])
    page = texts(staff.post(url, {"name": "Après", "kind": "commune", "code": ""}))
    assert "Modifier Avant" in page
    assert 'value="Après"' in page


def test_a_territory_is_merged_then_separated(staff):
    former, into = TerritoryFactory(name="Petite"), TerritoryFactory(name="Grande")
    url = reverse("territories:territory_merge", args=[former.pk])
    staff.post(url, {"territory": into.pk, "valid_to": "2024-12-31"})
    former.refresh_from_db()
    assert (former.merged_into, former.valid_to) == (into, date(2024, 12, 31))
    staff.post(reverse("territories:territory_unmerge", args=[former.pk]))
    former.refresh_from_db()
    assert (former.merged_into, former.valid_to) == (None, None)


def test_a_territory_is_not_merged_into_itself_even_by_a_detour(staff):
    former = TerritoryFactory(valid_from=date(2020, 1, 1))
    detour = TerritoryFactory(merged_into=former, valid_to=date(2024, 12, 31))
    url = reverse("territories:territory_merge", args=[former.pk])
    for into in (former, detour):
        found = refusals(staff.post(url, {"territory": into.pk, "valid_to": "2019-12-31"}))
        assert "lui-même" in found["territory"]
        assert "1er janvier 2020" in found["valid_to"]


# Coordinators -------------------------------------------------------------------------------------


def test_a_coordinator_is_added_and_removed(staff):
    territory = TerritoryFactory()
    url = reverse("territories:coordinator_add", args=[territory.pk])
    response = staff.post(url, {"email": "Neuve@exemple.test", "name": "Neuve", "notify": "on"})
    assert response.url == territory.get_absolute_url()
    coordinator = territory.coordinators.get()
    assert coordinator.user.email == "neuve@exemple.test"
    assert "email" in refusals(staff.post(url, {"email": "neuve@EXEMPLE.test"}))
    staff.post(reverse("territories:coordinator_remove", args=[coordinator.pk]))
    assert not territory.coordinators.exists()
    assert User.objects.filter(email="neuve@exemple.test").exists()


@pytest.mark.parametrize("email", ["", "pas une adresse", "fermee@exemple.test"])
def test_a_coordinator_without_a_usable_address_is_refused(staff, email):
    UserFactory(email="fermee@exemple.test", is_active=False)
    territory = TerritoryFactory()
    assert "email" in refusals(
        staff.post(reverse("territories:coordinator_add", args=[territory.pk]), {"email": email})
    )
    assert not territory.coordinators.exists()
