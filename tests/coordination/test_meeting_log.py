"""« Consigner une réunion » : what its one form keeps, refuses and shows again."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination.attendance import record_present
from coordination.forms.meeting_log import DueField
from coordination.models import ActionItem, Attendance, Meeting, Outcome
from tests.factories import ActorFactory, CoordinatorFactory, MeetingFactory, MemberFactory, TerritoryFactory
from tests.pages import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture(autouse=True)
def coordinator(client, territory):
    user = CoordinatorFactory(territory=territory).user
    client.force_login(user)
    return user


@pytest.fixture
def address(territory):
    return reverse("coordination:meeting_log", args=[territory.pk])


def member_of(territory, **fields):
    return MemberFactory(actor__territories=[territory], **fields)


def typed(**fields) -> dict:
    """What a browser sends: two lines to add people, two for actions."""
    rows = {"venu-TOTAL_FORMS": 2, "venu-INITIAL_FORMS": 0, "action-TOTAL_FORMS": 2, "action-INITIAL_FORMS": 0}
    known = {"uid": "8f0c9a52-6f43-4b54-9df5-4c3f9a3a7b11", "title": "Réunion", "day": "2026-01-05", "starts": "14:00"}
    return rows | known | fields


def test_it_starts_as_the_last_meeting_was(client, territory, coordinator, address):
    awa, bruno = member_of(territory, name="Awa"), member_of(territory, name="Bruno")
    last = MeetingFactory(territory=territory, place="Mairie")
    record_present(meeting=last, present=[awa], by=coordinator)
    context = client.get(address).context
    form = context["form"]
    assert (form["day"].value(), form["place"].value()) == (timezone.localdate(), "Mairie")
    assert form["starts"].value() == timezone.localtime(last.starts_at).time()
    assert [(t.candidate.who, t.is_ticked) for t in context["first"]] == [(awa, True)]
    assert [(t.candidate.who, t.is_ticked) for t in context["others"]] == [(bruno, False)]


def test_all_is_kept_at_once(client, territory, address):
    awa, bruno = member_of(territory, name="Awa"), member_of(territory, name="Bruno")
    answer = client.post(
        address,
        typed(
            present=[f"m{awa.pk}", f"m{bruno.pk}"],
            decisions="Ouvrir le mardi\n\n- Partager le local",
            place="Mairie",
            **{
                "venu-0-name": "Zoé",
                "venu-0-structure": "Maraude neuve",
                "action-0-text": "Trouver des clés",
                "action-0-owner": f"m{awa.pk}",
                "action-0-due_on": "15/2",
                "action-1-text": "Écrire au maire",
                "action-1-owner": f"a{bruno.actor_id}",
            },
        ),
    )
    meeting = Meeting.objects.get()
    assert answer.url == meeting.get_absolute_url()
    assert (meeting.status, meeting.place, meeting.territory) == ("held", "Mairie", territory)
    assert timezone.localtime(meeting.starts_at).isoformat() == "2026-01-05T14:00:00+01:00"
    assert {str(row) for row in meeting.attendances.filter(present=True)} == {
        f"Awa ({awa.actor})",
        f"Bruno ({bruno.actor})",
        "Zoé (Maraude neuve)",
    }
    assert list(Outcome.objects.values_list("kind", "text")) == [
        ("decision", "Ouvrir le mardi"),
        ("decision", "Partager le local"),
        ("action", "Trouver des clés"),
        ("action", "Écrire au maire"),
    ]
    assert [(a.owner, a.due_on) for a in ActionItem.objects.order_by("pk")] == [
        ("Awa", date(2026, 2, 15)),
        (str(bruno.actor), None),
    ]


def test_pressing_twice_makes_one_meeting(client, address):
    first, second = (client.post(address, typed(decisions="Une")) for _ in range(2))
    assert first.url == second.url == Meeting.objects.get().get_absolute_url()
    assert Outcome.objects.count() == 1


def test_more_lines_keep_what_is_typed_and_check_nothing_yet(client, territory, address):
    awa = member_of(territory)
    sent = typed(
        more=1,
        day="pas une date",
        decisions="Une décision",
        present=[f"m{awa.pk}"],
        **{"venu-1-name": "Zoé", "action-0-text": "Agir", "action-0-owner": f"m{awa.pk}", "action-0-due_on": "99/99"},
    )
    page = client.post(address, sent)
    shown = texts(page)
    assert "Erreur" not in shown
    for value in ("pas une date", "Zoé", "Agir", "99/99"):
        assert f'value="{value}"' in shown
    assert "Une décision</textarea>" in shown
    assert 'value="8f0c9a52-6f43-4b54-9df5-4c3f9a3a7b11"' in shown
    form, actions = page.context["form"], page.context["page"].actions
    assert form["present"].value() == [f"m{awa.pk}"]
    assert actions[0]["owner"].value() == f"m{awa.pk}"
    assert (len(page.context["page"].newcomers.forms), len(actions.forms)) == (5, 5)
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "where", "words"),
    [
        ({"day": "2030-01-01"}, "form", "Une réunion à venir ne peut pas être déjà tenue."),
        ({"decisions": "x\n" + "y" * 501}, "form", "Ligne 2 : 500 caractères au plus ; coupez-la en deux."),
        ({"venu-0-email": "z@exemple.test"}, "newcomers", "Il manque le nom."),
        (
            {"venu-0-name": "Zoé", "venu-0-email": "z@exemple.test"},
            "newcomers",
            "Une adresse de courriel se garde avec une structure : indiquez-la.",
        ),
        ({"action-1-due_on": "15/2"}, "actions", "Dites ce qui est à faire."),
        (
            {"action-0-text": "Agir", "action-0-due_on": "demain"},
            "actions",
            "Écrivez le jour et le mois, par exemple 15/12.",
        ),
        (
            {"action-0-text": "Agir", "action-0-due_on": "31/2"},
            "actions",
            "Écrivez le jour et le mois, par exemple 15/12.",
        ),
    ],
)
def test_errors_stand_beside_their_field_and_nothing_is_lost(client, territory, address, wrong, where, words):
    awa = member_of(territory)
    sent = typed(place="Mairie", present=[f"m{awa.pk}"], **{"action-0-text": "Garder ceci"}) | wrong
    page = client.post(address, sent)
    logged = page.context["page"]
    errors = {
        "form": [logged.form.errors],
        "newcomers": [row.errors for row in logged.newcomers],
        "actions": [row.errors for row in logged.actions],
    }
    found = {name: [w for rows in given for texts in rows.values() for w in texts] for name, given in errors.items()}
    assert found == {"form": [], "newcomers": [], "actions": []} | {where: [words]}
    shown = texts(page)
    assert words in shown
    assert 'value="Mairie"' in shown
    assert logged.form["present"].value() == [f"m{awa.pk}"]
    assert not Meeting.objects.exists()


def test_a_planned_meeting_is_logged_with_those_who_said_to_come(client, territory):
    meeting = MeetingFactory(
        territory=territory, status="planned", starts_at=timezone.now() - timedelta(days=1), title="Groupe stockage"
    )
    awa, bruno = member_of(territory), member_of(territory)
    for member, reply in ((awa, "yes"), (bruno, "no")):
        Attendance.objects.create(meeting=meeting, member=member, actor=member.actor, invited=True, reply=reply)
    address = reverse("coordination:meeting_write_up", args=[territory.pk, meeting.pk])
    form = client.get(address).context["form"]
    assert set(form["present"].value()) == {f"m{awa.pk}"}
    assert form["title"].value() == "Groupe stockage"
    sent = typed(day="2026-01-05", present=[f"m{awa.pk}"], title="Groupe stockage", uid=str(meeting.uid))
    assert client.post(address, sent).url == meeting.get_absolute_url()
    meeting.refresh_from_db()
    assert meeting.status == "held"
    assert dict(meeting.attendances.values_list("member", "present")) == {awa.pk: True, bruno.pk: False}
    assert client.get(address).url == meeting.get_absolute_url()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("15/12", date(2025, 12, 15)),
        ("15.12", date(2025, 12, 15)),
        ("15,12", date(2025, 12, 15)),
        ("1512", date(2025, 12, 15)),
        ("1/3", date(2026, 3, 1)),
        ("10/11", date(2025, 11, 10)),
        ("9/11", date(2026, 11, 9)),
        ("15/12/27", date(2027, 12, 15)),
        ("15/12/2024", date(2024, 12, 15)),
        ("2027-01-05", date(2027, 1, 5)),
        ("", None),
        ("  ", None),
    ],
)
def test_a_day_typed_quickly(written, day):
    field = DueField(required=False)
    field.after = date(2025, 11, 10)
    assert field.clean(written) == day


def test_a_day_without_a_year_follows_the_meeting(client, territory, address):
    sent = typed(day="2025-11-10", **{"action-0-text": "Agir", "action-0-due_on": "9/11"})
    client.post(address, sent)
    assert ActionItem.objects.get().due_on == date(2026, 11, 9)
    assert isinstance(Meeting.objects.get().starts_at, datetime)


def test_a_structure_without_people_is_ticked_itself(client, territory, address):
    actor = ActorFactory(territories=[territory], name="Maraude du Canal")
    client.post(address, typed(present=[f"a{actor.pk}"]))
    assert [str(row) for row in Meeting.objects.get().attendances.all()] == ["Maraude du Canal"]
