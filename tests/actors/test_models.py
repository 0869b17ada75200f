import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from actors.models import Trainee
from tests.factories import ActorFactory, ParticipationFactory, TraineeFactory

pytestmark = pytest.mark.django_db


def test_an_address_is_noted_once_per_participation_whatever_its_case():
    first = TraineeFactory(email="une@exemple.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        TraineeFactory(participation=first.participation, email="UNE@exemple.test")
    TraineeFactory(email="une@exemple.test")
    TraineeFactory.create_batch(2, participation=first.participation, email="")


def test_a_structure_that_trained_someone_cannot_be_erased():
    actor = TraineeFactory(actor=ActorFactory()).actor
    with pytest.raises(ProtectedError):
        actor.delete()


def test_the_people_go_with_the_participation():
    participation = ParticipationFactory()
    TraineeFactory(participation=participation)
    participation.delete()
    assert not Trainee.objects.exists()
