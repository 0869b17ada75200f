"""The pages of an evaluation that read: list, overview, figures, gaps, matrix, case."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.coverage import Line
from evaluation.workbook import importing
from tests.factories import (
    CaseFactory,
    EvaluationFactory,
    EvidenceFactory,
    InterviewFactory,
    PublishedFigureFactory,
    RespondentsFactory,
    RulingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True))
    return client


@pytest.fixture
def sessions_1_3(settings):
    return importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3")).evaluation


def get(client, name, evaluation, *args, query="") -> tuple[str, dict]:
    """The page's words, as one reads them, and its context."""
    response = client.get(reverse(f"evaluation:{name}", args=[evaluation.code, *args]) + query)
    assert response.status_code == 200
    body = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    words = unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ").replace("’", "'")
    return " ".join(words.split()), response.context


# List ---------------------------------------------------------------------------------------------


def test_list_counts_the_cases_that_figures_count(staff):
    evaluation = EvaluationFactory(title="Première")
    CaseFactory.create_batch(2, evaluation=evaluation)
    CaseFactory(evaluation=evaluation, in_scope=False)
    CaseFactory(evaluation=evaluation, participation__status="selected")
    EvaluationFactory(title="Vide")
    response = staff.get(reverse("evaluation:evaluation_list"))
    assert {e.title: e.counted for e in response.context["evaluations"]} == {"Première": 2, "Vide": 0}


def test_list_says_what_will_be_there(client):
    for user, told in (
        (UserFactory(is_staff=True), "Importez un classeur"),
        (UserFactory(is_steering_reader=True), "pas encore ouvert"),
        (UserFactory(), "vos territoires"),
    ):
        client.force_login(user)
        shown = client.get(reverse("evaluation:evaluation_list")).content.decode()
        assert told in shown
        assert ("Nouvelle évaluation" in shown) == user.is_staff


# Overview -----------------------------------------------------------------------------------------


def test_overview_of_sessions_1_to_3(staff, sessions_1_3):
    shown, context = get(staff, "overview", sessions_1_3)
    assert "17 territoires sur 18 ont répondu ( 19 personnes ) et 9 ont eu un entretien" in shown
    assert "Sans réponse : Pierrefitte ." in shown
    assert "hors du périmètre de l'évaluation : Métropole de Nantes (session 2), Gennevilliers (session 4)" in shown
    assert context["coverage"].by_session == [
        Line("1", 6, 6, 2),
        Line("2", 3, 3, 2),
        Line("3", 9, 8, 5),
    ]
    assert {line.label: line.trained for line in context["coverage"].by_department} == {
        "Paris (75)": 1,
        "Seine-et-Marne (77)": 2,
        "Yvelines (78)": 1,
        "Essonne (91)": 2,
        "Hauts-de-Seine (92)": 2,
        "Seine-Saint-Denis (93)": 6,
        "Val-de-Marne (94)": 1,
        "Val-d'Oise (95)": 3,
    }
    assert {f.code: (f.interval, f.published, f.status.value) for f in context["key_figures"]} == {
        "any_activity": ("14 à 15", 15, "within"),
        "mapping_or_diagnostic": ("8", 8, "reconciled"),
        "mapping_or_diagnostic_then_meeting": ("6", 6, "reconciled"),
        "meeting": ("11 à 12", 11, "within"),
        "meeting_still_active": ("2 à 9", 9, "within"),
        "nothing": ("2 à 3", None, "not_published"),
    }
    assert "14 à 15 sur 18 Au moins une démarche mise en œuvre ≈ compatible avec le rapport (15)" in shown
    assert len(context["key_figures"]) + len(context["other_figures"]) == len(context["dossier"].reading.figures)


def test_filters_narrow_everything_and_drop_the_comparison(staff, sessions_1_3):
    shown, context = get(staff, "overview", sessions_1_3, query="?session=3&departement=93")
    assert "Filtres : session 3 ; département 93" in shown
    assert "3 territoires sur 4 ont répondu" not in shown
    assert "2 territoires sur 3 ont répondu ( 2 personnes )" in shown
    assert "compatible avec le rapport" not in shown
    assert "ils ne sont pas comparés ici" in shown
    assert "Nantes" not in shown
    assert context["dossier"].query == "?session=3&departement=93"


