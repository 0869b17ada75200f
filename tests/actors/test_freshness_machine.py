"""Any life of a directory: whatever happens, in whatever order, who is due is asked or called, and nobody too often.

The machine keeps its own book: when each section was last confirmed, who may be written to. At each mail that the
server takes it looks there whether the mail should have left; at the end, once all works again, whether nobody due is
forgotten.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from actors.freshness import asking
from actors.freshness.addressees import CHECK
from actors.models import Actor, CheckRound, Confirmation, Member
from actors.operations import freshness as operations
from outbox import delivery
from outbox import operations as outbox
from outbox.decisions import PARIS
from outbox.models import Bounce, Mail
from outbox.transport import InDoubt, NotAccepted, Refused
from tests.factories import ActorFactory, FoodServiceFactory, MemberFactory, UserFactory

PATIENCE, REST = timedelta(days=14), timedelta(days=28)
MONTHS = {"hours": 3}
entries = st.integers(0, 4)
letters = st.sampled_from("abcde")


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


@dataclass
class Entry:
    """The machine's own book on an entry."""

    pk: int
    sections: list[str]
    confirmed: dict[str, datetime]
    managers: set[str] = field(default_factory=set)
    contact: str = ""
    public: str = ""
    not_asked: bool = False
    ended: bool = False
    wanted: bool = False
    """A coordinator asked for a mail, and nobody answered since."""
    answered_at: datetime | None = None
    got: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Step, address and moment of the mails that the server took, since the last answer or the last request by hand."""


class Life(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.entries: list[Entry] = []
        self.world = transaction.atomic()
        self.world.__enter__()

    @initialize(start=st.datetimes(datetime(2101, 1, 1), datetime(2102, 12, 31)))
    def begin(self, start):
        Server.machine, Server.mood = self, "accepts"
        self.now = start.replace(tzinfo=PARIS)
        self.opted_out, self.bounced, self.by_hand = set(), set(), set()
        self.received = defaultdict(list)
        self.staff = UserFactory(is_staff=True)
        self.adds("a", "b")
        self.adds("a", public="e")
        self.adds(contact="c", public="d")
        self.adds(public="d")
        self.adds()

    def adds(self, *managers, contact="", public=""):
        actor = ActorFactory(
            created_at=self.now, contact_email=address(contact), email=address(public), visibility="public"
        )
        sections = ["contact"]
        if len(self.entries) % 2 == 0:
            FoodServiceFactory(actor=actor, site=None)
            sections = ["hours", "services", "contact"]
        for letter in managers:
            MemberFactory(actor=actor, email=address(letter), access="manager")
        confirmed = dict.fromkeys(sections, self.now)
        book = Entry(actor.pk, sections, confirmed, {*map(address, managers)}, address(contact), address(public))
        self.entries.append(book)

    def someone(self, number: int) -> tuple[Entry, Actor]:
        book = self.entries[number]
        return book, Actor.objects.get(pk=book.pk)

    # Time -------------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 20), twice=st.booleans())
    def the_site_runs(self, days, twice):
        for _ in range(days):
            self.asks_and_sends()
            if twice:
                self.asks_and_sends()
            self.now += timedelta(days=1)

    @rule(days=st.integers(0, 60) | st.integers(360, 400), hours=st.integers(1, 23))
    def nothing_runs(self, days, hours):
        """An outage, or the clock that jumps forward."""
        self.now += timedelta(days=days, hours=hours)

    @rule(minutes=st.integers(1, 3000))
    def the_clock_is_set_back(self, minutes):
        self.now -= timedelta(minutes=minutes)

    @rule(
        number=entries, mood=st.sampled_from(["later", "refuses", "bounces", "lost", "killed before", "killed after"])
    )
    def a_worker_has_trouble(self, number, mood):
        self.comes_to_be_asked(number)
        Server.mood = mood
        self.asks_and_sends()
        Server.mood = "accepts"

    @rule(number=entries, what=st.sampled_from(["confirms", "opts out", "moves", "ends", "is not asked", "leaves"]))
    def someone_acts_between_asking_and_sending(self, number, what):
        self.comes_to_be_asked(number)
        match what:
            case "confirms":
                self.the_structure_answers(number, everything=True, by_phone=False)
            case "opts out":
                self.opts_out_or_in_again(min(self.to_write_to(self.entries[number]), default="a")[0])
            case "moves":
                self.an_address_changes(number, "e")
            case "ends":
                self.ends_or_reopens(number)
            case "is not asked":
                self.is_not_asked_or_is_again(number)
            case "leaves":
                self.a_manager_leaves(number)
        self.sends()

    def comes_to_be_asked(self, number: int) -> None:
        """The structure answers for once, and its next mail waits to be sent."""
        book = self.entries[number]
        if book.not_asked:
            self.is_not_asked_or_is_again(number)
        if book.ended:
            self.ends_or_reopens(number)
        self.the_structure_answers(number, everything=True, by_phone=False)
        self.now = max(self.now, min(later(at, MONTHS.get(name, 12)) for name, at in book.confirmed.items()))
        self.comes_to_working_hours()
        asking.ask_due(self.now)

    def comes_to_working_hours(self) -> None:
        day = self.now.astimezone(PARIS).replace(hour=10, minute=0) + timedelta(days=1)
        while day.weekday() >= 5 or day.month == 8:
            day += timedelta(days=1)
        self.now = day

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
            outbox.mark_sent(mail=mail, by=self.staff)

    # People -----------------------------------------------------------------------------------------

    @rule(number=entries, everything=st.booleans(), by_phone=st.booleans())
    def the_structure_answers(self, number, everything, by_phone):
        book, actor = self.someone(number)
        sections = book.sections if everything else book.sections[:1]
        role = Confirmation.Role.STRUCTURE
        operations.confirm(actor=actor, sections=sections, role=role, by_phone=by_phone)
        book.confirmed |= dict.fromkeys(sections, self.now)
        book.answered_at, book.got, book.wanted = self.now, [], False

    @rule(number=entries)
    def the_structure_answers_in_part_when_all_is_due(self, number):
        self.comes_to_be_asked(number)
        self.now += timedelta(days=370)
        self.the_structure_answers(number, everything=False, by_phone=False)
        self.the_site_runs(20, twice=False)

    @rule(number=entries, everything=st.booleans())
    def the_coordinator_edits(self, number, everything):
        book, actor = self.someone(number)
        sections = book.sections if everything else book.sections[:1]
        operations.confirm(actor=actor, sections=sections, role=Confirmation.Role.COORDINATION, by=self.staff)
        book.confirmed |= dict.fromkeys(sections, self.now)
        if not self.due(book):
            book.answered_at, book.got, book.wanted = self.now, [], False

    @rule(number=entries)
    def the_coordinator_asks_now(self, number):
        book, actor = self.someone(number)
        if book.ended:
            return
        was_open = CheckRound.objects.open().filter(actor=actor, to_call_since=None).first()
        try:
            operations.ask_now(actor=actor, by=self.staff)
        except ValidationError:
            return
        book.wanted = True
        check = CheckRound.objects.open().get(actor=actor)
        if check != was_open:
            book.got = []
        self.by_hand |= {mail.pk for mail in Mail.objects.filter(subject=f"actor:{book.pk}", state=Mail.State.DUE)}

    @rule(letter=letters)
    def opts_out_or_in_again(self, letter):
        if address(letter) in self.opted_out:
            outbox.opt_in(address=address(letter), purpose=CHECK)
            self.opted_out.discard(address(letter))
        else:
            outbox.opt_out(address=address(letter), purpose=CHECK)
            self.opted_out.add(address(letter))

    @rule(letter=letters)
    def a_bounce_is_lifted(self, letter):
        for bounce in Bounce.objects.filter(address=address(letter)):
            outbox.lift_bounce(bounce=bounce, by=self.staff)
        self.bounced.discard(address(letter))

    @rule(number=entries)
    def is_not_asked_or_is_again(self, number):
        book, actor = self.someone(number)
        if book.not_asked:
            operations.ask_again(actor=actor, by=self.staff)
        else:
            operations.do_not_ask(actor=actor, reason="Ils ont demandé", by=self.staff)
        book.not_asked = not book.not_asked

    @rule(number=entries)
    def ends_or_reopens(self, number):
        book, actor = self.someone(number)
        actor.ended_on = None if book.ended else timezone.localdate(self.now)
        actor.save()
        book.ended = not book.ended

    @rule(number=entries, letter=st.sampled_from(["", *"abcde"]))
    def an_address_changes(self, number, letter):
        book, actor = self.someone(number)
        actor.contact_email = book.contact = address(letter)
        actor.save()

    @rule(number=entries)
    def a_manager_leaves(self, number):
        book, _ = self.someone(number)
        if book.managers:
            gone = max(book.managers)
            left_on = timezone.localdate(self.now)
            Member.objects.filter(actor=book.pk, email=gone).update(left_on=left_on - timedelta(days=9))
            book.managers.discard(gone)

    # What must hold ---------------------------------------------------------------------------------

    def due(self, book: Entry) -> list[str]:
        return [section for section, at in book.confirmed.items() if self.now >= later(at, MONTHS.get(section, 12))]

    def to_write_to(self, book: Entry) -> set[str]:
        for group in (book.managers, {book.contact} - {""}, {book.public} - {""}):
            if group - self.bounced:
                return group - self.bounced - self.opted_out
        return set()

    def takes(self, message) -> None:
        """The server took a mail: should it have left?"""
        mail = Mail.objects.get(pk=message.extra_headers["Message-ID"].lstrip("<").partition(".")[0])
        assert mail.purpose == CHECK
        book = next(one for one in self.entries if mail.subject == f"actor:{one.pk}")
        (recipient,) = message.to
        assert recipient in self.to_write_to(book)
        assert not book.ended
        assert not book.not_asked
        assert self.due(book) or book.wanted
        if book.answered_at and not book.wanted:
            assert self.now >= book.answered_at + REST
        assert (mail.step, recipient) not in [(step, to) for step, to, _ in book.got]
        self.is_first_or_second(book, mail)
        self.is_within_limits(recipient)
        book.got.append((mail.step, recipient, self.now))
        self.received[recipient].append(self.now.astimezone(PARIS).date())

    def is_first_or_second(self, book: Entry, mail: Mail) -> None:
        check = CheckRound.objects.open().get(actor=book.pk)
        assert check.to_call_since is None
        steps = {step for step, _, _ in book.got if step.partition(".")[0] == str(check.pk)} | {mail.step}
        assert len(steps) <= 2
        others = [at for step, _, at in book.got if step != mail.step and step.partition(".")[0] == str(check.pk)]
        if others and mail.pk not in self.by_hand:
            assert self.now >= max(others) + PATIENCE

    def is_within_limits(self, recipient: str) -> None:
        local = self.now.astimezone(PARIS)
        assert local.weekday() < 5
        assert local.month != 8
        assert local.date() not in self.received[recipient]

    # The end ----------------------------------------------------------------------------------------

    def teardown(self):
        try:
            if self.entries:
                self.all_works_for_long()
                self.nobody_due_is_forgotten()
        finally:
            transaction.set_rollback(True)
            self.world.__exit__(None, None, None)

    def all_works_for_long(self) -> None:
        """Nobody answers for half a year: enough for rest, two mails and their patience, with an August in between."""
        self.now = max([self.now, *(at for one in self.entries for _, _, at in one.got)])
        for _ in range(50):
            self.now += timedelta(days=2)
            self.comes_to_working_hours()
            self.asks_and_sends()
            self.staff_settles_what_is_in_doubt()

    def nobody_due_is_forgotten(self) -> None:
        called = {*CheckRound.objects.open().exclude(to_call_since=None).values_list("actor", flat=True)}
        for book in self.entries:
            long_due = [name for name, at in book.confirmed.items() if self.is_long_due(name, at)]
            if long_due and not (book.not_asked or book.ended):
                assert book.pk in called

    def is_long_due(self, section: str, at: datetime) -> bool:
        """For long enough to have had two mails and their patience, with an August in between."""
        return self.now >= later(at, MONTHS.get(section, 12)) + timedelta(days=75)


def address(letter: str) -> str:
    return f"{letter}@exemple.test" if letter else ""


def later(at: datetime, months: int) -> datetime:
    """So many months later, day by day to the machine's own count; a shorter month ends sooner."""
    local = at.astimezone(PARIS)
    total = local.year * 12 + local.month - 1 + months
    for day in range(local.day, 0, -1):
        with suppress(ValueError):
            return local.replace(year=total // 12, month=total % 12 + 1, day=day)
    raise AssertionError


@pytest.mark.django_db
def test_any_life_of_a_directory(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr("django.utils.timezone.now", lambda: Server.machine.now)
    run_state_machine_as_test(Life, settings=hypothesis_settings(max_examples=15, stateful_step_count=15))
