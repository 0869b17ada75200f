"""Frozen reports: whole, numbered, hashed, never changed."""

import hashlib
import json
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from accounts.history import history_of
from evaluation import operations
from evaluation.evidence import read
from evaluation.models import Criterion, Evaluation, Rendering, ReportSnapshot
from evaluation.models.reports import AlteredError, FrozenError
from evaluation.report import from_json
from evaluation.reporting.blocks import Matrix, MatrixColumn, MatrixRow
from evaluation.reporting.comparing import compare
from evaluation.reporting.layout import arrange, comment, layout
from evaluation.reporting.outline import Report
from evaluation.reporting.release import Release
from evaluation.reporting.snapshots import freeze
from evaluation.workbook import importing
from tests.evaluation.test_report import fill, words_of
from tests.factories import CaseFactory, EvaluationFactory, EvidenceFactory, RenderingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(is_staff=True, name="Camille Fictive")


@pytest.fixture
def sessions_1_3(settings) -> Evaluation:
    importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
    return Evaluation.objects.get()


def frozen(evaluation, by, **options) -> ReportSnapshot:
    return freeze(evaluation=evaluation, title="Rapport d’essai", by=by, **options)


def test_a_snapshot_is_canonical_hashed_and_numbered(sessions_1_3, staff):
    first, second = frozen(sessions_1_3, staff), frozen(sessions_1_3, staff)
    assert (first.number, second.number) == (1, 2)
    assert first.sha256 == hashlib.sha256(first.content.encode()).hexdigest()
    assert first.content == json.dumps(
        json.loads(first.content), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    edition = from_json(first.as_values).edition
    assert (edition.number, edition.title, edition.author) == (1, "Rapport d’essai", "Camille Fictive")
    assert [event.action for event in history_of(first)] == ["rapport figé"]


def test_each_evaluation_has_its_own_numbers(staff):
    assert [frozen(EvaluationFactory(), staff).number for _ in range(2)] == [1, 1]


def test_a_snapshot_holds_every_figure_of_the_contract(sessions_1_3, staff):
    """Derived from what the evaluation reads: no figure is written here."""
    report = from_json(frozen(sessions_1_3, staff).as_values)
    figures = read(sessions_1_3).figures
    assert [figure.code for figure in report.figures] == list(figures)
    for figure in report.figures:
        expected = figures[figure.code]
        assert (figure.count.certain, figure.count.possible) == (expected.certain, expected.possible)
        assert (figure.published, figure.status) == (expected.published, expected.status.value)
    assert {(row.session, row.territory): row.cells for row in report.matrix.rows} == {
        (row.session, row.name): {code: cell.verdict.code for code, cell in row.cells.items()}
        for row in read(sessions_1_3).matrix.rows
    }


def test_what_changes_afterwards_is_in_the_next_one_only(sessions_1_3, staff):
    before = frozen(sessions_1_3, staff)
    content = before.content
    case = sessions_1_3.cases.get(label="Savigny-le-Temple")
    meeting = Criterion.objects.get(code="meeting")
    operations.rule(case=case, criterion=meeting, value="yes", reason="Compte rendu lu.", by=staff)
    after = frozen(sessions_1_3, staff)
    before.refresh_from_db()
    assert before.content == content
    counts = [from_json(one.as_values).figure("meeting").count for one in (before, after)]
    assert counts[0].certain + 1 == counts[1].certain == counts[1].possible


def test_the_same_records_freeze_to_the_same_figures(sessions_1_3, staff):
    values = [frozen(sessions_1_3, staff).as_values for _ in range(2)]
    for value in values:
        del value["edition"]
    assert values[0] == values[1]


def test_a_snapshot_is_never_changed(staff):
    snapshot = frozen(EvaluationFactory(), staff)
    snapshot.title = "Autre"
    with pytest.raises(FrozenError):
        snapshot.save()
    with pytest.raises(FrozenError):
        ReportSnapshot.objects.update(title="Autre")
    with pytest.raises(FrozenError):
        ReportSnapshot.objects.bulk_update([snapshot], ["title"])
    assert ReportSnapshot.objects.get().title == "Rapport d’essai"


def test_a_snapshot_is_never_deleted_nor_the_evaluation_that_has_one(staff):
    snapshot = frozen(EvaluationFactory(), staff)
    for wrong in (snapshot.delete, ReportSnapshot.objects.all().delete, snapshot.evaluation.snapshots.all().delete):
        with pytest.raises(FrozenError):
            wrong()
    with pytest.raises(ProtectedError):
        Evaluation.objects.all().delete()
    assert ReportSnapshot.objects.get() == snapshot


def test_a_snapshot_altered_in_the_database_says_so(staff):
    snapshot = frozen(EvaluationFactory(), staff)
    assert snapshot.is_intact
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_reportsnapshot SET content = %s", ['{"trained":99}'])
    altered = ReportSnapshot.objects.get()
    assert not altered.is_intact
    with pytest.raises(AlteredError):
        _ = altered.as_values


def test_a_public_snapshot_names_no_person(staff):
    evaluation = EvaluationFactory()
    case = fill(evaluation, 1)
    snapshot = frozen(evaluation, staff, release=Release(True, 3, frozenset({case.pk})))
    assert (snapshot.public, snapshot.threshold, snapshot.named) == (True, 3, [case.pk])
    assert not [text for text in words_of(snapshot.as_values) if "Camille" in text]


@pytest.mark.parametrize("wrong", [{"public": True, "threshold": 2}, {"public": False, "threshold": 3}])
def test_a_public_one_has_a_threshold_and_only_a_public_one(wrong, staff):
    evaluation = EvaluationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportSnapshot.objects.create(evaluation=evaluation, number=1, by=staff, content="{}", sha256="0", **wrong)


def test_a_number_is_taken_once(staff):
    evaluation = EvaluationFactory()
    frozen(evaluation, staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportSnapshot.objects.create(evaluation=evaluation, number=1, by=staff, content="{}", sha256="0")


@pytest.mark.parametrize(
    "second", [{"format": "pdf", "state": "queued"}, {"format": "slides", "state": "done", "file": ""}]
)
def test_a_format_is_made_once_and_done_with_a_file(second, staff):
    snapshot = frozen(EvaluationFactory(), staff)
    RenderingFactory(snapshot=snapshot)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rendering.objects.create(snapshot=snapshot, by=staff, **second)


def test_one_format_at_a_time_for_a_snapshot(staff):
    snapshot = frozen(EvaluationFactory(), staff)
    Rendering.objects.create(snapshot=snapshot, by=staff, format="pdf", state="running")
    Rendering.objects.create(snapshot=frozen(EvaluationFactory(), staff), by=staff, format="pdf", state="running")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rendering.objects.create(snapshot=snapshot, by=staff, format="slides", state="running")


# Sections and commentaries ------------------------------------------------------------------------


def test_a_snapshot_has_the_sections_chosen_in_their_order_with_their_commentary(staff):
    evaluation = EvaluationFactory()
    case = fill(evaluation, 1)
    places = {place.code: 10 for place in layout(evaluation)} | {"success": 1, "brakes": 2}
    arrange(evaluation=evaluation, shown={"brakes", "success"}, places=places, by=staff)
    comment(evaluation=evaluation, code="brakes", text=" Un **mot**. ", by=staff)
    sections = from_json(frozen(evaluation, staff).as_values).sections
    assert [section.code for section in sections] == ["success", "brakes"]
    assert (sections[1].commentary.text, sections[1].commentary.is_outdated) == ("Un **mot**.", False)
    EvidenceFactory(case=case, criterion_id="brake.politics.no_support")
    assert from_json(frozen(evaluation, staff).as_values).sections[1].commentary.is_outdated
    comment(evaluation=evaluation, code="brakes", text="Un **mot**.", by=staff)
    assert not from_json(frozen(evaluation, staff).as_values).sections[1].commentary.is_outdated
    assert [event.action for event in history_of(evaluation)] == [
        "rapport\u00a0: commentaire",
        "rapport\u00a0: choix des rubriques",
    ]


def test_sections_that_nobody_placed_come_last_in_their_usual_order(staff):
    evaluation = EvaluationFactory()
    usual = [place.code for place in layout(evaluation)]
    evaluation.report_sections.create(code="evidence", position=1)
    assert [place.code for place in layout(evaluation)] == ["evidence", *(c for c in usual if c != "evidence")]


# Comparison ---------------------------------------------------------------------------------------


def test_a_comparison_tells_what_each_territory_gained_lost_or_let_go_dormant(staff):
    evaluation = EvaluationFactory()
    gains, loses, sleeps = (CaseFactory(evaluation=evaluation) for _ in range(3))
    for case in (gains, loses, sleeps):
        EvidenceFactory(case=case, criterion_id="diagnostic", source="questionnaire", value="no")
    lost = EvidenceFactory(case=loses, criterion_id="mapping")
    EvidenceFactory(case=sleeps, criterion_id="meeting")
    active = EvidenceFactory(case=sleeps, criterion_id="still_active")
    before = from_json(frozen(evaluation, staff).as_values)
    EvidenceFactory(case=gains, criterion_id="mutualisation")
    EvidenceFactory(case=gains, criterion_id="brake.people.turnover", value="unknown")
    lost.delete()
    active.value = "no"
    active.save()
    newcomer = CaseFactory(evaluation=evaluation)
    comparison = compare(before, from_json(frozen(evaluation, staff).as_values))
    found = {change.territory: change for change in comparison.territories}
    assert set(found) == {gains.label, loses.label, sleeps.label}
    assert found[gains.label].gained == ["Projet de mutualisation"]
    assert found[gains.label].others == ["Départs ou postes vacants\u00a0: non signalé → à vérifier"]
    assert (found[loses.label].lost, found[loses.label].gained) == (["Cartographie"], [])
    assert (found[sleeps.label].dormant, found[sleeps.label].lost) == (True, [])
    assert comparison.added == [f"{newcomer.label} (session {newcomer.participation.session.number})"]
    assert comparison.removed == []
    assert {change.label: (change.before, change.after) for change in comparison.figures}["Cartographie"] == (
        "1 sur 3",
        "0 sur 4",
    )


def report_of(*rows) -> Report:
    """A report of which only the matrix speaks: ``rows`` are (code, verdict on a mapping, on a meeting, active)."""
    columns = [
        MatrixColumn(code, code, "activity", "", wording)
        for code, wording in (("mapping", "done"), ("meeting", "done"), ("still_active", "stated"))
    ]
    lines = [
        MatrixRow(code, 1, code, "93", True, active, {"mapping": mapping, "meeting": meeting, "still_active": active})
        for code, mapping, meeting, active in rows
    ]
    return Report("essai", "Essai", "2025-12-31", "", len(rows), [], Matrix("", "", columns, lines, {}), [])


VERDICTS = ("no", "no_answer", "uncertain", "yes")
GAINED = {("no", "yes"), ("no_answer", "yes")}
LOST = {("yes", "no")}


@pytest.mark.parametrize("change", list(product(VERDICTS, repeat=2)), ids=" to ".join)
def test_a_doubt_is_neither_gained_nor_lost(change):
    before, after = (report_of(("A", verdict, "no", "no")) for verdict in change)
    found = compare(before, after)
    if change[0] == change[1]:
        assert found.is_empty
        return
    (territory,) = found.territories
    assert bool(territory.gained) == (change in GAINED)
    assert bool(territory.lost) == (change in LOST)
    assert bool(territory.others) == (change not in GAINED | LOST)
    assert not territory.dormant


@pytest.mark.parametrize(
    ("meeting", "active", "dormant", "lost"),
    [
        ("yes", "no", True, []),
        ("yes", "uncertain", False, []),
        ("no", "no", False, ["meeting", "still_active"]),  # it turns out never to have met
    ],
)
def test_what_sleeps_did_meet(meeting, active, dormant, lost):
    before, after = report_of(("A", "no", "yes", "yes")), report_of(("A", "no", meeting, active))
    (territory,) = compare(before, after).territories
    assert (territory.dormant, territory.lost) == (dormant, lost)


def test_a_territory_that_one_report_alone_counts_is_told_apart():
    before, after = report_of(("A", "yes", "no", "no")), report_of(("B", "no", "no", "no"))
    found = compare(before, after)
    assert (found.added, found.removed, found.territories) == (["B (session 1)"], ["A (session 1)"], [])


def test_a_report_compared_with_itself_has_no_change(sessions_1_3, staff):
    report = from_json(frozen(sessions_1_3, staff).as_values)
    assert compare(report, report).is_empty
