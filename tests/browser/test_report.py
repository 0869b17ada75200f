"""The report's pages: accessible at each width; prepared, frozen and read without JavaScript; opened by a link."""

import pytest
from django.urls import reverse

from evaluation import criteria
from evaluation.models import Criterion, Family, Recommendation, Rendering, ReportSnapshot
from evaluation.reporting import layout, readers
from evaluation.reporting.snapshots import freeze
from tests.evaluation.test_report import fill
from tests.factories import EvaluationFactory, EvidenceFactory, RenderingFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def evaluation(staff):
    """With two snapshots that differ, a commentary that figures outran, each state of a format, a recommendation."""
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    evaluation = EvaluationFactory(code="essai", title="Évaluation d’un titre assez long pour passer à la ligne")
    case = fill(evaluation, 1)
    fill(evaluation, 2)
    layout.comment(evaluation=evaluation, code="brakes", text="Un **mot**.\n\n- un\n- deux", by=staff)
    Recommendation.objects.create(evaluation=evaluation, heading="Continuer", text="- un", funding="à trouver")
    first = freeze(evaluation=evaluation, title="Premier", by=staff)
    EvidenceFactory(case=case, criterion_id="diagnostic")
    EvidenceFactory(case=case, criterion_id="brake.people.lack_of_time")
    freeze(evaluation=evaluation, title="Second", by=staff)
    RenderingFactory(snapshot=first)
    Rendering.objects.create(snapshot=first, format="slides", by=staff, state="failed", failure="Il manque une police.")
    return evaluation


def page_of(name, *args):
    return reverse(f"evaluation:{name}", args=["essai", *args])


def test_pages_are_accessible(page_at_each_width, assert_accessible, sign_in, staff, evaluation):
    page = page_at_each_width
    sign_in(page, staff)
    readers.invite(snapshot=ReportSnapshot.objects.get(number=1), recipient="copil@exemple.test", days=3, by=staff)
    recommendation = evaluation.recommendations.get()
    for address in (
        page_of("report"),
        page_of("report_preview"),
        page_of("report_commentary", "brakes"),
        page_of("report_freeze"),
        page_of("recommendations"),
        page_of("recommendation_edit", recommendation.pk),
        page_of("recommendation_delete", recommendation.pk),
        page_of("snapshot", 1),
        page_of("snapshot_read", 1),
        page_of("snapshot_compare", 2),
        page_of("snapshot_links", 1),
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        assert_accessible(page)


def test_a_link_opens_the_report(page_at_each_width, assert_accessible, staff, evaluation):
    page = page_at_each_width
    snapshot = ReportSnapshot.objects.get(number=1)
    token = readers.invite(snapshot=snapshot, recipient="copil@exemple.test", days=3, by=staff)
    page.goto(reverse("evaluation:shared_report", args=[token]))
    assert_accessible(page)
    page.get_by_role("button", name="Lire le rapport").click()
    page.get_by_role("heading", name="Les freins rencontrés", exact=True).wait_for()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_report_is_prepared_and_frozen_without_javascript(new_page, sign_in, staff, evaluation):
    page = new_page(java_script_enabled=False)
    sign_in(page, staff)
    page.goto(page_of("report"))
    page.get_by_role("button", name="Descendre La formation et son histoire").click()
    places = [place.code for place in layout.layout(evaluation)]
    assert places.index("training") == 1
    page.get_by_label("dans le rapport\u00a0: Glossaire").uncheck()
    page.get_by_role("button", name="Enregistrer les rubriques").click()
    assert not next(place for place in layout.layout(evaluation) if place.code == "glossary").is_shown
    page.get_by_role("link", name="Figer un rapport").click()
    page.get_by_role("button", name="Figer le rapport").click()
    page.get_by_role("heading", name="Rapport n° 3").wait_for()
    page.get_by_role("button", name="Préparer Classeur").click()
    page.get_by_role("link", name="Où en est-on").wait_for()
