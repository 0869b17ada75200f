"""From a row to the mail server and back: ``outbox/delivery.py``."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox import claims, delivery, operations
from outbox.decisions import CLAIM_LIFE, PARIS, Action, is_open
from outbox.models import Bounce, Link, Mail, OptOut
from outbox.purposes import Later, Message, NoLongerDue
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Mail.State
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)


def send(now: datetime = MONDAY) -> dict[str, int]:
    """One batch at this moment: how many mails now have each state."""
    return {state: count for state, count in delivery.send_due(clock=lambda: now).states.items() if count}


def states() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


class Killed(BaseException):
    """As SIGKILL: nothing after it is done."""


def killed(*_):
    raise Killed


@contextmanager
def failing(words: str, error: type[BaseException] = Killed) -> Iterator[None]:
    """What happens instead of the statements that hold these words."""

    def run(execute, sql, params, many, context):
        if words in sql:
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run), pytest.raises(error):
        yield


def test_what_is_due_leaves_once(purpose, mailoutbox):
    mail = MailFactory(subject="essai:1", recipient="a@exemple.test")
    later = MailFactory(due_at=MONDAY + timedelta(minutes=1))
    assert send() == {State.SENT: 1}
    assert send() == {}
    mail.refresh_from_db()
    later.refresh_from_db()
    (left,) = mailoutbox
    assert left.to == ["a@exemple.test"]
    assert (mail.state, mail.sent_at, mail.title, mail.attempts, mail.reason) == (
        State.SENT,
        MONDAY,
        "Essai essai:1",
        1,
        "",
    )
    assert mail.message_id == left.message()["Message-ID"]
    assert later.state == State.DUE


def test_one_a_day_to_an_address_over_all_purposes_the_oldest_first(register, mailoutbox):
    register("essai")
    register("autre")
    MailFactory(recipient="a@exemple.test", subject="second")
    MailFactory(recipient="a@exemple.test", subject="first", due_at=MONDAY - timedelta(days=2), purpose="autre")
    MailFactory(recipient="b@exemple.test", subject="other")
    assert send() == {State.SENT: 2}
    assert send(MONDAY + timedelta(hours=7)) == {}
    assert send(MONDAY + timedelta(days=1)) == {State.SENT: 1}
    assert [mail.subject for mail in mailoutbox] == ["Essai first", "Essai other", "Essai second"]


def test_urgent_ones_leave_at_night_and_leave_the_days_mail_to_the_others(purpose, mailoutbox):
    MailFactory.create_batch(3, recipient="a@exemple.test", urgent=True)
    MailFactory(recipient="a@exemple.test")
    assert send(MONDAY - timedelta(hours=12)) == {}
    Mail.objects.update(due_at=MONDAY - timedelta(days=1))
    assert send(MONDAY - timedelta(hours=12)) == {State.SENT: 3}
    assert send() == {State.SENT: 1}


def test_one_with_nothing_to_tell_is_cancelled_with_its_reason_and_takes_no_ones_place(register, mailoutbox):
    def render(mail, links):
        if mail.subject == "why":
            raise NoLongerDue("La réunion est annulée.")
        return None if mail.subject == "none" else Message("Essai", "Bonjour")

    register(render=render)
    for subject in ("why", "none", "left"):
        MailFactory(recipient="a@exemple.test", subject=subject)
    for minute in range(3):
        send(MONDAY + timedelta(minutes=minute))
    assert dict(Mail.objects.values_list("subject", "reason")) == {
        "why": "La réunion est annulée.",
        "none": delivery.NOTHING_TO_TELL,
        "left": "",
    }
    assert states() == [State.CANCELLED, State.CANCELLED, State.SENT]
    assert len(mailoutbox) == 1


def test_one_that_comes_back_later_is_no_failure_however_often(register, mailoutbox):
    days = iter(range(1, 20))

    def render(mail, links):
        day = next(days)
        if day > len(delivery.RETRY_AFTER) + 2:
            return Message("Essai", "Bonjour")
        raise Later(MONDAY + timedelta(days=7 * day), "Cette personne a écrit aujourd’hui.")

    register(render=render)
    mail = MailFactory()
    seen = []
    while not mailoutbox:
        now = mail.due_at if mail.due_at > MONDAY else MONDAY
        assert send(now - timedelta(seconds=1)) == {} if seen else True
        seen.append(send(now))
        mail.refresh_from_db()
    assert seen == [{State.DUE: 1}] * (len(seen) - 1) + [{State.SENT: 1}]
    assert (len(seen), mail.attempts, mail.reason) == (len(delivery.RETRY_AFTER) + 3, 1, "")


def test_one_put_off_says_why_it_waits_and_forgets_an_older_failure(register, mail_server):
    def render(mail, links):
        if mail.attempts == 2:
            raise Later(MONDAY + timedelta(days=1), "Cette personne a écrit aujourd’hui.")
        return Message("Essai", "Bonjour")

    register(render=render)
    mail_server.answer = "451 Plus tard"
    mail = MailFactory()
    send()
    send(MONDAY + timedelta(minutes=5))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.retry_at) == (State.DUE, 1, None)
    ((_, decision),) = delivery.plan(MONDAY, Mail.objects.all())
    assert decision.reason == "Cette personne a écrit aujourd’hui."
    assert decision.until == MONDAY + timedelta(days=1)


def test_one_put_off_leaves_the_days_mail_to_the_others(register, mailoutbox):
    def render(mail, links):
        if mail.subject == "later":
            raise Later(MONDAY + timedelta(days=1), "Pas aujourd’hui.")
        return Message("Essai", "Bonjour")

    register(render=render)
    MailFactory(recipient="a@exemple.test", subject="later")
    MailFactory(recipient="a@exemple.test", subject="now")
    send()
    assert send(MONDAY + timedelta(minutes=1)) == {State.SENT: 1}


def test_opt_outs_and_bounces_stop_what_waits(register, mailoutbox):
    register("essai")
    register("autre")
    for address, purpose in (("out", "essai"), ("out", "autre"), ("bounced", "essai")):
        MailFactory(recipient=f"{address}@exemple.test", purpose=purpose)
    operations.opt_out(address="out@exemple.test", purpose="essai")
    operations.record_bounce(address="bounced@exemple.test", reason="550 Inconnu")
    assert send() == {State.CANCELLED: 2, State.SENT: 1}
    assert states() == [State.CANCELLED, State.SENT, State.CANCELLED]
    assert [mail.to for mail in mailoutbox] == [["out@exemple.test"]]


def test_an_opt_out_stops_nothing_that_one_cannot_refuse_any_more(register, mailoutbox):
    register("essai", can_opt_out=False)
    OptOut.objects.create(address="a@exemple.test", purpose="essai")
    MailFactory(recipient="a@exemple.test")
    assert send() == {State.SENT: 1}


def test_a_purpose_that_no_app_knows_waits(register, mailoutbox):
    MailFactory(purpose="ancien")
    assert send() == {}
    ((_, decision),) = delivery.plan(MONDAY)
    assert (decision.action, decision.reason) == (Action.WAIT, "Cette version du site ne connaît pas cet objet.")


def test_one_that_cannot_be_written_is_tried_again_then_given_up(register, mailoutbox):
    def render(mail, links):
        if mail.subject == "broken":
            raise ZeroDivisionError
        return Message("Essai", "Bonjour")

    register(render=render)
    broken = MailFactory(subject="broken", urgent=True)
    MailFactory(subject="fine", urgent=True)
    assert send() == {State.DUE: 1, State.SENT: 1}
    broken.refresh_from_db()
    assert broken.reason == "Le courriel n’a pas pu être écrit (ZeroDivisionError)."
    assert broken.retry_at == MONDAY + timedelta(minutes=5)
    assert send(MONDAY + timedelta(minutes=4)) == {}
    for _ in delivery.RETRY_AFTER:
        broken.refresh_from_db()
        send(broken.retry_at)
    broken.refresh_from_db()
    assert broken.state == State.REFUSED
    assert broken.reason.startswith("Abandonné après 7 essais.")


@pytest.mark.parametrize("subject", ["deux\nlignes", "retour\rcaché"])
def test_a_title_that_could_not_be_a_header_is_not_sent(register, mailoutbox, subject):
    register(render=lambda mail, links: Message(subject, "Bonjour"))
    MailFactory()
    assert send() == {State.DUE: 1}
    assert not mailoutbox


def test_a_refusal_for_good_stops_the_address(purpose, mail_server):
    mail_server.answer = "550 5.1.1 Boîte inconnue"
    refused = MailFactory(recipient="a@exemple.test")
    assert send() == {State.REFUSED: 1}
    refused.refresh_from_db()
    assert refused.reason == "Refusé par le serveur : 550 5.1.1 Boîte inconnue"
    bounce = Bounce.objects.get()
    assert (bounce.address, bounce.reason) == ("a@exemple.test", "550 5.1.1 Boîte inconnue")
    mail_server.answer = "250 OK"
    MailFactory(recipient="a@exemple.test")
    assert send() == {State.CANCELLED: 1}
    assert not mail_server.messages


def test_a_content_refused_does_not_stop_the_address(purpose, mail_server):
    mail_server.answer = "554 5.6.0 Contenu refusé"
    MailFactory()
    assert send() == {State.REFUSED: 1}
    assert not Bounce.objects.exists()


def test_a_temporary_refusal_is_tried_again_and_counts_for_nothing(purpose, mail_server):
    mail_server.answer = "451 Plus tard"
    MailFactory()
    assert send() == {State.DUE: 1}
    mail_server.answer = "250 OK"
    assert send(MONDAY + timedelta(minutes=4)) == {}
    assert send(MONDAY + timedelta(minutes=5)) == {State.SENT: 1}
    assert not Bounce.objects.exists()


def test_a_connection_lost_while_the_server_accepts_is_to_check(purpose, mail_server):
    async def hang_up(server, session, envelope):
        server.transport.abort()
        return "250 OK"

    mail_server.handle_DATA = hang_up
    MailFactory()
    assert send() == {State.TO_CHECK: 1}
    assert send(MONDAY + timedelta(days=3)) == {}
    assert Mail.objects.get().reason.startswith(claims.INTERRUPTED)


def test_without_a_server_nothing_is_claimed(purpose, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    MailFactory()
    outcome = delivery.send_due(clock=lambda: MONDAY)
    assert outcome.trouble.startswith("Le serveur d’envoi ne répond pas")
    assert (states(), Mail.objects.get().attempts) == ([State.DUE], 0)


class Server(BaseEmailBackend):
    """Takes ``takes`` mails; with the next one comes ``then``, before or after it is taken as well."""

    takes: int
    then: BaseException
    is_next_taken: bool
    accepted: list[str]

    def send_messages(self, messages):
        is_last = len(Server.accepted) == Server.takes
        if not is_last or Server.is_next_taken:
            Server.accepted += [message.subject for message in messages]
        if is_last:
            raise Server.then


@pytest.fixture
def server(settings) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.takes, Server.then, Server.is_next_taken, Server.accepted = 0, Killed(), False, []
    return Server


def test_a_dead_workers_mail_is_to_check_and_counts_as_gone(register, server):
    register("essai")
    mail = MailFactory(recipient="a@exemple.test")
    with pytest.raises(Killed):
        send()
    server.takes = 9
    register("autre")
    MailFactory(recipient="a@exemple.test", purpose="autre")
    assert send() == {}
    assert delivery.mark_dead_claims(now=MONDAY + CLAIM_LIFE) == 0
    assert delivery.mark_dead_claims(now=MONDAY + CLAIM_LIFE + timedelta(seconds=1)) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.TO_CHECK, claims.INTERRUPTED)
    assert (mail.title, mail.attempts) == (f"Essai {mail.subject}", 1)
    assert send(MONDAY + timedelta(hours=1)) == {}
    assert send(MONDAY + timedelta(days=1)) == {State.SENT: 1}
    assert len(server.accepted) == 1


@pytest.mark.parametrize("is_taken", [False, True])
def test_of_a_dead_workers_batch_one_is_in_doubt_and_those_after_it_leave_with_another(purpose, server, is_taken):
    """Killed while it handed its third mail over: nobody knows whether before or after the server had it."""
    mails = MailFactory.create_batch(5)
    server.takes, server.is_next_taken = 2, is_taken
    with pytest.raises(Killed):
        send()
    assert states() == [State.CLAIMED] * 5
    now = MONDAY + timedelta(minutes=11)
    assert delivery.mark_dead_claims(now=now) == 1
    assert states() == [State.SENT, State.SENT, State.TO_CHECK, State.DUE, State.DUE]
    assert {mail.sent_at for mail in Mail.objects.filter(state=State.SENT)} == {MONDAY}
    server.takes = 9
    assert send(now) == {State.SENT: 1}
    assert send(now + timedelta(minutes=5)) == {State.SENT: 1}, "the one that came next is tried a little later"
    assert send(now + timedelta(days=7)) == {}
    third, *others = [f"Essai {mail.subject}" for mail in (mails[2], *mails[:2], *mails[3:])]
    assert sorted(server.accepted) == sorted([*others, third] if is_taken else others)


def test_a_worker_killed_before_it_notes_that_its_batch_left_sends_none_again(purpose, server):
    MailFactory.create_batch(3)
    server.takes = 9
    with failing('"sent_at" = "outbox_mail"."claimed_at"'):
        send()
    assert states() == [State.CLAIMED] * 3
    assert delivery.mark_dead_claims(now=MONDAY + timedelta(minutes=11)) == 1
    assert states() == [State.SENT, State.SENT, State.TO_CHECK]
    assert send(MONDAY + timedelta(days=7)) == {}
    assert len(server.accepted) == 3


def test_a_worker_killed_once_it_has_a_batch_leaves_all_of_it_to_others(purpose, server):
    MailFactory.create_batch(3)
    server.takes = 9
    moments = iter([MONDAY] * 2)  # of its plan, of its taking
    with pytest.raises(Killed):
        delivery.send_due(clock=lambda: next(moments, None) or killed())
    assert (states(), server.accepted) == ([State.CLAIMED] * 3, [])
    now = MONDAY + timedelta(minutes=11)
    assert delivery.mark_dead_claims(now=now) == 0
    assert send(now) == {State.SENT: 2}
    assert send(now + timedelta(minutes=5)) == {State.SENT: 1}


def test_a_server_that_goes_away_within_a_batch_keeps_what_it_had(purpose, mail_server):
    """The one that it would not hear of is tried later, those after it leave with the next batch."""

    async def gone_after_two(server, session, envelope, address, options):
        if len(mail_server.messages) == 2:
            server.transport.abort()
        envelope.mail_from = address
        return "250 OK"

    mail_server.handle_MAIL = gone_after_two
    MailFactory.create_batch(4)
    outcome = delivery.send_due(clock=lambda: MONDAY)
    assert outcome.trouble.startswith("Le serveur d’envoi ne répond pas")
    assert states() == [State.SENT, State.SENT, State.DUE, State.DUE]
    del mail_server.handle_MAIL
    assert send() == {State.SENT: 1}
    assert send(MONDAY + timedelta(minutes=5)) == {State.SENT: 1}
    assert len({message["Message-ID"] for message in mail_server.messages}) == len(mail_server.messages) == 4


def test_what_is_answered_since_the_batch_was_taken_is_heard(register, mailoutbox):
    """A reminder is written at its turn: the answer came while the mail before it was."""
    answered = []

    def render(mail, links):
        if mail.subject in answered:
            raise NoLongerDue("Cette personne a répondu.")
        answered.append("second")
        return Message(mail.subject, "Bonjour")

    register(render=render)
    for subject in ("first", "second", "third"):
        MailFactory(subject=subject)
    assert send() == {State.SENT: 2, State.CANCELLED: 1}
    assert [mail.subject for mail in mailoutbox] == ["first", "third"]
    assert Mail.objects.get(subject="second").reason == "Cette personne a répondu."


def test_one_that_kills_its_worker_while_it_is_written_stops_no_other(register, mailoutbox):
    def render(mail, links):
        return killed() if mail.subject == "deadly" else Message("Essai", "Bonjour")

    register(render=render)
    deadly = MailFactory(subject="deadly")
    MailFactory(subject="fine")
    now = MONDAY
    for _ in range(len(delivery.RETRY_AFTER) + 1):
        with pytest.raises(Killed):
            send(now)
        now += timedelta(minutes=11)
        assert delivery.mark_dead_claims(now=now) == 0
        assert send(now) == ({} if deadly.attempts else {State.SENT: 1})
        deadly.refresh_from_db()
        now = deadly.retry_at
        while not is_open(now):
            now += timedelta(hours=1)
    assert (deadly.state, deadly.attempts) == (State.REFUSED, len(delivery.RETRY_AFTER) + 1)
    assert deadly.reason == f"Abandonné après {deadly.attempts} essais. {delivery.UNFINISHED}"
    assert len(mailoutbox) == 1


def test_an_error_that_nobody_foresaw_leaves_one_in_doubt_at_once(purpose, server):
    MailFactory.create_batch(3)
    server.takes, server.then = 1, ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        send()
    assert states() == [State.SENT, State.TO_CHECK, State.DUE]


def test_an_error_at_a_mails_turn_stops_no_other(purpose, server):
    """Neither its writing nor the server is at fault, but what the row would not keep."""
    server.takes = 9
    MailFactory.create_batch(3)

    with failing("SET turn", ZeroDivisionError):
        send()
    assert states() == [State.DUE] * 3
    assert send() == {State.SENT: 2}
    assert send(MONDAY + timedelta(minutes=5)) == {State.SENT: 1}
    assert list(Mail.objects.order_by("pk").values_list("attempts", flat=True)) == [2, 1, 1]


def test_one_put_off_or_refused_meanwhile_leaves_the_others_turn_right(register, mail_server):
    """Those before the dead one are known to have left, whatever became of some of them."""

    def render(mail, links):
        if mail.subject == "later":
            raise Later(MONDAY + timedelta(days=1), "Pas aujourd’hui.")
        return killed() if mail.subject == "killed" else Message(mail.subject, "Bonjour")

    async def refuse(server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return "550 5.1.1 Inconnu" if address == "refused@exemple.test" else "250 OK"

    mail_server.handle_RCPT = refuse
    register(render=render)
    for subject in ("first", "later", "refused", "second", "third", "killed"):
        MailFactory(subject=subject, recipient=f"{subject}@exemple.test")
    with pytest.raises(Killed):
        send()
    assert delivery.mark_dead_claims(now=MONDAY + timedelta(minutes=11)) == 1
    assert dict(Mail.objects.values_list("subject", "state")) == {
        "first": State.SENT,
        "later": State.DUE,
        "refused": State.REFUSED,
        "second": State.SENT,
        "third": State.TO_CHECK,
        "killed": State.DUE,
    }
    assert [str(message["Subject"]) for message in mail_server.messages] == ["first", "second", "third"]


def test_an_opt_out_between_the_taking_of_a_batch_and_its_mails_turn_is_heard(register, mail_server):
    def render(mail, links):
        if mail.subject == "first":
            operations.opt_out(address="out@exemple.test", purpose="essai")
        return Message(mail.subject, "Bonjour")

    register(render=render)
    for subject, address in (("first", "a"), ("out", "out"), ("last", "b")):
        MailFactory(subject=subject, recipient=f"{address}@exemple.test")
    assert send() == {State.SENT: 2, State.DUE: 1}
    assert [str(message["Subject"]) for message in mail_server.messages] == ["first", "last"]
    assert send() == {State.CANCELLED: 1}
    assert states() == [State.SENT, State.CANCELLED, State.SENT]


def test_the_hour_at_which_mails_leave_ends_within_a_batch(purpose, mailoutbox):
    MailFactory(urgent=True)
    MailFactory.create_batch(2)
    MailFactory(recipient="a@exemple.test")
    evening = MONDAY.replace(hour=17, minute=59)
    moments = iter([*[evening] * 4, *[evening + timedelta(minutes=1)] * 9])
    outcome = delivery.send_due(clock=lambda: next(moments))
    assert outcome.states == {State.SENT: 2}
    assert states() == [State.SENT, State.SENT, State.DUE, State.DUE]


def test_one_more_mail_is_one_more_statement(purpose, mailoutbox):
    counts = []
    for more in (2, 5):
        MailFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            assert send() == {State.SENT: more}
        counts.append(len(queries))
    assert counts[1] - counts[0] == 3


def test_batches_follow_each_other_in_order_and_hold_an_address_once(purpose, mailoutbox, monkeypatch):
    monkeypatch.setattr(delivery, "AT_ONCE", 2)
    for subject, address in enumerate("aabacb"):
        MailFactory(subject=f"{subject}", recipient=f"{address}@exemple.test", urgent=True)
    assert send() == {State.SENT: 6}
    assert [mail.subject for mail in mailoutbox] == [f"Essai {subject}" for subject in (0, 2, 1, 4, 3, 5)]


def test_a_worker_that_was_given_up_before_handing_over_sends_nothing(register, mailoutbox):
    """It rendered so long that its mail became to check, and a person had it sent by another worker."""
    by = UserFactory(is_staff=True)

    def slow(mail, links):
        delivery.mark_dead_claims(now=MONDAY + timedelta(hours=1))
        operations.requeue(mail=Mail.objects.get(), by=by)
        return Message("Essai", "Bonjour")

    register(render=slow)
    MailFactory()
    send()
    assert (states(), mailoutbox) == ([State.DUE], [])


def test_a_batch_ends_in_time(purpose, mailoutbox):
    MailFactory.create_batch(3)
    delivery.send_due(clock=lambda: MONDAY, seconds=-1)
    assert states() == [State.DUE] * 3
    delivery.send_due(clock=lambda: MONDAY, seconds=None)
    assert states() == [State.SENT] * 3


def test_the_plan_asks_as_many_questions_for_one_as_for_three(purpose):
    counts = []
    for more in (1, 2):
        MailFactory.create_batch(more)
        with CaptureQueriesContext(connection) as queries:
            assert len(list(delivery.plan(MONDAY))) in (1, 3)
        counts.append(len(queries))
    assert counts == [4, 4]


# By hand ------------------------------------------------------------------------------------------


def by_hand(capsys, *options: str) -> list[str]:
    call_command("send_due_mail", *options)
    return capsys.readouterr().out.splitlines()


def test_a_dry_run_shows_who_would_get_what_and_why_not(register, mailoutbox, capsys):
    def render(mail, links):
        links.token("reply", days=3)
        if mail.subject == "over":
            raise NoLongerDue("La réunion est annulée.")
        if mail.subject == "later":
            raise Later(MONDAY + timedelta(days=1), "Cette personne a écrit aujourd’hui.")
        return Message(f"Titre {mail.subject}, {mail.claimed_at:%H}", "Bonjour")

    register(render=render)
    for subject, address in (("one", "a"), ("two", "a"), ("over", "b"), ("later", "c")):
        MailFactory(subject=subject, recipient=f"{address}@exemple.test")
    MailFactory(due_at=MONDAY + timedelta(days=9))
    assert by_hand(capsys, "--dry-run", "--at", "2026-03-02T10:00") == [
        "Au lundi 2 mars 2026 à 10 h 00 (heure de Paris) :",
        "  envoyer   a@exemple.test  les essais [one]  « Titre one, 10 »",
        "  attendre  a@exemple.test  les essais [two]  jusqu'au mardi 3 mars 2026 à 8 h 00"
        "  Cette adresse a déjà son courriel du jour.",
        "  annuler   b@exemple.test  les essais [over]  La réunion est annulée.",
        "  attendre  c@exemple.test  les essais [later]  jusqu'au mardi 3 mars 2026 à 10 h 00"
        "  Cette personne a écrit aujourd’hui.",
        "1 à envoyer, 2 à faire attendre, 1 à annuler ; 1 de prévus plus tard. Rien n'a été envoyé.",
    ]
    assert (set(states()), mailoutbox, Link.objects.count()) == ({State.DUE}, [], 0)


def test_by_hand_sends_as_the_worker_does(purpose, mailoutbox, capsys):
    MailFactory.create_batch(2, recipient="a@exemple.test")
    assert by_hand(capsys, "--at", "2026-03-02T10:00+01:00") == ["Courriels : 1 envoyé."]
    assert by_hand(capsys, "--at", "2026-03-02T11:00") == ["Courriels : rien à faire."]
    assert by_hand(capsys, "--at", "2026-03-03T11:00") == ["Courriels : 1 envoyé."]
    assert len(mailoutbox) == 2


def test_by_hand_tells_what_is_in_doubt(purpose, server, capsys):
    MailFactory()
    with pytest.raises(Killed):
        send()
    assert by_hand(capsys, "--at", "2026-03-02T11:00") == [
        "Courriels : rien à faire.",
        "1 à vérifier : leur envoi s'était interrompu.",
    ]


def test_by_hand_says_what_is_wrong(purpose, settings):
    with pytest.raises(CommandError, match="« demain » n'est pas un moment"):
        call_command("send_due_mail", "--at", "demain")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    MailFactory()
    with pytest.raises(CommandError, match="ne répond pas"):
        call_command("send_due_mail", "--at", "2026-03-02T10:00")
