"""The report as one object (``evaluation/report.py``)."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from evaluation import report
from evaluation.evidence import read
from evaluation.models import Evaluation
from evaluation.report import SECTIONS, Chosen, as_json, build, canonical, from_json
from evaluation.reporting.blocks import Cards, Findings, KeyFigures, Map, Matrix, Table
from evaluation.reporting.wording import STATUS_WORDS
from evaluation.workbook import importing
from territories.departments import named
from tests.evaluation import workbooks
from tests.evaluation.random_workbooks import store
from tests.evaluation.random_workbooks import workbooks as random_workbooks
from tests.factories import (
    ActorFactory,
    CaseFactory,
    EvaluationFactory,
    EvidenceFactory,
    FundingLineFactory,
    InterviewFactory,
    MappingFactory,
    MeetingFactory,
    ProjectFactory,
    RespondentsFactory,
    RulingFactory,
    SupportFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sessions_1_3(settings) -> Evaluation:
    importing.write(importing.check(settings.BASE_DIR / "data" / "sessions-1-3"))
    return Evaluation.objects.get()


def words_of(value) -> list[str]:
    """Every text within a report's JSON."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    return [text for item in value for text in words_of(item)] if isinstance(value, list | tuple) else []


def section(found, code):
    return next(one for one in found.sections if one.code == code)


def block(found, code, kind):
    return next(one for one in section(found, code).blocks if isinstance(one, kind))


def counts_in(value) -> dict[str, tuple]:
    """By code, what the figures and findings within a report's JSON count."""
    if isinstance(value, list):
        return {code: count for item in value for code, count in counts_in(item).items()}
    if not isinstance(value, dict):
        return {}
    own = {value["code"]: (value["count"]["certain"], value["count"]["possible"])} if "count" in value else {}
    return own | counts_in(list(value.values()))


def test_the_sections_of_sessions_1_to_3_hold_every_figure_of_the_contract(sessions_1_3):
    found = build(sessions_1_3)
    figures = read(sessions_1_3).figures
    told = counts_in(as_json(found)["sections"])
    expected = {code: (figure.certain, figure.possible) for code, figure in figures.items()}
    by_department = {code: expected.pop(code) for code in figures if code.startswith("department.")}
    totals = block(found, "matrix", Matrix).totals
    assert totals["still_active"] == f"{figures['still_active'].interval} sur {found.trained}"
    del expected["still_active"]  # the mark of the matrix; of the figures, ``meeting_still_active``
    assert told == expected
    table = next(t for t in section(found, "training").blocks if getattr(t, "title", "").endswith("département"))
    assert [tuple(row) for row in table.rows] == [
        (named(code.removeprefix("department.")), certain, figures[code].published)
        for code, (certain, _) in by_department.items()
    ]


def test_territories_of_no_departement_are_counted_in_none():
    evaluation = EvaluationFactory()
    for department in ("93", "", ""):
        CaseFactory(evaluation=evaluation, participation__territory__department=department)
    found = build(evaluation)
    assert section(found, "training").summary.startswith("3 territoires formés, dans 1 département, ")
    tables = {one.title: one for one in section(found, "method").blocks if isinstance(one, Table)}
    lines = {label: trained for label, trained, *_ in tables["Couverture par département"].rows}
    assert lines == {"non renseigné": 2, named("93"): 1}


def test_what_no_territory_has_is_left_out():
    case = CaseFactory(participation__territory__department="")
    training = section(build(case.evaluation), "training")
    assert "département" not in training.summary
    assert "Territoires formés par département" not in [getattr(one, "title", "") for one in training.blocks]


def test_the_sections_of_sessions_1_to_3_tell_how_every_published_figure_stands(sessions_1_3):
    found = build(sessions_1_3)
    published = {figure.label: figure for figure in found.figures if figure.published is not None}
    table = block(found, "gaps", Table)
    assert {row[0]: row[1:] for row in table.rows} == {
        label: [figure.count.words, figure.published, STATUS_WORDS[figure.status], figure.comparison]
        for label, figure in published.items()
    }
    assert all(published[row[0]].comparison for row in table.rows)


def test_the_report_goes_through_json_and_back(sessions_1_3):
    found = build(sessions_1_3)
    assert from_json(json.loads(canonical(as_json(found)))) == found


