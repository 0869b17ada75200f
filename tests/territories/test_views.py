from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.models import Case, Evaluation
from territories.models import Coordinator, Participation, Territory, TrainingSession
from territories.urls import urlpatterns
from tests.factories import (
    CoordinatorFactory,
    ParticipationFactory,
    TerritoryFactory,
    TrainingSessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Kind = Territory.Kind


@pytest.fixture
def participation() -> Participation:
    """Of a territory merged into another one, in session 3."""
    territory = TerritoryFactory(
        name="Ville-Exemple", code="93066", merged_into=TerritoryFactory(), valid_to=date(2024, 12, 31)
    )
    return ParticipationFactory(session__number=3, territory=territory)


@pytest.fixture
def coordinator(participation) -> Coordinator:
    return CoordinatorFactory(territory=participation.territory)


@pytest.fixture
def sign_in(client, coordinator):
    """Signs in as a role of the permission table."""
    people = {
        "staff": lambda: UserFactory(is_staff=True),
        "reader": lambda: UserFactory(is_steering_reader=True),
        "coordinator": lambda: coordinator.user,
        "other coordinator": lambda: CoordinatorFactory().user,
        "plain": UserFactory,
    }

    def sign_in(role: str):
        if role != "anonymous":
            client.force_login(people[role]())
        return client

    return sign_in


@pytest.fixture
def staff(sign_in):
    return sign_in("staff")


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


def texts(response) -> str:
    return " ".join(response.content.decode().replace("&nbsp;", " ").split())


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


# Adding and editing a territory -------------------------------------------------------------------

NEW = {"name": "Pays-Exemple", "kind": "epci", "code": "P1", "department": ""}


def refusals(response) -> dict:
    assert response.status_code == 200
    return {name: " ".join(errors) for name, errors in response.context["form"].errors.items()}


def test_a_territory_is_added(staff):
    response = staff.post(reverse("territories:territory_create"), NEW)
    territory = Territory.objects.get(code="P1")
    assert response.url == territory.get_absolute_url()
    assert (territory.name, territory.is_official) == ("Pays-Exemple", False)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"name": ""}, "name", "obligatoire"),
        ({"kind": "commune", "code": "93066"}, "code", "Ville-Exemple"),
        ({"latitude": "48"}, "longitude", "la latitude et la longitude"),
        ({"longitude": "2"}, "latitude", "la latitude et la longitude"),
        ({"latitude": "91", "longitude": "2"}, "latitude", "90"),
        ({"latitude": "48", "longitude": "-181"}, "longitude", "180"),
        ({"latitude": "ici", "longitude": "2"}, "latitude", "nombre"),
        ({"valid_from": "2025-01-01", "valid_to": "2024-12-31"}, "valid_to", "précède"),
        ({"population": "-1"}, "population", "0"),
        ({"department": "999"}, "department", "999"),
    ],
)
def test_a_wrong_territory_is_refused_beside_its_field(staff, change, field, reason):
    found = refusals(staff.post(reverse("territories:territory_create"), NEW | change))
    assert list(found) == [field]
    assert reason in found[field]
    assert not Territory.objects.filter(code="P1").exists()


def test_the_identity_of_an_official_territory_stays(staff):
    territory = TerritoryFactory(name="Officielle", is_official=True)
    url = reverse("territories:territory_edit", args=[territory.pk])
    response = staff.post(url, {"name": "Autre", "kind": "epci", "code": "Z", "latitude": "48.5", "longitude": "2,5"})
    assert response.url == territory.get_absolute_url()
    code = territory.code
    territory.refresh_from_db()
    assert (territory.name, territory.kind, territory.code) == ("Officielle", Kind.COMMUNE, code)
    assert (territory.latitude, territory.longitude) == (48.5, 2.5)


def test_a_merged_territory_keeps_a_last_day(staff, coordinator):
    url = reverse("territories:territory_edit", args=[coordinator.territory_id])
    values = {"name": "Ville-Exemple", "kind": "commune", "code": "93066"}
    assert "réuni à un autre" in refusals(staff.post(url, values))["valid_to"]


def test_an_error_keeps_the_title_and_what_was_typed(staff):
    territory = TerritoryFactory(name="Avant")
    url = reverse("territories:territory_edit", args=[territory.pk])
    page = texts(staff.post(url, {"name": "Après", "kind": "commune", "code": ""}))
    assert "Modifier Avant" in page
    assert 'value="Après"' in page


def test_a_territory_is_merged_then_separated(staff):
    former, into = TerritoryFactory(name="Petite"), TerritoryFactory(name="Grande")
    url = reverse("territories:territory_merge", args=[former.pk])
    staff.post(url, {"territory": into.pk, "valid_to": "2024-12-31"})
    former.refresh_from_db()
    assert (former.merged_into, former.valid_to) == (into, date(2024, 12, 31))
    staff.post(reverse("territories:territory_unmerge", args=[former.pk]))
    former.refresh_from_db()
    assert (former.merged_into, former.valid_to) == (None, None)


def test_a_territory_is_not_merged_into_itself_even_by_a_detour(staff):
    former = TerritoryFactory(valid_from=date(2020, 1, 1))
    detour = TerritoryFactory(merged_into=former, valid_to=date(2024, 12, 31))
    url = reverse("territories:territory_merge", args=[former.pk])
    for into in (former, detour):
        found = refusals(staff.post(url, {"territory": into.pk, "valid_to": "2019-12-31"}))
        assert "lui-même" in found["territory"]
        assert "01/01/2020" in found["valid_to"]


