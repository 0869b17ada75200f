"""Whatever happens, in whatever order: no row leaves twice, no limit is passed, all is settled in the end."""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import AuditEntry
from outbox import delivery, operations
from outbox.decisions import PARIS, Action
from outbox.models import Bounce, Link, Mail, OptOut
from outbox.purposes import Message
from outbox.transport import InDoubt, NotAccepted, Refused
from tests.factories import UserFactory

State = Mail.State
PURPOSES = ("essai", "autre")
addresses = st.sampled_from(["a@exemple.test", "b@exemple.test", "c@exemple.test"])


class Killed(BaseException):
    pass


class Server(BaseEmailBackend):
    """A mail server with moods; it remembers what it accepted, and when."""

    now: datetime
    mood = "accepts"
    accepted: list[tuple[str, str, datetime, bool]]

    def send_messages(self, messages):
        (message,) = messages
        mood = Server.mood
        if mood == "killed before":
            raise Killed
        if mood == "later":
            raise NotAccepted("451 Plus tard")
        if mood == "refuses":
            raise Refused("550 Inconnu", is_bounce=False)
        Server.accepted.append((message.subject, message.to[0], Server.now, message.subject.endswith("urgent")))
        if mood == "killed after":
            raise Killed
        if mood == "lost":
            raise InDoubt("connection lost")
        return 1


class Life(RuleBasedStateMachine):
    @initialize(start=st.datetimes(datetime(2026, 2, 1), datetime(2027, 1, 1)))
    def begin(self, start):
        for model in (Mail, OptOut, Bounce, Link, AuditEntry):
            model.objects.all().delete()
        Server.now, Server.mood, Server.accepted = start.replace(tzinfo=PARIS), "accepts", []
        self.staff = UserFactory(is_staff=True)
        self.asked = set()

    @rule(
        address=addresses,
        purpose=st.sampled_from(PURPOSES),
        step=st.integers(1, 6),
        urgent=st.integers(0, 4).map(lambda number: number == 0),
        days=st.integers(0, 9),
    )
    def ask(self, address, purpose, step, urgent, days):
        subject = f"{step} urgent" if urgent else f"{step}"
        due_at = Server.now + timedelta(days=days)
        operations.ask(purpose=purpose, subject=subject, recipient=address, due_at=due_at, urgent=urgent)
        self.asked.add((purpose, subject, address))

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours):
        Server.now += timedelta(hours=hours)

    @rule(mood=st.sampled_from(["accepts", "accepts", "later", "refuses", "lost", "killed before", "killed after"]))
    def a_worker_wakes(self, mood):
        Server.mood = mood
        with suppress(Killed):
            delivery.send_due(clock=lambda: Server.now)
        Server.mood = "accepts"

    @rule()
    def dead_claims_are_found(self):
        delivery.mark_dead_claims(now=Server.now)

    @rule()
    def staff_settles_what_is_in_doubt(self):
        left = {(subject, address) for subject, address, *_ in Server.accepted}
        for mail in Mail.objects.filter(state=State.TO_CHECK):
            settle = operations.mark_sent if (said(mail), mail.recipient) in left else operations.requeue
            settle(mail=mail, by=self.staff)

    @rule(address=addresses, purpose=st.sampled_from(PURPOSES))
    def opts_out(self, address, purpose):
        operations.opt_out(address=address, purpose=purpose)

    @rule(address=addresses, purpose=st.sampled_from(PURPOSES))
    def opts_in(self, address, purpose):
        operations.opt_in(address=address, purpose=purpose)

    @invariant()
    def one_row_for_each_asked(self):
        assert set(Mail.objects.values_list("purpose", "subject", "recipient")) == self.asked

    @invariant()
    def none_leaves_twice(self):
        left = Counter((subject, address) for subject, address, *_ in Server.accepted)
        assert max(left.values(), default=0) <= 1

    @invariant()
    def limits_hold(self):
        days = defaultdict(list)
        for _, address, moment, urgent in Server.accepted:
            local = moment.astimezone(PARIS)
            if not urgent:
                assert 8 <= local.hour < 18
                assert local.weekday() < 5
                assert local.month != 8
                days[address].append(local.date())
        for received in days.values():
            assert len(set(received)) == len(received)
            assert all(sum(0 <= (day - first).days < 7 for day in received) <= 3 for first in received)

    @invariant()
    def what_is_noted_is_true(self):
        left = {(subject, address) for subject, address, *_ in Server.accepted}
        for mail in Mail.objects.all():
            if mail.state == State.SENT:
                assert (said(mail), mail.recipient) in left
            elif mail.state not in {State.TO_CHECK, State.CLAIMED}:
                assert (said(mail), mail.recipient) not in left

    def teardown(self):
        """Once the server is well and the staff has looked, everything is settled within months."""
        for _ in range(400):
            Server.now += timedelta(minutes=11)
            delivery.mark_dead_claims(now=Server.now)
            self.staff_settles_what_is_in_doubt()
            delivery.send_due(clock=lambda: Server.now)
            decisions = [decision for _, decision in delivery.plan(Server.now, Mail.objects.filter(state=State.DUE))]
            if not decisions:
                break
            if all(decision.action == Action.WAIT for decision in decisions):
                Server.now = min(decision.until for decision in decisions)
        assert not Mail.objects.filter(state__in=[State.DUE, State.CLAIMED, State.TO_CHECK]).exists()
        self.none_leaves_twice()
        self.limits_hold()
        self.what_is_noted_is_true()


def said(mail: Mail) -> str:
    return f"{mail.purpose} {mail.subject}"


@pytest.mark.django_db
def test_any_life(register, settings):
    for code in PURPOSES:
        register(code, render=lambda mail, links: Message(said(mail), "Bonjour"))
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    run_state_machine_as_test(Life, settings=hypothesis_settings(max_examples=15, stateful_step_count=25))
