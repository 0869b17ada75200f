"""Opening evaluations, their scope, criteria, entry by hand, published figures: what the team does, and nobody else."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.criteria import SHIPPED_CODES
from evaluation.models import (
    Case,
    Criterion,
    Evaluation,
    Evidence,
    Family,
    Interview,
    PublishedFigure,
    Respondents,
)
from territories.models import Participation
from tests.factories import (
    CaseFactory,
    CoordinatorFactory,
    EvaluationFactory,
    EvidenceFactory,
    InterviewFactory,
    ParticipationFactory,
    PublishedFigureFactory,
    QuestionFactory,
    RespondentsFactory,
    RulingFactory,
    TerritoryFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True))
    return client


@pytest.fixture
def case() -> Case:
    return CaseFactory(evaluation=EvaluationFactory(code="essai"), label="Ville-Essai")


@pytest.fixture
def evidence(case) -> Evidence:
    return EvidenceFactory(case=case, reference="page 3")


@pytest.fixture
def figure(case) -> PublishedFigure:
    return PublishedFigureFactory(evaluation=case.evaluation, code="meeting", value=11)


@pytest.fixture
def own_criterion() -> Criterion:
    family = Family.objects.create(code="brake.own", kind="brake", label="Famille d'essai")
    return Criterion.objects.create(code="brake.own.one", family=family, label="Critère d'essai")


def go(client, name: str, *args, data: dict | None = None):
    address = reverse(f"evaluation:{name}", args=args)
    return client.get(address) if data is None else client.post(address, data)


def text(response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\u00a0", " ").split())


def error_beside(response, field: str) -> str:
    assert response.status_code == 200
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', response.content.decode(), re.S)
    assert found, f"no error beside {field}"
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).replace("\u00a0", " ").split())


# Who may do it ------------------------------------------------------------------------------------


def all_pages(case: Case, evidence: Evidence, figure: PublishedFigure) -> list[str]:
    """Every page of this file about ``case``'s evaluation."""
    named = {
        "evaluation_edit": (),
        "evaluation_scope": (),
        "case_rename": (case.pk,),
        "case_remove": (case.pk,),
        "evidence_add": (case.pk, "meeting"),
        "evidence_edit": (evidence.pk,),
        "evidence_delete": (evidence.pk,),
        "interview_edit": (case.pk,),
        "interview_delete": (case.pk,),
        "respondents_edit": (case.pk,),
        "published_figures": (),
        "published_figure_add": (),
        "published_figure_edit": (figure.pk,),
        "published_figure_delete": (figure.pk,),
    }
    return [reverse(f"evaluation:{name}", args=["essai", *args]) for name, args in named.items()]


@pytest.fixture
def pages(case, evidence, figure) -> list[str]:
    InterviewFactory(case=case)
    return all_pages(case, evidence, figure)


COMMON = [
    ("evaluation_create",),
    ("criteria",),
    ("family_add",),
    ("family_edit", "activity"),
    ("family_delete", "activity"),
    ("criterion_add",),
    ("criterion_edit", "meeting"),
    ("criterion_delete", "meeting"),
]


def test_the_team_may(staff, pages):
    assert {staff.get(page).status_code for page in pages} == {200}
    assert {go(staff, *common).status_code for common in COMMON} == {200}


def test_nobody_else_may(client, case, pages):
    everything = [*pages, *(reverse(f"evaluation:{name}", args=args) for name, *args in COMMON)]
    before = Evidence.objects.count(), Interview.objects.count(), PublishedFigure.objects.count(), Case.objects.count()
    for page in everything:
        assert client.get(page).status_code == client.post(page).status_code == 302
    allowed_to_read = [
        UserFactory(is_steering_reader=True),
        CoordinatorFactory(territory=case.participation.territory).user,
    ]
    for user in allowed_to_read:
        client.force_login(user)
        for page in everything:
            assert client.get(page).status_code == client.post(page).status_code == 403, (user, page)
    client.force_login(CoordinatorFactory().user)
    for page in pages:
        assert client.get(page).status_code == client.post(page).status_code == 404, page
    after = Evidence.objects.count(), Interview.objects.count(), PublishedFigure.objects.count(), Case.objects.count()
    assert before == after


