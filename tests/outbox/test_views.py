"""The staff's pages, and the page that a mail's « ne plus recevoir » opens."""

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEntry
from outbox import links
from outbox.decisions import PARIS
from outbox.models import Bounce, Mail, OptOut
from tests.factories import MailFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Mail.State
MONDAY = datetime(2026, 3, 2, 10, tzinfo=PARIS)
CLAIMED = {"claim": "11111111-1111-1111-1111-111111111111", "claimed_at": MONDAY}
PAGES = ["outbox:mail_list", "outbox:address_list"]


@pytest.fixture
def staff(client):
    user = UserFactory(is_staff=True)
    client.force_login(user)
    return user


def acts() -> list[str]:
    """The address of each act, on rows of their own."""
    return [
        reverse("outbox:requeue", args=[MailFactory(state=State.TO_CHECK, **CLAIMED).pk]),
        reverse("outbox:mark_sent", args=[MailFactory(state=State.TO_CHECK, **CLAIMED).pk]),
        reverse("outbox:lift_bounce", args=[Bounce.objects.create(address="a@exemple.test", reason="550").pk]),
        reverse("outbox:opt_in", args=[OptOut.objects.create(address="a@exemple.test", purpose="essai").pk]),
    ]


def state_of_things() -> list:
    return [
        *Mail.objects.order_by("pk").values_list("state", flat=True),
        Bounce.objects.count(),
        OptOut.objects.count(),
    ]


@pytest.mark.parametrize("role", [{}, {"is_steering_reader": True}])
def test_only_the_staff_sees_and_settles(client, purpose, role):
    client.force_login(UserFactory(**role))
    addresses = acts()
    before = state_of_things()
    assert [client.get(reverse(page)).status_code for page in PAGES] == [403, 403]
    assert client.post(reverse(PAGES[1]), {"address": "x@exemple.test", "reason": "550"}).status_code == 403
    assert [client.post(address).status_code for address in addresses] == [403] * 4
    assert state_of_things() == before
    assertNotContains(client.get(reverse("accounts:profile")), reverse("outbox:mail_list"))


def test_nobody_without_signing_in(client, purpose):
    addresses = acts()
    before = state_of_things()
    for address in [*map(reverse, PAGES), *addresses]:
        assert reverse("account_login") in client.get(address).url
        assert reverse("account_login") in client.post(address).url
    assert state_of_things() == before


def test_the_staff_settles_by_post_only(client, staff, purpose):
    addresses = acts()
    before = state_of_things()
    assert [client.get(address).status_code for address in addresses] == [405] * 4
    assert state_of_things() == before
    for address, page in zip(addresses, [PAGES[0], PAGES[0], PAGES[1], PAGES[1]], strict=True):
        assertRedirects(client.post(address), reverse(page))
    assert state_of_things() == [State.DUE, State.SENT, 0, 0]
    for address in addresses[:2]:
        assertContains(client.post(address, follow=True), "Ce courriel a changé d’état entre-temps")
    assert [client.post(address).status_code for address in addresses[2:]] == [404, 404]
    assert state_of_things() == [State.DUE, State.SENT, 0, 0]


def test_acts_need_the_pages_token(staff, purpose):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    assert [client.post(address).status_code for address in acts()] == [403] * 4


def test_what_is_in_doubt_comes_first(client, staff, purpose):
    MailFactory(recipient="plain@exemple.test")
    MailFactory(recipient="doubt@exemple.test", state=State.TO_CHECK, title="Compte rendu", **CLAIMED)
    page = client.get(reverse("outbox:mail_list"), {"q": "plain"})
    assertContains(page, "À vérifier&nbsp;: 1 courriel")
    assertContains(page, "envoi commencé le 2 mars 2026 à 10\u00a0h")
    assert [row.mail.recipient for row in page.context["to_check"]] == ["doubt@exemple.test"]
    assert [row.mail.recipient for row in page.context["rows"]] == ["plain@exemple.test"]


def test_filtered_by_address_state_and_purpose(client, staff, register):
    register("essai")
    register("autre", label="les autres")
    MailFactory(recipient="a@exemple.test")
    MailFactory(recipient="b@exemple.test", purpose="autre")
    MailFactory(recipient="c@exemple.test", state=State.CANCELLED, reason="Réunion annulée.")

    def found(**filters) -> set[str]:
        return {row.mail.recipient[0] for row in client.get(reverse("outbox:mail_list"), filters).context["rows"]}

    assert found() == {"a", "b", "c"}
    assert found(q="B@ex") == {"b"}
    assert found(etat="cancelled") == {"c"}
    assert found(objet="autre") == {"b"}
    assertContains(client.get(reverse("outbox:mail_list"), {"q": "nobody"}), "Aucun courriel de cette sorte")


