import pytest
from django.core import mail
from django.db import IntegrityError
from django.db.models import ProtectedError

from accounts.models import User
from actors.models import Trainee
from evaluation.models import Case, Evaluation
from territories import operations
from territories.models import Coordinator, Participation, Territory
from tests.factories import (
    CoordinatorFactory,
    ParticipationFactory,
    TerritoryFactory,
    TraineeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def test_a_territory_added_is_part_of_its_department(staff):
    department = TerritoryFactory(kind=Territory.Kind.DEPARTMENT, code="93")
    territory = operations.add_territory(territory=TerritoryFactory.build(department="93"), by=staff)
    assert list(territory.parents.all()) == [department]
    outside = operations.add_territory(territory=TerritoryFactory.build(department=""), by=staff)
    assert not outside.parents.exists()
    own = TerritoryFactory.build(kind=Territory.Kind.DEPARTMENT, code="99", department="99")
    assert not operations.add_territory(territory=own, by=staff).parents.exists()


def test_a_coordinator_with_an_account_keeps_it(staff):
    user, territory = UserFactory(email="une@exemple.test", name="Une"), TerritoryFactory(name="Ici")
    coordinator = operations.add_coordinator(territory=territory, email="Une@Exemple.test", name="Autre", by=staff)
    assert coordinator.user == user
    assert User.objects.get(pk=user.pk).name == "Une"
    assert "Ici" in user.changes.get(by=staff).what


def test_a_coordinator_without_an_account_gets_a_plain_one(staff, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        user = operations.add_coordinator(
            territory=TerritoryFactory(), email="Neuve@exemple.test", name="Neuve", sign_in_url="https://x", by=staff
        ).user
    assert (user.email, user.name, user.role) == ("neuve@exemple.test", "Neuve", User.Role.NONE)
    assert [sent.to for sent in mail.outbox] == [["neuve@exemple.test"]]


def test_adding_a_coordinator_twice_writes_nothing(staff):
    coordinator = CoordinatorFactory()
    with pytest.raises(IntegrityError):
        operations.add_coordinator(territory=coordinator.territory, email=coordinator.user.email, by=staff)


def test_removing_a_coordinator_keeps_the_account_and_says_who_did_it(staff):
    coordinator = CoordinatorFactory()
    operations.remove_coordinator(coordinator=coordinator, by=staff)
    assert not Coordinator.objects.exists()
    assert str(coordinator.territory) in coordinator.user.changes.get(by=staff).what


def test_removing_a_participation_erases_its_people_and_keeps_the_territory(staff):
    participation = TraineeFactory().participation
    operations.remove_participation(participation=participation, by=staff)
    assert not Participation.objects.exists()
    assert not Trainee.objects.exists()
    assert Territory.objects.exists()


def test_a_participation_examined_by_an_evaluation_stays_with_its_people(staff):
    participation = ParticipationFactory()
    TraineeFactory(participation=participation)
    evaluation = Evaluation.objects.create(code="essai", title="Essai", as_of="2025-12-31")
    Case.objects.create(evaluation=evaluation, participation=participation, label="Ici")
    with pytest.raises(ProtectedError):
        operations.remove_participation(participation=participation, by=staff)
    assert Participation.objects.exists()
    assert Trainee.objects.exists()
