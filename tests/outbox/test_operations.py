"""Asking for mails, and settling what became of them."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from outbox import operations
from outbox.decisions import PARIS
from outbox.models import Bounce, Mail, OptOut
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Mail.State
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
ABOUT = {"purpose": "essai", "subject": "meeting:1", "step": "invitation"}


def test_asked_twice_it_is_one_row(purpose):
    first = operations.ask(**ABOUT, recipient=" A@Exemple.test ", due_at=MONDAY)
    second = operations.ask(**ABOUT, recipient="a@exemple.test")
    assert (first.pk, first.recipient, first.state) == (second.pk, "a@exemple.test", State.DUE)
    assert (Mail.objects.count(), second.due_at) == (1, MONDAY)


@pytest.mark.parametrize("change", [{"subject": "meeting:2"}, {"step": "reminder"}, {"recipient": "b@exemple.test"}])
def test_another_subject_step_or_recipient_is_another_mail(purpose, change):
    asked = ABOUT | {"recipient": "a@exemple.test"}
    operations.ask(**asked)
    operations.ask(**(asked | change))
    assert Mail.objects.count() == 2


def test_asked_again_it_takes_the_new_moment_unless_it_left(purpose):
    for address in ("a@exemple.test", "b@exemple.test"):
        operations.ask(**ABOUT, recipient=address, due_at=MONDAY)
    Mail.objects.filter(recipient="b@exemple.test").update(state=State.CANCELLED)
    for address in ("a@exemple.test", "b@exemple.test"):
        operations.ask(**ABOUT, recipient=address, due_at=MONDAY + timedelta(days=7))
    assert dict(Mail.objects.values_list("recipient", "due_at")) == {
        "a@exemple.test": MONDAY + timedelta(days=7),
        "b@exemple.test": MONDAY,
    }


def test_what_became_useless_is_sent_after_all_if_asked_for_again_and_nothing_else_is(purpose):
    for letter, state in zip("abcd", (State.CANCELLED, State.REFUSED, State.SENT, State.CANCELLED), strict=True):
        address = f"{letter}@exemple.test"
        operations.ask(**ABOUT, recipient=address, due_at=MONDAY)
        Mail.objects.filter(recipient=address).update(
            state=state, sent_at=MONDAY, reason="Avant", attempts=3, retry_at=MONDAY
        )
    later = MONDAY + timedelta(days=7)
    wanted = [(ABOUT["subject"], f"{letter}@exemple.test") for letter in "abc"]
    operations.ask_many(purpose=ABOUT["purpose"], step=ABOUT["step"], wanted=wanted, due_at=later, again=True)
    assert list(
        Mail.objects.order_by("recipient").values_list("state", "due_at", "reason", "attempts", "retry_at")
    ) == [
        (State.DUE, later, "", 0, None),
        (State.REFUSED, MONDAY, "Avant", 3, MONDAY),
        (State.SENT, MONDAY, "Avant", 3, MONDAY),
        (State.CANCELLED, MONDAY, "Avant", 3, MONDAY),
    ]


def test_urgent_as_the_purpose_says_or_as_asked(register):
    register("essai", urgent=True)
    assert operations.ask(**ABOUT, recipient="a@exemple.test").urgent
    assert not operations.ask(**ABOUT, recipient="b@exemple.test", urgent=False).urgent


def test_nothing_is_asked_for_an_unknown_purpose_or_for_nobody(purpose):
    with pytest.raises(LookupError, match="autre"):
        operations.ask(**(ABOUT | {"purpose": "autre"}), recipient="a@exemple.test")
    with pytest.raises(ValueError, match="recipient"):
        operations.ask_many(purpose="essai", wanted=[("meeting:1", "a@exemple.test"), ("meeting:1", " ")])
    assert not Mail.objects.exists()


def test_many_are_asked_in_a_few_queries(purpose):
    wanted = [("meeting:1", f"a{number}@exemple.test") for number in range(1000)]
    operations.ask(purpose="essai", subject="meeting:1", recipient="a7@exemple.test", due_at=MONDAY)
    with CaptureQueriesContext(connection) as queries:
        operations.ask_many(purpose="essai", wanted=[*wanted, *wanted[:3]], due_at=MONDAY + timedelta(days=1))
    assert set(Mail.objects.values_list("subject", "recipient", "due_at")) == {
        (*pair, MONDAY + timedelta(days=1)) for pair in wanted
    }
    assert Mail.objects.count() == 1000
    assert len(queries) < 40  # SQLite takes fewer rows at once


def test_moving_one_mail_leaves_the_others_of_its_subject(purpose):
    operations.ask_many(
        purpose="essai", wanted=[("meeting:1", "a@exemple.test"), ("meeting:2", "b@exemple.test")], due_at=MONDAY
    )
    operations.ask(purpose="essai", subject="meeting:1", recipient="b@exemple.test", due_at=MONDAY)
    later = MONDAY + timedelta(days=1)
    operations.ask_many(
        purpose="essai", wanted=[("meeting:1", "a@exemple.test"), ("meeting:2", "b@exemple.test")], due_at=later
    )
    assert Mail.objects.get(subject="meeting:1", recipient="b@exemple.test").due_at == MONDAY


def test_a_request_taken_back(purpose):
    for step in ("invitation", "reminder"):
        for address in ("a", "b"):
            operations.ask(purpose="essai", subject="meeting:1", step=step, recipient=f"{address}@exemple.test")
    sent = operations.ask(purpose="essai", subject="meeting:1", step="sent", recipient="a@exemple.test")
    Mail.objects.filter(pk=sent.pk).update(state=State.SENT, sent_at=MONDAY)
    other = operations.ask(purpose="essai", subject="meeting:2", recipient="a@exemple.test")
    about = {"purpose": "essai", "subject": "meeting:1", "reason": "Réunion annulée."}
    assert operations.cancel(**about, step="reminder", recipient="A@exemple.test") == 1
    assert operations.cancel(**about) == 3
    sent.refresh_from_db()
    other.refresh_from_db()
    assert (sent.state, other.state) == (State.SENT, State.DUE)
    assert set(Mail.objects.filter(state=State.CANCELLED).values_list("reason", flat=True)) == {"Réunion annulée."}


def to_check() -> Mail:
    claimed = {"claim": "11111111-1111-1111-1111-111111111111", "claimed_at": MONDAY, "attempts": 2}
    return MailFactory(state=State.TO_CHECK, reason="Interrompu.", **claimed)


def test_one_in_doubt_is_sent_again_or_said_to_have_left(purpose):
    by = UserFactory(is_staff=True)
    again, gone = to_check(), to_check()
    operations.requeue(mail=again, by=by)
    operations.mark_sent(mail=gone, by=by)
    assert (again.state, again.claim, again.attempts, again.reason) == (State.DUE, None, 0, "")
    assert (gone.state, gone.sent_at, gone.reason) == (State.SENT, MONDAY, "")
    assert list(AuditEntry.objects.order_by("pk").values_list("subject", "action", "by", "changes")) == [
        (f"mail:{again.pk}", "renvoi demandé", by.pk, {"état": ["à vérifier", "à envoyer"]}),
        (f"mail:{gone.pk}", "déclaré parti", by.pk, {"état": ["à vérifier", "envoyé"]}),
    ]


@pytest.mark.parametrize("operation", [operations.requeue, operations.mark_sent])
def test_settled_meanwhile_by_someone_else(purpose, operation):
    mail = to_check()
    Mail.objects.update(state=State.SENT, sent_at=MONDAY)
    with pytest.raises(ValidationError, match="entre-temps"):
        operation(mail=mail, by=UserFactory(is_staff=True))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("state", "may_requeue", "may_mark"),
    [
        (State.DUE, False, False),
        (State.CANCELLED, True, False),
        (State.REFUSED, True, False),
        (State.TO_CHECK, True, True),
    ],
)
def test_what_can_be_done_in_each_state(purpose, state, may_requeue, may_mark):
    by = UserFactory(is_staff=True)
    for operation, allowed in ((operations.requeue, may_requeue), (operations.mark_sent, may_mark)):
        mail = to_check()
        Mail.objects.filter(pk=mail.pk).update(state=state)
        mail.refresh_from_db()
        if allowed:
            operation(mail=mail, by=by)
        else:
            with pytest.raises(ValidationError):
                operation(mail=mail, by=by)


def test_opting_out_and_in_again(purpose):
    for _ in range(2):
        operations.opt_out(address="A@exemple.test", purpose="essai")
    operations.opt_out(address="b@exemple.test", purpose="essai")
    operations.opt_in(address="A@exemple.test", purpose="essai", by=UserFactory(is_staff=True))
    assert list(OptOut.objects.values_list("address", "purpose")) == [("b@exemple.test", "essai")]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "sign_in")) == [
        ("désinscription", "lien reçu par courriel"),
        ("désinscription", "lien reçu par courriel"),
        ("réinscription", ""),
    ]


def test_nobody_opts_out_of_what_one_must_get(register):
    register("essai", can_opt_out=False)
    with pytest.raises(ValueError, match="essai"):
        operations.opt_out(address="a@exemple.test", purpose="essai")


def test_a_bounce_keeps_its_first_reason_until_it_is_lifted():
    for reason in ("550 Inconnu", "552 Pleine"):
        operations.record_bounce(address="A@exemple.test", reason=reason)
    bounce = Bounce.objects.get()
    assert (bounce.address, bounce.reason) == ("a@exemple.test", "550 Inconnu")
    operations.lift_bounce(bounce=bounce, by=UserFactory(is_staff=True))
    assert not Bounce.objects.exists()
    assert AuditEntry.objects.get().changes == {"adresse": "a@exemple.test", "raison": "550 Inconnu"}
