"""What somebody is to do: owners are told, reminded until it is done, and say so themselves."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit import subject_of
from accounts.models import AuditEntry
from coordination import actions, sending
from coordination.actions import ActionFields
from coordination.minutes import OutcomeRow, write_outcomes
from coordination.models import ActionItem, Outcome, WorkingGroup
from outbox import purposes
from outbox.links import MailLinks
from outbox.models import Mail
from outbox.purposes import NoLongerDue
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    CoordinatorFactory,
    MeetingFactory,
    MemberFactory,
    MinutesFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
WEEK = timedelta(days=7)


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture
def by(territory):
    return CoordinatorFactory(territory=territory).user


@pytest.fixture
def actor(territory):
    return ActorFactory(territories=[territory])


@pytest.fixture
def member(actor):
    return MemberFactory(actor=actor, user=UserFactory())


def asked(purpose: str) -> set[tuple]:
    return set(Mail.objects.filter(purpose=purpose).values_list("subject", "step", "recipient"))


def rendered(mail):
    return purposes.get(mail.purpose).render(mail, MailLinks(mail))


class TestAssignment:
    @pytest.fixture
    def minutes(self, territory, actor, member, by):
        minutes = MinutesFactory(meeting__territory=territory)
        rows = [
            OutcomeRow(Outcome.Kind.ACTION, "Appeler le bailleur", owner_member=member),
            OutcomeRow(Outcome.Kind.ACTION, "Prêter le camion", owner_actor=actor),
            OutcomeRow(Outcome.Kind.ACTION, "Sans personne"),
        ]
        write_outcomes(minutes=minutes, rows=rows, by=by)
        return minutes

    def test_nobody_is_told_before_minutes_are_sent(self, minutes, member):
        assert not Mail.objects.exists()
        assert not ActionItem.objects.of(member.user).exists()

    def test_one_mail_says_all_that_one_is_to_do(self, minutes, member, by):
        sending.send_for_review(minutes=minutes, by=by)
        mail = Mail.objects.get(purpose="action_assigned")
        assert (mail.subject, mail.recipient) == (subject_of(minutes), member.email)
        text = rendered(mail).text
        assert "Appeler le bailleur" in text
        assert "Prêter le camion" in text
        assert "Sans personne" not in text
        assert "/journal/mes-actions/" in text

    def test_it_tells_what_is_left_when_it_leaves(self, minutes, member, by):
        sending.send_for_review(minutes=minutes, by=by)
        mail = Mail.objects.get(purpose="action_assigned")
        for action in ActionItem.objects.filter(owner_member=member):
            actions.set_state(action=action, state="done", by=by)
        assert "Appeler le bailleur" not in rendered(mail).text
        for action in ActionItem.objects.open():
            actions.set_state(action=action, state="done", by=by)
        with pytest.raises(NoLongerDue):
            rendered(mail)

    def test_sending_again_tells_only_what_changed(self, minutes, member, by):
        sending.send_for_review(minutes=minutes, by=by)
        sending.reopen(minutes=minutes, by=by)
        sending.send_for_review(minutes=minutes, by=by)
        assert Mail.objects.filter(purpose="action_assigned").count() == 1
        sending.reopen(minutes=minutes, by=by)
        action = ActionItem.objects.get(owner_member=member)
        actions.change_action(action=action, fields=ActionFields("Écrire au bailleur", member), by=by)
        sending.send_for_review(minutes=minutes, by=by)
        assert Mail.objects.filter(purpose="action_assigned").count() == 2

    def test_who_an_action_is_passed_on_to_is_told_once(self, territory, actor, member, by):
        action = actions.give_action(territory=territory, fields=ActionFields("Appeler"), by=by)
        assert asked("action_assigned") == set()
        for fields in (ActionFields("Appeler", member), ActionFields("Appeler"), ActionFields("Appeler", member)):
            actions.pass_on_action(action=action, fields=fields, by=by)
        assert asked("action_assigned") == {(subject_of(action), "", member.email)}
        assert "Appeler" in rendered(Mail.objects.get()).text

    def test_passing_on_an_action_of_unsent_minutes_tells_nobody(self, minutes, actor, by):
        other = MemberFactory(actor=actor)
        action = ActionItem.objects.get(title="Sans personne")
        actions.pass_on_action(action=action, fields=ActionFields("Sans personne", other), by=by)
        assert not Mail.objects.exists()
        sending.send_for_review(minutes=minutes, by=by)
        assert other.email in {recipient for _, _, recipient in asked("action_assigned")}


class TestReminders:
    @pytest.mark.parametrize(
        ("days", "step"),
        [(8, None), (7, "soon"), (3, "soon"), (0, "soon"), (-1, None), (-6, None), (-7, "late"), (-30, "late")],
    )
    def test_a_week_before_and_a_week_late(self, territory, member, days, step):
        due = TODAY + timedelta(days=days)
        ActionItemFactory(territory=territory, owner_member=member, due_on=due)
        actions.ask_reminders(TODAY)
        wanted = {(subject_of(member), f"{due.isoformat()} {step}", member.email)} if step else set()
        assert asked("action_reminder") == wanted

    def test_one_mail_a_day_due_asked_once(self, territory, member):
        for _ in range(3):
            ActionItemFactory(territory=territory, owner_member=member, due_on=TODAY)
        actions.ask_reminders(TODAY)
        actions.ask_reminders(TODAY + timedelta(days=1))
        actions.ask_reminders(TODAY)
        assert Mail.objects.count() == 1

    def test_not_for_what_is_done_deleted_unsent_or_without_address(self, territory, actor, member, by):
        for more in (
            {"state": "done", "closed_on": TODAY},
            {"state": "dropped", "closed_on": TODAY},
            {"deleted_at": timezone.now()},
            {"owner_member": None},
            {"owner_member": MemberFactory(actor=actor, email="")},
            {"owner_member": MemberFactory(actor=actor, left_on=TODAY)},
        ):
            ActionItemFactory(territory=territory, due_on=TODAY, **{"owner_member": member} | more)
        row = OutcomeRow(Outcome.Kind.ACTION, "Du brouillon", owner_member=member, due_on=TODAY)
        write_outcomes(minutes=MinutesFactory(meeting__territory=territory), rows=[row], by=by)
        actions.ask_reminders(TODAY)
        assert not Mail.objects.exists()

    def test_a_structure_is_reminded_through_its_people(self, territory, actor, member):
        other = MemberFactory(actor=actor)
        MemberFactory(actor=actor, left_on=date(2026, 1, 1))
        ActionItemFactory(territory=territory, owner_actor=actor, due_on=TODAY)
        actions.ask_reminders(TODAY)
        assert {recipient for _, _, recipient in asked("action_reminder")} == {member.email, other.email}

    def test_it_stops_when_done_or_put_off(self, territory, member, by):
        first, second = (
            ActionItemFactory(territory=territory, owner_member=member, due_on=TODAY, title=title)
            for title in ("Appeler", "Écrire")
        )
        actions.ask_reminders(TODAY)
        mail = Mail.objects.get()
        actions.set_state(action=first, state="done", by=by)
        assert "Appeler" not in rendered(mail).text
        assert "Écrire" in rendered(mail).text
        fields = ActionFields("Écrire", member, due_on=TODAY + WEEK)
        actions.change_action(action=second, fields=fields, by=by)
        with pytest.raises(NoLongerDue):
            rendered(mail)

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries(self, territory, member, count, django_assert_num_queries):
        for _ in range(count):
            ActionItemFactory(territory=territory, owner_member=member, due_on=TODAY)
        with CaptureQueriesContext(connection) as queries:
            actions.ask_reminders(TODAY)
        assert len([q for q in queries if "coordination_actionitem" in q["sql"]]) == 1


class TestPages:
    def address(self, name, action) -> str:
        return reverse(f"coordination:{name}", args=[action.territory_id, action.pk])

    def test_the_list_has_the_overdue_first_then_the_undated_then_those_closed(self, client, territory, by):
        today = timezone.localdate()
        ActionItemFactory(territory=territory, title="Sans date")
        ActionItemFactory(territory=territory, title="Bientôt", due_on=today + WEEK)
        ActionItemFactory(territory=territory, title="En retard", due_on=today - WEEK)
        ActionItemFactory(territory=territory, title="Faite", state="done", closed_on=today)
        ActionItemFactory(territory=territory, title="Supprimée", deleted_at=timezone.now())
        ActionItemFactory(title="D’ailleurs")
        client.force_login(by)
        context = client.get(reverse("coordination:action_list", args=[territory.pk])).context
        assert [str(a) for a in context["open_actions"]] == ["En retard", "Bientôt", "Sans date"]
        assert [str(a) for a in context["closed_actions"]] == ["Faite"]

    def test_filters(self, client, territory, actor, member, by):
        group = WorkingGroup.objects.create(territory=territory, name="Stockage")
        meeting = MeetingFactory(territory=territory, working_group=group)
        ActionItemFactory(territory=territory, title="De la personne", owner_member=member)
        ActionItemFactory(territory=territory, title="De la structure", owner_actor=actor)
        ActionItemFactory(territory=territory, title="Du groupe", meeting=meeting)
        client.force_login(by)
        address = reverse("coordination:action_list", args=[territory.pk])

        def shown(**query):
            return {str(a) for a in client.get(address, query).context["open_actions"]}

        assert shown(owner=actor.pk) == {"De la personne", "De la structure"}
        assert shown(group=group.pk) == {"Du groupe"}

    def test_history_tells_each_change_in_words(self, client, territory, member, by):
        action = actions.give_action(territory=territory, fields=ActionFields("Appeler"), by=by)
        client.force_login(by)
        data = {"title": "Appeler", "owner": f"m{member.pk}", "due_on": "2026-06-15"}
        client.post(self.address("action_edit", action), data)
        client.post(self.address("action_state", action), {"state": "done"})
        entries = AuditEntry.objects.filter(subject=subject_of(action)).order_by("pk")
        assert [entry.changes for entry in entries] == [
            {},
            {"personne chargée": ["", member.name], "pour le": ["", "2026-06-15"]},
            {"état": ["à faire", "fait"]},
        ]
        assert member.name in texts(client.get(action.get_absolute_url()))

    def test_members_see_their_own_everywhere_and_close_them(self, client, member, actor):
        elsewhere = TerritoryFactory(name="Autre-Ville")
        actor.territories.add(elsewhere)
        mine = ActionItemFactory(territory=elsewhere, owner_member=member, title="À moi")
        ActionItemFactory(territory=elsewhere, owner_actor=actor, title="À nous")
        ActionItemFactory(territory=elsewhere, owner_member=MemberFactory(actor=actor), title="À une collègue")
        client.force_login(member.user)
        address = reverse("coordination:my_actions")
        assert {str(a) for a in client.get(address).context["open_actions"]} == {"À moi", "À nous"}
        assert client.post(self.address("action_state", mine), {"state": "done", "mine": "1"}).url == address
        mine.refresh_from_db()
        assert (mine.state, mine.closed_on) == ("done", timezone.localdate())
        client.post(self.address("action_state", mine), {"state": "open"})
        mine.refresh_from_db()
        assert (mine.state, mine.closed_on) == ("open", None)

    def test_deleted_can_come_back(self, client, territory, by):
        action = ActionItemFactory(territory=territory)
        client.force_login(by)
        assert client.get(self.address("action_delete", action)).status_code == 405
        client.post(self.address("action_delete", action))
        assert client.get(action.get_absolute_url()).status_code == 404
        assert ActionItem.objects.in_bin().get() == action

    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize("name", ["action_list", "my_actions"])
    def test_queries_do_not_grow(self, client, territory, actor, member, name, count):
        client.force_login(member.user)
        address = reverse(f"coordination:{name}", args=[territory.pk] if name == "action_list" else [])

        def queries():
            with CaptureQueriesContext(connection) as found:
                client.get(address)
            return len(found)

        meeting = MeetingFactory(territory=territory)
        ActionItemFactory(territory=territory, owner_actor=actor, meeting=meeting)
        one = queries()
        for _ in range(count - 1):
            ActionItemFactory(territory=territory, owner_actor=ActorFactory(), meeting=meeting)
            ActionItemFactory(territory=territory, owner_member=member, meeting=meeting)
        assert queries() == one


class TestRoles:
    KEPT = (200, 200, 403, 403, 404, 404, 302)
    SEEN = (200, 200, 200, 200, 404, 404, 302)
    PAGES = {"action": SEEN, "action_list": SEEN, "action_edit": KEPT, "action_create": KEPT}
    ROLES = ("staff", "coordinator", "owner", "member", "elsewhere", "reader", "anonymous")

    @pytest.fixture
    def people(self, actor, member, by):
        return {
            "staff": UserFactory(is_staff=True),
            "coordinator": by,
            "owner": member.user,
            "member": MemberFactory(actor=actor, user=UserFactory()).user,
            "elsewhere": CoordinatorFactory().user,
            "reader": UserFactory(is_steering_reader=True),
            "anonymous": None,
        }

    @pytest.fixture
    def action(self, territory, member):
        return ActionItemFactory(territory=territory, owner_member=member)

    @pytest.mark.parametrize("name", PAGES)
    def test_pages(self, client, people, action, name):
        on_territory = name in {"action_list", "action_create"}
        arguments = [action.territory_id] if on_territory else [action.territory_id, action.pk]
        found = []
        for role in self.ROLES:
            client.logout()
            if people[role]:
                client.force_login(people[role])
            found.append(client.get(reverse(f"coordination:{name}", args=arguments)).status_code)
        assert tuple(found) == self.PAGES[name]

    @pytest.mark.parametrize(
        ("role", "status"),
        [("staff", 302), ("coordinator", 302), ("owner", 302), ("member", 403), ("elsewhere", 404), ("reader", 404)],
    )
    def test_closing(self, client, people, action, role, status):
        client.force_login(people[role])
        address = reverse("coordination:action_state", args=[action.territory_id, action.pk])
        assert client.post(address, {"state": "done"}).status_code == status
        action.refresh_from_db()
        assert (action.state == "done") is (status == 302)

    @pytest.mark.parametrize("received", ["sent_at", "final_at", None])
    def test_the_action_of_a_draft_is_the_coordinations_alone(self, client, people, territory, member, by, received):
        """Also of one opened again: what it gained since nobody received yet."""
        row = OutcomeRow(Outcome.Kind.ACTION, "Du brouillon", owner_member=member)
        before = {received: timezone.now()} if received else {}
        write_outcomes(minutes=MinutesFactory(meeting__territory=territory, **before), rows=[row], by=by)
        action = ActionItem.objects.get()
        for role, status in (("coordinator", 200), ("owner", 404), ("member", 404)):
            client.force_login(people[role])
            assert client.get(action.get_absolute_url()).status_code == status
            listed = reverse("coordination:action_list", args=[territory.pk])
            assert ("Du brouillon" in texts(client.get(listed))) is (status == 200)
