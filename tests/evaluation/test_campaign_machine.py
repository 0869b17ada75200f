"""Any life of a campaign: whatever happens, in whatever order, who is to be written to is, and nobody else.

The machine keeps its own book of what happened to each person. At each mail that the server takes it looks there
whether the mail should have left; at the end, once all parts work again, whether everyone due was reached.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from evaluation.answering import operations as answering
from evaluation.campaigns import asking, calls, mails, operations, recipients, texts
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Answer, Campaign, Case, Invitation, Question, Response, Step
from outbox import delivery
from outbox import operations as outbox
from outbox.decisions import PARIS
from outbox.models import Bounce, Mail
from outbox.transport import InDoubt, NotAccepted, Refused
from tests.factories import (
    CampaignFactory,
    CaseFactory,
    EvaluationFactory,
    InvitationFactory,
    QuestionFactory,
    TraineeFactory,
    UserFactory,
)

Kind = Step.Kind
LINKS = (Kind.INVITATION, Kind.REMINDER, Kind.EXTRA)
REMINDER_GAP = timedelta(days=5)
ENOUGH_DAYS = 10
"""Days on which mails leave, within which everyone can be reached."""
people = st.integers(0, 9)


class Killed(BaseException):
    """As SIGKILL: nothing after it is done."""


class Server(BaseEmailBackend):
    """A mail server with moods, that shows to the machine under way each mail that it takes."""

    mood = "accepts"
    machine: "Life"

    def send_messages(self, messages):
        (message,) = messages
        match Server.mood:
            case "killed before":
                raise Killed
            case "later":
                raise NotAccepted("451 Plus tard")
            case "refuses":
                raise Refused("554 5.6.0 Contenu refusé", is_bounce=False)
            case "bounces":
                Server.machine.bounced.add(message.to[0])
                raise Refused("550 5.1.1 Inconnu", is_bounce=True)
        Server.machine.takes(message)
        match Server.mood:
            case "killed after":
                raise Killed
            case "lost":
                raise InDoubt("connection lost")
        return 1


@dataclass(frozen=True)
class Got:
    """A mail that the server took."""

    step: Step
    address: str
    at: datetime
    by_hand: bool
    """A person had it sent again: it left when they said so, not in its turn."""


@dataclass
class Person:
    """The machine's own book on an invitation."""

    invitation: int
    case: Case
    address: str
    answered: bool = False
    declined: bool = False
    ended: bool = False
    begun: bool = False
    wrote_on: date | None = None
    got: list[Got] = field(default_factory=list)


