import pytest

from accounts.demo import COORDINATOR, DEMO_ACCOUNTS, STAFF, STEERING_READER, create_demo_accounts
from accounts.models import User

pytestmark = pytest.mark.django_db


def test_one_account_for_each_role_however_often_it_is_asked():
    users = create_demo_accounts()
    assert create_demo_accounts() == users
    assert User.objects.count() == len(DEMO_ACCOUNTS)
    assert users[STAFF].is_staff
    assert users[STEERING_READER].is_steering_reader
    assert users[COORDINATOR].role == User.Role.NONE
