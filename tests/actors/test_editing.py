"""The forms of an entry: what each takes and refuses, and on which row it opens."""

import json
from datetime import date

import pytest

from actors.editing import EDITABLE, open_form, parts, role_of, typed
from actors.models import Confirmation, Section, Supply
from tests.actors.filled_forms import as_shown, filled
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    MemberFactory,
    SiteFactory,
    StopFactory,
    SupplyLineFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    """An entry with a row of each kind."""
    actor = ActorFactory(name="Le Panier fictif")
    site = SiteFactory(actor=actor)
    service = FoodServiceFactory(site=site)
    itinerant = FoodServiceFactory(actor=actor, site=None, is_itinerant=True)
    return {
        "actor": actor,
        "site": site,
        "service": service,
        "itinerant": itinerant,
        "stop": StopFactory(service=itinerant),
        "supply_line": SupplyLineFactory(actor=actor),
    }


ROWS = {"hours": "service", "stop_hours": "stop"}


def target_of(code: str, entry: dict) -> int | None:
    return None if code in ("identity", "contact", "supply") else entry[ROWS.get(code, code)].pk


@pytest.mark.parametrize("code", EDITABLE)
def test_a_form_that_nobody_touched_changes_nothing(code, entry):
    target = target_of(code, entry)
    form = open_form(code, entry["actor"], target, as_shown(open_form(code, entry["actor"], target)))
    assert form.is_valid(), form.errors
    assert form.changes() == {}


@pytest.mark.parametrize("code", EDITABLE)
def test_what_was_typed_makes_the_same_form_again(code, entry):
    target = target_of(code, entry)
    first = open_form(code, entry["actor"], target, as_shown(open_form(code, entry["actor"], target)))
    assert first.is_valid()
    again = open_form(code, entry["actor"], target, json.loads(json.dumps(typed(first))))
    assert again.is_valid()
    assert again.values() == first.values()


@pytest.mark.parametrize("code", [code for code in EDITABLE if code not in ("identity", "contact", "supply")])
def test_a_row_of_another_entry_is_not_found(code, entry):
    with pytest.raises(LookupError):
        open_form(code, ActorFactory(), target_of(code, entry))


@pytest.mark.parametrize(
    ("code", "target"), [("unheard", None), ("identity", 0), ("contact", 0), ("hours", None), ("stop_hours", None)]
)
def test_a_form_that_is_none_is_not_found(code, target, entry):
    with pytest.raises(LookupError):
        open_form(code, entry["actor"], target)


def test_an_itinerant_service_has_its_hours_at_its_stops(entry):
    with pytest.raises(LookupError):
        open_form("hours", entry["actor"], entry["itinerant"].pk)


def test_the_callers_entry_stays_as_it_is_until_the_form_is_saved(entry):
    form = filled("identity", entry["actor"], name="Autre nom")
    assert form.is_valid()
    assert entry["actor"].name == "Le Panier fictif"
    assert form.changes() == {"nom": ["Le Panier fictif", "Autre nom"]}


TAKEN = [
    ("identity", {"name": "  Le   Panier "}, {"name": "Le Panier"}),
    ("identity", {"siret": "732 829 320 00074"}, {"siret": "73282932000074"}),
    ("contact", {"phone": "+33 1.99.00.12.34"}, {"phone": "01 99 00 12 34"}),
    ("contact", {"website": "panier.example"}, {"website": "https://panier.example"}),
    ("contact", {"contact_phone": "0699001234"}, {"contact_phone": "06 99 00 12 34"}),
    ("site", {"latitude": "48,9", "longitude": "2.4"}, {"latitude": 48.9, "longitude": 2.4}),
    ("site", {"is_step_free": "True"}, {"is_step_free": True}),
    ("site", {"is_step_free": "False"}, {"is_step_free": False}),
    ("site", {"is_step_free": ""}, {"is_step_free": None}),
    ("service", {"publics": ["women", "families"]}, {"publics": ["families", "women"]}),
    ("service", {"capacity": "40", "capacity_unit": "meals_day"}, {"capacity": 40}),
    ("service", {"site": ""}, {"site": None}),
    ("supply", {"vehicles": "2", "refrigerated_vehicles": "2"}, {"refrigerated_vehicles": 2}),
    ("supply", {"refrigerated_vehicles": "0"}, {"refrigerated_vehicles": None}),
    ("supply", {"has_freezer": "False"}, {"has_freezer": False}),
    ("supply_line", {"product": "", "text": "Duvets"}, {"product": "", "text": "Duvets"}),
    ("hours", {"hours_note": "Sonnez."}, {"hours_note": "Sonnez.", "opening_hours": ""}),
]


@pytest.mark.parametrize(("code", "values", "kept"), TAKEN)
def test_what_a_form_takes(code, values, kept, entry):
    form = filled(code, entry["actor"], target_of(code, entry), **values)
    assert form.is_valid(), form.errors
    assert {name: form.values()[name] for name in kept} == kept


