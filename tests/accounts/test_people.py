import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AccountChange, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    staff = UserFactory(name="Alix Équipe", is_staff=True)
    client.force_login(staff)
    return staff


def pages(user) -> list[str]:
    return [reverse("accounts:people"), reverse("accounts:add_person")] + [
        reverse(f"accounts:{name}", args=[user.pk])
        for name in ("person", "deactivate_person", "reactivate_person", "remove_second_factor")
    ]


def details(user, **changes) -> dict:
    return {"email": user.email, "name": user.name, "role": user.role.value, **changes}


@pytest.mark.parametrize("role", [{"is_steering_reader": True}, {}])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_staff_manages_people(client, role, method):
    client.force_login(UserFactory(**role))
    other = UserFactory()
    assert {getattr(client, method)(page).status_code for page in pages(other)} == {403}
    other.refresh_from_db()
    assert other.is_active


def test_signing_in_comes_first(client):
    for page in pages(UserFactory()):
        assertRedirects(client.get(page), f"{reverse('account_login')}?next={page}")


@pytest.mark.parametrize("name", ["person", "deactivate_person", "reactivate_person", "remove_second_factor"])
def test_nobody_at_that_number(client, staff, name):
    assert client.get(reverse(f"accounts:{name}", args=[0])).status_code == 404


def test_looking_never_changes_anything(client, staff):
    user = UserFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    for page in pages(user):
        assert client.get(page).status_code == 200
    user.refresh_from_db()
    assert user.is_active
    assert Authenticator.objects.exists()
    assert not AccountChange.objects.exists()


def test_the_list_and_its_search(client, staff):
    UserFactory(name="Héloïse Lefèvre", is_steering_reader=True)
    UserFactory(name="Noé Martin", is_active=False)
    page = client.get(reverse("accounts:people"))
    assertContains(page, "3 comptes")
    assertContains(page, "comité de pilotage")
    assertContains(page, "désactivé")
    page = client.get(reverse("accounts:people"), {"q": "lefevre"})
    assertContains(page, "Héloïse Lefèvre")
    assertNotContains(page, "Noé Martin")
    assertContains(client.get(reverse("accounts:people"), {"q": "zzz"}), "Personne à ce nom")


def test_the_list_comes_in_pages_and_few_queries(client, staff, django_assert_num_queries):
    UserFactory.create_batch(60)
    with django_assert_num_queries(4):  # session, user, count, page
        page = client.get(reverse("accounts:people"), {"q": "personne"})
    assertContains(page, "?q=personne&amp;page=2")
    assert len(page.context["page_obj"].object_list) == 50


def test_add_a_person_and_tell_them(client, staff, mailoutbox, django_capture_on_commit_callbacks):
    typed = {"email": "Zoe.Blanc@exemple.test", "name": "Zoé Blanc", "role": "steering_reader", "notify": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("accounts:add_person"), typed)
    user = User.objects.get(email="zoe.blanc@exemple.test")
    assertRedirects(answer, reverse("accounts:person", args=[user.pk]))
    assert user.is_steering_reader
    (mail,) = mailoutbox
    assert mail.to == ["zoe.blanc@exemple.test"]
    assert "http://testserver/compte/connexion/?email=zoe.blanc%40exemple.test" in mail.body
    assert [change.by for change in user.changes.all()] == [staff, staff]
    assert "Courriel d’accueil envoyé" in user.changes.first().what


def test_add_a_person_without_telling_them(client, staff, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("accounts:add_person"), {"email": "zoe@exemple.test", "role": "none"})
    assert User.objects.get(email="zoe@exemple.test").role == User.Role.NONE
    assert not mailoutbox


