"""The follow-up pages of a campaign, over HTTP."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import subject_of
from accounts.history import history_of
from evaluation.campaigns.exporting import code_of
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign, Case, Invitation, Step
from outbox import links
from outbox.models import Mail
from tests.evaluation import answered
from tests.factories import (
    AnswerFactory,
    CallFactory,
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    QuestionnaireMailFactory,
    ResponseFactory,
    StepFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def campaign() -> Campaign:
    """Opened ten days ago, with its next reminder in a while."""
    campaign = CampaignFactory(running=True, opens_on=TODAY - timedelta(days=10), title="Session quatre")
    StepFactory(campaign=campaign, kind="invitation", days=0)
    StepFactory(campaign=campaign, kind="reminder", days=30)
    return campaign


def asked(campaign: Campaign, name: str, case: Case | None = None, **fields) -> Invitation:
    """Someone who got the invitation."""
    case = case or CaseFactory(evaluation=campaign.evaluation)
    one = InvitationFactory(campaign=campaign, case=case, name=name, **fields)
    step = campaign.steps.get(days=0)
    QuestionnaireMailFactory(invitation=one, step=step.code, due_at=NOW - timedelta(days=10), title="Votre avis")
    return one


def answer(one: Invitation) -> None:
    ResponseFactory(invitation=one, started_at=NOW, submitted_at=NOW)


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


@pytest.fixture
def team(client, staff) -> Client:
    client.force_login(staff)
    return client


def get(client: Client, name: str, *args, query: str = ""):
    response = client.get(reverse(f"campaigns:{name}", args=args) + query)
    assert response.status_code == 200
    return response


def names(response) -> list[str]:
    """The persons that the page lists, in order."""
    found = re.findall(r'/personnes/\d+/">([^<]+)</a>', response.content.decode())
    return [name.strip() for name in found]


# The follow-up ------------------------------------------------------------------------------------


def test_counts_come_first_then_each_person_of_this_campaign_alone(team, campaign):
    case = CaseFactory(evaluation=campaign.evaluation, participation__session__number=1)
    answer(asked(campaign, "Anaïs Fictive", case))
    asked(campaign, "Basile Fictif", CaseFactory(evaluation=campaign.evaluation, participation__session__number=2))
    other = CampaignFactory(running=True, evaluation=campaign.evaluation)
    answer(InvitationFactory(campaign=other, case=case, name="Chloé d’Ailleurs"))
    response = get(team, "follow_up", campaign.pk)
    assert names(response) == ["Anaïs Fictive", "Basile Fictif"]
    page = texts(response)
    assert '1 <span class="figure-of">territoire sur 2</span>' in page
    tiles = {tile.fact: tile.count for tile in response.context["tiles"]}
    assert tiles == {"sent": 2, "bounced": 0, "opened": 1, "partial": 0, "done": 1, "declined": 0}
    assert "Chloé" not in page
    assert "Relancer la personne silencieuse" in page


def test_filters_stay_in_the_address_with_the_curve(team, campaign):
    first, second = (CaseFactory(evaluation=campaign.evaluation, participation__session__number=n) for n in (1, 2))
    answer(asked(campaign, "Anaïs", first))
    asked(campaign, "Basile", first)
    asked(campaign, "Chloé", second)
    former = CampaignFactory(running=True, opens_on=TODAY - timedelta(days=400))
    assert names(get(team, "follow_up", campaign.pk, query="?session=1")) == ["Anaïs", "Basile"]
    assert names(get(team, "follow_up", campaign.pk, query="?etat=silent")) == ["Basile", "Chloé"]
    both = get(team, "follow_up", campaign.pk, query="?session=1&etat=silent&courbe=sessions")
    assert names(both) == ["Basile"]
    assert both.context["tiles"][0].count == 3  # counts are the whole campaign's
    assert f"?session=1&amp;etat=silent&amp;courbe={former.pk}#rythme" in both.content.decode()
    assert 'name="courbe" value="sessions"' in both.content.decode()
    assert names(get(team, "follow_up", campaign.pk, query="?etat=nimporte")) == ["Anaïs", "Basile", "Chloé"]
    nobody = texts(get(team, "follow_up", campaign.pk, query="?etat=declined"))
    assert "Personne ne correspond à ces filtres" in nobody


def test_the_curve_stands_against_the_latest_former_campaign_or_the_one_chosen(team, campaign):
    answer(asked(campaign, "Anaïs"))
    latest = CampaignFactory(running=True, opens_on=TODAY - timedelta(days=300), title="Session trois")
    oldest = CampaignFactory(running=True, opens_on=TODAY - timedelta(days=600), title="Session deux")
    one = InvitationFactory(campaign=latest)
    at = NOW - timedelta(days=299)
    ResponseFactory(invitation=one, started_at=at, submitted_at=at)
    InvitationFactory(campaign=oldest)

    def labels(query: str) -> list[str]:
        return [curve.label for curve in get(team, "follow_up", campaign.pk, query=query).context["pace"].curves]

    assert labels("") == labels("?courbe=0") == ["Cette campagne", "Session trois"]
    assert labels(f"?courbe={oldest.pk}") == ["Cette campagne", "Session deux"]
    assert labels("?courbe=aucune") == ["Cette campagne"]
    assert labels("?courbe=sessions") == [f"Session {campaign.invitations.get().case.participation.session.number}"]
    pace = get(team, "follow_up", campaign.pk).context["pace"]
    assert pace.comparison.replace("\u00a0", " ") == ("Au même jour (jour 10), « Session trois » en était à 1 sur 1.")
    assert pace.rows == [(0, [0, 0]), (1, [0, 1]), (10, [1, 1]), (35, [None, 1])]


def test_without_a_former_campaign_the_curve_stands_alone(team, campaign):
    asked(campaign, "Anaïs")
    CampaignFactory(opens_on=TODAY - timedelta(days=300))  # never launched
    pace = get(team, "follow_up", campaign.pk).context["pace"]
    assert ([curve.label for curve in pace.curves], pace.comparison) == (["Cette campagne"], "")


def test_a_campaign_in_preparation_says_what_will_be_there(team):
    campaign = CampaignFactory()
    InvitationFactory(campaign=campaign, name="Anaïs")
    response = get(team, "follow_up", campaign.pk)
    assert "Rien à suivre pour l’instant" in texts(response)
    assert names(response) == []


def test_who_is_to_be_called_is_counted_only_while_it_runs(team, campaign):
    asked(campaign, "Anaïs", email="a@exemple.test")
    InvitationFactory(campaign=campaign, email="")
    assert get(team, "follow_up", campaign.pk).context["to_call"] == 1
    Campaign.objects.update(state="paused")
    assert get(team, "follow_up", campaign.pk).context["to_call"] == 0


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_one_as_for_three(team, campaign, count):
    CampaignFactory(running=True, opens_on=TODAY - timedelta(days=300))
    for n in range(count):
        AnswerFactory(response=ResponseFactory(invitation=asked(campaign, f"A{n}")))
        CallFactory(invitation=InvitationFactory(campaign=campaign, email=""))
    with CaptureQueriesContext(connection) as queries:
        get(team, "follow_up", campaign.pk)
    assert len(queries) == 27  # one of them for the worker’s last pulse


# Reminding ----------------------------------------------------------------------------------------


def test_the_page_before_a_reminder_tells_exactly_who_gets_it_and_asks_for_nothing(team, campaign):
    silent = asked(campaign, "Anaïs Fictive", email="anais@exemple.test")
    answer(asked(campaign, "Basile Fictif"))
    InvitationFactory(campaign=CampaignFactory(running=True), name="Chloé d’Ailleurs")
    before = Mail.objects.count()
    response = get(team, "remind", campaign.pk)
    written = [one.progress.invitation for one in response.context["reminding"].written]
    others = [one.invitation.name for one, _ in response.context["reminding"].others]
    assert (written, others) == ([silent], ["Basile Fictif"])
    assert "anais@exemple.test" in texts(response)
    assert "Chloé" not in texts(response)
    assert (Mail.objects.count(), campaign.steps.filter(kind=Step.Kind.EXTRA).count()) == (before, 0)


def test_a_reminder_is_asked_for_once_a_day_for_the_silent_alone(team, campaign, staff):
    silent = asked(campaign, "Anaïs")
    answer(asked(campaign, "Basile"))
    page = reverse("campaigns:remind", args=[campaign.pk])
    for _ in range(2):
        assert team.post(page).status_code == 302
    step = campaign.steps.get(kind=Step.Kind.EXTRA)
    found = Mail.objects.filter(purpose=QUESTIONNAIRE, step=step.code)
    assert [(mail.subject, mail.recipient) for mail in found] == [(subject_of(silent), silent.email)]
    assert history_of(campaign)[0].who == str(staff)
    assert "Personne à relancer" in texts(get(team, "remind", campaign.pk))


@pytest.mark.parametrize("state", ["draft", "paused", "ended"])
def test_nobody_is_reminded_by_a_campaign_that_sends_nothing(team, campaign, state):
    asked(campaign, "Anaïs")
    launched = None if state == "draft" else NOW
    Campaign.objects.update(state=state, launched_at=launched)
    page = reverse("campaigns:remind", args=[campaign.pk])
    assert "n’envoie rien en ce moment" in texts(get(team, "remind", campaign.pk))
    assert not get(team, "follow_up", campaign.pk).context.get("to_remind")
    response = team.post(page, follow=True)
    assert response.context["messages"]
    assert not campaign.steps.filter(kind=Step.Kind.EXTRA).exists()


def test_nobody_is_reminded_before_the_invitations(team, campaign):
    asked(campaign, "Anaïs")
    Campaign.objects.update(opens_on=TODAY + timedelta(days=1))
    assert get(team, "follow_up", campaign.pk).context["to_remind"] == 0
    assert "Les invitations partent le" in texts(get(team, "remind", campaign.pk))


# One person ---------------------------------------------------------------------------------------


def test_all_that_is_known_of_a_person(team, campaign, staff):
    one = asked(campaign, "Anaïs Fictive", phone="01 00 00 00 07")
    question = answered.ask(campaign, "yes_no", label="Une réunion ?")
    silent = answered.ask(campaign, "text", label="Passée sous silence")
    response = ResponseFactory(invitation=one)
    AnswerFactory(response=response, question=question, value="unknown", saved_by=staff)
    AnswerFactory(response=response, question=silent, value=None)
    CallFactory(invitation=one, outcome="will_answer", note="Plutôt mardi.")
    links.make(purpose=QUESTIONNAIRE, subject=subject_of(one), recipient=one.email, days=9)
    other = asked(campaign, "Basile Fictif", case=one.case)
    AnswerFactory(response=ResponseFactory(invitation=other), question=question, value="yes")
    CallFactory(invitation=other, note="Secret de Basile")
    found = get(team, "person", campaign.pk, one.pk)
    page = texts(found)
    assert [(told.question, told.words) for told in found.context["answers"]] == [("Une réunion ?", "je ne sais pas")]
    assert all(
        words in page for words in ("Votre avis", one.email, "01 00 00 00 07", "Plutôt mardi.", "1 lien personnel")
    )
    assert f"saisie par {staff}" in page
    assert "Basile" not in page


def test_what_one_can_do_depends_on_where_the_person_stands(team, campaign):
    one = asked(campaign, "Anaïs")
    enter = reverse("campaigns:enter", args=[campaign.pk, one.pk])
    assert enter in texts(get(team, "person", campaign.pk, one.pk))
    one.ended_at, one.ending, one.successor = NOW, "replaced", asked(campaign, "Basile")
    one.save()
    page = texts(get(team, "person", campaign.pk, one.pk))
    assert "Basile" in page
    assert enter not in page
    assert reverse("campaigns:recipient_replace", args=[campaign.pk, one.pk]) not in page


def test_a_person_is_found_in_their_own_campaign_alone(team, campaign):
    other = InvitationFactory(campaign=CampaignFactory(running=True))
    for name in ("person", "call"):
        assert team.get(reverse(f"campaigns:{name}", args=[campaign.pk, other.pk])).status_code == 404


# Taking it away -----------------------------------------------------------------------------------


@pytest.mark.parametrize("with_names", [True, False])
def test_an_export_leaves_its_trace_on_the_campaign(team, campaign, staff, with_names):
    one = asked(campaign, "Anaïs Fictive")
    assert "classeur" in texts(get(team, "export", campaign.pk))
    assert history_of(campaign) == []  # looking is not exporting
    response = team.post(reverse("campaigns:export", args=[campaign.pk]), {"noms": "oui" if with_names else "non"})
    assert "attachment" in response["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content))["suivi"]
    assert sheet["C2"].value == ("Anaïs Fictive" if with_names else code_of(one))
    (event,) = history_of(campaign)
    told = "avec les noms" if with_names else "pseudonymisé"
    assert (event.action, event.who) == ("export de la campagne", str(staff))
    assert {change.after for change in event.changes} == {campaign.title, told}


def test_an_export_that_says_nothing_gives_no_names(team, campaign):
    one = asked(campaign, "Anaïs Fictive")
    response = team.post(reverse("campaigns:export", args=[campaign.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content))["suivi"]
    assert sheet["C2"].value == code_of(one)
