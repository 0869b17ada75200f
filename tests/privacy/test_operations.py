"""A person's data: found, given, erased, and forgotten in time."""

import json
import re
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.audit import subject_of
from accounts.models import AccountChange, AuditEntry, User
from accounts.privacy import ERASED
from actors.freshness.addressees import CHECK
from actors.models import Actor, Member, Merge
from coordination.models import CalendarFeed
from evaluation.models import Answer, Evidence, ImportRun, Invitation, ReportOpening
from evaluation.reporting.snapshots import freeze
from outbox import links
from outbox import operations as outbox
from outbox.delivery import send_due
from outbox.models import Bounce, Mail, OptOut
from privacy import mails, operations, tasks
from privacy.models import KeptContact
from privacy.register import HOLDINGS, KEPT, NOTICE
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    AnswerFactory,
    AttendanceFactory,
    CallFactory,
    CampaignFactory,
    CodingFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    DirectoryImportFactory,
    DocumentFactory,
    InvitationFactory,
    JoiningFactory,
    MailFactory,
    MemberFactory,
    ProposalFactory,
    QuestionFactory,
    ResponseFactory,
    SupportFactory,
    TraineeFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
EMAIL, NAME, PHONE = "zoe.fictive@exemple.test", "Zoé Fictive-Unique", "01 99 00 12 34"
OTHER = "autre.personne@exemple.test"


@pytest.fixture
def person(client):
    """Someone of whom every app keeps something."""
    user = UserFactory(email=EMAIL, name=NAME)
    their_sign_in(user, client)
    CoordinatorFactory(user=user)
    CalendarFeed.objects.create(user=user, token_hash="a" * 64)
    DocumentFactory(created_by=user)
    their_place_in_a_structure(user)
    their_answers(user)
    their_mails()
    return user


def their_sign_in(user, client):
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create(
        user=user, ip="192.0.2.1", user_agent=f"Poste de {NAME}", session_key=client.session.session_key
    )
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=user, provider="proconnect", uid=EMAIL, extra_data={"email": EMAIL})
    AccountChange.objects.create(user=user, what=f"Nom : {NAME}.")
    audit.note(user, "export d’un classeur", by=user)


def their_place_in_a_structure(user):
    member = MemberFactory(email=EMAIL, name=NAME, user=user, role="trésorière")
    audit.note(member, "création", by=user, nom=NAME, adresse=EMAIL)
    audit.note(member.actor, "modification", by=None, responsable=["", NAME])
    AttendanceFactory(member=member, name=NAME, present=True)
    ActionItemFactory(owner_member=member)
    contact = {
        "contact_email": EMAIL,
        "contact_name": NAME,
        "contact_phone": PHONE,
        "contact_role": f"{NAME} (secrétariat)",
    }
    Actor.objects.filter(pk=member.actor_id).update(email=EMAIL, **contact)
    JoiningFactory(email=EMAIL, name=NAME, message=f"Je suis {NAME}.")
    ProposalFactory(
        author_email=EMAIL, author_name=NAME, data=contact, after={"téléphone": PHONE}, before={"nom": NAME}
    )
    Merge.objects.create(kept=member.actor, absorbed=ActorFactory(), moved={"changed": [["a", 1, contact]]})
    DirectoryImportFactory(state="done", by=user, changes=[{"after": contact}], problems=[f"{NAME} : adresse ?"])


def their_answers(user):
    trainee = TraineeFactory(email=EMAIL, name=NAME, phone=PHONE, user=user)
    invitation = InvitationFactory(email=EMAIL, name=NAME, phone=PHONE, trainee=trainee)
    CallFactory(invitation=invitation, note=f"{NAME} rappellera.")
    response = ResponseFactory(invitation=invitation, quoting="named")
    AnswerFactory(response=response, question=QuestionFactory(kind="text"), value=f"Moi, {NAME}, je raconte.")
    AnswerFactory(response=response, question=QuestionFactory(kind="yes_no"), value=Evidence.Value.YES)
    ImportRun.objects.create(filename="a.zip", by=user, changes={"a": NAME}, problems=[NAME])
    snapshot = freeze(evaluation=invitation.campaign.evaluation, title="Essai", by=user)
    ReportOpening.objects.create(snapshot=snapshot, recipient=EMAIL, what="page")


def their_mails():
    MailFactory(recipient=EMAIL, title=f"Bonjour {NAME}")
    MailFactory(recipient=OTHER, title=f"Action confiée à {NAME}", reason=f"refus pour {EMAIL}")
    Bounce.objects.create(address=EMAIL, reason=f"550 <{EMAIL}>")
    OptOut.objects.create(address=EMAIL, purpose="action_reminder")
    links.make(purpose="unsubscribe", subject="essai:1", recipient=EMAIL, days=1)
    KeptContact.objects.create(address=EMAIL)


