from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from territories.models import Coordinator, Participation, Territory, TrainingSession
from territories.urls import urlpatterns
from tests.factories import (
    CoordinatorFactory,
    ParticipationFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.pages import texts

pytestmark = pytest.mark.django_db
Kind = Territory.Kind


# Who may open what --------------------------------------------------------------------------------

ROLES = ["staff", "reader", "coordinator", "other coordinator", "plain", "anonymous"]
STAFF_AREA = [200, 403, 403, 403, 403, 302]  # lists, sessions, what has no territory yet
STAFF_ON_A_TERRITORY = [200, 403, 403, 404, 404, 302]
PERMISSIONS = {
    "territory_list": STAFF_AREA,
    "territory_search": [302, 403, 403, 403, 403, 302],
    "territory_create": STAFF_AREA,
    "my_territories": [200, 200, 200, 200, 200, 302],
    "territory": [200, 200, 200, 404, 404, 302],
    "territory_edit": STAFF_ON_A_TERRITORY,
    "territory_merge": STAFF_ON_A_TERRITORY,
    "territory_unmerge": STAFF_ON_A_TERRITORY,
    "coordinator_add": STAFF_ON_A_TERRITORY,
    "coordinator_remove": STAFF_ON_A_TERRITORY,
    "session_list": STAFF_AREA,
    "session_create": STAFF_AREA,
    "session": STAFF_AREA,
    "session_edit": STAFF_AREA,
    "session_participation_add": STAFF_AREA,
    "session_participation_edit": STAFF_ON_A_TERRITORY,
    "session_participation_remove": STAFF_ON_A_TERRITORY,
}
TABLE = [(name, role, status) for name, line in PERMISSIONS.items() for role, status in zip(ROLES, line, strict=True)]


def address(name: str, coordinator: Coordinator) -> str:
    participation = coordinator.territory.participations.get()
    arguments = {
        "territory": [coordinator.territory_id],
        "coordinator_add": [coordinator.territory_id],
        "coordinator_remove": [coordinator.pk],
        "session": [3],
        "session_edit": [3],
        "session_participation_add": [3],
        "session_participation_edit": [participation.pk],
        "session_participation_remove": [participation.pk],
    }
    for page in ("edit", "merge", "unmerge"):
        arguments[f"territory_{page}"] = [coordinator.territory_id]
    return reverse(f"territories:{name}", args=arguments.get(name, []))


def test_the_permission_table_has_every_page():
    assert set(PERMISSIONS) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize(("name", "role", "status"), TABLE)
def test_who_may_open_what(sign_in, coordinator, name, role, status):
    client = sign_in(role)
    before = snapshot()
    response = client.get(address(name, coordinator))
    assert response.status_code == status
    if role == "anonymous":
        assert response.url.startswith(reverse("account_login"))
    assert snapshot() == before, "reading a page changed something"


@pytest.mark.parametrize(("name", "role", "status"), [line for line in TABLE if line[2] in {403, 404}])
def test_who_may_not_open_a_page_may_not_post_to_it(sign_in, coordinator, name, role, status):
    client = sign_in(role)
    before = snapshot()
    assert client.post(address(name, coordinator)).status_code == status
    assert snapshot() == before


def snapshot() -> list:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Territory, TrainingSession, Participation, Coordinator)
    ]


@pytest.mark.parametrize("name", ["territory", "coordinator_remove", "session", "session_participation_edit"])
def test_what_does_not_exist_is_not_found(staff, name):
    assert staff.get(reverse(f"territories:{name}", args=[999_999])).status_code == 404


# Lists: what they show, and as many queries for three as for one ----------------------------------


def queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def one_more(coordinator):
    """One more of all that a list or page may show."""
    territory, session = coordinator.territory, coordinator.territory.participations.get(session__number=3).session
    TerritoryFactory(merged_into=territory, valid_to=date(2024, 12, 31))
    territory.parents.add(TerritoryFactory(kind=Kind.EPCI))
    territory.children.add(TerritoryFactory(kind=Kind.ARRONDISSEMENT))
    ParticipationFactory(territory=territory)
    ParticipationFactory(session=session, territory=CoordinatorFactory().territory)
    CoordinatorFactory(territory=territory)
    mine = CoordinatorFactory(user=coordinator.user)
    ParticipationFactory(territory=mine.territory)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("territory_list", "staff"),
        ("territory", "staff"),
        ("territory", "reader"),
        ("territory", "coordinator"),
        ("my_territories", "coordinator"),
        ("session_list", "staff"),
        ("session", "staff"),
    ],
)
def test_as_many_queries_for_three_as_for_one(sign_in, coordinator, name, role):
    client, url = sign_in(role), address(name, coordinator)
    one_more(coordinator)
    first = queries(client, url)
    one_more(coordinator)
    one_more(coordinator)
    assert queries(client, url) == first


