"""Pages in other states than the one they open in: refused, empty, full, of another kind, over, unreachable, done."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import Page

from accounts.audit import subject_of
from evaluation.campaigns.progress import QUESTIONNAIRE
from evaluation.models import Campaign
from outbox import links
from tests.browser import layout
from tests.browser.conftest import WIDE
from tests.browser.steps import STEPS, Visit
from tests.browser.test_every_page import NAMES, PAGES, name_of
from tests.factories import (
    ActionItemFactory,
    CaseFactory,
    CoordinatorFactory,
    DocumentFactory,
    InvitationFactory,
    MailFactory,
    MappingFactory,
    MeetingFactory,
    MemberFactory,
    OtherActionFactory,
    TerritoryFactory,
    UserFactory,
)
from tests.test_permissions import address
from tests.test_permissions import people as people
from tests.test_permissions import world as world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("criteria_rows")]

# Emptied and sent past the browser's own checks: what the site itself says is shown.
FORM = "main form[method=post]:has([required])"
SEND_EMPTY = """(form) => {
  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else if (field.type !== "submit") field.value = "";
  }
  form.noValidate = true;
  form.requestSubmit(form.querySelector("[type=submit]"));
}"""
LONG = "Coordination intercommunale d’expérimentation alimentaire anticonstitutionnellement longue"
OF_A_LOGBOOK = (
    *("coordination:territory", "coordination:timeline", "coordination:meeting_list", "coordination:minutes_list"),
    *("coordination:action_list", "coordination:document_list", "coordination:member_list", "coordination:group_list"),
    *("coordination:bin", "coordination:coordinator_list", "coordination:calendar_list", "coordination:my_actions"),
    *("coordination:search", "entries:list"),
)
OF_THE_TEAM = (
    *("evaluation:evaluation_list", "campaigns:campaign_list", "campaigns:calls", "outbox:mail_list"),
    *("outbox:address_list", "territories:session_list", "questionnaires:questionnaire_list", "privacy:exports"),
)
LONG_OF_A_LOGBOOK = (
    *("coordination:territory", "coordination:meeting_list", "coordination:action_list"),
    *("coordination:document_list", "coordination:member_list", "coordination:timeline"),
)
LONG_OF_THE_TEAM = ("outbox:mail_list", "accounts:people")


class Looking:
    """Gathers what is wrong with each page that it is shown."""

    def __init__(self, page: Page):
        self.page, self.axe, self.problems = page, Axe(), []

    def look(self, what: str) -> None:
        self.problems += [f"{what}: {fault}" for fault in layout.faults_at_each_width(self.page, self.axe)]
        self.page.set_viewport_size({"width": WIDE, "height": 900})

    def open(self, url: str, status: int = 200) -> None:
        answer = self.page.goto(url)
        if answer.status != status:
            self.problems.append(f"{url}: {answer.status}")
        self.look(url)

    def send_empty(self, what: str) -> int:
        """How many of its forms were refused: of the first that asks for something, if there is one."""
        form = self.page.locator(FORM).first
        if form.count() == 0:
            return 0
        with self.page.expect_navigation():
            form.evaluate(SEND_EMPTY)
        self.look(f"{what}, sent empty")
        return self.page.locator("main .error-summary").count()


@pytest.fixture
def looking(page):
    looking = Looking(page)
    yield looking
    assert not looking.problems, "\n".join(looking.problems)


def in_logbook(name: str, territory) -> str:
    own = name in ("coordination:calendar_list", "coordination:my_actions", "coordination:search")
    return reverse(name, args=[] if own else [territory.pk])


@pytest.mark.opens(*NAMES)
@pytest.mark.refused(401, 404)  # by ProConnect; a link that is over
def test_forms_that_were_refused(looking, world, people, sign_in, settings):
    """Each form with something to fill in. One that takes nothing at all does its work, and the next page is seen."""
    page, refused = looking.page, 0
    for role, rows in PAGES.items():
        page.context.clear_cookies()
        if role in people:
            sign_in(page, people[role])
        for row in rows:
            page.goto(address(row, world))
            refused += looking.send_empty(name_of(row))
    visit = Visit(page, sign_in, world, people, settings)
    for name in STEPS:
        visit.take_steps_to(name)
        refused += looking.send_empty(name)
    assert refused > 20


@pytest.mark.opens(*OF_A_LOGBOOK, *OF_THE_TEAM)
def test_pages_that_hold_nothing(looking, sign_in):
    territory = TerritoryFactory()
    sign_in(looking.page, CoordinatorFactory(territory=territory).user)
    for name in OF_A_LOGBOOK:
        looking.open(in_logbook(name, territory))
    sign_in(looking.page, UserFactory(is_staff=True))
    for name in OF_THE_TEAM:
        looking.open(reverse(name))


@pytest.mark.opens(*LONG_OF_A_LOGBOOK, *LONG_OF_THE_TEAM)
def test_pages_that_hold_much(looking, sign_in):
    """Sixty of each, with long names."""
    territory = TerritoryFactory(name=LONG)
    coordinator = CoordinatorFactory(territory=territory, user__name=LONG).user
    actor = MemberFactory(actor__territories=[territory], actor__name=LONG).actor
    for number in range(60):
        member = MemberFactory(
            actor=actor, name=f"{LONG[:100]} {number}", email=f"{'longue-' * 6}{number}@exemple.test"
        )
        MeetingFactory(territory=territory, title=f"{LONG} {number}")
        ActionItemFactory(territory=territory, title=f"{LONG} {number}", owner_member=member)
        DocumentFactory(territory=territory, title=f"{LONG} {number}")
        MailFactory(recipient=f"{'longue-' * 6}{number}@exemple.test")
        UserFactory(name=f"{LONG} {number}")
    sign_in(looking.page, coordinator)
    for name in LONG_OF_A_LOGBOOK:
        looking.open(in_logbook(name, territory))
    sign_in(looking.page, UserFactory(is_staff=True))
    for name in LONG_OF_THE_TEAM:
        looking.open(reverse(name))
        looking.open(f"{reverse(name)}?page=2")


@pytest.mark.opens("coordination:record", "campaigns:campaign_create", "campaigns:recipients")
def test_pages_that_are_otherwise_for_what_they_hold(looking, world, people, sign_in):
    """The records of each kind; a campaign of a chosen evaluation, and one that runs; who coordinates in two places."""
    territory = world["territory"]
    sign_in(looking.page, people["coordinator"])
    for kind, record in (
        ("cartographies", MappingFactory(territory=territory)),
        ("autres-actions", OtherActionFactory(territory=territory)),
    ):
        looking.open(reverse("coordination:record", args=[territory.pk, kind, record.pk]))
    there = CaseFactory(evaluation=world["case"].evaluation).participation.territory
    CoordinatorFactory(territory=there, user=people["coordinator"])
    looking.open(reverse("evaluation:overview", args=["essai"]))
    sign_in(looking.page, people["staff"])
    looking.open(f"{reverse('campaigns:campaign_create')}?evaluation=essai")
    looking.open(reverse("campaigns:recipients", args=[world["begun"].campaign_id]))


@pytest.mark.opens("outbox:unsubscribe", "answering:start", "accounts:people", "coordination:territory")
@pytest.mark.refused(403, 404)
def test_pages_that_say_no(looking, world, people, sign_in):
    looking.open(reverse("outbox:unsubscribe", args=["perime"]), 404)
    looking.open(reverse("coordination:meeting_reply", args=["perime"]), 404)
    looking.open(reverse("answering:start", args=["perime"]), 404)
    looking.open("/rien-ici/", 404)
    sign_in(looking.page, people["plain"])
    looking.open(reverse("accounts:people"), 403)
    looking.open(reverse("coordination:territory", args=[world["territory"].pk]), 404)


@pytest.mark.parametrize("template", ["400", "403_csrf", "405", "429", "500", "503"])
def test_pages_that_nobody_asks_for(looking, rf, template):
    """As they are when everything else fails; with the site's own style."""
    request = rf.get("/ailleurs")
    request.user = AnonymousUser()
    written = render_to_string(f"{template}.html", request=request)
    looking.page.route(
        "**/ailleurs", lambda route: route.fulfill(body=written, content_type="text/html; charset=utf-8")
    )
    looking.open("/ailleurs")


@pytest.mark.opens("answering:start")
def test_a_questionnaire_that_is_over(looking):
    invitation = InvitationFactory(campaign__running=True, campaign__state=Campaign.State.ENDED)
    token = links.make(purpose=QUESTIONNAIRE, subject=subject_of(invitation), recipient=invitation.email, days=3)
    looking.open(reverse("answering:start", args=[token]))


@pytest.mark.opens("coordination:meeting", "outbox:unsubscribe")
def test_pages_that_say_it_is_done(looking, sign_in):
    territory = TerritoryFactory()
    sign_in(looking.page, CoordinatorFactory(territory=territory).user)
    looking.page.goto(reverse("coordination:meeting_log", args=[territory.pk]))
    looking.page.get_by_label("Décisions").fill("Ouvrir le mardi")
    looking.page.get_by_role("button", name="Enregistrer la réunion").click()
    looking.page.get_by_text("La réunion est consignée.").wait_for()
    looking.look("a meeting logged")
    token = links.make(purpose="unsubscribe", subject="action_reminder", recipient="zoe@exemple.test", days=3)
    looking.page.goto(reverse("outbox:unsubscribe", args=[token]))
    with looking.page.expect_navigation():
        looking.page.locator("main form button").click()
    looking.look("no longer written to")
