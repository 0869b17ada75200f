"""The main journeys with the keyboard alone: Tab, Enter, the space bar and what one types."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.audit import subject_of
from actors.freshness.addressees import CHECK
from actors.listing import refresh
from actors.models import BookletPrint, Confirmation, Section
from coordination.models import ActionItem, Meeting
from evaluation.models import Response
from outbox import links
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_answering import invitation as invitation
from tests.browser.test_answering import said, to_the_texts
from tests.browser.test_answering import start as start
from tests.factories import (
    ActionItemFactory,
    BookletPrintFactory,
    CoordinatorFactory,
    DirectoryFactory,
    FoodServiceFactory,
    MeetingFactory,
    MemberFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

# What the focused element shows of it, and how much of it is on the screen.
FOCUS = """() => {
  const element = document.activeElement;
  const shown = element.matches(".visually-hidden, .tick input, .choice input") ? element.parentElement : element;
  const style = getComputedStyle(shown);
  const box = shown.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 120),
    isThePage: element === document.body, // between its last element and its first
    isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isOnScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


class Keyboard:
    """Moves by Tab, and sees at each step where the focus is."""

    def __init__(self, page: Page):
        self.page = page

    def reach(self, target: Locator) -> None:
        self.page.wait_for_load_state()  # with its style
        for _ in range(120):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(FOCUS)
            if found["isThePage"]:
                continue
            assert found["isMarked"], f"{self.page.url}: nothing shows the focus on {found['what']}"
            assert found["isOnScreen"], f"{self.page.url}: the focus is off the screen, on {found['what']}"
            if target.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"{self.page.url}: Tab does not lead to {target}")

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def type_in(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.page.keyboard.type(text)


@pytest.fixture
def keyboard(page) -> Keyboard:
    return Keyboard(page)


@pytest.fixture
def town():
    return DirectoryFactory(
        territory__name="Exempleville", territory__code="93010", territory__population=5000
    ).territory


@pytest.fixture
def entry(town):
    """An entry of the open directory, free and open, whose own page all may read."""
    place = {"latitude": 48.901, "longitude": 2.481, "insee_code": "93010"}
    site = SiteFactory(
        **place,
        actor__name="Le Panier fictif",
        actor__visibility="public",
        actor__territories=[town],
        actor__email="panier@exemple.test",
    )
    FoodServiceFactory(site=site, kind="food_parcel", fee="free", opening_hours="24/7")
    refresh([site.actor_id])
    return site.actor


@pytest.mark.opens("account_login", "accounts:profile")
def test_signing_in(page, keyboard, settings):
    settings.DEVELOPMENT = True
    UserFactory(email="zoe@exemple.test", name="Zoé Blanc")
    page.goto(f"{reverse('account_login')}?next={reverse('accounts:profile')}")
    keyboard.type_in(page.get_by_label("Adresse de courriel"), "zoe@exemple.test")
    page.keyboard.press("Enter")
    code = page.get_by_label("Code reçu par courriel")
    expect(code).to_be_visible()
    if not code.evaluate("element => element === document.activeElement"):
        keyboard.reach(code)
    page.keyboard.type(re.search(r"\d{4}-\d{4}", mail.outbox[0].body)[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mon compte")).to_be_visible()


@pytest.mark.opens("home", "directory:search", "directory:entry")
def test_finding_food_aid(page, keyboard, entry):
    page.goto("/")
    keyboard.type_in(page.get_by_label("Votre commune, code postal ou adresse"), "exempleville")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 résultat")).to_be_visible()
    keyboard.press(page.get_by_label("Gratuit"), "Space")
    keyboard.press(page.get_by_role("button", name="Chercher"))
    expect(page.get_by_label("Gratuit")).to_be_checked()
    keyboard.press(page.get_by_role("link", name="Le Panier fictif").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Le Panier fictif")


@pytest.mark.opens("freshness:check", "freshness:thanks")
def test_confirming_an_entry_by_its_link(page, keyboard, entry):
    token = links.make(purpose=CHECK, subject=subject_of(entry), recipient=entry.email, days=3)
    page.goto(reverse("freshness:check", args=[token]))
    keyboard.press(page.get_by_role("button", name="Tout est juste"))
    expect(page.get_by_role("heading", name="Merci")).to_be_visible()
    assert {one.section for one in Confirmation.objects.all()} == set(Section) - {Section.SUPPLY}  # it tells of none


@pytest.mark.opens("coordination:territory", "coordination:log", "coordination:meeting_log", "coordination:meeting")
def test_logging_a_meeting(page, keyboard, sign_in, town):
    MemberFactory(actor__territories=[town], name="Awa Fictive")
    sign_in(page, CoordinatorFactory(territory=town).user)
    page.goto(reverse("coordination:territory", args=[town.pk]))
    keyboard.press(page.get_by_role("link", name="Consigner", exact=True))
    expect(page.get_by_role("heading", name="Que voulez-vous consigner")).to_be_visible()
    keyboard.press(page.get_by_role("link", name="Une réunion"))
    expect(page.get_by_label("Décisions")).to_be_visible()
    keyboard.press(page.get_by_label("Awa Fictive"), "Space")
    keyboard.type_in(page.get_by_label("Décisions"), "Ouvrir le mardi matin")
    row = page.get_by_role("group", name="Action n° 1")
    keyboard.type_in(row.get_by_label("Quoi"), "Demander les clés")
    keyboard.type_in(row.get_by_label("Pour le"), "15/12")
    keyboard.press(page.get_by_role("button", name="Enregistrer la réunion"))
    expect(page.get_by_text("La réunion est consignée.")).to_be_visible()
    assert Meeting.objects.get().attendances.filter(present=True).count() == 1
    assert ActionItem.objects.get().title == "Demander les clés"


@pytest.mark.opens("answering:start", "answering:page", "answering:review", "answering:thanks")
def test_answering_a_questionnaire(page_at_each_width, start):
    """Every kind of question, an answer taken back, one that is refused, and all of it checked before it is sent."""
    page, keyboard = page_at_each_width, Keyboard(page_at_each_width)
    go_on, heading = page.get_by_role("button", name="Enregistrer et"), page.get_by_role("heading", level=1)
    page.goto(start)
    keyboard.press(page.get_by_role("button", name="Commencer"))
    expect(heading).to_have_text("Vos réunions")
    times = page.get_by_label("Combien de fois ?")
    keyboard.type_in(times, "souvent")
    keyboard.type_in(page.get_by_label("Quand, la dernière fois ?"), "03/03/2026")  # whichever of the two comes first
    keyboard.press(go_on.first)
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Écrivez un nombre en chiffres")
    keyboard.press(summary.get_by_role("link"))
    expect(times).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("12")
    keyboard.press(go_on.first)

    expect(heading).to_have_text("Ce qui freine")
    time, support = (page.get_by_role("group", name=f"Le manque de {what}") for what in ("temps", "soutien politique"))
    keyboard.press(time.get_by_label("oui"), "Space")
    page.keyboard.press("ArrowRight")
    expect(time.get_by_label("non")).to_be_checked()
    keyboard.press(support.get_by_label("oui"), "Space")
    keyboard.press(page.get_by_role("group", name="À quel point ?").get_by_label("1"), "Space")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    carries = page.get_by_role("group", name="Qui porte la démarche ?")
    keyboard.press(carries.get_by_label("Le CCAS"), "Space")
    keyboard.press(carries.get_by_role("button", name="Effacer ma réponse"))
    expect(carries.get_by_label("Le CCAS")).to_be_focused()
    expect(carries.get_by_label("Le CCAS")).not_to_be_checked()
    for name in ("Le CCAS", "Une association"):
        keyboard.press(page.get_by_role("group", name="Qui vient ?").get_by_label(name), "Space")
    keyboard.press(go_on.first)

    expect(heading).to_have_text("En quelques mots")
    keyboard.type_in(page.get_by_label("Racontez"), "Nous avons tenu.")
    keyboard.press(go_on.first)
    expect(heading).to_have_text("Vos réponses")
    keyboard.press(page.get_by_label("Oui, avec mon nom"), "ArrowDown")
    keyboard.press(page.get_by_role("button", name="Envoyer mes réponses"))
    expect(heading).to_have_text("Merci, vos réponses sont envoyées")
    found = said()
    assert (found["Combien de fois ?"], found["Quand, la dernière fois ?"]) == ("12", "2026-03-03")
    assert list(found["Avez-vous rencontré…"].values()) == ["no", "yes"]
    assert (found["À quel point ?"], len(found["Qui vient ?"]), found["Racontez"]) == (4, 2, "Nous avons tenu.")
    assert "Qui porte la démarche ?" not in found
    assert Response.objects.get().quoting == Response.Quoting.TERRITORY


@pytest.mark.parametrize(("key", "kept"), [("Space", "Ici"), ("ArrowDown", "Là")])
@pytest.mark.opens("answering:page")
def test_choosing_between_two_answers_keeps_the_focus_on_the_question(new_page, start, key, kept):
    here, there = new_page(), new_page()
    to_the_texts(here, start)
    there.goto(here.url)
    here.get_by_label("Racontez").fill("Ici")
    expect(here.locator("[data-state]")).to_contain_text("Enregistré à")
    there.get_by_label("Racontez").fill("Là")
    choice = there.get_by_role("alert")
    expect(choice).to_be_visible()
    Keyboard(there).press(choice.get_by_label("Sur un autre appareil"), key)
    expect(choice).to_be_hidden()
    expect(there.get_by_label("Racontez")).to_be_focused()
    assert said()["Racontez"] == kept


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.opens("coordination:meeting_list", "coordination:action_list", "entries:list", "coordination:timeline")
def test_a_filter_keeps_the_focus(new_page, sign_in, town, entry, width):
    MeetingFactory(territory=town)
    ActionItemFactory(territory=town)
    page = new_page(width)
    sign_in(page, CoordinatorFactory(territory=town).user)
    for name in ("coordination:meeting_list", "coordination:action_list", "entries:list", "coordination:timeline"):
        page.goto(reverse(name, args=[town.pk]))
        field = page.locator("form.filters[hx-get] select:has(option + option)").first
        field.focus()
        with page.expect_response(lambda answer: "?" in answer.url):
            page.keyboard.press("ArrowDown")
        page.wait_for_url(re.compile(r"\?"))
        expect(field).to_be_focused()


@pytest.mark.opens("booklet:desk")
def test_what_refreshes_by_itself_keeps_the_focus(page, sign_in, town):
    BookletPrintFactory(
        territory=town, state=BookletPrint.State.QUEUED, created_at=timezone.now() - timedelta(minutes=1)
    )
    sign_in(page, CoordinatorFactory(territory=town).user)
    page.goto(reverse("booklet:desk", args=[town.pk]))
    link = page.get_by_role("link", name="Voir où cela en est")
    link.focus()
    before = link.element_handle()
    page.wait_for_function("link => !link.isConnected", arg=before)
    expect(link).to_be_focused()
