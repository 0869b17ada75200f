"""Upload, dry run, import and export pages."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alimactiv.tabular import MAX_BYTES
from evaluation.models import Evaluation, ImportRun
from evaluation.tasks import run_import
from evaluation.workbook import importing
from evaluation.workbook.schema import TABLES
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
UPLOAD = "evaluation:import_workbook"


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True))
    return client


@pytest.fixture
def evaluation(settings) -> Evaluation:
    return importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3")).evaluation


def upload(client, name: str, content: bytes):
    return client.post(reverse(UPLOAD), {"file": SimpleUploadedFile(name, content)})


def test_a_workbook_uploaded_is_queued_once_and_shown(staff, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr(run_import, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(staff, "éval.xlsx", b"anything")
    run = ImportRun.objects.get()
    assert sent == [str(run.pk)]
    assert response.url == run.get_absolute_url()
    page = staff.get(response.url).content.decode()
    assert "éval.xlsx" in page
    assert "en attente" in page


def test_with_the_broker_down_the_run_waits_for_the_schedule(staff, django_capture_on_commit_callbacks, monkeypatch):
    def refuse(run_id):
        raise ConnectionError("broker down")

    monkeypatch.setattr(run_import, "delay", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(staff, "classeur.xlsx", b"anything")
    assert response.status_code == 302
    assert ImportRun.objects.get().state == ImportRun.State.QUEUED


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("constats.csv", b"session;territoire", "ni un classeur .xlsx ni une archive .zip"),
        ("classeur.xlsx", b"", "vide"),
        ("classeur.xlsx", b"0" * (MAX_BYTES + 1), "20 Mio au plus"),
    ],
)
def test_a_file_of_no_use_is_refused_beside_its_field(staff, name, content, message):
    response = upload(staff, name, content)
    assert response.status_code == 200
    assert message in " ".join(response.context["form"].errors["file"])
    assert not ImportRun.objects.exists()


def test_the_page_lists_all_problems_with_their_place(staff):
    run = ImportRun.objects.create(
        filename="a.zip",
        by=UserFactory(),
        state="refused",
        problems=[
            {"file": "constats.csv", "line": 7, "column": "critere", "value": "<b>x", "reason": "critère inconnu."},
            {"file": "sessions.csv", "line": None, "column": "", "value": "", "reason": "illisible."},
        ],
    )
    page = staff.get(run.get_absolute_url()).content.decode()
    for told in (
        "constats.csv",
        "critere",
        "&lt;b&gt;x",
        "critère inconnu.",
        "sessions.csv",
        "illisible.",
        "2 problèmes",
    ):
        assert told in page
    assert "Importer ce classeur" not in page


def test_what_would_change_is_shown_and_importing_takes_a_post(staff, evaluation, monkeypatch):
    monkeypatch.setattr(run_import, "delay", lambda run_id: None)
    table = {"added": 0, "updated": 1, "unchanged": 3}
    changes = [{"label": "Bondy – meeting", "fields": {"valeur": ["oui", "non"]}}]
    run = ImportRun.objects.create(
        filename="a.zip",
        by=UserFactory(),
        state="done",
        changes={"constats": {**table, "changes": changes}},
    )
    page = staff.get(run.get_absolute_url()).content.decode()
    assert "Bondy – meeting" in page
    assert "Importer ce classeur" in page
    confirm = reverse("evaluation:confirm_import", args=[run.pk])
    assert staff.get(confirm).status_code == 405
    assert staff.post(confirm).url == run.get_absolute_url()
    run.refresh_from_db()
    assert (run.state, run.dry_run) == ("queued", False)


@pytest.mark.parametrize("role", [{}, {"is_steering_reader": True}])
def test_only_staff_imports_and_exports(client, evaluation, role):
    client.force_login(UserFactory(**role))
    run = ImportRun.objects.create(filename="a.zip", by=UserFactory(), state="done")
    assert client.get(reverse(UPLOAD)).status_code == 403
    assert upload(client, "a.xlsx", b"x").status_code == 403
    assert client.get(run.get_absolute_url()).status_code == 403
    assert client.post(reverse("evaluation:confirm_import", args=[run.pk])).status_code == 403
    expected = 403 if role else 404  # a plain user may not even know of the evaluation
    assert client.get(reverse("evaluation:export_workbook", args=[evaluation.code])).status_code == expected
    assert ImportRun.objects.count() == 1


def test_the_exported_file_has_a_sheet_for_each_table(staff, evaluation):
    response = staff.post(reverse("evaluation:export_workbook", args=[evaluation.code]))
    assert response["Content-Disposition"] == f'attachment; filename="{evaluation.code}.xlsx"'
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    assert workbook.sheetnames == list(TABLES)
    assert workbook["constats"].max_row == 1 + 84


def test_the_overview_leads_those_who_may_to_the_export(staff, evaluation):
    overview = reverse("evaluation:overview", args=[evaluation.code])
    export = f'href="{reverse("evaluation:export_workbook", args=[evaluation.code])}"'
    assert export in staff.get(overview).content.decode()
    staff.force_login(UserFactory(is_steering_reader=True))
    assert export not in staff.get(overview).content.decode()


def test_an_exported_file_is_named_whatever_the_code(staff):
    Evaluation.objects.create(code="œuvre 1", title="Essai", as_of="2025-12-31")
    response = staff.post(reverse("evaluation:export_workbook", args=["œuvre 1"]))
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C5%93uvre%201.xlsx"


def test_the_list_of_imports_costs_the_same_for_one_and_for_three(staff):
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            ImportRun.objects.create(filename="a.zip", by=UserFactory())
        with CaptureQueriesContext(connection) as queries:
            staff.get(reverse(UPLOAD))
        counts.append(len(queries))
    assert counts[0] == counts[1]
