"""A campaign as a workbook."""

import io
from datetime import datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluation.campaigns.exporting import NOT_ASKED, as_xlsx, code_of, tables
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign, Coding, Evidence, Invitation
from outbox.decisions import PARIS
from outbox.models import Bounce, OptOut
from tests.evaluation import answered
from tests.factories import (
    ActorFactory,
    AnswerFactory,
    CallFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    ItemFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    StepFactory,
    TraineeFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 18, 10, 30, 20, tzinfo=PARIS)
CELL = datetime(2026, 3, 18, 10, 30)  # as a cell holds it
SECRETS = ["Nom Fictif", "nom@exemple.test", "01 00 00 00 09", "Structure Fictive", "Parti·e", "Le matin.", "Collègue"]
"""What tells who the person is, or who speaks of them."""


@pytest.fixture
def campaign() -> Campaign:
    return CampaignFactory(running=True)


@pytest.fixture
def person(campaign) -> Invitation:
    """Of whom everything is known."""
    case = CaseFactory(evaluation=campaign.evaluation, participation__session__number=4, label="Ville-Exemple")
    trainee = TraineeFactory(participation=case.participation, actor=ActorFactory(name="Structure Fictive"))
    one = InvitationFactory(
        campaign=campaign,
        case=case,
        trainee=trainee,
        name="Nom Fictif",
        email="nom@exemple.test",
        phone="01 00 00 00 09",
        declined_at=AT,
        decline_reason="Parti·e",
    )
    step = StepFactory(campaign=campaign, kind="invitation", days=0)
    QuestionnaireMailFactory(invitation=one, step=step.code, due_at=AT)
    CallFactory(invitation=one, at=AT, outcome="no_answer", note="Le matin.", by=UserFactory(name="Collègue"))
    Bounce.objects.create(address=one.email, reason="550 nom@exemple.test")
    return one


def sheet(campaign: Campaign, name: str, *, with_names: bool = True) -> list[dict]:
    columns, rows = tables(campaign, with_names=with_names)[name]
    assert len({*columns}) == len(columns)
    return [dict(zip(columns, row, strict=True)) for row in rows]


# Who stands where ---------------------------------------------------------------------------------


def test_a_line_for_each_person(campaign, person):
    OptOut.objects.create(address=person.email, purpose=QUESTIONNAIRE)
    InvitationFactory()  # of another campaign
    (line,) = sheet(campaign, "suivi")
    assert line == {
        "session": 4,
        "territoire": "Ville-Exemple",
        "personne": "Nom Fictif",
        "structure": "Structure Fictive",
        "courriel": "nom@exemple.test",
        "téléphone": "01 00 00 00 09",
        "état": "a décliné",
        "dernier courriel": "invitation",
        "parti le": CELL,
        "questions répondues": 0,
        "réponse commencée le": None,
        "réponse envoyée le": None,
        "a décliné le": CELL,
        "motif": "Parti·e",
        "écarté·e le": None,
        "pourquoi": "",
        "adresse refusée": "oui",
        "ne veut plus de courriels": "oui",
        "appels": 1,
        "dernier appel": CELL,
        "résultat": "pas de réponse",
    }


def test_persons_stand_by_session_territory_and_name(campaign):
    sessions = {number: TrainingSessionFactory(number=number) for number in (1, 2)}
    cases = {
        (number, label): CaseFactory(
            evaluation=campaign.evaluation, participation__session=sessions[number], label=label
        )
        for number, label in ((1, "A"), (1, "B"), (2, "A"))
    }
    for number, label, name in ((2, "A", "a"), (1, "B", "a"), (1, "A", "z"), (1, "A", "b")):
        InvitationFactory(campaign=campaign, case=cases[number, label], name=name)
    found = [(line["session"], line["territoire"], line["personne"]) for line in sheet(campaign, "suivi")]
    assert found == [(1, "A", "b"), (1, "A", "z"), (1, "B", "a"), (2, "A", "a")]


# What was answered --------------------------------------------------------------------------------


def test_answers_stand_in_words_a_column_for_each_question_and_each_row_of_a_grid(campaign, person):
    about = answered.ask(campaign, "yes_no", label="Réunion")
    grid = answered.ask(campaign, "grid", label="Freins")
    rows = [ItemFactory(question=grid, label=label) for label in ("Temps", "Argent")]
    why = answered.ask(campaign, "text", label="Pourquoi", condition_question=about, condition_values=["no"])
    then = answered.ask(campaign, "text", label="Et puis", condition_question=about, condition_values=["yes"])
    response = ResponseFactory(invitation=person, started_at=AT, submitted_at=AT, quoting="territory")
    AnswerFactory(response=response, question=about, value="no")
    AnswerFactory(response=response, question=grid, value={str(rows[1].pk): "unknown"}, saved_by=UserFactory())
    AnswerFactory(response=response, question=why, value="Trop\ntôt")
    AnswerFactory(response=response, question=then, value="Gardé", is_asked=False)
    (line,) = sheet(campaign, "réponses")
    assert line == {
        "session": 4,
        "territoire": "Ville-Exemple",
        "personne": "Nom Fictif",
        "état": "envoyée",
        "commencée le": CELL,
        "envoyée le": CELL,
        "citation": "citer en nommant seulement le territoire",
        "saisie par l’équipe": "oui",
        "1. Réunion": "non",
        "2.1 Freins Temps": "",
        "2.2 Freins Argent": "je ne sais pas",
        "3. Pourquoi": "Trop\ntôt",
        "4. Et puis": NOT_ASKED,
    }