def test_each_row_says_why(client, staff, purpose):
    MailFactory(state=State.SENT, sent_at=MONDAY, title="Compte rendu")
    MailFactory(state=State.CANCELLED, reason="Réunion annulée.")
    MailFactory(due_at=datetime(2100, 3, 3, 10, tzinfo=PARIS))
    MailFactory(urgent=True)
    page = client.get(reverse("outbox:mail_list"))
    for words in (
        "le 2 mars 2026 à 10\u00a0h",
        "Réunion annulée.",
        "Au plus tôt le 3 mars 2100 à 10\u00a0h",
        "Part à la prochaine minute.",
    ):
        assertContains(page, words, count=1)
    assertContains(page, "Renvoyer", count=1)


def test_an_empty_page_says_what_will_be_here(client, staff):
    assertContains(client.get(reverse("outbox:mail_list")), "Aucun courriel pour l’instant")
    assertContains(client.get(reverse("outbox:address_list")), "Personne ne s’est désinscrit.")


def test_addresses_are_searched(client, staff, purpose):
    for name in ("a", "b"):
        Bounce.objects.create(address=f"{name}@exemple.test", reason="550 Inconnu")
        OptOut.objects.create(address=f"{name}@exemple.test", purpose="essai")
    page = client.get(reverse("outbox:address_list"), {"q": "B@"})
    assert [bounce.address for bounce in page.context["bounces"]] == ["b@exemple.test"]
    assertContains(page, "ne reçoit plus les essais", count=1)
    assertNotContains(page, "a@exemple.test")
    assertContains(client.get(reverse("outbox:address_list"), {"q": "zzz"}), "Aucune désinscription ne correspond")


def test_the_staff_notes_an_address_whose_server_answered_by_mail(client, staff):
    page = reverse("outbox:address_list")
    wrong = client.post(page, {"address": "personne", "reason": "Boîte fermée"})
    assertContains(wrong, "Boîte fermée")
    assert "address" in wrong.context["form"].errors
    assert not Bounce.objects.exists()
    assertRedirects(client.post(page, {"address": "A@exemple.test", "reason": "Boîte fermée"}), page)
    bounce = Bounce.objects.get()
    assert (bounce.address, bounce.reason) == ("a@exemple.test", "Boîte fermée")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by) == ("adresse refusée", staff)


@pytest.mark.parametrize("page", PAGES)
def test_as_many_questions_for_one_as_for_three(client, staff, purpose, page):
    counts = []
    for letters in ("a", "bc"):
        for letter in letters:
            address = f"{letter}@exemple.test"
            MailFactory(recipient=address)
            MailFactory(recipient=address, state=State.TO_CHECK, **CLAIMED)
            Bounce.objects.create(address=address, reason="550")
            OptOut.objects.create(address=address, purpose="essai")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(page))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_staffs_menu_leads_here(client, staff):
    assertContains(client.get(reverse("accounts:profile")), f'href="{reverse("outbox:mail_list")}"')


# « Ne plus recevoir » -----------------------------------------------------------------------------


@pytest.fixture
def address(purpose) -> str:
    token = links.make(purpose=links.UNSUBSCRIBE, subject="essai", recipient="a@exemple.test", days=3)
    return reverse("outbox:unsubscribe", args=[token])


def test_opening_the_link_changes_nothing(client, address):
    page = client.get(address)
    assertContains(page, "a@exemple.test")
    assertContains(page, "reçoit les essais")
    assert client.head(address).status_code == 200
    assert not OptOut.objects.exists()


def test_a_mail_program_opts_out_by_itself(address):
    """RFC 8058: a POST without cookie, token or referer."""
    client = Client(enforce_csrf_checks=True)
    page = client.post(address, {"List-Unsubscribe": "One-Click"})
    assertContains(page, "ne reçoit plus les essais")
    assert list(OptOut.objects.values_list("address", "purpose")) == [("a@exemple.test", "essai")]
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert OptOut.objects.count() == 1


def test_one_changes_ones_mind(client, address):
    client.post(address)
    assertContains(client.get(address), "Recevoir de nouveau ces courriels")
    assertContains(client.post(address, {"reinscrire": "oui"}), "Ne plus les recevoir")
    assert not OptOut.objects.exists()


def test_other_links_do_not_open_it(client, purpose):
    other = links.make(purpose="reply", subject="essai", recipient="a@exemple.test", days=3)
    over = links.make(purpose=links.UNSUBSCRIBE, subject="essai", recipient="a@exemple.test", days=-1)
    for token in (other, over, "nothing"):
        address = reverse("outbox:unsubscribe", args=[token])
        for answer in (client.get(address), client.post(address)):
            assertContains(answer, "Ce lien ne fonctionne plus", status_code=404)
    assert not OptOut.objects.exists()