def test_a_coordinator_may_not_know_of_anothers_case(client, case, evidence):
    mine = CaseFactory(evaluation=case.evaluation)
    client.force_login(CoordinatorFactory(territory=mine.participation.territory).user)
    assert go(client, "evidence_add", "essai", mine.pk, "meeting").status_code == 403
    assert go(client, "evidence_add", "essai", case.pk, "meeting").status_code == 404
    assert go(client, "evidence_edit", "essai", evidence.pk).status_code == 404


def test_rows_of_another_evaluation_are_not_found(staff, evidence, figure):
    EvaluationFactory(code="autre")
    for name, args in [
        ("evidence_edit", (evidence.pk,)),
        ("evidence_add", (evidence.case_id, "meeting")),
        ("case_remove", (evidence.case_id,)),
        ("published_figure_edit", (figure.pk,)),
    ]:
        assert go(staff, name, "autre", *args).status_code == 404


def test_reading_a_page_changes_nothing(staff, pages, case):
    for page in pages:
        staff.get(page)
    assert (Case.objects.count(), Evidence.objects.count(), Interview.objects.count()) == (1, 1, 1)


# Evaluations --------------------------------------------------------------------------------------


def test_opens_an_evaluation_then_asks_for_its_scope(staff):
    data = {"code": "session-4", "title": "Session 4", "as_of": "2026-06-30", "active_months": "12"}
    response = go(staff, "evaluation_create", data=data)
    assert response.url == reverse("evaluation:evaluation_scope", args=["session-4"])
    assert "Aucune participation pour l’instant" in text(staff.get(response.url))


@pytest.mark.parametrize("code", ["ESSAI", "criteres", "a/b", ""])
def test_refuses_a_code_that_is_taken_reserved_or_unfit(staff, case, code):
    data = {"code": code, "title": "Titre", "as_of": "2026-06-30", "active_months": "12"}
    response = go(staff, "evaluation_create", data=data)
    assert error_beside(response, "code")
    assert 'value="Titre"' in response.content.decode()  # nothing typed is lost
    assert Evaluation.objects.count() == 1


def test_edits_all_but_the_code(staff, case):
    data = {"code": "autre", "title": "Nouveau titre", "as_of": "2026-01-31", "active_months": "6"}
    assert go(staff, "evaluation_edit", "essai", data=data).status_code == 302
    found = Evaluation.objects.get()
    assert (found.code, found.title, found.active_months) == ("essai", "Nouveau titre", 6)


def test_a_refused_edit_keeps_the_saved_title_in_the_trail(staff, case):
    data = {"title": "", "as_of": "2026-01-31", "active_months": "0"}
    response = go(staff, "evaluation_edit", "essai", data=data)
    assert error_beside(response, "title")
    assert error_beside(response, "active_months")
    assert case.evaluation.title in text(response)


# Scope --------------------------------------------------------------------------------------------


def test_adds_every_participation_of_a_session_once(staff, case):
    session = TrainingSessionFactory(number=4)
    ParticipationFactory.create_batch(2, session=session)
    again = ParticipationFactory(session=session, territory=case.participation.territory)
    assert "Session 4 (2024–2025) : 3 participations" in text(go(staff, "evaluation_scope", "essai"))
    for _ in range(2):
        go(staff, "scope_add", "essai", data={"numbers": "4"})
    assert case.evaluation.cases.filter(participation__session=session, in_scope=True).count() == 3
    assert Case.objects.get(participation=again).label == "Ville-Essai"  # as this evaluation names it


def test_two_territories_never_share_a_name(staff, case):
    session = TrainingSessionFactory(number=4)
    for code in ("11111", "22222"):
        ParticipationFactory(session=session, territory=TerritoryFactory(name="Ville-Essai", code=code))
    go(staff, "scope_add", "essai", data={"numbers": "4"})
    labels = set(case.evaluation.cases.values_list("label", flat=True))
    assert labels == {"Ville-Essai", "Ville-Essai (11111)", "Ville-Essai (22222)"}


def test_adding_no_session_says_so_beside_the_choice(staff, case):
    ParticipationFactory()
    response = go(staff, "scope_add", "essai", data={"other": "1"})
    assert "Choisissez au moins une session." in text(response)


