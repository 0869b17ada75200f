"""The demonstration's town: plainly fictional, made once, a year long, and every page of it opens."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.urls import reverse
from django.utils import timezone

from accounts.demo import ASSOCIATION, COORDINATOR, STAFF, create_demo_accounts
from accounts.models import AuditEntry
from actors.models import Actor, Member
from coordination.attention import standing_of
from coordination.demo import create_demo_logbook
from coordination.models import ActionItem, Attendance, Document, Meeting, Minutes, MutualisationProject, Outcome
from coordination.records import RECORDS
from coordination.warnings import signs
from outbox.models import Mail
from territories.models import Coordinator, Territory

pytestmark = pytest.mark.django_db

DOMAIN = "@demo.alimactiv.example"


@pytest.fixture
def accounts():
    return create_demo_accounts()


@pytest.fixture
def load(accounts):
    return lambda: create_demo_logbook(coordinator=accounts[COORDINATOR], association=accounts[ASSOCIATION])


@pytest.fixture
def town(load):
    return load()


def everything() -> list:
    models = [*RECORDS, Actor, Member, Attendance, Minutes, Outcome, Mail, AuditEntry, Territory, Coordinator]
    return json.loads(serializers.serialize("json", [row for model in models for row in model.objects.order_by("pk")]))


def test_plainly_fictional(town):
    assert "fictive" in town.name
    assert not town.is_official
    assert (town.department, town.participations.count()) == ("", 0)
    for actor in town.actors.all():
        assert "ficti" in actor.name, actor
    for email in Member.objects.values_list("email", flat=True):
        assert email.endswith(DOMAIN)
    assert set(Coordinator.objects.values_list("territory", flat=True)) == {town.pk}


def test_no_mail_is_to_leave_and_none_is_for_anyone_real(town):
    mails = list(Mail.objects.all())
    assert {mail.state for mail in mails} == {Mail.State.SENT}
    assert all(mail.recipient.endswith(DOMAIN) for mail in mails)


def test_twice_is_once(load, town):
    town.meetings.filter(status="planned").update(title="Changée depuis")
    ActionItem.objects.first().delete()
    before = everything()
    assert load() == town
    assert everything() == before


def test_a_year_of_life(town):
    today = timezone.localdate()
    begun = today - timedelta(days=366)
    held = list(Meeting.objects.held())
    assert len(held) == 6
    assert all(begun < meeting.day <= today for meeting in held)
    assert max(meeting.day for meeting in held) - min(meeting.day for meeting in held) > timedelta(days=300)
    assert Meeting.objects.to_come().count() == 1
    assert Meeting.objects.filter(status=Meeting.Status.CANCELLED).count() == 1
    assert set(Minutes.objects.values_list("state", flat=True)) == set(Minutes.State)
    assert set(ActionItem.objects.values_list("state", flat=True)) == set(ActionItem.State)
    assert ActionItem.objects.overdue().exists()
    assert set(MutualisationProject.objects.values_list("stage", flat=True)) == {"running", "finished"}
    assert Document.objects.count() == 2
    for model in RECORDS:
        for record in model.objects.all():
            assert begun < timezone.localdate(record.created_at) < today
            assert record.created_at <= record.changed_at
    for entry in AuditEntry.objects.exclude(subject__startswith="user"):
        assert begun < timezone.localdate(entry.at) < today


def test_a_coordinator_sees_what_is_late_and_what_comes(town):
    found = {sign.code for sign in signs(standing_of(town, timezone.localdate()).facts)}
    assert found == {"overdue_actions", "funding_deadline", "term"}


def test_a_decision_led_to_the_running_project(town):
    project = MutualisationProject.objects.get(stage="running")
    assert [decision.minutes.meeting.territory for decision in project.decisions.all()] == [town]


def pages(town) -> list[str]:
    rows = [record for model in RECORDS for record in model.objects.filter(territory=town)]
    alone = ["calendar_list", "search", "my_actions"]
    whole = [
        *("territory", "timeline", "log", "record_list", "bin", "document_list", "member_list", "group_list"),
        *("coordinator_list", "inside", "meeting_list", "minutes_list", "action_list"),
    ]
    return [
        *(reverse(f"coordination:{name}") for name in alone),
        *(reverse(f"coordination:{name}", args=[town.pk]) for name in whole),
        *(record.get_absolute_url() for record in rows if record.deleted_at is None),
        *(reverse("coordination:record_history", args=[town.pk, row.slug, row.pk]) for row in rows),
        *(minutes.get_absolute_url() for minutes in Minutes.objects.all()),
    ]


@pytest.mark.parametrize(
    ("account", "answers"),
    [(COORDINATOR, {200}), (STAFF, {200}), (ASSOCIATION, {200, 403, 404})],
    ids=["coordinator", "staff", "association"],
)
def test_every_page_opens(client, town, accounts, account, answers):
    client.force_login(accounts[account])
    found = {}
    for address in pages(town):
        response = client.get(address)
        list(response)  # a file is closed once read
        found[address] = response.status_code
    assert {address: status for address, status in found.items() if status not in answers} == {}
    assert {200} <= answers == set(found.values())


def test_the_association_has_meetings_to_come_and_actions_to_do(client, town, accounts):
    client.force_login(accounts[ASSOCIATION])
    page = client.get(reverse("coordination:territory", args=[town.pk]))
    assert len(page.context["to_come"]) == 1
    assert [str(action) for action in page.context["actions"]] == ["Former deux bénévoles à la chaîne du froid"]
