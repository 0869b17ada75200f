"""Every page of the URL conf, as the permission table opens it: a new page is in it without anyone adding it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import layout
from tests.browser.conftest import WIDE
from tests.browser.steps import STEPS, Visit
from tests.test_permissions import ACTS, ACTS_FOR_ALL, GET, ROLES, address
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
# What leads on to a page, or answers a program, or is on a machine for development only.
NO_PAGES = {
    *("landing", "openid_connect_callback", "territory_week", "coordination:mine", "territories:territory_search"),
    *("mfa_download_recovery_codes", "evaluation:slide_template_file", "directory:points", "outbox:mailbox"),
}

# The pages that are otherwise, or hold much less, for another role than the one that sees most.
SEEN_OTHERWISE = {
    "anonymous": ["directory:territory", "freshness:suggest_part", "membership:claim"],
    "member": [
        *("coordination:territory", "coordination:meeting", "coordination:meeting held", "coordination:minutes"),
        *("coordination:action", "coordination:my_actions", "coordination:search", "entries:edit"),
        *("membership:mine", "evaluation:evaluation_list"),
    ],
    "coordinator": ["territories:my_territories", "coordination:calendar_list", "evaluation:cell"],
    "reader": ["evaluation:report", "evaluation:snapshot", "evaluation:verbatims", "territories:territory"],
}


def name_of(row: str) -> str:
    return row.partition(" ")[0]


def readers_of(row: str) -> list[str]:
    return [role for role, status in zip(ROLES, GET[row], strict=True) if status == 200]


def by_role() -> dict[str, list[str]]:
    """The rows of the table that give a page, each under the role that sees most on it: staff, if they read it."""
    found = {}
    for row in GET:
        readers = readers_of(row)
        if readers and name_of(row) not in FILES | PARTS | ALIASES:
            found.setdefault("staff" if "staff" in readers else readers[0], []).append(row)
    for role, rows in SEEN_OTHERWISE.items():
        found.setdefault(role, []).extend(rows)
    return found


PAGES = by_role()
NAMES = sorted({name_of(row) for rows in PAGES.values() for row in rows} | STEPS.keys())


def test_each_address_is_opened_or_is_no_page():
    acts = {name_of(row) for row, answers in GET.items() if answers in (ACTS, ACTS_FOR_ALL)} - STEPS.keys()
    assert {name_of(row) for row in GET} == {*NAMES, *acts, *FILES, *PARTS, *ALIASES, *NO_PAGES}


def parts(answer) -> set:
    """The templates that a page is made of, and its kinds of elements."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    elements = re.findall(r'<(\w+)(?=[\s>])(?:[^>]*? class="([^"]*)")?', main)
    return {template.name for template in answer.templates if template.name} | set(elements)


@pytest.mark.django_db
def test_no_role_sees_what_no_other_opens_here(client, world, people):
    unseen = {}
    for row in {row for rows in PAGES.values() for row in rows}:
        found = {}
        for role in readers_of(row) if len(readers_of(row)) > 1 else []:
            client.logout()
            if role in people:
                client.force_login(people[role])
            found[role] = parts(client.get(address(row, world)))
        opened = set().union(*(found.get(role, set()) for role, rows in PAGES.items() if row in rows))
        unseen |= {f"{row}, {role}": new for role, seen in found.items() if (new := seen - opened)}
    assert not unseen


@pytest.mark.opens(*NAMES)
@pytest.mark.refused(401, 404)  # by ProConnect; a link that is over
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("criteria_rows")
def test_accessible_wide_narrow_enlarged_and_spaced(new_page, world, people, sign_in, settings):
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
            problems += [f"{row}, {role}: {fault}" for fault in layout.faults_at_each_width(page, axe)]
    visit = Visit(page, sign_in, world, people, settings)
    for name in STEPS:
        visit.take_steps_to(name)
        problems += [f"{name}: {fault}" for fault in layout.faults_at_each_width(page, axe)]
    assert not problems, "\n".join(problems)
