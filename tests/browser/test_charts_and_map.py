"""Charts and the map draw under a strict content security policy; every page of theirs is walked at both widths."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from evaluation import criteria
from evaluation.models import Criterion, Evaluation, Family
from evaluation.workbook import importing
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
POLICY = "default-src 'self'; img-src 'self' data: https://data.geopf.fr; base-uri 'none'; object-src 'none'"
CHARTS = ["brakes", "success", "sessions"]
NO_CHART = ["outcomes", "map"]


@pytest.fixture
def evaluation() -> Evaluation:
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    return importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3")).evaluation


@pytest.fixture
def strict(sign_in):
    """``strict(page, user)``: signs in, and lets the pages do only what the policy allows."""

    def strict(page: Page, user) -> None:
        sign_in(page, user)
        page.route("**/evaluations/**", with_policy)

    return strict


def with_policy(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, headers=response.headers | {"content-security-policy": POLICY})


def address(evaluation: Evaluation, name: str, *args) -> str:
    return reverse(f"evaluation:{name}", args=[evaluation.code, *args])


@pytest.mark.parametrize("name", [*CHARTS, *NO_CHART])
def test_each_page_is_accessible(page_at_each_width, strict, assert_accessible, evaluation, name):
    page = page_at_each_width
    strict(page, UserFactory(is_steering_reader=True))
    page.goto(address(evaluation, name))
    if name in CHARTS:
        page.get_by_role("button", name="Enregistrer en PNG").wait_for()
    if name == "map":
        page.locator(".leaflet-marker-icon").first.wait_for()
    assert_accessible(page)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_draws_in_the_sites_font_and_closes_its_table(page, strict, evaluation, name):
    strict(page, UserFactory(is_steering_reader=True))
    page.goto(address(evaluation, name))
    drawing = page.locator(".chart-drawing svg")
    expect(drawing).to_be_visible()
    font = drawing.locator("text").first.evaluate("text => getComputedStyle(text).fontFamily")
    assert font.startswith('"Atkinson Hyperlegible"')
    expect(page.locator("figure.chart details")).not_to_have_attribute("open", "")
    page.get_by_text("Les mêmes données en tableau").click()
    expect(page.locator("figure.chart table")).to_be_visible()


def test_a_chart_is_saved_as_an_image(page, strict, evaluation):
    strict(page, UserFactory(is_steering_reader=True))
    page.goto(address(evaluation, "brakes"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Enregistrer en PNG").click()
    assert download.value.suggested_filename == "freins-signales-en-nombre-de-territoires-sur-18.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_the_map_is_used_by_keyboard(page, strict, assert_accessible, evaluation):
    strict(page, UserFactory(is_steering_reader=True))
    page.goto(address(evaluation, "map"))
    marker = page.get_by_role("button", name="Bondy (session 3) : fait")
    marker.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup").get_by_role("link", name="Bondy")
    expect(link).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(marker).to_be_focused()


def test_without_javascript_the_tables_and_the_list_are_open(new_page, sign_in, evaluation):
    page = new_page(java_script_enabled=False)
    sign_in(page, UserFactory(is_steering_reader=True))
    page.goto(address(evaluation, "brakes"))
    expect(page.locator("figure.chart table")).to_be_visible()
    page.goto(address(evaluation, "map"))
    expect(page.locator(".map")).to_be_hidden()
    expect(page.get_by_role("main").get_by_role("link", name="Bondy")).to_be_visible()
    page.get_by_label("Ce que montre la carte").select_option("brake.politics.no_support")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_role("heading", name="Pas de soutien politique")).to_be_visible()


def test_the_teams_pages_are_accessible(page_at_each_width, strict, assert_accessible, evaluation):
    page = page_at_each_width
    strict(page, UserFactory(is_staff=True))
    case = evaluation.cases.get(label="Bondy")
    evidence = case.evidence.first()
    figure = evaluation.published_figures.first()
    pages = [
        *(reverse(f"evaluation:{name}") for name in ("evaluation_create", "criteria", "family_add", "criterion_add")),
        reverse("evaluation:criterion_edit", args=["meeting"]),
        *(address(evaluation, name) for name in ("evaluation_edit", "evaluation_scope", "published_figures")),
        address(evaluation, "published_figure_add"),
        address(evaluation, "published_figure_delete", figure.pk),
        *(address(evaluation, name, case.pk) for name in ("case_rename", "respondents_edit", "interview_edit")),
        address(evaluation, "evidence_add", case.pk, "meeting"),
        address(evaluation, "evidence_edit", evidence.pk),
        address(evaluation, "evidence_delete", evidence.pk),
    ]
    for found in pages:
        page.goto(found)
        assert_accessible(page)
    page.goto(address(evaluation, "evidence_add", case.pk, "meeting"))
    page.get_by_role("button", name="Ajouter le constat").click()
    page.get_by_text("À corriger avant de continuer").wait_for()
    assert_accessible(page)
