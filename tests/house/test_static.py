"""Every static file that a page names exists, and production's hashing and compressing go through."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

TEMPLATES = [file for file in (settings.BASE_DIR / "templates").rglob("*.html") if file.is_file()]
NAMED = {name for file in TEMPLATES for name in re.findall(r"{% static ['\"]([^'\"]+)", file.read_text())}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_exists(name):
    assert finders.find(name)


def test_collects_as_in_production(settings, tmp_path):
    hashed = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": hashed}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").is_file()
