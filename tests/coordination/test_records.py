"""Every write is audited, and a deletion can be undone for 30 days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from coordination import records
from coordination.models import (
    Correction,
    Diagnostic,
    Document,
    FundingLine,
    Mapping,
    Meeting,
    Minutes,
    MutualisationProject,
    Need,
    Partner,
)
from coordination.models.record import Record
from coordination.tasks import forget_deleted
from tests.factories import (
    ActorFactory,
    DiagnosticFactory,
    DocumentFactory,
    MappingFactory,
    MeetingFactory,
    ProjectFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    user = UserFactory(name="Ana Fictive")
    user.sign_in = "code par courriel"
    return user


def audited(record) -> list[tuple]:
    entries = AuditEntry.objects.filter(subject=subject_of(record)).order_by("pk")
    return [(entry.action, entry.by, entry.sign_in, entry.changes) for entry in entries]


def test_every_kind_of_record_is_known():
    models = apps.get_app_config("coordination").get_models()
    assert set(records.RECORDS) == {model for model in models if issubclass(model, Record)}
    assert len({model.slug for model in records.RECORDS}) == len(records.RECORDS)


def test_create_keeps_what_belongs_to_the_record(by):
    diagnostic = Diagnostic(territory=TerritoryFactory(), title="Diagnostic")
    needs = [Need(source="concerned", theme="Fruits frais", count=4)]
    records.create_record(record=diagnostic, by=by, related={"needs": needs})
    diagnostic.refresh_from_db()
    assert diagnostic.created_by == by
    assert [(need.theme, need.count) for need in diagnostic.needs.all()] == [("Fruits frais", 4)]
    assert audited(diagnostic) == [("création", by, "code par courriel", {})]


def test_a_row_that_cannot_be_kept_keeps_nothing(by):
    project = MutualisationProject(territory=TerritoryFactory(), title="Projet")
    with pytest.raises(ValueError, match="unsaved related object"):
        records.create_record(record=project, by=by, related={"partners": [Partner(actor=ActorFactory.build())]})
    assert not MutualisationProject.objects.exists()
    assert not AuditEntry.objects.exists()


def test_change_tells_each_field_before_and_after(by):
    project = ProjectFactory(title="Frigo")
    old = ActorFactory(name="Épicerie")
    Partner.objects.create(project=project, actor=old, role="prête le local")
    project = MutualisationProject.objects.get(pk=project.pk)
    project.title, project.stage, project.shares_stock = "Frigo partagé", "running", True
    rows = {
        "partners": [Partner(actor=ActorFactory(name="CCAS"))],
        "funding": [FundingLine(funder="mmpt", asked=3000, deadline=date(2026, 9, 1))],
    }
    assert records.change_record(record=project, by=by, related=rows)
    project = MutualisationProject.objects.get(pk=project.pk)
    assert (project.title, project.stage, project.shares_stock) == ("Frigo partagé", "running", True)
    assert [str(partner) for partner in project.partners.all()] == ["CCAS"]
    assert [line.asked for line in project.funding.all()] == [3000]
    assert audited(project) == [
        (
            "modification",
            by,
            "code par courriel",
            {
                "intitulé": ["Frigo", "Frigo partagé"],
                "stade": ["idée", "en cours"],
                "du stockage": ["non", "oui"],
                "partenaires": ["structure : Épicerie, rôle : prête le local", "structure : CCAS"],
                "financements": [
                    "",
                    "financeur : Mieux manger pour tous (MMPT), demandé (€) : 3000, échéance : 2026-09-01",
                ],
            },
        )
    ]


def test_a_relation_that_is_not_named_stays(by):
    project = ProjectFactory()
    Partner.objects.create(project=project, actor=ActorFactory(name="Épicerie"))
    project.title = "Autre titre"
    records.change_record(record=project, by=by)
    assert [str(partner) for partner in project.partners.all()] == ["Épicerie"]


def test_change_of_the_mapped_actors_is_told_in_names(by):
    mapping = MappingFactory()
    actors = [ActorFactory(name="Amap"), ActorFactory(name="Bar")]
    records.change_record(record=mapping, by=by, related={"actors": actors})
    assert audited(mapping)[0][3] == {"acteurs recensés": ["", "Amap\nBar"]}


def test_nothing_changed_writes_nothing(by):
    diagnostic = DiagnosticFactory()
    Need.objects.create(diagnostic=diagnostic, source="concerned", theme="Lait")
    before = diagnostic.changed_at
    rows = {"needs": [Need(source="concerned", theme="Lait")]}
    assert not records.change_record(record=diagnostic, by=by, related=rows)
    diagnostic.refresh_from_db()
    assert diagnostic.changed_at == before
    assert audited(diagnostic) == []


def test_who_writes_over_what_they_did_not_read_is_told(by):
    mine = ProjectFactory(title="Avant")
    read_at = mine.changed_at
    theirs = MutualisationProject.objects.get(pk=mine.pk)
    theirs.title = "Le leur"
    records.change_record(record=theirs, by=by, read_at=read_at)
    mine.title = "Le mien"
    with pytest.raises(records.ChangedMeanwhileError) as raised:
        records.change_record(record=mine, by=by, read_at=read_at)
    assert raised.value.stored.title == "Le leur"
    assert MutualisationProject.objects.get(pk=mine.pk).title == "Le leur"
    records.change_record(record=mine, by=by, read_at=raised.value.stored.changed_at)
    assert MutualisationProject.objects.get(pk=mine.pk).title == "Le mien"


def test_writing_does_not_bring_back_what_was_deleted(by):
    mine = ProjectFactory()
    records.delete_record(record=MutualisationProject.objects.get(pk=mine.pk), by=by)
    mine.title = "Le mien"
    with pytest.raises(records.ChangedMeanwhileError):
        records.change_record(record=mine, by=by)
    assert MutualisationProject.objects.get(pk=mine.pk).deleted_at


def test_delete_then_restore_with_the_documents(by):
    mapping = MappingFactory()
    kept, gone_before = DocumentFactory(mapping=mapping), DocumentFactory(mapping=mapping)
    other = DocumentFactory(territory=mapping.territory)
    records.delete_record(record=gone_before, by=by)
    records.delete_record(record=mapping, by=by)
    assert list(Mapping.objects.alive()) == []
    assert list(Document.objects.alive()) == [other]
    assert list(Mapping.objects.in_bin()) == [mapping]
    records.restore_record(record=mapping, by=by)
    assert list(Mapping.objects.alive()) == [mapping]
    assert set(Document.objects.alive()) == {kept, other}
    assert [(action, who) for action, who, _, _ in audited(mapping)] == [("suppression", by), ("rétablissement", by)]


@pytest.mark.parametrize(("ago", "comes_back"), [(timedelta(days=29, hours=23), True), (timedelta(days=30), False)])
def test_restore_within_thirty_days(by, ago, comes_back):
    mapping = MappingFactory(deleted_at=timezone.now() - ago)
    if comes_back:
        records.restore_record(record=mapping, by=by)
    else:
        with pytest.raises(records.CannotRestoreError):
            records.restore_record(record=mapping, by=by)
    assert Mapping.objects.alive().exists() is comes_back


def test_restore_once(by):
    mapping = MappingFactory(deleted_at=timezone.now())
    records.restore_record(record=mapping, by=by)
    with pytest.raises(records.CannotRestoreError):
        records.restore_record(record=mapping, by=by)


def test_forget_what_has_been_in_the_bin_for_thirty_days(by, django_capture_on_commit_callbacks):
    old, recent = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    forgotten = MappingFactory(deleted_at=old)
    lost = DocumentFactory(mapping=forgotten, deleted_at=old)
    free = DocumentFactory(deleted_at=old)
    waiting = DocumentFactory(deleted_at=recent)
    alive = DocumentFactory()
    with django_capture_on_commit_callbacks(execute=True):
        forget_deleted()
    assert not Mapping.objects.exists()
    assert set(Document.objects.all()) == {waiting, alive}
    on_disk = {document: default_storage.exists(document.file.name) for document in (lost, free, waiting, alive)}
    assert on_disk == {lost: False, free: False, waiting: True, alive: True}


def test_forget_a_meeting_that_was_corrected():
    meeting = MeetingFactory(deleted_at=timezone.now() - timedelta(days=31))
    minutes = Minutes.objects.create(meeting=meeting, state="sent", sent_at=datetime(2026, 1, 1, tzinfo=UTC))
    attendance = meeting.attendances.create(name="Ana")
    Correction.objects.create(minutes=minutes, attendance=attendance, text="Il manque un mot.")
    forget_deleted()
    assert not Meeting.objects.exists()
    assert not Correction.objects.exists()