def test_a_report_frozen_before_a_field_existed_still_reads(sessions_1_3):
    found = build(sessions_1_3)
    content = as_json(found)
    for value in (content["matrix"], *(block for one in content["sections"] for block in one["blocks"])):
        value.pop("withheld", None)
        value.pop("note", None)
    del content["edition"]
    read_back = from_json(content)
    assert read_back.matrix == found.matrix
    notes = [b.note for one in read_back.sections for b in one.blocks if isinstance(b, Table)]
    assert set(notes) == {""}


def test_texts_hold_nothing_that_a_file_cannot():
    """A browser sends lines ended by two characters; anything may be pasted."""
    evaluation = EvaluationFactory(title="Éval\x0buation\x1f")
    CaseFactory(evaluation=evaluation)
    chosen = [Chosen("brakes", "Une ligne\r\nune autre\ufffe")]
    content = as_json(build(evaluation, chosen=chosen))
    assert content["title"] == "Évaluation"
    assert content["sections"][0]["commentary"]["text"] == "Une ligne\nune autre"


def test_the_same_records_make_the_same_report(sessions_1_3):
    assert canonical(as_json(build(sessions_1_3))) == canonical(as_json(build(sessions_1_3)))


def test_sections_are_those_chosen_in_their_order(sessions_1_3):
    found = build(sessions_1_3, chosen=[Chosen("success"), Chosen("training")])
    assert [one.code for one in found.sections] == ["success", "training"]


def test_every_section_is_there_unless_told_under_its_own_code(sessions_1_3):
    assert [one.code for one in build(sessions_1_3).sections] == list(SECTIONS)


def test_an_evaluation_without_anything_has_a_report_that_says_so():
    found = build(EvaluationFactory())
    assert (found.trained, found.matrix.rows) == (0, [])
    assert [one.code for one in found.sections if one.blocks] == ["glossary"]
    assert all(one.summary for one in found.sections)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random_workbooks())
def test_any_evaluation_has_a_report(workbook):
    workbooks.clear()
    evaluation = store(workbook)
    found = build(evaluation)
    assert from_json(json.loads(canonical(as_json(found)))) == found
    assert len(found.matrix.rows) == found.trained == len(read(evaluation).matrix.rows)


def fill(evaluation, number):
    """A case with a row of everything that a report reads."""
    case = CaseFactory(evaluation=evaluation, participation__session__number=200 + number)
    territory = case.participation.territory
    RespondentsFactory(case=case)
    InterviewFactory(case=case, date=date(2025, 5, 1))
    EvidenceFactory(case=case, criterion_id="brake.people.turnover", source="interview", quote=f"Dit {number}.")
    EvidenceFactory(case=case, criterion_id="mapping", value="unknown", quote="On ne sait pas.")
    RulingFactory(case=case, criterion_id="other")
    MeetingFactory(territory=territory, starts_at=datetime(2025, 5, 5, 8, tzinfo=UTC), theme="health")
    MappingFactory(territory=territory, finished_on=date(2025, 2, 1))
    project = ProjectFactory(territory=territory, stage="running", started_on=date(2025, 1, 1), shares_stock=True)
    project.partners.create(actor=ActorFactory(), role="porte le projet")
    FundingLineFactory(project=project, asked=12000)
    SupportFactory(territory=territory)
    return case


