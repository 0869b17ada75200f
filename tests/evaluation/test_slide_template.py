"""The template of the slides (``evaluation/reporting/slide_template.py``), and its page."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pptx import Presentation

from accounts.models import AuditEntry
from evaluation.models import Rendering, SlideTemplate
from evaluation.reporting import renderings, slide_template
from evaluation.reporting.snapshots import freeze
from tests.factories import EvaluationFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "evaluation:slide_template"


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def snapshot(staff):
    return freeze(evaluation=EvaluationFactory(), title="Rapport d’essai", by=staff)


def pptx(width: int = 9_000_000) -> bytes:
    own = Presentation()
    own.slide_width = width
    file = io.BytesIO()
    own.save(file)
    return file.getvalue()


def give(client, content: bytes, name: str = "modele.pptx"):
    return client.post(reverse(PAGE), {"file": SimpleUploadedFile(name, content)})


def slides_of(snapshot, staff) -> Rendering:
    rendering = renderings.ask(snapshot=snapshot, format="slides", by=staff)
    renderings.process(rendering.pk)
    rendering.refresh_from_db()
    return rendering


def width_of(rendering: Rendering) -> int:
    with rendering.file.open("rb") as file:
        return Presentation(io.BytesIO(file.read())).slide_width


def test_slides_take_the_template_in_force_and_come_back_to_the_site_s(client, snapshot, staff):
    shipped = slides_of(snapshot, staff)
    usual = width_of(shipped)
    client.force_login(staff)
    assert give(client, pptx()).status_code == 302
    again = slides_of(snapshot, staff)
    assert (again.pk, width_of(again)) == (shipped.pk, 9_000_000)
    finished = again.finished_at
    assert slides_of(snapshot, staff).finished_at == finished  # the same template: nothing to do
    client.post(reverse("evaluation:slide_template_remove"))
    assert width_of(slides_of(snapshot, staff)) == usual != 9_000_000


def test_slides_made_again_keep_their_name_and_leave_no_file_behind(client, snapshot, staff, settings):
    slides_of(snapshot, staff)
    client.force_login(staff)
    give(client, pptx())
    rendering = slides_of(snapshot, staff)
    address = reverse("evaluation:rendering_file", args=[snapshot.evaluation.code, snapshot.number, "slides"])
    response = client.post(address)
    assert list(response)
    assert f'filename="{renderings.name_of(rendering)}"' in response["Content-Disposition"]
    kept = [path for path in (Path(settings.MEDIA_ROOT) / "reports").rglob("*") if path.is_file()]
    assert kept == [Path(rendering.file.path)]


def test_only_slides_are_made_again(client, snapshot, staff):
    workbook = renderings.ask(snapshot=snapshot, format="workbook", by=staff)
    renderings.process(workbook.pk)
    client.force_login(staff)
    give(client, pptx())
    assert renderings.ask(snapshot=snapshot, format="workbook", by=staff).state == Rendering.State.DONE
    assert b"Pr\xc3\xa9parer de nouveau" not in client.get(snapshot.get_absolute_url()).content


def test_the_report_s_page_offers_to_make_slides_again(client, snapshot, staff):
    slides_of(snapshot, staff)
    client.force_login(staff)
    offered = "Préparer de nouveau, avec le modèle d’aujourd’hui".encode()
    assert offered not in client.get(snapshot.get_absolute_url()).content
    give(client, pptx())
    assert offered in client.get(snapshot.get_absolute_url()).content


def test_the_template_can_be_taken_away_and_its_changes_are_noted(client, staff):
    client.force_login(staff)
    content = pptx()
    give(client, content, "Charte ANSA.pptx")
    assert b"".join(client.get(reverse("evaluation:slide_template_file"))) == content
    client.post(reverse("evaluation:slide_template_remove"))
    assert client.get(reverse("evaluation:slide_template_file")).status_code == 404
    noted = AuditEntry.objects.filter(subject__startswith="slidetemplate:").order_by("pk")
    assert [(one.action, one.changes) for one in noted] == [
        ("modèle de diaporama déposé", {"fichier": "Charte ANSA.pptx"}),
        ("modèle de diaporama retiré", {"fichier": "Charte ANSA.pptx"}),
    ]


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("ppt/presentation.xml", b"0" * 210 * 1024 * 1024)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"rien", "modele.pptx", "Le contenu de ce fichier n’est pas celui d’un .pptx"),
        (b"%PDF-1.7", "modele.pdf", "Il faut un diaporama .pptx."),
        (b"", "modele.pptx", "vide"),
        (pptx()[:2000], "modele.pptx", "abîmé"),
        (bomb(), "modele.pptx", "bien trop volumineux une fois ouvert"),
    ],
    ids=["text", "pdf", "empty", "cut", "bomb"],
)
def test_what_is_no_template_is_refused_in_words(client, staff, content, name, told):
    client.force_login(staff)
    shown = give(client, content, name)
    assert told in shown.content.decode()
    assert not SlideTemplate.objects.exists()
    assert slide_template.digest() == ""
