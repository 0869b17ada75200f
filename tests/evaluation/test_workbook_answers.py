"""A workbook takes what people answered to campaigns along: the same figures elsewhere, and nothing twice here."""

from datetime import UTC, date, datetime

import pytest

from evaluation.models import Answer, Campaign, Evidence, Invitation, Respondents, Response
from evaluation.workbook import exporting, importing
from evaluation.workbook.schema import TABLES
from tests.evaluation.answered import answer_to, ask, ask_about, campaign_of, respond
from tests.evaluation.workbooks import as_folder, bring_in, everything, figures, small
from tests.factories import CaseFactory, CodingFactory, RespondentsFactory

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 2, 1, tzinfo=UTC)
NAME = "Awa Fictive"


@pytest.fixture
def case():
    """Two persons answered: one agrees to be quoted by name, the other does not. One more was counted outside."""
    case = CaseFactory(evaluation__code="essai", evaluation__as_of=date(2025, 12, 31))
    campaign = campaign_of(case.evaluation)
    meeting, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text")
    several, options = ask_about(campaign, "multiple", ("mapping", "yes"), ("mapping", "yes"), ("other", "yes"))
    for value, said, quoting in (("yes", "Paroles à citer.", "named"), ("no", "Paroles à garder.", "none")):
        given = {meeting: value, text: said, several: [option.pk for option in options]}
        response = respond(case, campaign, given, quoting=quoting, invitation__name=NAME)
        CodingFactory(answer=answer_to(response, text), criterion_id="brake.people.turnover")
    respond(case, campaign, {meeting: "yes"}, at=LATE)
    RespondentsFactory(case=case, count=1, date=date(2025, 5, 1))
    return case


def rows(case, table: str) -> list[tuple]:
    return exporting.tables(case.evaluation)[table][1]


def forget_campaigns() -> None:
    for model in (Response, Invitation, Campaign):
        model.objects.all().delete()


def test_the_figures_are_the_same_elsewhere(case, tmp_path):
    exporting.write(case.evaluation, tmp_path / "classeur.xlsx")
    before = figures("essai")
    assert (before["figures"]["respondents"]["certain"], before["figures"]["meeting"]["possible"]) == (3, 1)
    forget_campaigns()
    assert figures("essai") != before
    bring_in(tmp_path / "classeur.xlsx")
    assert figures("essai") == before


def test_brought_back_here_it_changes_nothing(case, tmp_path):
    exporting.write(case.evaluation, tmp_path)
    before, shown = everything(), figures("essai")
    for _ in range(2):
        bring_in(tmp_path)
        assert everything() == before
        assert figures("essai") == shown


def test_an_answer_changed_since_is_not_contradicted_by_the_workbook(case, tmp_path):
    exporting.write(case.evaluation, tmp_path)
    Answer.objects.filter(value="no").update(value=None)
    bring_in(tmp_path)
    assert not Evidence.objects.exists()
    assert figures("essai")["figures"]["meeting"]["certain"] == 1


def test_a_number_changed_in_the_workbook_changes_those_counted_outside(case, tmp_path):
    folder = tmp_path / "classeur"
    exporting.write(case.evaluation, folder)
    file = folder / "repondants.csv"
    assert ",3" in file.read_text()
    file.write_text(file.read_text().replace(",3", ",5"))
    bring_in(folder)
    assert Respondents.objects.get().count == 3


def test_persons_counted_outside_after_the_date_are_left_as_they_are(case, tmp_path):
    Respondents.objects.update(date=date(2026, 3, 1), count=9)
    assert rows(case, "repondants") == [(case.participation.session.number, case.label, None, 2)]
    exporting.write(case.evaluation, tmp_path)
    bring_in(tmp_path)
    assert Respondents.objects.get().count == 9


def test_a_response_of_the_same_number_elsewhere_is_another(case, tmp_path):
    exporting.write(case.evaluation, tmp_path)
    Invitation.objects.update(case=CaseFactory(evaluation=case.evaluation))
    bring_in(tmp_path)
    assert Respondents.objects.get(case=case).count == 3
    assert Evidence.objects.filter(case=case, criterion="meeting").count() == 2


def test_a_workbook_of_persons_counted_outside_stays_so(tmp_path):
    evaluation = bring_in(as_folder(tmp_path / "source", small())).evaluation
    grigny = evaluation.cases.get(label="Grigny")
    respond(grigny, campaign_of(evaluation), {})
    assert figures("essai")["figures"]["respondents"]["certain"] == 3
    before = everything()
    bring_in(tmp_path / "source")
    assert everything() == before


def test_only_words_one_may_quote_are_written_and_nobody_is_named(case):
    tables = exporting.tables(case.evaluation)
    told = repr(tables)
    assert "Paroles à citer." in told
    assert "Paroles à garder." not in told
    assert NAME not in told
    assert [row[2] for row in rows(case, "constats")].count("brake.people.turnover") == 2


def test_only_what_counts_is_written(case):
    numbers = {number for *_, number in rows(case, "reponses_campagne")}
    assert numbers == set(Response.objects.counted(case.evaluation).values_list("pk", flat=True))
    assert {row[6] for row in rows(case, "constats")} == {date(2025, 6, 2)}


def test_without_a_campaign_there_are_the_contract_s_tables_only(tmp_path):
    evaluation = bring_in(as_folder(tmp_path / "source", small())).evaluation
    assert list(exporting.tables(evaluation)) == list(TABLES)


def test_what_is_wrong_in_the_list_of_responses_is_told(case, tmp_path):
    tables = {**small(), "reponses_campagne": [{"session": "1", "territoire": "Nulle-Part", "numero": "x"}]}
    problems = importing.check(as_folder(tmp_path / "source", tables)).problems
    assert {(problem.file, problem.column) for problem in problems} == {
        ("reponses_campagne.csv", "territoire"),
        ("reponses_campagne.csv", "numero"),
    }