def test_sets_who_is_in_scope_among_those_shown(staff, case):
    kept, dropped, unseen = CaseFactory.create_batch(3, evaluation=case.evaluation)
    data = {"shown": [case.pk, kept.pk, dropped.pk], "in_scope": [kept.pk]}
    go(staff, "evaluation_scope", "essai", data=data)
    in_scope = set(case.evaluation.cases.filter(in_scope=True))
    assert in_scope == {kept, unseen}


def test_the_scope_of_another_evaluation_is_out_of_reach(staff, case):
    other = CaseFactory()
    go(staff, "evaluation_scope", "essai", data={"shown": [other.pk], "in_scope": []})
    other.refresh_from_db()
    assert other.in_scope


def test_renames_a_territory_in_all_its_participations(staff, case):
    again = CaseFactory(
        evaluation=case.evaluation,
        participation=ParticipationFactory(territory=case.participation.territory, status=Participation.Status.TRAINED),
    )
    go(staff, "case_rename", "essai", case.pk, data={"label": "Ville-Essai-sur-Marne"})
    labels = Case.objects.filter(pk__in=[case.pk, again.pk]).values_list("label", flat=True)
    assert set(labels) == {"Ville-Essai-sur-Marne"}


def test_refuses_the_name_of_another_territory(staff, case):
    CaseFactory(evaluation=case.evaluation, label="Ville-Prise")
    response = go(staff, "case_rename", "essai", case.pk, data={"label": "ville-prise"})
    assert "porte déjà ce nom" in error_beside(response, "label")


def test_removes_a_participation_about_which_nothing_is_known(staff, case):
    assert "Retirer Ville-Essai de l’évaluation ?" in text(go(staff, "case_remove", "essai", case.pk))
    go(staff, "case_remove", "essai", case.pk, data={})
    assert not Case.objects.exists()
    assert Participation.objects.filter(pk=case.participation_id).exists()


@pytest.mark.parametrize("record", [EvidenceFactory, RulingFactory, RespondentsFactory, InterviewFactory])
def test_keeps_a_participation_about_which_something_is_known(staff, case, record):
    record(case=case)
    response = staff.post(reverse("evaluation:case_remove", args=["essai", case.pk]), follow=True)
    assert "elle peut seulement être mise hors du périmètre" in text(response)
    assert Case.objects.get() == case
    assert reverse("evaluation:case_remove", args=["essai", case.pk]) not in response.content.decode()


# Criteria -----------------------------------------------------------------------------------------


def test_adds_a_family_and_a_criterion(staff):
    go(staff, "family_add", data={"kind": "brake", "code": "brake.own", "label": "Locaux", "position": "9"})
    data = {"family": "brake.own", "code": "brake.own.rent", "label": "Loyers", "position": "1"}
    assert go(staff, "criterion_add", data=data).status_code == 302
    shown = text(go(staff, "criteria"))
    assert "Locaux brake.own" in shown
    assert "Loyers brake.own.rent" in shown


@pytest.mark.parametrize(
    "code", ["meeting", "any_activity", "trained", "department.93", "entretien", "Majuscule", "a b"]
)
def test_refuses_a_code_that_means_something_else(staff, code):
    data = {"family": "activity", "code": code, "label": "Essai", "position": "1"}
    assert error_beside(go(staff, "criterion_add", data=data), "code")
    assert Criterion.objects.count() == len(SHIPPED_CODES)


def test_a_shipped_criterion_changes_its_words_only(staff):
    data = {"family": "outcome", "code": "other_code", "label": "Réunions tenues", "position": "4"}
    go(staff, "criterion_edit", "meeting", data=data)
    found = Criterion.objects.get(pk="meeting")
    assert (found.label, found.family_id) == ("Réunions tenues", "activity")
    assert Criterion.objects.count() == len(SHIPPED_CODES)


def test_an_own_criterion_can_change_family(staff, own_criterion):
    go(staff, "criterion_edit", "brake.own.one", data={"family": "brake.people", "label": "Autre", "position": "2"})
    own_criterion.refresh_from_db()
    assert (own_criterion.family_id, own_criterion.label) == ("brake.people", "Autre")


def test_deletes_an_own_criterion_then_its_family(staff, own_criterion):
    assert "Supprimer le critère « Critère d'essai » ?" in text(go(staff, "criterion_delete", "brake.own.one"))
    go(staff, "criterion_delete", "brake.own.one", data={})
    go(staff, "family_delete", "brake.own", data={})
    assert not Family.objects.filter(code="brake.own").exists()


