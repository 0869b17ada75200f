"""Every page of the URL conf, as the permission table opens it: a new page is in it without anyone adding it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import layout
from tests.browser.conftest import WIDE
from tests.test_permissions import GET, ROLES, address
from tests.test_permissions import people as people
from tests.test_permissions import world as world

# What answers with a file, or with words for a program.
FILES = {
    "healthz",
    "security_txt",
    "api:directory",
    "booklet:document",
    "booklet:referral",
    "coordination:calendar_feed",
    "coordination:document",
    "coordination:meeting_ics",
    "coordination:minutes_pdf",
    "coordination:minutes_year_pdf",
    "evaluation:territory_sheet",
    "exchange:model",
    "week:calendar",
    "week:document",
    "week:edition",
}
PARTS = {"duplicates:look_alikes"}  # of pages, which htmx puts there
ALIASES = {"account_request_login_code", "account_signup"}  # of account_login


def name_of(row: str) -> str:
    return row.partition(" ")[0]


def by_role() -> dict[str, list[str]]:
    """The rows of the table that give a page, each under one role that reads it: staff, who see most on it, if so."""
    found = {}
    for row, answers in GET.items():
        readers = [role for role, status in zip(ROLES, answers, strict=True) if status == 200]
        if readers and name_of(row) not in FILES | PARTS | ALIASES:
            found.setdefault("staff" if "staff" in readers else readers[0], []).append(row)
    return found


PAGES = by_role()
NAMES = sorted({name_of(row) for rows in PAGES.values() for row in rows})


@pytest.mark.opens(*NAMES)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("criteria_rows")
def test_accessible_wide_narrow_enlarged_and_spaced(new_page, world, people, sign_in):
    """One opening a page, for the time that it takes: what changes with the width changes by style."""
    page, axe, problems = new_page(WIDE), Axe(), []
    for role, rows in PAGES.items():
        page.context.clear_cookies()
        if role in people:
            sign_in(page, people[role])
        for row in rows:
            page.set_viewport_size({"width": WIDE, "height": 900})
            answer = page.goto(address(row, world))
            if (answer.status, answer.headers["content-type"]) != (200, "text/html; charset=utf-8"):
                problems.append(f"{row}: {answer.status}, {answer.headers['content-type']}")
                continue
            problems += [f"{row}: {fault}" for fault in layout.faults_at_each_width(page, axe)]
    assert not problems, "\n".join(problems)
