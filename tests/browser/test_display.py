"""The main pages of each role, as readers want them: past what is repeated, in their own colours, without motion."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE
from tests.test_permissions import address
from tests.test_permissions import people as people
from tests.test_permissions import world as world

MAIN = {
    "anonymous": ("home", "account_login", "directory:territory", "directory:entry", "week:week", "freshness:check"),
    "plain": ("accounts:profile",),
    "member": ("coordination:territory", "coordination:meeting", "coordination:action_list"),
    "coordinator": ("coordination:meeting_log", "coordination:minutes_edit", "entries:list", "coverage:coverage"),
    "reader": (
        *("evaluation:overview", "evaluation:matrix", "evaluation:gaps", "evaluation:disagreements"),
        *("evaluation:sessions", "evaluation:map"),  # a chart, a map
    ),
    "staff": ("evaluation:case_responses", "campaigns:follow_up", "outbox:mail_list", "accounts:people"),
}
NAMES = [name for names in MAIN.values() for name in names]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("criteria_rows")]

# The states that a page shows, and those that nothing but a colour tells: no sign, no word, or none to be seen.
STATES = ".verdict, .status, .notice, .badge, [class*='state-'], .figure"
TOLD_BY_COLOUR = """(states) => [...document.querySelectorAll(states)].filter((state) => {
  const shown = [...state.querySelectorAll("*"), state].filter((part) => part.checkVisibility());
  const written = shown.filter((part) => [...part.childNodes].some((it) => it.nodeType === 3 && it.data.trim()));
  const ground = (part) => {
    for (let at = part; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)" && !colour.endsWith(", 0)")) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return state.checkVisibility() && !written.some((part) => getComputedStyle(part).color !== ground(part));
}).map((state) => state.outerHTML.slice(0, 160))"""

# How much lighter one colour is than the other, as WCAG 1.4.3 counts: a chart's words and what they stand on.
CONTRAST = """(drawing) => {
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ink = getComputedStyle(drawing.querySelector("svg text")).fill;
  const both = [ink, getComputedStyle(drawing).backgroundColor].map(light).sort();
  return (both[1] + 0.05) / (both[0] + 0.05);
}"""

MOVES = """() => document.getAnimations().map((it) => it.effect.getComputedTiming().duration).filter((it) => it > 1)"""
SLOW = """() => [...document.querySelectorAll("*")].filter((element) => {
  const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(element);
  const longest = Math.max(...`${transitionDuration}, ${animationDuration}`.split(", ").map(parseFloat));
  return longest > 0.01 || scrollBehavior === "smooth";
}).map((element) => element.outerHTML.slice(0, 160))"""


@pytest.fixture
def open_main(world, people, sign_in):
    """``open_main(page)``: shows the main pages one after the other, each to its role; yields its name."""

    def open_main(page: Page):
        for role, names in MAIN.items():
            page.context.clear_cookies()
            if role in people:
                sign_in(page, people[role])
            for name in names:
                assert page.goto(address(name, world)).status == 200, name
                yield name

    return open_main


@pytest.mark.opens(*NAMES)
def test_the_first_key_leads_past_what_every_page_repeats(page, open_main):
    for name in open_main(page):
        page.evaluate("document.activeElement.blur()")  # some pages put the focus in their first field
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Aller au contenu")
        expect(skip, name).to_be_focused()
        expect(skip, name).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main"), name).to_be_focused()


@pytest.mark.opens(*NAMES)
def test_states_are_told_in_the_reader_s_own_colours(new_page, open_main):
    page, problems, seen = new_page(WIDE, forced_colors="active"), [], 0
    for name in open_main(page):
        seen += page.locator(STATES).count()
        problems += [f"{name}: {state}" for state in page.evaluate(TOLD_BY_COLOUR, STATES)]
    assert not problems, "\n".join(problems)
    assert seen


@pytest.mark.opens("evaluation:sessions")
def test_charts_are_legible_in_the_reader_s_own_colours(new_page, world, people, sign_in):
    page = new_page(WIDE, forced_colors="active", color_scheme="dark")
    sign_in(page, people["reader"])
    page.goto(address("evaluation:sessions", world))
    drawing = page.locator(".chart-drawing:has(svg text)").first
    expect(drawing).to_be_visible()
    assert drawing.evaluate(CONTRAST) >= 4.5


@pytest.mark.opens("coordination:member_list")
def test_a_phone_has_navigation_and_tabs_in_one_line_each_from_the_current_page(phone, world, people, sign_in):
    sign_in(phone, people["coordinator"])
    phone.goto(address("coordination:member_list", world))
    for line in (phone.get_by_role("navigation", name="Navigation principale"), phone.locator("nav.tabs")):
        links = line.locator("li > :is(a, form)")
        boxes = [link.bounding_box() for link in links.all()]
        assert len({round(box["y"]) for box in boxes}) == 1
        assert boxes[-1]["x"] - boxes[0]["x"] > NARROW  # it scrolls
        expect(line.locator("[aria-current]")).to_be_in_viewport(ratio=0.95)
        links.last.locator("xpath=descendant-or-self::*[self::a or self::button]").focus()
        expect(links.last).to_be_in_viewport(ratio=0.95)


@pytest.mark.opens(*NAMES)
def test_nothing_moves_for_who_asked_for_it(page, open_main):
    problems = []
    for name in open_main(page):
        problems += [f"{name}: {found}" for found in [*page.evaluate(MOVES), *page.evaluate(SLOW)]]
    assert not problems, "\n".join(problems)
