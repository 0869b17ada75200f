"""What the pages of an evaluation show of answers: turnout, statements, disagreements, and answers side by side."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.disagreements import Disagreement
from evaluation.models import Answer, Ruling
from evaluation.verdicts import Tally
from tests.evaluation.answered import answer_to, ask, ask_about, campaign_of, respond
from tests.evaluation.test_answers import LATE
from tests.evaluation.test_views_dossier import get
from tests.factories import (
    CaseFactory,
    CodingFactory,
    EvaluationFactory,
    EvidenceFactory,
    InvitationFactory,
    PublishedFigureFactory,
    RespondentsFactory,
    RulingFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CAMPAIGN = "Bilan d’essai"


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True, name="Claire Exemple")
    client.force_login(user)
    return user


@pytest.fixture
def reader(client):
    client.force_login(UserFactory(is_steering_reader=True))


@pytest.fixture
def case():
    return CaseFactory(evaluation__code="essai", label="Ville-Exemple", participation__session__number=1)


@pytest.fixture
def campaign(case):
    return campaign_of(case.evaluation, title=CAMPAIGN)


@pytest.fixture
def disputed(case, campaign):
    """Two persons who disagree on the meeting, agree on the mapping, and write."""
    meeting, mapping = ask(campaign, "yes_no", "meeting", label="Une réunion ?"), ask(campaign, "yes_no", "mapping")
    text = ask(campaign, "text", label="Racontez")
    for name, value in (("Awa Fictive", "yes"), ("Basile Inventé", "no")):
        given = {meeting: value, mapping: "yes", text: f"Récit de {value}."}
        respond(case, campaign, given, invitation__name=name)
    return case


# Turnout and respondents --------------------------------------------------------------------------


def test_the_overview_says_how_far_campaigns_are_and_leads_the_team_there(client, staff, case, campaign):
    respond(case, campaign, {})
    respond(case, campaign, {}, at=LATE)
    InvitationFactory(campaign=campaign, case=case)
    shown, _ = get(client, "overview", case.evaluation)
    assert "Bilan d'essai (campagne en cours) : 2 réponses sur 3, dont 1 après l'état des lieux, non comptée." in shown
    assert "1 territoire sur 1 a répondu ( 1 personne )" in shown
    page = client.get(reverse("evaluation:overview", args=["essai"])).content.decode()
    assert reverse("campaigns:follow_up", args=[campaign.pk]) in page


def test_a_reader_sees_how_far_campaigns_are_without_the_link(client, reader, case):
    campaign = campaign_of(case.evaluation, title=CAMPAIGN, state="ended")
    respond(case, campaign, {})
    shown, _ = get(client, "overview", case.evaluation)
    assert "Bilan d'essai (campagne terminée) : 1 réponse sur 1." in shown
    page = client.get(reverse("evaluation:overview", args=["essai"])).content.decode()
    assert reverse("campaigns:follow_up", args=[campaign.pk]) not in page


def test_a_filter_narrows_the_turnout(client, staff, case, campaign):
    respond(case, campaign, {})
    InvitationFactory(campaign=campaign, case=CaseFactory(evaluation=case.evaluation))
    assert "1 réponse sur 1." in get(client, "overview", case.evaluation, query="?session=1")[0]
    assert "1 réponse sur 2." in get(client, "overview", case.evaluation)[0]


def test_a_case_tells_who_answered_a_campaign_from_those_counted_outside(client, staff, case, campaign):
    respond(case, campaign, {})
    shown, _ = get(client, "case", case.evaluation, case.pk)
    assert "1 personne a répondu à une campagne ( les réponses côte à côte ) Entretien" in shown
    RespondentsFactory(case=case, count=2)
    shown, _ = get(client, "case", case.evaluation, case.pk)
    assert "( les réponses côte à côte ) 2 autres personnes ont répondu Entretien" in shown


def test_a_case_asked_about_is_no_longer_removed(client, staff, case):
    InvitationFactory(case=case, campaign__evaluation=case.evaluation)
    client.post(reverse("evaluation:case_remove", args=["essai", case.pk]))
    assert list(case.evaluation.cases.all()) == [case]


# Statements ---------------------------------------------------------------------------------------


def test_a_cell_shows_the_statement_with_its_question_and_leads_the_team_to_the_response(client, staff, disputed):
    shown, context = get(client, "cell", disputed.evaluation, disputed.pk, "meeting")
    response = disputed.invitations.get(name="Awa Fictive").response
    assert "oui – questionnaire, 2 juin 2025 (niveau de preuve 1 sur 4 : déclaré)" in shown
    assert "À la question « Une réunion ? »" in shown
    assert len([s for s in context["statements"] if s.is_answer]) == 2
    page = client.get(reverse("evaluation:cell", args=["essai", disputed.pk, "meeting"])).content.decode()
    side_by_side = reverse("evaluation:case_responses", args=["essai", disputed.pk])
    assert f'href="{side_by_side}#reponse-{response.pk}"' in page
    assert "Voir les réponses côte à côte" in page
    assert "Corriger ou supprimer" not in page


def test_a_reader_is_not_led_to_the_response(client, reader, disputed):
    page = client.get(reverse("evaluation:cell", args=["essai", disputed.pk, "meeting"])).content.decode()
    assert "Une réunion ?" in page
    assert reverse("evaluation:case_responses", args=["essai", disputed.pk]) not in page


def test_a_statement_sent_late_is_shown_as_left_out(client, staff, case, campaign):
    respond(case, campaign, {ask(campaign, "yes_no", "meeting"): "yes"}, at=LATE)
    assert "Non compté : daté d'après l'état des lieux" in get(client, "cell", case.evaluation, case.pk, "meeting")[0]


def test_a_case_that_is_not_counted_shows_its_answers_too(client, staff, case, campaign):
    case.in_scope = False
    case.save()
    respond(case, campaign, {ask(campaign, "yes_no", "meeting", label="Une réunion ?"): "yes"})
    assert "À la question « Une réunion ? »" in get(client, "case", case.evaluation, case.pk)[0]
    shown, context = get(client, "case_responses", case.evaluation, case.pk)
    assert "il n'y a rien à trancher" in shown
    assert len(context["sheets"]) == 1


def test_a_coding_to_be_read_again_says_so(client, staff, disputed):
    answer = Answer.objects.filter(question__kind="text").first()
    CodingFactory(answer=answer, criterion_id="other")
    told = "le texte a changé depuis qu'il a été codé"
    assert told not in get(client, "cell", disputed.evaluation, disputed.pk, "other")[0]
    Answer.objects.update(revision=2)
    assert told in get(client, "cell", disputed.evaluation, disputed.pk, "other")[0]


# Disagreements ------------------------------------------------------------------------------------


def test_disagreements_are_listed_with_what_each_side_says(client, staff, disputed):
    shown, context = get(client, "disagreements", disputed.evaluation)
    [case] = context["page_obj"].object_list
    [line] = case.to_settle
    assert line.disagreement == Disagreement(disputed.pk, "meeting", Tally(yes=1, no=1))
    assert "1 désaccord à trancher." in shown
    assert "1 personne dit « oui », 1 personne dit « non »." in shown
    assert "Comparer et trancher" in shown


def test_a_reader_sees_disagreements_and_no_way_to_the_answers(client, reader, disputed):
    shown, _ = get(client, "disagreements", disputed.evaluation)
    assert "1 personne dit « oui », 1 personne dit « non »." in shown
    assert "Comparer" not in shown


def test_what_a_ruling_settled_is_told_apart(client, staff, disputed):
    RulingFactory(case=disputed)
    shown, context = get(client, "disagreements", disputed.evaluation)
    assert (context["to_settle"], context["settled"]) == (0, 1)
    assert "Le désaccord est tranché" in shown
    assert "Voir les réponses" in shown


def test_those_to_be_settled_come_first_and_filters_narrow(client, staff, disputed, campaign):
    RulingFactory(case=disputed)
    other = CaseFactory(evaluation=disputed.evaluation, label="Zoé", participation__session__number=9)
    question = ask(campaign, "yes_no", "other")
    for value in ("yes", "unknown"):
        respond(other, campaign, {question: value})
    _, context = get(client, "disagreements", disputed.evaluation)
    assert [case.row.name for case in context["page_obj"]] == ["Zoé", "Ville-Exemple"]
    _, context = get(client, "disagreements", disputed.evaluation, query="?session=1")
    assert [case.row.name for case in context["page_obj"]] == ["Ville-Exemple"]


def test_without_any_the_page_says_what_will_be_there(client, staff):
    assert "Aucun désaccord" in get(client, "disagreements", EvaluationFactory())[0]


def test_gaps_lead_to_disagreements_when_there_are_some(client, staff, disputed):
    PublishedFigureFactory(evaluation=disputed.evaluation, code="meeting", value=1)
    shown, _ = get(client, "gaps", disputed.evaluation)
    assert "1 désaccord entre les personnes d'un même territoire dans leurs réponses au questionnaire." in shown
    Answer.objects.update(value="yes")
    assert "désaccord" not in get(client, "gaps", disputed.evaluation)[0]


# Side by side and ruling --------------------------------------------------------------------------


def rule(client, case, criterion="meeting", **data):
    address = reverse("evaluation:rule_responses", args=[case.evaluation.code, case.pk, criterion])
    return client.post(address, {f"{criterion}-{name}": value for name, value in data.items()})


def test_answers_stand_side_by_side_with_the_ruling_in_place(client, staff, disputed):
    shown, context = get(client, "case_responses", disputed.evaluation, disputed.pk)
    [sheet] = context["sheets"]
    assert [line.label for line in sheet.lines if line.placed] == ["Une réunion ?"]
    assert "1 désaccord à trancher" in shown
    assert "Une réunion ? désaccord Awa Fictive : oui Basile Inventé : non" in shown
    assert "Arbitrer : Au moins une réunion de coordination" in shown


def test_ruling_there_settles_the_cell_and_keeps_the_answers(client, staff, disputed):
    response = rule(client, disputed, value="no", reason="Le compte rendu le dit.")
    assert response.url == reverse("evaluation:case_responses", args=["essai", disputed.pk])
    ruling = Ruling.objects.get()
    assert (ruling.case, ruling.criterion_id, ruling.value, ruling.reason, ruling.by) == (
        *(disputed, "meeting", "no"),
        *("Le compte rendu le dit.", staff),
    )
    shown, context = get(client, "case_responses", disputed.evaluation, disputed.pk)
    assert "Tous les désaccords de ce territoire sont tranchés" in shown
    assert "Le compte rendu le dit." in shown
    assert [reply.words for reply in context["sheets"][0].lines[0].replies] == ["oui", "non"]
    assert context["dossier"].reading.matrix.rows[0].verdict("meeting").code == "no"


@pytest.mark.parametrize(
    ("data", "field"),
    [({"value": "no"}, "reason"), ({"value": "no", "reason": " "}, "reason"), ({"reason": "x"}, "value")],
)
def test_a_ruling_without_reason_is_refused_beside_its_field(client, staff, disputed, data, field):
    response = rule(client, disputed, **data)
    assert response.status_code == 200
    [dispute] = response.context["disputes"]
    assert list(dispute.form.errors) == [field]
    assert {name: dispute.form[name].value() for name in data} == data
    assert not Ruling.objects.exists()


def test_only_what_persons_disagree_on_is_ruled_there(client, staff, disputed):
    assert rule(client, disputed, "mapping", value="no", reason="x").status_code == 404
    assert not Ruling.objects.exists()


def test_nobody_answered_yet(client, staff, case):
    assert "Aucune réponse pour l'instant" in get(client, "case_responses", case.evaluation, case.pk)[0]


# Queries ------------------------------------------------------------------------------------------


def filled(number: int):
    """An evaluation with so many cases, of so many persons, who all disagree, and as many texts coded as often."""
    evaluation = EvaluationFactory()
    campaign = campaign_of(evaluation)
    codes = ("brake.people.turnover", "other", "mapping")[:number]
    meeting, text = ask(campaign, "yes_no", "meeting"), ask(campaign, "text")
    choice, options = ask_about(campaign, "multiple", *[(code, "yes") for code in codes])
    for case in CaseFactory.create_batch(number, evaluation=evaluation):
        EvidenceFactory(case=case, quote="Une citation.")
        for person in range(number + 1):
            response = respond(
                case,
                campaign,
                {meeting: "yes" if person else "no", text: "Un récit.", choice: [option.pk for option in options]},
                quoting="named",
                invitation__trainee=TraineeFactory(participation=case.participation),
            )
            for criterion in codes:
                CodingFactory(answer=answer_to(response, text), criterion_id=criterion)
    PublishedFigureFactory(evaluation=evaluation, code="meeting", value=1)
    return case, answer_to(response, text)


@pytest.mark.parametrize("who", ["is_staff", "is_steering_reader"])
@pytest.mark.parametrize(
    "name", ["overview", "disagreements", "verbatims", "brakes", "gaps", "case", "cell", "case_responses", "verbatim"]
)
def test_queries_do_not_grow(client, name, who):
    if who == "is_steering_reader" and name in ("case_responses", "verbatim"):
        return
    client.force_login(UserFactory(**{who: True}))
    counts = []
    for number in (1, 3):
        case, text = filled(number)
        arguments = {
            "case": [case.pk],
            "cell": [case.pk, "meeting"],
            "case_responses": [case.pk],
            "verbatim": [text.pk],
        }
        address = reverse(f"evaluation:{name}", args=[case.evaluation.code, *arguments.get(name, [])])
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
