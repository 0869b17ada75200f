import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actors.models import Actor, Trainee
from actors.urls import urlpatterns
from tests.factories import (
    ActorFactory,
    CoordinatorFactory,
    ParticipationFactory,
    TraineeFactory,
    UserFactory,
)
from tests.pages import refusals, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainee() -> Trainee:
    return TraineeFactory(
        name="Dominique Fictif", email="dominique@exemple.test", role="Cheffe de projet", phone="01 99 00 00 01"
    )


@pytest.fixture
def sign_in(client, trainee):
    """Signs in as a role of the permission table."""
    people = {
        "staff": lambda: UserFactory(is_staff=True),
        "reader": lambda: UserFactory(is_steering_reader=True),
        "coordinator": lambda: CoordinatorFactory(territory=trainee.participation.territory).user,
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


def address(name: str, trainee: Trainee) -> str:
    pk = trainee.participation_id if name in {"participation", "trainee_add"} else trainee.pk
    return reverse(f"actors:{name}", args=[pk])


# Who may open what: names and addresses are for staff alone ---------------------------------------

STATUS = {
    "staff": 200,
    "reader": 403,
    "coordinator": 403,
    "other coordinator": 404,
    "plain": 404,
    "anonymous": 302,
}
PAGES = ["participation", "trainee_add", "trainee_edit", "trainee_remove"]


def test_the_permission_table_has_every_page():
    assert set(PAGES) == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", STATUS)
@pytest.mark.parametrize("name", PAGES)
def test_who_may_open_what(sign_in, trainee, name, role):
    client = sign_in(role)
    before = list(Trainee.objects.values())
    assert client.get(address(name, trainee)).status_code == STATUS[role]
    if role != "staff":
        assert client.post(address(name, trainee)).status_code == STATUS[role]
    assert list(Trainee.objects.values()) == before


@pytest.mark.parametrize("name", PAGES)
def test_what_does_not_exist_is_not_found(staff, name):
    assert staff.get(reverse(f"actors:{name}", args=[999_999])).status_code == 404


# What pages show ----------------------------------------------------------------------------------


def test_the_people_of_a_participation(staff, trainee):
    page = texts(staff.get(address("participation", trainee)))
    for text in (
        "Dominique Fictif",
        "dominique@exemple.test",
        "01 99 00 00 01",
        "Cheffe de projet",
        "Données personnelles",
    ):
        assert text in page
    empty = ParticipationFactory()
    assert "Aucune personne notée" in texts(staff.get(reverse("actors:participation", args=[empty.pk])))


def test_as_many_queries_for_three_as_for_one(staff, trainee):
    def queries() -> int:
        TraineeFactory(participation=trainee.participation, actor=ActorFactory())
        with CaptureQueriesContext(connection) as captured:
            staff.get(address("participation", trainee))
        return len(captured)

    first = queries()
    assert [queries(), queries()] == [first, first]


@pytest.mark.parametrize("name", ["trainee_add", "trainee_edit"])
def test_forms_say_what_is_kept_and_why(staff, trainee, name):
    page = texts(staff.get(address(name, trainee)))
    assert "Données personnelles" in page
    assert "jamais rien ici sur les personnes accueillies" in page


def test_structures_of_other_territories_are_not_offered(staff, trainee):
    here, own, elsewhere = ActorFactory(name="Ici"), ActorFactory(name="Sienne"), ActorFactory(name="Ailleurs")
    here.territories.add(trainee.participation.territory)
    elsewhere.territories.add(ParticipationFactory().territory)
    Trainee.objects.filter(pk=trainee.pk).update(actor=own)
    form = staff.get(address("trainee_edit", trainee)).context["form"]
    assert set(form.fields["actor"].queryset) == {here, own}


# Writing ------------------------------------------------------------------------------------------

NEW = {"name": "Claude Fictif", "email": "claude@exemple.test", "phone": "01 99 00 00 02"}


def test_a_person_is_added_with_a_new_structure(staff, trainee):
    values = NEW | {"new_actor_name": "CCAS fictif", "new_actor_kind": "ccas", "in_post_until": "2025-06-30"}
    assert staff.post(address("trainee_add", trainee), values).url == address("participation", trainee)
    added = Trainee.objects.get(email="claude@exemple.test")
    assert added.participation == trainee.participation
    assert added.phone == "01 99 00 00 02"
    assert added.actor == Actor.objects.get(name="CCAS fictif", kind="ccas")


def test_a_person_is_edited(staff, trainee):
    staff.post(address("trainee_edit", trainee), {"name": "Nouveau Nom", "email": trainee.email})
    trainee.refresh_from_db()
    assert trainee.name == "Nouveau Nom"


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"name": ""}, "name", "obligatoire"),
        ({"email": "DOMINIQUE@exemple.test"}, "email", "déjà cette adresse"),
        ({"email": "sans arobase"}, "email", "valide"),
        ({"new_actor_name": "Seule"}, "new_actor_kind", "type de structure"),
        ({"new_actor_kind": "ccas"}, "new_actor_name", "le nom"),
        ({"new_actor_name": "connue", "new_actor_kind": "ccas"}, "new_actor_name", "déjà dans la liste"),
        ({"in_post_until": "demain"}, "in_post_until", "date"),
    ],
)
def test_a_wrong_person_is_refused_beside_the_field(staff, trainee, change, field, reason):
    known = ActorFactory(name="Connue", kind=Actor.Kind.CCAS)
    known.territories.add(trainee.participation.territory)
    found = refusals(staff.post(address("trainee_add", trainee), NEW | change))
    assert list(found) == [field]
    assert reason in found[field]
    assert Trainee.objects.count() == 1


def test_a_structure_is_either_chosen_or_new(staff, trainee):
    known = ActorFactory()
    known.territories.add(trainee.participation.territory)
    values = NEW | {"actor": known.pk, "new_actor_name": "Autre", "new_actor_kind": "ccas"}
    assert "Choisissez" in refusals(staff.post(address("trainee_add", trainee), values))["new_actor_name"]


def test_an_error_keeps_the_title_and_what_was_typed(staff, trainee):
    page = texts(staff.post(address("trainee_edit", trainee), {"name": "Tapé", "email": "faux"}))
    assert "Modifier Dominique Fictif" in page
    assert 'value="Tapé"' in page


def test_a_person_is_erased_by_post(staff, trainee):
    assert "Effacer Dominique Fictif" in texts(staff.get(address("trainee_remove", trainee)))
    assert staff.post(address("trainee_remove", trainee)).url == address("participation", trainee)
    assert not Trainee.objects.exists()
