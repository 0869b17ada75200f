"""Two devices at once, and the team: no answer is ever lost unseen."""

import itertools
import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from evaluation import criteria
from evaluation.answering import operations
from evaluation.answering.operations import Given
from evaluation.models import Answer, Criterion, Family, Response
from tests.factories import (
    CampaignFactory,
    InvitationFactory,
    PageFactory,
    QuestionFactory,
    ResponseFactory,
    UserFactory,
)


class Device:
    """One browser on the page; it knows what it showed, and what was typed on it and is not settled yet."""

    def __init__(self, client: Client, address: str):
        self.client, self.address = client, address
        self.seen: set[str] = set()
        self.marks: dict[int, str] = {}
        self.shown: dict[int, str] = {}
        self.choices: dict[int, str] = {}
        self.open()

    @property
    def typed(self) -> set[int]:
        """The questions that say another thing than the page showed."""
        return {pk for pk, text in self.fields.items() if text != self.shown[pk]}

    def open(self) -> None:
        self.lines(self.client.get(self.address).context["form"].lines())

    def lines(self, lines) -> None:
        self.fields = {line.question.pk: line.bound.value() or "" for line in lines}
        for line in lines:
            if self.marks.get(line.question.pk) != line.mark:
                self.knows(line.question.pk, line.mark)
        self.seen |= set(self.fields.values())
        self.offered = {line.question.pk: line.mine for line in lines if line.conflict}
        self.seen |= {line.theirs_in_words for line in lines if line.conflict}
        self.choices.clear()

    def knows(self, pk: int, mark: str) -> None:
        """What the fields show is what is stored."""
        self.marks[pk], self.shown[pk] = mark, self.fields[pk]

    def data(self, pks) -> dict[str, str]:
        data = {f"m{pk}": self.marks[pk] for pk in pks} | {f"q{pk}": self.fields[pk] for pk in pks}
        return data | {f"k{pk}": self.choices[pk] for pk in pks if pk in self.choices}


class Life(RuleBasedStateMachine):
    who = st.sampled_from(["phone", "computer", "team"])
    which = st.integers(0, 1)

    @initialize()
    def begin(self):
        Response.objects.all().delete()
        page = PageFactory()
        self.questions = [question.pk for question in QuestionFactory.create_batch(2, page=page)]
        campaign = CampaignFactory(running=True, version=page.version)
        invitation = ResponseFactory(invitation=InvitationFactory(campaign=campaign)).invitation
        here = reverse("answering:page", args=[Life.link(invitation), page.pk])
        there = reverse("campaigns:enter_page", args=[campaign.pk, invitation.pk, page.pk])
        staff = Client()
        staff.force_login(UserFactory(is_staff=True))
        self.devices = {"phone": Device(Client(), here), "computer": Device(Client(), here)}
        self.devices["team"] = Device(staff, there)
        self.numbers = itertools.count(1)

    def stored(self) -> dict[int, str]:
        known = dict(Answer.objects.filter(question__in=self.questions).values_list("question", "value"))
        return {pk: known.get(pk) or "" for pk in self.questions}

    @rule(who=who)
    def opens_the_page_again(self, who):
        self.devices[who].open()

    @rule(who=who, which=which, is_taken_back=st.integers(0, 4).map(lambda number: number == 0))
    def types(self, who, which, is_taken_back):
        pk = self.questions[which]
        self.devices[who].fields[pk] = "" if is_taken_back else f"{who} {next(self.numbers)}"

    @rule(who=who, which=which, choice=st.sampled_from(["mine", "theirs"]))
    def chooses(self, who, which, choice):
        device, pk = self.devices[who], self.questions[which]
        if pk in device.offered:
            device.choices[pk] = device.offered[pk] if choice == "mine" else choice

    @rule(who=who)
    def saves_the_page(self, who):
        device, before = self.devices[who], self.stored()
        answer = device.client.post(device.address, device.data(self.questions) | {"go": "next"})
        conflicts = {}
        if answer.status_code == 200:
            lines = answer.context["form"].lines()
            conflicts = {line.question.pk: line.theirs_in_words for line in lines if line.conflict}
        self.nothing_was_lost(device, self.questions, before, conflicts)
        if answer.status_code == 200:
            device.lines(lines)
        else:
            device.open()

    @rule(who=who, which=which)
    def one_answer_is_saved_as_given(self, who, which):
        device, before, pk = self.devices[who], self.stored(), self.questions[which]
        answer = device.client.post(device.address, device.data([pk]), headers={"accept": "application/json"}).json()
        conflicts = {int(key): before[pk] for key in answer["conflicts"]}
        self.nothing_was_lost(device, [pk], before, conflicts)
        device.choices.pop(pk, None)
        for key, mark in answer["marks"].items():
            device.knows(int(key), mark)
            device.seen.add(device.fields[int(key)])
            device.offered.pop(int(key), None)
        for key, conflict in answer["conflicts"].items():
            device.offered[int(key)] = re.search(r"mine\.[0-9]+", conflict["html"])[0]
            assert before[int(key)] in conflict["html"]
            device.seen.add(before[int(key)])
        if answer["stored"]:
            device.open()

    def nothing_was_lost(self, device: Device, pks, before: dict[int, str], conflicts: dict[int, str]) -> None:
        after = self.stored()
        for pk in self.questions:
            if after[pk] != before[pk]:
                assert pk in pks
                assert after[pk] == device.fields[pk]
                assert not before[pk] or before[pk] in device.seen, "overwritten by a device that did not show it"
            elif pk in pks and pk in device.typed and device.fields[pk] != after[pk]:
                given_up = device.choices.get(pk) == "theirs"
                assert given_up or conflicts.get(pk) == before[pk], "what was typed went nowhere, unsaid"


@pytest.mark.django_db
def test_any_life_of_three_devices(link):
    Life.link = staticmethod(link)
    run_state_machine_as_test(Life, settings=hypothesis_settings(max_examples=25, stateful_step_count=25))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, where nobody waits")
@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_very_same_moment():
    """One of them is stored, and the other hears of it."""
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    page = PageFactory()
    questions = [question.pk for question in QuestionFactory.create_batch(4, page=page)]
    campaign = CampaignFactory(running=True, version=page.version)
    invitation = ResponseFactory(invitation=InvitationFactory(campaign=campaign)).invitation
    start, became = threading.Barrier(2), {}

    def answer(who: str) -> None:
        try:
            start.wait(10)
            became[who] = [
                operations.save(invitation=invitation, given=[Given(pk, who, 0)]).conflicts for pk in questions
            ]
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[who]) for who in ("phone", "computer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    stored = dict(Answer.objects.values_list("question", "value"))
    assert set(Answer.objects.values_list("revision", flat=True)) == {1}
    for number, pk in enumerate(questions):
        losers = {who for who in became if became[who][number]}
        assert losers == {"phone", "computer"} - {stored[pk]}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, where nobody waits")
@pytest.mark.django_db(transaction=True)
def test_a_response_is_begun_once_by_two_at_the_same_moment():
    criteria.install(Family, Criterion)
    invitation = InvitationFactory(campaign=CampaignFactory(running=True))
    start, failures = threading.Barrier(2), []

    def begin() -> None:
        try:
            start.wait(10)
            operations.start(invitation=invitation)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert Response.objects.count() == 1
