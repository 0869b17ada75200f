"""Private calendar feeds: made once, read without an account, revoked."""

from datetime import date, timedelta

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from coordination import feeds
from coordination.models import CalendarFeed, Meeting
from territories.models import Coordinator
from tests.factories import CoordinatorFactory, MeetingFactory, MemberFactory, TerritoryFactory, UserFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db
LIST = "coordination:calendar_list"


@pytest.fixture
def territory():
    return TerritoryFactory(name="Ville-Fictive")


@pytest.fixture
def user(territory):
    return CoordinatorFactory(territory=territory).user


def planned(territory, days: int = 10, **fields) -> Meeting:
    starts_at = timezone.now() + timedelta(days=days)
    return MeetingFactory(territory=territory, status=Meeting.Status.PLANNED, starts_at=starts_at, **fields)


def address(user, territory=None) -> str:
    return reverse("coordination:calendar_feed", args=[feeds.create_feed(user=user, territory=territory, by=user)])


def events(client, address: str) -> dict[str, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(client.get(address).content)
    return {str(event["uid"]): event for event in calendar.events}


def test_a_territorys_feed_has_its_meetings_with_links_back(client, user, territory):
    shown, past, old = planned(territory), planned(territory, -300), planned(territory, -400)
    cancelled = planned(territory)
    Meeting.objects.filter(pk=cancelled.pk).update(status=Meeting.Status.CANCELLED)
    planned(territory, deleted_at=timezone.now())
    other = TerritoryFactory()
    CoordinatorFactory(user=user, territory=other)
    elsewhere = planned(other)
    of_territory = events(client, address(user, territory))
    assert set(of_territory) == {str(m.uid) for m in (shown, past, cancelled)}
    assert str(old.uid) not in of_territory
    event = of_territory[str(shown.uid)]
    assert event["url"] == f"http://testserver{shown.get_absolute_url()}"
    assert of_territory[str(cancelled.uid)]["status"] == "CANCELLED"
    assert set(events(client, address(user))) == {*of_territory, str(elsewhere.uid)}


def test_a_feed_follows_the_rights_of_its_person(client, user, territory):
    planned(territory)
    planned(TerritoryFactory())
    mine = [address(user, territory), address(user)]
    assert [len(events(client, one)) for one in mine] == [1, 1]
    Coordinator.objects.filter(user=user).delete()
    assert [len(events(client, one)) for one in mine] == [0, 0]
    user.is_active = False
    user.save()
    assert [client.get(one).status_code for one in mine] == [404, 404]


def test_staff_follow_the_logbooks_they_take_part_in_not_the_whole_country(client, territory):
    staff = CoordinatorFactory(user=UserFactory(is_staff=True), territory=territory).user
    mine = planned(territory)
    planned(TerritoryFactory())
    assert set(events(client, address(staff))) == {str(mine.uid)}


def test_a_member_who_left_follows_nothing(client, territory):
    member = MemberFactory(actor__territories=[territory], user=UserFactory())
    planned(territory)
    feed = address(member.user, territory)
    assert len(events(client, feed)) == 1
    member.left_on = date(2025, 1, 1)
    member.save()
    assert events(client, feed) == {}


def test_what_has_not_changed_is_not_sent_again(client, user, territory):
    meeting = planned(territory)
    feed = address(user, territory)
    first = client.get(feed)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in first["Cache-Control"]
    again = client.get(feed, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    meeting.agenda.create(title="Un point de plus")
    changed = client.get(feed, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert client.post(feed).status_code == 405


def test_the_queries_of_a_feed_do_not_grow(client, user, territory):
    feed, counts = address(user), []
    for more in (1, 2):
        for _ in range(more):
            planned(territory).agenda.create(title="Point")
        with CaptureQueriesContext(connection) as queries:
            client.get(feed)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_address_is_shown_once_and_only_its_hash_is_kept(client, user, territory):
    client.force_login(user)
    page = client.post(reverse(LIST), {"territory": territory.pk})
    shown = page.context["address"]
    token = shown.rsplit("/", 1)[1].removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert (feed.user, feed.territory) == (user, territory)
    assert token not in feed.token_hash
    assert token not in texts(client.get(reverse(LIST)))
    assert client.get(shown).status_code == 200
    actions = AuditEntry.objects.filter(subject=f"calendarfeed:{feed.pk}")
    assert [(a.action, a.by) for a in actions] == [("création", user)]
    assert token not in str(actions.values())


def test_a_new_address_replaces_the_former_one(client, user, territory):
    former = address(user, territory)
    alone = address(user)
    client.force_login(user)
    new = client.post(reverse(LIST), {"territory": territory.pk}).context["address"]
    assert [client.get(one).status_code for one in (former, alone, new)] == [404, 200, 200]


def test_revoking(client, user, territory):
    feed = address(user, territory)
    client.force_login(user)
    client.post(reverse("coordination:calendar_revoke", args=[CalendarFeed.objects.get().pk]))
    assert client.get(feed).status_code == 404
    assert client.get(reverse("coordination:calendar_feed", args=["x" * 43])).status_code == 404


def test_nobody_revokes_anothers_feed_or_makes_one_of_a_logbook_they_do_not_read(client, user, territory):
    feed = address(user, territory)
    client.force_login(CoordinatorFactory().user)
    assert client.post(reverse("coordination:calendar_revoke", args=[CalendarFeed.objects.get().pk])).status_code == 404
    for wrong in (territory.pk, "x"):
        assert client.post(reverse(LIST), {"territory": wrong}).status_code == 404
    assert "Ville-Fictive" not in texts(client.get(reverse(LIST)))
    assert client.get(feed).status_code == 200
    assert CalendarFeed.objects.count() == 1


def test_the_page_is_ones_own(client):
    assert client.get(reverse(LIST)).status_code == 302
    client.force_login(UserFactory())
    assert client.get(reverse(LIST)).status_code == 200