def test_a_report_costs_the_same_queries_for_one_case_or_three():
    counts = []
    for many in (1, 3):
        evaluation = EvaluationFactory()
        for number in range(many):
            fill(evaluation, 10 * many + number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            build(evaluation)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 35


def test_a_card_tells_what_the_logbook_keeps():
    evaluation = EvaluationFactory()
    case = fill(evaluation, 1)
    (card,) = block(build(evaluation), "territories", Cards).cards
    assert card.name == case.label
    assert [(m.label, m.when, m.theme) for m in card.timeline if m.label == "réunion"] == [
        ("réunion", "5 mai 2025", "mieux manger et lien avec la santé")
    ]
    (project,) = card.projects
    assert (project.shares, project.stage) == (["du stockage"], "en cours")
    assert project.funding == ["Mieux manger pour tous (MMPT)\u00a0: 12\u202f000\u00a0€ demandés"]
    assert len(card.partners) == len(card.support) == 1
    assert [quote.text for quote in card.quotes] == ["Dit 1."]


def test_what_is_dated_after_the_state_of_play_is_not_told():
    evaluation = EvaluationFactory(as_of=date(2025, 6, 30))
    territory = CaseFactory(evaluation=evaluation).participation.territory
    MeetingFactory(territory=territory, starts_at=datetime(2025, 7, 1, 8, tzinfo=UTC))
    ProjectFactory(territory=territory, started_on=date(2025, 7, 1))
    MappingFactory(territory=territory, started_on=date(2025, 5, 1), finished_on=date(2025, 8, 1))
    MappingFactory(territory=territory, deleted_at=datetime(2025, 5, 5, tzinfo=UTC), finished_on=date(2025, 1, 1))
    (card,) = block(build(evaluation), "territories", Cards).cards
    assert [(moment.label, moment.state) for moment in card.timeline] == [("cartographie", "en cours")]


def test_a_figure_with_a_doubt_is_an_interval_in_its_sentence(sessions_1_3):
    figures = block(build(sessions_1_3), "figures", KeyFigures).figures
    figure = read(sessions_1_3).figures["any_activity"]
    sentence = figures[0].sentence
    trained = len(read(sessions_1_3).matrix.rows)
    assert sentence.startswith(f"{figure.certain} à {figure.possible} territoires sur {trained} ")


def test_who_did_not_answer_is_named_with_the_reason(sessions_1_3):
    silent = [row for row in read(sessions_1_3).matrix.rows if not row.answered]
    table = next(
        t for t in section(build(sessions_1_3), "method").blocks if getattr(t, "title", "").endswith("répondu")
    )
    comments = {case.label: case.participation.comment for case in sessions_1_3.cases.in_full()}
    assert table.rows == [[row.name, str(row.session), comments[row.name]] for row in silent]


def test_every_statement_is_in_the_annex(sessions_1_3):
    table = block(build(sessions_1_3), "evidence", Table)
    stated = sessions_1_3.cases.values_list("evidence__quote", flat=True).exclude(evidence=None)
    assert sorted(row[8] for row in table.rows) == sorted(stated)


def test_a_brake_says_where_it_is_reported_and_quotes(sessions_1_3):
    families = block(build(sessions_1_3), "brakes", Findings).families
    found = {one.code: one for family in families for one in family.findings}
    figures = read(sessions_1_3).figures
    for code, one in found.items():
        assert len(one.territories) == figures[code].certain
        assert len(one.uncertain) == figures[code].possible - figures[code].certain
        assert bool(one.quotes) == bool(figures[code].possible)


def test_a_commentary_is_marked_once_the_figures_beneath_it_changed():
    evaluation = EvaluationFactory()
    case = fill(evaluation, 1)
    digest = report.digest(section(build(evaluation), "brakes"))
    chosen = [Chosen("brakes", "Un **mot**.", digest)]
    assert not build(evaluation, chosen=chosen).sections[0].commentary.is_outdated
    RulingFactory(case=case, criterion_id="brake.politics.no_support")
    assert build(evaluation, chosen=chosen).sections[0].commentary.is_outdated


def test_a_sheet_tells_of_its_territory_alone():
    evaluation = EvaluationFactory()
    case, other = fill(evaluation, 1), fill(evaluation, 2)
    found = report.sheet(case)
    (card,) = found.cards()
    assert card == build(evaluation).cards()[0]
    assert found.trained == 1
    assert other.label not in words_of(as_json(found))


def test_departements_are_named_and_the_matrix_keeps_their_codes():
    evaluation = EvaluationFactory()
    territory = TerritoryFactory(department="93", latitude=48.9, longitude=2.4)
    CaseFactory(evaluation=evaluation, participation__territory=territory)
    CaseFactory(evaluation=evaluation, in_scope=False, participation__territory__department="2A")
    found = build(evaluation)
    training = section(found, "training").blocks
    cells = [cell for table in training if isinstance(table, Table) for row in table.rows for cell in row]
    assert [cell for cell in cells if "(" in str(cell)] == ["Seine-Saint-Denis (93)"] * 2 + ["Corse-du-Sud (2A)"]
    assert [point.department for point in block(found, "training", Map).points] == ["Seine-Saint-Denis (93)"]
    assert found.cards()[0].department == "Seine-Saint-Denis (93)"
    assert [row.department for row in found.matrix.rows] == ["93"]
    assert found.figure("department.93").sentence == "Seine-Saint-Denis (93)\u00a0: 1 territoire sur 1."