def everywhere(*words: str) -> list[str]:
    """The columns of all tables where one of the words stands."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.attname, flat=True):
                    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                    if any(word.lower() in text.lower() for word in words):
                        found.append(f"{model._meta.label}.{field.name}")
    return found


def test_nothing_of_an_erased_person_is_left(person):
    assert everywhere(EMAIL, NAME, PHONE), "otherwise this test proves nothing"
    operations.erase_person(email=EMAIL.upper(), by=None)
    assert everywhere(EMAIL, NAME, PHONE) == ["evaluation.ReportSnapshot.content"], "a frozen report does not change"


# Columns whose type or name is that of someone's name, address or telephone, and that hold nobody's.
NOBODY_S = (
    *("territories.Territory.*name", "coordination.WorkingGroup.name", "auth.*", "socialaccount.SocialApp.name"),
    *("actors.Actor.*name", "actors.Actor.phone", "actors.Site.*", "actors.Stop.*", "actors.FoodService.name"),
    *("evaluation.SlideTemplate.name", "evaluation.ReportSnapshot.named", "usersessions.UserSession.ip"),
)
# Typed in by people about whomever they like: nothing ties them to an address, and the command says where they are.
FOR_A_READER = (
    *("coordination.PoliticalSupport.elected_lead", "evaluation.Campaign.reply_to", "evaluation.Campaign.sender_name"),
    *("actors.DirectoryImport.file_name", "coordination.Document.filename", "evaluation.ImportRun.filename"),
)
MADE_FOR_PEOPLE = re.compile("name|mail|phone|recipient|address|author|contact|person|user_agent|lead", re.IGNORECASE)


def made_for_people(field) -> bool:
    if isinstance(field, models.EmailField | models.GenericIPAddressField):
        return True
    texts = models.CharField | models.TextField | models.JSONField
    return isinstance(field, texts) and not field.choices and bool(MADE_FOR_PEOPLE.search(field.name))


def test_every_column_made_for_people_is_known(person):
    """A new one must be filled in by the fixture, so that erasing is tried on it; or said to be nobody's."""
    made = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if made_for_people(field)
    }
    unknown = made - set(everywhere(EMAIL, NAME, PHONE))
    assert [one for one in unknown if not any(fnmatch(one, known) for known in NOBODY_S + FOR_A_READER)] == []


def test_what_people_wrote_is_told_and_left_to_a_reader(person, capsys):
    first, second = SupportFactory(elected_lead=NAME), SupportFactory(elected_lead=NAME)
    call_command("erase_person", EMAIL)
    told = capsys.readouterr().out
    assert f"coordination_politicalsupport.elected_lead (n° {first.pk}, {second.pk})" in told
    assert "rapport figé" in told
    assert "accounts_" not in told


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
    assert set(Mail.objects.filter(state=Mail.State.DUE).values_list("recipient", flat=True)) == {OTHER}


def test_all_that_is_held_is_given(person):
    given = operations.export_person(email=EMAIL, by=person)
    assert given["adresse"] == EMAIL
    assert set(given["données"]) == {holding.title for holding in HOLDINGS} | {"Contact gardé"}
    assert AuditEntry.objects.exports().filter(by=person, subject="person").count() == 1


def test_a_command_gives_it_and_is_noted(person, capsys):
    call_command("export_person", EMAIL)
    assert json.loads(capsys.readouterr().out)["adresse"] == EMAIL
    (noted,) = AuditEntry.objects.exports().filter(subject="person")
    assert (noted.by, noted.changes) == (None, {"adresse": EMAIL})


def test_it_is_given_in_words(person):
    answer = Answer.objects.get(question__kind="yes_no")
    given = operations.export_person(email=EMAIL, by=None)["données"]
    assert [
        row["réponse"] for row in given["Réponses aux questionnaires"] if row.get("question") == str(answer.question)
    ] == ["oui"]
    assert [row["présence"] for row in given["Présences, actions et comptes rendus"] if "présence" in row] == ["oui"]
    everything = json.dumps(given, ensure_ascii=False)
    assert not re.search(r"True|False|None|\d{4}-\d{2}-\d{2}|_id|[a-z]:\d", everything)


def test_a_campaign_whose_answers_come_to_them_is_given(person):
    campaign = CampaignFactory(reply_to=EMAIL.capitalize())
    CampaignFactory(reply_to=OTHER)
    rows = operations.export_person(email=EMAIL, by=None)["données"]["Réponses aux questionnaires"]
    assert [one for row in rows for label, one in row.items() if "on vous répond" in label] == [campaign.title]


