"""The pages of imports and exports."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from actors.exchange import runs
from actors.models import Actor, DirectoryImport, Visibility
from actors.tasks import run_directory_import
from tests.actors.exchange.files import as_file
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    DirectoryImportFactory,
    FoodServiceFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db
State = DirectoryImport.State
ROW = {"Structure": "Épicerie du Pont", "Type d’aide": "colis alimentaire", "Remarque": "x"}


@pytest.fixture
def keeper(client):
    keeper = CoordinatorFactory()
    client.force_login(keeper.user)
    return keeper


@pytest.fixture
def at_once(monkeypatch, django_capture_on_commit_callbacks):
    """What is sent to the worker is done when the request ends."""
    monkeypatch.setattr(run_directory_import, "delay", runs.process)
    return lambda: django_capture_on_commit_callbacks(execute=True)


def page(name, keeper, *args):
    return reverse(f"exchange:{name}", args=[keeper.territory.pk, *args])


def upload(client, keeper, content, name="a.csv"):
    return client.post(page("desk", keeper), {"file": SimpleUploadedFile(name, content)})


def test_from_upload_to_import_and_back(client, keeper, at_once):
    response = upload(client, keeper, as_file(ROW, ROW | {"Structure": "B", "Type d’aide": "yoga"}))
    run = DirectoryImport.objects.get()
    assert response.url == page("columns", keeper, run.pk)
    form = client.get(response.url).content.decode()
    assert "Par exemple\u00a0: Épicerie du Pont" in form
    columns = {"column-0": "structure_nom", "column-1": "service_type", "column-2": "-"}
    with at_once():
        assert client.post(response.url, columns).url == page("run", keeper, run.pk)
    checked = client.get(page("run", keeper, run.pk)).content.decode()
    assert "rien n’est encore écrit" in checked
    assert "yoga" in checked
    assert not Actor.objects.exists()
    with at_once():
        client.post(page("confirm", keeper, run.pk))
    assert "Import terminé" in client.get(page("run", keeper, run.pk)).content.decode()
    assert [actor.name for actor in Actor.objects.all()] == ["Épicerie du Pont"]
    assert "Annuler l’import" in client.get(page("undo", keeper, run.pk)).content.decode()
    with at_once():
        client.post(page("undo", keeper, run.pk))
    assert "1 fiche remise comme avant" in client.get(page("run", keeper, run.pk)).content.decode()
    assert not Actor.objects.exists()


def test_a_file_of_ours_goes_straight_to_the_check(client, keeper, at_once):
    with at_once():
        response = upload(client, keeper, b'{"structures": [{"id": "a--1", "nom": "Une structure"}]}', "a.json")
    run = DirectoryImport.objects.get()
    assert (response.url, run.state) == (page("run", keeper, run.pk), State.CHECKED)


def test_a_file_that_cannot_be_read_is_refused_beside_its_field(client, keeper):
    response = upload(client, keeper, b"PK\x03\x04 rien", "a.xlsx")
    assert "illisible" in " ".join(response.context["form"].errors["file"])
    assert not DirectoryImport.objects.exists()


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        (["service_type", "-", "-"], "donne le nom de la structure"),
        (["structure_nom", "structure_nom", "-"], "déjà prise"),
        (["structure_nom", "inconnu", "-"], "inconnu"),
    ],
)
def test_columns_that_make_no_entry_are_told(client, keeper, columns, error):
    run = DirectoryImport.objects.get(pk=upload(client, keeper, as_file(ROW)).url.split("/")[-3])
    data = {f"column-{index}": code for index, code in enumerate(columns)}
    response = client.post(page("columns", keeper, run.pk), data)
    assert error in " ".join(
        str(message) for messages in response.context["form"].errors.values() for message in messages
    )
    assert DirectoryImport.objects.get().state == State.UPLOADED


def test_with_the_broker_down_the_run_waits_for_the_schedule(
    client, keeper, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(run):
        raise ConnectionError("broker down")

    monkeypatch.setattr(run_directory_import, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(client, keeper, b'{"structures": []}', "a.json")
    assert (response.status_code, DirectoryImport.objects.get().state) == (302, State.QUEUED)


@pytest.mark.parametrize("state", list(State))
def test_each_state_of_an_import_has_its_page(client, keeper, state):
    counts = {"changed": 1, "left_out": 1, "kept": [{"actor": 1, "name": "A", "reason": "modifiée"}], "undone": 0}
    run = DirectoryImportFactory(territory=keeper.territory, state=state, counts=counts)
    response = client.get(page("run", keeper, run.pk), headers={"HX-Request": "true"})
    assert response.status_code == (302 if state == State.UPLOADED else 200)


def test_an_import_of_another_territory_is_not_found(client, keeper):
    run = DirectoryImportFactory(territory=TerritoryFactory(), state="done", changes=[1])
    for name in ("run", "columns", "undo"):
        assert client.get(page(name, keeper, run.pk)).status_code == 404
    assert client.post(page("confirm", keeper, run.pk)).status_code == 404


def table(response) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(b"".join(response))).active.values)


def test_an_export_holds_what_its_reader_sees_and_is_noted(client, keeper):
    inner = TerritoryFactory()
    inner.parents.add(keeper.territory)
    mine = ActorFactory(territories=[keeper.territory], contact_name="Personne Fictive")
    shown = FoodServiceFactory(site__actor__visibility=Visibility.PROFESSIONALS, visibility=Visibility.COORDINATION)
    shown.actor.territories.add(inner)
    ActorFactory(territories=[inner], visibility=Visibility.COORDINATION)
    ActorFactory(territories=[TerritoryFactory()], visibility=Visibility.PUBLIC)
    response = client.post(page("export", keeper), {"format": "xlsx", "with_contacts": "on"})
    assert response["Content-Disposition"].startswith('attachment; filename="annuaire-')
    heading, *rows = table(response)
    cells = [dict(zip(heading, values, strict=True)) for values in rows]
    assert {row["Structure"] for row in cells} == {mine.name, shown.actor.name}
    assert {row["Type d’aide"] for row in cells} == {None}
    assert {row["Personne à joindre"] for row in cells} == {"Personne Fictive", None}
    noted = AuditEntry.objects.get(action="export de l’annuaire")
    words = {"territoire": str(keeper.territory), "format": "Classeur (.xlsx)", "fiches": 2, "contacts": "oui"}
    assert (noted.by, noted.changes) == (keeper.user, words)
    assert "avec les personnes à joindre" in client.get(page("desk", keeper)).content.decode()


def test_contacts_leave_only_when_asked_for(client, keeper):
    ActorFactory(territories=[keeper.territory], contact_name="Personne Fictive", visibility=Visibility.PUBLIC)
    for code in ("csv", "data-inclusion", "geojson"):
        form = {"format": code} | ({} if code == "csv" else {"with_contacts": "on"})
        assert b"Personne Fictive" not in b"".join(client.post(page("export", keeper), form))


def test_an_export_may_be_of_some_kinds(client, keeper):
    for kind in ("food_parcel", "hot_meal"):
        FoodServiceFactory(kind=kind, site__actor__territories=[keeper.territory])
    heading, *rows = table(client.post(page("export", keeper), {"format": "xlsx", "kinds": ["hot_meal"]}))
    assert [values[heading.index("Type d’aide")] for values in rows] == ["repas chaud"]


def test_an_unknown_format_writes_nothing(client, keeper):
    assert client.post(page("export", keeper), {"format": "exe"}).url == page("desk", keeper)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("code", ["csv", "data-inclusion"])
def test_an_export_asks_as_much_of_three_entries_as_of_one(client, keeper, code):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            FoodServiceFactory(site__actor__territories=[keeper.territory], site__actor__visibility="public")
        with CaptureQueriesContext(connection) as queries:
            list(client.post(page("export", keeper), {"format": code}))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_model_has_every_heading_and_no_row(client, keeper):
    heading, *rows = table(client.get(reverse("exchange:model")))
    assert ("Structure" in heading, rows) == (True, [])
