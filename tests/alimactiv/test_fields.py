"""A list of choices in one column, shown on a column that has one: the publics of a service."""

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection

from actors.models import FoodService
from alimactiv.fields import ChoiceListField
from tests.factories import FoodServiceFactory

CHOICES = [("one", "Un"), ("two", "Deux"), ("three", "Trois")]
FIELD = ChoiceListField("nombres", choices=CHOICES)


@pytest.mark.parametrize(
    ("given", "kept", "stored"),
    [
        ([], [], ""),
        (None, [], ""),
        ("", [], ""),
        (["three", "one"], ["one", "three"], ",one,three,"),
        ("one,three", ["one", "three"], ",one,three,"),
        (",three,one,", ["one", "three"], ",three,one,"),  # as it is stored: left as it is
        (["one", "one"], ["one"], ",one,"),
        (("two",), ["two"], ",two,"),
        (["zero", "one"], ["one", "zero"], ",one,zero,"),  # of an older list: kept, at the end
    ],
)
def test_choices_are_a_list_in_their_order(given, kept, stored):
    assert FIELD.to_python(given) == kept
    assert FIELD.get_prep_value(given) == stored


def test_an_unknown_choice_is_refused():
    with pytest.raises(ValidationError, match="Valeur inconnue : zero"):
        FIELD.clean(["one", "zero"], None)
    assert FIELD.clean(["two", "one"], None) == ["one", "two"]


def test_its_form_field_ticks():
    field = FIELD.formfield()
    assert field.clean(["two"]) == ["two"]
    assert field.clean([]) == []
    with pytest.raises(ValidationError, match="Choisissez dans la liste"):
        field.clean(["zero"])
    assert FIELD.formfield(label="Combien").label == "Combien"


def test_its_migration_is_said_without_what_it_sets_itself():
    _, path, args, kwargs = FIELD.deconstruct()
    assert path == "alimactiv.fields.ChoiceListField"
    assert {"blank", "default"}.isdisjoint(kwargs)
    assert ChoiceListField(*args, **kwargs).deconstruct()[1:] == FIELD.deconstruct()[1:]


@pytest.mark.django_db
def test_it_is_stored_read_and_found_the_same_on_every_database():
    service = FoodServiceFactory(publics=["women", "families"])
    none = FoodServiceFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT publics FROM actors_foodservice WHERE id = %s", [service.pk])
        assert cursor.fetchone() == (",families,women,",)
    service.refresh_from_db()
    assert service.publics == ["families", "women"]
    assert list(FoodService.objects.filter(publics__contains=",women,")) == [service]
    assert list(FoodService.objects.filter(publics="")) == [none]


@pytest.mark.django_db
def test_it_goes_through_a_fixture():
    service = FoodServiceFactory(publics=["women", "families"])
    (read,) = serializers.deserialize("json", serializers.serialize("json", [service]))
    assert read.object.publics == ["families", "women"]
