"""What waits for whoever keeps a directory."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.models import CheckCall, Joining
from actors.waiting import Waiting, waiting_for
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    CoordinatorFactory,
    FoodServiceFactory,
    JoiningFactory,
    ProposalFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


def to_call(territory):
    """A structure with a service, that nobody answers for by mail."""
    actor = ActorFactory(territories=[territory])
    FoodServiceFactory(actor=actor)
    return CheckRoundFactory(actor=actor, opened_at=timezone.now(), to_call_since=timezone.now())


def fill(territory) -> None:
    to_call(territory)
    actor = ActorFactory(territories=[territory])
    ProposalFactory(actor=actor)
    JoiningFactory(actor=actor, is_claim=True, state=Joining.State.PENDING)


def test_what_waits_is_counted_on_the_entries_that_one_keeps(coordinator):
    fill(coordinator.territory)
    fill(CoordinatorFactory().territory)
    found = waiting_for(coordinator.user, coordinator.territory, timezone.now())
    assert found == Waiting(calls=1, proposals=1, claims=1)


def test_what_is_decided_or_to_be_called_later_does_not_wait(coordinator):
    actor = ActorFactory(territories=[coordinator.territory])
    ProposalFactory(actor=actor, state="refused", decided_at=timezone.now())
    JoiningFactory(actor=actor)
    CheckCall.objects.create(
        round=to_call(coordinator.territory),
        result=CheckCall.Result.LATER,
        call_again_on=timezone.localdate() + timedelta(days=3),
        by=coordinator.user,
    )
    assert not waiting_for(coordinator.user, coordinator.territory, timezone.now())


def test_the_first_page_of_a_territory_leads_to_what_waits(client, coordinator):
    client.force_login(coordinator.user)
    address = reverse("coordination:territory", args=[coordinator.territory.pk])
    pages = [
        reverse(name, args=[coordinator.territory.pk])
        for name in ("freshness:call_list", "freshness:proposal_list", "membership:list")
    ]
    before = client.get(address).content.decode()
    assert [page for page in pages if page in before] == []
    fill(coordinator.territory)
    after = client.get(address).content.decode()
    assert [page for page in pages if page in after] == pages
