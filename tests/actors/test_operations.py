import pytest

from actors import operations
from actors.models import Actor, Listing
from tests.factories import ActorFactory, ParticipationFactory, TerritoryFactory, TraineeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def test_a_person_is_tied_to_the_account_with_their_address(staff):
    user = UserFactory(email="une@exemple.test")
    trainee = TraineeFactory.build(participation=ParticipationFactory(), email="Une@exemple.test")
    assert operations.save_trainee(trainee=trainee, by=staff).user == user
    trainee.email = "autre@exemple.test"
    assert operations.save_trainee(trainee=trainee, by=staff).user is None
    trainee.email = ""
    UserFactory(email="")
    assert operations.save_trainee(trainee=trainee, by=staff).user is None


def test_a_new_structure_is_at_work_on_the_territory(staff):
    trainee = TraineeFactory(actor=ActorFactory())
    operations.save_trainee(
        trainee=trainee, new_actor_name="Épicerie fictive", new_actor_kind=Actor.Kind.ASSOCIATION, by=staff
    )
    trainee.refresh_from_db()
    assert (trainee.actor.name, trainee.actor.kind) == ("Épicerie fictive", Actor.Kind.ASSOCIATION)
    assert list(trainee.actor.territories.all()) == [trainee.participation.territory]


def test_the_log_names_nobody(staff, caplog):
    caplog.set_level("INFO")
    trainee = TraineeFactory.build(participation=ParticipationFactory(), name="Nom Secret", email="secret@exemple.test")
    operations.save_trainee(trainee=trainee, by=staff)
    assert f"trainee {trainee.pk}" in caplog.text
    assert "ecret" not in caplog.text


def test_a_structure_is_found_under_its_name_of_today(staff):
    actor = operations.add_actor(name="Épicerie fictive", kind="association", territory=TerritoryFactory(), by=staff)
    assert " epicerie " in Listing.objects.get(actor=actor).search_text
    actor.name = "Cantine fictive"
    operations.change_actor(actor=actor, by=staff)
    assert " cantine " in Listing.objects.get(actor=actor).search_text
