"""Who opens which page of an evaluation, role by role."""

import pytest
from django.urls import reverse

from evaluation.models import Ruling
from tests.factories import (
    CaseFactory,
    CoordinatorFactory,
    EvaluationFactory,
    EvidenceFactory,
    RulingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "staff", "steering", "coordinator", "elsewhere", "plain")


@pytest.fixture
def own():
    """The coordinator's case, with a ruling."""
    case = CaseFactory(evaluation__code="essai", label="Ville-à-soi")
    RulingFactory(case=case, criterion_id="other")
    return case


@pytest.fixture
def other(own):
    """Another territory's case in the same evaluation, with a ruling."""
    case = CaseFactory(evaluation=own.evaluation, label="Ville-des-autres")
    RulingFactory(case=case, criterion_id="other")
    return case


@pytest.fixture
def sign_in(client, own):
    def sign_in(role):
        users = {
            "staff": lambda: UserFactory(is_staff=True),
            "steering": lambda: UserFactory(is_steering_reader=True),
            "coordinator": lambda: CoordinatorFactory(territory=own.participation.territory).user,
            "elsewhere": lambda: CoordinatorFactory(territory=CaseFactory().participation.territory).user,
            "plain": UserFactory,
        }
        if role != "anonymous":
            client.force_login(users[role]())
        return client

    return sign_in


def page(name, *args):
    return lambda own, other: reverse(f"evaluation:{name}", args=["essai", *args])


def of_own(name, *args):
    return lambda own, other: reverse(f"evaluation:{name}", args=["essai", own.pk, *args])


def of_other(name, *args):
    return lambda own, other: reverse(f"evaluation:{name}", args=["essai", other.pk, *args])


def ruling_of(which):
    def address(own, other):
        case = own if which == "own" else other
        return reverse("evaluation:withdraw_ruling", args=["essai", case.rulings.get().pk])

    return address


READ = {
    "list": (lambda own, other: reverse("evaluation:evaluation_list"), (302, 200, 200, 200, 200, 200)),
    "overview": (page("overview"), (302, 200, 200, 302, 404, 404)),
    "figure": (page("figure", "meeting"), (302, 200, 200, 403, 404, 404)),
    "no such figure": (page("figure", "unheard"), (302, 404, 404, 403, 404, 404)),
    "gaps": (page("gaps"), (302, 200, 200, 403, 404, 404)),
    "matrix": (page("matrix"), (302, 200, 200, 403, 404, 404)),
    "own case": (of_own("case"), (302, 200, 200, 200, 404, 404)),
    "other case": (of_other("case"), (302, 200, 200, 404, 404, 404)),
    "own cell": (of_own("cell", "meeting"), (302, 200, 200, 200, 404, 404)),
    "other cell": (of_other("cell", "meeting"), (302, 200, 200, 404, 404, 404)),
    "no such criterion": (of_own("cell", "unheard"), (302, 404, 404, 404, 404, 404)),
}
WRITE = {
    "rule on own": (of_own("rule", "meeting"), (302, 302, 403, 403, 404, 404)),
    "rule on other": (of_other("rule", "meeting"), (302, 302, 403, 404, 404, 404)),
    "rule on nothing": (of_own("rule", "nothing"), (302, 404, 403, 403, 404, 404)),
    "withdraw own": (ruling_of("own"), (302, 302, 403, 403, 404, 404)),
    "withdraw other": (ruling_of("other"), (302, 302, 403, 404, 404, 404)),
}


def table(operations):
    return [
        pytest.param(role, address, status, id=f"{name}-{role}")
        for name, (address, statuses) in operations.items()
        for role, status in zip(ROLES, statuses, strict=True)
    ]


@pytest.mark.parametrize(("role", "address", "status"), table(READ))
def test_reading(sign_in, own, other, role, address, status):
    response = sign_in(role).get(address(own, other))
    assert response.status_code == status
    if role == "anonymous":
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(("role", "address", "status"), table(WRITE))
def test_writing(sign_in, own, other, role, address, status):
    before = set(Ruling.objects.values_list("pk", "ended_at"))
    response = sign_in(role).post(address(own, other), {"value": "no", "reason": "vu sur place"})
    assert response.status_code == status
    is_written = set(Ruling.objects.values_list("pk", "ended_at")) != before
    assert is_written == (role == "staff" and status == 302)


@pytest.mark.parametrize("address", [of_own("rule", "meeting"), ruling_of("own")])
def test_reading_never_writes(sign_in, own, other, address):
    assert sign_in("staff").get(address(own, other)).status_code == 405
    assert Ruling.objects.in_force().count() == 2


def test_a_coordinator_reads_of_their_territory_only(sign_in, own, other):
    EvidenceFactory(case=own, quote="dit de chez soi")
    EvidenceFactory(case=other, quote="dit des autres")
    client = sign_in("coordinator")
    EvaluationFactory(title="Évaluation cachée")
    addresses = [of_own("case"), of_own("cell", "meeting"), READ["list"][0]]
    shown = "".join(client.get(address(own, other)).content.decode() for address in addresses)
    assert "Ville-à-soi" in shown
    assert "dit de chez soi" in shown
    for hidden in ("Ville-des-autres", "dit des autres", "Évaluation cachée", "Arbitrer", "Matrice", "Filtrer"):
        assert hidden not in shown


def test_a_coordinator_lands_on_their_case_or_chooses(sign_in, own):
    client = sign_in("coordinator")
    address = reverse("evaluation:overview", args=["essai"])
    assert client.get(address).url == reverse("evaluation:case", args=["essai", own.pk])
    second = CaseFactory(
        evaluation=own.evaluation, participation__territory=own.participation.territory, label="Ville-à-soi bis"
    )
    CaseFactory(evaluation=own.evaluation, label="Ville-des-autres")
    assert [case.pk for case in client.get(address).context["cases"]] == [own.pk, second.pk]


def test_a_case_is_found_in_its_own_evaluation_only(sign_in, own):
    elsewhere = CaseFactory(evaluation__code="autre")
    client = sign_in("staff")
    assert client.get(reverse("evaluation:case", args=["essai", elsewhere.pk])).status_code == 404
    ruling = RulingFactory(case=elsewhere)
    assert client.post(reverse("evaluation:withdraw_ruling", args=["essai", ruling.pk])).status_code == 404
    assert Ruling.objects.in_force().filter(pk=ruling.pk).exists()
