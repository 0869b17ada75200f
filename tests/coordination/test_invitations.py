"""Invitations by mail, through the outbox to a real SMTP server; replies without an account."""

import re
from datetime import timedelta

import icalendar
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from coordination import attendance, invitations, meetings
from coordination.models import Attendance, Meeting
from coordination.records import delete_record
from outbox import delivery, links
from outbox.decisions import is_open
from outbox.models import Bounce, Link, Mail, OptOut
from outbox.operations import opt_out
from tests.factories import ActorFactory, CoordinatorFactory, MeetingFactory, MemberFactory, TerritoryFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db
Reply = Attendance.Reply
State = Mail.State


@pytest.fixture
def territory():
    return TerritoryFactory(name="Ville-Fictive")


@pytest.fixture
def by(territory):
    return CoordinatorFactory(territory=territory, user__email="coord@exemple.test").user


@pytest.fixture
def meeting(territory, by):
    """To come in two months: beyond any pause of the mails."""
    return MeetingFactory(
        territory=territory,
        status=Meeting.Status.PLANNED,
        title="Groupe stockage",
        starts_at=timezone.now() + timedelta(days=60),
        place="Mairie",
        created_by=by,
    )


@pytest.fixture
def awa(territory):
    return MemberFactory(actor__territories=[territory], name="Awa Fictive", email="awa@exemple.test")


def candidates(territory, *members) -> list:
    return [c for c in attendance.candidates(territory) if not members or c.who in members]


def opening(days: int = 0):
    """A moment from ``days`` on when mails leave."""
    moment = timezone.now() + timedelta(days=days, minutes=1)
    while not is_open(moment):
        moment += timedelta(hours=1)
    return moment


def send(days: int = 0) -> dict[str, int]:
    outcome = delivery.send_due(clock=lambda: opening(days))
    return {state: count for state, count in outcome.states.items() if count}


def calendar_of(message) -> icalendar.Calendar:
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert part["Content-Type"].params["method"] == calendar["method"]
    return calendar


def token_in(message) -> str:
    return re.search(r"/journal/reponse/([\w-]+)/", message.get_body(("plain",)).get_content())[1]


def test_an_invitation_leaves_with_the_meeting_for_the_calendar(mail_server, territory, meeting, awa, by):
    assert invitations.invite(meeting=meeting, chosen=candidates(territory), by=by) == 1
    assert send() == {State.SENT: 1}
    (message,) = mail_server.messages
    assert message["To"] == "awa@exemple.test"
    assert message["Subject"] == "Invitation : Groupe stockage"
    assert message["Reply-To"] == "coord@exemple.test"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = message.get_body(("plain",)).get_content()
    assert "Bonjour Awa Fictive," in text
    assert "Lieu\N{NO-BREAK SPACE}: Mairie" in text
    calendar = calendar_of(message)
    (event,) = calendar.events
    assert (calendar["method"], event["uid"], event["sequence"]) == ("REQUEST", str(meeting.uid), 0)
    assert (event["organizer"], event["attendee"]) == ("mailto:coord@exemple.test", "mailto:awa@exemple.test")
    link = links.find(token_in(message), invitations.REPLY)
    assert (link.subject, link.recipient) == (f"meeting:{meeting.pk}", "awa@exemple.test")
    assert link.expires_at > meeting.end
    assert link.expires_at < meeting.end + timedelta(days=2)


def test_nobody_is_invited_twice(mail_server, territory, meeting, awa, by):
    for _ in range(2):
        invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    assert Mail.objects.count() == 1
    send()
    meeting.place = "Gymnase"
    meetings.change_meeting(meeting=meeting, by=by)
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    assert list(Mail.objects.order_by("pk").values_list("purpose", "step")) == [
        ("meeting_invitation", "0"),
        ("meeting_update", "1"),
    ]
    assert AuditEntry.objects.filter(subject=f"meeting:{meeting.pk}", action="invitation").count() == 1