def test_the_account_opens_even_if_the_mail_cannot_leave(
    client, staff, mail_server, django_capture_on_commit_callbacks
):
    mail_server.answer = "451 Plus tard"
    typed = {"email": "zoe@exemple.test", "role": "none", "notify": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("accounts:add_person"), typed)
    assertContains(client.get(answer.url), "Le courriel d’accueil n’a pas pu partir.")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"email": "STAFF@exemple.test"}, "Un compte est déjà ouvert à cette adresse."),
        ({"email": "pas une adresse"}, "Saisissez une adresse de courriel valide."),
        ({"email": ""}, "Ce champ est obligatoire."),
        ({"role": "reine"}, "Sélectionnez un choix valide."),
    ],
)
def test_what_is_typed_wrong_is_said(client, staff, typed, error):
    UserFactory(email="staff@exemple.test")
    good = {"email": "zoe@exemple.test", "name": "Zoé Blanc", "role": "none"}
    answer = client.post(reverse("accounts:add_person"), good | typed)
    assertContains(answer, error)
    assertContains(answer, 'value="Zoé Blanc"')
    assert User.objects.count() == 2


def test_change_a_person(client, staff):
    user = UserFactory(name="Zoé Blanc", email="zoe@exemple.test")
    changed = details(user, name="Zoé Noir", email="Zoe.Noir@exemple.test", role="staff")
    assertRedirects(client.post(user.get_absolute_url(), changed), user.get_absolute_url())
    user.refresh_from_db()
    assert (user.name, user.email, user.role) == ("Zoé Noir", "zoe.noir@exemple.test", User.Role.STAFF)
    what = user.changes.get().what
    assert "Zoé Noir" in what
    assert "zoe@exemple.test devient zoe.noir@exemple.test" in what
    assertContains(client.get(user.get_absolute_url()), "équipe ANSA")


def test_changing_nothing_leaves_no_trace(client, staff):
    user = UserFactory()
    client.post(user.get_absolute_url(), details(user))
    assert not user.changes.exists()


def test_an_address_left_behind_no_longer_opens(client, staff, mailoutbox):
    user = UserFactory(email="avant@exemple.test")
    client.post(user.get_absolute_url(), details(user, email="apres@exemple.test"))
    client.logout()
    client.post(reverse("account_login"), {"email": "avant@exemple.test"})
    assert "aucun compte n’y est ouvert" in mailoutbox[0].body


def test_one_does_not_leave_the_staff_by_oneself(client, staff):
    UserFactory(is_staff=True)
    answer = client.post(staff.get_absolute_url(), details(staff, role="none", name="Autre Nom"))
    assert "Vous ne pouvez pas quitter vous-même" in answer.context["form"].errors["role"][0]
    assertContains(answer, 'value="Autre Nom"')
    staff.refresh_from_db()
    assert staff.is_staff


def test_deactivate_asks_first_then_reactivate(client, staff):
    user = UserFactory(name="Zoé Blanc")
    page = reverse("accounts:deactivate_person", args=[user.pk])
    assertContains(client.get(page), "Désactiver le compte de Zoé Blanc&nbsp;?")
    assertRedirects(client.post(page), user.get_absolute_url())
    user.refresh_from_db()
    assert not user.is_active
    page = reverse("accounts:reactivate_person", args=[user.pk])
    assertContains(client.get(user.get_absolute_url()), page)
    assertRedirects(client.post(page), user.get_absolute_url())
    user.refresh_from_db()
    assert user.is_active
    assert [change.what for change in user.changes.all()] == ["Compte réactivé.", "Compte désactivé."]


def test_one_does_not_deactivate_oneself(client, staff):
    answer = client.post(reverse("accounts:deactivate_person", args=[staff.pk]))
    assertContains(answer, "Vous ne pouvez pas désactiver votre propre compte.")
    staff.refresh_from_db()
    assert staff.is_active


def test_remove_a_second_factor_and_say_so(client, staff, mailoutbox, django_capture_on_commit_callbacks):
    user = UserFactory()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("accounts:remove_second_factor", args=[user.pk]))
    assert not Authenticator.objects.exists()
    assert mailoutbox[0].to == [user.email]
    assert user.changes.get().by == staff


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ({"is_staff": True}, "Équipe ANSA"),
        ({"is_steering_reader": True}, "Comité de pilotage"),
        ({}, "Vous n’avez pas de rôle national."),
    ],
)
def test_my_account_says_who_i_am(client, role, words):
    user = UserFactory(**role)
    client.force_login(user)
    page = client.get(reverse("accounts:profile"))
    assertContains(page, user.name)
    assertContains(page, user.email)
    assertContains(page, words)
