"""The published directories for other sites."""

from datetime import timedelta

import pytest
from data_inclusion.schema.v1 import Service, Structure
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors import editing
from actors.models import Actor, FoodService, Site
from actors.operations import entries as operations
from actors.views import directory_api
from tests.factories import (
    ActorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    StopFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/api/annuaire/"


@pytest.fixture
def territory():
    return DirectoryFactory(territory=TerritoryFactory(kind="commune", code="93010")).territory


def published(territory, **fields):
    return FoodServiceFactory(site__actor__visibility="public", site__actor__territories=[territory], **fields).actor


def ids(response, name="structures"):
    return [one["id"] for one in response.json()[name]]


def test_it_gives_what_is_published_and_nothing_else(client, territory):
    shown = published(territory)
    published(territory, visibility="professionals")
    ActorFactory(territories=[territory], visibility="professionals")
    published(TerritoryFactory())
    ActorFactory(territories=[territory], visibility="public", ended_on=timezone.localdate())
    Actor.objects.update(contact_name="Personne Secrète")
    response = client.get(ADDRESS)
    assert ids(response, "services") == [shown.services.get().uid]
    assert response.json()["total"] == 2
    assert "Secrète" not in response.content.decode()
    for one in response.json()["structures"]:
        Structure.model_validate(one)
    for one in response.json()["services"]:
        Service.model_validate(one)


def test_pages_lead_to_one_another(client, territory, monkeypatch):
    monkeypatch.setattr(directory_api, "PER_PAGE", 2)
    actors = [published(territory).uid for _ in range(3)]
    first = client.get(ADDRESS, {"territoire": "93010"})
    second = client.get(first.json()["suivante"])
    assert sorted(ids(first) + ids(second)) == sorted(actors)
    assert (first.json()["pages"], second.json()["page"], second.json()["suivante"]) == (2, 2, None)


def test_of_a_territory_and_of_those_inside_it(client, territory):
    inner = DirectoryFactory().territory
    inner.parents.add(territory)
    here, inside, other = published(territory), published(inner), published(DirectoryFactory().territory)
    assert set(ids(client.get(ADDRESS, {"territoire": "93010"}))) == {here.uid, inside.uid}
    assert set(ids(client.get(ADDRESS))) == {here.uid, inside.uid, other.uid}


def test_what_changed_since(client, territory):
    old, new, newer = published(territory), published(territory), published(territory)
    long_ago = timezone.now() - timedelta(days=60)
    Actor.objects.exclude(pk=new.pk).update(changed_at=long_ago)
    FoodService.objects.exclude(actor=newer).update(changed_at=long_ago)
    old.sites.update(changed_at=long_ago)
    since = (timezone.localdate() - timedelta(days=30)).isoformat()
    assert set(ids(client.get(ADDRESS, {"modifie_depuis": since}))) == {new.uid, newer.uid}


def test_a_stop_that_moves_or_goes_changes_its_entry(client, territory):
    actor = published(territory, site__name="Ici")
    tour = FoodServiceFactory(actor=actor, site=None, is_itinerant=True)
    stop = StopFactory(service=tour)
    since = {"modifie_depuis": (timezone.localdate() - timedelta(days=30)).isoformat()}
    long_ago = timezone.now() - timedelta(days=60)

    def grow_old():
        for model in (Actor, FoodService, Site):
            model.objects.update(changed_at=long_ago)

    grow_old()
    assert ids(client.get(ADDRESS, since)) == []
    form = editing.open_form("stop", actor, stop.pk, {"name": ["Ailleurs"]})
    assert form.is_valid()
    operations.save_part(form=form, actor=actor, by=None, role="structure")
    assert ids(client.get(ADDRESS, since)) == [actor.uid]
    grow_old()
    operations.remove_stop(stop=stop, by=UserFactory())
    assert ids(client.get(ADDRESS, since)) == [actor.uid]


def test_whether_a_structure_is_accredited_is_for_professionals(client, territory):
    published(territory)
    Actor.objects.update(accreditation="none")
    assert "structure_habilitation" not in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        *({"page": page} for page in ("0", "2", "x", "²", "-1", "9" * 30)),
        *({"territoire": code} for code in ("nulle-part", "93\0")),
        *({"modifie_depuis": day} for day in ("hier", "2026-02-31", "0000-01-01")),
    ],
)
def test_a_wrong_parameter_is_told(client, territory, wrong):
    published(territory)
    response = client.get(ADDRESS, wrong)
    assert response.status_code == 400
    assert next(iter(wrong)) in response.json()["erreur"]


def test_others_may_keep_it_and_ask_whether_it_changed(client, territory):
    actor = published(territory)
    response = client.get(ADDRESS)
    assert response["Cache-Control"] == f"public, max-age={directory_api.FRESH_FOR}"
    assert "Last-Modified" in response
    assert "Cookie" not in response.get("Vary", "")
    again = client.get(ADDRESS, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    dated = client.get(ADDRESS, headers={"If-Modified-Since": response["Last-Modified"]})
    assert dated.status_code == 200
    actor.services.update(fee="free")
    assert client.get(ADDRESS, headers={"If-None-Match": response["ETag"]}).status_code == 200


def test_pages_of_other_sites_may_read_it_and_it_is_the_same_for_all(client, territory):
    published(territory)
    expected = client.get(ADDRESS)
    client.force_login(UserFactory(is_staff=True))
    found = client.get(ADDRESS)
    assert (found.content, found["Access-Control-Allow-Origin"]) == (expected.content, "*")
    asked = client.options(ADDRESS, headers={"Origin": "https://ville.example"})
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "If-None-Match")
    assert client.post(ADDRESS).status_code == 405


def test_queries_do_not_grow_with_the_entries(client, territory):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            published(territory)
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS, {"territoire": "93010"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_its_page_says_how(client):
    page = client.get(reverse("exchange:api")).content.decode()
    assert f"http://testserver{ADDRESS}?territoire=93010" in page
