"""The system's Chromium, on a live server. Everything in this folder carries the marker ``browser``."""

import base64
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import ConsoleMessage, Frame, Page, Route, sync_playwright

from evaluation import criteria

WIDE, NARROW = 1280, 390
LAUNCH_OPTIONS = [
    "--no-sandbox",  # root, as in a container; the only pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
TILE = base64.b64decode(  # one transparent pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not program:
        pytest.skip("Chromium n'est pas installé : script/test l'installe, ou CHROMIUM=/chemin le désigne")
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=LAUNCH_OPTIONS)
        yield browser
        browser.close()


def let_answers_end(live_server) -> None:
    """Waits for what the pages asked last: an answer that reads tables while they are emptied ends in a deadlock."""
    answer = live_server.thread.httpd.process_request_thread
    for thread in threading.enumerate():
        if getattr(thread, "_target", None) == answer:  # one a connection, none of which lives longer than its page
            thread.join(30)
            assert not thread.is_alive(), "a page of this test is still being answered"


@pytest.fixture
def new_page(request, chromium, live_server) -> Callable[..., Page]:
    """Makes pages that open relative addresses (``page.goto("/")``); the test fails if one of them

    - asks another site for anything but a map tile (tiles are served here, one pixel each),
    - has an error in its console, but for an answer of a status that the test's marker ``refused`` names,

    or if none of them showed an address that the test's marker ``opens`` names.
    """
    contexts, troubles, shown = [], [], set()
    marker = request.node.get_closest_marker("refused")
    expected = {f"the server responded with a status of {status} " for status in marker.args} if marker else set()

    def note_said(said: ConsoleMessage) -> None:
        if said.type == "error" and not any(words in said.text for words in expected):
            troubles.append(f"console: {said.text}")

    def note_address(frame: Frame) -> None:
        if not frame.url.startswith(live_server.url):
            return
        with suppress(Resolver404):  # a page that is not there is one to try as well
            shown.add(resolve(urlsplit(frame.url).path).view_name)

    def answer(route: Route) -> None:
        address = route.request.url
        if address.startswith((live_server.url, "data:", "blob:")):
            route.continue_()
        elif urlsplit(address).hostname == urlsplit(settings.TILES_URL).hostname:
            route.fulfill(body=TILE, content_type="image/png")
        else:
            troubles.append(f"asked for {address}")
            route.abort()

    def make(width: int = WIDE, **options) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            has_touch=width == NARROW,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.set_default_navigation_timeout(30_000)  # the machine may be busy with other tests
        context.route("**/*", answer)
        page = context.new_page()
        page.on("framenavigated", note_address)
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", note_said)
        return page

    yield make
    for context in contexts:
        context.close()
    let_answers_end(live_server)
    assert not troubles, "\n".join(troubles)
    promised = request.node.get_closest_marker("opens")
    assert not promised or set(promised.args) <= shown, f"not shown: {set(promised.args) - shown}"


@pytest.fixture
def criteria_rows(transactional_db) -> None:
    """The criteria that the migrations put in, which the transactional test before may have emptied out."""
    from evaluation.models import Criterion, Family

    criteria.install(Family, Criterion)


@pytest.fixture
def page(new_page) -> Page:
    return new_page()


@pytest.fixture
def phone(new_page) -> Page:
    return new_page(NARROW)


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def page_at_each_width(request, new_page) -> Page:
    return new_page(request.param)


@pytest.fixture
def sign_in(live_server) -> Callable:
    """``sign_in(page, user)``: the page's browser has this user's session."""

    def sign_in(page: Page, user) -> None:
        client = Client()
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return sign_in


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """``assert_accessible(page)``: axe finds nothing on it, and nothing makes it scroll sideways."""
    axe = Axe()

    def assert_accessible(page: Page) -> None:
        found = axe.run(page)
        assert not found.violations_count, found.generate_report()
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} is {over} px wider than the screen"

    return assert_accessible
