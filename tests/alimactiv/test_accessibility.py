"""Each claim of the accessibility page, against the tests that it names."""

import importlib
import inspect

import pytest
from django.conf import settings
from django.urls import reverse

from alimactiv.accessibility import CHECKS, DOCUMENTS, GAPS, Pages
from tests.browser.steps import STEPS
from tests.browser.test_every_page import NAMES, name_of
from tests.pages import texts
from tests.test_permissions import GET, ROLES

# From the least that one needs to open a page.
KINDS = {
    "anonymous": Pages.EVERYONE,
    "plain": Pages.SIGNED_IN,
    "member": Pages.MEMBERS,
    "elsewhere": Pages.COORDINATION,
    "coordinator": Pages.COORDINATION,
    "reader": Pages.STEERING,
    "staff": Pages.TEAM,
}


def kind(name: str) -> Pages:
    open_to = {
        role
        for row, answers in GET.items()
        if name_of(row) == name
        for role, status in zip(ROLES, answers, strict=True)
        if status == 200
    }
    return next(KINDS[role] for role in KINDS if role in open_to)


def found(named: str):
    """The test, which must exist and be collected."""
    file, _, function = named.partition("::")
    assert (settings.BASE_DIR / file).is_file(), named
    assert function.startswith("test_"), named
    return getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), function)


def shown_by(named: str) -> set[str]:
    """The names of the addresses that the test shows: it fails if it does not (tests/browser/conftest.py)."""
    test = found(named)
    of_module = getattr(inspect.getmodule(test), "pytestmark", [])
    marks = [*getattr(test, "pytestmark", []), *(of_module if isinstance(of_module, list) else [of_module])]
    return {name for mark in marks if mark.name == "opens" for name in mark.args}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.what)
def test_a_check_opens_the_pages_that_it_claims(check):
    names = set().union(*(shown_by(test) for test in check.tests))
    assert {kind(name) for name in names - STEPS.keys()} == set(check.pages)
    assert check.is_all == (names == set(NAMES))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.what)
def test_a_document_is_judged_by_the_validator(document):
    assert "validate_pdf_bytes" in inspect.getsource(inspect.getmodule(found(document.test)))


def test_the_page_says_all_of_it(client):
    said = texts(client.get(reverse("accessibility"))).replace("\u00a0", " ")
    for told in [*(check.what for check in CHECKS), *(one.what for one in DOCUMENTS), *GAPS]:
        assert told.replace("\u00a0", " ").replace("'", "&#x27;") in said
    assert "Alim'Activ est non conforme" in said
    assert settings.ACCESSIBILITY_CONTACT in said
