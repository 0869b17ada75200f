"""The report's pages, for the team and for steering readers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.history import history_of
from evaluation.models import Recommendation, Rendering, ReportSection, ReportSnapshot
from evaluation.report import SECTIONS, build, from_json
from evaluation.reporting import readers
from evaluation.reporting.layout import layout
from evaluation.reporting.release import Release
from evaluation.reporting.snapshots import freeze
from tests.evaluation.test_report import fill
from tests.factories import EvaluationFactory, EvidenceFactory, RenderingFactory, UserFactory
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return user


@pytest.fixture
def evaluation():
    evaluation = EvaluationFactory(code="essai")
    fill(evaluation, 1)
    return evaluation


def page(name, *args):
    return reverse(f"evaluation:{name}", args=["essai", *args])


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def arrangement(**places):
    usual = {code: rank for rank, code in enumerate(SECTIONS, start=1)}
    return {f"place_{code}": place for code, place in (usual | places).items()}


# Sections -----------------------------------------------------------------------------------------


def test_sections_are_chosen_and_ordered_by_number(client, staff, evaluation):
    client.post(page("report_arrange"), {"shown": ["brakes", "success"], **arrangement(success=1, training=99)})
    places = layout(evaluation)
    assert [place.code for place in places if place.is_shown] == ["success", "brakes"]
    assert places[-1].code == "training"


@pytest.mark.parametrize(("move", "expected"), [("down-training", 1), ("up-training", 0), ("up-unknown", 0)])
def test_a_button_moves_a_section_by_one(client, staff, evaluation, move, expected):
    client.post(page("report_arrange"), {"shown": list(SECTIONS), "move": move, **arrangement()})
    assert [place.code for place in layout(evaluation)].index("training") == expected


@pytest.mark.parametrize("typed", [{"shown": []}, {"place_brakes": "zéro"}, {"place_brakes": "0"}])
def test_what_cannot_be_placed_is_told_and_nothing_typed_is_lost(client, staff, evaluation, typed):
    response = client.post(page("report_arrange"), {"shown": ["brakes"], **arrangement(success=77), **typed})
    assert refusals(response)
    assert 'value="77"' in texts(response)
    assert not ReportSection.objects.exists()


def test_a_commentary_is_previewed_then_kept_then_marked_when_figures_change(client, staff, evaluation):
    url = page("report_commentary", "brakes")
    shown = client.post(url, {"text": "Un **mot** <b>brut</b>.", "preview": "1"})
    assert "<p>Un <strong>mot</strong> &lt;b&gt;brut&lt;/b&gt;.</p>" in texts(shown)
    assert not ReportSection.objects.exists()
    client.post(url, {"text": "Un **mot**."})
    assert "les chiffres ont changé depuis" not in texts(client.get(page("report")))
    EvidenceFactory(case=evaluation.cases.get(), criterion_id="brake.politics.no_support")
    assert "les chiffres ont changé depuis" in texts(client.get(page("report")))
    assert "Les chiffres de cette rubrique ont changé" in texts(client.get(url))
    assert "Les freins rencontrés" in texts(client.get(page("report_freeze")))


def test_a_section_that_does_not_exist_has_no_commentary(client, staff, evaluation):
    assert client.get(page("report_commentary", "rien")).status_code == 404


def test_the_preview_shows_what_would_be_frozen(client, staff, evaluation):
    client.post(page("report_arrange"), {"shown": ["brakes", "success"], **arrangement()})
    response = client.get(page("report_preview"))
    assert [drawn.section.code for drawn in response.context["sections"]] == ["brakes", "success"]


def test_the_screen_has_the_spaces_and_apostrophes_of_print(client, staff, evaluation):
    evaluation.cases.update(label="Val-d'Exemple")
    response = client.get(page("report_preview"))
    cards = [one.block for d in response.context["sections"] for one in d.blocks if one.block.kind == "cards"]
    assert cards[0].cards[0].name == "Val-d’Exemple"
    assert "territoire sur\N{NO-BREAK SPACE}1 a mis" in response.content.decode()


# Freezing -----------------------------------------------------------------------------------------


def test_freezing_keeps_a_snapshot_and_opens_it(client, staff, evaluation):
    response = client.post(page("report_freeze"), {"title": "Rapport d’essai", "public": "non"})
    snapshot = ReportSnapshot.objects.get()
    assert response.url == page("snapshot", 1)
    assert (snapshot.title, snapshot.by, snapshot.public) == ("Rapport d’essai", staff, False)


def test_a_public_one_names_those_ticked_and_the_next_one_proposes_them(client, staff, evaluation):
    cases = [evaluation.cases.get(), *(fill(evaluation, number) for number in (2, 3, 4))]
    form = {"title": "Rapport public", "public": "oui", "threshold": "3", "named": [cases[0].pk]}
    client.post(page("report_freeze"), form)
    snapshot = ReportSnapshot.objects.get()
    assert (snapshot.public, snapshot.threshold, snapshot.named) == (True, 3, [cases[0].pk])
    assert [row.territory for row in from_json(snapshot.as_values).matrix.rows] == [cases[0].label]
    assert client.get(page("report_freeze")).context["form"]["named"].initial == [cases[0].pk]


def test_commentaries_are_to_be_read_again_before_publishing(client, staff, evaluation):
    assert page("report_commentary", "brakes") not in texts(client.get(page("report_freeze")))
    client.post(page("report_commentary", "brakes"), {"text": "Un **mot**."})
    assert page("report_commentary", "brakes") in texts(client.get(page("report_freeze")))


def test_few_unnamed_territories_are_refused(client, staff, evaluation):
    cases = [evaluation.cases.get(), *(fill(evaluation, number) for number in (2, 3, 4))]
    form = {"title": "Rapport public", "public": "oui", "threshold": "3", "named": [case.pk for case in cases[:2]]}
    assert set(refusals(client.post(page("report_freeze"), form))) == {"named"}
    assert set(refusals(client.post(page("report_freeze"), form | {"threshold": ""}))) == {"threshold"}
    assert not ReportSnapshot.objects.exists()


# Snapshots ----------------------------------------------------------------------------------------


@pytest.fixture
def snapshot(evaluation):
    return freeze(evaluation=evaluation, title="Rapport d’essai", by=UserFactory(is_staff=True))


@pytest.fixture
def reader(client):
    user = UserFactory(is_steering_reader=True)
    client.force_login(user)
    return user


def test_a_steering_reader_finds_frozen_reports_and_their_files_and_edits_nothing(client, reader, snapshot):
    RenderingFactory(snapshot=snapshot)
    listed = texts(client.get(page("report")))
    assert "Rapport n° 1" in listed
    assert "Figer" not in listed
    shown = texts(client.get(page("snapshot", 1)))
    assert page("rendering_file", 1, "pdf") in shown
    assert page("rendering_ask", 1, "slides") not in shown
    assert page("snapshot_links", 1) not in shown
    assert b"".join(client.post(page("rendering_file", 1, "pdf"))) == b"%PDF-1.7"


def test_a_snapshot_reads_as_it_was_frozen(client, reader, snapshot):
    EvidenceFactory(case=snapshot.evaluation.cases.get(), criterion_id="brake.associations.competition")
    response = client.get(page("snapshot_read", 1))
    assert response.context["report"] == from_json(snapshot.as_values)
    assert response.context["report"].sections != build(snapshot.evaluation).sections


def alter(snapshot):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_reportsnapshot SET content = '{}' WHERE id = %s", [snapshot.pk])


def test_nothing_is_shown_of_an_altered_snapshot(client, reader, snapshot):
    freeze(evaluation=snapshot.evaluation, title="Suivant", by=snapshot.by)
    alter(snapshot)
    assert client.get(page("snapshot_read", 1)).url == page("snapshot", 1)
    for url in (page("snapshot_compare", 1), page("snapshot_compare", 2)):
        assert client.get(url).url == page("snapshot", 1)
    assert "modifié hors du site" in texts(client.get(page("snapshot", 1)))


def test_a_link_shows_nothing_of_an_altered_snapshot(client, snapshot):
    token = readers.invite(snapshot=snapshot, recipient="copil@exemple.test", days=3, by=snapshot.by)
    client.post(reverse("evaluation:shared_report", args=[token]))
    alter(snapshot)
    response = client.get(reverse("evaluation:shared_report_read", args=[token]))
    assert (response.status_code, "modifié hors du site" in texts(response)) == (409, True)


def test_a_snapshot_is_not_found_under_another_evaluation(client, staff, snapshot):
    other = EvaluationFactory()
    assert client.get(reverse("evaluation:snapshot", args=[other.code, snapshot.number])).status_code == 404


def test_a_format_is_asked_for_once_and_its_progress_shown(client, staff, snapshot):
    for _ in range(2):
        assert client.post(page("rendering_ask", 1, "pdf")).url == page("snapshot", 1)
    rendering = Rendering.objects.get()
    assert (rendering.state, rendering.by) == ("queued", staff)
    shown = texts(client.get(page("snapshot", 1), headers={"HX-Request": "true"}))
    assert "<html" not in shown
    assert "hx-get" in shown
    Rendering.objects.update(state="failed", failure="Il manque une police.")
    shown = texts(client.get(page("snapshot", 1)))
    assert "Il manque une police." in shown
    assert "Essayer de nouveau" in shown
    assert client.post(page("rendering_ask", 1, "exe")).status_code == 404


def test_a_format_that_is_not_made_cannot_be_downloaded(client, staff, snapshot):
    Rendering.objects.create(snapshot=snapshot, format="pdf", by=staff)
    assert client.post(page("rendering_file", 1, "pdf")).status_code == 404


def test_two_snapshots_are_compared(client, reader, snapshot):
    case = snapshot.evaluation.cases.get()
    EvidenceFactory(case=case, criterion_id="diagnostic")
    freeze(evaluation=snapshot.evaluation, title="Suivant", by=snapshot.by)
    for url in (page("snapshot_compare", 2), f"{page('snapshot_compare', 1)}?avec=2"):
        comparison = client.get(url).context["comparison"]
        (change,) = comparison.territories
        assert (change.territory, change.gained) == (case.label, ["Diagnostic de territoire"])
    assert client.get(f"{page('snapshot_compare', 1)}?avec=9").status_code == 404


def test_a_snapshot_alone_says_so(client, reader, snapshot):
    assert "Aucun autre rapport à comparer" in texts(client.get(page("snapshot_compare", 1)))


def test_a_public_snapshot_is_compared_with_public_ones_alone(client, reader, snapshot):
    """What a public one leaves out would seem lost."""
    freeze(evaluation=snapshot.evaluation, title="Public", by=snapshot.by, release=Release(True, 3, frozenset()))
    assert client.get(page("snapshot_compare", 2)).context["comparison"] is None
    assert client.get(f"{page('snapshot_compare', 2)}?avec=1").status_code == 404


def test_a_link_is_shown_once_and_its_openings_listed(client, staff, snapshot):
    response = client.post(page("snapshot_links", 1), {"recipient": "Copil@exemple.test", "days": "30"})
    address = response.context["address"]
    token = address.rstrip("/").rpartition("/")[2]
    readers.note_opening(reader=readers.find(token), what="read")
    shown = texts(client.get(page("snapshot_links", 1)))
    assert token not in shown
    assert shown.count("copil@exemple.test") >= 2
    client.post(page("snapshot_link_revoke", 1), {"recipient": "copil@exemple.test"})
    assert readers.find(token) is None


# Recommendations ----------------------------------------------------------------------------------


def recommend(client, heading, kind="recommendation"):
    client.post(page("recommendation_add"), {"kind": kind, "heading": heading, "text": "- un", "funding": "à trouver"})
    return Recommendation.objects.get(heading=heading)


def headings(evaluation):
    return [one.heading for one in evaluation.recommendations.all()]


def test_recommendations_are_written_ordered_corrected_and_removed(client, staff, evaluation):
    step = recommend(client, "Évaluer la session 4", kind="next_step")
    first, second = recommend(client, "Adapter les contenus"), recommend(client, "Former les élu·es")
    client.post(page("recommendation_move", second.pk), {"way": "up"})
    assert headings(evaluation) == ["Évaluer la session 4", "Former les élu·es", "Adapter les contenus"]
    client.post(page("recommendation_move", second.pk), {"way": "up"})  # already first
    client.post(page("recommendation_edit", first.pk), {"kind": "recommendation", "heading": "Adapter le contenu"})
    client.post(page("recommendation_delete", step.pk))
    assert headings(evaluation) == ["Former les élu·es", "Adapter le contenu"]
    actions = [event.action for event in history_of(evaluation)]
    assert actions[:2] == ["recommandation ou suite : suppression", "recommandation ou suite : correction"]
    (section,) = [s for s in build(evaluation).sections if s.code == "recommendations"]
    assert [step.heading for step in section.blocks[0].steps] == headings(evaluation)


# Costs --------------------------------------------------------------------------------------------


def test_pages_cost_the_same_queries_for_one_row_or_three(client, staff, evaluation, snapshot):
    def more():
        made = freeze(evaluation=evaluation, title="Suivant", by=UserFactory(is_staff=True))
        Recommendation.objects.create(evaluation=evaluation, heading=f"Continuer {made.number}")
        token = readers.invite(snapshot=snapshot, recipient=f"a{made.number}@exemple.test", days=3, by=made.by)
        readers.note_opening(reader=readers.find(token), what="read")
        fill(evaluation, 100 + made.number)

    more()
    urls = [page("report"), page("report_preview"), page("report_freeze"), page("recommendations")]
    urls += [page("snapshot", 1), page("snapshot_read", 1), page("snapshot_compare", 1), page("snapshot_links", 1)]
    before = {url: queries(client, url) for url in urls}
    more()
    more()
    assert {url: queries(client, url) for url in urls} == before


def test_an_evaluation_without_anything_has_a_report_page(client, staff):
    EvaluationFactory(code="essai")
    for name in ("report", "report_preview", "report_freeze", "recommendations"):
        assert client.get(page(name)).status_code == 200
