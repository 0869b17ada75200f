"""Exported rows imported elsewhere give the same directory (issue 6), in every form."""

import json

import opening_hours
import pytest
from data_inclusion.schema.v1 import Service, Structure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.exchange import exporting, reading
from actors.exchange.planning import plan
from actors.models import Actor, FoodService, Site, Stop, Supply, SupplyLine, Visibility
from actors.operations.exchange import write_import
from tests.actors.random_directories import directories
from tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
FORMS = exporting.FORMATS


def export(code: str) -> bytes:
    form = FORMS[code]
    return form.render(exporting.entries_for(Actor.objects.all(), form), True)


def empty_the_directory() -> None:
    for model in (SupplyLine, Supply, Stop, FoodService, Site, Actor):
        model.objects.all().delete()


def import_(content: bytes) -> None:
    source = reading.read(content, "annuaire")
    assert (source.problems, source.is_refused) == ([], False)
    mapping = reading.guess(source)
    assert list(mapping) == source.columns
    found = plan(reading.renamed(source, mapping))
    assert found.problems == []
    write_import(plan=found, file_name="annuaire", by=None)


@pytest.fixture
def territories():
    return [TerritoryFactory(name="Bondy"), TerritoryFactory(name="Est, ensemble (bis)", kind="ept")]


@pytest.mark.parametrize("code", list(FORMS))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_an_export_imported_in_an_empty_directory_gives_the_same(code, territories, data):
    empty_the_directory()
    data.draw(directories())
    exported = export(code)
    empty_the_directory()
    import_(exported)
    again = export(code)
    assert without_days(again) == without_days(exported)
    import_(exported)
    assert without_days(export(code)) == without_days(exported)


def without_days(content: bytes):
    """Without the day of the last change and the address here, which are not of the directory's saying."""
    if not content.startswith(b"{"):
        return content.decode("utf-8-sig") if content.startswith(b"\xef") else sheet(content)
    document = json.loads(content)
    for record in [*document.get("structures", []), *document.get("services", [])]:
        record.pop("date_maj")
        record.pop("lien_source", None)
    return document


def sheet(content: bytes):
    return reading.read(content, "a").rows


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_data_inclusion_is_valid_and_holds_all_that_is_public(territories, data):
    empty_the_directory()
    data.draw(directories())
    document = json.loads(export("data-inclusion"))
    context = {"ignore_warnings": False}
    structures = [Structure.model_validate(one, context=context) for one in document["structures"]]
    services = [Service.model_validate(one, context=context) for one in document["services"]]
    public = Actor.objects.active().filter(visibility=Visibility.PUBLIC)
    assert {one.id for one in structures} == set(public.values_list("uid", flat=True))
    assert {one.structure_id for one in services} <= {one.id for one in structures}
    offered = FoodService.objects.offered().filter(actor__in=public, visibility=Visibility.PUBLIC)
    expected = {uid for service in offered for uid in [stop.uid for stop in service.stops.all()] or [service.uid]}
    assert {one.id for one in services} == expected
    assert all(opening_hours.validate(one.horaires_accueil) for one in services if one.horaires_accueil)
    assert {one.source for one in [*structures, *services]} <= {"alimactiv"}
    hidden = set(Actor.objects.exclude(contact_visibility=Visibility.PUBLIC).values_list("uid", flat=True))
    assert not [one for one in services if one.structure_id in hidden and one.contact_nom_prenom]
