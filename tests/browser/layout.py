"""What a page does when it is enlarged or its text spread out; ``tests/browser/test_every_page.py`` asks it of each."""

from playwright.sync_api import Page

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
