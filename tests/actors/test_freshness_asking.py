"""Whom one asks about an entry, and what the mail decides when it leaves: ``asking``, ``addressees``, ``mails``."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from actors.freshness import asking
from actors.freshness.addressees import CHECK, Why, addressees
from actors.freshness.asking import Letter, Next, decide
from actors.freshness.mails import render_check
from actors.models import Actor, CheckRound
from actors.operations import freshness as operations
from outbox import delivery, links
from outbox import operations as outbox
from outbox.links import MailLinks
from outbox.models import Bounce, Link, Mail, OptOut
from outbox.purposes import NoLongerDue
from tests.factories import (
    ActorFactory,
    ConfirmationFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    MemberFactory,
    StopFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=500)


@pytest.fixture
def entry() -> Actor:
    """An entry whose hours were written long ago, and the address of its structure."""
    actor = ActorFactory(name="Épicerie d’Exemple", created_at=LONG_AGO, email="epicerie@exemple.test")
    FoodServiceFactory(actor=actor, site=None, opening_hours="Mo 09:00-12:00")
    return actor


def asked(actor: Actor, now: datetime = MONDAY) -> list[tuple[str, str]]:
    """The mails asked for: which, to whom."""
    asking.ask_due(now)
    mails = Mail.objects.filter(purpose=CHECK, subject=subject_of(actor)).order_by("pk")
    return [(mail.step.partition(".")[2], mail.recipient) for mail in mails]


# Whom to write to ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "contact", "expected"),
    [
        ([("manager", "A@exemple.test"), ("manager", "b@exemple.test"), ("editor", "c@exemple.test")], "", "ab"),
        ([("editor", "c@exemple.test"), ("attends", "d@exemple.test")], "e@exemple.test", "c"),
        ([("attends", "d@exemple.test")], "e@exemple.test", "e"),
        ([("manager", "")], "e@exemple.test", "e"),
        ([], "", "p"),
    ],
)
def test_keepers_are_written_to_before_others(members, contact, expected):
    actor = ActorFactory(contact_email=contact, email="p@exemple.test")
    for access, email in members:
        MemberFactory(actor=actor, access=access, email=email)
    MemberFactory(actor=actor, access="manager", email="partie@exemple.test", left_on=MONDAY.date() - timedelta(days=9))
    MemberFactory(access="manager", email="ailleurs@exemple.test")
    assert addressees([actor])[actor.pk].reached == tuple(f"{letter}@exemple.test" for letter in expected)


def test_a_refused_address_is_passed_over_an_opt_out_is_not():
    actor = ActorFactory(contact_email="c@exemple.test", email="p@exemple.test")
    Bounce.objects.create(address="c@exemple.test", reason="550")
    assert addressees([actor])[actor.pk].reached == ("p@exemple.test",)
    OptOut.objects.create(address="p@exemple.test", purpose=CHECK)
    assert addressees([actor])[actor.pk].why == Why.OPTED_OUT
    Bounce.objects.create(address="p@exemple.test", reason="550")
    assert addressees([actor])[actor.pk].why == Why.REFUSED
    other = ActorFactory()
    assert addressees([other])[other.pk].why == Why.NO_ADDRESS


def test_an_opt_out_of_other_mails_changes_nothing():
    actor = ActorFactory(email="p@exemple.test")
    OptOut.objects.create(address="p@exemple.test", purpose="meeting_invitation")
    assert addressees([actor])[actor.pk].reached == ("p@exemple.test",)


# What a round needs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters", "reached", "expected"),
    [
        ([], ["a"], Next.FIRST),
        ([], [], Next.CALL),
        ([(1, "a", "due", None)], ["a"], Next.WAIT),
        ([(1, "a", "due", None)], ["b"], Next.FIRST),  # the address changed
        ([(1, "a", "refused", None)], ["a"], Next.CALL),
        ([(1, "a", "refused", None), (1, "b", "due", None)], ["a", "b"], Next.WAIT),
        ([(1, "a", "cancelled", None)], ["a"], Next.FIRST),
        ([(1, "a", "sent", 13)], ["a"], Next.WAIT),
        ([(1, "a", "sent", 13)], [], Next.CALL),
        ([(1, "a", "sent", 14)], ["a"], Next.SECOND),
        ([(1, "a", "to_check", 14)], ["a"], Next.SECOND),
        ([(1, "a", "sent", 14), (1, "b", "sent", 13)], ["a", "b"], Next.WAIT),
        ([(1, "a", "sent", 20), (1, "b", "claimed", None)], ["a", "b"], Next.WAIT),
        ([(1, "a", "sent", 30), (2, "a", "sent", 13)], ["a"], Next.WAIT),
        ([(1, "a", "sent", 30), (2, "a", "sent", 14)], ["a"], Next.CALL),
        ([(1, "a", "sent", 30), (2, "a", "refused", None)], ["a"], Next.CALL),
    ],
)
def test_what_a_round_needs(letters, reached, expected):
    """``letters``: number, address, state, and how many days ago it left."""
    told = [
        Letter(number, to, Mail.State(state), None if days is None else MONDAY - timedelta(days=days))
        for number, to, state, days in letters
    ]
    assert decide(told, reached, MONDAY) == expected


def test_what_is_due_is_asked_once(entry):
    assert asked(entry) == [("1", "epicerie@exemple.test")]
    assert asked(entry, MONDAY + timedelta(days=1)) == [("1", "epicerie@exemple.test")]
    assert CheckRound.objects.open().count() == 1


def test_what_is_fresh_is_not_asked(entry):
    for section in ("hours", "services", "contact"):
        ConfirmationFactory(actor=entry, section=section, at=MONDAY - timedelta(days=30))
    assert asked(entry) == []


def test_who_cannot_be_written_to_is_called_at_once(entry):
    entry.email = ""
    entry.save()
    assert asked(entry) == []
    assert CheckRound.objects.get().to_call_since == MONDAY


def test_two_mails_then_the_telephone(entry, mailoutbox):
    for days in range(40):
        now = MONDAY + timedelta(days=days)
        asking.ask_due(now)
        delivery.send_due(clock=lambda now=now: now)
    assert len(mailoutbox) == 2
    check = CheckRound.objects.get()
    assert check.to_call_since == MONDAY + timedelta(days=28)
    gap = [mail.sent_at for mail in Mail.objects.order_by("sent_at")]
    assert gap[1] - gap[0] == timedelta(days=14)


def test_an_outage_makes_no_burst(entry, mailoutbox):
    asking.ask_due(MONDAY)
    late = MONDAY + timedelta(days=56)
    for _ in range(3):
        asking.ask_due(late)
        delivery.send_due(clock=lambda: late)
    assert len(mailoutbox) == 1


def test_a_structure_that_answers_in_part_is_left_alone_for_a_while(entry):
    asked(entry)
    operations.confirm(actor=entry, sections=["hours"], role="structure")
    check = CheckRound.objects.get()
    assert check.outcome == CheckRound.Outcome.ANSWERED
    assert len(asked(entry, check.closed_at + timedelta(days=27))) == 1
    assert len(asked(entry, check.closed_at + timedelta(days=29))) == 2


def test_a_coordinators_correction_does_not_answer_for_the_structure(entry):
    asked(entry)
    operations.confirm(actor=entry, sections=["contact"], role="coordination", by=UserFactory())
    assert CheckRound.objects.get().closed_at is None
    operations.confirm(actor=entry, sections=["hours", "services"], role="coordination", by=UserFactory())
    assert CheckRound.objects.get().closed_at is not None


def test_a_call_that_reached_them_is_noted_as_such(entry):
    asked(entry)
    operations.confirm_by_phone(actor=entry, sections=["hours"], by=UserFactory())
    check = CheckRound.objects.get()
    assert (check.outcome, check.calls.get().result) == ("phoned", "reached")
    assert entry.confirmations.get().by_phone


def test_the_round_of_an_entry_that_ended_is_dropped(entry):
    asked(entry)
    entry.ended_on = MONDAY.date()
    entry.save()
    asking.ask_due(MONDAY)
    assert CheckRound.objects.get().outcome == CheckRound.Outcome.DROPPED


def test_the_look_costs_the_same_for_one_and_for_three(entry, django_assert_max_num_queries):
    asking.ask_due(MONDAY)
    for _ in range(2):
        FoodServiceFactory(actor=ActorFactory(created_at=LONG_AGO, email="x@exemple.test"))
    asking.ask_due(MONDAY)
    with django_assert_max_num_queries(20):
        asking.ask_due(MONDAY)


# By hand ------------------------------------------------------------------------------------------


def test_a_coordinator_asks_at_once_whatever_is_due():
    actor = ActorFactory(email="p@exemple.test", visibility="public")
    FoodServiceFactory(actor=actor)
    operations.ask_now(actor=actor, by=UserFactory())
    check = CheckRound.objects.get()
    assert check.by_hand
    mail = Mail.objects.get(purpose=CHECK)
    text = render_check(mail, MailLinks(mail)).text
    assert "HORAIRES" in text
    assert "CONTACTS" in text
    with pytest.raises(ValidationError, match="déjà en route"):
        operations.ask_now(actor=actor, by=UserFactory())


def test_asking_again_after_two_mails_begins_a_new_round(entry):
    asked(entry)
    Mail.objects.update(state="sent", sent_at=MONDAY)
    CheckRound.objects.update(to_call_since=MONDAY)
    operations.ask_now(actor=entry, by=UserFactory())
    assert list(CheckRound.objects.order_by("pk").values_list("outcome", flat=True)) == ["dropped", ""]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": ""}, "aucune adresse"),
        ({"is_not_asked": True}, "pas à relancer"),
    ],
)
def test_who_cannot_be_asked_is_not(entry, change, words):
    Actor.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(ValidationError, match=words):
        operations.ask_now(actor=entry, by=UserFactory())
    assert not Mail.objects.exists()


def test_not_asking_and_asking_again_are_noted(entry):
    user = UserFactory()
    operations.do_not_ask(actor=entry, reason="Ils l’ont demandé", by=user)
    assert asked(entry) == []
    operations.ask_again(actor=entry, by=user)
    assert asked(entry) == [("1", "epicerie@exemple.test")]
    noted = AuditEntry.objects.filter(subject=subject_of(entry), by=user)
    assert {one.action for one in noted} == {"ne pas relancer", "à relancer de nouveau"}


# What the mail decides when it leaves -------------------------------------------------------------


def ended(actor):
    Actor.objects.filter(pk=actor.pk).update(ended_on=timezone.localdate() - timedelta(days=1))


def merged(actor):
    Actor.objects.filter(pk=actor.pk).update(merged_into=ActorFactory())


def not_asked(actor):
    Actor.objects.filter(pk=actor.pk).update(is_not_asked=True)


def has_another_address(actor):
    Actor.objects.filter(pk=actor.pk).update(email="autre@exemple.test")


def is_kept_by_someone(actor):
    MemberFactory(actor=actor, access="manager", email="tient@exemple.test")


def answered(actor):
    operations.confirm(actor=actor, sections=["hours"], role="structure")


def is_called(actor):
    CheckRound.objects.update(to_call_since=MONDAY)


def is_right_by_the_coordinator(actor):
    for section in ("hours", "services", "contact"):
        ConfirmationFactory(actor=actor, section=section, at=timezone.now(), role="coordination")


@pytest.mark.parametrize(
    "happens",
    [
        ended,
        merged,
        not_asked,
        has_another_address,
        is_kept_by_someone,
        answered,
        is_called,
        is_right_by_the_coordinator,
    ],
)
def test_a_mail_has_nothing_to_tell_any_more(entry, happens):
    asked(entry)
    happens(entry)
    mail = Mail.objects.get(purpose=CHECK)
    with pytest.raises(NoLongerDue) as raised:
        render_check(mail, MailLinks(mail))
    assert str(raised.value).endswith(".")
    assert not Link.objects.exists()


def test_the_mail_shows_what_the_entry_says(entry, mailoutbox):
    territory = TerritoryFactory(name="Fontaine")
    entry.territories.add(territory)
    coordinator = CoordinatorFactory(territory=territory).user
    asking.ask_due(MONDAY)
    delivery.send_due(clock=lambda: MONDAY)
    (mail,) = mailoutbox
    assert mail.to == ["epicerie@exemple.test"]
    assert mail.reply_to == [coordinator.email]
    assert mail.from_email.startswith("Annuaire de Fontaine <")
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = mail.alternatives[0][0]
    for body in (mail.body, html):
        assert "lundi" in body.lower()
        assert "/annuaire/verification/" in body
    link = Link.objects.get(purpose=CHECK)
    assert (link.subject, link.recipient) == (subject_of(entry), "epicerie@exemple.test")


def test_the_common_letterbox_reads_nothing_of_the_contact_person(entry, mailoutbox):
    Actor.objects.filter(pk=entry.pk).update(contact_name="Camille Exemple", contact_phone="01 99 00 00 07")
    asking.ask_due(MONDAY)
    delivery.send_due(clock=lambda: MONDAY)
    assert "Camille" not in mailoutbox[0].body + mailoutbox[0].alternatives[0][0]


def test_the_contact_person_reads_of_themselves(entry, mailoutbox):
    Actor.objects.filter(pk=entry.pk).update(contact_name="Camille Exemple", contact_email="camille@exemple.test")
    asking.ask_due(MONDAY)
    delivery.send_due(clock=lambda: MONDAY)
    assert mailoutbox[0].to == ["camille@exemple.test"]
    assert "Camille Exemple" in mailoutbox[0].body


def test_stops_are_shown_each(mailoutbox):
    stop = StopFactory(name="Place d’Exemple", opening_hours="Tu 18:00-19:00")
    Actor.objects.filter(pk=stop.service.actor_id).update(created_at=LONG_AGO, email="m@exemple.test")
    asking.ask_due(MONDAY)
    delivery.send_due(clock=lambda: MONDAY)
    assert "Place d’Exemple" in mailoutbox[0].body
    assert "mardi" in mailoutbox[0].body.lower()


def test_revoked_links_open_nothing(entry):
    token = links.make(purpose=CHECK, subject=subject_of(entry), recipient=entry.email, days=30)
    other = links.make(purpose=CHECK, subject=subject_of(ActorFactory()), recipient=entry.email, days=30)
    assert operations.revoke_links(actor=entry, by=UserFactory()) == 1
    assert links.find(token, CHECK) is None
    assert links.find(other, CHECK)
    assert links.find_ended(token, CHECK).recipient == entry.email
    assert links.find_ended(other, CHECK) is None
    assert links.find_ended(token, "autre") is None


def test_an_opt_out_leads_to_the_call_list(entry):
    asked(entry)
    outbox.opt_out(address=entry.email, purpose=CHECK)
    delivery.send_due(clock=lambda: MONDAY)
    asking.ask_due(MONDAY)
    assert CheckRound.objects.get().to_call_since == MONDAY
