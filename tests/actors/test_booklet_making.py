"""How a booklet is asked for, made by a worker, resumed, given and forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from actors.booklet import making
from actors.booklet.content import Choices
from actors.models import BookletPrint
from actors.tasks import make_booklet
from tests.factories import (
    ActorFactory,
    BookletPrintFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    MemberFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = BookletPrint.State


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def territory(coordinator):
    actor = ActorFactory(territories=[coordinator.territory], visibility="public")
    FoodServiceFactory(site=SiteFactory(actor=actor), opening_hours="Mo 09:00-12:00")
    return coordinator.territory


def asked(territory, by, **choices) -> BookletPrint:
    return making.ask(territory=territory, choices=Choices(**choices), by=by)


def test_asked_for_then_made(territory, coordinator):
    booklet = asked(territory, coordinator.user, kinds=("food_parcel",), order="place")
    assert (booklet.state, booklet.content) == (State.QUEUED, None)
    assert AuditEntry.objects.get(subject=f"bookletprint:{booklet.pk}").by == coordinator.user
    make_booklet(booklet.pk)
    booklet.refresh_from_db()
    assert (booklet.state, booklet.count) == (State.DONE, 1)
    assert bytes(booklet.content).startswith(b"%PDF-")


def test_the_same_is_not_asked_for_twice_while_it_is_made(territory, coordinator):
    first = asked(territory, coordinator.user, publics=("families",))
    assert asked(territory, coordinator.user, publics=("families",)) == first
    assert asked(territory, coordinator.user) != first
    assert asked(territory, UserFactory(), publics=("families",)) != first


def test_what_another_worker_makes_is_left_alone(territory, coordinator):
    booklet = asked(territory, coordinator.user)
    BookletPrint.objects.update(state=State.RUNNING)
    making.process(booklet.pk)
    booklet.refresh_from_db()
    assert booklet.content is None


def test_a_failure_is_written_and_raised(territory, coordinator):
    booklet = asked(territory, coordinator.user)
    BookletPrint.objects.update(choices={"kinds": [], "publics": [], "nonsense": 1})
    with pytest.raises(TypeError):
        making.process(booklet.pk)
    booklet.refresh_from_db()
    assert booklet.state == State.FAILED
    assert "TypeError" in booklet.reason


def test_what_no_worker_speaks_of_is_queued_again_then_given_up(territory, coordinator):
    booklet = asked(territory, coordinator.user)
    assert making.requeue_silent() == []
    for attempt in range(making.MOST_ATTEMPTS):
        BookletPrint.objects.update(state=State.RUNNING, beat_at=timezone.now() - making.SILENCE - timedelta(minutes=1))
        last = attempt == making.MOST_ATTEMPTS - 1
        assert making.requeue_silent() == ([] if last else [booklet.pk])
    booklet.refresh_from_db()
    assert booklet.state == State.FAILED


def test_one_that_was_never_taken_up_is_queued_again(territory, coordinator):
    booklet = asked(territory, coordinator.user)
    BookletPrint.objects.update(beat_at=timezone.now() - timedelta(hours=1))
    assert making.requeue_silent() == [booklet.pk]
    booklet.refresh_from_db()
    assert booklet.attempts == 0


def test_forgotten_after_a_month():
    kept = BookletPrintFactory(created_at=timezone.now() - timedelta(days=29))
    BookletPrintFactory(created_at=timezone.now() - timedelta(days=31))
    making.forget()
    assert list(BookletPrint.objects.all()) == [kept]


def test_done_has_a_document(territory):
    with pytest.raises(IntegrityError), transaction.atomic():
        BookletPrintFactory(territory=territory, content=None)


def test_the_desk_asks_a_worker(client, territory, coordinator, django_capture_on_commit_callbacks):
    client.force_login(coordinator.user)
    address = reverse("booklet:desk", args=[territory.pk])
    form = {"whom": "professionnels", "order": "kind", "introduction": "Bonjour"}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, form)
    assert response.url == address
    booklet = BookletPrint.objects.get()
    assert booklet.for_professionals
    assert booklet.choices["introduction"] == "Bonjour"
    page = client.get(address)
    assert page.context["booklets"] == [booklet]


def test_what_was_typed_is_not_lost(client, territory, coordinator):
    client.force_login(coordinator.user)
    form = {"whom": "personne", "order": "kind", "introduction": "À garder"}
    page = client.post(reverse("booklet:desk", args=[territory.pk]), form)
    assert page.context["form"].errors.keys() == {"whom"}
    assert "À garder" in page.content.decode()


def test_as_many_queries_whatever_there_is(client, territory, coordinator, django_assert_num_queries):
    client.force_login(coordinator.user)
    address = reverse("booklet:desk", args=[territory.pk])
    BookletPrintFactory(territory=territory)
    client.get(address)
    with django_assert_num_queries(7) as found:
        client.get(address)
    for _ in range(3):
        BookletPrintFactory(territory=territory)
        FoodServiceFactory(site=SiteFactory(actor=ActorFactory(territories=[territory])))
    with django_assert_num_queries(len(found)):
        client.get(address)


@pytest.mark.parametrize("is_published", [True, False])
@pytest.mark.parametrize("for_professionals", [True, False])
def test_who_opens_a_document(client, coordinator, is_published, for_professionals):
    territory = coordinator.territory
    DirectoryFactory(territory=territory, is_published=is_published)
    booklet = BookletPrintFactory(territory=territory, for_professionals=for_professionals)
    professional = MemberFactory(user=UserFactory()).user
    expected = {
        None: is_published and not for_professionals,
        UserFactory(): is_published and not for_professionals,
        professional: is_published,
        coordinator.user: True,
        UserFactory(is_staff=True): True,
    }
    for user, opens in expected.items():
        client.logout()
        if user:
            client.force_login(user)
        response = client.get(reverse("booklet:document", args=[booklet.pk]))
        assert response.status_code == (200 if opens else 404), user


def test_what_was_made_before_the_directory_was_published_stays_at_the_desk(client, coordinator):
    booklet = BookletPrintFactory(territory=coordinator.territory)
    DirectoryFactory(territory=coordinator.territory)
    address = reverse("booklet:document", args=[booklet.pk])
    assert client.get(address).status_code == 404
    client.force_login(coordinator.user)
    assert client.get(address).status_code == 200


def test_a_document_that_is_not_made_is_not_there(client, coordinator):
    booklet = BookletPrintFactory(territory=coordinator.territory, state=State.RUNNING)
    client.force_login(coordinator.user)
    assert client.get(reverse("booklet:document", args=[booklet.pk])).status_code == 404


def test_the_blank_form_writes_nothing(client, territory, coordinator):
    client.force_login(coordinator.user)
    before = AuditEntry.objects.count()
    response = client.get(reverse("booklet:referral", args=[territory.pk]), {"structures": ["x"]})
    assert response["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.count() == before
