"""The pages that prepare and run campaigns. Who opens them is in ``tests/test_permissions.py``."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actors.models import Trainee
from evaluation.campaigns import operations
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Campaign, Invitation, Step
from outbox.models import Mail
from tests.factories import (
    CampaignFactory,
    CaseFactory,
    EvaluationFactory,
    InvitationFactory,
    QuestionFactory,
    ResponseFactory,
    StepFactory,
    TraineeFactory,
    UserFactory,
    VersionFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
State = Campaign.State


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, name="Équipe fictive", email="equipe@exemple.test"))
    return client


def address(name: str, campaign: Campaign, *args) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk, *args])


def prepared(**fields) -> Campaign:
    """With the default steps and one trainee asked, ready to be launched."""
    campaign = CampaignFactory.build(
        **{"evaluation": EvaluationFactory(as_of=date(2100, 1, 1)), "version": VersionFactory()} | fields
    )
    QuestionFactory(page__version=campaign.version)
    case = CaseFactory(evaluation=campaign.evaluation, label="Ville-Exemple")
    TraineeFactory(participation=case.participation, name="Camille Fictive", email="camille@exemple.test")
    return operations.create(
        campaign=campaign, sessions=[case.participation.session.number], by=UserFactory(is_staff=True)
    )


def launched(**fields) -> Campaign:
    campaign = prepared(**fields)
    operations.launch(campaign=campaign, by=UserFactory(is_staff=True))
    return campaign


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


# Preparing ------------------------------------------------------------------------------------------


def test_the_first_campaign_is_explained(staff):
    page = texts(staff.get(reverse("campaigns:campaign_list")))
    assert "Aucune campagne pour l’instant" in page


def test_the_list_of_an_evaluations_campaigns(staff):
    one, other = CampaignFactory(title="Celle-ci"), CampaignFactory(title="Celle-là")
    response = InvitationFactory.create_batch(2, campaign=one)
    ResponseFactory(invitation=response[0], submitted_at=timezone.now(), started_at=timezone.now() - timedelta(hours=1))
    InvitationFactory(campaign=one, ended_at=timezone.now(), ending="removed")
    page = staff.get(reverse("campaigns:campaign_list"), {"evaluation": one.evaluation.code})
    assert [(found, found.asked, found.answered) for found in page.context["campaigns"]] == [(one, 2, 1)]
    assert other.title not in texts(page)
    assert staff.get(reverse("campaigns:campaign_list"), {"evaluation": "inconnue"}).status_code == 404


def test_a_campaign_is_created_for_an_evaluation(staff):
    evaluation = EvaluationFactory(title="Une évaluation")
    EvaluationFactory()
    case = CaseFactory(evaluation=evaluation)
    asked = TraineeFactory(participation=case.participation)
    TraineeFactory(participation=CaseFactory(evaluation=evaluation).participation)
    version = VersionFactory()
    assert "Une évaluation" in texts(staff.get(reverse("campaigns:campaign_create")))
    url = reverse("campaigns:campaign_create") + f"?evaluation={evaluation.code}"
    initial = staff.get(url).context["form"].initial
    assert (initial["sender_name"], initial["reply_to"]) == ("Équipe fictive", "equipe@exemple.test")
    assert initial["closes_on"] - initial["opens_on"] > timedelta(days=max(step.days for step in DEFAULT_STEPS))
    form = {
        "title": "Essai",
        "version": version.pk,
        "opens_on": in_days(7).isoformat(),
        "closes_on": in_days(42).isoformat(),
        "sender_name": "Équipe",
        "reply_to": "equipe@exemple.test",
        "sessions": [case.participation.session.number],
    }
    answer = staff.post(url, form)
    campaign = Campaign.objects.get()
    assert answer.url == campaign.get_absolute_url()
    assert (campaign.state, campaign.evaluation) == (State.DRAFT, evaluation)
    assert [one.trainee for one in campaign.invitations.all()] == [asked]
    assert campaign.steps.count() == len(DEFAULT_STEPS)


def test_what_a_campaign_cannot_be(staff):
    case = CaseFactory()
    url = reverse("campaigns:campaign_create")
    form = {"opens_on": in_days(-1).isoformat(), "closes_on": in_days(3).isoformat(), "title": "Gardé", "sessions": []}
    refused = staff.post(url, form)
    found = refusals(refused)
    assert found["opens_on"] == "Ce jour est passé : choisissez aujourd’hui ou plus tard."
    assert set(found) == {"opens_on", "version", "sender_name", "reply_to", "sessions"}
    assert 'value="Gardé"' in refused.content.decode()
    form |= {"opens_on": in_days(3).isoformat(), "sessions": [case.participation.session.number]}
    assert refusals(staff.post(url, form))["closes_on"] == "La clôture vient après les invitations."
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(("opens_in", "lasts", "field"), [(4 * 365, 30, "opens_on"), (5, 400, "closes_on")])
def test_a_campaign_is_not_of_another_age(staff, opens_in, lasts, field):
    """Nor do its days go beyond those that a calendar has."""
    form = {"opens_on": in_days(opens_in).isoformat(), "closes_on": in_days(opens_in + lasts).isoformat()}
    draft = prepared()
    url = address("campaign_edit", draft)
    assert set(refusals(staff.post(url, form))) - {"title", "version", "sender_name", "reply_to"} == {field}
    form = {"opens_on": "9999-12-30", "closes_on": "9999-12-31"}
    assert "opens_on" in refusals(staff.post(url, form))
    operations.launch(campaign=draft, by=UserFactory(is_staff=True))
    assert set(refusals(staff.post(address("extend", draft), {"closes_on": "9999-12-31"}))) == {"closes_on"}


def test_an_evaluation_without_trained_territories_says_what_to_do_first(staff):
    EvaluationFactory()
    assert "Choisir son périmètre" in texts(staff.get(reverse("campaigns:campaign_create")))


def test_what_can_be_edited_before_and_after_the_launch(staff):
    campaign = launched()
    form = {
        "title": "Autre",
        "sender_name": "Autre équipe",
        "reply_to": "autre@exemple.test",
        "opens_on": in_days(20).isoformat(),
    }
    assert staff.post(address("campaign_edit", campaign), form).status_code == 302
    before = campaign.opens_on
    campaign.refresh_from_db()
    assert (campaign.title, campaign.opens_on) == ("Autre", before)
    draft = prepared()
    assert set(refusals(staff.post(address("campaign_edit", draft), form))) == {"version", "closes_on"}


def test_a_draft_is_deleted_and_nothing_else(staff):
    draft, running = prepared(), launched()
    assert staff.post(address("campaign_delete", draft)).url == reverse("campaigns:campaign_list")
    staff.post(address("campaign_delete", running))
    assert list(Campaign.objects.all()) == [running]


# Who gets what --------------------------------------------------------------------------------------


def test_before_the_launch_one_sees_who_gets_what_and_why_not_the_others(staff):
    campaign = prepared(opens_on=in_days(0), closes_on=in_days(35))
    case = campaign.invitations.get().case
    TraineeFactory(participation=case.participation, name="Sans Adresse", email="")
    TraineeFactory(participation=case.participation, name="Parti Ailleurs", in_post_until=in_days(-1))
    empty = CaseFactory(evaluation=campaign.evaluation, label="Vide-Exemple")
    page = staff.get(address("sending", campaign))
    ((one, days),) = page.context["rows"]
    assert one.progress.invitation.name == "Camille Fictive"
    planned = [step.days for step in page.context["steps"]]
    assert planned == [-3, 0, 7, 14, 21]
    assert days[0] is None, "launched after the day of its notice"
    assert all(day >= campaign.opens_on + timedelta(days=n) for day, n in zip(days[1:], planned[1:], strict=True))
    assert [(left.trainee.name, left.barrier or left.no_mail) for left in page.context["left_out"]] == [
        ("Parti Ailleurs", "N’est plus en poste."),
        ("Sans Adresse", "Pas d’adresse de courriel."),
    ]
    assert page.context["without_trainee"] == [empty]
    assert "Lancer la campagne" in texts(page)
    assert not Mail.objects.exists()


def test_the_launch_page_warns_and_refuses(staff):
    campaign = prepared(evaluation=EvaluationFactory(as_of=in_days(3)))
    Invitation.objects.all().delete()
    page = texts(staff.get(address("sending", campaign)))
    assert "ne compteront pas dans ses chiffres" in page
    assert "La campagne n’a pas encore de destinataire." in page
    assert "Lancer la campagne" not in page
    assert staff.post(address("launch", campaign)).url == address("sending", campaign)
    campaign.refresh_from_db()
    assert campaign.state == State.DRAFT


def test_launch_pause_resume_extend_end(staff):
    campaign = prepared()
    for name, state in (
        ("launch", State.RUNNING),
        ("pause", State.PAUSED),
        ("resume", State.RUNNING),
        ("end", State.ENDED),
    ):
        if name == "end":
            later = campaign.closes_on + timedelta(days=7)
            assert staff.post(address("extend", campaign), {"closes_on": later.isoformat()}).status_code == 302
        assert staff.post(address(name, campaign)).url == campaign.get_absolute_url()
        campaign.refresh_from_db()
        assert campaign.state == state
        assert staff.get(campaign.get_absolute_url()).status_code == 200
        assert staff.get(address("sending", campaign)).status_code == 200
    assert campaign.closes_on == later
    page = staff.post(address("pause", campaign), follow=True)
    assert "a changé d’état entre-temps" in texts(page)


def test_an_extension_to_an_earlier_day_is_refused_beside_its_field(staff):
    campaign = launched()
    found = refusals(staff.post(address("extend", campaign), {"closes_on": in_days(1).isoformat()}))
    assert set(found) == {"closes_on"}


# What it says ---------------------------------------------------------------------------------------


def test_texts_are_read_as_one_person_will(staff):
    campaign = prepared()
    other = InvitationFactory(campaign=campaign, name="Alix Fictive")
    page = staff.get(address("texts", campaign))
    assert "Bonjour Camille Fictive," in texts(page)
    assert "{" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    page = texts(staff.get(address("texts", campaign), {"personne": other.pk}))
    assert "Bonjour Alix Fictive," in page
    Invitation.objects.all().delete()
    assert "Bonjour Camille Exemple," in texts(staff.get(address("texts", campaign)))


def test_a_step_is_edited_within_what_can_be_filled(staff):
    campaign = prepared()
    step = campaign.steps.get(days=7)
    url = reverse("campaigns:step_edit", args=[step.pk])
    form = {"days": 8, "subject": "Objet {nom}", "text": "Allez : {lien}, d’ici au {date_limite}."}
    assert staff.post(url, form | {"text": "Rien"}).context["form"].errors["text"]
    found = refusals(staff.post(url, form | {"days": 14, "subject": "{prenom}"}))
    assert found["days"] == "Une autre étape a déjà ce jour."
    assert found["subject"].startswith("Champ inconnu : {prenom}.")
    assert set(refusals(staff.post(url, form | {"days": 2_000_000_000}))) == {"days"}
    assert set(refusals(staff.post(url, form | {"text": form["text"] + "x" * 1_000_000}))) == {"text"}
    assert refusals(staff.post(url, form | {"days": -1}))["days"].startswith("Cette étape vient après les invitations")
    assert staff.post(url, form).url == address("texts", campaign)
    step.refresh_from_db()
    assert (step.days, step.subject, step.partial_text) == (8, "Objet {nom}", "")


def test_days_do_not_move_once_launched_and_texts_not_once_over(staff):
    campaign = launched()
    step = campaign.steps.get(days=7)
    url = reverse("campaigns:step_edit", args=[step.pk])
    form = {"days": 9, "subject": "Objet", "text": "Allez : {lien}, d’ici au {date_limite}."}
    staff.post(url, form)
    step.refresh_from_db()
    assert (step.days, step.subject) == (7, "Objet")
    operations.end(campaign=campaign, by=UserFactory(is_staff=True))
    assert staff.post(url, form | {"subject": "Autre"}).status_code == 302
    step.refresh_from_db()
    assert step.subject == "Objet"


@pytest.mark.parametrize(("kind", "days"), [("notice", -3), ("call", 28)])
def test_steps_taken_out_can_come_back(staff, kind, days):
    campaign = prepared()
    staff.post(reverse("campaigns:step_remove", args=[campaign.steps.get(kind=kind).pk]))
    assert not campaign.steps.filter(kind=kind).exists()
    url = address("step_add", campaign, kind)
    offered = staff.get(url).context["form"]
    assert offered["days"].value() == days
    assert staff.post(url, {"days": days, "subject": "Objet", "text": "Bonjour {nom}"}).status_code == 302
    assert campaign.steps.get(kind=kind).days == days
    assert staff.get(url).url == address("texts", campaign), "there is one already"


def test_one_more_reminder(staff):
    campaign = prepared()
    url = address("step_add", campaign, "reminder")
    form = staff.get(url).context["form"]
    assert form["days"].value() == 35
    answer = staff.post(url, {"days": 10, "subject": form["subject"].value(), "text": form["text"].value()})
    assert answer.status_code == 302
    assert campaign.steps.filter(kind="reminder").count() == 4
    assert staff.get(address("step_add", campaign, "extra")).status_code == 302
    assert staff.get(address("step_add", launched(), "reminder")).status_code == 302


def test_the_invitation_stays(staff):
    campaign = prepared()
    staff.post(reverse("campaigns:step_remove", args=[campaign.steps.get(kind="invitation").pk]))
    assert campaign.steps.filter(kind="invitation").exists()


def test_a_test_mail_to_oneself(staff):
    step = prepared().steps.get(days=0)
    staff.post(reverse("campaigns:step_test", args=[step.pk]))
    mail = Mail.objects.get()
    assert (mail.purpose, mail.recipient, mail.urgent) == ("questionnaire_test", "equipe@exemple.test", True)


# Whom it asks ---------------------------------------------------------------------------------------


def test_ticks_are_kept(staff):
    campaign = prepared()
    asked = campaign.invitations.get()
    other = TraineeFactory(participation=asked.case.participation, email="")
    page = staff.get(address("recipients", campaign))
    ((case, people),) = page.context["territories"]
    assert (case, {(one.trainee, one.is_asked) for one in people}) == (
        asked.case,
        {(asked.trainee, True), (other, False)},
    )
    staff.post(address("recipients", campaign), {"shown": [asked.trainee_id, other.pk], "kept": [other.pk]})
    assert [one.trainee for one in campaign.invitations.all()] == [other]


def test_ticks_of_a_page_older_than_the_launch_are_refused(staff):
    campaign = launched()
    asked = campaign.invitations.get()
    page = staff.post(address("recipients", campaign), {"shown": [asked.trainee_id]}, follow=True)
    assert "une par une" in texts(page)
    assert campaign.invitations.standing().exists()


def test_a_thousand_ticks(staff):
    campaign = prepared()
    participation = campaign.invitations.get().case.participation
    new = TraineeFactory.create_batch(1000, participation=participation, actor=None)
    ids = [one.pk for one in new]
    staff.post(address("recipients", campaign), {"shown": ids, "kept": ids})
    assert campaign.invitations.count() == 1001


def test_a_tick_for_someone_of_another_evaluation_keeps_nothing(staff):
    campaign, stranger = prepared(), TraineeFactory()
    staff.post(address("recipients", campaign), {"shown": [stranger.pk], "kept": [stranger.pk]})
    assert [one.name for one in campaign.invitations.all()] == ["Camille Fictive"]


def test_a_launched_campaign_shows_who_is_asked_and_who_no_longer_is(staff):
    campaign = launched()
    gone = InvitationFactory(campaign=campaign, name="Partie Fictive", ended_at=timezone.now(), ending="removed")
    page = staff.get(address("recipients", campaign))
    assert [one.invitation.name for _, people in page.context["territories"] for one in people] == ["Camille Fictive"]
    assert [one.invitation for one in page.context["ended"]] == [gone]


def test_adding_a_trainee_or_anyone(staff):
    campaign = launched()
    asked = campaign.invitations.get()
    trainee = TraineeFactory(participation=asked.case.participation, name="Sacha Fictif", phone="01 99")
    TraineeFactory(participation=asked.case.participation, in_post_until=in_days(-1))
    TraineeFactory()
    url = address("recipient_add", campaign)
    assert list(staff.get(url).context["form"].fields["trainee"].queryset) == [trainee]
    assert staff.post(url, {"trainee": trainee.pk}).url == address("recipients", campaign)
    added = campaign.invitations.get(trainee=trainee)
    assert (added.case, added.name, added.email, added.phone) == (asked.case, "Sacha Fictif", trainee.email, "01 99")
    person = {"case": asked.case_id, "name": "Alix Fictive", "email": "Alix@exemple.test"}
    staff.post(url, person)
    assert campaign.invitations.get(name="Alix Fictive").email == "alix@exemple.test"
    assert "déjà sollicitée" in refusals(staff.post(url, person | {"name": "Encore"}))["email"]


def test_what_is_missing_of_someone_to_add(staff):
    campaign = launched()
    case = campaign.invitations.get().case
    url = address("recipient_add", campaign)
    assert set(refusals(staff.post(url, {"name": ""}))) == {"case", "name"}
    assert set(refusals(staff.post(url, {"case": case.pk, "name": "Alix"}))) == {"email"}
    trainee = TraineeFactory(participation=case.participation)
    assert set(refusals(staff.post(url, {"trainee": trainee.pk, "name": "Alix"}))) == {"trainee"}
    outside = CaseFactory()
    found = refusals(staff.post(url, {"case": outside.pk, "name": "Alix", "email": "a@exemple.test"}))
    assert set(found) == {"case"}
    assert campaign.invitations.count() == 1


def test_correcting_and_its_refusal(staff):
    campaign = launched()
    one = campaign.invitations.get()
    url = address("recipient_correct", campaign, one.pk)
    form = {"name": one.name, "email": "Corrigee@exemple.test", "phone": ""}
    assert staff.post(url, form).url == address("recipients", campaign)
    assert Trainee.objects.get().email == "corrigee@exemple.test"
    taken = InvitationFactory(campaign=campaign, case=one.case)
    refused = staff.post(url, form | {"email": taken.email})
    assert "déjà sollicitée" in refusals(refused)["email"]
    assert taken.email in refused.content.decode()


def test_replacing(staff):
    campaign = launched()
    one = campaign.invitations.get()
    url = address("recipient_replace", campaign, one.pk)
    form = {"left_on": in_days(-3).isoformat(), "name": "Alix Fictive", "email": "alix@exemple.test"}
    assert set(refusals(staff.post(url, form | {"left_on": in_days(1).isoformat()}))) == {"left_on"}
    assert set(refusals(staff.post(url, form | {"email": ""}))) == {"email"}
    assert staff.post(url, form).url == address("recipients", campaign)
    one.refresh_from_db()
    assert one.successor.name == "Alix Fictive"
    again = refusals(staff.post(url, form))
    assert "plus sollicitée" in " ".join(again.values())


def test_removing(staff):
    campaign = launched()
    one = campaign.invitations.get()
    staff.post(address("recipient_remove", campaign, one.pk))
    one.refresh_from_db()
    assert one.ending == "removed"


def test_a_person_of_another_campaign_is_not_found(staff):
    campaign, stranger = launched(), InvitationFactory()
    for name in ("recipient_correct", "recipient_replace", "recipient_remove"):
        assert staff.get(address(name, campaign, stranger.pk)).status_code == 404


def test_nothing_happens_by_looking(staff):
    campaign = launched()
    one = campaign.invitations.get()
    for name in ("campaign_delete", "end", "extend"):
        staff.get(address(name, campaign))
    for name in ("recipient_correct", "recipient_replace", "recipient_remove"):
        staff.get(address(name, campaign, one.pk))
    for step in campaign.steps.all():
        staff.get(reverse("campaigns:step_remove", args=[step.pk]))
    one.refresh_from_db()
    campaign.refresh_from_db()
    assert (one.ended_at, campaign.state, campaign.steps.count()) == (None, State.RUNNING, len(DEFAULT_STEPS))


# As many questions for one as for three -------------------------------------------------------------


@pytest.mark.parametrize("name", ["campaign", "recipients", "texts", "sending"])
@pytest.mark.parametrize("make", [prepared, launched])
def test_as_many_questions_for_one_as_for_three(staff, make, name):
    campaign = make()
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address(name, campaign)).status_code == 200
        counts.append(len(queries))
        case = CaseFactory(evaluation=campaign.evaluation)
        trainee = TraineeFactory(participation=case.participation)
        InvitationFactory(campaign=campaign, case=case, trainee=trainee, email=trainee.email)
        InvitationFactory(campaign=campaign, case=case)
        CaseFactory(evaluation=campaign.evaluation)
        StepFactory(campaign=campaign, kind=Step.Kind.REMINDER, days=40 + len(counts))
    assert counts[1:] == [counts[1], counts[1]]


def test_the_list_asks_as_much_for_one_as_for_three(staff):
    counts = []
    for _ in range(3):
        InvitationFactory()
        with CaptureQueriesContext(connection) as queries:
            staff.get(reverse("campaigns:campaign_list"))
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
