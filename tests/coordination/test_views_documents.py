"""Files in, files out: kept whole, read by who may, never run by a browser."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from coordination import documents, records
from coordination.models import Document
from coordination.uploads import MAX_BYTES, Accepted
from tests.factories import CoordinatorFactory, DocumentFactory, MappingFactory, MeetingFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def territory(client):
    coordinator = CoordinatorFactory()
    client.force_login(coordinator.user)
    return coordinator.territory


def upload(client, territory, name: str, content: bytes, **typed):
    address = reverse("coordination:document_add", args=[territory.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content, "text/html")} | typed)


def test_what_comes_in_goes_out_the_same(client, territory):
    upload(client, territory, "Carte d’été.pdf", PDF)
    document = Document.objects.get()
    assert (document.territory, document.title, document.filename) == (territory, "Carte d’été", "Carte d’été.pdf")
    assert (document.media_type, document.size) == ("application/pdf", len(PDF))
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["création"]
    response = client.get(document.get_absolute_url())
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Carte%20d%E2%80%99%C3%A9t%C3%A9.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_its_name_on_disk_says_nothing(client, territory):
    upload(client, territory, "Liste confidentielle.pdf", PDF)
    document = Document.objects.get()
    assert document.file.name.startswith(f"documents/{territory.pk}/")
    assert "onfidentielle" not in document.file.name
    assert "." not in document.file.name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("page.pdf", b"<script>alert(1)</script>"),
        ("vide.pdf", b""),
        ("gros.pdf", PDF + b"\0" * MAX_BYTES),
    ],
)
def test_a_hostile_file_is_refused_beside_its_field(client, territory, name, content):
    response = upload(client, territory, name, content, title="Mon titre")
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["file"]
    assert 'value="Mon titre"' in response.content.decode()
    assert not Document.objects.exists()
    assert not default_storage.exists("documents") or default_storage.listdir("documents") == ([], [])


def test_a_file_goes_with_a_record(client, territory):
    mapping = MappingFactory(territory=territory)
    elsewhere = MappingFactory()
    address = reverse("coordination:document_add", args=[territory.pk])
    proposed = client.get(f"{address}?joindre=cartographies-{mapping.pk}")
    assert proposed.context["form"]["attached"].value() == f"cartographies-{mapping.pk}"
    response = upload(client, territory, "a.pdf", PDF, attached=f"cartographies-{mapping.pk}")
    assert response.url == mapping.get_absolute_url()
    document = Document.objects.get()
    assert document.attached_to == mapping
    assert client.get(mapping.get_absolute_url()).context["documents"] == [document]
    refused = upload(client, territory, "a.pdf", PDF, attached=f"cartographies-{elsewhere.pk}")
    assert list(refused.context["form"].errors) == ["attached"]


def test_change_what_it_goes_with(client, territory):
    mapping, meeting = MappingFactory(territory=territory), MeetingFactory(territory=territory)
    document = DocumentFactory(territory=territory, mapping=mapping)
    edit = reverse("coordination:document_edit", args=[territory.pk, document.pk])
    assert client.get(edit).context["form"]["attached"].value() == f"cartographies-{mapping.pk}"
    client.post(edit, {"title": "Nouveau", "attached": f"reunions-{meeting.pk}"})
    document.refresh_from_db()
    assert (document.title, document.mapping, document.meeting) == ("Nouveau", None, meeting)
    client.post(edit, {"title": "Nouveau", "attached": ""})
    document.refresh_from_db()
    assert document.attached_to is None


def test_a_deleted_one_is_not_served(client, territory):
    document = DocumentFactory(territory=territory)
    delete = reverse("coordination:document_delete", args=[territory.pk, document.pk])
    assert client.get(delete).status_code == 200
    client.post(delete)
    assert client.get(document.get_absolute_url()).status_code == 404
    assert default_storage.exists(document.file.name)
    records.restore_record(record=document, by=territory.coordinators.get().user)
    response = client.get(document.get_absolute_url())
    list(response)  # a file is closed once read
    assert response.status_code == 200


def test_one_whose_file_is_missing_is_not_found(client, territory):
    document = DocumentFactory(territory=territory)
    default_storage.delete(document.file.name)
    assert client.get(document.get_absolute_url()).status_code == 404


def test_no_file_stays_without_its_row(territory):
    file = SimpleUploadedFile("a.pdf", PDF)
    document = Document(territory=territory, title="x" * 200, created_by=None)
    accepted = Accepted("a.pdf", "application/pdf", -1)  # the database refuses the size
    with pytest.raises(Exception, match="size"):
        documents.add_document(document=document, file=file, accepted=accepted, by=territory.coordinators.get().user)
    assert not Document.objects.exists()
    assert default_storage.listdir(f"documents/{territory.pk}") == ([], [])


def test_a_title_is_text(client, territory):
    DocumentFactory(territory=territory, title="<script>alert(1)</script>")
    page = client.get(reverse("coordination:document_list", args=[territory.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_queries_of_the_list_do_not_grow(client, territory, django_assert_num_queries):
    address = reverse("coordination:document_list", args=[territory.pk])

    def fill() -> None:
        DocumentFactory(territory=territory, mapping=MappingFactory(territory=territory))
        DocumentFactory(territory=territory, meeting=MeetingFactory(territory=territory))

    fill()
    with django_assert_num_queries(6):
        client.get(address)
    fill()
    fill()
    with django_assert_num_queries(6):
        client.get(address)