def test_the_list_has_the_network_first_and_its_filters_in_the_address(staff, coordinator):
    TerritoryFactory(name="Autre-Ville", department="95")
    group = TerritoryFactory(name="Groupe", kind=Kind.EPCI)
    coordinator.territory.parents.add(group)
    url = reverse("territories:territory_list")

    def names(query: str) -> list[str]:
        return [territory.name for territory in staff.get(f"{url}{query}").context["page_obj"]]

    assert names("")[:2] == ["Ville-Exemple", "Autre-Ville"]
    assert names("?q=ville+exemple")[0] == "Ville-Exemple"
    assert names("?q=93066") == ["Ville-Exemple"]
    assert names("?type=epci") == ["Groupe"]
    assert names(f"?dans={group.pk}") == ["Ville-Exemple"]
    TerritoryFactory(name="Val-Exemple", kind=Kind.DEPARTMENT, code="95", department="95", is_official=True)
    assert names("?departement=95&type=commune") == ["Autre-Ville"]
    assert "Aucun territoire trouvé" in texts(staff.get(f"{url}?q=introuvable"))


def test_the_list_is_paged_and_keeps_its_filters(staff):
    TerritoryFactory.create_batch(51, kind=Kind.EPT)
    response = staff.get(reverse("territories:territory_list"), {"type": "ept"})
    assert len(response.context["page_obj"]) == 50
    assert "?type=ept&amp;page=2" in response.content.decode()


def test_an_empty_list_says_how_to_start(client):
    client.force_login(UserFactory(is_staff=True))
    assert "load_geography" in texts(client.get(reverse("territories:territory_list")))
    assert "Pas encore de session" in texts(client.get(reverse("territories:session_list")))


# Type-ahead ---------------------------------------------------------------------------------------


def test_typing_offers_at_most_twenty_to_tick(staff):
    TerritoryFactory.create_batch(25, name="Saint-Exemple")
    url = reverse("territories:territory_search")
    response = staff.get(url, {"q": "st ex"}, headers={"HX-Request": "true"})
    page = texts(response)
    assert page.count('type="radio"') == 20
    assert "commune, 93, code X" in page
    assert "<html" not in page
    assert "Il y en a d’autres" in page
    assert "Aucun territoire" in texts(staff.get(url, {"q": "zzz"}, headers={"HX-Request": "true"}))


def test_without_htmx_a_search_is_the_list(staff):
    response = staff.get(reverse("territories:territory_search"), {"q": "st denis"})
    assert response.url == reverse("territories:territory_list") + "?q=st+denis"


# A territory's page -------------------------------------------------------------------------------


def test_a_territorys_page_says_what_it_is(staff, coordinator):
    territory = coordinator.territory
    TerritoryFactory(name="Seine-Exemple", kind=Kind.DEPARTMENT, code="93")
    territory.parents.add(TerritoryFactory(name="Groupe", kind=Kind.EPCI))
    TerritoryFactory(name="Disparue", merged_into=territory, valid_to=date(2020, 12, 31))
    for valid_to in (None, None, date(2020, 12, 31)):
        TerritoryFactory(kind=Kind.ARRONDISSEMENT, valid_to=valid_to).parents.add(territory)
    page = texts(staff.get(territory.get_absolute_url()))
    for text in (
        "Commune – Seine-Exemple (93)",
        "93066",
        "Groupe",
        "arrondissement municipal : 2",
        "Disparue",
        "31 décembre 2020",
        "Dernier jour : 31 décembre 2024",
        "Session 3",
        coordinator.user.email,
    ):
        assert text in page


def test_coordinators_are_named_to_staff_and_each_other_alone(sign_in, coordinator):
    url = coordinator.territory.get_absolute_url()
    assert coordinator.user.email in texts(sign_in("coordinator").get(url))
    assert coordinator.user.email not in texts(sign_in("reader").get(url))


def test_who_cannot_change_is_offered_no_change(sign_in, coordinator):
    for role in ("reader", "coordinator"):
        page = texts(sign_in(role).get(coordinator.territory.get_absolute_url()))
        for offer in ("Modifier", "Retirer", "Ajouter", "Annuler", "Noter qu"):
            assert offer not in page


def test_my_territories(sign_in, coordinator):
    page = texts(sign_in("coordinator").get(reverse("territories:my_territories")))
    assert coordinator.territory.get_absolute_url() in page
    assert reverse("evaluation:evaluation_list") in page
    page = texts(sign_in("plain").get(reverse("territories:my_territories")))
    assert "Aucun territoire ne vous est confié" in page
