"""What no page lets happen, but two people at once could."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.operations import change_account, deactivate_account
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def last():
    """The last active of the staff."""
    UserFactory(is_staff=True, is_active=False)
    return UserFactory(is_staff=True)


def test_the_last_of_the_staff_keeps_the_role(last):
    with pytest.raises(ValidationError) as refused:
        change_account(by=UserFactory(), user=last, email=last.email, name=last.name, role=User.Role.NONE)
    assert "dernier compte actif" in refused.value.message_dict["role"][0]


def test_the_last_of_the_staff_stays_active(last):
    with pytest.raises(ValidationError, match="dernier compte actif"):
        deactivate_account(by=UserFactory(), user=last)


def test_a_deactivated_member_of_the_staff_can_lose_the_role(last):
    user = User.objects.get(is_active=False)
    change_account(by=last, user=user, email=user.email, name=user.name, role=User.Role.NONE)
    user.refresh_from_db()
    assert user.role == User.Role.NONE


def test_the_rule_looks_at_the_account_as_it_is_now(last):
    stale = UserFactory(is_staff=True)
    deactivate_account(by=last, user=User.objects.get(pk=stale.pk))
    with pytest.raises(ValidationError, match="dernier compte actif"):
        deactivate_account(by=stale, user=last)
