"""From the mail to an entry kept right, on a telephone: with and without JavaScript, counted tap by tap."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from actors.freshness import asking
from actors.models import CheckRound, Confirmation, FoodService, Proposal, Section
from outbox import delivery
from tests.browser.conftest import NARROW
from tests.factories import (
    ActorFactory,
    CheckRoundFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    MemberFactory,
    ProposalFactory,
    SiteFactory,
    SupplyLineFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Taps:
    """Every touch of the screen, and every field filled, counts for one."""

    def __init__(self):
        self.count = 0

    def open(self, page, address: str) -> None:
        self.count += 1
        page.goto(address)

    def tap(self, target) -> None:
        self.count += 1
        target.click()

    def fill(self, target, value: str) -> None:
        self.count += 1
        target.fill(value)


@pytest.fixture
def territory():
    return DirectoryFactory().territory


@pytest.fixture
def entry(territory):
    """An entry whose member is asked about hours that are due."""
    actor = ActorFactory(
        name="Épicerie d’Exemple",
        territories=[territory],
        visibility="public",
        phone="01 99 00 00 01",
        email="epicerie@exemple.test",
        created_at=MONDAY - timedelta(days=500),
    )
    FoodServiceFactory(actor=actor, site=SiteFactory(actor=actor), opening_hours="Mo 09:00-12:00")
    SupplyLineFactory(actor=actor, text="Deux palettes par mois")
    return actor


@pytest.fixture
def mailed_link(entry, mailoutbox):
    """``mailed_link()``: the address of the link that the entry's mail carries."""

    def mailed_link() -> str:
        asking.ask_due(MONDAY)
        delivery.send_due(clock=lambda: MONDAY)
        return urlsplit(re.search(r"https?://\S+/annuaire/verification/\S+", mailoutbox[-1].body)[0]).path

    return mailed_link


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def telephone(new_page, request):
    return new_page(NARROW, java_script_enabled=request.param)


@pytest.mark.opens("freshness:check", "freshness:thanks")
def test_confirmed_in_two_taps(telephone, entry, mailed_link):
    taps = Taps()
    taps.open(telephone, mailed_link())
    button = telephone.get_by_role("button", name="Tout est juste")
    expect(button).to_be_in_viewport()
    assert not Confirmation.objects.exists()
    taps.tap(button)
    expect(telephone.get_by_role("heading", name="Merci")).to_be_visible()
    assert taps.count == 2
    assert {one.section for one in Confirmation.objects.all()} == set(Section)
    assert CheckRound.objects.get().outcome == CheckRound.Outcome.ANSWERED


def test_hours_changed_in_under_ten(telephone, entry, mailed_link):
    MemberFactory(actor=entry, email="tient@exemple.test", access="manager")
    taps = Taps()
    taps.open(telephone, mailed_link())
    taps.tap(telephone.get_by_role("region", name="Horaires").get_by_role("link", name="Modifier"))
    slot = telephone.get_by_role("group", name="Créneau 1")
    taps.tap(slot.get_by_text("mercredi", exact=True))
    taps.fill(slot.get_by_label("Début"), "10:00")
    taps.fill(slot.get_by_label("Fin"), "13:00")
    taps.tap(telephone.get_by_role("button", name="Enregistrer"))
    expect(telephone.get_by_role("heading", name="Merci")).to_be_visible()
    assert FoodService.objects.get().opening_hours == "Mo,We 10:00-13:00"
    assert taps.count < 10
    taps.tap(telephone.get_by_role("button", name="Le reste est juste"))
    expect(telephone.get_by_text("est à jour")).to_be_visible()
    assert taps.count < 10


def test_what_the_common_letterbox_changes_is_proposed(telephone, entry, mailed_link):
    telephone.goto(mailed_link())
    telephone.get_by_role("region", name="Contacts").get_by_role("link", name="Pour joindre").click()
    telephone.get_by_label("Téléphone").fill("01 99 00 00 09")
    telephone.get_by_role("button", name="Proposer ce changement").click()
    expect(telephone.get_by_text("La coordination va relire")).to_be_visible()
    assert Proposal.objects.get().after == {"téléphone": "01 99 00 00 09"}


def test_a_visitor_says_what_is_wrong(telephone, entry):
    telephone.goto(reverse("freshness:suggest", args=[entry.pk]))
    expect(telephone.get_by_label("Ne remplissez pas ce champ")).to_be_hidden()
    telephone.get_by_label("Qu’est-ce qui est faux").fill("La porte est rue du Lavoir.")
    telephone.get_by_role("button", name="Envoyer").click()
    expect(telephone.get_by_role("heading", name="Merci")).to_be_visible()
    assert Proposal.objects.get().comment == "La porte est rue du Lavoir."


def test_pages_are_accessible(page_at_each_width, entry, mailed_link, territory, sign_in, assert_accessible):
    page, token = page_at_each_width, mailed_link().strip("/").rpartition("/")[2]
    service = FoodService.objects.get()
    coordinator = CoordinatorFactory(territory=territory)
    called = ActorFactory(name="À joindre", territories=[territory], visibility="public", created_at=entry.created_at)
    CheckRoundFactory(actor=called, to_call_since=MONDAY)
    ActorFactory(territories=[territory], visibility="public", is_not_asked=True, not_asked_reason="En pause")
    proposal = ProposalFactory(
        actor=entry,
        data={"phone": ["01 99 00 00 09"]},
        before={"téléphone": "?"},
        after={"téléphone": "01 99 00 00 09"},
    )
    decided = ProposalFactory(actor=entry, state="refused", decided_at=timezone.now(), reason="Non")
    by_link = [("check",), ("thanks",), ("closed",), ("someone_else",), ("check_part", "hours", service.pk)]
    for name, *args in by_link:
        page.goto(reverse(f"freshness:{name}", args=[token, *args]))
        assert_accessible(page)
    for name, *args in (("suggest",), ("suggest_part", "contact"), ("suggested",)):
        page.goto(reverse(f"freshness:{name}", args=[entry.pk, *args]))
        assert_accessible(page)
    sign_in(page, coordinator.user)
    for name, *args in (
        ("call_list",),
        ("follow", entry.pk),
        ("follow", called.pk),
        ("edit_by_phone", entry.pk, "contact"),
        ("proposal_list",),
        ("proposal", proposal.pk),
        ("proposal", decided.pk),
    ):
        page.goto(reverse(f"freshness:{name}", args=[territory.pk, *args]))
        assert_accessible(page)


def test_a_link_that_works_no_more_is_accessible(new_page, live_server, chromium, assert_accessible):
    context = chromium.new_context(base_url=live_server.url, viewport={"width": NARROW, "height": 900})
    page = context.new_page()  # its answer is a 404, which the console tells as an error
    page.goto(reverse("freshness:check", args=["perime"]))
    assert_accessible(page)
    page.get_by_role("button", name="Recevoir un nouveau lien").click()
    expect(page.get_by_role("heading", name="C’est demandé")).to_be_visible()
    assert_accessible(page)
    context.close()
