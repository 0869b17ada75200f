import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from evaluation import criteria, operations
from evaluation.models import Criterion, Family, Ruling
from tests.factories import CaseFactory, RulingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory()


def rule(case, value="yes", reason="vu sur place", code="meeting", **more):
    return operations.rule(
        case=case, criterion=Criterion.objects.get(code=code), value=value, reason=reason, **{"by": None} | more
    )


def in_force(case, code="meeting"):
    return Ruling.objects.in_force().filter(case=case, criterion=code).first()


def test_a_ruling_says_who_when_and_why(case):
    user = UserFactory()
    ruling = rule(case, by=user, date=date(2025, 6, 1))
    ruling.refresh_from_db()
    assert (ruling.by, ruling.value, ruling.reason, ruling.date) == (user, "yes", "vu sur place", date(2025, 6, 1))
    assert ruling.made_at
    assert ruling.ended_at is None


def test_a_later_ruling_supersedes_and_keeps_the_former(case):
    user = UserFactory()
    former = rule(case)
    later = rule(case, "no", by=user)
    former.refresh_from_db()
    assert (former.value, former.superseded_by, former.ended_by) == ("yes", later, user)
    assert former.ended_at
    assert in_force(case) == later


@pytest.mark.parametrize("changed", [{"value": "no"}, {"reason": "autre motif"}, {"date": date(2025, 1, 1)}])
def test_only_the_same_decision_changes_nothing(case, changed):
    first = rule(case)
    assert rule(case, by=UserFactory()) == first
    assert Ruling.objects.count() == 1
    assert rule(case, **changed) != first
    assert Ruling.objects.count() == 2


def test_cells_are_ruled_on_apart(case):
    rule(case)
    rule(case, "no", code="mapping")
    rule(CaseFactory(), "no")
    assert in_force(case).value == "yes"


@pytest.mark.parametrize("wrong", [{"code": "nothing"}, {"reason": " "}, {"value": "unknown"}])
def test_refused(case, wrong):
    with pytest.raises(ValidationError):
        rule(case, **wrong)
    assert not Ruling.objects.exists()


def test_withdrawing_the_only_ruling_leaves_none(case):
    user = UserFactory()
    ruling = rule(case)
    assert operations.withdraw_ruling(ruling=ruling, by=user) is None
    ruling.refresh_from_db()
    assert (ruling.ended_by, ruling.superseded_by) == (user, None)
    assert in_force(case) is None


def test_withdrawing_puts_the_former_decision_back_as_a_new_row(case):
    user = UserFactory()
    former = rule(case, date=date(2025, 6, 1))
    later = rule(case, "no")
    restored = operations.withdraw_ruling(ruling=later, by=user)
    assert in_force(case) == restored
    assert restored.pk not in (former.pk, later.pk)
    assert (restored.value, restored.reason, restored.date) == (former.value, former.reason, former.date)
    assert (restored.restores, restored.by) == (former, user)
    former.refresh_from_db()
    later.refresh_from_db()
    assert former.superseded_by == later
    assert later.superseded_by is None


def test_undoing_goes_back_step_by_step(case):
    for value, reason in [("yes", "un"), ("no", "deux"), ("yes", "trois")]:
        rule(case, value, reason)
    seen = []
    while ruling := in_force(case):
        seen.append(ruling.reason)
        operations.withdraw_ruling(ruling=ruling, by=None)
    assert seen == ["trois", "deux", "un"]


def test_a_ruling_after_an_undo_is_undone_to_what_came_back(case):
    rule(case, "yes", "un")
    operations.withdraw_ruling(ruling=rule(case, "no", "deux"), by=None)
    restored = operations.withdraw_ruling(ruling=rule(case, "no", "trois"), by=None)
    assert restored.reason == "un"


def test_a_ruling_after_a_withdrawal_restores_nothing(case):
    operations.withdraw_ruling(ruling=rule(case, "yes", "un"), by=None)
    assert operations.withdraw_ruling(ruling=rule(case, "no", "deux"), by=None) is None


def test_only_the_ruling_in_force_can_be_withdrawn(case):
    former = rule(case)
    later = rule(case, "no")
    with pytest.raises(ValidationError):
        operations.withdraw_ruling(ruling=former, by=None)
    assert in_force(case) == later


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({}, "ruling_one_in_force"),
        ({"criterion_id": "nothing"}, "ruling_never_on_nothing"),
        ({"criterion_id": "mapping", "reason": ""}, "ruling_has_reason"),
    ],
)
def test_the_database_refuses(case, columns, name):
    RulingFactory(case=case)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        RulingFactory(case=case, **columns)
    assert name in str(refusal.value) or "UNIQUE" in str(refusal.value)


def test_the_database_refuses_a_superseded_ruling_in_force(case):
    ruling = RulingFactory(case=case)
    other = RulingFactory(case=case, criterion_id="mapping")
    with pytest.raises(IntegrityError, match="ruling_superseded_is_ended"), transaction.atomic():
        Ruling.objects.filter(pk=ruling.pk).update(superseded_by=other)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, where nobody waits")
@pytest.mark.django_db(transaction=True)
def test_two_people_ruling_at_once_leave_one_ruling_in_force():
    criteria.install(Family, Criterion)  # a transactional test before this one emptied every table
    case = CaseFactory()
    start, failures = threading.Barrier(2), []

    def decide(value):
        try:
            start.wait(10)
            rule(case, value, f"motif {value}")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[value]) for value in ("yes", "no")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failures
    assert Ruling.objects.count() == 2
    assert Ruling.objects.in_force().count() == 1
    assert Ruling.objects.exclude(superseded_by=None).count() == 1
