"""Words by their beginning, accents ignored, over what one may see and nothing else."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coordination.minutes import OutcomeRow, index, write_outcomes
from coordination.models import Minutes, Outcome
from coordination.search import marked, search, snippet
from tests.factories import (
    ActionItemFactory,
    ActorFactory,
    CoordinatorFactory,
    DiagnosticFactory,
    DocumentFactory,
    MappingFactory,
    MeetingFactory,
    MemberFactory,
    MinutesFactory,
    OtherActionFactory,
    ProjectFactory,
    SupportFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def territory():
    return TerritoryFactory()


@pytest.fixture
def coordinator(territory):
    return CoordinatorFactory(territory=territory).user


@pytest.fixture
def member(territory):
    return MemberFactory(actor=ActorFactory(territories=[territory]), user=UserFactory()).user


def found(user, text, territory=None) -> list[str]:
    return [f"{section.title}: {hit.url}" for section in search(user, text, territory) for hit in section.hits]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("épicerie", True),
        ("EPICERIE", True),
        ("epic", True),
        ("épic été", True),
        ("picerie", False),
        ("épicerie hiver", False),
        ("cœur", True),
        ("coeur", True),
        ("l’épicerie", True),
        ("%", False),
        ("", False),
        ("  ", False),
    ],
)
def test_words_by_their_beginning_without_accents(coordinator, territory, text, is_found):
    ActionItemFactory(territory=territory, title="L’épicerie du cœur, cet été")
    assert bool(found(coordinator, text)) is is_found


def test_each_kind_is_found_by_its_texts(coordinator, territory):
    records = [
        MeetingFactory(territory=territory, place="Salle Glycine"),
        ActionItemFactory(territory=territory, title="Arroser la glycine"),
        ProjectFactory(territory=territory, results="Une glycine"),
        DiagnosticFactory(territory=territory, priority_2="Glycine"),
        MappingFactory(territory=territory, method="Par glycine"),
        OtherActionFactory(territory=territory, summary="Glycine"),
        SupportFactory(territory=territory, commitments="Glycine"),
        DocumentFactory(territory=territory, title="Glycine"),
    ]
    assert {hit.split(": ")[1] for hit in found(coordinator, "glyc")} == {r.get_absolute_url() for r in records}


def test_minutes_are_found_by_text_outcomes_and_title(coordinator, territory):
    minutes = MinutesFactory(meeting=MeetingFactory(territory=territory, title="Glycine"), text="Tilleul")
    write_outcomes(minutes=minutes, rows=[OutcomeRow(Outcome.Kind.DECISION, "Lilas")], by=coordinator)
    for word in ("glycine", "tilleul", "lilas"):
        assert f"Comptes rendus: {minutes.get_absolute_url()}" in found(coordinator, word)
    write_outcomes(minutes=minutes, rows=[], by=coordinator)
    assert found(coordinator, "lilas") == []


class TestNothingLeaks:
    @pytest.fixture
    def everything(self, territory):
        minutes = MinutesFactory(meeting__territory=territory, meeting__title="Réunion", text="glycine")
        index(minutes)
        for factory in (ActionItemFactory, ProjectFactory, DiagnosticFactory, MappingFactory, DocumentFactory):
            factory(territory=territory, title="glycine")
        MeetingFactory(territory=territory, title="glycine")
        return minutes

    @pytest.mark.parametrize("who", ["elsewhere", "reader", "plain", "member elsewhere", "member who left"])
    def test_another_territory(self, everything, territory, who):
        actor = ActorFactory(territories=[TerritoryFactory()])
        here = ActorFactory(territories=[territory])
        user = {
            "elsewhere": lambda: CoordinatorFactory().user,
            "reader": lambda: UserFactory(is_steering_reader=True),
            "plain": UserFactory,
            "member elsewhere": lambda: MemberFactory(actor=actor, user=UserFactory()).user,
            "member who left": lambda: MemberFactory(actor=here, user=UserFactory(), left_on=timezone.localdate()).user,
        }[who]()
        assert found(user, "glycine") == []
        assert found(user, "glycine", territory) == []

    def test_a_member_finds_meetings_actions_and_minutes_sent_alone(self, everything, territory, member):
        assert {hit.split(":")[0] for hit in found(member, "glycine")} == {"Réunions", "Actions"}
        Minutes.objects.update(state="sent", sent_at=datetime(2026, 5, 6, tzinfo=UTC))
        assert {hit.split(":")[0] for hit in found(member, "glycine")} == {"Comptes rendus", "Réunions", "Actions"}

    def test_what_was_deleted(self, coordinator, territory):
        ActionItemFactory(territory=territory, title="glycine", deleted_at=timezone.now())
        MinutesFactory(meeting=MeetingFactory(territory=territory, deleted_at=timezone.now()), search_text="glycine")
        assert found(coordinator, "glycine") == []

    def test_the_page_keeps_to_a_territory_one_may_read(self, client, everything, territory, coordinator):
        other = TerritoryFactory()
        CoordinatorFactory(user=coordinator, territory=other)
        client.force_login(coordinator)
        address = reverse("coordination:search")
        assert texts(client.get(address, {"q": "glycine"})).count("<mark>") == 7
        assert "Rien ne correspond" in texts(client.get(address, {"q": "glycine", "territoire": other.pk}))
        client.force_login(CoordinatorFactory().user)
        page = texts(client.get(address, {"q": "glycine", "territoire": territory.pk}))
        assert territory.name not in page
        assert "Rien ne correspond" in page

    def test_one_signs_in_first(self, client):
        assert client.get(reverse("coordination:search"), {"q": "a"}).status_code == 302


def test_snippets_mark_the_words_and_escape_the_rest():
    assert snippet("Le <b>cœur</b> de l’Été", ["coeur", "ete"]) == (
        "Le &lt;b&gt;<mark>cœur</mark>&lt;/b&gt; de l’<mark>Été</mark>"
    )
    assert marked("Stockage", ["sto"]) == "<mark>Stockage</mark>"
    assert snippet("Rien", ["x"]) == ""


def test_a_long_text_is_cut_around_the_first_word():
    cut = snippet("avant " * 100 + "glycine" + " après" * 100, ["glycine"])
    assert cut.startswith("… avant")
    assert cut.endswith("après …")
    assert "<mark>glycine</mark>" in cut
    assert len(cut) < 250


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(coordinator, territory, count):
    def fill():
        for factory in (ActionItemFactory, ProjectFactory, MappingFactory):
            factory(territory=territory, title="glycine")
        index(MinutesFactory(meeting=MeetingFactory(territory=territory, title="glycine")))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            search(coordinator, "glycine")
        return len(captured)

    fill()
    one = queries()
    for _ in range(count - 1):
        fill()
    assert queries() == one