def test_a_response_just_begun_is_there_and_someone_without_one_is_not(campaign, person):
    answered.ask(campaign, "text", label="Pourquoi")
    ResponseFactory(invitation=person, started_at=AT)
    InvitationFactory(campaign=campaign)
    answered.respond(CaseFactory(), CampaignFactory(running=True), {})  # of another campaign
    (line,) = sheet(campaign, "réponses")
    told = (line["état"], line["envoyée le"], line["saisie par l’équipe"], line["1. Pourquoi"])
    assert told == ("commencée", None, "", "")


# What was read in it, and said on the telephone -----------------------------------------------------


def test_codings_say_whether_the_text_changed_since(campaign, person):
    question = answered.ask(campaign, "text", label="Récit")
    response = ResponseFactory(invitation=person)
    answer = AnswerFactory(response=response, question=question, value="Le texte", revision=2)
    reader = UserFactory(name="Collègue")
    Coding.objects.create(answer=answer, criterion_id="meeting", revision=1, excerpt="texte", by=reader, at=AT)
    (line,) = sheet(campaign, "codages")
    assert line == {
        "session": 4,
        "territoire": "Ville-Exemple",
        "personne": "Nom Fictif",
        "question": "Récit",
        "texte": "Le texte",
        "critère": "meeting",
        "intitulé": line["intitulé"],
        "valeur": Evidence.Value.YES.label,
        "extrait": "texte",
        "à relire": "oui",
        "le": CELL,
        "par": str(reader),
    }


def test_calls_stand_from_the_first_to_the_last(campaign, person):
    by = CallFactory(invitation=person, outcome="call_again", again_on=AT.date()).by
    CallFactory()  # of another campaign
    first, last = sheet(campaign, "appels")
    assert (first["résultat"], first["note"], first["par"]) == ("pas de réponse", "Le matin.", "Collègue")
    assert (last["résultat"], last["rappeler le"], last["par"]) == ("à rappeler", AT.date(), str(by))


# Pseudonymised ------------------------------------------------------------------------------------


def test_nothing_tells_who_a_pseudonymised_person_is(campaign, person):
    question = answered.ask(campaign, "text")
    response = ResponseFactory(invitation=person)
    answer = AnswerFactory(response=response, question=question, value="Mon récit")
    Coding.objects.create(answer=answer, criterion_id="meeting", revision=1, by=UserFactory(name="Collègue"))
    every = {name: str(rows) for name, (_, rows) in tables(campaign, with_names=False).items()}
    assert {name: [secret for secret in SECRETS if secret in told] for name, told in every.items()} == {
        "suivi": [],
        "réponses": [],
        "codages": [],
        "appels": [],
    }
    assert all(code_of(person) in told for told in every.values())
    assert "Mon récit" in every["réponses"]
    named = str(tables(campaign, with_names=True))
    assert all(secret in named for secret in SECRETS)  # the test would see them


def test_codes_are_each_persons_own_and_stay(campaign):
    people = [InvitationFactory(campaign=campaign) for _ in range(20)]
    codes = [code_of(one) for one in people]
    assert len({*codes}) == len(people)
    assert codes == [code_of(Invitation.objects.get(pk=one.pk)) for one in people]
    assert codes != sorted(codes)  # not numbered as they were entered


# The file -----------------------------------------------------------------------------------------


def test_a_text_that_looks_like_a_formula_stays_a_text(campaign, person):
    question = answered.ask(campaign, "text")
    AnswerFactory(response=ResponseFactory(invitation=person), question=question, value="=1+1")
    Invitation.objects.update(name="=HYPERLINK(1)")
    workbook = openpyxl.load_workbook(io.BytesIO(as_xlsx(campaign, with_names=True)))
    assert workbook.sheetnames == ["suivi", "réponses", "codages", "appels"]
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert {cell.value for cell in cells} == {"=1+1", "=HYPERLINK(1)"}
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("persons", [1, 3])
def test_as_many_queries_for_one_as_for_three(campaign, persons):
    question = answered.ask(campaign, "text")
    grid = answered.ask(campaign, "grid")
    ItemFactory(question=grid)
    for _ in range(persons):
        one = InvitationFactory(campaign=campaign, trainee=TraineeFactory(actor=ActorFactory()))
        CallFactory(invitation=one)
        answer = AnswerFactory(response=ResponseFactory(invitation=one), question=question)
        Coding.objects.create(answer=answer, criterion_id="meeting", revision=1, by=UserFactory())
    with CaptureQueriesContext(connection) as queries:
        assert len(tables(campaign, with_names=True)["codages"][1]) == persons
    assert len(queries) == 13