# Coordinators -------------------------------------------------------------------------------------


def test_a_coordinator_is_added_and_removed(staff):
    territory = TerritoryFactory()
    url = reverse("territories:coordinator_add", args=[territory.pk])
    response = staff.post(url, {"email": "Neuve@exemple.test", "name": "Neuve", "notify": "on"})
    assert response.url == territory.get_absolute_url()
    coordinator = territory.coordinators.get()
    assert coordinator.user.email == "neuve@exemple.test"
    assert "email" in refusals(staff.post(url, {"email": "neuve@EXEMPLE.test"}))
    staff.post(reverse("territories:coordinator_remove", args=[coordinator.pk]))
    assert not territory.coordinators.exists()
    assert User.objects.filter(email="neuve@exemple.test").exists()


@pytest.mark.parametrize("email", ["", "pas une adresse", "fermee@exemple.test"])
def test_a_coordinator_without_a_usable_address_is_refused(staff, email):
    UserFactory(email="fermee@exemple.test", is_active=False)
    territory = TerritoryFactory()
    assert "email" in refusals(
        staff.post(reverse("territories:coordinator_add", args=[territory.pk]), {"email": email})
    )
    assert not territory.coordinators.exists()


# Sessions and participations ----------------------------------------------------------------------

SESSION = {"number": "12", "region": "Bretagne", "start_year": "2026", "end_year": "2027", "status": "planned"}


def test_a_session_is_created_then_edited(staff):
    response = staff.post(reverse("territories:session_create"), SESSION)
    assert response.url == reverse("territories:session", args=[12])
    staff.post(reverse("territories:session_edit", args=[12]), SESSION | {"status": "open"})
    assert TrainingSession.objects.get(number=12).status == "open"


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"number": "3"}, "number", "déjà ce numéro"),
        ({"number": "-1"}, "number", "0"),
        ({"region": ""}, "region", "obligatoire"),
        ({"start_year": "26"}, "start_year", "quatre chiffres"),
        ({"end_year": "2025"}, "end_year", "avant d’avoir commencé"),
    ],
)
def test_a_wrong_session_is_refused_beside_its_field(staff, participation, change, field, reason):
    found = refusals(staff.post(reverse("territories:session_create"), SESSION | change))
    assert list(found) == [field]
    assert reason in found[field]


def test_an_empty_session_says_how_to_start(staff):
    assert "Pas encore de territoire" in texts(staff.get(TrainingSessionFactory().get_absolute_url()))


def test_a_territory_is_added_to_a_session_without_javascript(staff):
    session, territory = TrainingSessionFactory(), TerritoryFactory(name="Bourg-Exemple")
    url = reverse("territories:session_participation_add", args=[session.number])
    typed = {"q": "bourg", "status": "selected", "comment": "Candidature reçue en mai"}
    page = texts(staff.post(url, typed | {"search": "1"}))
    assert f'value="{territory.pk}"' in page
    assert "Candidature reçue en mai" in page
    assert "obligatoire" not in page
    assert not session.participations.exists()
    response = staff.post(url, typed | {"territory": territory.pk})
    assert response.url == session.get_absolute_url()
    participation = session.participations.get()
    assert (participation.territory, participation.status) == (territory, "selected")
    found = refusals(staff.post(url, typed | {"territory": territory.pk}))
    assert "prend déjà part" in found["territory"]


@pytest.mark.parametrize("chosen", ["", "999999", "ici"])
def test_a_participation_needs_a_territory(staff, chosen):
    url = reverse("territories:session_participation_add", args=[TrainingSessionFactory().number])
    assert "territory" in refusals(staff.post(url, {"territory": chosen, "status": "selected"}))


def test_what_was_ticked_stays_ticked_among_other_results(staff):
    ticked, other = TerritoryFactory(name="Première"), TerritoryFactory(name="Seconde")
    url = reverse("territories:session_participation_add", args=[TrainingSessionFactory().number])
    response = staff.post(url, {"q": "seconde", "territory": ticked.pk, "search": "1"})
    offered = [choice.data for choice in response.context["form"]["territory"]]
    assert [(choice["value"], choice["selected"]) for choice in offered] == [(ticked.pk, True), (other.pk, False)]


def test_a_participations_status_and_comment_change(staff, participation):
    url = reverse("territories:session_participation_edit", args=[participation.pk])
    assert staff.post(url, {"status": "trained", "comment": "Oui"}).url == participation.session.get_absolute_url()
    participation.refresh_from_db()
    assert (participation.status, participation.comment) == ("trained", "Oui")


def test_a_participation_is_removed_by_post_alone(staff, participation):
    url = reverse("territories:session_participation_remove", args=[participation.pk])
    assert "effacées" in texts(staff.get(url))
    assert staff.post(url).url == participation.session.get_absolute_url()
    assert not Participation.objects.exists()


def test_a_participation_examined_by_an_evaluation_is_not_removed(staff, participation):
    evaluation = Evaluation.objects.create(code="essai", title="Essai", as_of="2025-12-31")
    Case.objects.create(evaluation=evaluation, participation=participation, label="Ici")
    response = staff.post(reverse("territories:session_participation_remove", args=[participation.pk]))
    assert response.status_code == 409
    assert "Une évaluation examine cette participation" in texts(response)
    assert Participation.objects.exists()