class Life(RuleBasedStateMachine):
    # The world --------------------------------------------------------------------------------------

    def __init__(self):
        super().__init__()
        self.campaign: Campaign | None = None
        self.world = transaction.atomic()
        self.world.__enter__()

    @initialize(
        start=st.datetimes(datetime(2101, 1, 1), datetime(2102, 12, 31)),  # later than the true clock
        opens_in=st.integers(0, 9),
        lasts=st.integers(15, 50),
        one_per_territory=st.booleans(),
    )
    def begin(self, start, opens_in, lasts, one_per_territory):
        Server.machine, Server.mood = self, "accepts"
        self.now = start.replace(tzinfo=PARIS)
        self.opted_out, self.bounced, self.by_hand = set(), set(), set()
        self.received: dict[str, list[date]] = defaultdict(list)
        self.staff = UserFactory(is_staff=True)
        evaluation = EvaluationFactory(as_of=self.today)
        opens_on = self.today + timedelta(days=opens_in)
        self.campaign = operations.create(
            campaign=CampaignFactory.build(
                evaluation=evaluation,
                version=QuestionFactory().page.version,
                opens_on=opens_on,
                closes_on=opens_on + timedelta(days=lasts),
                one_per_territory=one_per_territory,
            ),
            sessions=[],
            by=self.staff,
        )
        self.cases = CaseFactory.create_batch(2, evaluation=evaluation)
        self.people: list[Person] = []
        first, second = self.cases
        for case, address in ((first, "a"), (first, "b"), (second, "c"), (second, "a"), (second, "")):
            self.asks(case, f"{address}@exemple.test" if address else "")
        operations.launch(campaign=self.campaign, by=self.staff)

    def asks(self, case: Case, address: str) -> None:
        invitation = InvitationFactory.build(campaign=self.campaign, case=case, trainee=None, email=address)
        self.knows(recipients.add(invitation=invitation, by=self.staff))

    def knows(self, invitation: Invitation) -> None:
        self.people.append(Person(invitation.pk, invitation.case, invitation.email))

    @property
    def today(self) -> date:
        return self.now.astimezone(PARIS).date()

    @property
    def is_open(self) -> bool:
        return self.state in (Campaign.State.RUNNING, Campaign.State.PAUSED) and self.today <= self.campaign.closes_on

    @property
    def state(self) -> str:
        return self.campaign.state

    def someone(self, number: int) -> tuple[Person, Invitation]:
        person = self.people[number % len(self.people)]
        return person, Invitation.objects.get(pk=person.invitation)

    def is_covered(self, person: Person) -> bool:
        others = [one for one in self.people if one.case == person.case and one is not person]
        return self.campaign.one_per_territory and any(one.answered for one in others)

    # Time -------------------------------------------------------------------------------------------

    @rule(hours=st.integers(1, 60), twice=st.booleans())
    def the_site_runs(self, hours, twice):
        """With all its parts, some of them twice."""
        until = self.now + timedelta(hours=hours)
        while self.now < until:
            self.asks_and_sends()
            if twice:
                self.asks_and_sends()
            self.now += timedelta(hours=5)

    @rule(mood=st.sampled_from(["later", "refuses", "bounces", "lost", "killed before", "killed after"]))
    def a_worker_has_trouble(self, mood):
        self.comes_to_the_next_step()
        Server.mood = mood
        self.asks_and_sends()
        Server.mood = "accepts"

    @rule(days=st.integers(0, 25), hours=st.integers(1, 23))
    def nothing_runs(self, days, hours):
        """An outage, or the clock that jumps forward."""
        self.now += timedelta(days=days, hours=hours)

    @rule(minutes=st.integers(1, 90))
    def the_clock_is_set_back(self, minutes):
        self.now -= timedelta(minutes=minutes)

    @rule(number=people, what=st.sampled_from(["writes", "sends", "declines", "has another address"]))
    def someone_acts_between_asking_and_sending(self, number, what):
        self.comes_to_the_next_step()
        asking.ask_due(self.now)
        waiting = [self.people.index(self.person_of(mail)) for mail in Mail.objects.filter(state=Mail.State.DUE)]
        if waiting:
            number = waiting[number % len(waiting)]
        if what == "declines":
            self.declines(number, takes_it_back=False)
        elif what == "has another address":
            self.an_address_is_corrected(number, "f")
        else:
            self.answers(number, how=what)
        self.sends()

    @rule(what=st.sampled_from(["pause", "days", "closing"]))
    def something_happens_between_asking_and_sending(self, what):
        self.comes_to_the_next_step()
        asking.ask_due(self.now)
        if what == "pause" and self.is_open:
            self.it_is_paused_or_resumed()
        elif what == "days":
            self.now += timedelta(days=4)
        elif what == "closing":
            closing = datetime.combine(self.campaign.closes_on + timedelta(days=1), time(10), PARIS)
            self.now = max(self.now, closing)
        self.sends()

    def comes_to_the_next_step(self) -> None:
        """On its first day of the week, if one is to come."""
        day = min((step.day for step in self.campaign.steps.all() if step.day > self.today), default=None)
        while day and day.weekday() >= 5:
            day += timedelta(days=1)
        self.now = datetime.combine(day, time(9), PARIS) if day else next_morning(self.now)

    def asks_and_sends(self) -> None:
        asking.ask_due(self.now)
        self.sends()
        delivery.mark_dead_claims(now=self.now)

    def sends(self) -> None:
        with suppress(Killed):
            delivery.send_due(clock=lambda: self.now)
        assert not Mail.objects.filter(reason__contains="n’a pas pu être écrit").exists()

    @rule()
    def staff_settles_what_is_in_doubt(self):
        for mail in Mail.objects.filter(state=Mail.State.TO_CHECK):
            if (mail.step, mail.recipient) in [(got.step.code, got.address) for got in self.person_of(mail).got]:
                outbox.mark_sent(mail=mail, by=self.staff)
            else:
                outbox.requeue(mail=mail, by=self.staff)
                self.by_hand.add(mail.pk)

    # People -----------------------------------------------------------------------------------------

    def may_answer(self, person: Person) -> bool:
        return self.is_open and not (person.ended or person.declined)

    @rule(number=people, how=st.sampled_from(["opens", "writes", "sends"]))
    def answers(self, number, how):
        person, invitation = self.someone(number)
        if not self.may_answer(person):
            with pytest.raises(answering.ClosedError):
                answering.start(invitation=invitation)
            return
        response = answering.start(invitation=invitation)
        if how == "opens":
            return
        question = Question.objects.get(page__version=self.campaign.version)
        stored = Answer.objects.filter(response=response).first()
        given = answering.Given(question.pk, f"réponse le {self.now}", stored.revision if stored else 0)
        answering.save(invitation=invitation, given=[given])
        person.begun, person.wrote_on = True, self.today
        if how == "sends":
            answering.submit(invitation=invitation, quoting=Response.Quoting.NONE)
            person.answered = True

    @rule(number=people, takes_it_back=st.booleans())
    def declines(self, number, takes_it_back):
        person, invitation = self.someone(number)
        if self.may_answer(person) and not person.answered:
            answering.decline(invitation=invitation, reason="")
            person.declined = True
        elif takes_it_back and self.is_open and not person.ended:
            answering.take_decline_back(invitation=invitation)
            person.declined = False

    @rule(number=people, with_answers=st.booleans())
    def hands_on(self, number, with_answers):
        person, invitation = self.someone(number)
        if not self.may_answer(person) or person.answered:
            return
        address = f"collegue{len(self.people)}@exemple.test"
        with suppress(ValidationError):  # it went through too many hands
            successor = answering.hand_on(
                invitation=invitation, name="Collègue", email=address, with_answers=with_answers
            )
            person.ended = True
            self.knows(successor)  # what someone else began is not theirs

    @rule(number=people)
    def opts_out_or_in_again(self, number):
        person, _ = self.someone(number)
        if person.address in self.opted_out:
            outbox.opt_in(address=person.address, purpose=QUESTIONNAIRE)
            self.opted_out.discard(person.address)
        elif person.address:
            outbox.opt_out(address=person.address, purpose=QUESTIONNAIRE)
            self.opted_out.add(person.address)

    # Staff ------------------------------------------------------------------------------------------

    @rule(number=people, letter=st.sampled_from("abcdef"))
    def an_address_is_corrected(self, number, letter):
        person, invitation = self.someone(number)
        invitation.email = f"{letter}@exemple.test"
        try:
            recipients.correct(invitation=invitation, by=self.staff)
        except ValidationError:
            taken = [one.address for one in self.people if one.case == person.case and not one.ended]
            assert person.ended or invitation.email in taken
        else:
            person.address = invitation.email

    @rule(number=people)
    def a_bounce_is_lifted(self, number):
        person, _ = self.someone(number)
        for bounce in Bounce.objects.filter(address=person.address):
            outbox.lift_bounce(bounce=bounce, by=self.staff)
        self.bounced.discard(person.address)

    @rule(number=people, change=st.sampled_from(["adds", "replaces", "removes"]))
    def staff_changes_who_is_asked(self, number, change):
        person, invitation = self.someone(number)
        address = f"nouvelle{len(self.people)}@exemple.test"
        if change == "adds":
            self.asks(person.case, address)
        elif not person.ended and change == "removes":
            recipients.remove(invitation=invitation, by=self.staff)
            person.ended = True
        elif not person.ended and not person.answered:
            new = TraineeFactory.build(participation=person.case.participation, email=address)
            self.knows(recipients.replace(invitation=invitation, new=new, left_on=self.today, by=self.staff))
            person.ended = True

    @precondition(lambda self: self.state in (Campaign.State.RUNNING, Campaign.State.PAUSED))
    @rule()
    def it_is_paused_or_resumed(self):
        change = operations.pause if self.state == Campaign.State.RUNNING else operations.resume
        change(campaign=self.campaign, by=self.staff)

    @precondition(lambda self: self.state != Campaign.State.ENDED)
    @rule(days=st.integers(0, 8))
    def it_is_extended_or_now_and_then_ended(self, days):
        if days:
            closes_on = max(self.today, self.campaign.closes_on) + timedelta(days=days)
            operations.extend(campaign=self.campaign, closes_on=closes_on, by=self.staff)
        else:
            operations.end(campaign=self.campaign, by=self.staff)

    @precondition(lambda self: self.state == Campaign.State.RUNNING)
    @rule()
    def the_silent_are_reminded(self):
        with suppress(ValidationError):  # it is over
            operations.remind_silent(campaign=self.campaign, by=self.staff)

    # What must hold ---------------------------------------------------------------------------------

    def person_of(self, mail: Mail) -> Person:
        return next(one for one in self.people if mail.subject == f"invitation:{one.invitation}")

    def takes(self, message) -> None:
        """The server took a mail: should it have left?"""
        key = message.extra_headers["Message-ID"].lstrip("<").partition(".")[0]
        mail = Mail.objects.get(pk=key)
        step = Step.objects.select_related("campaign").get(pk=mail.step.partition(":")[2])
        person, (address,) = self.person_of(mail), message.to
        got = Got(step, address, self.now, mail.pk in self.by_hand)
        self.is_for(person, address)
        self.is_its_moment(got, [former for former in person.got if former.address == address])
        self.is_within_limits(address)
        self.says_what_it_should(person, step, message.subject)
        person.got.append(got)
        self.received[address].append(self.today)

    def is_for(self, person: Person, address: str) -> None:
        assert address == person.address
        assert self.is_silent(person)
        assert address not in self.opted_out | self.bounced
        assert person.wrote_on != self.today
        assert self.state == Campaign.State.RUNNING
        assert self.today <= self.campaign.closes_on

    def is_its_moment(self, got: Got, before: list[Got]) -> None:
        step = got.step
        assert step not in [former.step for former in before]  # never twice
        assert self.today >= step.day
        assert step.kind != Kind.CALL
        assert step.kind != Kind.NOTICE or self.today < self.campaign.opens_on
        in_turn = [former for former in before if not (former.by_hand or got.by_hand)]
        assert all(former.step.day <= step.day for former in in_turn if former.step.kind != Kind.EXTRA)
        if step.kind == Kind.REMINDER:
            assert all(self.now >= former.at + REMINDER_GAP for former in in_turn)

    def is_within_limits(self, address: str) -> None:
        local = self.now.astimezone(PARIS)
        assert is_working_day(local.date())
        assert 8 <= local.hour < 18
        received = self.received[address]
        assert self.today not in received
        assert sum(0 <= (self.today - day).days < 7 for day in received) < 3

    def says_what_it_should(self, person: Person, step: Step, title: str) -> None:
        name = Invitation.objects.get(pk=person.invitation).name
        values = mails.values(self.campaign, name=name, territory=person.case.label)
        linking = [each for each in self.campaign.steps.all() if each.kind in LINKS]
        knows = any(got.step in linking and got.address == person.address for got in person.got)
        first = self.campaign.steps.get(kind=Kind.INVITATION).subject if step in linking else step.subject
        if person.begun and step.partial_subject:
            expected = [step.partial_subject]
        elif self.is_in_doubt(person, [each for each in linking if each != step]):
            expected = [first, step.subject]
        else:
            expected = [step.subject if knows else first]
        assert title in [texts.fill_line(subject, values) for subject in expected]

    def is_in_doubt(self, person: Person, steps: list[Step]) -> bool:
        """A worker died before the server took the mail, or after: the site does not know."""
        doubtful = Mail.objects.filter(state__in=[Mail.State.TO_CHECK, Mail.State.CLAIMED])
        about = doubtful.filter(subject=f"invitation:{person.invitation}", recipient=person.address)
        return about.filter(step__in=[step.code for step in steps]).exists()

    def is_silent(self, person: Person) -> bool:
        return not (person.answered or person.declined or person.ended or self.is_covered(person))

    # The end ----------------------------------------------------------------------------------------

    def teardown(self):
        try:
            if self.campaign and self.state != Campaign.State.ENDED:
                self.all_works_until_the_end()
                self.everyone_due_was_reached()
                self.everyone_silent_is_called()
        finally:
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    def all_works_until_the_end(self) -> None:
        if self.state == Campaign.State.PAUSED:
            operations.resume(campaign=self.campaign, by=self.staff)
        closes_on = self.campaign.closes_on
        while working_days(self.today, closes_on) < ENOUGH_DAYS:
            closes_on = max(self.today, closes_on) + timedelta(days=1)
        if closes_on > self.campaign.closes_on:
            operations.extend(campaign=self.campaign, closes_on=closes_on, by=self.staff)
        while self.today <= self.campaign.closes_on + timedelta(days=4):  # after it, nothing may leave any more
            self.asks_and_sends()
            self.staff_settles_what_is_in_doubt()
            self.now = next_morning(self.now)

    def everyone_due_was_reached(self) -> None:
        for person in self.people:
            reachable = person.address and person.address not in self.opted_out | self.bounced
            if reachable and self.is_silent(person) and not self.was_refused(person):
                assert [got for got in person.got if got.step.kind in LINKS and got.address == person.address]

    def was_refused(self, person: Person) -> bool:
        """The server refused one of their mails for good: whether it is to be sent again, a person says."""
        refused = Mail.objects.filter(state=Mail.State.REFUSED, recipient=person.address)
        return refused.filter(subject=f"invitation:{person.invitation}").exists()

    def everyone_silent_is_called(self) -> None:
        last_day = self.campaign.closes_on
        listed = {one.progress.invitation.pk for one in calls.to_call(last_day) if one.why == calls.Why.REMINDED}
        if self.campaign.steps.get(kind=Kind.CALL).day <= last_day:
            assert listed == {one.invitation for one in self.people if self.is_silent(one)}
        else:
            assert not listed


def next_morning(moment: datetime) -> datetime:
    day = moment.astimezone(PARIS).date()
    mornings = (datetime.combine(day + timedelta(days=days), time(9), PARIS) for days in (0, 1))
    return next(morning for morning in mornings if morning > moment)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day.month != 8


def working_days(first: date, last: date) -> int:
    """How many lie between the two."""
    return sum(is_working_day(first + timedelta(days=number)) for number in range(1, (last - first).days))


@pytest.mark.django_db
def test_any_life_of_a_campaign(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr("django.utils.timezone.now", lambda: Server.machine.now)
    run_state_machine_as_test(Life, settings=hypothesis_settings(max_examples=35, stateful_step_count=30))
