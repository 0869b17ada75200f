"""``evaluation_report CODE --output FILE`` (contract, "Commands")."""

import pytest
from django.core.management import CommandError, call_command

from accounts.audit import subject_of
from accounts.models import AuditEntry
from evaluation.models import ReportSnapshot
from evaluation.report import Chosen, as_json, build, canonical
from evaluation.reporting.formats import FORMATS, Format
from tests.evaluation.test_report import fill
from tests.factories import EvaluationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    evaluation = EvaluationFactory(code="essai")
    fill(evaluation, 1)
    return evaluation


@pytest.fixture(autouse=True)
def light_pdf(monkeypatch):
    plain = Format("pdf", "PDF", ".pdf", "application/pdf", "tests.evaluation.plain_format")
    monkeypatch.setitem(FORMATS, "pdf", plain)


def test_writes_the_report_as_it_stands_and_freezes_nothing(evaluation, tmp_path, capsys):
    evaluation.report_sections.create(code="brakes", position=1)
    evaluation.report_sections.create(code="matrix", position=2, is_shown=False)
    call_command("evaluation_report", "ESSAI", "--output", str(tmp_path / "r.PDF"))
    written = (tmp_path / "r.PDF").read_text()
    sections = [section.code for section in build(evaluation).sections if section.code not in {"brakes", "matrix"}]
    expected = build(evaluation, chosen=[Chosen("brakes"), *map(Chosen, sections)])
    assert written == canonical(as_json(expected))
    assert "r.PDF" in capsys.readouterr().out
    assert not ReportSnapshot.objects.exists()
    noted = AuditEntry.objects.get()
    assert (noted.action, noted.subject, noted.by) == ("export du rapport", subject_of(evaluation), None)


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        ("essai", "r.txt", "Le nom du fichier doit finir par .pdf, .pptx, .xlsx."),
        ("autre", "r.pdf", "Aucune évaluation n'a le code"),
        ("essai", "no/such/folder/r.pdf", "Impossible d'écrire"),
    ],
)
def test_tells_why_it_cannot(evaluation, tmp_path, code, name, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("evaluation_report", code, "--output", str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []
    assert not AuditEntry.objects.exists()
