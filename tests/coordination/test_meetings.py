"""The life of a meeting: planned, logged, called off, repeated; who is to be ticked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from actors.models import Actor, Member
from coordination import attendance, meetings
from coordination.agenda import Point, opening_points, points_of, set_agenda, total_minutes
from coordination.attendance import Newcomer
from coordination.minutes import OutcomeRow
from coordination.models import ActionItem, Attendance, Meeting, Minutes, Outcome
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    MeetingFactory,
    MemberFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Status = Meeting.Status


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def territory():
    return TerritoryFactory()


def planned(territory, days: int = 10, **fields) -> Meeting:
    return MeetingFactory(
        territory=territory, status=Status.PLANNED, starts_at=timezone.now() + timedelta(days=days), **fields
    )


def history(meeting: Meeting) -> list[str]:
    return list(
        AuditEntry.objects.filter(subject=f"meeting:{meeting.pk}").order_by("pk").values_list("action", flat=True)
    )


def people(meeting: Meeting, **fields) -> set[str]:
    return {str(row) for row in meeting.attendances.filter(**fields)}


# Planned --------------------------------------------------------------------------------------------


def test_a_planned_meeting_opens_with_the_open_actions_the_most_overdue_first(territory, by):
    today = timezone.localdate()
    undated = ActionItemFactory(territory=territory, title="sans date")
    later = ActionItemFactory(territory=territory, title="à venir", due_on=today + timedelta(days=3))
    late = ActionItemFactory(territory=territory, title="en retard", due_on=today - timedelta(days=30))
    ActionItemFactory(territory=territory, title="finie", state=ActionItem.State.DONE, closed_on=today)
    ActionItemFactory(territory=territory, title="effacée", deleted_at=timezone.now())
    ActionItemFactory(title="d’un autre territoire")
    meeting = Meeting(territory=territory, starts_at=timezone.now() + timedelta(days=5))
    meetings.create_meeting(meeting=meeting, by=by)
    assert [(p.title, p.action) for p in points_of(meeting)] == [
        ("en retard", late),
        ("à venir", later),
        ("sans date", undated),
    ]
    assert (meeting.created_by, history(meeting)) == (by, ["création", "ordre du jour"])


def test_a_long_action_is_a_short_point(territory):
    ActionItemFactory(territory=territory, title="x" * 500)
    (point,) = opening_points(planned(territory))
    assert point.title == "x" * 199 + "…"


def test_a_meeting_noted_after_the_fact_has_no_agenda(territory, by):
    ActionItemFactory(territory=territory)
    meeting = Meeting(territory=territory, status=Status.HELD, starts_at=timezone.now() - timedelta(days=1))
    assert points_of(meetings.create_meeting(meeting=meeting, by=by)) == []


def test_no_meeting_is_held_in_the_future(territory, by):
    tomorrow = timezone.now() + timedelta(days=1)
    meeting = Meeting(territory=territory, status=Status.HELD, starts_at=tomorrow)
    for write in (
        lambda: meetings.create_meeting(meeting=meeting, by=by),
        lambda: meetings.log_meeting(meeting=Meeting(territory=territory, starts_at=tomorrow), present=[], by=by),
    ):
        with pytest.raises(ValidationError, match="à venir"):
            write()
    assert not Meeting.objects.exists()


def test_a_change_is_audited_and_counted_only_where_the_invitation_says_it(territory, by):
    meeting = planned(territory, place="Mairie")
    meeting.theme = "health"
    meetings.change_meeting(meeting=meeting, by=by)
    assert meeting.sequence == 0
    meeting.place = "Gymnase"
    meetings.change_meeting(meeting=meeting, by=by)
    meetings.change_meeting(meeting=meeting, by=by)
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.place) == (1, "Gymnase")
    assert history(meeting) == ["modification", "modification"]
    entry = AuditEntry.objects.filter(subject=f"meeting:{meeting.pk}").order_by("pk").last()
    assert (entry.by, entry.changes) == (by, {"lieu": ["Mairie", "Gymnase"]})


def test_a_new_title_is_found_in_the_minutes(territory, by):
    meeting = meetings.log_meeting(meeting=Meeting(territory=territory, starts_at=timezone.now()), present=[], by=by)
    meeting.title = "Groupe Été"
    meetings.change_meeting(meeting=meeting, by=by)
    assert "groupe ete" in Minutes.objects.get(meeting=meeting).search_text


def test_a_meeting_ends_after_it_starts(territory):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(territory=territory, starts_at=now, ends_at=now)


# Agenda ---------------------------------------------------------------------------------------------


def test_an_agenda_is_what_was_typed_in_its_order(territory, by):
    meeting, action = planned(territory), ActionItemFactory(territory=territory)
    points = [Point("Bilan", 20, action), Point("Divers"), Point("Suite", 15)]
    set_agenda(meeting=meeting, points=points, by=by)
    assert points_of(meeting) == points
    assert total_minutes(points) == 35
    set_agenda(meeting=meeting, points=points, by=by)
    set_agenda(meeting=meeting, points=points[::-1], by=by)
    assert points_of(meeting) == points[::-1]
    assert history(meeting) == ["ordre du jour", "ordre du jour"]


# Logged ---------------------------------------------------------------------------------------------


def test_logging_keeps_all_at_once(territory, by):
    actor = ActorFactory(territories=[territory])
    awa, bruno = MemberFactory(actor=actor), MemberFactory(actor=actor)
    nobody_known = ActorFactory(territories=[territory])
    due = date(2026, 12, 15)
    meeting = meetings.log_meeting(
        meeting=Meeting(territory=territory, starts_at=timezone.now(), place="Mairie"),
        present=[awa, nobody_known],
        newcomers=[Newcomer("Zoé Nouvelle", actor.name.upper(), "Zoe@exemple.test"), Newcomer("Passante Fictive")],
        decisions=["Ouvrir le mardi", "Partager le local"],
        actions=[
            OutcomeRow(Outcome.Kind.ACTION, "Trouver des clés", owner_member=bruno, due_on=due),
            OutcomeRow(Outcome.Kind.ACTION, "Écrire au maire", owner_actor=actor),
        ],
        by=by,
    )
    zoe = Member.objects.get(name="Zoé Nouvelle")
    assert (zoe.actor, zoe.email) == (actor, "zoe@exemple.test")
    assert (meeting.status, meeting.created_by) == (Status.HELD, by)
    assert people(meeting, present=True) == {
        f"{awa} ({actor})",
        f"{nobody_known}",
        f"Zoé Nouvelle ({actor})",
        "Passante Fictive",
    }
    assert meeting.attendances.count() == 4
    minutes = Minutes.objects.get(meeting=meeting)
    assert minutes.state == Minutes.State.DRAFT
    assert list(minutes.outcomes.values_list("kind", "text")) == [
        ("decision", "Ouvrir le mardi"),
        ("decision", "Partager le local"),
        ("action", "Trouver des clés"),
        ("action", "Écrire au maire"),
    ]
    actions = ActionItem.objects.filter(meeting=meeting, territory=territory).order_by("pk")
    assert [(a.title, a.owner_member, a.owner_actor, a.due_on) for a in actions] == [
        ("Trouver des clés", bruno, None, due),
        ("Écrire au maire", None, actor, None),
    ]
    assert "ouvrir le mardi" in minutes.search_text
    assert history(meeting) == ["création", "présences"]


def test_a_planned_meeting_that_is_logged_keeps_its_minutes_and_says_who_did_not_come(territory, by):
    meeting = planned(territory, days=-1)
    came, stayed = (MemberFactory(actor__territories=[territory]) for _ in range(2))
    for member in (came, stayed):
        Attendance.objects.create(meeting=meeting, member=member, actor=member.actor, invited=True)
    meetings.log_meeting(meeting=meeting, present=[came], decisions=["Une"], by=by)
    meetings.log_meeting(meeting=meeting, present=[came], decisions=["Deux"], by=by)
    assert people(meeting, present=True) == {f"{came} ({came.actor})"}
    assert people(meeting, present=False) == {f"{stayed} ({stayed.actor})"}
    assert list(Outcome.objects.values_list("text", flat=True)) == ["Une", "Deux"]
    assert history(meeting)[:2] == ["tenue", "présences"]


def test_a_failure_while_logging_keeps_nothing(territory, by):
    actions = [OutcomeRow(Outcome.Kind.ACTION, None)]
    with pytest.raises((IntegrityError, TypeError)):
        meetings.log_meeting(
            meeting=Meeting(territory=territory, starts_at=timezone.now()),
            present=[],
            newcomers=[Newcomer("Zoé", "Structure neuve")],
            actions=actions,
            by=by,
        )
    assert (Meeting.objects.count(), Member.objects.count(), Actor.objects.count(), AuditEntry.objects.count()) == (
        0,
        0,
        0,
        0,
    )


# Who came -------------------------------------------------------------------------------------------


def test_candidates_are_the_people_in_post_and_the_structures_without_any(territory):
    full, empty, left = (ActorFactory(territories=[territory], name=name) for name in ("Bouée", "Arche", "Écluse"))
    zoe, awa = MemberFactory(actor=full, name="Zoé"), MemberFactory(actor=full, name="Awa")
    MemberFactory(actor=left, left_on=date(2025, 1, 1))
    MemberFactory()
    found = attendance.candidates(territory)
    assert [c.key for c in found] == [f"a{empty.pk}", f"m{awa.pk}", f"m{zoe.pk}", f"a{left.pk}"]
    assert [str(c) for c in found] == ["Arche", "Awa – Bouée", "Zoé – Bouée", "Écluse"]


def test_presence_is_exactly_what_was_said_last(territory, by):
    meeting = MeetingFactory(territory=territory)
    awa, bruno = (MemberFactory(actor__territories=[territory]) for _ in range(2))
    attendance.record_present(meeting=meeting, present=[awa], newcomers=[Newcomer("Passante")], by=by)
    (passing,) = attendance.noted(meeting, attendance.candidates(territory))
    assert (passing.name, passing.key[0]) == ("Passante", "p")
    attendance.record_present(meeting=meeting, present=[bruno, passing.who], by=by)
    attendance.record_present(meeting=meeting, present=[bruno, passing.who], by=by)
    assert people(meeting) == {f"{bruno} ({bruno.actor})", "Passante"}
    assert history(meeting) == ["présences", "présences"]


@pytest.mark.parametrize(
    ("typed", "known", "reused"),
    [
        (("Zoé", ""), ("Zoe", ""), True),
        (("Zoé", "z@exemple.test"), ("Zoé", ""), True),
        (("Zoé B.", "Z@exemple.test"), ("Zoé", "z@exemple.test"), True),
        (("Zoé", "autre@exemple.test"), ("Zoé", "z@exemple.test"), False),
        (("Zoé", ""), ("Zoé", "z@exemple.test"), True),
        (("Awa", ""), ("Zoé", ""), False),
    ],
)
def test_someone_typed_is_found_again(territory, by, typed, known, reused):
    actor = ActorFactory(territories=[territory], name="Épicerie")
    member = MemberFactory(actor=actor, name=known[0], email=known[1])
    meeting = MeetingFactory(territory=territory)
    newcomer = Newcomer(typed[0], "epicerie", typed[1])
    attendance.record_present(meeting=meeting, present=[], newcomers=[newcomer], by=by)
    assert (meeting.attendances.get().member == member, Member.objects.count()) == (reused, 1 if reused else 2)
    member.refresh_from_db()
    assert member.email == (known[1] or (typed[1] if reused else ""))


def test_a_name_alone_is_the_one_member_of_that_name(territory, by):
    zoe = MemberFactory(actor__territories=[territory], name="Zoé Fictive")
    for _ in range(2):
        MemberFactory(actor__territories=[territory], name="Awa Homonyme")
    MemberFactory(name="Personne d’ailleurs")
    meeting = MeetingFactory(territory=territory)
    names = ["ZOE fictive", "Awa Homonyme", "Personne d’ailleurs"]
    attendance.record_present(meeting=meeting, present=[], newcomers=[Newcomer(name) for name in names], by=by)
    assert {(row.member, row.name) for row in meeting.attendances.all()} == {
        (zoe, ""),
        (None, "Awa Homonyme"),
        (None, "Personne d’ailleurs"),
    }


def test_someone_who_had_left_is_back(territory, by):
    actor = ActorFactory(territories=[territory])
    member = MemberFactory(actor=actor, email="z@exemple.test", left_on=date(2025, 1, 1))
    newcomer = Newcomer("Zoé", actor.name, "z@exemple.test")
    attendance.record_present(meeting=MeetingFactory(territory=territory), present=[], newcomers=[newcomer], by=by)
    member.refresh_from_db()
    assert member.left_on is None


def test_a_structure_of_another_territory_is_not_taken_for_ours(territory, by):
    ActorFactory(territories=[TerritoryFactory()], name="Épicerie")
    meeting = MeetingFactory(territory=territory)
    attendance.record_present(meeting=meeting, present=[], newcomers=[Newcomer("Zoé", "Épicerie")], by=by)
    assert list(territory.actors.values_list("name", "kind")) == [("Épicerie", "other")]
    assert Actor.objects.count() == 2


def test_those_of_the_last_meeting_are_expected_again(territory, by):
    awa, bruno = (MemberFactory(actor__territories=[territory]) for _ in range(2))
    older, last, deleted = (
        MeetingFactory(territory=territory, starts_at=datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2, 3)
    )
    attendance.record_present(meeting=older, present=[awa], by=by)
    attendance.record_present(meeting=last, present=[bruno], by=by)
    attendance.record_present(meeting=deleted, present=[awa], by=by)
    Meeting.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    MeetingFactory(territory=territory, starts_at=datetime(2026, 4, 1, tzinfo=UTC))
    assert attendance.last_present(territory) == (last, {f"m{bruno.pk}"})
    assert attendance.last_present(TerritoryFactory()) == (None, set())


def test_those_who_said_to_come_are_expected_or_else_all_who_were_asked(territory):
    meeting = planned(territory)
    rows = [
        Attendance.objects.create(meeting=meeting, member=m, actor=m.actor, invited=True)
        for m in (MemberFactory(actor__territories=[territory]) for _ in range(2))
    ]
    Attendance.objects.create(meeting=meeting, name="Non invitée")
    assert attendance.keys_expected(meeting) == {f"m{row.member_id}" for row in rows}
    rows[0].reply = Attendance.Reply.YES
    rows[0].save()
    assert attendance.keys_expected(meeting) == {f"m{rows[0].member_id}"}


# Called off, and again ------------------------------------------------------------------------------


def test_a_cancelled_meeting_is_held_no_more_and_comes_back(territory, by):
    meeting = meetings.log_meeting(meeting=Meeting(territory=territory, starts_at=timezone.now()), present=[], by=by)
    meetings.cancel_meeting(meeting=meeting, reason="Erreur de date", by=by)
    assert not Meeting.objects.held().exists()
    assert (meeting.status, meeting.cancel_reason, meeting.sequence) == (Status.CANCELLED, "Erreur de date", 1)
    meetings.reinstate_meeting(meeting=meeting, by=by)
    assert list(Meeting.objects.held()) == [meeting]
    assert (meeting.cancel_reason, meeting.sequence) == ("", 2)
    assert history(meeting) == ["création", "annulation", "rétablissement"]
    to_come = planned(territory)
    meetings.cancel_meeting(meeting=to_come, reason="Salle", by=by)
    meetings.reinstate_meeting(meeting=to_come, by=by)
    assert to_come.status == Status.PLANNED


def test_the_same_again(territory, by):
    group = territory.working_groups.create(name="Stockage")
    starts = datetime(2026, 3, 5, 14, tzinfo=UTC)
    meeting = MeetingFactory(
        territory=territory,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1, minutes=30),
        place="Mairie",
        online_link="https://visio.exemple.test/a",
        working_group=group,
        theme="logistics",
        sequence=4,
    )
    awa, gone = (MemberFactory(actor__territories=[territory]) for _ in range(2))
    attendance.record_present(meeting=meeting, present=[awa, gone], newcomers=[Newcomer("Passante")], by=by)
    Member.objects.filter(pk=gone.pk).update(left_on=date(2026, 4, 1))
    action = ActionItemFactory(territory=territory)
    later = timezone.now() + timedelta(days=63)
    again = meetings.repeat_meeting(meeting=meeting, starts_at=later, by=by)
    copied = ("territory", "title", "working_group", "theme", "place", "online_link")
    assert [getattr(again, name) for name in copied] == [getattr(meeting, name) for name in copied]
    assert (again.status, again.sequence, again.ends_at - again.starts_at) == (
        Status.PLANNED,
        0,
        timedelta(hours=1, minutes=30),
    )
    assert again.uid != meeting.uid
    assert {(str(r), r.invited, r.present, r.reply) for r in again.attendances.all()} == {
        (f"{awa} ({awa.actor})", True, None, "none"),
        ("Passante", True, None, "none"),
    }
    assert [p.action for p in points_of(again)] == [action]


@pytest.mark.parametrize("weeks_ago", [0, 3, 40])
def test_two_months_later_is_the_same_day_of_the_week_and_to_come(territory, weeks_ago):
    meeting = MeetingFactory(territory=territory, starts_at=timezone.now() - timedelta(weeks=weeks_ago))
    day = meetings.same_day_later(meeting)
    then = timezone.localtime(meeting.starts_at).date()
    assert day > timezone.localdate()
    assert (day - then).days % 63 == 0
    assert day <= timezone.localdate() + timedelta(days=63)