def test_keeps_what_ships_and_what_is_used(staff, case, own_criterion):
    def refusal(name: str, code: str) -> str:
        return text(staff.post(reverse(f"evaluation:{name}", args=[code]), follow=True))

    assert "livré avec le site" in refusal("criterion_delete", "meeting")
    assert "livrée avec le site" in refusal("family_delete", "outcome")
    assert "a encore des critères" in refusal("family_delete", "brake.own")
    published = PublishedFigureFactory(evaluation=case.evaluation, code="brake.own.one")
    assert "Un chiffre publié porte sur ce critère" in refusal("criterion_delete", "brake.own.one")
    published.delete()
    evidence = EvidenceFactory(case=case, criterion_id=own_criterion.code)
    assert "portent sur ce critère" in refusal("criterion_delete", "brake.own.one")
    evidence.delete()
    QuestionFactory(kind="yes_no", criterion_id=own_criterion.code)
    assert "des questions portent sur ce critère" in refusal("criterion_delete", "brake.own.one")
    assert Criterion.objects.filter(code="brake.own.one").exists()


# Evidence -----------------------------------------------------------------------------------------

STATEMENT = {
    "value": "yes",
    "source": "interview",
    "reference": " Entretien du CCAS ",
    "date": "2025-05-06",
    "quote": "",
}


def test_adds_a_statement_and_returns_to_the_cell(staff, case):
    response = go(staff, "evidence_add", "essai", case.pk, "meeting", data=STATEMENT)
    assert response.url == reverse("evaluation:cell", args=["essai", case.pk, "meeting"])
    found = Evidence.objects.get()
    assert (found.value, found.source, found.reference) == ("yes", "interview", "Entretien du CCAS")
    assert found.case == case


def test_returns_to_the_case_where_there_is_no_cell(staff, case):
    Case.objects.update(in_scope=False)
    response = go(staff, "evidence_add", "essai", case.pk, "meeting", data=STATEMENT)
    assert response.url == reverse("evaluation:case", args=["essai", case.pk])


def test_only_interviews_and_documents_are_entered_by_hand(staff, case):
    shown = go(staff, "evidence_add", "essai", case.pk, "meeting").content.decode()
    assert re.findall(r'<option value="(\w+)"', shown) == ["interview", "document"]
    response = go(staff, "evidence_add", "essai", case.pk, "meeting", data=STATEMENT | {"source": "questionnaire"})
    assert error_beside(response, "source")


def test_asks_for_a_reference_and_a_value(staff, case):
    response = go(staff, "evidence_add", "essai", case.pk, "meeting", data={"source": "document", "quote": "À garder"})
    assert error_beside(response, "reference")
    assert error_beside(response, "value")
    assert "À garder" in response.content.decode()


def test_warns_about_personal_data(staff, case):
    assert "ni santé d’une personne accueillie" in text(go(staff, "evidence_add", "essai", case.pk, "meeting"))


def test_the_same_source_and_reference_twice_is_refused_beside_the_reference(staff, case, evidence):
    data = STATEMENT | {"source": "document", "reference": "page 3"}
    response = go(staff, "evidence_add", "essai", case.pk, "meeting", data=data)
    assert "a déjà cette référence" in error_beside(response, "reference")
    assert go(staff, "evidence_add", "essai", case.pk, "mapping", data=data).status_code == 302
    response = go(staff, "evidence_edit", "essai", Evidence.objects.get(criterion="mapping").pk, data=data)
    assert response.status_code == 302  # itself is no double


def test_corrects_a_statement_and_keeps_its_source_whatever_it_is(staff, case):
    imported = EvidenceFactory(case=case, source="questionnaire", reference="question 2")
    data = {"value": "no", "source": "questionnaire", "reference": "question 2", "date": "", "quote": ""}
    go(staff, "evidence_edit", "essai", imported.pk, data=data)
    imported.refresh_from_db()
    assert (imported.value, imported.source) == ("no", "questionnaire")


