from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_staff", *arguments, stdout=out)
    return out.getvalue()


def test_opens_the_first_account():
    assert "est ouvert" in run("Zoe@exemple.test", "--name", "Zoé Blanc")
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("zoe@exemple.test", "Zoé Blanc", True)
    assert "rien à faire" in run("zoe@exemple.test")
    assert user.changes.count() == 1


def test_gives_the_role_to_an_account_and_reopens_it():
    user = UserFactory(email="zoe@exemple.test", name="Zoé Blanc", is_active=False, is_steering_reader=True)
    assert "existait" in run("zoe@exemple.test")
    user.refresh_from_db()
    assert (user.name, user.is_active, user.role) == ("Zoé Blanc", True, User.Role.STAFF)


def test_refuses_what_is_no_address():
    with pytest.raises(CommandError, match="pas une adresse"):
        run("zoe")
    assert not User.objects.exists()