def test_filters_go_along_with_every_link_to_a_figure(staff, sessions_1_3):
    query = "?departement=93"
    response = staff.get(reverse("evaluation:overview", args=["sessions-1-3"]) + query + "&page=2&autre=1")
    links = re.findall(r'href="(/evaluations/sessions-1-3/[^"]*)"', response.content.decode())
    carrying = [link for link in links if not re.search(r"/(modifier|perimetre|classeur)/|/evaluations/[^/]*/$", link)]
    assert carrying
    assert [link for link in carrying if not link.endswith(query)] == []


def test_a_filter_that_is_no_choice_is_told_and_left_out(staff):
    evaluation = CaseFactory().evaluation
    shown, context = get(staff, "overview", evaluation, query="?session=999")
    assert "999" in shown
    assert context["coverage"].whole.trained == 1


def test_an_empty_evaluation_says_so(staff):
    evaluation = EvaluationFactory()
    for name in ("overview", "matrix", "gaps"):
        assert "Aucun" in get(staff, name, evaluation)[0]
    assert "Aucun territoire à compter" in get(staff, "figure", evaluation, "meeting")[0]


# Figure -------------------------------------------------------------------------------------------


def groups(context) -> dict[str, list[str]]:
    return {group.verdict: [line.row.name for line in group.lines] for group in context["groups"]}


def test_a_figure_groups_its_territories_by_verdict(staff, sessions_1_3):
    shown, context = get(staff, "figure", sessions_1_3, "any_activity")
    found = groups(context)
    assert list(found) == ["yes", "uncertain", "no_answer", "no"]
    assert (len(found["yes"]), found["uncertain"]) == (14, ["Seine-Saint-Denis"])
    assert (found["no_answer"], found["no"]) == (["Pierrefitte"], ["Sartrouville", "Villiers-le-Bel"])
    assert [criterion.code for criterion in context["columns"]] == [
        *("mapping", "diagnostic", "mutualisation", "meeting", "other")
    ]
    assert "Valeur publiée 15" in shown
    assert "partie II" in shown


def test_a_figure_leads_to_its_cells(staff):
    case = EvidenceFactory().case
    response = staff.get(reverse("evaluation:figure", args=[case.evaluation.code, "still_active"]))
    for criterion in ("still_active", "meeting"):
        assert reverse("evaluation:cell", args=[case.evaluation.code, case.pk, criterion]) in response.content.decode()


def test_persons_are_told_by_territory(staff, sessions_1_3):
    _, context = get(staff, "figure", sessions_1_3, "respondents")
    found = {line.row.name: line.row.facts.respondents for group in context["groups"] for line in group.lines}
    assert sum(found.values()) == 19
    assert groups(context)["not_counted"] == ["Pierrefitte"]


def test_a_department_has_no_list_of_the_others(staff, sessions_1_3):
    assert groups(get(staff, "figure", sessions_1_3, "department.77")[1]) == {
        "counted": ["CA Melun Val de Seine", "Savigny-le-Temple"]
    }


# Gaps ---------------------------------------------------------------------------------------------


def test_gaps_show_who_says_what(staff, sessions_1_3):
    shown, context = get(staff, "gaps", sessions_1_3)
    found = {gap.figure.code: gap for gap in context["gaps"]}
    assert {code: gap.figure.status.value for code, gap in found.items()} == {
        "any_activity": "within",
        "meeting_still_active": "within",
        "meeting": "within",
        "outcome.better_knowledge": "not_recomputable",
        "outcome.stronger_local_links": "not_recomputable",
    }
    (cause,) = found["meeting"].causes
    assert cause.row.name == "Savigny-le-Temple"
    (doubt,) = cause.doubts
    assert [(label, [s.evidence.source for s in said]) for label, said in doubt.sides] == [
        ("oui", ["document"]),
        ("non", ["interview"]),
    ]
    assert [doubt.code for cause in found["any_activity"].causes for doubt in cause.doubts] == ["mutualisation"]
    assert len(context["reconciled"]) == 14
    assert "5 chiffres publiés ne concordent pas exactement avec les constats ; 14 concordent" in shown


def test_gaps_offer_to_rule_to_who_may(client, sessions_1_3):
    for user, offered in ((UserFactory(is_staff=True), True), (UserFactory(is_steering_reader=True), False)):
        client.force_login(user)
        assert ("Arbitrer" in get(client, "gaps", sessions_1_3)[0]) is offered