def test_deletes_a_statement_after_asking(staff, evidence):
    assert "Supprimer ce constat ?" in text(go(staff, "evidence_delete", "essai", evidence.pk))
    go(staff, "evidence_delete", "essai", evidence.pk, data={})
    assert not Evidence.objects.exists()


def test_the_cell_leads_to_its_statements_for_the_team_alone(staff, case, evidence):
    address = reverse("evaluation:cell", args=["essai", case.pk, "meeting"])
    edit = reverse("evaluation:evidence_edit", args=["essai", evidence.pk])
    add = reverse("evaluation:evidence_add", args=["essai", case.pk, "meeting"])
    shown = staff.get(address).content.decode()
    assert edit in shown
    assert add in shown
    staff.force_login(UserFactory(is_steering_reader=True))
    shown = staff.get(address).content.decode()
    assert edit not in shown
    assert add not in shown


# Interviews and answers ---------------------------------------------------------------------------


def test_notes_corrects_and_deletes_an_interview(staff, case):
    go(staff, "interview_edit", "essai", case.pk, data={"date": "2025-03-04", "structures": "CCAS"})
    go(staff, "interview_edit", "essai", case.pk, data={"date": "", "structures": "CCAS, CPTS"})
    assert Interview.objects.get(case=case).structures == "CCAS, CPTS"
    assert "n’est plus" not in text(go(staff, "interview_delete", "essai", case.pk))
    go(staff, "interview_delete", "essai", case.pk, data={})
    assert not Interview.objects.exists()
    assert go(staff, "interview_delete", "essai", case.pk).status_code == 404


def test_notes_how_many_answered(staff, case):
    go(staff, "respondents_edit", "essai", case.pk, data={"count": "2", "date": ""})
    go(staff, "respondents_edit", "essai", case.pk, data={"count": "3", "date": "2025-03-04"})
    assert Respondents.objects.get().count == 3
    assert error_beside(go(staff, "respondents_edit", "essai", case.pk, data={"count": "-1", "date": ""}), "count")


# Published figures --------------------------------------------------------------------------------


def test_adds_edits_and_removes_a_published_figure(staff, case):
    data = {"code": "department.93", "value": "6", "reference": "page 4"}
    assert go(staff, "published_figure_add", "essai", data=data).status_code == 302
    found = PublishedFigure.objects.get()
    assert "Département 93 page 4 6" in text(go(staff, "published_figures", "essai"))
    go(staff, "published_figure_edit", "essai", found.pk, data=data | {"value": "7"})
    found.refresh_from_db()
    assert found.value == 7
    assert "Supprimer ce chiffre publié ?" in text(go(staff, "published_figure_delete", "essai", found.pk))
    go(staff, "published_figure_delete", "essai", found.pk, data={})
    assert not PublishedFigure.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("code", "meeting"), ("code", "no_such_figure"), ("code", "department.2A"), ("value", "-1")]
)
def test_refuses_a_figure_published_twice_unknown_or_negative(staff, figure, field, value):
    data = {"code": "mapping", "value": "1", "reference": ""} | {field: value}
    assert error_beside(go(staff, "published_figure_add", "essai", data=data), field)
    assert PublishedFigure.objects.count() == 1


# Queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["evaluation_scope", "published_figures", "criteria"])
def test_queries_do_not_grow(staff, case, figure, name):
    args = () if name == "criteria" else ("essai",)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert go(staff, name, *args).status_code == 200
        return len(queries)

    before = count()
    for n in range(3):
        EvidenceFactory(case=CaseFactory(evaluation=case.evaluation))
        family = Family.objects.create(code=f"brake.own{n}", kind="brake", label=f"Famille {n}")
        own = Criterion.objects.create(code=f"brake.own{n}.one", family=family, label=f"Critère {n}")
        PublishedFigureFactory(evaluation=case.evaluation, code=own.code)
    assert count() == before


def test_an_interview_says_who_was_met_or_when(staff, case):
    address = reverse("evaluation:interview_edit", args=[case.evaluation.code, case.pk])
    response = staff.post(address, {"date": "", "structures": " "})
    assert response.context["form"].errors == {"structures": ["Dites au moins qui a été rencontré, ou quand."]}
    assert not Interview.objects.exists()
    assert staff.post(address, {"date": "2025-05-06", "structures": ""}).status_code == 302
    assert Interview.objects.get().date == date(2025, 5, 6)
