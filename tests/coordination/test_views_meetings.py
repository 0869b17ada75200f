"""The pages of meetings: who opens them, what they show, what their forms refuse."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.agenda import points_of
from coordination.attendance import key_of
from coordination.models import Attendance, Meeting, Minutes
from outbox.models import Mail
from tests.coordination.test_views_roles import KEPT, SHOWN_TO_MEMBERS
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    CoordinatorFactory,
    MeetingFactory,
    MemberFactory,
    ParticipationFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db
Status = Meeting.Status

PAGES = {
    "meeting_list": SHOWN_TO_MEMBERS,
    "meeting_add": KEPT,
    "meeting_log": KEPT,
    "meeting planned": SHOWN_TO_MEMBERS,
    "meeting held": SHOWN_TO_MEMBERS,
    "meeting cancelled": SHOWN_TO_MEMBERS,
    "meeting_ics planned": SHOWN_TO_MEMBERS,
    "meeting_edit planned": KEPT,
    "meeting_write_up planned": KEPT,
    "meeting_agenda planned": KEPT,
    "meeting_invite planned": KEPT,
    "meeting_attendance held": KEPT,
    "meeting_cancel planned": KEPT,
    "meeting_reinstate cancelled": KEPT,
    "meeting_repeat held": KEPT,
    "meeting_delete planned": KEPT,
}
ACTIONS = {
    "meeting_cancel planned": {"reason": "Salle"},
    "meeting_reinstate cancelled": {},
    "meeting_delete planned": {},
    "meeting_repeat held": {"day": "2030-01-07", "starts": "14:00"},
    "meeting_agenda planned": {"point-TOTAL_FORMS": 1, "point-INITIAL_FORMS": 0, "point-0-title": "Bilan", "save": 1},
}


@pytest.fixture
def territory():
    return TerritoryFactory(name="Ville-Fictive")


@pytest.fixture
def coordinator(territory, client):
    user = CoordinatorFactory(territory=territory).user
    client.force_login(user)
    return user


def planned(territory, **fields) -> Meeting:
    fields = {"starts_at": timezone.now() + timedelta(days=20)} | fields
    return MeetingFactory(territory=territory, status=Status.PLANNED, **fields)


def member_of(territory, **fields):
    return MemberFactory(actor__territories=[territory], **fields)


def url(name: str, territory, meeting=None) -> str:
    return reverse(f"coordination:{name}", args=[territory.pk, *([meeting.pk] if meeting else [])])


# Who ------------------------------------------------------------------------------------------------


@pytest.fixture
def world(territory):
    elsewhere = TerritoryFactory()
    actor = ActorFactory(territories=[territory])
    things = {
        "planned": planned(territory),
        "held": MeetingFactory(territory=territory),
        "cancelled": planned(territory, title="Annulée"),
    }
    Meeting.objects.filter(pk=things["cancelled"].pk).update(status=Status.CANCELLED)
    people = {
        "staff": UserFactory(is_staff=True),
        "coordinator": CoordinatorFactory(territory=territory).user,
        "member": MemberFactory(actor=actor, user=UserFactory()).user,
        "member who left": MemberFactory(actor=actor, user=UserFactory(), left_on=date(2025, 1, 1)).user,
        "coordinator of another territory": CoordinatorFactory(territory=elsewhere).user,
        "steering reader": UserFactory(is_steering_reader=True),
        "plain": UserFactory(),
        "anonymous": None,
    }
    return things, people, elsewhere


def address(page: str, territory, things) -> str:
    name, _, which = page.partition(" ")
    return url(name, territory, things.get(which))


@pytest.mark.parametrize("page", PAGES)
def test_pages(client, territory, world, page):
    things, people, _ = world
    answers = {}
    for role, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        answers[role] = client.get(address(page, territory, things)).status_code
    assert answers == PAGES[page]


def state() -> list:
    rows = Meeting.objects.order_by("pk").values_list("pk", "status", "deleted_at")
    return [*rows, Meeting.agenda.rel.related_model.objects.count()]


@pytest.mark.parametrize("page", ACTIONS)
@pytest.mark.parametrize("role", KEPT)
def test_actions(client, territory, world, page, role):
    things, people, _ = world
    if people[role]:
        client.force_login(people[role])
    before = state()
    answer = client.post(address(page, territory, things), ACTIONS[page]).status_code
    assert answer == {200: 302}.get(KEPT[role], KEPT[role])
    assert (state() == before) is (KEPT[role] != 200)


@pytest.mark.parametrize("page", [page for page in PAGES if " " in page])
def test_a_meeting_is_not_found_under_another_territory(client, world, page):
    things, people, elsewhere = world
    for role in ("staff", "coordinator of another territory"):
        client.force_login(people[role])
        assert client.get(address(page, elsewhere, things)).status_code == 404


def test_a_deleted_meeting_is_not_found(client, territory, coordinator):
    meeting = planned(territory, deleted_at=timezone.now())
    assert client.get(url("meeting", territory, meeting)).status_code == 404


# List -----------------------------------------------------------------------------------------------


def test_the_list_by_time_and_filters(client, territory, coordinator):
    group = territory.working_groups.create(name="Stockage")
    to_come = planned(territory, working_group=group)
    to_write_up = planned(territory, starts_at=timezone.now() - timedelta(days=2))
    held = MeetingFactory(territory=territory, theme="health")
    cancelled = MeetingFactory(territory=territory, status=Status.CANCELLED)
    planned(territory, deleted_at=timezone.now())
    planned(TerritoryFactory())

    def shown(query: str = "") -> tuple:
        context = client.get(url("meeting_list", territory) + query).context
        over = {m for _, meetings in context["years"] for m in meetings}
        return set(context["to_come"]), set(context["to_write_up"]), over

    assert shown() == ({to_come}, {to_write_up}, {held, cancelled})
    assert shown(f"?groupe={group.pk}") == ({to_come}, set(), set())
    assert shown("?theme=health") == (set(), set(), {held})
    assert shown("?etat=cancelled") == (set(), set(), {cancelled})


def test_a_group_of_another_territory_is_no_filter(client, territory, coordinator):
    theirs = TerritoryFactory().working_groups.create(name="Groupe d’ailleurs")
    page = client.get(url("meeting_list", territory), {"groupe": theirs.pk})
    assert "Groupe d’ailleurs" not in texts(page)


@pytest.mark.parametrize("name", ["meeting_list", "meeting", "meeting_log", "meeting_invite", "meeting_attendance"])
def test_queries_do_not_grow(client, territory, coordinator, name):
    group = territory.working_groups.create(name="Stockage")
    status = {"meeting_attendance": Status.HELD}.get(name, Status.PLANNED)
    days = -1 if status == Status.HELD else 20
    meeting = MeetingFactory(
        territory=territory, status=status, starts_at=timezone.now() + timedelta(days=days), working_group=group
    )
    counts = []
    for more in (1, 2):
        for _ in range(more):
            member = member_of(territory)
            Attendance.objects.create(meeting=meeting, member=member, actor=member.actor, invited=True, present=True)
            meeting.agenda.create(title="Point", action=ActionItemFactory(territory=territory))
            for other in (Status.PLANNED, Status.HELD):
                MeetingFactory(territory=territory, status=other, working_group=group)
        page = url(name, territory, None if name in {"meeting_list", "meeting_log"} else meeting)
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Plan, change, call off, repeat ---------------------------------------------------------------------

MEETING = {"title": "Groupe stockage", "day": "2030-01-07", "starts": "14:00", "ends": "15:30", "place": "Mairie"}


def test_planning(client, territory, coordinator):
    group = territory.working_groups.create(name="Stockage")
    ActionItemFactory(territory=territory, title="Trouver un local")
    answer = client.post(
        url("meeting_add", territory),
        MEETING | {"working_group": group.pk, "theme": "logistics", "online_link": "visio.exemple.test/a"},
    )
    meeting = Meeting.objects.get()
    assert answer.url == meeting.get_absolute_url()
    local = timezone.localtime(meeting.starts_at)
    assert (local.isoformat(), meeting.ends_at - meeting.starts_at) == (
        "2030-01-07T14:00:00+01:00",
        timedelta(minutes=90),
    )
    assert (meeting.status, meeting.working_group, meeting.theme, meeting.online_link) == (
        Status.PLANNED,
        group,
        "logistics",
        "https://visio.exemple.test/a",
    )
    assert [p.title for p in points_of(meeting)] == ["Trouver un local"]


def test_noting_one_that_was_held_leads_to_who_came(client, territory, coordinator):
    answer = client.post(url("meeting_add", territory), MEETING | {"day": "2026-01-07", "held": "on"})
    meeting = Meeting.objects.get()
    assert answer.url == url("meeting_attendance", territory, meeting)
    assert meeting.status == Status.HELD


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({"day": ""}, {"day": "Ce champ est obligatoire."}),
        ({"ends": "13:00"}, {"ends": "La réunion doit finir après avoir commencé."}),
        ({"held": "on"}, {"day": "Une réunion à venir ne peut pas être déjà tenue."}),
        (
            {"day": "2030-03-31", "starts": "02:30"},
            {"starts": "Cette heure n’existe pas, ou existe deux fois, le jour du changement d’heure."},
        ),
        ({"online_link": "pas une adresse"}, {"online_link": "Saisissez une URL valide."}),
    ],
)
def test_what_planning_refuses_loses_nothing(client, territory, coordinator, typed, refused):
    page = client.post(url("meeting_add", territory), MEETING | typed)
    assert refusals(page) == refused
    assert 'value="Groupe stockage"' in texts(page)
    assert not Meeting.objects.exists()


def test_a_group_of_another_territory_is_not_taken(client, territory, coordinator):
    theirs = TerritoryFactory().working_groups.create(name="Groupe d’ailleurs")
    page = client.post(url("meeting_add", territory), MEETING | {"working_group": theirs.pk})
    assert set(refusals(page)) == {"working_group"}
    assert "Groupe d’ailleurs" not in texts(client.get(url("meeting_add", territory)))


def test_changing_keeps_what_is_not_changed(client, territory, coordinator):
    meeting = planned(territory, title="Ancien titre", place="Mairie")
    page = client.get(url("meeting_edit", territory, meeting))
    typed = {name: field.value() or "" for name, field in ((f.name, f) for f in page.context["form"])}
    typed |= {"day": typed["day"].isoformat(), "starts": f"{typed['starts']:%H:%M}", "title": "Nouveau titre"}
    client.post(url("meeting_edit", territory, meeting), typed)
    changed = Meeting.objects.get()
    assert (changed.title, changed.place) == ("Nouveau titre", "Mairie")
    assert changed.starts_at == meeting.starts_at.replace(second=0, microsecond=0)


def test_calling_off_asks_why(client, territory, coordinator):
    meeting = planned(territory)
    assert set(refusals(client.post(url("meeting_cancel", territory, meeting), {"reason": ""}))) == {"reason"}
    client.post(url("meeting_cancel", territory, meeting), {"reason": "Salle fermée"})
    page = texts(client.get(meeting.get_absolute_url()))
    assert "<strong>Réunion annulée.</strong> Salle fermée" in page
    client.post(url("meeting_reinstate", territory, meeting))
    meeting.refresh_from_db()
    assert (meeting.status, meeting.cancel_reason) == (Status.PLANNED, "")


def test_the_same_again(client, territory, coordinator):
    meeting = MeetingFactory(territory=territory, place="Mairie")
    page = client.get(url("meeting_repeat", territory, meeting))
    day = page.context["form"]["day"].value()
    assert day.weekday() == timezone.localtime(meeting.starts_at).weekday()
    client.post(url("meeting_repeat", territory, meeting), {"day": day.isoformat(), "starts": "10:00"})
    again = Meeting.objects.exclude(pk=meeting.pk).get()
    assert timezone.localtime(again.starts_at).date() == day
    assert (again.place, again.status) == ("Mairie", Status.PLANNED)


def test_deleting_goes_to_the_bin_and_back(client, territory, coordinator):
    meeting = planned(territory)
    client.post(url("meeting_delete", territory, meeting))
    meeting.refresh_from_db()
    assert meeting.deleted_at
    client.post(reverse("coordination:record_restore", args=[territory.pk, "reunions", meeting.pk]))
    assert client.get(meeting.get_absolute_url()).status_code == 200


# Agenda ---------------------------------------------------------------------------------------------


def agenda(client, territory, meeting, titles: list[str], **button) -> list[str]:
    typed = {"point-TOTAL_FORMS": len(titles), "point-INITIAL_FORMS": 0}
    typed |= {f"point-{n}-title": title for n, title in enumerate(titles)}
    client.post(url("meeting_agenda", territory, meeting), typed | button)
    return [point.title for point in points_of(meeting)]


@pytest.mark.parametrize(
    ("button", "titles"),
    [
        ({"save": 1}, ["A", "B", "C"]),
        ({"move": "up-2"}, ["A", "C", "B"]),
        ({"move": "down-0"}, ["B", "A", "C"]),
        ({"move": "remove-1"}, ["A", "C"]),
        ({"move": "up-0"}, ["A", "B", "C"]),
        ({"move": "down-9"}, ["A", "B", "C"]),
        ({"move": "loin"}, ["A", "B", "C"]),
    ],
)
def test_the_buttons_of_an_agenda(client, territory, coordinator, button, titles):
    assert agenda(client, territory, planned(territory), ["A", "B", "C"], **button) == titles


def test_open_actions_are_added_once(client, territory, coordinator):
    meeting = planned(territory)
    action = ActionItemFactory(territory=territory, title="Trouver un local")
    assert agenda(client, territory, meeting, ["A"], actions=1) == ["A", "Trouver un local"]
    typed = {"point-TOTAL_FORMS": 1, "point-INITIAL_FORMS": 0, "point-0-title": "Local", "point-0-action": action.pk}
    client.post(url("meeting_agenda", territory, meeting), typed | {"actions": 1})
    assert [(p.title, p.action) for p in points_of(meeting)] == [("Local", action)]


def test_a_point_takes_up_no_action_of_another_territory(client, territory, coordinator):
    meeting, theirs = planned(territory), ActionItemFactory()
    typed = {"point-TOTAL_FORMS": 1, "point-INITIAL_FORMS": 0, "point-0-title": "Local", "point-0-action": theirs.pk}
    client.post(url("meeting_agenda", territory, meeting), typed | {"save": 1})
    assert [(p.title, p.action) for p in points_of(meeting)] == [("Local", None)]


def test_a_wrong_duration_keeps_what_is_typed_and_saves_nothing(client, territory, coordinator):
    meeting = planned(territory)
    typed = {"point-TOTAL_FORMS": 1, "point-INITIAL_FORMS": 0, "point-0-title": "Bilan", "point-0-minutes": "-5"}
    page = texts(client.post(url("meeting_agenda", territory, meeting), typed | {"save": 1}))
    assert 'value="Bilan"' in page
    assert "supérieure ou égale à 1" in page
    assert points_of(meeting) == []


def test_the_total_of_an_agenda(client, territory, coordinator):
    meeting = planned(territory)
    for minutes in (20, None, 15):
        meeting.agenda.create(title="Point", minutes=minutes)
    assert "Durée totale : 35 minutes." in texts(client.get(meeting.get_absolute_url()))


# Who came -------------------------------------------------------------------------------------------

NOBODY_NEW = {"venu-TOTAL_FORMS": 0, "venu-INITIAL_FORMS": 0}


def test_ticking_adding_and_pasting_who_came(client, territory, coordinator):
    meeting = MeetingFactory(territory=territory)
    awa, bruno = member_of(territory, name="Awa"), member_of(territory, name="Bruno")
    Attendance.objects.create(meeting=meeting, member=bruno, actor=bruno.actor, invited=True)
    typed = {
        "present": [f"m{awa.pk}"],
        "venu-TOTAL_FORMS": 2,
        "venu-INITIAL_FORMS": 0,
        "venu-0-name": "Zoé",
        "venu-0-structure": "Structure neuve",
        "pasted": "Yann ; Structure neuve ; yann@exemple.test\n\nPassante\nLéa\tÉpicerie\tlea@exemple.test\n",
    }
    answer = client.post(url("meeting_attendance", territory, meeting), typed)
    assert answer.url == meeting.get_absolute_url()
    assert {str(row) for row in meeting.attendances.filter(present=True)} == {
        f"Awa ({awa.actor})",
        "Zoé (Structure neuve)",
        "Yann (Structure neuve)",
        "Passante",
        "Léa (Épicerie)",
    }
    assert [str(row.member) for row in meeting.attendances.filter(present=False)] == ["Bruno"]


def test_lines_that_cannot_be_read_are_told_and_nothing_is_lost(client, territory, coordinator):
    meeting = MeetingFactory(territory=territory)
    pasted = (
        "Awa ; Épicerie\n; CCAS ; a@exemple.test\nBruno ; CCAS ; pas-une-adresse\nChloé;;c@exemple.test\na;b;c@d.fr;e"
    )
    page = client.post(url("meeting_attendance", territory, meeting), NOBODY_NEW | {"pasted": pasted})
    assert page.context["form"].errors["pasted"] == [
        "Ligne 2 (« ; CCAS ; a@exemple.test ») : Il manque le nom.",
        "Ligne 3 (« Bruno ; CCAS ; pas-une-adresse ») : Saisissez une adresse de courriel valide.",
        "Ligne 4 (« Chloé;;c@exemple.test ») : Une adresse de courriel se garde avec une structure : indiquez-la.",
        "Ligne 5 (« a;b;c@d.fr;e ») : Il y a plus de trois colonnes.",
    ]
    assert "Bruno ; CCAS ; pas-une-adresse" in texts(page)
    assert not meeting.attendances.exists()


def test_who_is_in_the_directory_of_another_territory_is_neither_offered_nor_taken(client, territory, coordinator):
    theirs = member_of(TerritoryFactory(), name="Personne d’ailleurs")
    left = member_of(territory, name="Personne partie", left_on=date(2025, 1, 1))
    meeting, held = planned(territory), MeetingFactory(territory=territory)
    pages = {
        url("meeting_log", territory): "present",
        url("meeting_write_up", territory, meeting): "present",
        url("meeting_attendance", territory, held): "present",
        url("meeting_invite", territory, meeting): "people",
    }
    log = NOBODY_NEW | {"action-TOTAL_FORMS": 0, "action-INITIAL_FORMS": 0, "day": "2026-01-05", "starts": "14:00"}
    log |= {"title": "Réunion", "uid": "8f0c9a52-6f43-4b54-9df5-4c3f9a3a7b11", "send": 1}
    for page, field in pages.items():
        shown = texts(client.get(page))
        assert "Personne d’ailleurs" not in shown
        assert "Personne partie" not in shown
        for member in (theirs, left):
            answer = client.post(page, log | {field: [f"m{member.pk}"]})
            assert field in refusals(answer)
    typed = log | {"action-TOTAL_FORMS": 1, "action-0-text": "Agir", "action-0-owner": f"m{theirs.pk}"}
    assert client.post(url("meeting_log", territory), typed).status_code == 200
    assert not Attendance.objects.exists()
    assert not Minutes.objects.exists()


def test_a_noted_person_of_another_meeting_is_not_taken(client, territory, coordinator):
    held, other = MeetingFactory(territory=territory), MeetingFactory()
    row = Attendance.objects.create(meeting=other, name="Personne d’ailleurs", present=True)
    typed = NOBODY_NEW | {"present": [key_of(row)]}
    assert set(refusals(client.post(url("meeting_attendance", territory, held), typed))) == {"present"}


# Invitations and replies ----------------------------------------------------------------------------


def test_choosing_then_seeing_then_sending(client, territory, coordinator):
    meeting = planned(territory)
    actor = ActorFactory(territories=[territory], name="CCAS fictif")
    awa, bruno = MemberFactory(actor=actor, name="Awa"), MemberFactory(actor=actor, name="Bruno")
    chloe, denis = member_of(territory, name="Chloé", email=""), member_of(territory, name="Denis")
    page = url("meeting_invite", territory, meeting)
    seen = client.post(page, {"whole": ["CCAS fictif"], "people": [f"m{awa.pk}", f"m{chloe.pk}"]})
    assert [c.who for c in seen.context["preview"].written] == [awa, bruno]
    assert [c.who for c in seen.context["preview"].without_address] == [chloe]
    assert not Mail.objects.exists()
    keys = [candidate.key for candidate in seen.context["chosen"]]
    again = texts(client.post(page, {"people": keys, "back": 1}))
    assert again.count("checked") == 3
    client.post(page, {"people": keys, "send": 1})
    assert set(Mail.objects.values_list("recipient", flat=True)) == {awa.email, bruno.email}
    assert {row.member for row in meeting.attendances.filter(invited=True)} == {awa, bruno, chloe}
    shown = texts(client.get(meeting.get_absolute_url()))
    assert "sans courriel, à prévenir autrement" in shown
    assert "courriel à envoyer" in shown
    assert denis.name not in shown


def test_whom_to_tick_beforehand(client, territory, coordinator):
    group = territory.working_groups.create(name="Stockage")
    meeting = planned(territory, working_group=group)
    awa, bruno, chloe = (member_of(territory) for _ in range(3))
    before = MeetingFactory(territory=territory, working_group=group)
    for member, fields in ((awa, {"present": True}), (bruno, {"present": False})):
        Attendance.objects.create(meeting=before, member=member, actor=member.actor, **fields)
    Attendance.objects.create(meeting=meeting, member=chloe, actor=chloe.actor, invited=True)

    def ticked(query: str) -> set:
        form = client.get(url("meeting_invite", territory, meeting) + query).context["form"]
        return set(form["people"].value())

    assert ticked("") == {f"m{chloe.pk}"}
    assert ticked("?qui=groupe") == {f"m{awa.pk}", f"m{chloe.pk}"}
    assert ticked("?qui=tous") == {f"m{m.pk}" for m in (awa, bruno, chloe)}


def test_nobody_is_invited_to_what_is_over(client, territory, coordinator):
    awa = member_of(territory)
    for meeting in (
        MeetingFactory(territory=territory),
        planned(territory, starts_at=timezone.now() - timedelta(days=1)),
    ):
        answer = client.post(url("meeting_invite", territory, meeting), {"people": [f"m{awa.pk}"], "send": 1})
        assert answer.url == meeting.get_absolute_url()
    assert not Attendance.objects.exists()


def test_replying_signed_in(client, territory):
    meeting = planned(territory)
    awa = member_of(territory, user=UserFactory())
    other = member_of(territory, user=UserFactory(), name="Bruno Inventé")
    for member in (awa, other):
        Attendance.objects.create(meeting=meeting, member=member, actor=member.actor, invited=True)
    client.force_login(awa.user)
    shown = texts(client.get(meeting.get_absolute_url()))
    assert "Viendrez-vous" in shown
    assert "Invitations (" not in shown
    assert "Bruno Inventé" not in shown
    client.post(url("meeting_reply_here", territory, meeting), {"reply": "maybe"})
    assert dict(meeting.attendances.values_list("member", "reply")) == {awa.pk: "maybe", other.pk: "none"}
    assert client.get(url("meeting_reply_here", territory, meeting)).status_code == 405


def test_who_is_not_invited_does_not_reply(client, territory):
    meeting, member = planned(territory), member_of(territory, user=UserFactory())
    Attendance.objects.create(meeting=meeting, member=member, actor=member.actor)
    client.force_login(member.user)
    assert client.post(url("meeting_reply_here", territory, meeting), {"reply": "yes"}).status_code == 404


def test_the_draft_of_minutes_and_the_replies_are_the_coordinations_own(client, territory):
    held, member = MeetingFactory(territory=territory), member_of(territory, user=UserFactory())
    Minutes.objects.create(meeting=held)
    Attendance.objects.create(meeting=held, name="Absente Notée", invited=True, present=False)
    client.force_login(member.user)
    shown = texts(client.get(held.get_absolute_url()))
    assert "Il n’est pas encore envoyé." in shown
    assert "brouillon" not in shown
    assert "Absente Notée" not in shown


@pytest.mark.parametrize(
    ("years", "said"), [((2020, 2020), "après la formation"), ((2026, 2026), "pendant la formation"), (None, None)]
)
def test_a_meeting_says_when_it_falls_against_the_training(client, territory, world, years, said):
    if years:
        session = {"session__start_year": years[0], "session__end_year": years[1]}
        ParticipationFactory(territory=territory, status="trained", **session)
    meeting = MeetingFactory(territory=territory)  # in May 2026
    client.force_login(CoordinatorFactory(territory=territory).user)
    timing = client.get(meeting.get_absolute_url()).context["timing"]
    assert (timing and timing.label) == said
