import pytest
from django.db import IntegrityError

from accounts.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case():
    assert User.objects.create_user(" Zoé.Blanc@Exemple.TEST ").email == "zoé.blanc@exemple.test"


def test_the_database_takes_no_other_case():
    with pytest.raises(IntegrityError, match="user_email_lower_case"):
        UserFactory(email="Majuscule@exemple.test")


def test_one_account_an_address():
    UserFactory(email="double@exemple.test")
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        UserFactory(email="double@exemple.test")


def test_one_role():
    with pytest.raises(IntegrityError, match="user_one_role"):
        UserFactory(is_staff=True, is_steering_reader=True)


def test_an_account_needs_an_address():
    with pytest.raises(ValueError, match="address"):
        User.objects.create_user("")


def test_nobody_has_a_password():
    assert not User.objects.create_user("sans@exemple.test").has_usable_password()


@pytest.mark.parametrize("role", User.Role)
def test_flags_and_role_say_the_same(role):
    assert User(**role.flags).role == role


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("heloise", True),
        ("HÉLOÏSE", True),
        ("lefevre helo", True),
        ("h.lefevre@exemple", True),
        ("ELOISE", False),
        ("héloïse durand", False),
    ],
)
def test_search_ignores_accents_and_case(text, found):
    user = UserFactory(name="Héloïse Lefèvre", email="h.lefevre@exemple.test")
    assert (user in User.objects.matching(text)) is found


def test_search_follows_a_change_of_name():
    user = UserFactory(name="Ancien Nom")
    user.name = "Nouveau Nom"
    user.save(update_fields=["name"])
    assert list(User.objects.matching("nouveau")) == [user]


def test_a_person_is_called_by_their_name_or_else_their_address():
    assert str(User(name="Zoé Blanc", email="zoe@exemple.test")) == "Zoé Blanc"
    assert str(User(email="zoe@exemple.test")) == "zoe@exemple.test"
