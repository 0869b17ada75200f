"""The Content-Security-Policy that every page carries."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, list[str]]:
    directives = (part.split() for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("name", ["home", "accessibility", "account_login"])
def test_nothing_comes_from_elsewhere_but_tiles(client, name):
    found = policy(client.get(reverse(name)))
    elsewhere = {
        source for sources in found.values() for source in sources if source not in {"'self'", "'none'", "data:"}
    }
    assert {source for source in elsewhere if not source.startswith("'nonce-")} == {
        "/".join(settings.TILES_URL.split("/")[:3])
    }
    assert found["default-src"] == found["object-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert found["form-action"] == ["'self'"]


def test_nothing_unsafe(client):
    said = client.get(reverse("home")).headers["Content-Security-Policy"]
    assert "unsafe" not in said
    assert "*" not in said


def test_error_pages_have_it_too(client):
    client.force_login(UserFactory())
    assert policy(client.get("/nulle-part/"))["default-src"] == ["'none'"]


def test_no_template_writes_code_or_style_in_a_page():
    """They would be blocked. Documents printed to PDF have styles of their own."""
    inline = re.compile(r"<script(?![^>]*(?:\bsrc=|application/json))|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.I)
    found = {
        str(file.relative_to(settings.BASE_DIR)): inline.search(file.read_text("utf-8"))
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
        if "pdf" not in file.parts and "email" not in file.parts
    }
    assert [name for name, where in found.items() if where] == []
