"""A simulated country: of the size asked, the same for the same seed, whole, and plainly fictional."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from actors.models import Actor, FoodService, Listing, Member, Site
from coordination.models import Attendance, Meeting
from evaluation.models import Evaluation, Evidence
from evaluation.simulation import DOMAIN, PREFIX
from territories.models import Coordinator, Territory

pytestmark = pytest.mark.django_db
SIZE = ["--territories", "12", "--actors", "60", "--meetings", "40"]


def simulated() -> dict:
    """What tells one country from another."""
    return {
        "territories": list(Territory.objects.order_by("code").values_list("code", "name", "latitude", "population")),
        "services": sorted(FoodService.objects.values_list("kind", "fee", "opening_hours", "site__latitude")),
        "evidence": sorted(Evidence.objects.values_list("case__label", "criterion__code", "value", "source")),
    }


def test_the_size_asked(capsys):
    call_command("simulate_network", *SIZE)
    assert Territory.objects.filter(kind="commune").count() == Coordinator.objects.count() == 12
    assert Actor.objects.count() == Site.objects.count() == 60
    assert Meeting.objects.count() == 40
    assert Attendance.objects.count() > 40
    assert Evaluation.objects.get().cases.count() == 12
    assert Listing.objects.filter(service=None).count() + FoodService.objects.count() >= 60


def test_nobody_in_it_is_real(capsys):
    call_command("simulate_network", *SIZE)
    assert {email.partition("@")[2] for email in Member.objects.values_list("email", flat=True)} == {DOMAIN}
    assert all(code.startswith(PREFIX) for code in Territory.objects.values_list("code", flat=True))
    for name in [*Territory.objects.values_list("name", flat=True), *Actor.objects.values_list("name", flat=True)]:
        assert "simulé" in name


def draw(seed: int) -> dict:
    """The country of a seed; nothing of it stays."""
    with transaction.atomic():
        call_command("simulate_network", *SIZE, "--seed", str(seed))
        drawn = simulated()
        transaction.set_rollback(True)
    return drawn


def test_the_same_seed_gives_the_same_country(capsys):
    first = draw(1)
    assert first == draw(1)
    assert first != draw(2)


def test_never_over_another(capsys):
    call_command("simulate_network", *SIZE)
    with pytest.raises(CommandError, match="déjà là"):
        call_command("simulate_network", *SIZE)


@pytest.mark.parametrize("size", [["--territories", "0"], ["--actors", "-1"]])
def test_no_such_size(size):
    with pytest.raises(CommandError):
        call_command("simulate_network", *size)