REFUSED = [
    ("identity", {"name": ""}, "name", "obligatoire"),
    ("identity", {"siret": "73282932000075"}, "siret", "un chiffre y est faux"),
    ("contact", {"phone": "01 99 00 12"}, "phone", "n’est pas complet"),
    ("contact", {"email": "panier"}, "email", "valide"),
    ("contact", {"contact_email": "alex@"}, "contact_email", "valide"),
    ("site", {"postcode": "9314"}, "postcode", "cinq chiffres"),
    ("site", {"latitude": "48.9"}, "longitude", "aucune des deux"),
    ("site", {"longitude": "2.4"}, "latitude", "aucune des deux"),
    ("site", {"latitude": "95", "longitude": "2"}, "latitude", "90"),
    ("site", {"latitude": "45", "longitude": "181"}, "longitude", "180"),
    ("site", {"address": "", "city": ""}, "address", "au moins le nom du lieu"),
    ("stop", {"name": "", "address": ""}, "name", "où est cet arrêt"),
    ("service", {"kind": ""}, "kind", "obligatoire"),
    ("service", {"publics": ["everyone"]}, "publics", "dans la liste"),
    ("service", {"capacity": "40"}, "capacity_unit", "ce que compte ce nombre"),
    ("service", {"capacity": "-1", "capacity_unit": "meals_day"}, "capacity", "supérieure ou égale à 0"),
    ("service", {"is_itinerant": "on"}, "site", "n’a pas de lieu fixe"),
    ("supply", {"vehicles": "1", "refrigerated_vehicles": "2"}, "refrigerated_vehicles", "plus que de véhicules"),
    ("supply", {"refrigerated_vehicles": "1"}, "refrigerated_vehicles", "plus que de véhicules"),
    ("supply_line", {"product": "", "text": ""}, "product", "dites lequel"),
]


@pytest.mark.parametrize(("code", "values", "field", "told"), REFUSED)
def test_what_a_form_refuses(code, values, field, told, entry):
    form = filled(code, entry["actor"], target_of(code, entry), **values)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert told in " ".join(form.errors[field])


def test_a_service_that_becomes_itinerant_loses_no_hours(entry):
    service = entry["service"]
    service.opening_hours = "Mo 09:00-12:00"
    service.save()
    form = filled("service", entry["actor"], service.pk, is_itinerant="on", site="")
    assert not form.is_valid()
    assert "Videz-les d’abord" in form.errors["is_itinerant"][0]


def test_an_itinerant_service_that_stays_in_one_place_loses_no_stops(entry):
    form = filled("service", entry["actor"], entry["itinerant"].pk)
    form.data.pop("is_itinerant")
    form = open_form("service", entry["actor"], entry["itinerant"].pk, form.data)
    assert not form.is_valid()
    assert "retirez-les d’abord" in form.errors["is_itinerant"][0]


def test_only_the_entrys_own_places_and_services_are_offered(entry):
    SiteFactory()
    StopFactory()
    service = open_form("service", entry["actor"])
    assert list(service.fields["site"].queryset) == [entry["site"]]
    assert list(open_form("stop", entry["actor"]).fields["service"].queryset) == [entry["itinerant"]]


def test_a_new_row_is_of_the_entry(entry):
    form = filled("stop", entry["actor"], None, service=str(entry["itinerant"].pk), name="La gare")
    assert form.is_valid(), form.errors
    assert form.instance.service == entry["itinerant"]


def test_hours_are_told_in_sentences_and_compared_as_they_are_stored(entry):
    service = entry["service"]
    before = open_form("hours", entry["actor"], service.pk)
    service.opening_hours = "Mo 09:00-12:00"
    service.save()
    form = open_form("hours", entry["actor"], service.pk, as_shown(before))
    assert form.is_valid()
    assert form.changed_meanwhile(service) == {"horaires": ["", "Le lundi de 9\u00a0h à 12\u00a0h."]}


# In whose name -----------------------------------------------------------------------------------


def test_in_whose_name_one_confirms():
    territory = TerritoryFactory()
    actor = ActorFactory(territories=[territory])
    coordinator = CoordinatorFactory(territory=territory).user
    staff = UserFactory(is_staff=True)
    assert role_of(coordinator, actor) == Confirmation.Role.COORDINATION
    assert role_of(staff, actor) == Confirmation.Role.TEAM
    MemberFactory(actor=actor, user=coordinator)
    assert role_of(coordinator, actor) == Confirmation.Role.STRUCTURE
    MemberFactory(actor=actor, user=staff, access="attends")
    assert role_of(staff, actor) == Confirmation.Role.TEAM


# The parts of an entry ----------------------------------------------------------------------------


def test_every_row_of_the_page_opens_its_form(entry):
    Supply.objects.create(actor=entry["actor"])
    sections = parts(entry["actor"])
    assert [found.section for found in sections] == list(Section)
    for found in sections:
        for row in found.rows:
            assert open_form(row.code, entry["actor"], row.target).section == found.section
        for editable in found.adds:
            assert open_form(editable.code, entry["actor"]).instance.pk is None


def test_a_service_that_ended_has_no_hours_to_give():
    service = FoodServiceFactory(ended_on=date(2026, 1, 31))
    hours, _, services, _, _ = parts(service.actor)
    assert hours.rows == []
    assert [(row.has_ended, row.lines) for row in services.rows] == [(True, ["Arrêté le 31 janvier 2026"])]


@pytest.mark.parametrize("count", [1, 3])
def test_the_parts_are_found_in_as_many_queries_whatever_there_is(count, django_assert_num_queries):
    actor = ActorFactory()
    for _ in range(count):
        FoodServiceFactory(site=SiteFactory(actor=actor))
        StopFactory(service=FoodServiceFactory(actor=actor, site=None, is_itinerant=True))
        SupplyLineFactory(actor=actor)
    with django_assert_num_queries(5):
        parts(actor)