def test_nothing_of_others_is_given(person):
    MemberFactory(actor=person.memberships.get().actor, email=OTHER, name="Autre Personne")
    audit.note(person.memberships.get().actor, "modification", by=person, responsable=["Autre Personne", NAME])
    given = json.dumps(operations.export_person(email=EMAIL, by=None), ensure_ascii=False)
    assert "Autre Personne" not in given
    assert OTHER not in given


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
    assert not AuditEntry.objects.exists()


def test_each_run_leaves_its_counts(silent):
    old = AuditEntry.objects.create(subject="essai:1", action="création", changes={})
    AuditEntry.objects.filter(pk=old.pk).update(at=NOW - timedelta(days=3 * 365 + 1))
    run(0)
    Mail.objects.update(state=Mail.State.SENT, sent_at=NOW)
    run(31)
    latest, first = AuditEntry.objects.filter(action=operations.RETENTION)
    forgotten = {"Journal des modifications de plus de trois ans": 1}
    assert first.changes == forgotten | {"Personnes averties": 1, "Personnes effacées": 0}
    assert latest.changes == {"Personnes averties": 0, "Personnes effacées": 1}


def test_the_clock_and_the_command_leave_their_counts_where_the_team_reads_them(client):
    tasks.apply_retention()
    call_command("apply_retention", stdout=StringIO())
    call_command("apply_retention", "--dry-run", stdout=StringIO())
    client.force_login(UserFactory(is_staff=True))
    assert texts(client.get(reverse("privacy:exports"))).count("Personnes averties : 0 – Personnes effacées : 0") == 2


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


def test_a_dry_run_of_the_mails_shows_the_warning(silent, capsys):
    run(0)
    capsys.readouterr()
    Mail.objects.update(urgent=True)
    call_command("send_due_mail", "--dry-run", "--at", (timezone.now() + timedelta(days=1)).isoformat())
    shown = capsys.readouterr().out
    assert EMAIL in shown
    assert "Alim'Activ : vos données seront bientôt effacées" in shown


def test_nobody_is_erased_whose_warning_never_left(silent):
    run(0)
    assert run(60).erased == []


def test_an_address_that_takes_no_mail_is_no_reason_to_keep(silent):
    run(0)
    Mail.objects.update(state=Mail.State.REFUSED, created_at=NOW)
    assert run(31).erased == [EMAIL]


def test_a_member_of_whom_nothing_dated_is_left_is_not_kept_for_ever():
    member = MemberFactory(email=EMAIL, name=NAME)
    assert run(0).warned == [EMAIL]
    Mail.objects.update(state=Mail.State.SENT, sent_at=NOW)
    assert run(31).erased == [EMAIL]
    member.refresh_from_db()
    assert (member.name, member.email) == (ERASED, "")


def test_a_member_known_by_their_arrival_alone_is_erased_when_it_is_forgotten():
    member = MemberFactory(email=EMAIL, name=NAME)
    audit.note(member, "création", by=None)
    AuditEntry.objects.update(at=NOW - KEPT + NOTICE)
    assert run(0).warned == [EMAIL]
    Mail.objects.update(state=Mail.State.SENT, sent_at=NOW)
    assert run(31).erased == [EMAIL]


def test_who_confirms_an_entry_by_its_link_is_kept():
    member = MemberFactory(email=EMAIL)
    asked = NOW - timedelta(days=90)
    MailFactory(purpose=CHECK, subject=subject_of(member.actor), recipient=EMAIL, state=Mail.State.SENT, sent_at=asked)
    ConfirmationFactory(actor=member.actor, role="structure", by=None, at=asked - timedelta(days=1))
    assert run(0).warned == [EMAIL], "the answer came before the question"
    ConfirmationFactory(actor=member.actor, role="structure", by=None, at=asked + timedelta(days=1))
    assert run(0).erased == run(400).erased == []


def test_old_rows_are_forgotten():
    old = AuditEntry.objects.create(subject="essai:1", action="création", changes={})
    recent = AuditEntry.objects.create(subject="essai:1", action="création", changes={})
    AuditEntry.objects.filter(pk=old.pk).update(at=NOW - timedelta(days=3 * 365 + 1))
    AuditEntry.objects.filter(pk=recent.pk).update(at=NOW)
    assert run(0).forgotten == {"Journal des modifications de plus de trois ans": 1}
    assert list(AuditEntry.objects.filter(subject="essai:1")) == [recent]


def test_opting_out_of_the_warning_is_not_offered():
    with pytest.raises(ValueError, match="opt out"):
        outbox.opt_out(address=EMAIL, purpose=mails.WARNING.code)
