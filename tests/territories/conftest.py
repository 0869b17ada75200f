"""What the tests of pages share."""

from datetime import date

import pytest

from territories.models import Coordinator, Participation
from tests.factories import CoordinatorFactory, ParticipationFactory, TerritoryFactory, UserFactory


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
