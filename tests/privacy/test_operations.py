"""A person's data: found, given, erased, and forgotten in time."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEntry, User
from actors.models import Actor, Member
from evaluation.models import Answer, Evidence, Invitation
from outbox import links
from outbox import operations as outbox
from outbox.delivery import send_due
from outbox.models import Bounce, Mail, OptOut
from privacy import mails, operations
from privacy.models import KeptContact
from privacy.register import HOLDINGS, KEPT, NOTICE
from tests.factories import (
    AnswerFactory,
    AttendanceFactory,
    CodingFactory,
    CoordinatorFactory,
    InvitationFactory,
    JoiningFactory,
    MailFactory,
    MemberFactory,
    ProposalFactory,
    QuestionFactory,
    ResponseFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
EMAIL, NAME, PHONE = "dominique.fictive@exemple.test", "Dominique Fictive-Unique", "01 99 00 12 34"
OTHER = "autre.personne@exemple.test"


@pytest.fixture
def person():
    """Someone of whom every app keeps something."""
    user = UserFactory(email=EMAIL, name=NAME)
    CoordinatorFactory(user=user)
    member = MemberFactory(email=EMAIL, name=NAME, user=user, role="trésorière")
    audit.note(member, "création", by=user, nom=NAME, adresse=EMAIL)
    AttendanceFactory(member=member, present=True)
    trainee = TraineeFactory(email=EMAIL, name=NAME, phone=PHONE, user=user)
    invitation = InvitationFactory(email=EMAIL, name=NAME, phone=PHONE, trainee=trainee)
    response = ResponseFactory(invitation=invitation, quoting="named")
    AnswerFactory(response=response, question=QuestionFactory(kind="text"), value=f"Moi, {NAME}, je raconte.")
    AnswerFactory(response=response, question=QuestionFactory(kind="yes_no"), value=Evidence.Value.YES)
    Actor.objects.filter(pk=member.actor_id).update(contact_email=EMAIL, contact_name=NAME, contact_phone=PHONE)
    JoiningFactory(email=EMAIL, name=NAME)
    ProposalFactory(author_email=EMAIL, author_name=NAME)
    MailFactory(recipient=EMAIL, title=f"Bonjour {NAME}")
    Bounce.objects.create(address=EMAIL, reason="550")
    OptOut.objects.create(address=EMAIL, purpose="action_reminder")
    links.make(purpose="unsubscribe", subject="essai:1", recipient=EMAIL, days=1)
    KeptContact.objects.create(address=EMAIL)
    return user


def everywhere(*words: str) -> list[str]:
    """The columns of all tables where one of the words stands."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.attname, flat=True):
                    text = value if isinstance(value, str) else json.dumps(value, default=str)
                    if any(word.lower() in text.lower() for word in words):
                        found.append(f"{model._meta.label}.{field.name}")
    return found


def test_nothing_of_an_erased_person_is_left(person):
    assert everywhere(EMAIL, NAME, PHONE), "otherwise this test proves nothing"
    operations.erase_person(email=EMAIL.upper(), by=None)
    assert everywhere(EMAIL, NAME, PHONE) == []


def test_others_are_untouched(person):
    other = MemberFactory(email=OTHER, name="Autre Personne", actor=person.memberships.get().actor)
    MailFactory(recipient=OTHER, title="Bonjour")
    AnswerFactory(response__invitation__email=OTHER, question=QuestionFactory(kind="text"), value="Mon récit")
    operations.erase_person(email=EMAIL, by=None)
    assert Member.objects.get(pk=other.pk).email == OTHER
    assert Mail.objects.filter(recipient=OTHER, title="Bonjour").count() == 1
    assert Answer.objects.filter(value="Mon récit", is_withheld=False).count() == 1


def test_what_was_counted_still_counts(person):
    coding = CodingFactory(answer=Answer.objects.get(question__kind="text"), value=Evidence.Value.YES, excerpt=NAME)
    before = (Answer.objects.given().count(), Invitation.objects.count(), Mail.objects.count())
    operations.erase_person(email=EMAIL, by=None)
    assert (Answer.objects.given().count(), Invitation.objects.count(), Mail.objects.count()) == before
    assert Answer.objects.get(question__kind="yes_no").value == Evidence.Value.YES
    coding.refresh_from_db()
    assert (coding.value, coding.is_outdated, coding.excerpt) == (Evidence.Value.YES, False, "")


def test_an_erased_account_cannot_sign_in(person, client):
    client.force_login(person)
    operations.erase_person(email=EMAIL, by=None)
    assert client.get("/bienvenue/").status_code == 302
    person.refresh_from_db()
    assert (person.is_active, person.coordinations.count()) == (False, 0)