def test_one_mail_for_an_address_of_two_structures_that_replies_for_both(
    client, territory, meeting, awa, by, mail_server
):
    other = MemberFactory(actor__territories=[territory], name="Awa Fictive", email="AWA@exemple.test")
    assert invitations.invite(meeting=meeting, chosen=candidates(territory), by=by) == 1
    send()
    (message,) = mail_server.messages
    client.post(reverse("coordination:meeting_reply", args=[token_in(message)]), {"reply": "yes"})
    replies = set(meeting.attendances.values_list("member", "reply"))
    assert replies == {(awa.pk, "yes"), (other.pk, "yes")}


def test_the_preview_tells_who_gets_what(territory, meeting, awa, by):
    actor = awa.actor
    without = MemberFactory(actor=actor, email="", name="Sans Courriel")
    asked = MemberFactory(actor=actor, name="Déjà Invitée")
    refuses = MemberFactory(actor=actor, name="Désinscrite")
    bounced = MemberFactory(actor=actor, name="Adresse Morte")
    opt_out(address=refuses.email, purpose=invitations.INVITATION)
    Bounce.objects.create(address=bounced.email, reason="inconnue")
    OptOut.objects.create(address=awa.email, purpose="autre")
    structure = ActorFactory(territories=[territory])
    invitations.invite(meeting=meeting, chosen=candidates(territory, asked), by=by)
    found = invitations.preview(meeting, candidates(territory))
    assert [c.who for c in found.written] == [awa]
    assert [c.who for c in found.already] == [asked]
    assert {c.who for c in found.refused} == {refuses, bounced}
    assert {c.who for c in found.without_address} == {without, structure}
    assert Mail.objects.count() == 1


def test_an_invitation_says_the_meeting_as_it_is_when_it_leaves(mail_server, territory, meeting, awa, by):
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    meeting.place = "Gymnase"
    assert meetings.change_meeting(meeting=meeting, by=by) == 0
    assert send() == {State.SENT: 1}
    (message,) = mail_server.messages
    assert "Lieu\N{NO-BREAK SPACE}: Gymnase" in message.get_body(("plain",)).get_content()
    assert calendar_of(message).events[0]["sequence"] == 1


@pytest.mark.parametrize("cause", ["cancelled", "deleted", "withdrawn", "left address", "replied", "held"])
def test_an_invitation_that_has_nothing_to_tell_any_more_does_not_leave(
    mail_server, territory, meeting, awa, by, cause
):
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    row = meeting.attendances.get()
    if cause == "cancelled":
        assert meetings.cancel_meeting(meeting=meeting, reason="Salle", by=by) == 0
    elif cause == "deleted":
        delete_record(record=meeting, by=by)
    elif cause == "withdrawn":
        row.delete()
    elif cause == "left address":
        awa.email = "autre@exemple.test"
        awa.save()
    elif cause == "replied":
        invitations.reply(meeting=meeting, rows=[row], answer=Reply.YES, by=by)
    else:
        Meeting.objects.filter(pk=meeting.pk).update(status=Meeting.Status.HELD)
    send()
    assert mail_server.messages == []
    assert Mail.objects.get().state == State.CANCELLED


def test_a_change_of_time_is_told_to_all_and_their_replies_are_asked_again(mail_server, territory, meeting, awa, by):
    bruno = MemberFactory(actor__territories=[territory], email="bruno@exemple.test")
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    send()
    for row, answer in zip(meeting.attendances.order_by("pk"), (Reply.YES, Reply.NO), strict=True):
        invitations.reply(meeting=meeting, rows=[row], answer=answer, by=None)
    meeting.starts_at += timedelta(days=1)
    assert meetings.change_meeting(meeting=meeting, by=by) == 2
    assert set(meeting.attendances.values_list("reply", "replied_at")) == {("none", None)}
    mail_server.messages.clear()
    assert send(days=2) == {State.SENT: 2}
    assert {m["To"] for m in mail_server.messages} == {awa.email, bruno.email}
    for message in mail_server.messages:
        assert message["Subject"] == "Changement : Groupe stockage"
        assert (calendar_of(message)["method"], calendar_of(message).events[0]["sequence"]) == ("REQUEST", 1)