@pytest.mark.parametrize(
    ("published", "label", "named"), [(0, "Comptés", "Ville-vue"), (3, "Non comptés", "Ville-muette")]
)
def test_a_figure_that_diverges_names_who_is_on_the_other_side(staff, published, label, named):
    evaluation = EvaluationFactory()
    EvidenceFactory(case=CaseFactory(evaluation=evaluation, label="Ville-vue"))
    CaseFactory(evaluation=evaluation, label="Ville-muette")
    PublishedFigureFactory(evaluation=evaluation, code="meeting", value=published)
    words, context = get(staff, "gaps", evaluation)
    [gap] = context["gaps"]
    assert (gap.beside_label, [row.name for row in gap.beside]) == (label, [named])
    assert f"{label} : {named}" in words


def test_gaps_are_of_the_whole_only(staff, sessions_1_3):
    shown, context = get(staff, "gaps", sessions_1_3, query="?session=1")
    assert context["gaps"] == []
    assert "Retirer les filtres" in shown


def test_a_gap_with_many_causes_shows_the_first_and_counts_the_rest(staff):
    evaluation = PublishedFigureFactory(code="meeting").evaluation
    for case in CaseFactory.create_batch(22, evaluation=evaluation):
        EvidenceFactory(case=case, value="unknown")
    (gap,) = get(staff, "gaps", evaluation)[1]["gaps"]
    assert (len(gap.causes), gap.more) == (20, 2)


# Matrix -------------------------------------------------------------------------------------------


def test_matrix_shows_signs_counts_rulings_and_the_ring(staff):
    evaluation = EvaluationFactory()
    active = CaseFactory(evaluation=evaluation, label="Abel", participation__session__number=1)
    for criterion in ("meeting", "still_active"):
        EvidenceFactory(case=active, criterion_id=criterion)
    EvidenceFactory(case=active)
    RulingFactory(case=active, criterion_id="other", value="no")
    silent = CaseFactory(evaluation=evaluation, label="Zoé", participation__session=active.participation.session)
    shown, context = get(staff, "matrix", evaluation)
    codes = ["mapping", "diagnostic", "mutualisation", "meeting", "other", "nothing", "still_active"]
    assert [criterion.code for criterion in context["columns"]] == codes
    lines = {row.name: {s.code: s for s in cells} for row, cells in context["lines"]}
    assert list(lines) == ["Abel", "Zoé"]
    assert {code: s.cell.verdict.code for code, s in lines["Abel"].items()} == {
        "mapping": "no_answer",
        "diagnostic": "no_answer",
        "mutualisation": "no_answer",
        "meeting": "yes",
        "other": "no",
        "nothing": "no",
        "still_active": "yes",
    }
    assert {code for code, s in lines["Abel"].items() if s.ring} == {"meeting"}
    assert {code for code, s in lines["Abel"].items() if s.cell.ruled} == {"other"}
    assert (lines["Abel"]["meeting"].cell.evidence, lines["Abel"]["other"].cell.evidence) == (2, 0)
    assert {s.cell.verdict.code for s in lines["Zoé"].values()} == {"no_answer"}
    assert [figure.interval for figure in context["totals"]] == ["0", "0", "0", "1", "0", "0", "1"]
    assert "fait (encore active) 2 constats" in shown
    assert "non arbitré" in shown
    assert silent.label in shown


def test_matrix_is_paged_and_its_totals_are_over_all(staff):
    evaluation = EvaluationFactory()
    for case in CaseFactory.create_batch(101, evaluation=evaluation):
        EvidenceFactory(case=case)
    _, context = get(staff, "matrix", evaluation)
    assert len(context["lines"]) == 100
    assert {figure.code: figure.interval for figure in context["totals"]}["meeting"] == "101"
    shown, context = get(staff, "matrix", evaluation, query="?page=2")
    assert len(context["lines"]) == 1
    assert "Page 2 sur 2" in shown
    _, context = get(staff, "figure", evaluation, "meeting", query="?page=2")
    assert [(group.verdict, group.total, len(group.lines)) for group in context["groups"]] == [("yes", 101, 1)]


# Case ---------------------------------------------------------------------------------------------