def test_no_mail_that_waited_leaves(person):
    operations.erase_person(email=EMAIL, by=None)
    assert not Mail.objects.filter(state=Mail.State.DUE).exists()


def test_all_that_is_held_is_given(person):
    given = operations.export_person(email=EMAIL, by=person)
    assert given["adresse"] == EMAIL
    assert set(given["données"]) == {holding.title for holding in HOLDINGS} - {"Rapports : lectures et citations"}
    assert AuditEntry.objects.exports().filter(by=person).count() == 1


def test_of_somebody_unknown(capsys):
    call_command("erase_person", "inconnue@exemple.test")
    assert capsys.readouterr().out == "Rien n'était conservé sous cette adresse.\n"
    call_command("export_person", "inconnue@exemple.test")
    assert json.loads(capsys.readouterr().out)["données"] == {}


def test_the_last_of_the_team_stays():
    only = UserFactory(is_staff=True)
    with pytest.raises(CommandError, match="dernier compte actif"):
        call_command("erase_person", only.email)
    with pytest.raises(ValidationError):
        operations.erase_person(email=only.email, by=None)
    only.refresh_from_db()
    assert only.is_active


# In time -------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def silent():
    """Someone who last signed in so long ago that a warning is due."""
    user = UserFactory(email=EMAIL, name=NAME, last_login=NOW - KEPT + NOTICE - timedelta(hours=1))
    User.objects.filter(pk=user.pk).update(date_joined=user.last_login - timedelta(days=30))
    return user


def run(days: float, **options) -> operations.Outcome:
    return operations.apply_retention(now=NOW + timedelta(days=days), dry_run=False, **options)


def test_warned_once_then_erased_after_thirty_days(silent):
    assert run(-1).warned == []
    assert run(0).warned == [EMAIL]
    assert (run(0).warned, run(7).erased) == ([], [])
    Mail.objects.update(state=Mail.State.SENT, sent_at=NOW)
    assert run(29).erased == []
    assert run(31).erased == [EMAIL]
    assert everywhere(EMAIL, NAME) == []
    assert run(38) == operations.Outcome({}, [], [])


def test_who_signs_in_again_is_kept(silent):
    run(0)
    User.objects.filter(pk=silent.pk).update(last_login=NOW + timedelta(days=3))
    assert run(40).erased == []


def test_who_asks_to_be_kept_is_kept(silent, client):
    run(0)
    token = links.make(purpose=mails.KEEP, subject=mails.SUBJECT, recipient=EMAIL, days=60)
    assert client.get(f"/donnees/garder/{token}/").status_code == 200
    assert not KeptContact.objects.exists(), "a link only shows"
    client.post(f"/donnees/garder/{token}/")
    assert run(40).erased == []
    assert Mail.objects.get().state == Mail.State.CANCELLED


def test_a_dry_run_changes_nothing(silent):
    outcome = operations.apply_retention(now=NOW, dry_run=True)
    assert outcome.warned == [EMAIL]
    assert not Mail.objects.exists()


def test_the_only_member_of_the_team_is_never_erased(silent):
    User.objects.filter(pk=silent.pk).update(is_staff=True)
    assert run(0).warned == run(400).erased == []


def test_the_latest_contact_counts(silent):
    """Silent as an account, but at a meeting since."""
    AttendanceFactory(member=MemberFactory(email=EMAIL), present=True, meeting__starts_at=NOW - timedelta(days=100))
    assert run(0).warned == []


def test_the_warning_says_how_to_stay(silent, mailoutbox):
    User.objects.filter(pk=silent.pk).update(last_login=timezone.now() - KEPT)
    operations.apply_retention(now=timezone.now(), dry_run=False)
    Mail.objects.update(urgent=True)
    send_due()
    (mail,) = mailoutbox
    assert mail.to == [EMAIL]
    assert "/donnees/garder/" in mail.body


def test_old_rows_are_forgotten():
    old = AuditEntry.objects.create(subject="essai:1", action="création", changes={})
    recent = AuditEntry.objects.create(subject="essai:1", action="création", changes={})
    AuditEntry.objects.filter(pk=old.pk).update(at=NOW - timedelta(days=3 * 365 + 1))
    AuditEntry.objects.filter(pk=recent.pk).update(at=NOW)
    assert run(0).forgotten == {"Journal des modifications de plus de trois ans": 1}
    assert list(AuditEntry.objects.all()) == [recent]


def test_opting_out_of_the_warning_is_not_offered():
    with pytest.raises(ValueError, match="opt out"):
        outbox.opt_out(address=EMAIL, purpose=mails.WARNING.code)
