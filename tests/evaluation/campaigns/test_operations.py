"""The life of a campaign: ``evaluation/campaigns/operations.py``, ``readiness.py``."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from evaluation.campaigns import operations, readiness
from evaluation.campaigns.mails import works_until
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.campaigns.schedule import DEFAULT_STEPS
from evaluation.models import Campaign, Step
from outbox import links
from outbox.models import Bounce, Link, Mail
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

pytestmark = pytest.mark.django_db
State = Campaign.State


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def draft() -> Campaign:
    """Ready to be launched: one recipient, one question, an invitation."""
    campaign = CampaignFactory(evaluation__as_of=date(2100, 1, 1))
    QuestionFactory(page__version=campaign.version)
    InvitationFactory(campaign=campaign)
    StepFactory(campaign=campaign)
    return campaign


def actions(campaign: Campaign) -> list[str]:
    return list(AuditEntry.objects.filter(subject=subject_of(campaign)).order_by("pk").values_list("action", flat=True))


def refused(operation, **what) -> str:
    with pytest.raises(ValidationError) as caught:
        operation(**what)
    return " ".join(caught.value.messages)


# Preparing ------------------------------------------------------------------------------------------


def test_a_new_campaign_has_the_default_steps_and_asks_who_can_be(by):
    evaluation = EvaluationFactory()
    inside, outside = CaseFactory(evaluation=evaluation), CaseFactory(evaluation=evaluation)
    asked = TraineeFactory(participation=inside.participation, phone="01 99 00 00 01")
    TraineeFactory(participation=inside.participation, email="")
    TraineeFactory(participation=outside.participation)
    campaign = CampaignFactory.build(evaluation=evaluation, version=VersionFactory())
    operations.create(campaign=campaign, sessions=[inside.participation.session.number], by=by)
    assert [(step.kind, step.days, step.text) for step in campaign.steps.all()] == [
        (default.kind, default.days, default.words.text) for default in DEFAULT_STEPS
    ]
    fields = ("case", "trainee", "name", "email", "phone")
    assert list(campaign.invitations.values_list(*fields)) == [
        (inside.pk, asked.pk, asked.name, asked.email, "01 99 00 00 01")
    ]
    assert actions(campaign) == ["création"]


def test_a_draft_is_changed_and_deleted(draft, by):
    draft.title = "Autre nom"
    operations.change(campaign=draft, fields=["title"], by=by)
    draft.refresh_from_db()
    assert draft.title == "Autre nom"
    operations.change(campaign=draft, fields=["title"], by=by)
    assert actions(draft) == ["modification"], "nothing new leaves no trace"
    operations.delete(campaign=draft, by=by)
    assert not Campaign.objects.exists()


def test_an_edit_undoes_nothing_that_another_did_meanwhile(draft, by):
    stale = Campaign.objects.get(pk=draft.pk)
    operations.launch(campaign=draft, by=by)
    stale.title = "Autre nom"
    assert refused(operations.change, campaign=stale, fields=["title"], by=by) == operations.CHANGED_MEANWHILE
    stale = Campaign.objects.get(pk=draft.pk)
    later = draft.closes_on + timedelta(days=7)
    operations.extend(campaign=draft, closes_on=later, by=by)
    stale.title = "Autre nom"
    operations.change(campaign=stale, fields=["title"], by=by)
    draft.refresh_from_db()
    assert (draft.title, draft.state, draft.closes_on) == ("Autre nom", State.RUNNING, later)


def test_a_campaign_that_was_launched_is_not_deleted(by):
    assert refused(operations.delete, campaign=CampaignFactory(running=True), by=by) == operations.CHANGED_MEANWHILE


def test_steps_are_kept_and_taken_out(draft, by):
    step = StepFactory.build(campaign=draft, kind=Step.Kind.REMINDER, days=7)
    operations.keep_step(step=step, by=by)
    operations.keep_step(step=step, by=by)
    step.subject = "Autre objet"
    operations.keep_step(step=step, by=by)
    operations.remove_step(step=step, by=by)
    assert actions(draft) == ["étape ajoutée", "étape modifiée", "étape supprimée"]
    assert "invitation" in refused(operations.remove_step, step=draft.steps.get(), by=by)
    reminder = StepFactory(campaign=CampaignFactory(running=True), kind=Step.Kind.REMINDER, days=7)
    assert refused(operations.remove_step, step=reminder, by=by) == operations.CHANGED_MEANWHILE


def test_days_move_and_steps_come_only_before_the_launch_and_none_on_a_day_taken(draft, by):
    reminder = StepFactory(campaign=draft, kind=Step.Kind.REMINDER, days=7)
    same_day = StepFactory.build(campaign=draft, kind=Step.Kind.REMINDER, days=7)
    assert refused(operations.keep_step, step=same_day, by=by) == operations.DAY_TAKEN
    operations.launch(campaign=draft, by=by)
    new = StepFactory.build(campaign=draft, kind=Step.Kind.REMINDER, days=14)
    assert refused(operations.keep_step, step=new, by=by) == operations.CHANGED_MEANWHILE
    reminder.subject = "Autre objet"
    operations.keep_step(step=reminder, by=by)
    reminder.days = 8
    assert refused(operations.keep_step, step=reminder, by=by) == operations.CHANGED_MEANWHILE
    operations.end(campaign=draft, by=by)
    reminder.days, reminder.subject = 7, "Trop tard"
    assert refused(operations.keep_step, step=reminder, by=by) == operations.CHANGED_MEANWHILE
    assert list(draft.steps.values_list("days", "subject").filter(kind="reminder")) == [(7, "Autre objet")]


# Launching ------------------------------------------------------------------------------------------


def test_a_launch_is_dated_and_happens_once(draft, by):
    operations.launch(campaign=draft, by=by)
    draft.refresh_from_db()
    assert draft.state == State.RUNNING
    assert timezone.localdate(draft.launched_at) == timezone.localdate()
    assert refused(operations.launch, campaign=draft, by=by) == operations.CHANGED_MEANWHILE
    assert actions(draft) == ["lancement"]


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            lambda campaign: Campaign.objects.update(opens_on=timezone.localdate() - timedelta(days=1)),
            "Le jour des invitations est passé : choisissez aujourd’hui ou plus tard.",
        ),
        (lambda campaign: campaign.invitations.all().delete(), "La campagne n’a pas encore de destinataire."),
        (
            lambda campaign: campaign.invitations.update(ended_at=timezone.now(), ending="removed"),
            "La campagne n’a pas encore de destinataire.",
        ),
        (lambda campaign: campaign.version.pages.all().delete(), "Le questionnaire n’a pas encore de question."),
    ],
)
def test_what_is_not_ready_is_not_launched(draft, by, spoil, problem):
    spoil(draft)
    draft.refresh_from_db()
    assert readiness.problems(draft) == [problem]
    assert refused(operations.launch, campaign=draft, by=by) == problem
    draft.refresh_from_db()
    assert (draft.state, actions(draft)) == (State.DRAFT, [])


def test_a_text_without_its_link_keeps_from_launching(draft, by):
    Step.objects.update(text="Bonjour")
    assert "Il manque {lien}" in refused(operations.launch, campaign=draft, by=by)


def test_a_second_campaign_of_an_evaluation_is_warned_of():
    former = CampaignFactory(running=True, title="Premier tour")
    campaign = CampaignFactory(evaluation=former.evaluation, opens_on=former.evaluation.as_of)
    CampaignFactory(running=True, title="Ailleurs")
    assert [one for one in readiness.warnings(campaign) if "Premier tour" in one and "deux personnes" in one]
    assert not [one for one in readiness.warnings(former) if "interroge déjà" in one]
    former.delete()
    assert not [one for one in readiness.warnings(campaign) if "interroge déjà" in one]


def test_warnings():
    today = timezone.localdate()
    campaign = CampaignFactory(
        evaluation__as_of=today + timedelta(days=60),
        opens_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=20),
    )
    StepFactory(campaign=campaign, days=20)
    assert readiness.warnings(campaign) == [
        "Le "
        + readiness.in_words(today + timedelta(days=21))
        + ", cette étape (invitation) partirait après la clôture, le "
        + readiness.in_words(campaign.closes_on)
        + "."
    ]
    Step.objects.all().delete()
    StepFactory(campaign=campaign, days=19)
    StepFactory(campaign=campaign, kind=Step.Kind.NOTICE, days=-1)
    assert readiness.warnings(campaign) == []
    notice = StepFactory(campaign=campaign, kind=Step.Kind.NOTICE, days=-2)
    call = StepFactory(campaign=campaign, kind=Step.Kind.CALL, days=28)
    late, after = readiness.warnings(campaign)
    assert (
        late == f"L’annonce était prévue le {readiness.in_words(notice.day)} : ce jour est passé, elle ne partira pas."
    )
    assert after.startswith(f"Le {readiness.in_words(call.day)}, les appels commenceraient après la clôture")


@pytest.mark.parametrize(
    ("days", "word"),
    [(20, None), (19, "ne compteront pas"), (1, "ne compteront pas"), (0, "aucune réponse ne comptera")],
)
def test_an_evaluation_that_ends_before_the_answers_come_is_told(days, word):
    today = timezone.localdate()
    opens_on = today + timedelta(days=1)
    campaign = CampaignFactory(
        evaluation__as_of=today + timedelta(days=days), opens_on=opens_on, closes_on=today + timedelta(days=20)
    )
    found = readiness.warnings(campaign)
    assert [word in text for text in found] == ([True] if word else [])


# Under way ------------------------------------------------------------------------------------------


def test_pause_resume_end(by):
    campaign = CampaignFactory(running=True)
    operations.pause(campaign=campaign, by=by)
    assert refused(operations.pause, campaign=campaign, by=by) == operations.CHANGED_MEANWHILE
    operations.resume(campaign=campaign, by=by)
    assert refused(operations.resume, campaign=campaign, by=by) == operations.CHANGED_MEANWHILE
    operations.pause(campaign=campaign, by=by)
    operations.end(campaign=campaign, by=by)
    for operation in (operations.end, operations.pause, operations.resume):
        assert refused(operation, campaign=campaign, by=by) == operations.CHANGED_MEANWHILE
    campaign.refresh_from_db()
    assert campaign.state == State.ENDED
    assert actions(campaign) == ["mise en pause", "reprise", "mise en pause", "arrêt"]


@pytest.mark.parametrize("operation", [operations.pause, operations.resume, operations.end, operations.remind_silent])
def test_a_draft_is_not_under_way(draft, by, operation):
    assert refused(operation, campaign=draft, by=by) == operations.CHANGED_MEANWHILE


def test_extending_keeps_the_links_of_those_still_asked_open(by):
    campaign = CampaignFactory(running=True)
    asked = InvitationFactory(campaign=campaign)
    gone = InvitationFactory(campaign=campaign, ended_at=timezone.now(), ending="removed")
    other = InvitationFactory()
    for one in (asked, gone, other):
        links.make(purpose=QUESTIONNAIRE, subject=subject_of(one), recipient=one.email, days=3)
    later = campaign.closes_on + timedelta(days=10)
    operations.extend(campaign=campaign, closes_on=later, by=by)
    campaign.refresh_from_db()
    assert campaign.closes_on == later
    extended = Link.objects.filter(expires_at=works_until(campaign))
    assert [link.subject for link in extended] == [subject_of(asked)]
    assert actions(campaign) == ["prolongation"]


def test_a_closed_campaign_opens_again_when_extended(by):
    today = timezone.localdate()
    campaign = CampaignFactory(running=True, opens_on=today - timedelta(days=40), closes_on=today - timedelta(days=3))
    assert not campaign.is_open
    operations.extend(campaign=campaign, closes_on=today, by=by)
    assert campaign.is_open


def test_what_is_no_extension(by):
    today = timezone.localdate()
    campaign = CampaignFactory(running=True)
    closed = CampaignFactory(running=True, opens_on=today - timedelta(days=40), closes_on=today - timedelta(days=3))
    ended = CampaignFactory(running=True, state=State.ENDED)
    for found, day in (
        (campaign, campaign.closes_on),
        (campaign, campaign.closes_on - timedelta(days=1)),
        (closed, today - timedelta(days=1)),
    ):
        assert "après la date de clôture" in refused(operations.extend, campaign=found, closes_on=day, by=by)
    assert refused(operations.extend, campaign=ended, closes_on=date(2100, 1, 1), by=by) == operations.CHANGED_MEANWHILE
    before = campaign.closes_on
    campaign.refresh_from_db()
    assert campaign.closes_on == before


# Reminding by hand ----------------------------------------------------------------------------------


def test_a_reminder_by_hand_reaches_exactly_the_silent_once_a_day(by):
    campaign = CampaignFactory(running=True)
    silent, done, declined, bounced, waiting = InvitationFactory.create_batch(5, campaign=campaign)
    ResponseFactory(invitation=done, submitted_at=timezone.now(), started_at=timezone.now() - timedelta(hours=1))
    declined.declined_at = timezone.now()
    declined.save()
    Bounce.objects.create(address=bounced.email, reason="550")
    Mail.objects.create(
        purpose=QUESTIONNAIRE,
        subject=subject_of(waiting),
        step="step:0",
        recipient=waiting.email,
        due_at=timezone.now(),
    )
    assert operations.remind_silent(campaign=campaign, by=by) == 1
    assert operations.remind_silent(campaign=campaign, by=by) == 0
    step = campaign.steps.get()
    assert (step.kind, step.on) == (Step.Kind.EXTRA, timezone.localdate())
    assert [mail.recipient for mail in Mail.objects.filter(step=step.code)] == [silent.email]
    late = InvitationFactory(campaign=campaign)
    assert operations.remind_silent(campaign=campaign, by=by) == 1
    assert Mail.objects.filter(step=step.code, recipient=late.email).exists()


def test_nobody_is_reminded_before_the_invitations(by):
    campaign = CampaignFactory(running=True, opens_on=timezone.localdate() + timedelta(days=1))
    InvitationFactory(campaign=campaign)
    assert refused(operations.remind_silent, campaign=campaign, by=by) == operations.NOT_INVITED_YET
    assert not Step.objects.exists()


def test_a_call_is_not_sent_as_a_test(by):
    call = StepFactory(kind=Step.Kind.CALL, days=28)
    assert refused(operations.send_test, step=call, by=by)
    assert not Mail.objects.exists()


def test_a_closed_campaign_reminds_nobody(by):
    today = timezone.localdate()
    campaign = CampaignFactory(running=True, opens_on=today - timedelta(days=40), closes_on=today - timedelta(days=1))
    InvitationFactory(campaign=campaign)
    assert "prolongez-la" in refused(operations.remind_silent, campaign=campaign, by=by)
    assert not Step.objects.exists()
