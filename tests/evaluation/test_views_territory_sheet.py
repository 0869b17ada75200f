"""The page that prints a territory's own sheet (``evaluation/views/territory_sheet.py``)."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from tests.evaluation.test_rendering_pdf import bare
from tests.factories import CaseFactory, CoordinatorFactory, EvaluationFactory, EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases():
    evaluation = EvaluationFactory(code="essai")
    found = [CaseFactory(evaluation=evaluation, label=name) for name in ("Épinal-Exemple", "Saint-Ailleurs")]
    for case in found:
        EvidenceFactory(case=case, criterion_id="meeting", source="interview", quote=f"Dit à {case.label}.")
    return found


def opened(client, case):
    response = client.get(reverse("evaluation:territory_sheet", args=["essai", case.pk]))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    return response, bare(text)


def test_a_coordinator_prints_their_territory_s_sheet_and_reads_of_no_other(client, cases):
    ours, other = cases
    client.force_login(CoordinatorFactory(territory=ours.participation.territory).user)
    response, text = opened(client, ours)
    assert response["Content-Disposition"] == 'inline; filename="fiche-epinal-exemple-essai.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    assert bare("Dit à Épinal-Exemple.") in text
    assert bare("Saint-Ailleurs") not in text
    assert client.get(reverse("evaluation:territory_sheet", args=["essai", other.pk])).status_code == 404


def test_it_tells_the_records_as_they_stand(client, cases):
    client.force_login(UserFactory(is_staff=True))
    case = cases[0]
    _, before = opened(client, case)
    EvidenceFactory(case=case, criterion_id="brake.people.turnover", source="interview", quote="Deux départs.")
    _, after = opened(client, case)
    assert bare("Deux départs.") in after
    assert bare("Deux départs.") not in before


def test_a_case_that_figures_do_not_count_has_none(client, cases):
    client.force_login(UserFactory(is_staff=True))
    case = cases[0]
    case.in_scope = False
    case.save()
    assert client.get(reverse("evaluation:territory_sheet", args=["essai", case.pk])).status_code == 404
    assert "Fiche à imprimer" not in client.get(reverse("evaluation:case", args=["essai", case.pk])).content.decode()