def test_a_case_in_full(staff):
    case = CaseFactory(label="Ville-Exemple", participation__comment="formée tôt")
    RespondentsFactory(case=case, count=2)
    InterviewFactory(case=case, structures="CCAS fictif, épicerie")
    EvidenceFactory(case=case, criterion_id="brake.people.turnover")
    shown, context = get(staff, "case", case.evaluation, case.pk)
    for told in ("2 personnes ont répondu", "CCAS fictif, épicerie", "formée tôt", "signalé 1 constat"):
        assert told in shown
    criteria = [criterion.code for family in context["families"] for criterion, _ in family.cells]
    assert criteria == [criterion.code for criterion in context["dossier"].reading.criteria]


def test_a_silent_case_is_not_one_that_did_nothing(staff):
    case = CaseFactory()
    shown, _ = get(staff, "case", case.evaluation, case.pk)
    assert "Ne pas avoir répondu ne veut pas dire que rien n'a été fait" in shown


def test_a_case_that_is_not_counted_has_statements_and_no_verdict(staff):
    case = CaseFactory(in_scope=False)
    EvidenceFactory(case=case, quote="dit hors périmètre")
    shown, context = get(staff, "case", case.evaluation, case.pk)
    assert "n'est pas comptée" in shown
    assert "dit hors périmètre" in shown
    assert context["families"] == []
    address = reverse("evaluation:cell", args=[case.evaluation.code, case.pk, "meeting"])
    assert staff.get(address).status_code == 404


def test_names_are_shown_as_text(staff):
    case = CaseFactory(label="<script>alert(1)</script>", evaluation__title="<b>Titre</b>")
    EvidenceFactory(case=case, quote="<i>citation</i>", reference="<u>page</u>", value="unknown")
    PublishedFigureFactory(evaluation=case.evaluation, code="meeting", reference="<u>rapport</u>")
    addresses = [
        *(reverse(f"evaluation:{name}", args=[case.evaluation.code]) for name in ("overview", "matrix", "gaps")),
        reverse("evaluation:figure", args=[case.evaluation.code, "meeting"]),
        reverse("evaluation:case", args=[case.evaluation.code, case.pk]),
        reverse("evaluation:cell", args=[case.evaluation.code, case.pk, "meeting"]),
    ]
    for address in addresses:
        shown = staff.get(address).content.decode()
        for raw in ("<script>alert", "<b>Titre", "<i>citation", "<u>"):
            assert raw not in shown


# Queries ------------------------------------------------------------------------------------------


def fill(evaluation, number) -> None:
    for case in CaseFactory.create_batch(number, evaluation=evaluation):
        RespondentsFactory(case=case)
        InterviewFactory(case=case)
        for value in ("yes", "no"):
            EvidenceFactory(case=case, value=value)
        EvidenceFactory(case=case, criterion_id="nothing")
        RulingFactory(case=case, criterion_id="other")
    CaseFactory.create_batch(number, evaluation=evaluation, in_scope=False)


def queries(client, address) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "args"),
    [("overview", []), ("figure", ["meeting"]), ("figure", ["respondents"]), ("gaps", []), ("matrix", [])],
)
def test_queries_are_as_many_for_3_and_for_300_cases(staff, name, args):
    evaluation = PublishedFigureFactory(code="meeting", value=2).evaluation
    fill(evaluation, 3)
    address = reverse(f"evaluation:{name}", args=[evaluation.code, *args])
    few = queries(staff, address)
    fill(evaluation, 297)
    assert queries(staff, address) == few


@pytest.mark.parametrize(("name", "args"), [("case", []), ("cell", ["meeting"])])
def test_queries_are_as_many_for_1_and_for_3_statements_and_rulings(staff, name, args):
    def address(number):
        case = CaseFactory()
        EvidenceFactory.create_batch(number, case=case)
        for moment in range(number):
            ended = f"2025-01-0{moment + 1}T00:00Z" if moment else None
            RulingFactory(case=case, by=UserFactory(), ended_at=ended, ended_by=UserFactory())
        return reverse(f"evaluation:{name}", args=[case.evaluation.code, case.pk, *args])

    assert queries(staff, address(1)) == queries(staff, address(3))


def test_queries_of_the_list_are_as_many_for_1_and_for_3(staff):
    address = reverse("evaluation:evaluation_list")
    CaseFactory()
    one = queries(staff, address)
    CaseFactory.create_batch(2)
    assert queries(staff, address) == one
