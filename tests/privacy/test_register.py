"""What the register says is forgotten, is: a day after its time, and not a day before."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import models

from accounts import audit
from accounts.models import AuditEntry
from actors.models import Actor, CheckCall, Trainee
from evaluation.models import Invitation, ReportOpening
from evaluation.reporting.snapshots import freeze
from outbox.models import Bounce, Mail
from privacy import operations, register
from tests.factories import (
    ActorFactory,
    AnswerFactory,
    AttendanceFactory,
    CallFactory,
    CheckRoundFactory,
    ConfirmationFactory,
    DirectoryImportFactory,
    EvaluationFactory,
    InvitationFactory,
    JoiningFactory,
    MailFactory,
    MemberFactory,
    ProposalFactory,
    QuestionFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 12, 30, 12, tzinfo=UTC)  # three years earlier, a year ends: sessions are dated by theirs
DAY = timedelta(days=1)
NAME, EMAIL, PHONE = "Zoé Fictive-Unique", "zoe.fictive@exemple.test", "01 99 00 12 34"


def dated(row: models.Model, **moments: datetime) -> models.Model:
    """The same row, as if made then."""
    type(row)._default_manager.filter(pk=row.pk).update(**moments)
    return row


def audited(at: datetime) -> AuditEntry:
    return dated(AuditEntry.objects.create(subject="essai:1", action="création", changes={"nom": NAME}), at=at)


def contact(at: datetime) -> Actor:
    """On an entry that is older than what was last said of it."""
    entry = dated(ActorFactory(contact_name=NAME, contact_phone=PHONE, contact_role=NAME), created_at=at - 900 * DAY)
    ConfirmationFactory(actor=entry, at=at)
    return entry


def trainee(at: datetime):
    years = {"participation__session__start_year": 2015, "participation__session__end_year": at.year - 1}
    return TraineeFactory(name=NAME, email="", phone=PHONE, role=NAME, **years)


def invitation(at: datetime) -> Invitation:
    asked = InvitationFactory(name=NAME, email="", phone=PHONE, trainee=None)
    AnswerFactory(response__invitation=asked, question=QuestionFactory(kind="text"), value=NAME)
    dated(asked.response, saved_at=at - 30 * DAY)
    CallFactory(invitation=asked, note=NAME, at=at)
    return dated(asked, added_at=at - 60 * DAY)


def member(at: datetime):
    someone = MemberFactory(name=NAME, email="", role=NAME)
    audit.note(someone, "création", by=None)
    AuditEntry.objects.update(at=at - 100 * DAY)
    AttendanceFactory(member=someone, name=NAME, meeting__starts_at=at)
    return someone


def opening(at: datetime) -> ReportOpening:
    snapshot = freeze(evaluation=EvaluationFactory(), title="Essai", by=UserFactory())
    return dated(ReportOpening.objects.create(snapshot=snapshot, recipient=EMAIL, what="page"), at=at)


MADE = {
    "Journal des modifications de plus de trois ans": audited,
    "Titres des courriels de plus d’un an": lambda at: MailFactory(due_at=at, state="cancelled", title=NAME),
    "Traces d’envoi de plus de trois ans": lambda at: MailFactory(due_at=at, state="cancelled", recipient=EMAIL),
    "Adresses en échec depuis plus de trois ans": lambda at: dated(
        Bounce.objects.create(address=EMAIL, reason=NAME), since=at
    ),
    "Demandes d’arrivée de plus d’un an": lambda at: JoiningFactory(
        name=NAME, state="refused", created_at=at - DAY, decided_at=at
    ),
    "Demandes d’arrivée de plus de trente jours dont l’adresse n’est pas prouvée": lambda at: JoiningFactory(
        name=NAME, is_claim=True, created_at=at
    ),
    "Auteurs et commentaires des propositions de plus d’un an": lambda at: ProposalFactory(
        author_name=NAME, author_email=EMAIL, comment=NAME, state="accepted", created_at=at - DAY, decided_at=at
    ),
    "Notes des appels aux structures de plus d’un an": lambda at: CheckCall.objects.create(
        round=CheckRoundFactory(), result="no_answer", note=NAME, at=at
    ),
    "Personnes à joindre sans adresse, de fiches que personne n’a confirmées depuis trois ans": contact,
    "Personnes formées sans adresse, trois ans après leur session": trainee,
    "Noms et textes de qui a répondu sans adresse, trois ans après": invitation,
    "Membres sans adresse, que personne n’a vus depuis trois ans": member,
    "De quoi annuler les imports de plus de trois mois": lambda at: DirectoryImportFactory(
        state="done", changes=[{"after": NAME}], ended_at=at
    ),
    "Ouvertures de rapports de plus d’un an": opening,
}


def test_all_is_tried():
    assert sorted(MADE) == sorted(forgetting.title for forgetting in register.FORGETTINGS)


@pytest.mark.parametrize("forgetting", register.FORGETTINGS, ids=lambda forgetting: forgetting.title)
def test_it_is_forgotten_in_its_time(forgetting):
    before = NOW - forgetting.after
    MADE[forgetting.title](before + DAY)
    assert list(forgetting.rows(before)) == []
    assert any(word in held() for word in (NAME, EMAIL)), "otherwise this test proves nothing"
    forgetting.act(forgetting.rows(before + 2 * DAY))
    assert [word for word in (NAME, EMAIL, PHONE) if word in held()] == []
    assert list(forgetting.rows(before + 2 * DAY)) == [], "nothing is done twice"


def held() -> str:
    """All that the tables hold, as text."""
    rows = [list(model._default_manager.values()) for model in apps.get_models()]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_what_is_told_apart_is_left():
    """Who has an address is warned first, who has an account signs in, who was heard of since is known."""
    long_ago = NOW - 2000 * DAY
    entry, someone, asked = contact(long_ago), member(long_ago), invitation(long_ago)
    warned = [contact(long_ago), trainee(long_ago), member(long_ago), invitation(long_ago)]
    Actor.objects.filter(pk=warned[0].pk).update(contact_email=EMAIL)
    for row in warned[1:]:
        type(row).objects.filter(pk=row.pk).update(email=EMAIL)
    ConfirmationFactory(actor=entry, at=NOW)
    AttendanceFactory(member=someone, meeting__starts_at=NOW)
    CallFactory(invitation=asked, at=NOW)
    with_account = trainee(long_ago)
    Trainee.objects.filter(pk=with_account.pk).update(user=UserFactory())
    outcome = operations.apply_retention(now=NOW, dry_run=False)
    assert [title for title in outcome.forgotten if "adresse" in title or "Personnes" in title] == []
    for row in (*warned[1:], someone, asked, with_account):
        row.refresh_from_db()
        assert row.name == NAME
    assert set(Actor.objects.filter(contact_name=NAME)) == {entry, warned[0]}


def test_the_contact_of_an_entry_is_warned_then_erased():
    entry = contact(NOW - register.KEPT)
    Actor.objects.filter(pk=entry.pk).update(contact_email=EMAIL)
    assert operations.apply_retention(now=NOW, dry_run=False).warned == [EMAIL]
    Mail.objects.update(state=Mail.State.SENT, sent_at=NOW)
    assert operations.apply_retention(now=NOW + 31 * DAY, dry_run=False).erased == [EMAIL]
    assert [word for word in (NAME, EMAIL, PHONE) if word in held()] == []


def test_the_contact_of_a_confirmed_entry_stays():
    entry = contact(NOW - register.KEPT)
    Actor.objects.filter(pk=entry.pk).update(contact_email=EMAIL)
    ConfirmationFactory(actor=entry, at=NOW - 300 * DAY)
    assert operations.apply_retention(now=NOW, dry_run=False).warned == []