def test_a_change_of_place_is_told_to_who_did_not_decline_once(mail_server, territory, meeting, awa, by):
    MemberFactory(actor__territories=[territory], email="bruno@exemple.test")
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    send()
    row = meeting.attendances.get(member__email="bruno@exemple.test")
    invitations.reply(meeting=meeting, rows=[row], answer=Reply.NO, by=None)
    mail_server.messages.clear()
    for place in ("Gymnase", "École"):
        meeting.place = place
        assert meetings.change_meeting(meeting=meeting, by=by) == 1
    assert send(days=2) == {State.SENT: 1}
    (message,) = mail_server.messages
    assert message["To"] == awa.email
    assert "Lieu\N{NO-BREAK SPACE}: École" in message.get_body(("plain",)).get_content()
    assert list(Mail.objects.order_by("pk").values_list("step", "state").filter(purpose="meeting_update")) == [
        ("1", "cancelled"),
        ("2", "sent"),
    ]


def test_an_older_change_that_staff_sends_again_has_nothing_to_tell(mail_server, territory, meeting, awa, by):
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    send()
    for place in ("Gymnase", "École"):
        meeting.place = place
        meetings.change_meeting(meeting=meeting, by=by)
    Mail.objects.filter(step="1").update(state=State.DUE)
    send(days=2)
    send(days=4)
    left = dict(Mail.objects.filter(purpose="meeting_update").values_list("step", "state"))
    assert left == {"1": State.CANCELLED, "2": State.SENT}


def test_a_cancellation_leaves_at_once_to_who_did_not_decline(mail_server, territory, meeting, awa, by):
    MemberFactory(actor__territories=[territory], email="bruno@exemple.test")
    MemberFactory(actor__territories=[territory], email="sans-reponse@exemple.test")
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    send()
    row = meeting.attendances.get(member__email="bruno@exemple.test")
    invitations.reply(meeting=meeting, rows=[row], answer=Reply.NO, by=None)
    mail_server.messages.clear()
    assert meetings.cancel_meeting(meeting=meeting, reason="Salle fermée", by=by) == 2
    delivery.send_due()  # whatever the hour
    assert sorted(m["To"] for m in mail_server.messages) == ["awa@exemple.test", "sans-reponse@exemple.test"]
    message = mail_server.messages[0]
    assert "Salle fermée" in message.get_body(("plain",)).get_content()
    calendar = calendar_of(message)
    assert (calendar["method"], calendar.events[0]["status"], calendar.events[0]["sequence"]) == (
        "CANCEL",
        "CANCELLED",
        1,
    )
    assert calendar.events[0]["uid"] == str(meeting.uid)


def test_a_reinstated_meeting_is_told_and_who_never_was_asked_can_be(mail_server, territory, meeting, awa, by):
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    meetings.cancel_meeting(meeting=meeting, reason="Salle", by=by)
    assert meetings.reinstate_meeting(meeting=meeting, by=by) == 0
    assert invitations.invite(meeting=meeting, chosen=candidates(territory), by=by) == 1
    assert send() == {State.SENT: 1}
    meetings.cancel_meeting(meeting=meeting, reason="Salle", by=by)
    delivery.send_due()
    assert meetings.reinstate_meeting(meeting=meeting, by=by) == 1
    assert send(days=2) == {State.SENT: 1}
    assert [m["Subject"].partition(" :")[0] for m in mail_server.messages] == ["Invitation", "Annulée", "Changement"]


