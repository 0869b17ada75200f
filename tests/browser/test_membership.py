"""Members and duplicates in the browser: each page at both widths, and the two journeys that matter."""

import os
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.audit import subject_of
from actors.models import Actor, Joining
from actors.operations import joining as operations
from actors.operations import merging
from outbox import links
from tests.factories import (
    ActorFactory,
    AttendanceFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    JoiningFactory,
    MeetingFactory,
    MemberFactory,
    SiteFactory,
    TerritoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Association intercommunale d’entraide alimentaire de Saint-Exemple-sur-Fiction"


@pytest.fixture
def territory():
    return DirectoryFactory(territory=TerritoryFactory(name="Saint-Exemple-sur-Fiction")).territory


@pytest.fixture
def coordinator(territory):
    return CoordinatorFactory(territory=territory, user__name="Coordination Fictive").user


@pytest.fixture
def actor(territory):
    actor = ActorFactory(name=LONG, territories=[territory], visibility="public", siret="12345678901234")
    SiteFactory(actor=actor)
    return actor


@pytest.fixture
def manager(actor):
    account = UserFactory(name="Camille Fictive")
    return MemberFactory(actor=actor, user=account, name="Camille Fictive", access="manager", role="présidente")


@pytest.fixture
def arrivals(actor, manager):
    """Someone of each: invited, claiming, gone, without an account, whose account is closed."""
    MemberFactory(actor=actor, role="bénévole")
    MemberFactory(actor=actor, user=UserFactory(is_active=False))
    MemberFactory(actor=actor, left_on="2026-03-01")
    claim = {"is_claim": True, "role": "trésorière", "message": "Je remplace Camille."}
    return {
        "invited": JoiningFactory(actor=actor, invited_by=manager.user),
        "pending": JoiningFactory(actor=actor, state="pending", **claim),
        "unproved": JoiningFactory(actor=actor, **claim),
    }


def token_of(joining: Joining, purpose: str) -> str:
    return links.make(purpose=purpose, subject=subject_of(joining), recipient=joining.email, days=3)


def look(page: Page, address: str, assert_accessible) -> None:
    page.goto(address)
    if folder := os.environ.get("SHOTS"):
        name = re.sub(r"\W+", "-", re.sub(r"/[\w-]{40,}/", "/jeton/", address)).strip("-")
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)
    assert_accessible(page)


def test_the_pages_of_members(
    page_at_each_width, sign_in, assert_accessible, territory, coordinator, actor, manager, arrivals
):
    page = page_at_each_width
    invited, unproved = arrivals["invited"], arrivals["unproved"]
    for address in (
        reverse("membership:claim", args=[actor.pk]),
        reverse("membership:invitation", args=[token_of(invited, operations.INVITATION)]),
        reverse("membership:claim_prove", args=[token_of(unproved, operations.CLAIM)]),
    ):
        look(page, address, assert_accessible)
    ActorFactory(name="Relais sans personne", territories=[territory])
    MemberFactory(actor__name="Épicerie sans référente", actor__territories=[territory], access="editor")
    sign_in(page, manager.user)
    for address in (
        reverse("membership:mine"),
        reverse("membership:leave", args=[actor.pk]),
        reverse("membership:actor", args=[actor.pk]),
        reverse("membership:invite", args=[actor.pk]),
        reverse("membership:member_access", args=[manager.pk]),
        reverse("membership:member_left", args=[manager.pk]),
        reverse("accounts:profile"),
    ):
        look(page, address, assert_accessible)
    sign_in(page, coordinator)
    for address in (
        reverse("membership:list", args=[territory.pk]),
        reverse("membership:decide", args=[arrivals["pending"].pk]),
        reverse("coordination:member_list", args=[territory.pk]),
    ):
        look(page, address, assert_accessible)
    sign_in(page, UserFactory())
    look(page, f"{reverse('membership:mine')}?sans", assert_accessible)


def test_an_invitation_is_accepted_in_two_taps(phone, actor, manager, arrivals):
    token = token_of(arrivals["invited"], operations.INVITATION)
    phone.goto(reverse("membership:invitation", args=[token]))
    expect(phone.get_by_text("Camille Fictive vous invite")).to_be_visible()
    phone.get_by_role("button", name="Accepter").click()
    expect(phone.get_by_role("heading", name="Bienvenue parmi les membres")).to_be_visible()
    phone.get_by_role("link", name="Me connecter").click()
    expect(phone.get_by_label("Adresse de courriel")).to_have_value(arrivals["invited"].email)


@pytest.fixture
def twin(territory, actor):
    """The same structure once more, with what leads to it."""
    twin = ActorFactory(
        name="Association intercommunale d’entraide alimentaire Saint-Exemple",
        territories=[territory],
        siret="12345678901234",
        phone="01 99 00 00 02",
        contact_name="Dominique Fictif",
        contact_phone="06 99 00 00 02",
    )
    FoodServiceFactory(site=SiteFactory(actor=twin))
    AttendanceFactory(member=MemberFactory(actor=twin), meeting=MeetingFactory(territory=territory))
    return twin


def test_the_pages_of_duplicates(page_at_each_width, sign_in, assert_accessible, territory, coordinator, actor, twin):
    page = page_at_each_width
    sign_in(page, coordinator)
    listed = reverse("duplicates:list", args=[territory.pk])
    look(page, listed, assert_accessible)
    look(page, reverse("duplicates:pair", args=[territory.pk, actor.pk, twin.pk]), assert_accessible)
    third, fourth = ActorFactory(territories=[territory]), ActorFactory(territories=[territory])
    merging.tell_apart(one=third, other=actor, by=coordinator)
    merge = merging.merge(kept=third, absorbed=fourth, by=coordinator)
    look(page, f"{listed}?avec=reunions", assert_accessible)
    look(page, reverse("duplicates:undo", args=[territory.pk, merge.pk]), assert_accessible)
    empty = CoordinatorFactory()
    sign_in(page, empty.user)
    look(page, reverse("duplicates:list", args=[empty.territory.pk]), assert_accessible)
    look(page, reverse("membership:list", args=[empty.territory.pk]), assert_accessible)


def test_two_entries_are_made_one_and_parted_again(page, sign_in, territory, coordinator, actor, twin):
    sign_in(page, coordinator)
    page.goto(reverse("duplicates:list", args=[territory.pk]))
    page.get_by_role("link", name="C’est la même").click()
    page.get_by_role("group", name="Nom").get_by_label(twin.name).check()
    page.get_by_role("button", name="Réunir").click()
    expect(page.get_by_role("heading", name="Réunies ces 30 derniers jours")).to_be_visible()
    kept = Actor.objects.get(pk=actor.pk)
    assert (kept.name, kept.phone, kept.services.count()) == (twin.name, "01 99 00 00 02", 1)
    page.get_by_role("link", name="Annuler la réunion").click()
    page.get_by_role("button", name="Annuler la réunion").click()
    expect(page.get_by_text("sont de nouveau deux fiches")).to_be_visible()
    assert Actor.objects.get(pk=actor.pk).name == LONG


def test_what_one_types_is_compared(page, sign_in, territory, coordinator, actor):
    sign_in(page, coordinator)
    page.goto(reverse("entries:add", args=[territory.pk]))
    page.get_by_label("Nom de la structure").press_sequentially("association intercomunale entraide alimentaire")
    expect(page.get_by_text("peut-être déjà dans l’annuaire")).to_be_visible()
    expect(page.get_by_role("link", name=LONG)).to_be_visible()
