"""Whom a campaign asks: ``evaluation/campaigns/recipients.py``."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from actors.models import Trainee
from evaluation.campaigns import recipients
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign, Invitation
from outbox import links
from outbox.models import Bounce, Link, OptOut
from territories.models import Participation
from tests.factories import (
    CampaignFactory,
    CaseFactory,
    InvitationFactory,
    ParticipationFactory,
    ResponseFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


def asked_trainee(campaign: Campaign, **fields) -> Invitation:
    case = CaseFactory(evaluation=campaign.evaluation)
    trainee = TraineeFactory(participation=case.participation, **fields)
    return InvitationFactory(
        campaign=campaign, case=case, trainee=trainee, name=trainee.name, email=trainee.email, phone=trainee.phone
    )


def with_link(invitation: Invitation) -> Invitation:
    links.make(purpose=QUESTIONNAIRE, subject=subject_of(invitation), recipient=invitation.email, days=30)
    return invitation


def open_links(invitation: Invitation) -> int:
    return Link.objects.open().filter(subject=subject_of(invitation)).count()


def traces(record) -> list[str]:
    return list(AuditEntry.objects.filter(subject=subject_of(record)).order_by("pk").values_list("action", flat=True))


def refused(operation, **what) -> str:
    with pytest.raises(ValidationError) as caught:
        operation(**what)
    return " ".join(caught.value.messages)


# Who can be asked -----------------------------------------------------------------------------------


def test_who_can_be_asked_and_why_not():
    campaign = CampaignFactory()
    case = CaseFactory(evaluation=campaign.evaluation)
    out_of_scope = CaseFactory(evaluation=campaign.evaluation, in_scope=False)
    not_trained = CaseFactory(evaluation=campaign.evaluation, participation__status=Participation.Status.WITHDRAWN)
    today = timezone.localdate()
    here = {"participation": case.participation}
    expected = {
        TraineeFactory(name="A", **here): ("", ""),
        TraineeFactory(name="B", in_post_until=today, **here): ("", ""),
        TraineeFactory(name="C", in_post_until=today - timedelta(days=1), **here): ("N’est plus en poste.", ""),
        TraineeFactory(name="D", email="", **here): ("", "Pas d’adresse de courriel."),
        TraineeFactory(name="E", email="Refusee@exemple.test", **here): ("", "Adresse refusée : 550"),
        TraineeFactory(name="F", email="Plus@exemple.test", **here): ("", "Ne veut plus de ces courriels."),
        TraineeFactory(participation=out_of_scope.participation): (
            "Ce territoire n’est pas compté dans l’évaluation.",
            "",
        ),
        TraineeFactory(participation=not_trained.participation): (
            "Ce territoire n’est pas compté dans l’évaluation.",
            "",
        ),
    }
    TraineeFactory(participation=ParticipationFactory())  # of no case
    Bounce.objects.create(address="refusee@exemple.test", reason="550")
    OptOut.objects.create(address="plus@exemple.test", purpose=QUESTIONNAIRE)
    found = recipients.candidates(campaign).people
    assert {one.trainee: (one.barrier, one.no_mail) for one in found} == expected
    assert [one.trainee.name for one in found if one.is_preselected] == ["A", "B"]


def test_counted_territories_for_which_nobody_is_known():
    campaign = CampaignFactory()
    empty = CaseFactory(evaluation=campaign.evaluation)
    CaseFactory(evaluation=campaign.evaluation, in_scope=False)
    TraineeFactory(participation=CaseFactory(evaluation=campaign.evaluation).participation)
    CaseFactory()
    assert recipients.candidates(campaign).without_trainee == [empty]


def test_as_many_questions_for_one_as_for_three():
    campaign = CampaignFactory()
    counts = []
    for _ in range(3):
        asked_trainee(campaign)
        with CaptureQueriesContext(connection) as queries:
            recipients.candidates(campaign)
        counts.append(len(queries))
    assert counts == [6, 6, 6]


# Choosing, before the launch ------------------------------------------------------------------------


def test_ticks_are_kept_and_what_was_not_shown_stays(by):
    campaign = CampaignFactory()
    kept, dropped, unseen = (asked_trainee(campaign) for _ in range(3))
    new = TraineeFactory(participation=kept.case.participation)
    gone = TraineeFactory(participation=kept.case.participation, in_post_until=timezone.localdate() - timedelta(days=1))
    by_hand = InvitationFactory(campaign=campaign)
    recipients.choose(
        campaign=campaign,
        shown=[kept.trainee_id, dropped.trainee_id, new.pk, gone.pk],
        kept=[kept.trainee_id, new.pk, gone.pk],
        by=by,
    )
    assert set(campaign.invitations.values_list("trainee", flat=True)) == {
        kept.trainee_id,
        unseen.trainee_id,
        new.pk,
        None,
    }
    assert campaign.invitations.filter(pk__in=[kept.pk, unseen.pk, by_hand.pk]).count() == 3
    assert traces(campaign) == ["destinataires"]


def test_a_launched_campaign_is_not_ticked(by):
    campaign = CampaignFactory(running=True)
    one = asked_trainee(campaign)
    assert "une par une" in refused(recipients.choose, campaign=campaign, shown=[one.trainee_id], kept=[], by=by)
    assert campaign.invitations.count() == 1


def test_an_address_added_by_hand_is_not_ticked_as_well(by):
    campaign = CampaignFactory()
    one = asked_trainee(campaign)
    colleague = TraineeFactory(participation=one.case.participation, name="Alix", email="Alix@exemple.test")
    by_hand = InvitationFactory(campaign=campaign, case=one.case, email="alix@exemple.test")
    shown = [one.trainee_id, colleague.pk]
    why = refused(recipients.choose, campaign=campaign, shown=shown, kept=[colleague.pk], by=by)
    assert why.startswith(recipients.ALREADY_ASKED)
    assert "Alix" in why
    assert set(campaign.invitations.all()) == {one, by_hand}, "nothing is kept of it"
    elsewhere = TraineeFactory(participation=CaseFactory(evaluation=campaign.evaluation).participation, email=one.email)
    recipients.choose(campaign=campaign, shown=[elsewhere.pk], kept=[elsewhere.pk], by=by)
    assert campaign.invitations.count() == 3


# One by one -----------------------------------------------------------------------------------------


def test_one_more_is_asked_once_per_case(by):
    campaign = CampaignFactory(running=True)
    one = InvitationFactory(campaign=campaign, email="a@exemple.test")
    same = {"campaign": campaign, "case": one.case}
    assert refused(recipients.add, invitation=InvitationFactory.build(**same, email="A@exemple.test"), by=by) == (
        recipients.ALREADY_ASKED
    )
    new = recipients.add(invitation=InvitationFactory.build(**same, email="b@exemple.test"), by=by)
    other = CaseFactory(evaluation=campaign.evaluation)
    recipients.add(invitation=InvitationFactory.build(campaign=campaign, case=other, email="a@exemple.test"), by=by)
    assert campaign.invitations.count() == 3
    assert traces(new) == ["ajout à la campagne"]


def test_who_is_removed_is_asked_no_more_and_what_they_said_stays(by):
    one = with_link(InvitationFactory(campaign=CampaignFactory(running=True)))
    response = ResponseFactory(invitation=one)
    recipients.remove(invitation=one, by=by)
    one.refresh_from_db()
    assert (one.ending, open_links(one)) == ("removed", 0)
    assert one.ended_at is not None
    response.refresh_from_db()
    assert traces(one) == ["retrait de la campagne"]
    assert refused(recipients.remove, invitation=one, by=by) == recipients.NO_LONGER_ASKED
    again = InvitationFactory.build(campaign=one.campaign, case=one.case, email=one.email)
    recipients.add(invitation=again, by=by)


def test_in_preparation_who_is_removed_is_forgotten(by):
    one = InvitationFactory(campaign=CampaignFactory())
    recipients.remove(invitation=one, by=by)
    assert not Invitation.objects.exists()


def test_a_trainee_who_left_is_replaced(by):
    one = with_link(asked_trainee(CampaignFactory(running=True)))
    left_on = timezone.localdate() - timedelta(days=20)
    new = Trainee(participation=one.case.participation, name="Alix Fictive", email="alix@exemple.test", phone="01 99")
    successor = recipients.replace(invitation=one, new=new, left_on=left_on, by=by)
    one.refresh_from_db()
    one.trainee.refresh_from_db()
    assert one.trainee.in_post_until == left_on
    assert (one.ending, one.successor, open_links(one)) == ("replaced", successor, 0)
    assert successor.trainee == Trainee.objects.get(email="alix@exemple.test")
    assert (successor.case, successor.name, successor.email, successor.phone) == (
        one.case,
        "Alix Fictive",
        "alix@exemple.test",
        "01 99",
    )
    assert successor.ended_at is None
    assert traces(one) == ["remplacement"]


def test_a_replacement_that_cannot_be_changes_nothing(by):
    campaign = CampaignFactory(running=True)
    one = with_link(asked_trainee(campaign))
    colleague = TraineeFactory(participation=one.case.participation)
    today = timezone.localdate()
    taken = Trainee(participation=one.case.participation, name="Alix", email=colleague.email.upper())
    assert refused(recipients.replace, invitation=one, new=taken, left_on=today, by=by) == recipients.OTHER_TRAINEE
    InvitationFactory(campaign=campaign, case=one.case, email="alix@exemple.test")
    asked = Trainee(participation=one.case.participation, name="Alix", email="alix@exemple.test")
    assert refused(recipients.replace, invitation=one, new=asked, left_on=today, by=by) == recipients.ALREADY_ASKED
    one.refresh_from_db()
    one.trainee.refresh_from_db()
    assert (one.ended_at, one.trainee.in_post_until, open_links(one)) == (None, None, 1)
    assert Trainee.objects.count() == 2


def test_who_answered_is_not_replaced(by):
    one = asked_trainee(CampaignFactory(running=True))
    ResponseFactory(invitation=one, submitted_at=timezone.now(), started_at=timezone.now() - timedelta(hours=1))
    new = Trainee(participation=one.case.participation, name="Alix", email="alix@exemple.test")
    today = timezone.localdate()
    assert "a répondu" in refused(recipients.replace, invitation=one, new=new, left_on=today, by=by)


def test_a_correction_is_kept_with_the_trainee_and_closes_the_former_links(by):
    one = with_link(asked_trainee(CampaignFactory(running=True)))
    one.name, one.email, one.phone = "Autre Nom", "autre@exemple.test", "01 99 00 00 09"
    recipients.correct(invitation=one, by=by)
    one.refresh_from_db()
    trainee = Trainee.objects.get()
    assert (one.name, one.email, one.phone) == (trainee.name, trainee.email, trainee.phone)
    assert (one.name, one.email, one.phone) == ("Autre Nom", "autre@exemple.test", "01 99 00 00 09")
    assert open_links(one) == 0
    assert traces(one) == ["coordonnées corrigées"]


def test_a_correction_takes_back_nothing_that_the_person_did_meanwhile(by):
    one = asked_trainee(CampaignFactory(running=True))
    stale = Invitation.objects.get(pk=one.pk)
    Invitation.objects.update(declined_at=timezone.now(), decline_reason="Parti")
    stale.phone = "01 99 00 00 09"
    recipients.correct(invitation=stale, by=by)
    one.refresh_from_db()
    assert (one.phone, one.decline_reason) == ("01 99 00 00 09", "Parti")
    assert one.declined_at is not None


def test_a_corrected_number_or_case_leaves_the_links_alone(by):
    one = with_link(InvitationFactory(campaign=CampaignFactory(running=True), email="a@exemple.test"))
    one.email, one.phone = "A@exemple.test", "01 99"
    recipients.correct(invitation=one, by=by)
    assert open_links(one) == 1


def test_an_address_that_is_taken_is_refused(by):
    campaign = CampaignFactory(running=True)
    one = with_link(asked_trainee(campaign))
    colleague = TraineeFactory(participation=one.case.participation, email="collegue@exemple.test")
    one.email = colleague.email
    assert refused(recipients.correct, invitation=one, by=by) == recipients.OTHER_TRAINEE
    one.refresh_from_db()
    asked = InvitationFactory(campaign=campaign, case=one.case)
    one.email = asked.email
    assert refused(recipients.correct, invitation=one, by=by) == recipients.ALREADY_ASKED
    one.refresh_from_db()
    assert (one.email, open_links(one)) == (one.trainee.email, 1)


def test_who_is_asked_no_more_is_left_as_they_are(by):
    one = InvitationFactory(campaign=CampaignFactory(running=True), ended_at=timezone.now(), ending="removed")
    new = Trainee(participation=one.case.participation, name="Alix", email="alix@exemple.test")
    for operation, what in (
        (recipients.correct, {}),
        (recipients.remove, {}),
        (recipients.replace, {"new": new, "left_on": timezone.localdate()}),
    ):
        assert refused(operation, invitation=one, by=by, **what) == recipients.NO_LONGER_ASKED