def test_a_past_meeting_that_is_called_off_is_told_to_nobody(territory, meeting, awa, by):
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    Mail.objects.update(state=State.SENT, sent_at=timezone.now())
    meeting.starts_at = timezone.now() - timedelta(days=1)
    meeting.save()
    assert meetings.cancel_meeting(meeting=meeting, reason="Personne n’est venu", by=by) == 0


def test_the_mails_of_a_near_meeting_do_not_wait(territory, meeting, awa, by):
    meeting.starts_at = timezone.now() + timedelta(hours=20)
    meeting.save()
    invitations.invite(meeting=meeting, chosen=candidates(territory), by=by)
    assert Mail.objects.get().urgent


# Replies --------------------------------------------------------------------------------------------


@pytest.fixture
def link(territory, meeting, awa, by, mail_server):
    """The address received by someone invited."""
    invitations.invite(meeting=meeting, chosen=candidates(territory, awa), by=by)
    send()
    return reverse("coordination:meeting_reply", args=[token_in(mail_server.messages[0])])


def test_a_link_shows_and_only_a_press_replies_and_one_may_change_ones_mind(client, meeting, link):
    row = meeting.attendances.get()
    assert "Groupe stockage" in texts(client.get(link))
    row.refresh_from_db()
    assert row.reply == Reply.NONE
    for answer in (Reply.YES, Reply.NO, Reply.MAYBE):
        page = client.post(link, {"reply": answer}, follow=True)
        row.refresh_from_db()
        assert row.reply == answer
        assert f"Votre réponse : <strong>{answer.label}</strong>" in texts(page)
    entries = AuditEntry.objects.filter(subject=f"attendance:{row.pk}")
    assert [(e.by, e.sign_in) for e in entries] == [(None, "lien reçu par courriel")] * 3


def test_the_link_shows_nobody_elses_name_or_reply(client, territory, meeting, link, by):
    other = MemberFactory(actor__territories=[territory], name="Bruno Inventé")
    invitations.invite(meeting=meeting, chosen=candidates(territory, other), by=by)
    page = texts(client.get(link))
    assert "Awa Fictive" in page
    assert "Bruno" not in page
    client.post(link, {"reply": "yes"})
    assert meeting.attendances.get(member=other).reply == Reply.NONE


@pytest.mark.parametrize("answer", ["", "none", "peut-être"])
def test_what_is_no_reply_changes_nothing(client, meeting, link, answer):
    page = client.post(link, {"reply": answer}, follow=True)
    assert "Choisissez une des trois réponses." in texts(page)
    assert meeting.attendances.get().reply == Reply.NONE


@pytest.mark.parametrize("status", [Meeting.Status.CANCELLED, Meeting.Status.HELD])
def test_nobody_replies_to_what_is_not_to_come(client, meeting, link, status):
    Meeting.objects.filter(pk=meeting.pk).update(status=status)
    page = texts(client.get(link))
    assert 'name="reply"' not in page
    assert "on ne peut plus y répondre" in texts(client.post(link, {"reply": "yes"}, follow=True))
    assert meeting.attendances.get().reply == Reply.NONE


@pytest.mark.parametrize("cause", ["expired", "revoked", "deleted", "withdrawn", "another purpose", "unknown"])
def test_a_closed_link_opens_nothing(client, meeting, link, cause):
    if cause == "expired":
        Link.objects.update(expires_at=timezone.now())
    elif cause == "revoked":
        Link.objects.update(revoked_at=timezone.now())
    elif cause == "deleted":
        Meeting.objects.update(deleted_at=timezone.now())
    elif cause == "withdrawn":
        meeting.attendances.update(invited=False)
    elif cause == "another purpose":
        Link.objects.update(purpose="minutes_review")
    else:
        link = reverse("coordination:meeting_reply", args=["x" * 43])
    for answer in (client.get(link), client.post(link, {"reply": "yes"})):
        assert answer.status_code == 404
        assert "Groupe stockage" not in texts(answer)
    assert set(meeting.attendances.values_list("reply", flat=True)) == {"none"}
