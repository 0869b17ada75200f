"""What a page does at each width, enlarged, or its text spread out: asked of each (``test_every_page.py``)."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE

# A rule of WCAG 2.2 that axe has, and leaves out unless asked.
RULES = {"rules": {"target-size": {"enabled": True}}}
ENLARGED = 320  # CSS pixels: a screen of 1,280 enlarged to 400 %, as WCAG 1.4.10 has it

# The distances of WCAG 1.4.12. A sheet made by a script is not one written in the page: the policy lets it pass.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""

# Text whose box hides a part of it, unless it is hidden from sight on purpose.
CUT = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const style = getComputedStyle(element);
  const hides = (value) => value === "hidden" || value === "clip";
  return (
    (hides(style.overflowX) || hides(style.overflowY)) &&
    element.innerText?.trim() &&
    element.clientWidth > 4 &&
    ((hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) ||
      (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1)) &&
    !element.closest(".leaflet-container")
  );
}).map((element) => element.outerHTML.slice(0, 160))"""


def enlarge(page: Page) -> None:
    page.set_viewport_size({"width": ENLARGED, "height": 900})


def space_text(page: Page) -> None:
    page.evaluate(SPACED)


def faults(page: Page) -> list[str]:
    """What makes the page scroll sideways or cuts a text of it."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wide = [f"{over} px wider than the screen"] if over > 0 else []
    return wide + [f"cut: {element}" for element in page.evaluate(CUT)]


def faults_at_each_width(page: Page, axe: Axe) -> Iterator[str]:
    """What axe says, what is cut or too wide: as the page opens, then with all that it unfolds."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if width == NARROW:
            page.evaluate("document.querySelectorAll('details').forEach((it) => it.open = true)")
        found = axe.run(page, options=RULES)
        if found.violations_count:
            yield f"at {width} px: {found.generate_report()}"
        yield from (f"at {width} px: {fault}" for fault in faults(page))
    enlarge(page)
    yield from (f"enlarged: {fault}" for fault in faults(page))
    space_text(page)
    yield from (f"text spaced: {fault}" for fault in faults(page))
